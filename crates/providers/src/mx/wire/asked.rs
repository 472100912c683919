//! Requests.

use serde::Serialize;

#[derive(Serialize)]
pub(in crate::mx) struct UserRequest<'a> {
    pub user: NewUser<'a>,
}

#[derive(Serialize)]
pub(in crate::mx) struct NewUser<'a> {
    pub id: &'a str,
}

#[derive(Serialize)]
pub(in crate::mx) struct CreateMemberRequest<'a> {
    pub member: NewMember<'a>,
    pub data_request: DataRequest,
}

#[derive(Serialize)]
pub(in crate::mx) struct NewMember<'a> {
    pub id: &'a str,
    pub institution_code: &'a str,
    pub credentials: Vec<Filled<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_oauth: Option<bool>,
}

#[derive(Serialize)]
pub(in crate::mx) struct DataRequest {
    pub products: [&'static str; 1],
}

impl DataRequest {
    pub(in crate::mx) const TRANSACTIONS: Self = Self {
        products: ["transactions"],
    };
}

/// A field with what was typed.
#[derive(Serialize)]
pub(in crate::mx) struct Filled<'a> {
    pub guid: &'a str,
    pub value: &'a str,
}

#[derive(Serialize)]
pub(in crate::mx) struct UpdateMemberRequest<'a> {
    pub member: Credentials<'a>,
}

#[derive(Serialize)]
pub(in crate::mx) struct Credentials<'a> {
    pub credentials: Vec<Filled<'a>>,
}

#[derive(Serialize)]
pub(in crate::mx) struct ResumeRequest<'a> {
    pub member: Answers<'a>,
}

#[derive(Serialize)]
pub(in crate::mx) struct Answers<'a> {
    pub challenges: Vec<Filled<'a>>,
}

#[derive(Serialize)]
pub(in crate::mx) struct WidgetRequest<'a> {
    pub widget_url: Widget<'a>,
}

#[derive(Serialize)]
pub(in crate::mx) struct Widget<'a> {
    pub widget_type: &'static str,
    pub ui_message_version: u8,
    pub data_request: DataRequest,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_institution_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_member_guid: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub update_credentials: Option<bool>,
}
