//! The stored rates of a pair, in numbered pages and as a chart.

use serde::{Deserialize, Serialize};

use super::plot::{local_time, plot};
use super::span::{self, Reader};
use super::{RANGES, named};
use crate::app::error::PageError;
use crate::app::parts::chart::{MOST_POINTS, Plot};
use crate::context::Ctx;
use crate::rates::{self, Page, RatesError, Span};
use domain::rate::{KeptQuote, Pair};
use islands::words;

/// The number of rates on a page.
const PER_PAGE: u32 = 50;

/// The filter in the URL. Empty fields mean the first pair, the last day and the first page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HistoryFilter {
    /// A pair, like `BTC-USD`.
    pub pair: String,
    /// One of [`RANGES`]; ignored if `from` or `to` is set.
    pub range: String,
    /// The first day, like `2026-11-01`.
    pub from: String,
    /// The last day, like `2026-11-30`.
    pub to: String,
    /// The page number, from 1.
    pub page: String,
}

/// A page of stored rates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateHistory {
    /// The pair, like `BTC/USD`.
    pub pair: String,
    /// All pairs.
    pub pairs: Vec<String>,
    /// Whether the demo bank makes up the figures.
    pub made_up: bool,
    /// The chosen range; `None` if days were chosen or the range is unknown.
    pub range: Option<String>,
    /// The problems of the filter: the field's name and a sentence.
    pub problems: Vec<(String, String)>,
    /// The chart of the whole span; `None` before there are two points.
    pub line: Option<Plot>,
    /// The rates of this page, newest first.
    pub rows: Vec<RateRow>,
    /// The number of this page, from 1.
    pub page: u32,
    /// The number of pages.
    pub pages: u32,
    /// The time zone's name, like "UTC".
    pub zone: String,
}

/// A rate in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateRow {
    /// When it was stored, in words.
    pub moment: String,
    /// The same in RFC 3339.
    pub exact: String,
    /// The time of the rate itself, if that is older.
    pub of: Option<String>,
    /// The rate.
    pub rate: String,
    /// The bid, if the source gives one.
    pub bid: Option<String>,
    /// The ask, if the source gives one.
    pub ask: Option<String>,
    /// The source's name.
    pub source: String,
}

/// Returns a page of rates. An invalid filter is not an error: the page says what is wrong with it.
///
/// # Errors
/// [`PageError::NotFound`] when exchange rates are turned off.
pub async fn history(ctx: &Ctx, filter: &HistoryFilter) -> Result<RateHistory, PageError> {
    let (now, zone) = (ctx.clock.now(), ctx.clock.zone());
    let mut reader = Reader::default();
    let pair = match rates::pair(ctx, named(&filter.pair)) {
        Err(RatesError::UnknownPair) => {
            reader.complain(
                "pair",
                "This exchange rate isn’t available. Choose one of the pairs above.",
            );
            rates::pair(ctx, None)?
        }
        pair => pair?,
    };
    let span = span::parse_span(&mut reader, filter, now, zone);
    // Only a wrong page number leaves the chart in place.
    let span = span.filter(|_| reader.problems.is_empty());
    let number = reader.page(&filter.page).unwrap_or(1);
    let range = RANGES.iter().find(|(word, _)| span::is(filter, word));
    let mut read = RateHistory {
        pair: pair.to_string(),
        pairs: rates::pairs(ctx).iter().map(ToString::to_string).collect(),
        made_up: ctx.config.rates.are_made_up(),
        range: range.map(|(word, _)| (*word).to_owned()),
        problems: reader.problems,
        line: None,
        rows: Vec::new(),
        page: number,
        pages: 0,
        zone: local_time(now, "%Z", zone),
    };
    if let Some(span) = span {
        fill(ctx, &pair, span, &mut read).await?;
    }
    Ok(read)
}

/// Reads the chart of a span, and the rates of its page if that page exists.
async fn fill(ctx: &Ctx, pair: &Pair, span: Span, read: &mut RateHistory) -> Result<(), PageError> {
    let now = ctx.clock.now();
    let most = i64::try_from(MOST_POINTS).unwrap_or(i64::MAX);
    let line = rates::line(ctx, pair, span, most).await?;
    let until = span.to.map_or(now, |to| to.min(now));
    read.line = plot(&line, until, ctx.clock.zone());
    let Page {
        total_pages,
        quotes,
    } = rates::page(ctx, pair, span, read.page, PER_PAGE).await?;
    read.pages = u32::try_from(total_pages).unwrap_or(u32::MAX);
    if read.problems.is_empty() && read.page > read.pages.max(1) {
        let problem = ("page".to_owned(), past_the_last(read.pages));
        read.problems.push(problem);
    }
    if read.problems.is_empty() {
        read.rows = quotes.iter().map(|kept| row(ctx, kept)).collect();
    }
    Ok(())
}

fn past_the_last(pages: u32) -> String {
    match pages {
        0 | 1 => "There is only one page.".to_owned(),
        pages => format!("There are only {pages} pages."),
    }
}

fn row(ctx: &Ctx, kept: &KeptQuote) -> RateRow {
    let (quote, zone) = (&kept.quote, ctx.clock.zone());
    let figure = |figure: &rust_decimal::Decimal| words::figure(&figure.to_string());
    let is_older = kept.kept_at.duration_since(quote.at).as_secs() > words::OLD;
    RateRow {
        moment: local_time(kept.kept_at, "%-d %b %Y, %H:%M:%S", zone),
        exact: kept.kept_at.to_string(),
        of: is_older.then(|| local_time(quote.at, "%-d %b %Y, %H:%M", zone)),
        rate: figure(&quote.rate),
        bid: quote.bid.as_ref().map(figure),
        ask: quote.ask.as_ref().map(figure),
        source: words::source(&quote.source).to_owned(),
    }
}
