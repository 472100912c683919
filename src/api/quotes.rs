//! The operations on exchange rates: read them in pages or all at once, or fetch one now.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream::try_unfold;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::Door;
use super::error::{ApiError, FieldError, Kind, failed};
use super::input::schema::moment;
use super::input::{Query, Sense};
use crate::rates::{self, RatesError, Rows, Span};
use domain::rate::KeptQuote;

/// The filter and page of a list of quotes.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// A pair from `PASSBOOK_RATE_PAIRS`, such as `BTC/USD` or `BTC-USD`; by default the first one.
    #[param(max_length = 40)]
    pair: Option<String>,
    /// Only quotes that were first fetched at this time or later.
    #[param(format = DateTime, max_length = 40)]
    from: Option<String>,
    /// Only quotes that were first fetched before this time. It keeps the pages stable while new quotes arrive.
    #[param(format = DateTime, max_length = 40)]
    to: Option<String>,
    /// The number of the page; 1 by default.
    #[param(minimum = 1, maximum = 4_294_967_295_u32, default = 1)]
    page: Option<u32>,
    /// The number of quotes a page. Without it, the response is a list of all quotes.
    #[param(minimum = 1, maximum = 1000)]
    per_page: Option<u32>,
}

/// The pair to fetch.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Fetched {
    /// A pair from `PASSBOOK_RATE_PAIRS`, such as `BTC/USD` or `BTC-USD`; by default the first one.
    #[param(max_length = 40)]
    pair: Option<String>,
}

/// The price of one unit of a currency in another, as a source reports it, with every digit that the source gives.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Quote)]
pub struct QuoteJson {
    /// The currency that is priced.
    #[schema(example = "BTC")]
    from_curr_code: String,
    /// The currency of the price.
    #[schema(example = "USD")]
    to_curr_code: String,
    #[schema(format = "decimal", example = "67000.12345678")]
    exchange_rate: String,
    /// When it was last fetched. Fetching the same price with the same source time again does not add a quote.
    #[schema(format = DateTime)]
    fetch_time: String,
    /// The price that buyers offer; null if the source does not report it.
    #[schema(format = "decimal", example = "67000.11")]
    bid_price: Option<String>,
    /// The price that sellers ask; null if the source does not report it.
    #[schema(format = "decimal", example = "67000.13")]
    ask_price: Option<String>,
    /// The source: `alphavantage`, `coinbase` or `frankfurter`.
    #[schema(example = "coinbase")]
    source: String,
    /// The time of the price, according to its source.
    #[schema(format = DateTime)]
    source_time: String,
    /// When it was first fetched. `from` and `to` select by this time, and the list is ordered by it.
    #[schema(format = DateTime)]
    first_fetch_time: String,
}

impl From<&KeptQuote> for QuoteJson {
    fn from(kept: &KeptQuote) -> Self {
        let quote = &kept.quote;
        Self {
            from_curr_code: quote.pair.from().to_owned(),
            to_curr_code: quote.pair.to().to_owned(),
            exchange_rate: quote.rate.to_string(),
            fetch_time: kept.fetched_at.to_string(),
            bid_price: quote.bid.map(|bid| bid.to_string()),
            ask_price: quote.ask.map(|ask| ask.to_string()),
            source: quote.source.clone(),
            source_time: quote.at.to_string(),
            first_fetch_time: kept.kept_at.to_string(),
        }
    }
}

/// A page of quotes with `per_page`, or all quotes without it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Quotes {
    /// The response with `per_page`.
    Page(QuotesPage),
    /// The response without `per_page`.
    #[expect(dead_code, reason = "it is written while it is sent")]
    All(Vec<QuoteJson>),
}

/// A page of quotes.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuotesPage {
    /// The current number of pages.
    total_pages: i64,
    /// The quotes, the newest first; empty past the last page.
    data: Vec<QuoteJson>,
}

/// List the stored quotes of a pair, the newest first.
///
/// Every page is equally fast, even the last. Each new quote moves the older ones on by one place: send `to` to read
/// page after page as of one time.
#[utoipa::path(get, path = "/quotes", tag = "Exchange rates", security(("token" = []), ("key" = ["read"])),
    params(Wanted), responses((status = 200, body = Quotes, description = "A page, or all quotes.")))]
