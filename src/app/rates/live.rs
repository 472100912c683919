//! The newest rate of a pair, its last 24 hours, and notes about its sources.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::plot::{local_time, plot};
use super::{named, words};
use crate::app::error::PageError;
use crate::app::parts::chart::{MOST_POINTS, Plot};
use crate::context::Ctx;
use crate::rates::{self, Span};
use domain::rate::KeptQuote;

/// The span of the chart.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Everything on the page of a pair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveRates {
    /// The currency that is priced.
    pub from: String,
    /// The currency of the price.
    pub to: String,
    /// All pairs, like `BTC/USD`.
    pub pairs: Vec<String>,
    /// The newest rate; `None` before the first.
    pub rate: Option<LiveRate>,
    /// Whether the demo bank makes up the figures.
    pub made_up: bool,
    /// A message about the sources, if there is anything to say.
    pub message: Option<RateMessage>,
    /// The chart of the last 24 hours; `None` before there are two points.
    pub line: Option<Plot>,
    /// The offset of this Passbook's time zone from UTC, in seconds; positive to the east.
    pub ahead_seconds: i32,
    /// The time zone's name, like "UTC".
    pub zone: String,
}

/// A rate as the page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveRate {
    /// Whole units.
    pub whole: String,
    /// The point and the decimals.
    pub decimals: String,
    /// The bid, if the source gives one.
    pub bid: Option<String>,
    /// The ask, if the source gives one.
    pub ask: Option<String>,
    /// The source's name.
    pub source: String,
    /// Its time in words, with the zone.
    pub moment: String,
    /// Its time in RFC 3339.
    pub exact: String,
    /// Its age in seconds.
    pub age_seconds: i64,
    /// The age in seconds from which it counts as old; it depends on how many rates a day the source gives.
    pub old_after: i64,
}

/// A message beside a rate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateMessage {
    /// One or more sentences.
    pub text: String,
    /// Whether it is a warning.
    pub warns: bool,
}

/// Returns the page of a pair; of the first pair if `pair` is empty.
///
/// # Errors
/// [`PageError::NotFound`] for an unknown pair, and when exchange rates are turned off.
pub async fn live(ctx: &Ctx, pair: &str) -> Result<LiveRates, PageError> {
    let pair = rates::pair(ctx, named(pair))?;
    let now = ctx.clock.now();
    let newest = rates::newest(ctx, &pair).await?;
    let rate = newest.as_ref().map(|kept| rate(ctx, kept));
    // Later sources were not asked while an earlier one gave a rate.
    let given_by = newest
        .as_ref()
        .filter(|kept| kept.age(now) <= rates::old_after(ctx, &kept.quote.source));
    let given_by = given_by.map(|kept| kept.quote.source.as_str());
    let refusing = rates::refusing(ctx, &pair, given_by).await?;
    let shown = newest
        .as_ref()
        .zip(rate.as_ref())
        .map(|(kept, rate)| words::Shown {
            source: &kept.quote.source,
            moment: &rate.moment,
            is_old: rate.age_seconds > rate.old_after,
        });
    let message = words::message(shown.as_ref(), &refusing);
    let last_day = Span {
        from: Some(now - DAY),
        to: None,
    };
    let most = i64::try_from(MOST_POINTS).unwrap_or(i64::MAX);
    let line = rates::line(ctx, &pair, last_day, most).await?;
    let here = now.to_zoned(ctx.clock.zone().clone());
    Ok(LiveRates {
        made_up: ctx.config.rates.are_made_up(),
        from: pair.from().to_owned(),
        to: pair.to().to_owned(),
        pairs: rates::pairs(ctx).iter().map(ToString::to_string).collect(),
        rate,
        message,
        line: plot(&line, now, ctx.clock.zone()),
        ahead_seconds: here.offset().seconds(),
        zone: here.strftime("%Z").to_string(),
    })
}

fn rate(ctx: &Ctx, kept: &KeptQuote) -> LiveRate {
    let quote = &kept.quote;
    let (whole, decimals) = islands::words::halves(&quote.rate.to_string());
    LiveRate {
        whole,
        decimals,
        bid: quote
            .bid
            .map(|bid| islands::words::figure(&bid.to_string())),
        ask: quote
            .ask
            .map(|ask| islands::words::figure(&ask.to_string())),
        source: islands::words::source(&quote.source).to_owned(),
        moment: local_time(quote.at, "%-d %b %Y, %H:%M:%S %Z", ctx.clock.zone()),
        exact: quote.at.to_string(),
        age_seconds: kept.age(ctx.clock.now()).as_secs(),
        old_after: rates::old_after(ctx, &quote.source).as_secs(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::money;

    /// The browser formats figures and times with its own functions, which must agree with the server's.
    #[test]
    fn both_halves_write_the_same() {
        let at: jiff::Timestamp = "2026-01-07T09:05:03Z".parse().expect("a time");
        let written = islands::words::moment([2026, 1, 7, 9, 5, 3], "UTC");
        assert_eq!(
            local_time(at, "%-d %b %Y, %H:%M:%S %Z", &jiff::tz::TimeZone::UTC),
            written
        );
        for digits in ["0", "12", "123", "1234", "123456", "1234567890123"] {
            assert_eq!(islands::words::halves(digits).0, money::grouped(digits));
        }
    }
}
