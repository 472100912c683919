//! The operations that find banks to link, and the fields of their log-in forms.

use axum::extract::State;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::Door;
use super::challenges::FieldJson;
use super::error::{ApiError, FieldError, Kind};
use super::input::{Path, Query, Sense};
use crate::auth::Caller;
use crate::sync::{self, OfferedBank, SyncError, Way};
use domain::feed::Institution;
use domain::problem::{Problem, Reason};
use domain::provider::CredentialField;

/// The search for banks.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// Part of the bank's name. Without it, only providers that list banks without a name return some.
    #[param(max_length = 100)]
    name: Option<String>,
}

impl Sense for Wanted {}

/// The banks that were found.
#[derive(Debug, Serialize, ToSchema)]
pub struct Banks {
    /// The banks, in the providers' order. A bank that several providers reach is listed once.
    banks: Vec<BankJson>,
    /// The providers that returned nothing, and why.
    refusals: Vec<RefusalJson>,
}

/// A bank that can be linked.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Bank)]
pub struct BankJson {
    name: String,
    /// The bank's website.
    url: Option<String>,
    /// The ways to link it: one for each provider that reaches it.
    ways: Vec<WayJson>,
}

/// How a provider reaches a bank.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Way)]
pub struct WayJson {
    #[schema(example = "mx")]
    provider: &'static str,
    /// The provider's id of the bank.
    #[schema(example = "mxbank")]
    institution_id: String,
    /// Whether people log in on the bank's own site; no credentials are then sent.
    own_login: bool,
    /// Whether `POST /connections/credentials` can link it.
    credentials: bool,
    /// Whether `POST /widget-urls` returns a page for it.
    widget: bool,
    /// Whether `POST /link-tokens` opens Link for it.
    link_token: bool,
}

/// Why a provider returned nothing.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Refusal)]
pub struct RefusalJson {
    /// The provider's error code.
    code: String,
    /// The reason, as in a connection's problem.
    #[schema(example = "unreachable")]
    reason: &'static str,
    /// The reason in words.
    message: String,
}

/// A bank, with the fields of its log-in form.
#[derive(Debug, Serialize, ToSchema)]
pub struct BankWithFields {
    provider: String,
    institution_id: String,
    name: String,
    /// The bank's website.
    url: Option<String>,
    /// The credentials that `POST /connections/credentials` needs, in the bank's order. Empty for a bank where people
    /// log in on its own site.
    fields: Vec<FieldJson>,
}

/// Search the banks that can be linked, with the ways to link each.
#[utoipa::path(get, path = "/banks", tag = "Banks", security(("token" = []), ("key" = ["manage"])),
    params(Wanted),
    responses((status = 200, body = Banks, description = "The banks that were found."),
        (status = 502, body = super::error::ProblemDocument, content_type = "application/problem+json",
         description = "No banks were found, and a provider didn't respond.")))]
pub async fn search(
    State(door): State<Door>,
    Extension(_): Extension<Caller>,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Banks>, ApiError> {
    let name = wanted.name.unwrap_or_default();
    let mut found = sync::institutions(&door.ctx, &name).await;
    // In this case it is unknown whether such a bank exists.
    if found.banks.is_empty()
        && let Some(refusal) = found.refusals.pop()
    {
        return Err(refusal.into());
    }
    Ok(Json(Banks {
        banks: found.banks.into_iter().map(BankJson::from).collect(),
        refusals: found.refusals.into_iter().map(RefusalJson::from).collect(),
    }))
}

/// Get a bank and the fields of its log-in form.
#[utoipa::path(get, path = "/banks/{provider}/{institution_id}", tag = "Banks",
    security(("token" = []), ("key" = ["manage"])),
    params(("provider" = String, Path, description = "The provider, such as `mx`."),
        ("institution_id" = String, Path, description = "The provider's id of the bank.")),
    responses((status = 200, body = BankWithFields, description = "The bank and its log-in fields."),
        (status = 404, body = super::error::ProblemDocument, content_type = "application/problem+json",
         description = "The bank doesn't exist, or can't be linked with credentials."),
        (status = 502, body = super::error::ProblemDocument, content_type = "application/problem+json",
         description = "The provider returned an error.")))]
pub async fn fields(
    State(door): State<Door>,
    Extension(_): Extension<Caller>,
    Path((provider, id)): Path<(String, String)>,
) -> Result<Json<BankWithFields>, ApiError> {
    let found = sync::credential_fields(&door.ctx, &provider, &id).await;
    let (bank, fields) = found.map_err(|error| match unknown(&error) {
        Some(_) => ApiError::new(Kind::NotFound),
        None => error.into(),
    })?;
    Ok(Json(BankWithFields {
        provider,
        institution_id: bank.provider_id,
        name: bank.name,
        url: bank.url,
        fields: fields.into_iter().map(FieldJson::from).collect(),
    }))
}

/// Returns the bank that a body names, with the fields of its log-in form.
pub(super) async fn named(
    door: &Door,
    provider: &str,
    id: &str,
) -> Result<(Institution, Vec<CredentialField>), ApiError> {
    let found = sync::credential_fields(&door.ctx, provider, id).await;
    found.map_err(not_of_ours)
}

/// Turns a refusal into a field error if a body named an unknown provider or bank.
pub(super) fn not_of_ours(error: SyncError) -> ApiError {
    match unknown(&error) {
        Some((field, detail)) => ApiError::invalid(vec![FieldError::body(field, detail)]),
        None => error.into(),
    }
}

/// Returns the field that names something unknown, and what to send instead.
fn unknown(error: &SyncError) -> Option<(&'static str, &'static str)> {
    let SyncError::Provider(refusal) = error else {
        return None;
    };
    Some(match refusal.reason {
        Reason::NotSetUp => ("provider", "This provider isn't set up here."),
        Reason::NotSupported => ("provider", "This provider doesn't support that."),
        Reason::NotOffered => ("institution_id", "The provider doesn't have this bank."),
        _ => return None,
    })
}

impl From<OfferedBank> for BankJson {
    fn from(bank: OfferedBank) -> Self {
        Self {
            name: bank.name,
            url: bank.url,
            ways: bank.ways.into_iter().map(WayJson::from).collect(),
        }
    }
}

impl From<Way> for WayJson {
    fn from(way: Way) -> Self {
        Self {
            provider: way.provider,
            institution_id: way.institution_id,
            own_login: way.has_own_login,
            credentials: way.can.credentials,
            widget: way.can.widget,
            link_token: way.can.script_link,
        }
    }
}

impl From<Problem> for RefusalJson {
    fn from(refusal: Problem) -> Self {
        Self {
            message: format!("The bank {}", refusal.message),
            reason: refusal.reason.as_str(),
            code: refusal.code,
        }
    }
}
