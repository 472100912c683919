//! The operations on transactions: list and get them, and change the person's own values.

use axum::extract::State;
use axum::{Extension, Json};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{IntoParams, ToSchema};

use super::Door;
use super::bodies::{TransactionJson, present};
use super::error::ApiError;
use super::input::schema::{amount, day};
use super::input::{Body, Path, Query, Sense, foreign_cursor};
use crate::auth::Caller;
use crate::ledger;
use crate::ledger::records::{self, Narrowing, Position};
use domain::id::{AccountId, TransactionId};
use domain::own::{Edits, LONGEST_NAME, LONGEST_NOTE, LONGEST_TAG, MOST_TAGS};
use domain::search;

const PAGE: u32 = 50;

/// The filter and page of a list of transactions.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// The first day to include.
    #[param(format = Date)]
    start_date: Option<String>,
    /// The last day to include.
    #[param(format = Date)]
    end_date: Option<String>,
    /// Only this account, by its id.
    #[param(max_length = 40)]
    account: Option<String>,
    /// Only this category: a primary one, such as `FOOD_AND_DRINK`, or a detailed one.
    #[param(max_length = 80)]
    category: Option<String>,
    /// At most eight words; each must begin a word of the transaction.
    #[param(max_length = 200)]
    q: Option<String>,
    /// Only transactions with this tag.
    #[param(max_length = 30)]
    tag: Option<String>,
    /// True for pending transactions only, false for posted ones only.
    pending: Option<bool>,
    /// The smallest amount in units of the currency, ignoring the sign.
    #[param(
        format = "decimal",
        example = "12.50",
        pattern = r"^[0-9]{1,12}(\.[0-9]{1,8})?$"
    )]
    min_amount: Option<String>,
    /// The largest amount in units of the currency, ignoring the sign.
    #[param(
        format = "decimal",
        example = "100",
        pattern = r"^[0-9]{1,12}(\.[0-9]{1,8})?$"
    )]
    max_amount: Option<String>,
    /// The `next_cursor` of the previous page.
    #[param(max_length = 200)]
    cursor: Option<String>,
    /// How many transactions to return; 50 by default.
    #[param(minimum = 1, maximum = 500, default = 50)]
    limit: Option<u32>,
}

/// A page of transactions.
#[derive(Debug, Serialize, ToSchema)]
pub struct Transactions {
    /// The transactions, the newest first.
    transactions: Vec<TransactionJson>,
    /// The `cursor` for the next page; null on the last page.
    next_cursor: Option<String>,
}

/// List the transactions of all accounts, the newest first.
#[utoipa::path(get, path = "/transactions", tag = "Accounts and transactions", security(("token" = []), ("key" = ["read"])),
    params(Wanted), responses((status = 200, body = Transactions, description = "A page of transactions.")))]
pub async fn list(
    State(door): State<Door>,
    Extension(caller): Extension<Caller>,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Transactions>, ApiError> {
    let limit = wanted.limit.unwrap_or(PAGE);
    let after = wanted.cursor.as_deref().and_then(read_cursor);
    let Some(narrowing) = narrowing(&wanted) else {
        // An impossible account or category has no transactions.
        return Ok(Json(Transactions {
            transactions: Vec::new(),
            next_cursor: None,
        }));
    };
    let (rows, next) =
        records::transactions(&door.ctx, &caller.user, &narrowing, after.as_ref(), limit).await?;
    Ok(Json(Transactions {
        transactions: rows
            .into_iter()
            .map(|row| TransactionJson::listed(row.transaction))
            .collect(),
        next_cursor: next.as_ref().map(cursor),
    }))
}

/// Get a transaction, with everything that the bank said.
#[utoipa::path(get, path = "/transactions/{id}", tag = "Accounts and transactions", security(("token" = []), ("key" = ["read"])),
    params(("id" = String, Path, description = "The transaction's id.")),
    responses((status = 200, body = TransactionJson, description = "The transaction.")))]
pub async fn one(
    State(door): State<Door>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Json<TransactionJson>, ApiError> {
    let record = records::transaction(&door.ctx, &caller.user, &id).await?;
    Ok(Json(TransactionJson::whole(record)))
}

/// The person's own values for a transaction.
///
/// An absent field stays as it is. A field that is null or empty is cleared, and the bank's value counts again.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Edits)]
pub struct EditsJson {
    #[serde(default, deserialize_with = "present")]
    #[schema(schema_with = name, required = false)]
    name: Option<String>,
    /// A category, broad or fine, such as `FOOD_AND_DRINK_GROCERIES`.
    #[serde(default, deserialize_with = "present")]
    #[schema(max_length = 80, value_type = Option<String>)]
    category: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(schema_with = note, required = false)]
    note: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(schema_with = tags, required = false)]
    tags: Option<Vec<String>>,
}

/// Takes the lengths from the books, so that the two never differ.
fn name() -> Schema {
    text(LONGEST_NAME, "A single line.")
}

fn note() -> Schema {
    text(LONGEST_NOTE, "A note of a few sentences.")
}

fn text(longest: usize, description: &str) -> Schema {
    ObjectBuilder::new()
        .schema_type(SchemaType::from_iter([Type::String, Type::Null]))
        .description(Some(description))
        .max_length(Some(longest))
        .build()
        .into()
}

fn tags() -> Schema {
    let tag = ObjectBuilder::new()
        .schema_type(SchemaType::Type(Type::String))
        .max_length(Some(LONGEST_TAG));
    ArrayBuilder::new()
        .schema_type(SchemaType::from_iter([Type::Array, Type::Null]))
        .description(Some("Single words: letters, digits and hyphens."))
        .items(tag)
        .max_items(Some(MOST_TAGS))
        .build()
        .into()
}

