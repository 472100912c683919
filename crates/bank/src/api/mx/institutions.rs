//! Institutions and the credentials that they require.

use serde_json::{Value, json};

use super::answer::Reply;
use super::call::{Call, Version};
use super::paging::{MOST, MOST_INSTITUTIONS, page};
use super::writing::merged;
use crate::bank::{
    Bank, BankError, MxInstitution, Refusal, credential, mx_institution, mx_institutions_by_name,
    no,
};

/// The products that every institution here has, under MX's names.
const PRODUCTS: [&str; 2] = ["transactions", "transaction_history"];
/// MX's other name for the second one, in queries.
const HISTORY: &str = "history";

pub(super) fn list(bank: &Bank, call: &Call) -> Result<Reply, BankError> {
    let countries = call.query_list("iso_country_code");
    let products = call.query_list("supported_products");
    let has_not = [
        "supports_account_identification",
        "supports_account_statement",
        "supports_account_verification",
    ];
    let found: Vec<&MxInstitution> =
        mx_institutions_by_name(call.query("name").unwrap_or_default())
            .filter(|institution| countries.is_empty() || countries.contains(&country(institution)))
            .filter(|_| {
                !has_not
                    .iter()
                    .any(|flag| call.query_flag(flag) == Some(true))
            })
            .filter(|_| {
                products
                    .iter()
                    .all(|product| *product == HISTORY || PRODUCTS.contains(product))
            })
            .collect();
    let write = |institution: &&MxInstitution| written(bank, institution, call.version).to_string();
    Ok(page(call, "institutions", MOST_INSTITUTIONS, &found, write))
}

pub(super) fn get_institution(bank: &Bank, call: &Call, name: &str) -> Result<Reply, BankError> {
    let institution = found(name)?;
    let object = written(bank, institution, call.version).to_string();
    Ok(Reply::wrapping("institution", &object))
}

pub(super) fn credentials(call: &Call, name: &str) -> Result<Reply, BankError> {
    Ok(credentials_of(call, found(name)?))
}

/// Returns the credentials that an institution requires; none when it logs people in on its own site.
pub(super) fn credentials_of(call: &Call, institution: &MxInstitution) -> Reply {
    let fields = [
        ("LOGIN", "TEXT", "Username", 1),
        ("PASSWORD", "PASSWORD", "Password", 2),
    ];
    let fields = if institution.oauth { &[] } else { &fields[..] };
    page(
        call,
        "credentials",
        MOST,
        fields,
        |(name, kind, label, order)| {
            json!({
            "display_order": order, "field_name": name, "field_type": kind, "guid": credential(institution, name),
            "label": label, "type": kind,
        })
        .to_string()
        },
    )
}

fn found(name: &str) -> Result<&'static MxInstitution, Refusal> {
    mx_institution(name).ok_or_else(|| no(404, "The requested institution was not found."))
}

fn country(institution: &MxInstitution) -> &'static str {
    institution
        .world
        .country_codes
        .first()
        .copied()
        .unwrap_or("US")
}

fn written(bank: &Bank, institution: &MxInstitution, version: Version) -> Value {
    let logo = format!("{}/logo/{}.png", base(bank), institution.world.id);
    let url = &institution.url;
    let object = json!({
        "code": institution.code,
        "forgot_password_url": format!("{url}/forgot-password"),
        "forgot_username_url": format!("{url}/forgot-username"),
        "instructional_text": null,
        "instructional_text_steps": null,
        "is_disabled_by_client": false,
        "iso_country_code": country(institution),
        "medium_logo_url": logo,
        "name": institution.name,
        "small_logo_url": logo,
        "supports_oauth": institution.oauth,
        "supports_tax_document": false,
        "trouble_signing_in_url": format!("{url}/trouble"),
        "url": url,
    });
    let more = match version {
        Version::New => json!({
            "created_at": "2025-02-13T18:08:00+00:00", "guid": institution.guid, "is_hidden": institution.is_hidden(),
            "supported_products": PRODUCTS,
        }),
        Version::Old => json!({
            "supports_account_identification": false, "supports_account_statement": false,
            "supports_account_verification": false, "supports_transaction_history": true,
        }),
    };
    merged(object, more)
}

pub(super) fn base(bank: &Bank) -> &str {
    bank.faces_url().as_str().trim_end_matches('/')
}
