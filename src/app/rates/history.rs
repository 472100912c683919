//! The kept rates of a pair, in numbered pages and as a line.

use serde::{Deserialize, Serialize};

use super::plot::{plot, told};
use super::span::{self, Reader};
use super::{RANGES, named};
use crate::app::error::PageError;
use crate::app::parts::chart::{MOST_POINTS, Plot};
use crate::context::Ctx;
use crate::rates::{self, Page, RatesError, Span};
use domain::rate::{KeptQuote, Pair};
use islands::words;

/// Rates on a page.
const PER_PAGE: u32 = 50;

/// What is wanted; all of it stands in the URL. Empty is the first pair, the last day, the first page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HistoryFilter {
    /// A pair, `BTC-USD`.
    pub pair: String,
    /// One of [`RANGES`]; days count more.
    pub range: String,
    /// The first day, `2026-11-01`.
    pub from: String,
    /// The last day.
    pub to: String,
    /// Which page, from 1.
    pub page: String,
}

/// A page of kept rates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateHistory {
    /// The pair, `BTC/USD`.
    pub pair: String,
    /// All pairs.
    pub pairs: Vec<String>,
    /// Whether the built-in bank makes the figures up.
    pub made_up: bool,
    /// Which of the ranges this is; none when days were chosen or nothing could be read.
    pub range: Option<String>,
    /// What is wrong with the filter: the field's name and a sentence.
    pub problems: Vec<(String, String)>,
    /// The line of all of it; none before there are two points.
    pub line: Option<Plot>,
    /// The rates of this page, the newest first.
    pub rows: Vec<RateRow>,
    /// Which page this is.
    pub page: u32,
    /// How many there are.
    pub pages: u32,
    /// The zone that times are told in, "UTC".
    pub zone: String,
}

/// One rate of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateRow {
    /// When it came.
    pub moment: String,
    /// The same in RFC 3339.
    pub exact: String,
    /// The moment of the figure itself, when that is an older one.
    pub of: Option<String>,
    /// The rate.
    pub rate: String,
    /// What buyers offered, where the source tells.
    pub bid: Option<String>,
    /// What sellers asked, where the source tells.
    pub ask: Option<String>,
    /// The source's name.
    pub source: String,
}

/// Reads a page of rates. A filter that cannot be read is not an error: the page says what is wrong.
///
/// # Errors
/// [`PageError::NotFound`] when there are no rates at all; when the database fails.
pub async fn history(ctx: &Ctx, filter: &HistoryFilter) -> Result<RateHistory, PageError> {
    let (now, zone) = (ctx.clock.now(), ctx.clock.zone());
    let mut reader = Reader::default();
    let pair = match rates::pair(ctx, named(&filter.pair)) {
        Err(RatesError::UnknownPair) => {
            reader.complain(
                "pair",
                "We don’t have this rate here. Choose one of the pairs above.",
            );
            rates::pair(ctx, None)?
        }
        pair => pair?,
    };
    let span = span::read(&mut reader, filter, now, zone);
    // A page that is not there leaves the line as it is; nothing else that is wrong does.
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
        zone: told(now, "%Z", zone),
    };
    if let Some(span) = span {
        fill(ctx, &pair, span, &mut read).await?;
    }
    Ok(read)
}

/// Reads the line of a span, and the rates of its page, if there is such a page.
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
        moment: told(kept.kept_at, "%-d %b %Y, %H:%M:%S", zone),
        exact: kept.kept_at.to_string(),
        of: is_older.then(|| told(quote.at, "%-d %b %Y, %H:%M", zone)),
        rate: figure(&quote.rate),
        bid: quote.bid.as_ref().map(figure),
        ask: quote.ask.as_ref().map(figure),
        source: words::source(&quote.source).to_owned(),
    }
}
