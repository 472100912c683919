//! The page for a bank's credentials: the provider's widget in a frame, or a form of ours.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use url::Url;

use super::wanted::Wanted;
use super::{part_of_path, query};
use crate::app::error::PageError;
use crate::app::flash::Flash;
use crate::app::forms::typing::{LinkFramed, LinkTyped, LogInAgain};
use crate::app::parts::attention::attention;
use crate::app::parts::bank_form::{self, BankForm};
use crate::app::parts::built_in::LogIns;
use crate::app::parts::frame::{Page, Tab, framed};
use crate::app::parts::{actions, scripts};
use crate::app::shell::has_islands;
use crate::app::visitor;
use crate::context::Ctx;
use crate::ledger::view::{Attention, AttentionAction};
use crate::ledger::{self, records};
use crate::sync::{self, SyncError};
use domain::connection::Connection;
use domain::problem::{Problem, Reason};
use domain::provider::CredentialField;
use domain::secret::Secret;
use islands::BankFrame;

/// The data of the page.
pub struct LogIn {
    /// The bank's name.
    pub bank: String,
    /// The provider's id, like `mx`.
    pub provider: String,
    /// The provider's name for people.
    pub title: String,
    /// The provider's id of the bank.
    pub bank_id: String,
    /// The connection's id, if the person logs in again.
    pub connection: Option<String>,
    /// The page that "Cancel" links to.
    pub back: String,
    /// Why the person has to log in again, or that the bank has a question instead.
    pub attention: Option<Attention>,
    /// The credential fields; empty if the bank has its own log-in page.
    pub fields: Vec<CredentialField>,
    /// The log-ins that the bank takes, if it is the demo bank.
    pub log_ins: Option<LogIns>,
    /// The address of the provider's widget, if it can be shown.
    pub widget: Option<Secret>,
}

/// Draws the page for a new bank.
pub fn bank_log_in() -> AnyView {
    let (provider, bank_id) = (query("with"), query("bank"));
    let back = Wanted::from_query(&query("q"), &query("from")).page();
    framed(Tab::Accounts, |flash| async move {
        let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
        let (bank, fields) = match sync::credential_fields(&ctx, &provider, &bank_id).await {
            // The address is mistyped, or older than the settings.
            Err(SyncError::Provider(problem)) if nowhere(&problem) => {
                return Err(PageError::NotFound.raised());
            }
            found => found?,
        };
        let widget = match has_islands() && !fields.is_empty() {
            true => sync::widget_url(&ctx, &user, &provider, Some(&bank_id), None)
                .await
                .ok(),
            false => None,
        };
        let read = LogIn {
            bank: bank.name,
            title: sync::provider_title(&ctx, &provider),
            provider,
            log_ins: LogIns::for_institution(&ctx, &bank_id),
            bank_id,
            connection: None,
            back,
            attention: None,
            fields,
            widget,
        };
        Ok(Page::new("Link a bank", view(&read, &flash)))
    })
}

fn nowhere(problem: &Problem) -> bool {
    let none = [Reason::NotSetUp, Reason::NotSupported, Reason::NotOffered];
    none.contains(&problem.reason)
}

/// Draws the page for a linked bank.
pub fn bank_log_in_again() -> AnyView {
    let id = part_of_path("id");
    framed(Tab::Accounts, |flash| async move {
        let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
        let known = records::connection(&ctx, &user, &id).await?.connection;
        if known.unlink_asked_at.is_some() {
            return Err(PageError::NoLongerLinked.raised());
        }
        let why = reason(&ctx, &known);
        if !ledger::offers(&ctx, &known).credentials {
            let page = elsewhere(&known.institution_name, &id, why.as_ref());
            return Ok(Page::new("Log in again", page));
        }
        let bank_id = known.institution_id.clone().unwrap_or_default();
        let (_, fields) = sync::credential_fields(&ctx, &known.provider, &bank_id).await?;
        let widget = match has_islands() && known.linked_at.is_some() && !fields.is_empty() {
            true => sync::widget_url(&ctx, &user, &known.provider, None, Some(&known.id))
                .await
                .ok(),
            false => None,
        };
        let read = LogIn {
            bank: known.institution_name,
            title: sync::provider_title(&ctx, &known.provider),
            provider: known.provider,
            log_ins: LogIns::for_institution(&ctx, &bank_id),
            bank_id,
            back: format!("/connections/{id}"),
            connection: Some(id),
            attention: why,
            fields,
            widget,
        };
        Ok(Page::new("Log in again", view(&read, &flash)))
    })
}

