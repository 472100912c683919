//! Reads the quotes that are kept.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::fetch::pace;
use super::{RatesError, pause};
use crate::context::Ctx;
use domain::rate::{KeptQuote, Pair, RateStanding};
use providers::rates::RateSource;

/// How far a source's clock may be ahead: Frankfurter dates its days in Frankfurt's time.
const AHEAD: SignedDuration = SignedDuration::from_hours(1);
/// The number of rows read at a time.
const LOT: i64 = 500;

/// A time range of quotes, by when they were first fetched. `None` leaves that end open.
#[derive(Clone, Copy, Debug, Default)]
pub struct Span {
    /// The first moment, inclusive.
    pub from: Option<Timestamp>,
    /// The end, exclusive.
    pub to: Option<Timestamp>,
}

/// A page of quotes.
#[derive(Debug)]
pub struct Page {
    /// How many pages there are.
    pub total_pages: i64,
    /// The quotes of the page, newest first. Empty past the last page.
    pub quotes: Vec<KeptQuote>,
}

/// Returns the newest quote of a pair, by the time that its source gave. `None` if there is none.
pub async fn newest(ctx: &Ctx, pair: &Pair) -> Result<Option<KeptQuote>, RatesError> {
    let until = ctx.clock.now() + AHEAD;
    Ok(ctx.store.newest_quote(pair, until).await?)
}

/// Returns a page of quotes by its number, counted from 1. Every page costs the same, however many there are.
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

/// All quotes of a span, newest first, read in lots so that memory holds only one. Quotes kept after the reading began
/// do not appear.
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
    /// Returns the next lot, or `None` after the last.
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

/// Returns at most `most` quotes of a span for a chart: evenly spread, oldest first, the newest included.
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

/// Returns the age at which a source's quote counts as old: its pace, plus two minutes for a single failure.
#[must_use]
pub fn old_after(ctx: &Ctx, source: &str) -> SignedDuration {
    let found = ctx.rates.sources.iter().find(|it| it.name() == source);
    let pace = found.map_or(SignedDuration::ZERO, |it| pace(ctx, it.as_ref()));
    // The timetable asks no source more than once a minute.
    pace.max(SignedDuration::from_mins(1)) + SignedDuration::from_mins(2)
}

/// Returns the state of every source that was ever asked.
pub async fn standings(ctx: &Ctx) -> Result<Vec<RateStanding>, RatesError> {
    Ok(ctx.store.rate_standings().await?)
}

/// Returns how many calls are left today for each source with a daily quota.
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

/// Returns the sources that may have the pair and currently refuse, in the order in which they are asked. With `last`,
/// stops at the source of that name.
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
