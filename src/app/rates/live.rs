//! The newest rate of a pair, its last day, and what is to be said of its sources.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::plot::{plot, told};
use super::{named, words};
use crate::app::error::PageError;
use crate::app::parts::chart::{MOST_POINTS, Plot};
use crate::context::Ctx;
use crate::rates::{self, Span};
use domain::rate::KeptQuote;

/// For so long back the line goes.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Everything on the page of a pair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveRates {
    /// What is priced.
    pub from: String,
    /// In what it is priced.
    pub to: String,
    /// All pairs, like `BTC/USD`.
    pub pairs: Vec<String>,
    /// The newest rate; none before the first.
    pub rate: Option<LiveRate>,
    /// Whether the built-in bank makes the figures up.
    pub made_up: bool,
    /// What is to be said of the sources.
    pub note: Option<Note>,
    /// The last 24 hours; none before there are two points.
    pub line: Option<Plot>,
    /// By how many seconds the time zone of this Passbook is ahead of UTC.
    pub ahead_seconds: i32,
    /// The zone's name, "UTC".
    pub zone: String,
}

/// A rate, ready to be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveRate {
    /// Whole units.
    pub whole: String,
    /// The point and the decimals.
    pub decimals: String,
    /// What buyers offer, where the source tells.
    pub bid: Option<String>,
    /// What sellers ask, where the source tells.
    pub ask: Option<String>,
    /// The source's name.
    pub source: String,
    /// Its moment, in words with its zone.
    pub moment: String,
    /// Its moment in RFC 3339.
    pub exact: String,
    /// How old it is.
    pub age_seconds: i64,
    /// From how many seconds on it is older than it should be: a source gives only so many rates a day.
    pub old_after: i64,
}

/// Something to be said beside a rate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// A sentence or a few.
    pub text: String,
    /// Whether something is not as it should be.
    pub warns: bool,
}

/// Reads the page of a pair; of the first one when none is named.
///
/// # Errors
/// [`PageError::NotFound`] for another pair, and when there are no rates at all; when the database fails.
pub async fn live(ctx: &Ctx, pair: &str) -> Result<LiveRates, PageError> {
    let pair = rates::pair(ctx, named(pair))?;
    let now = ctx.clock.now();
    let newest = rates::newest(ctx, &pair).await?;
    let rate = newest.as_ref().map(|kept| rate(ctx, kept));
    // What comes later in their order was not asked while the one before gave a rate.
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
    let note = words::note(shown.as_ref(), &refusing);
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
        note,
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
        moment: told(quote.at, "%-d %b %Y, %H:%M:%S %Z", ctx.clock.zone()),
        exact: quote.at.to_string(),
        age_seconds: kept.age(ctx.clock.now()).as_secs(),
        old_after: rates::old_after(ctx, &quote.source).as_secs(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::money;

    /// The browser writes figures and moments with its own functions: they are the server's.
    #[test]
    fn both_halves_write_the_same() {
        let at: jiff::Timestamp = "2026-01-07T09:05:03Z".parse().expect("a time");
        let written = islands::words::moment([2026, 1, 7, 9, 5, 3], "UTC");
        assert_eq!(
            told(at, "%-d %b %Y, %H:%M:%S %Z", &jiff::tz::TimeZone::UTC),
            written
        );
        for digits in ["0", "12", "123", "1234", "123456", "1234567890123"] {
            assert_eq!(islands::words::halves(digits).0, money::grouped(digits));
        }
    }
}
