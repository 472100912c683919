//! Responses about people, members, challenges and institutions.

use serde::Deserialize;
use serde_json::Value;

use super::Pagination;
use crate::null::{or_empty, or_none};

#[derive(Deserialize)]
pub(in crate::mx) struct UserAnswer {
    pub user: User,
}

#[derive(Deserialize)]
pub(in crate::mx) struct User {
    pub guid: String,
}

#[derive(Deserialize)]
pub(in crate::mx) struct WidgetAnswer {
    pub widget_url: WidgetUrl,
}

#[derive(Deserialize)]
pub(in crate::mx) struct WidgetUrl {
    pub url: String,
}

#[derive(Deserialize)]
pub(in crate::mx) struct MemberAnswer {
    pub member: Member,
}

#[derive(Default, Deserialize)]
pub(in crate::mx) struct MembersAnswer {
    #[serde(default, deserialize_with = "or_none")]
    pub members: Vec<Member>,
}

#[derive(Deserialize)]
pub(in crate::mx) struct Member {
    pub guid: String,
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub institution_code: Option<String>,
    #[serde(default, deserialize_with = "or_empty")]
    pub connection_status: String,
    #[serde(default)]
    pub successfully_aggregated_at: Option<String>,
    #[serde(default)]
    pub oauth_window_uri: Option<String>,
    #[serde(default, deserialize_with = "or_empty")]
    pub is_oauth: bool,
}

#[derive(Deserialize)]
pub(in crate::mx) struct StatusAnswer {
    #[serde(default, deserialize_with = "or_empty")]
    pub member: Status,
}

#[derive(Default, Deserialize)]
pub(in crate::mx) struct Status {
    #[serde(default, deserialize_with = "or_empty")]
    pub connection_status: String,
    #[serde(default, deserialize_with = "or_empty")]
    pub is_being_aggregated: bool,
    #[serde(default, deserialize_with = "or_empty")]
    pub is_authenticated: bool,
    #[serde(default, deserialize_with = "or_empty")]
    pub has_processed_transactions: bool,
    #[serde(default, deserialize_with = "or_none")]
    pub challenges: Vec<Challenge>,
}

#[derive(Default, Deserialize)]
pub(in crate::mx) struct ChallengesAnswer {
    #[serde(default, deserialize_with = "or_none")]
    pub challenges: Vec<Challenge>,
}

#[derive(Deserialize)]
pub(in crate::mx) struct Challenge {
    /// Without an id, a challenge cannot be answered.
    #[serde(default)]
    pub guid: Option<String>,
    #[serde(default)]
    pub label: Option<String>,
    #[serde(default)]
    pub field_name: Option<String>,
    /// A word, or, in some of MX's documents, a number.
    #[serde(rename = "type", default)]
    pub kind: Value,
    #[serde(default)]
    pub image_data: Option<String>,
    #[serde(default, deserialize_with = "or_none")]
    pub image_options: Vec<Choice>,
    #[serde(default, deserialize_with = "or_none")]
    pub options: Vec<Choice>,
}

#[derive(Deserialize)]
pub(in crate::mx) struct Choice {
    #[serde(default)]
    pub label: Option<String>,
    #[serde(default)]
    pub value: Option<String>,
    #[serde(default)]
    pub guid: Option<String>,
    #[serde(default)]
    pub data_uri: Option<String>,
}

#[derive(Deserialize)]
pub(in crate::mx) struct CredentialsAnswer {
    #[serde(default, deserialize_with = "or_none")]
    pub credentials: Vec<Credential>,
}

#[derive(Deserialize)]
pub(in crate::mx) struct Credential {
    pub guid: String,
    #[serde(default)]
    pub label: Option<String>,
    #[serde(default)]
    pub field_name: Option<String>,
    #[serde(default)]
    pub field_type: Value,
    #[serde(rename = "type", default)]
    pub kind: Value,
    #[serde(default)]
    pub display_order: Option<i64>,
    #[serde(default, deserialize_with = "or_none")]
    pub options: Vec<Choice>,
}

#[derive(Deserialize)]
pub(in crate::mx) struct InstitutionAnswer {
    pub institution: Institution,
}

#[derive(Deserialize)]
pub(in crate::mx) struct InstitutionsAnswer {
    #[serde(default, deserialize_with = "or_none")]
    pub institutions: Vec<Institution>,
    #[serde(default, deserialize_with = "or_empty")]
    pub pagination: Pagination,
}

#[derive(Deserialize)]
pub(in crate::mx) struct Institution {
    #[serde(default)]
    pub code: Option<String>,
    #[serde(default)]
    pub guid: Option<String>,
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub url: Option<String>,
    #[serde(default, deserialize_with = "or_empty")]
    pub supports_oauth: bool,
    #[serde(default, deserialize_with = "or_empty")]
    pub is_hidden: bool,
    #[serde(default, deserialize_with = "or_empty")]
    pub is_disabled_by_client: bool,
}
