//! Endpoints below `/link/token/`.

mod fields;
mod get;

pub use fields::{CREATE, GET};
pub use get::get;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};
use url::Url;

use super::call::{Call, Reply};
use super::fields::missing_fields;
use super::institutions::countries;
use crate::bank::{
    AccountFilter, Bank, BankError, Hosted, LinkToken, Refusal, UpdateMode, new_token, wire_moment,
};
use crate::world;

const LANGUAGES: [&str; 17] = [
    "da", "nl", "en", "et", "fr", "de", "hi", "it", "lv", "lt", "no", "pl", "pt", "ro", "es", "sv",
    "vi",
];

/// Answers `/link/token/create`.
pub async fn create(bank: &Bank, call: &Call) -> Result<Reply, BankError> {
    if call.get("user").is_none() && call.get("user_id").is_none() {
        return Err(missing_fields(&["user".to_owned()]).into());
    }
    let update = update_mode(bank, call).await?;
    let token = link_token(bank, call, update)?;
    bank.save_link_token(&token).await?;
    let reply = Reply::empty()
        .with("expiration", &wire_moment(token.expires_at))?
        .with("link_token", &token.token)?;
    match &token.hosted {
        None => Ok(reply),
        Some(hosted) => {
            let url = format!(
                "{}/hosted/{}",
                bank.faces_url().as_str().trim_end_matches('/'),
                hosted.id
            );
            Ok(reply.with("hosted_link_url", &url)?)
        }
    }
}

/// Refuses `balance` as a product: every Item has balances, so they cannot be requested.
pub fn not_balance(list: &str, products: &[String]) -> Result<(), Refusal> {
    if products.iter().all(|product| product != "balance") {
        return Ok(());
    }
    Err(Refusal::invalid_field(format!(
        "balance is not a valid value for {list}"
    )))
}

async fn update_mode(bank: &Bank, call: &Call) -> Result<Option<UpdateMode>, BankError> {
    let Some(access_token) = call.maybe_text("access_token") else {
        return Ok(None);
    };
    if !call.texts("products").unwrap_or_default().is_empty() {
        return Err(Refusal::invalid_field("products cannot be specified in update mode").into());
    }
    let item = bank.item(&access_token).await?.item;
    let wants_selection = call.flag("update.account_selection_enabled");
    let north_america = world::institution(&item.institution_id).is_some_and(|bank| {
        bank.country_codes
            .iter()
            .any(|code| ["US", "CA"].contains(code))
    });
    if wants_selection && !north_america {
        return Err(Refusal::invalid_field(
            "update.account_selection_enabled is only supported for institutions in the US and Canada",
        )
        .into());
    }
    Ok(Some(UpdateMode {
        item_id: item.id,
        institution_id: item.institution_id,
        username: item.username,
        account_selection_enabled: wants_selection,
    }))
}

fn link_token(bank: &Bank, call: &Call, update: Option<UpdateMode>) -> Result<LinkToken, Refusal> {
    let now = bank.clock().now();
    let products = call.texts("products").unwrap_or_default();
    check_products(call, &products, update.is_some())?;
    let language = call.text("language");
    if !LANGUAGES.contains(&language) {
        return Err(Refusal::invalid_field(
            "language must be a supported language code",
        ));
    }
    // Four hours for a new Item and 30 minutes for an existing one (plaid.com/docs/api/link).
    let lifetime = SignedDuration::from_mins(if update.is_some() { 30 } else { 240 });
    let hosted = hosted(call, now)?;
    // The token must live at least as long as its hosted page.
    let usual = now.saturating_add(lifetime).unwrap_or(Timestamp::MAX);
    let expires_at = hosted
        .as_ref()
        .map_or(usual, |hosted| hosted.expires_at.max(usual));
    Ok(LinkToken {
        token: new_token("link", bank.environment()),
        created_at: now,
        expires_at,
        client_name: call.text("client_name").to_owned(),
        language: language.to_owned(),
        country_codes: countries(call)?,
        products,
        extra_products: ["required_if_supported_products", "optional_products"]
            .iter()
            .flat_map(|list| call.texts(list).unwrap_or_default())
            .collect(),
        client_user_id: call.maybe_text("user.client_user_id"),
        redirect_uri: redirect_uri(call)?,
        webhook: call.maybe_text("webhook"),
        account_filters: account_filters(call, update.as_ref())?,
        update,
        hosted,
        days_requested: call.number("transactions.days_requested", 90),
    })
}

