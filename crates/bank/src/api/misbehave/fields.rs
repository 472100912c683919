//! The fields of each call.

use crate::api::fields::{Field, Kind, may, must};

const TOKEN: Field = may("access_token", Kind::Text);
const ID: Field = may("item_id", Kind::Text);
/// The member that a call names.
pub const MEMBER: Field = may("member_guid", Kind::Text);
const QUIET: Field = may("quiet", Kind::Flag);
const TRANSACTION: Field = must("transaction_id", Kind::Text);
const ACCOUNT: Field = must("account_id", Kind::Text);

/// Fields of calls that only name an Item.
pub const ITEM: &[Field] = &[TOKEN, ID, MEMBER];
/// The same fields, and `quiet`, which suppresses the webhook.
pub const QUIETLY: &[Field] = &[TOKEN, ID, MEMBER, QUIET];
/// Fields of `/misbehave/transactions/add`.
pub const ADD: &[Field] = &[
    TOKEN,
    ID,
    MEMBER,
    QUIET,
    may("account_id", Kind::Text),
    may("amount", Kind::Text),
    may("description", Kind::Text),
    may("merchant_name", Kind::Text),
    may("iso_currency_code", Kind::Text),
    may("date", Kind::Day),
    may("pending", Kind::Flag),
];
/// Fields of `/misbehave/transactions/settle`.
pub const SETTLE: &[Field] = &[
    TOKEN,
    ID,
    MEMBER,
    QUIET,
    TRANSACTION,
    may("amount", Kind::Text),
    may("date", Kind::Day),
    may("step", Kind::Text),
    may("pending_transaction_id", Kind::AnyText),
];
/// Fields of `/misbehave/transactions/modify`.
pub const MODIFY: &[Field] = &[
    TOKEN,
    ID,
    MEMBER,
    QUIET,
    TRANSACTION,
    may("amount", Kind::Text),
    may("description", Kind::Text),
    may("merchant_name", Kind::Text),
    may("date", Kind::Day),
];
/// Fields of `/misbehave/transactions/remove`.
pub const REMOVE: &[Field] = &[TOKEN, ID, MEMBER, QUIET, TRANSACTION];
/// Fields of `/misbehave/item/error`.
pub const ERROR: &[Field] = &[TOKEN, ID, MEMBER, QUIET, may("error_code", Kind::Text)];
/// Fields of `/misbehave/account/add`.
pub const OPEN: &[Field] = &[
    TOKEN,
    ID,
    MEMBER,
    may("name", Kind::Text),
    may("type", Kind::Text),
    may("subtype", Kind::Text),
    may("mask", Kind::Text),
    may("iso_currency_code", Kind::Text),
    may("balance", Kind::Text),
    may("selected", Kind::Flag),
];
/// Fields of `/misbehave/account/close`.
pub const CLOSE: &[Field] = &[TOKEN, ID, MEMBER, ACCOUNT, may("webhook", Kind::Flag)];
/// Fields of `/misbehave/account/select`.
pub const SELECT: &[Field] = &[TOKEN, ID, MEMBER, ACCOUNT, must("selected", Kind::Flag)];
/// Fields of `/misbehave/webhook/send`.
pub const SEND: &[Field] = &[
    TOKEN,
    ID,
    MEMBER,
    must("webhook_code", Kind::Text),
    may("webhook_type", Kind::Text),
    may("fields", Kind::Any),
    may("without", Kind::Texts(0)),
    may("times", Kind::Int(1, 1000)),
    may("delay_seconds", Kind::Int(0, 86_400)),
    may("forgery", Kind::Text),
    may("url", Kind::Link),
];
/// Fields of `/misbehave/webhook/release`.
pub const RELEASE: &[Field] = &[TOKEN, ID, MEMBER, may("reversed", Kind::Flag)];
/// Fields of `/misbehave/webhook/key/rotate`.
pub const ROTATE: &[Field] = &[
    may("expire_after_seconds", Kind::Int(0, 86_400)),
    may("forget", Kind::Flag),
];
/// Fields of `/misbehave/fault/add`.
pub const FAULT: &[Field] = &[
    TOKEN,
    ID,
    MEMBER,
    must("fault", Kind::Text),
    may("source", Kind::Text),
    may("identity", Kind::Text),
    may("endpoint", Kind::Text),
    may("institution_id", Kind::Text),
    may("times", Kind::Int(1, 10_000)),
    may("until_cleared", Kind::Flag),
    may("skip", Kind::Int(0, 10_000)),
    may("retry_after", Kind::Int(0, 14_400)),
    may("delay_ms", Kind::Int(0, 600_000)),
    may("error_code", Kind::Text),
    may("error_type", Kind::Text),
    may("status", Kind::Int(400, 599)),
    may("body", Kind::Text),
];
/// Fields of `/misbehave/fault/clear`.
pub const CLEAR: &[Field] = &[
    TOKEN,
    ID,
    MEMBER,
    may("fault_id", Kind::Text),
    may("source", Kind::Text),
    may("identity", Kind::Text),
];
/// Fields of `/misbehave/time/advance`.
pub const ADVANCE: &[Field] = &[
    may("days", Kind::Int(0, 3650)),
    may("seconds", Kind::Int(0, 86_400)),
];