pub async fn list(
    State(door): State<Door>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, ApiError> {
    let pair = rates::pair(&door.ctx, wanted.pair.as_deref())?;
    let span = Span {
        from: wanted.from.as_deref().and_then(moment),
        to: wanted.to.as_deref().and_then(moment),
    };
    let Some(per_page) = wanted.per_page else {
        let rows = rates::rows(&door.ctx, &pair, span).await?;
        let json = [(header::CONTENT_TYPE, "application/json")];
        return Ok((json, streamed(rows)).into_response());
    };
    let number = wanted.page.unwrap_or(1);
    let page = rates::page(&door.ctx, &pair, span, number, per_page).await?;
    let page = QuotesPage {
        total_pages: page.total_pages,
        data: page.quotes.iter().map(QuoteJson::from).collect(),
    };
    Ok(Json(Quotes::Page(page)).into_response())
}

/// Fetch the current rate of a pair and store it.
///
/// If no source has one, the response is 503 with `Retry-After`, and nothing is stored. Requests that arrive while the
/// pair is being fetched get the same quote.
#[utoipa::path(post, path = "/quotes", tag = "Exchange rates", security(("token" = []), ("key" = ["sync"])),
    params(Fetched), responses((status = 201, body = QuoteJson, description = "The fetched quote.")))]
pub async fn fetch(
    State(door): State<Door>,
    Query(wanted): Query<Fetched>,
) -> Result<(StatusCode, Json<QuoteJson>), ApiError> {
    let pair = rates::pair(&door.ctx, wanted.pair.as_deref())?;
    let came = rates::fetch(&door.ctx, &pair).await;
    match came {
        Ok(kept) => Ok((StatusCode::CREATED, Json(QuoteJson::from(&kept)))),
        Err(RatesError::Refused(until)) => Err(paused(until, door.ctx.clock.now())),
        Err(error) => Err(error.into()),
    }
}

fn paused(until: Timestamp, now: Timestamp) -> ApiError {
    let wait = until.duration_since(now).as_millis().max(1).unsigned_abs();
    let wait = u64::try_from(wait.div_ceil(1_000)).unwrap_or(u64::MAX);
    ApiError::saying(
        Kind::Unavailable,
        "No source has this rate right now, so nothing was saved. Try again after as many seconds as the Retry-After header says.",
    )
    .after(wait)
}

/// Streams a list in lots, as the connection has room for it. After an error the connection is cut, so that no one
/// takes the part for the whole.
fn streamed(rows: Rows) -> Body {
    let place = Some((rows, true));
    Body::from_stream(try_unfold(place, async |place| {
        let Some((mut rows, is_first)) = place else {
            return Ok(None);
        };
        let lot = rows.next().await;
        let text = lot
            .map_err(|error| failed(&error))
            .and_then(|lot| written(lot.as_deref(), is_first).map_err(|error| failed(&error)));
        let (text, more) = text.map_err(|_| CutOff)?;
        Ok::<_, CutOff>(Some((text, more.then_some((rows, false)))))
    }))
}

/// The list could not be read to its end.
#[derive(Debug, thiserror::Error)]
#[error("the list was cut off")]
struct CutOff;

/// Returns a lot as part of a JSON list, and whether there is more.
fn written(
    lot: Option<&[KeptQuote]>,
    is_first: bool,
) -> Result<(Vec<u8>, bool), serde_json::Error> {
    let mut text = Vec::new();
    if is_first {
        text.push(b'[');
    }
    let Some(lot) = lot else {
        text.push(b']');
        return Ok((text, false));
    };
    for (n, kept) in lot.iter().enumerate() {
        if !is_first || n > 0 {
            text.extend_from_slice(b",\n");
        }
        serde_json::to_writer(&mut text, &QuoteJson::from(kept))?;
    }
    Ok((text, true))
}

impl From<RatesError> for ApiError {
    fn from(error: RatesError) -> Self {
        match error {
            RatesError::Off => Self::saying(
                Kind::NotFound,
                "Exchange rates are turned off here (PASSBOOK_RATES).",
            ),
            RatesError::UnknownPair => Self::invalid(vec![FieldError::query(
                "pair",
                "Send one of the pairs in PASSBOOK_RATE_PAIRS, like BTC/USD.",
            )]),
            RatesError::Refused(_) | RatesError::CutOff => Self::new(Kind::Unavailable).after(60),
            RatesError::Store(_) => failed(&error),
        }
    }
}

impl Sense for Fetched {}

impl Sense for Wanted {
    fn nonsense(sent: &Map<String, Value>) -> Vec<(String, String)> {
        let time = |name: &str| sent.get(name).and_then(Value::as_str).and_then(moment);
        let mut wrong = Vec::new();
        if let (Some(from), Some(to)) = (time("from"), time("to"))
            && from >= to
        {
            wrong.push(("to".to_owned(), "Send a time after `from`.".to_owned()));
        }
        if sent.contains_key("page") && !sent.contains_key("per_page") {
            let words = "Send `per_page` too. Without it, there are no pages.";
            wrong.push(("page".to_owned(), words.to_owned()));
        }
        wrong
    }
}