/// Returns what has stopped a connection. The banner's log-in action is dropped, because this page is for that;
/// questions are answered on the connection's page.
fn reason(ctx: &Ctx, connection: &Connection) -> Option<Attention> {
    let what = ledger::attention(ctx, connection)?;
    let action = match what.action {
        AttentionAction::Answer => AttentionAction::Answer,
        _ => AttentionAction::None,
    };
    what.stopped.then_some(Attention { action, ..what })
}

fn trouble_notice(why: Option<&Attention>) -> Option<AnyView> {
    why.map(|what| attention(what, &visitor::here()))
}

/// Draws the page.
pub fn view(read: &LogIn, flash: &Flash) -> AnyView {
    let form = BankForm {
        action: match read.connection {
            Some(_) => LogInAgain::url(),
            None => LinkTyped::url(),
        },
        hidden: hidden(read),
        button: match read.fields.is_empty() {
            true => format!("Continue to {}", read.bank),
            false => "Log in".into(),
        },
        // A widget focuses its own field.
        focus: read.widget.is_none(),
    };
    let form = bank_form::log_in(form, &read.fields, flash);
    let hint = read.log_ins.filter(|_| !read.fields.is_empty());
    let form = view! { {form} {hint.map(LogIns::to_type)} }.into_any();
    view! {
        <div class="lead"><h1 class="title">{format!("Log in to {}", read.bank)}</h1></div>
        {trouble_notice(read.attention.as_ref())}
        {match &read.widget {
            Some(address) => in_frame(read, address, form),
            None => alone(read, form),
        }}
        <p class="actions"><a class="button quiet" href=read.back.clone()>"Cancel"</a></p>
    }
    .into_any()
}

fn hidden(read: &LogIn) -> Vec<(&'static str, String)> {
    match &read.connection {
        Some(id) => vec![("connection", id.clone())],
        None => vec![
            ("provider", read.provider.clone()),
            ("bank", read.bank_id.clone()),
        ],
    }
}

fn alone(read: &LogIn, form: AnyView) -> AnyView {
    let said = match read.fields.is_empty() {
        true => "This bank uses its own log-in page. It will open in a new tab.".to_owned(),
        false => passed_on(&read.title),
    };
    view! { <div class="sheet opens bank-log-in"><p class="soft">{said}</p>{form}</div> }.into_any()
}

/// Says what happens to the credentials typed into our form.
fn passed_on(provider: &str) -> String {
    format!("We pass what you type to your bank through {provider} and don’t keep it.")
}

/// Draws the provider's widget above our form. Without scripts the widget does not work and is not shown.
fn in_frame(read: &LogIn, address: &Secret, form: AnyView) -> AnyView {
    let provider = &read.title;
    if let Ok(url) = Url::parse(address.expose()) {
        scripts::frame(url.origin().ascii_serialization());
    }
    let mut hidden = hidden(read);
    if read.connection.is_some() {
        hidden.push(("provider", read.provider.clone()));
    }
    let hidden = hidden.into_iter();
    let hidden = hidden.map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
    view! {
        <section class="in-frame">
            <p class="soft">
                {format!("This is {provider}’s log-in window. Your password goes from {provider} to your bank, never through Passbook.")}
            </p>
            <iframe id="bank-frame" class="bank-frame" src=address.expose().to_owned()
                title=format!("{provider}: log in to {}", read.bank)></iframe>
            <form id="bank-linked" class="inline" method="post" action=LinkFramed::url()>
                {hidden.collect_view()}
                "Finished?" <button class="as-link" type="submit">"Continue"</button>
            </form>
            <BankFrame/>
            {scripts::wake()}
        </section>
        <details id="typed-here" class="narrow typed-here" open=true>
            <summary>"Log in without the window"</summary>
            <div class="sheet opens bank-log-in">
                <p class="soft">{passed_on(&read.title)}</p>
                {form}
            </div>
        </details>
    }
    .into_any()
}

/// Draws the page for a connection whose credentials are not typed here.
fn elsewhere(bank: &str, id: &str, why: Option<&Attention>) -> AnyView {
    view! {
        <div class="lead">
            <h1 class="title">{format!("Log in to {bank}")}</h1>
            <p class="soft">"You’ll log in with your bank. Passbook never sees your password."</p>
        </div>
        {trouble_notice(why)}
        <div class="actions">
            {actions::link("Continue", format!("repair:{id}"), "button main")}
            <a class="button quiet" href=format!("/connections/{id}")>"Cancel"</a>
        </div>
    }
    .into_any()
}
