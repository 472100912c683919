//! Banks that can be linked, and what the log-in of each asks for.

use axum::extract::State;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::Door;
use super::asked::FieldJson;
use super::input::{Path, Query, Sense};
use super::problem::{FieldError, Kind, Problem};
use crate::auth::Caller;
use crate::sync::{self, OfferedBank, SyncError, Way};
use domain::feed::Institution;
use domain::problem::{Problem as Refusal, Reason};
use domain::provider::CredentialField;

/// Which banks are looked for.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// What the names hold. Without it some are told by the providers that list them without a name.
    #[param(max_length = 100)]
    name: Option<String>,
}

impl Sense for Wanted {}

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct Banks {
    /// In the order in which the providers tell them; one that several reach is told once.
    banks: Vec<BankJson>,
    /// Why a provider told nothing, for each that did not.
    refusals: Vec<RefusalJson>,
}

/// A bank that can be linked.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Bank)]
pub struct BankJson {
    name: String,
    /// Its site.
    url: Option<String>,
    /// The ways to it: one for each provider that reaches it.
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
    /// Whether people log in on the bank's own site: no credentials are sent then.
    own_login: bool,
    /// Whether `POST /connections/credentials` links it.
    credentials: bool,
    /// Whether `POST /widget-urls` opens a page for it.
    widget: bool,
    /// Whether `POST /link-tokens` opens Link for it.
    link_token: bool,
}

/// Why a provider told nothing.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Refusal)]
pub struct RefusalJson {
    /// The provider's code.
    code: String,
    /// Why, in a word as a connection's problem has it.
    #[schema(example = "unreachable")]
    reason: &'static str,
    /// The same in words.
    message: String,
}

/// A bank, and what its log-in asks for.
#[derive(Debug, Serialize, ToSchema)]
pub struct BankWithFields {
    provider: String,
    institution_id: String,
    name: String,
    /// Its site.
    url: Option<String>,
    /// What `POST /connections/credentials` wants for it, in the bank's order. Empty for a bank that people log in to on
    /// its own site.
    fields: Vec<FieldJson>,
}

/// Banks that can be linked, with what each way to them offers.
#[utoipa::path(get, path = "/banks", tag = "Banks", security(("token" = []), ("key" = ["manage"])),
    params(Wanted),
    responses((status = 200, body = Banks, description = "Those that were found."),
        (status = 502, body = super::problem::Document, content_type = "application/problem+json",
         description = "Nothing was found, and a provider did not answer.")))]
pub async fn search(
    State(door): State<Door>,
    Extension(_): Extension<Caller>,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Banks>, Problem> {
    let name = wanted.name.unwrap_or_default();
    let mut found = sync::institutions(&door.ctx, &name).await;
    // Whether there is none, nobody knows then.
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

/// A bank, and what its log-in asks for.
#[utoipa::path(get, path = "/banks/{provider}/{institution_id}", tag = "Banks",
    security(("token" = []), ("key" = ["manage"])),
    params(("provider" = String, Path, description = "The provider's word: `mx`."),
        ("institution_id" = String, Path, description = "The provider's id of the bank.")),
    responses((status = 200, body = BankWithFields, description = "The bank."),
        (status = 404, body = super::problem::Document, content_type = "application/problem+json",
         description = "There is no such bank, or its log-in is not typed in programs."),
        (status = 502, body = super::problem::Document, content_type = "application/problem+json",
         description = "The bank's side refused.")))]
pub async fn fields(
    State(door): State<Door>,
    Extension(_): Extension<Caller>,
    Path((provider, id)): Path<(String, String)>,
) -> Result<Json<BankWithFields>, Problem> {
    let found = sync::credential_fields(&door.ctx, &provider, &id).await;
    let (bank, fields) = found.map_err(|error| match unknown(&error) {
        Some(_) => Problem::new(Kind::NotFound),
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

/// The bank that a body names, and what its log-in asks for.
pub(super) async fn named(
    door: &Door,
    provider: &str,
    id: &str,
) -> Result<(Institution, Vec<CredentialField>), Problem> {
    let found = sync::credential_fields(&door.ctx, provider, id).await;
    found.map_err(not_of_ours)
}

/// A refusal, as a mistake of the caller's where a body named a provider or a bank that there is not.
pub(super) fn not_of_ours(error: SyncError) -> Problem {
    match unknown(&error) {
        Some((field, detail)) => Problem::invalid(vec![FieldError::body(field, detail)]),
        None => error.into(),
    }
}

/// What is not there: the field that names it, and what to send instead.
fn unknown(error: &SyncError) -> Option<(&'static str, &'static str)> {
    let SyncError::Provider(refusal) = error else {
        return None;
    };
    Some(match refusal.reason {
        Reason::NotSetUp => ("provider", "This Passbook has no such provider."),
        Reason::NotSupported => ("provider", "This provider does not offer that."),
        Reason::NotOffered => ("institution_id", "The provider has no such bank."),
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

impl From<Refusal> for RefusalJson {
    fn from(refusal: Refusal) -> Self {
        Self {
            message: format!("The bank's side {}", refusal.message),
            reason: refusal.reason.as_str(),
            code: refusal.code,
        }
    }
}