fn check_products(call: &Call, products: &[String], update: bool) -> Result<(), Refusal> {
    if products.is_empty() && !update {
        return Err(missing_fields(&["products".to_owned()]));
    }
    let mut seen = Vec::new();
    for list in [
        "products",
        "required_if_supported_products",
        "optional_products",
        "additional_consented_products",
    ] {
        let listed = call.texts(list).unwrap_or_default();
        not_balance(list, &listed)?;
        if let Some(twice) = listed.iter().find(|product| seen.contains(*product)) {
            return Err(Refusal::invalid_field(format!(
                "{twice} is in more than one list of products"
            )));
        }
        seen.extend(listed);
    }
    Ok(())
}

/// Returns the redirect URI. It must not have a query, because a bank appends its own.
fn redirect_uri(call: &Call) -> Result<Option<String>, Refusal> {
    let Some(text) = call.maybe_text("redirect_uri") else {
        return Ok(None);
    };
    if call.get("android_package_name").is_some() {
        return Err(Refusal::invalid_field(
            "redirect_uri and android_package_name cannot both be specified",
        ));
    }
    let url = Url::parse(&text)
        .map_err(|_| Refusal::invalid_field("redirect_uri must be a valid URL"))?;
    if url.query().is_some() || url.fragment().is_some() || text.contains('*') {
        return Err(Refusal::invalid_field(
            "redirect_uri must not contain query parameters, a fragment or a wildcard",
        ));
    }
    Ok(Some(text))
}

fn hosted(call: &Call, now: Timestamp) -> Result<Option<Hosted>, Refusal> {
    if call.get("hosted_link").is_none() {
        return Ok(None);
    }
    let completion_redirect_uri = call.maybe_text("hosted_link.completion_redirect_uri");
    if completion_redirect_uri
        .as_deref()
        .is_some_and(|text| !may_be_sent_to(text))
    {
        return Err(Refusal::invalid_field(
            "hosted_link.completion_redirect_uri must be a valid URL",
        ));
    }
    let lifetime = call
        .get("hosted_link.url_lifetime_seconds")
        .and_then(Value::as_i64)
        .unwrap_or(1800);
    Ok(Some(Hosted {
        id: new_token("hosted", "link").replace("hosted-link-", ""),
        completion_redirect_uri,
        expires_at: now
            .saturating_add(SignedDuration::from_secs(lifetime))
            .unwrap_or(Timestamp::MAX),
    }))
}

/// Whether a browser may be redirected there: an app may have its own scheme, but no scheme may run code.
fn may_be_sent_to(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| {
        !matches!(
            url.scheme(),
            "javascript" | "data" | "vbscript" | "file" | "blob"
        )
    })
}

fn account_filters(
    call: &Call,
    update: Option<&UpdateMode>,
) -> Result<Vec<AccountFilter>, Refusal> {
    let filters: Option<&Map<String, Value>> =
        call.get("account_filters").and_then(Value::as_object);
    let Some(filters) = filters else {
        return Ok(Vec::new());
    };
    if update.is_some_and(|update| !update.account_selection_enabled) {
        return Err(Refusal::invalid_field(
            "account_filters can only be used in update mode when update.account_selection_enabled is true",
        ));
    }
    Ok(filters
        .iter()
        .filter(|(_, filter)| !filter.is_null())
        .map(|(kind, filter)| AccountFilter {
            kind: kind.clone(),
            subtypes: filter["account_subtypes"]
                .as_array()
                .map(|all| {
                    all.iter()
                        .filter_map(Value::as_str)
                        .map(str::to_owned)
                        .collect()
                })
                .unwrap_or_default(),
        })
        .collect())
}