impl Sense for EditsJson {
    fn nonsense(sent: &Map<String, Value>) -> Vec<(String, String)> {
        let text = |name: &str| sent.get(name).and_then(Value::as_str).map(str::to_owned);
        let tags = sent.get("tags").and_then(Value::as_array);
        let words = |tags: &Vec<Value>| {
            let words = tags.iter().filter_map(Value::as_str);
            words.map(str::to_owned).collect()
        };
        let edits = Edits {
            name: text("name"),
            category: text("category"),
            note: text("note"),
            tags: tags.map(words),
        };
        let mistakes = edits.checked().err().unwrap_or_default().into_iter();
        mistakes.map(|(f, d)| (f.to_owned(), d)).collect()
    }
}

/// Change the person's own values on a transaction.
#[utoipa::path(patch, path = "/transactions/{id}", tag = "Accounts and transactions", security(("token" = []), ("key" = ["manage"])),
    params(("id" = String, Path, description = "The transaction's id.")), request_body = EditsJson,
    responses((status = 200, body = TransactionJson, description = "The updated transaction.")))]
pub async fn edit(
    State(door): State<Door>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Body(sent): Body<EditsJson>,
) -> Result<Json<TransactionJson>, ApiError> {
    let edits = Edits {
        name: sent.name,
        category: sent.category,
        note: sent.note,
        tags: sent.tags,
    };
    ledger::edit_transaction(&door.ctx, &caller.user, &id, edits).await?;
    let record = records::transaction(&door.ctx, &caller.user, &id).await?;
    Ok(Json(TransactionJson::whole(record)))
}

/// Say that a transaction is no transfer between the person's accounts, although it looks like one.
#[utoipa::path(delete, path = "/transactions/{id}/transfer", tag = "Accounts and transactions", security(("token" = []), ("key" = ["manage"])),
    params(("id" = String, Path, description = "The transaction's id.")),
    responses((status = 200, body = TransactionJson, description = "The transaction.")))]
pub async fn separate(
    State(door): State<Door>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Json<TransactionJson>, ApiError> {
    set_transfer(&door, &caller, &id, false).await
}

/// Say that a transaction is a transfer between the person's accounts after all. It becomes one if it looks like one.
#[utoipa::path(put, path = "/transactions/{id}/transfer", tag = "Accounts and transactions", security(("token" = []), ("key" = ["manage"])),
    params(("id" = String, Path, description = "The transaction's id.")),
    responses((status = 200, body = TransactionJson, description = "The transaction.")))]
pub async fn join(
    State(door): State<Door>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Json<TransactionJson>, ApiError> {
    set_transfer(&door, &caller, &id, true).await
}

async fn set_transfer(
    door: &Door,
    caller: &Caller,
    id: &str,
    is_transfer: bool,
) -> Result<Json<TransactionJson>, ApiError> {
    ledger::set_transfer(&door.ctx, &caller.user, id, is_transfer).await?;
    let record = records::transaction(&door.ctx, &caller.user, id).await?;
    Ok(Json(TransactionJson::whole(record)))
}

impl Sense for Wanted {
    fn nonsense(sent: &Map<String, Value>) -> Vec<(String, String)> {
        let text = |name: &str| sent.get(name).and_then(Value::as_str);
        let mut wrong = Vec::new();
        let mut complain = |name: &str, detail: &str| {
            wrong.push((name.to_owned(), detail.to_owned()));
        };
        let ends = |a, b| text(a).and_then(day).zip(text(b).and_then(day));
        if ends("start_date", "end_date").is_some_and(|(first, last)| first > last) {
            complain("end_date", "Send a date that isn't before start_date.");
        }
        let ends = |a, b| text(a).and_then(amount).zip(text(b).and_then(amount));
        if ends("min_amount", "max_amount").is_some_and(|(least, most)| least > most) {
            complain("max_amount", "Send an amount of at least min_amount.");
        }
        if text("q").is_some_and(|q| records::words(q).is_empty() && !q.trim().is_empty()) {
            complain("q", "Send letters or digits to search for.");
        }
        if text("q").is_some_and(search::too_many) {
            let most = format!("Send at most {} words.", search::MOST_WORDS);
            complain("q", &most);
        }
        wrong.extend(foreign_cursor(sent, |text| read_cursor(text).is_some()));
        wrong
    }
}

/// Returns the filter; `None` when nothing can match it.
fn narrowing(wanted: &Wanted) -> Option<Narrowing> {
    let account = match &wanted.account {
        Some(id) => Some(AccountId::parse(id)?),
        None => None,
    };
    let units = |text: &Option<String>| -> Option<Decimal> { amount(text.as_deref()?) };
    Some(Narrowing {
        words: records::words(wanted.q.as_deref().unwrap_or_default()),
        account,
        from: wanted.start_date.as_deref().and_then(day),
        to: wanted.end_date.as_deref().and_then(day),
        min: units(&wanted.min_amount),
        max: units(&wanted.max_amount),
        category: wanted.category.clone(),
        pending: wanted.pending,
        tag: wanted.tag.as_deref().map(str::to_lowercase),
    })
}

/// Encodes a place as an opaque text.
fn cursor(place: &Position) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}.{}", place.day, place.id))
}

fn read_cursor(text: &str) -> Option<Position> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let text = std::str::from_utf8(&bytes).ok()?;
    let (on, id) = text.split_once('.')?;
    Some(Position {
        day: day(on)?,
        id: TransactionId::parse(id)?,
    })
}
