//! Fetches rates from the first source that works, within its limits.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};

use super::{RatesError, pause};
use crate::context::{Ctx, LastFetch};
use domain::rate::{KeptQuote, Pair, RateRefusal, RateStanding};
use providers::rates::RateSource;

/// The minute bell is not exact to the millisecond, so a fetch that is due within this time counts as due.
const NEARLY: SignedDuration = SignedDuration::from_secs(10);

/// Why a rate is fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// A caller asks for the current rate.
    Asked,
    /// The timetable: no more often than the source's quota allows all day long.
    Due,
}

/// The result of looking for a rate.
enum Came {
    Quote(Box<KeptQuote>),
    /// The source whose turn it is was asked recently.
    NotDue,
    /// No source gives a rate before then.
    Refused(Timestamp),
}

/// Fetches a pair now and keeps the quote. Callers that ask during a fetch share its result. The fetch runs to its end
/// even if the caller goes away.
///
/// # Errors
/// [`RatesError::Refused`] when every source refuses, [`RatesError::UnknownPair`], [`RatesError::CutOff`].
pub async fn fetch(ctx: &Ctx, pair: &Pair) -> Result<KeptQuote, RatesError> {
    let (its_ctx, its_pair) = (ctx.clone(), pair.clone());
    let fetching = async move { in_turn(&its_ctx, &its_pair, Why::Asked).await };
    let came = tokio::spawn(fetching).await;
    let quote = came.unwrap_or(Err(RatesError::CutOff))?;
    quote.ok_or(RatesError::CutOff)
}

/// Fetches a pair, or waits for the fetch in progress and returns its result. `None` when the pair is not due.
///
/// # Errors
/// The same as for [`fetch`].
pub(super) async fn in_turn(
    ctx: &Ctx,
    pair: &Pair,
    why: Why,
) -> Result<Option<KeptQuote>, RatesError> {
    let turn = ctx.rates.turns.get(pair).ok_or(RatesError::UnknownPair)?;
    let before = turn.ended.load(Ordering::Acquire);
    let mut last = turn.last.lock().await;
    if turn.ended.load(Ordering::Acquire) == before {
        match look(ctx, pair, why, &mut last).await? {
            Came::NotDue => return Ok(None),
            Came::Quote(quote) => last.came = Some(Ok(*quote)),
            Came::Refused(until) => last.came = Some(Err(until)),
        }
        turn.ended.fetch_add(1, Ordering::Release);
    }
    match &last.came {
        Some(Ok(quote)) => Ok(Some(quote.clone())),
        Some(Err(until)) => Err(RatesError::Refused(*until)),
        None => Ok(None),
    }
}

/// Asks the sources in order until one gives a rate.
async fn look(ctx: &Ctx, pair: &Pair, why: Why, last: &mut LastFetch) -> Result<Came, RatesError> {
    let standings = ctx.store.rate_standings().await?;
    let mut again = ctx.clock.now() + pause::LONGEST;
    for source in &ctx.rates.sources {
        let now = ctx.clock.now();
        if !source.covers(pair) || lacks(&mut last.not_offered, source.name(), now) {
            continue;
        }
        let standing = standings.iter().find(|of| of.source == source.name());
        if let Some(until) = standing.and_then(|of| left_alone(of, now)) {
            again = again.min(until);
            continue;
        }
        if why == Why::Due && !is_due(ctx, source.as_ref(), pair, now).await? {
            return Ok(Came::NotDue);
        }
        let most = source.allows().calls_a_day;
        let day = pause::day(now);
        if !ctx.store.count_rate_call(source.name(), day, most).await? {
            again = again.min(pause::next_day(now));
            continue;
        }
        let refusals = standing.map_or(0, |of| of.refusals);
        match ask(ctx, source, pair, refusals).await? {
            Ok(quote) => return Ok(Came::Quote(Box::new(quote))),
            Err(None) => {
                last.not_offered.insert(source.name(), now);
            }
            Err(Some(until)) => again = again.min(until),
        }
    }
    Ok(Came::Refused(again))
}

/// Asks one source and writes down the result. The inner error is the time until which to leave the source alone, or
/// `None` if it only lacks the pair.
async fn ask(
    ctx: &Ctx,
    source: &Arc<dyn RateSource>,
    pair: &Pair,
    refusals: u32,
) -> Result<Result<KeptQuote, Option<Timestamp>>, RatesError> {
    let began = Instant::now();
    let told = source.latest(pair).await;
    let refusal = told.as_ref().err().copied();
    ctx.metrics
        .rate_asked(source.name(), refusal, began.elapsed());
    let now = ctx.clock.now();
    match told {
        Ok(quote) => {
            let kept = ctx.store.keep_quote(&quote, now).await?;
            ctx.store.record_rate_given(source.name()).await?;
            Ok(Ok(kept))
        }
        Err(RateRefusal::NotOffered) => Ok(Err(None)),
        Err(refusal) => {
            let until = pause::until(refusal, refusals, now);
            ctx.store
                .record_rate_refused(source.name(), refusal, until)
                .await?;
            Ok(Err(Some(until)))
        }
    }
}

/// Whether a source was found within the last day not to have the pair.
fn lacks(
    not_offered: &mut HashMap<&'static str, Timestamp>,
    source: &'static str,
    now: Timestamp,
) -> bool {
    not_offered.retain(|_, since| now.duration_since(*since).abs() < pause::LONGEST);
    not_offered.contains_key(source)
}

/// Returns until when to leave a source alone, if at all. A time too far ahead was written before the clock was set
/// back, and is ignored.
fn left_alone(standing: &RateStanding, now: Timestamp) -> Option<Timestamp> {
    let sane = now + pause::LONGEST + SignedDuration::from_mins(1);
    standing
        .not_before
        .filter(|until| *until > now && *until < sane)
}

/// Returns the interval at which a source can be asked for each pair all day long. All pairs share its daily quota.
pub(super) fn pace(ctx: &Ctx, source: &dyn RateSource) -> SignedDuration {
    let allowed = source.allows();
    let sharing = match allowed.calls_a_day {
        Some(_) => i32::try_from(ctx.rates.turns.len()).unwrap_or(i32::MAX),
        None => 1,
    };
    allowed.every.saturating_mul(sharing)
}

/// Whether the pair may be asked for again at that pace.
async fn is_due(
    ctx: &Ctx,
    source: &dyn RateSource,
    pair: &Pair,
    now: Timestamp,
) -> Result<bool, RatesError> {
    let last = ctx.store.quote_last_fetched(pair, source.name()).await?;
    let every = pace(ctx, source);
    Ok(last.is_none_or(|last| now < last || now.duration_since(last) + NEARLY >= every))
}
