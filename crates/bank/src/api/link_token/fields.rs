//! Fields of the Link token endpoints.

use crate::api::fields::{Field, Kind, may, must};

const SUBTYPES: &[Field] = &[
    must("account_subtypes", Kind::Texts(1)),
    may("limited_purpose_types", Kind::Any),
];

/// Fields of `/link/token/create`. Those of products that this bank does not have are accepted and ignored.
pub const CREATE: &[Field] = &[
    must("client_name", Kind::Text),
    must("language", Kind::Text),
    must("country_codes", Kind::Texts(1)),
    may(
        "user",
        Kind::Object(&[
            must("client_user_id", Kind::Text),
            may("legal_name", Kind::AnyText),
            may(
                "name",
                Kind::Object(&[
                    must("given_name", Kind::Text),
                    must("family_name", Kind::Text),
                ]),
            ),
            may("phone_number", Kind::AnyText),
            may("phone_number_verified_time", Kind::AnyText),
            may("email_address", Kind::AnyText),
            may("email_address_verified_time", Kind::AnyText),
            may("ssn", Kind::AnyText),
            may("date_of_birth", Kind::Day),
            may("address", Kind::Any),
            may("id_number", Kind::Any),
        ]),
    ),
    may("user_id", Kind::Text),
    may("products", Kind::Products(0)),
    may("required_if_supported_products", Kind::Products(0)),
    may("optional_products", Kind::Products(0)),
    may("additional_consented_products", Kind::Products(0)),
    may("webhook", Kind::Link),
    may("access_token", Kind::Text),
    may("access_tokens", Kind::Texts(0)),
    may("link_customization_name", Kind::AnyText),
    may("appearance_mode", Kind::AnyText),
    may("redirect_uri", Kind::Link),
    may("android_package_name", Kind::AnyText),
    may(
        "institution_data",
        Kind::Object(&[
            may("routing_number", Kind::AnyText),
            may("institution_id", Kind::InstitutionId),
        ]),
    ),
    may(
        "account_filters",
        Kind::Object(&[
            may("depository", Kind::Object(SUBTYPES)),
            may("credit", Kind::Object(SUBTYPES)),
            may("loan", Kind::Object(SUBTYPES)),
            may("investment", Kind::Object(SUBTYPES)),
            may("other", Kind::Object(SUBTYPES)),
        ]),
    ),
    may(
        "update",
        Kind::Object(&[
            may("account_selection_enabled", Kind::Flag),
            may("reauthorization_enabled", Kind::Flag),
            may("user", Kind::Flag),
            may("item_ids", Kind::Texts(0)),
        ]),
    ),
    may(
        "hosted_link",
        Kind::Object(&[
            may("delivery_method", Kind::AnyText),
            may("completion_redirect_uri", Kind::Text),
            may("url_lifetime_seconds", Kind::Int(1, 21 * 86_400)),
            may("is_mobile_app", Kind::Flag),
        ]),
    ),
    may(
        "transactions",
        Kind::Object(&[may("days_requested", Kind::Int(1, 730))]),
    ),
    may("enable_multi_item_link", Kind::Flag),
    may("user_token", Kind::AnyText),
    may("institution_id", Kind::AnyText),
    may("card_switch", Kind::Any),
    may("eu_config", Kind::Any),
    may("payment_configuration", Kind::Any),
    may("payment_initiation", Kind::Any),
    may("employment", Kind::Any),
    may("income_verification", Kind::Any),
    may("base_report", Kind::Any),
    may("credit_partner_insights", Kind::Any),
    may("cra_options", Kind::Any),
    may("cra_report_parameter", Kind::Any),
    may("consumer_report_permissible_purpose", Kind::Any),
    may("auth", Kind::Any),
    may("transfer", Kind::Any),
    may("identity_verification", Kind::Any),
    may("statements", Kind::Any),
    may("third_party_user_token", Kind::Any),
    may("investments", Kind::Any),
    may("investments_auth", Kind::Any),
    may("cashflow_report", Kind::Any),
    may("cra_enabled", Kind::Any),
    may("identity", Kind::Any),
    may("financekit_supported", Kind::Any),
];

/// Fields of `/link/token/get`.
pub const GET: &[Field] = &[must("link_token", Kind::Text)];
