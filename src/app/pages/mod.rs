//! The pages, one file each. A page reads its data, then passes it to a function `drawn` that only draws.

mod about;
mod account;
mod accounts;
mod activity;
pub mod admin;
mod already_linked;
mod authorize;
mod bank_log_in;
mod become_operator;
mod bulk_edit;
mod calls;
mod check;
mod complete_profile;
mod confirm;
mod connection;
mod delete_account;
mod emails;
mod ended;
mod export;
mod forget_account;
mod found_banks;
mod link;
mod live_rates;
mod log_in;
mod log_in_code;
mod login_method;
mod login_methods;
mod match_accounts;
mod missing;
mod new_bank;
mod overview;
mod password;
mod profile;
mod programs;
mod rate_history;
mod reset_password;
mod sessions;
mod settings;
mod sign_up;
mod signing_in;
mod this_month;
mod transaction;
mod transactions;
mod try_this;
mod two_step;
mod unlink;
mod wanted;
mod webhook;
mod webhooks;

pub use about::about;
pub use account::account;
pub use accounts::accounts;
pub use activity::activity;
pub use already_linked::already_linked;
pub use authorize::{answered, authorize};
pub use bank_log_in::{bank_log_in, bank_log_in_again};
pub use become_operator::become_operator;
pub use calls::calls;
pub use check::check;
pub use complete_profile::{complete_profile, connect_account};
pub use confirm::confirm;
pub use connection::connection;
pub use delete_account::delete_account;
pub use emails::emails;
pub use export::export;
pub use forget_account::forget_account;
pub use link::{link, link_resumed};
pub use live_rates::live_rates;
pub use log_in::log_in;
pub use log_in_code::log_in_code;
pub use login_method::login_method;
pub use login_methods::login_methods;
pub use match_accounts::match_accounts;
pub use missing::missing;
pub use new_bank::new_bank;
pub use overview::overview;
pub use password::password;
pub use profile::profile;
pub use programs::programs;
pub use rate_history::rate_history;
pub use reset_password::{new_password, reset_password};
pub use sessions::sessions;
pub use settings::settings;
pub use sign_up::sign_up;
pub use signing_in::{callback, deleted, leaving};
pub use transaction::transaction;
pub use transactions::transactions;
pub use two_step::{overview as two_step, set_up as set_up_two_step};
pub use unlink::unlink;
pub use webhook::webhook;
pub use webhooks::webhooks;

use axum::http::request::Parts;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// Returns a parameter of the route's path.
fn part_of_path(name: &str) -> String {
    use_params_map().with_untracked(|parts| parts.get(name).unwrap_or_default())
}

/// Returns a value of the query; empty if it is absent. It is parsed here because the router's own map decodes values
/// twice, so that `%26` inside one would end it.
fn query(name: &str) -> String {
    let parts = use_context::<Parts>();
    let query = parts.as_ref().and_then(|parts| parts.uri.query());
    url::form_urlencoded::parse(query.unwrap_or_default().as_bytes())
        .find(|(key, _)| key == name)
        .map_or_else(String::new, |(_, value)| value.into_owned())
}

/// The drawing function of each page, for tests.
#[cfg(test)]
pub mod drawn {
    pub use super::about::view as about;
    pub use super::account::view as account;
    pub use super::accounts::{arrange, view as accounts};
    pub use super::activity::view as activity;
    pub use super::already_linked::view as already_linked;
    pub use super::bank_log_in::{LogIn, view as bank_log_in};
    pub use super::become_operator::view as become_operator;
    pub use super::bulk_edit::view as bulk_edit;
    pub use super::calls::view as calls;
    pub use super::check::view as check;
    pub use super::complete_profile::{drawn_account as connect_account, view as complete_profile};
    pub use super::confirm::view as confirm;
    pub use super::connection::{AtBank, view as connection};
    pub use super::delete_account::view as delete_account;
    pub use super::emails::view as emails;
    pub use super::ended::view as ended;
    pub use super::export::view as export;
    pub use super::forget_account::view as forget_account;
    pub use super::link::view as link;
    pub use super::live_rates::{off as rates_off, unknown as unknown_pair, view as live_rates};
    pub use super::log_in::{Offers as LogInOffers, view as log_in};
    pub use super::log_in_code::view as log_in_code;
    pub use super::login_method::{Change, view as login_method};
    pub use super::login_methods::{LoginMethodRow, Shown, view as login_methods};
    pub use super::match_accounts::view as match_accounts;
    pub use super::new_bank::view as new_bank;
    pub use super::overview::{Offered, view as overview};
    pub use super::password::view as password;
    pub use super::profile::view as profile;
    pub use super::programs::{AllowedRow, KeyRow, view as programs};
    pub use super::rate_history::view as rate_history;
    pub use super::reset_password::{ask as ask_reset, new as new_password, without_mail};
    pub use super::sessions::{BrowserRow, ProgramRow, view as sessions};
    pub use super::settings::view as settings;
    pub use super::sign_up::view as sign_up;
    pub use super::signing_in::drawn_deleted as deleted;
    pub use super::transaction::view as transaction;
    pub use super::transactions::view as transactions;
    pub use super::two_step::{drawn_set_up as set_up_two_step, view as two_step};
    pub use super::unlink::drawn_delete as delete_kept;
    pub use super::unlink::drawn_remove as remove;
    pub use super::unlink::view as unlink;
    pub use super::wanted::Wanted;
    pub use super::webhook::view as webhook;
    pub use super::webhooks::view as webhooks;
}
