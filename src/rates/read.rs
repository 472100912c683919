//! Reading what is kept.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::fetch::pace;
use super::{RatesError, pause};
use crate::context::Ctx;
use domain::rate::{KeptQuote, Pair, RateStanding};
use providers::rates::RateSource;

/// By how much a source's clock may be ahead: Frankfurter's day is told in Frankfurt's time.
const AHEAD: SignedDuration = SignedDuration::from_hours(1);
/// Rows that are read at once.
const LOT: i64 = 500;

/// Quotes by when they were first fetched: from a moment on, and before another.
#[derive(Clone, Copy, Debug, Default)]
pub struct Span {
    /// The first moment.
    pub from: Option<Timestamp>,
    /// The moment after the last.
    pub to: Option<Timestamp>,
}

/// A page of quotes.
#[derive(Debug)]
pub struct Page {
    /// How many pages there are.
    pub total_pages: i64,
    /// The page's quotes, the newest first; none past the last page.
    pub quotes: Vec<KeptQuote>,
}

/// The newest quote of a pair, by the time of its source.
pub async fn newest(ctx: &Ctx, pair: &Pair) -> Result<Option<KeptQuote>, RatesError> {
    let until = ctx.clock.now() + AHEAD;
    Ok(ctx.store.newest_quote(pair, until).await?)
}

/// A numbered page of quotes; the first is 1. Every page costs the same, however many there are.
pub async fn page(
    ctx: &Ctx,
    pair: &Pair,
    span: Span,
    number: u32,
    per_page: u32,
) -> Result<Page, RatesError> {
    let places = ctx.store.quote_places(pair, span.from, span.to).await?;
    let Some((first, last)) = places else {
        return Ok(Page {
            total_pages: 0,
            quotes: Vec::new(),
        });
    };
    let per_page = i64::from(per_page.max(1));
    let total_pages = (last - first + per_page) / per_page;
    let top = last - (i64::from(number.max(1)) - 1) * per_page;
    let quotes = match top < first {
        true => Vec::new(),
        false => {
            let bottom = first.max(top - per_page + 1);
            ctx.store.quotes_between(pair, bottom, top).await?
        }
    };
    Ok(Page {
        total_pages,
        quotes,
    })
}

/// All quotes of a span, the newest first, to be read lot by lot: no more of them is in memory, and what is kept while
/// they are read does not appear among them.
#[derive(Debug)]
pub struct Rows {
    ctx: Ctx,
    pair: Pair,
    left: Option<(i64, i64)>,
}

/// Begins to read all quotes of a span.
pub async fn rows(ctx: &Ctx, pair: &Pair, span: Span) -> Result<Rows, RatesError> {
    Ok(Rows {
        ctx: ctx.clone(),
        pair: pair.clone(),
        left: ctx.store.quote_places(pair, span.from, span.to).await?,
    })
}

impl Rows {
    /// The next lot; `None` after the last.
    pub async fn next(&mut self) -> Result<Option<Vec<KeptQuote>>, RatesError> {
        let Some((first, last)) = self.left else {
            return Ok(None);
        };
        let bottom = first.max(last - LOT + 1);
        let store = &self.ctx.store;
        let lot = store.quotes_between(&self.pair, bottom, last).await?;
        self.left = (bottom > first).then_some((first, bottom - 1));
        Ok(Some(lot))
    }
}

/// At most so many quotes of a span, evenly spread, the oldest first and the newest among them: what a chart needs.
pub async fn line(
    ctx: &Ctx,
    pair: &Pair,
    span: Span,
    most: i64,
) -> Result<Vec<KeptQuote>, RatesError> {
    let places = ctx.store.quote_places(pair, span.from, span.to).await?;
    let Some((first, last)) = places else {
        return Ok(Vec::new());
    };
    let step = (last - first + most.max(1)) / most.max(1);
    Ok(ctx.store.quotes_spread(pair, first, last, step).await?)
}

/// After how long a source's figure is older than it should be: its pace, and a few minutes for what goes wrong once.
#[must_use]
pub fn old_after(ctx: &Ctx, source: &str) -> SignedDuration {
    let found = ctx.rates.sources.iter().find(|it| it.name() == source);
    let pace = found.map_or(SignedDuration::ZERO, |it| pace(ctx, it.as_ref()));
    // Nobody is asked more often than the timetable has it.
    pace.max(SignedDuration::from_mins(1)) + SignedDuration::from_mins(2)
}

/// How the sources stand that were ever asked.
pub async fn standings(ctx: &Ctx) -> Result<Vec<RateStanding>, RatesError> {
    Ok(ctx.store.rate_standings().await?)
}

/// How many calls are left today, of each source that gives only so many in a day.
pub async fn left_today(ctx: &Ctx) -> Result<Vec<(&'static str, u32)>, RatesError> {
    let today = pause::day(ctx.clock.now());
    let made = ctx.store.rate_calls(today).await?;
    let left = |source: &Arc<dyn RateSource>| {
        let most = source.allows().calls_a_day?;
        let made = made.iter().find(|(name, _)| name == source.name());
        let made = made.map_or(0, |(_, calls)| u32::try_from(*calls).unwrap_or(u32::MAX));
        Some((source.name(), most.saturating_sub(made)))
    };
    Ok(ctx.rates.sources.iter().filter_map(left).collect())
}

/// The sources that refuse, in the order in which they are asked: of those that may have the pair, and no further than to
/// one, if one is named.
pub async fn refusing(
    ctx: &Ctx,
    pair: &Pair,
    last: Option<&str>,
) -> Result<Vec<RateStanding>, RatesError> {
    let mut standings = standings(ctx).await?;
    standings.retain(|standing| standing.refusal.is_some());
    let mut refusing = Vec::new();
    for source in ctx
        .rates
        .sources
        .iter()
        .filter(|source| source.covers(pair))
    {
        let standing = standings.iter().find(|it| it.source == source.name());
        refusing.extend(standing.cloned());
        if last == Some(source.name()) {
            break;
        }
    }
    Ok(refusing)
}
