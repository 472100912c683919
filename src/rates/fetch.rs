//! Fetching: the first source that is well gives the rate, within what it allows.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};

use super::{RatesError, pause};
use crate::context::{Ctx, LastFetch};
use domain::rate::{KeptQuote, Pair, RateRefusal, RateStanding};
use providers::rates::RateSource;

/// A minute's bell does not ring to the millisecond: what is nearly due is due.
const NEARLY: SignedDuration = SignedDuration::from_secs(10);

/// What calls for a fetch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// Somebody asks for the rate of this moment.
    Asked,
    /// The timetable: no more often than goes on all day.
    Due,
}

/// What came of looking for a rate.
enum Came {
    Quote(Box<KeptQuote>),
    /// The source whose turn it is has been asked lately.
    NotDue,
    /// Nobody gives one until then.
    Refused(Timestamp),
}

/// Fetches a pair now and keeps what comes. Whoever asks while it is being fetched gets the same. It goes on to its end
/// when the one who asked goes away.
///
/// # Errors
/// [`RatesError::Refused`] when every source refuses, [`RatesError::UnknownPair`], [`RatesError::CutOff`]; when the
/// database fails.
pub async fn fetch(ctx: &Ctx, pair: &Pair) -> Result<KeptQuote, RatesError> {
    let (its_ctx, its_pair) = (ctx.clone(), pair.clone());
    let fetching = async move { in_turn(&its_ctx, &its_pair, Why::Asked).await };
    let came = tokio::spawn(fetching).await;
    let quote = came.unwrap_or(Err(RatesError::CutOff))?;
    quote.ok_or(RatesError::CutOff)
}

/// Fetches a pair when nobody else does. `None` when it is not due.
///
/// # Errors
/// As [`fetch`].
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

/// Asks the sources in their order, until one gives a rate.
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

/// Asks one source and writes down what came of it. The inner error is until when it is left alone; `None` when it only
/// does not have the pair.
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
            ctx.store.note_rate_given(source.name()).await?;
            Ok(Ok(kept))
        }
        Err(RateRefusal::NotOffered) => Ok(Err(None)),
        Err(refusal) => {
            let until = pause::until(refusal, refusals, now);
            ctx.store
                .note_rate_refused(source.name(), refusal, until)
                .await?;
            Ok(Err(Some(until)))
        }
    }
}

/// Whether a source was found not to have the pair, a day ago or less.
fn lacks(
    not_offered: &mut HashMap<&'static str, Timestamp>,
    source: &'static str,
    now: Timestamp,
) -> bool {
    not_offered.retain(|_, since| now.duration_since(*since).abs() < pause::LONGEST);
    not_offered.contains_key(source)
}

/// Until when a source is left alone, if it is. A time that is too far ahead was written by a clock that has been set
/// back since.
fn left_alone(standing: &RateStanding, now: Timestamp) -> Option<Timestamp> {
    let sane = now + pause::LONGEST + SignedDuration::from_mins(1);
    standing
        .not_before
        .filter(|until| *until > now && *until < sane)
}

/// At which pace a source can be asked for each pair all day. All pairs share its quota.
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
