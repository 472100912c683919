//! Exchange rates: read in numbered pages or all at once, and fetched now.

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
use super::input::schema::moment;
use super::input::{Query, Sense};
use super::problem::{FieldError, Kind, Problem, failed};
use crate::rates::{self, RatesError, Rows, Span};
use domain::rate::KeptQuote;

/// Which quotes are wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// A pair of `PASSBOOK_RATE_PAIRS`, like `BTC/USD` or `BTC-USD`; the first one unless told.
    #[param(max_length = 40)]
    pair: Option<String>,
    /// Only those that were first fetched at this moment or later.
    #[param(format = DateTime, max_length = 40)]
    from: Option<String>,
    /// Only those that were first fetched before this moment. With it pages stay as they are while more quotes come.
    #[param(format = DateTime, max_length = 40)]
    to: Option<String>,
    /// Which page: the first unless told.
    #[param(minimum = 1, maximum = 4_294_967_295_u32, default = 1)]
    page: Option<u32>,
    /// How many on a page. Without it all quotes are answered, as one list.
    #[param(minimum = 1, maximum = 1000)]
    per_page: Option<u32>,
}

/// Which pair is to be fetched.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Fetched {
    /// A pair of `PASSBOOK_RATE_PAIRS`, like `BTC/USD` or `BTC-USD`; the first one unless told.
    #[param(max_length = 40)]
    pair: Option<String>,
}

/// What one unit of a currency costs in another, as a source says. Figures have every digit that the source gave.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Quote)]
pub struct QuoteJson {
    /// What is priced.
    #[schema(example = "BTC")]
    from_curr_code: String,
    /// In what it is priced.
    #[schema(example = "USD")]
    to_curr_code: String,
    #[schema(format = "decimal", example = "67000.12345678")]
    exchange_rate: String,
    /// When it was last fetched. The same figure of the same moment again is not a second quote.
    #[schema(format = DateTime)]
    fetch_time: String,
    /// What buyers offer, if the source tells.
    #[schema(format = "decimal", example = "67000.11")]
    bid_price: Option<String>,
    /// What sellers ask, if the source tells.
    #[schema(format = "decimal", example = "67000.13")]
    ask_price: Option<String>,
    /// `alphavantage`, `coinbase` or `frankfurter`.
    #[schema(example = "coinbase")]
    source: String,
    /// The moment of the figure, by its source.
    #[schema(format = DateTime)]
    source_time: String,
    /// When it was first fetched: by this `from` and `to` choose, and this is the order of the list.
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

/// A page of quotes with `per_page`, or all of them without.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum Quotes {
    /// With `per_page`.
    Page(QuotesPage),
    /// Without `per_page`.
    #[expect(dead_code, reason = "it is written while it is sent")]
    All(Vec<QuoteJson>),
}

/// A page of quotes.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuotesPage {
    /// How many pages there are at this moment.
    total_pages: i64,
    /// The newest first; none past the last page.
    data: Vec<QuoteJson>,
}

/// Kept exchange rates of a pair, the newest first.
///
/// Every page costs the same, the last one too. New quotes move the older ones on by a place each: send `to` to read
/// page after page as of one moment.
#[utoipa::path(get, path = "/quotes", tag = "Exchange rates", security(("token" = []), ("key" = ["read"])),
    params(Wanted), responses((status = 200, body = Quotes, description = "A page, or all quotes.")))]
pub async fn list(
    State(door): State<Door>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
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

/// Fetches the rate of this moment and keeps it.
///
/// When no source gives one, the answer is 503 with `Retry-After`, and nothing is kept. Calls that come while the pair is
/// being fetched get the same quote.
#[utoipa::path(post, path = "/quotes", tag = "Exchange rates", security(("token" = []), ("key" = ["sync"])),
    params(Fetched), responses((status = 201, body = QuoteJson, description = "The quote that was fetched.")))]
pub async fn fetch(
    State(door): State<Door>,
    Query(wanted): Query<Fetched>,
) -> Result<(StatusCode, Json<QuoteJson>), Problem> {
    let pair = rates::pair(&door.ctx, wanted.pair.as_deref())?;
    let came = rates::fetch(&door.ctx, &pair).await;
    match came {
        Ok(kept) => Ok((StatusCode::CREATED, Json(QuoteJson::from(&kept)))),
        Err(RatesError::Refused(until)) => Err(refused(until, door.ctx.clock.now())),
        Err(error) => Err(error.into()),
    }
}

fn refused(until: Timestamp, now: Timestamp) -> Problem {
    let wait = until.duration_since(now).as_millis().max(1).unsigned_abs();
    let wait = u64::try_from(wait.div_ceil(1_000)).unwrap_or(u64::MAX);
    Problem::saying(
        Kind::Unavailable,
        "No source of exchange rates gives one at this moment, so nothing was kept. Ask again after as many seconds as the header Retry-After says.",
    )
    .after(wait)
}

/// A list that is read lot by lot, as the connection has room for it. After an error the connection is cut, so that
/// nobody takes the part that was sent for the whole.
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

/// A list that could not be read to its end.
#[derive(Debug, thiserror::Error)]
#[error("the list was cut off")]
struct CutOff;

/// The part of a JSON list that a lot is, and whether there is more of it.
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

impl From<RatesError> for Problem {
    fn from(error: RatesError) -> Self {
        match error {
            RatesError::Off => Self::saying(
                Kind::NotFound,
                "Exchange rates are switched off here (PASSBOOK_RATES).",
            ),
            RatesError::UnknownPair => Self::invalid(vec![FieldError::query(
                "pair",
                "Send a pair of PASSBOOK_RATE_PAIRS, like BTC/USD.",
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
            wrong.push(("to".to_owned(), "Send a moment after `from`.".to_owned()));
        }
        if sent.contains_key("page") && !sent.contains_key("per_page") {
            let words = "Send `per_page` too: without it there are no pages.";
            wrong.push(("page".to_owned(), words.to_owned()));
        }
        wrong
    }
}
