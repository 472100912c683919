//! The pages and forms that people use in a browser.
//!
//! Every page is rendered whole on the server (`SsrMode::Async`) and works with scripts off. Pages read through the
//! server functions in `data`, and forms write through those in `forms`; both call use-cases and hold no rules of their
//! own.

mod csv_export;
mod data_export;
mod error;
mod error_document;
mod flash;
mod forms;
mod opened_from;
mod pages;
mod parts;
mod rates;
mod resources;
mod server_functions;
mod shell;
#[cfg(test)]
mod tests;
mod visitor;

use leptos::prelude::*;
use leptos_router::SsrMode;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::path;

pub use error::PageError;
pub use error_document::{error_document, https_document};
pub use parts::scripts::Scripts;
pub use resources::router;
pub use shell::{Appearance, Assets, shell};
pub use visitor::{PlainHttp, cookie_of, visit_of};

/// The routes of all pages.
#[component]
pub fn App() -> impl IntoView {
    parts::head::begin();
    view! {
        <Router>
            <FlatRoutes fallback=pages::missing>
                <Route path=path!("/") view=pages::overview ssr=SsrMode::Async/>
                <Route path=path!("/sign-up") view=pages::sign_up ssr=SsrMode::Async/>
                <Route path=path!("/log-in") view=pages::log_in ssr=SsrMode::Async/>
                <Route path=path!("/log-in/code") view=pages::log_in_code ssr=SsrMode::Async/>
                <Route path=path!("/reset-password") view=pages::reset_password ssr=SsrMode::Async/>
                <Route path=path!("/reset-password/new") view=pages::new_password ssr=SsrMode::Async/>
                <Route path=path!("/confirm") view=pages::confirm ssr=SsrMode::Async/>
                <Route path=path!("/sign-up/complete") view=pages::complete_profile ssr=SsrMode::Async/>
                <Route path=path!("/log-in/connect") view=pages::connect_account ssr=SsrMode::Async/>
                <Route path=path!("/sign-in") view=pages::leaving ssr=SsrMode::Async/>
                <Route path=path!("/sign-in/:provider") view=pages::callback ssr=SsrMode::Async/>
                <Route path=path!("/data-deletion") view=pages::deleted ssr=SsrMode::Async/>
                <Route path=path!("/transactions") view=pages::transactions ssr=SsrMode::Async/>
                <Route path=path!("/transactions/:id") view=pages::transaction ssr=SsrMode::Async/>
                <Route path=path!("/accounts") view=pages::accounts ssr=SsrMode::Async/>
                <Route path=path!("/accounts/:id") view=pages::account ssr=SsrMode::Async/>
                <Route path=path!("/connections/:id") view=pages::connection ssr=SsrMode::Async/>
                <Route path=path!("/accounts/:id/delete") view=pages::forget_account ssr=SsrMode::Async/>
                <Route path=path!("/connections/:id/match") view=pages::match_accounts ssr=SsrMode::Async/>
                <Route path=path!("/connections/:id/calls") view=pages::calls ssr=SsrMode::Async/>
                <Route path=path!("/connections/:id/check") view=pages::check ssr=SsrMode::Async/>
                <Route path=path!("/connections/:id/unlink") view=pages::unlink ssr=SsrMode::Async/>
                <Route path=path!("/connections/:id/log-in") view=pages::bank_log_in_again ssr=SsrMode::Async/>
                <Route path=path!("/link/new") view=pages::new_bank ssr=SsrMode::Async/>
                <Route path=path!("/link/log-in") view=pages::bank_log_in ssr=SsrMode::Async/>
                <Route path=path!("/link/already") view=pages::already_linked ssr=SsrMode::Async/>
                <Route path=path!("/link/oauth") view=pages::link_resumed ssr=SsrMode::Async/>
                <Route path=path!("/link/:id") view=pages::link ssr=SsrMode::Async/>
                <Route path=path!("/rates/live") view=pages::live_rates ssr=SsrMode::Async/>
                <Route path=path!("/rates/history") view=pages::rate_history ssr=SsrMode::Async/>
                <Route path=path!("/activity") view=pages::activity ssr=SsrMode::Async/>
                <Route path=path!("/about") view=pages::about ssr=SsrMode::Async/>
                <Route path=path!("/settings") view=pages::settings ssr=SsrMode::Async/>
                <Route path=path!("/settings/webhooks") view=pages::webhooks ssr=SsrMode::Async/>
                <Route path=path!("/settings/webhooks/:id") view=pages::webhook ssr=SsrMode::Async/>
                <Route path=path!("/settings/log-in-methods") view=pages::login_methods ssr=SsrMode::Async/>
                <Route path=path!("/settings/log-in-methods/:provider") view=pages::login_method ssr=SsrMode::Async/>
                <Route path=path!("/settings/password") view=pages::password ssr=SsrMode::Async/>
                <Route path=path!("/settings/two-step") view=pages::two_step ssr=SsrMode::Async/>
                <Route path=path!("/settings/two-step/set-up") view=pages::set_up_two_step ssr=SsrMode::Async/>
                <Route path=path!("/settings/profile") view=pages::profile ssr=SsrMode::Async/>
                <Route path=path!("/settings/mail") view=pages::emails ssr=SsrMode::Async/>
                <Route path=path!("/settings/sessions") view=pages::sessions ssr=SsrMode::Async/>
                <Route path=path!("/settings/programs") view=pages::programs ssr=SsrMode::Async/>
                <Route path=path!("/settings/export") view=pages::export ssr=SsrMode::Async/>
                <Route path=path!("/settings/delete-account") view=pages::delete_account ssr=SsrMode::Async/>
                <Route path=path!("/become-operator") view=pages::become_operator ssr=SsrMode::Async/>
                <Route path=path!("/oauth/authorize") view=pages::authorize ssr=SsrMode::Async/>
                <Route path=path!("/oauth/answered") view=pages::answered ssr=SsrMode::Async/>
                <Route path=path!("/admin") view=pages::admin::overview ssr=SsrMode::Async/>
                <Route path=path!("/admin/users") view=pages::admin::users ssr=SsrMode::Async/>
                <Route path=path!("/admin/users/:id") view=pages::admin::user ssr=SsrMode::Async/>
                <Route path=path!("/admin/connections") view=pages::admin::connections ssr=SsrMode::Async/>
                <Route path=path!("/admin/apps") view=pages::admin::apps ssr=SsrMode::Async/>
                <Route path=path!("/admin/jobs") view=pages::admin::jobs ssr=SsrMode::Async/>
                <Route path=path!("/admin/jobs/:id") view=pages::admin::job ssr=SsrMode::Async/>
                <Route path=path!("/admin/calls") view=pages::admin::calls ssr=SsrMode::Async/>
                <Route path=path!("/admin/usage") view=pages::admin::usage ssr=SsrMode::Async/>
                <Route path=path!("/admin/webhooks") view=pages::admin::webhooks ssr=SsrMode::Async/>
                <Route path=path!("/admin/webhooks/refused") view=pages::admin::refused_page ssr=SsrMode::Async/>
                <Route path=path!("/admin/webhooks/:id") view=pages::admin::webhook ssr=SsrMode::Async/>
            </FlatRoutes>
        </Router>
    }
}
