//! One connection: the progress of its first sync, or its state.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use super::accounts::buttons;
use super::{ended, part_of_path};
use crate::app::error::PageError;
use crate::app::flash::Flash;
use crate::app::forms::typing::{AnswerBank, LogInAgain};
use crate::app::parts::attention::attention;
use crate::app::parts::bank_form::{self, BankForm};
use crate::app::parts::built_in::{self, LogIns};
use crate::app::parts::frame::{Page, Tab, framed};
use crate::app::parts::head::{self, Every};
use crate::app::parts::scripts::wake;
use crate::app::server_functions;
use crate::app::shell::has_islands;
use crate::app::visitor;
use crate::ledger::records;
use crate::ledger::view::{Attention, AttentionAction, Progress};
use crate::sync;
use domain::provider::{Challenge, CredentialField};
use domain::secret::Secret;
use islands::LiveProgress;

/// Reads the data and draws the page.
pub fn connection() -> AnyView {
    let id = part_of_path("id");
    framed(Tab::Accounts, |flash| async move {
        if let Some(card) = server_functions::ended(id.clone()).await? {
            let title = format!("{} · {}", ended::heading(&card), card.institution);
            return Ok(Page::new(title, ended::view(&card)));
        }
        let is_built_in = visitor::ctx()?.config.built_in_bank;
        let mut progress = server_functions::progress(id).await?;
        if flash.repaired {
            leave_out_what_was_done(&mut progress);
        }
        let at_bank = at_bank(&progress).await?;
        if let AtBank::Questions(asked, _) = &at_bank {
            say_how_many(&mut progress, asked.len());
        }
        let title = format!("{} · {}", progress.heading, progress.institution);
        let bank = is_built_in.then(built_in::panel);
        Ok(Page::new(
            title,
            view! { {view(&progress, &at_bank, &flash)} {bank} }.into_any(),
        ))
    })
}

/// Drops a banner that the person has just acted on. The note stays stored until the requested sync succeeds; a stopped
/// connection keeps its banner until then.
fn leave_out_what_was_done(progress: &mut Progress) {
    let done = [AttentionAction::Repair, AttentionAction::ChooseAccounts];
    progress
        .attention
        .take_if(|what| !what.stopped && done.contains(&what.action));
}

/// Adapts the heading to the number of questions. The stored state says only that the bank asks.
fn say_how_many(progress: &mut Progress, questions: usize) {
    let (heading, sentence) = match questions {
        // They were answered, but the stored state does not say so yet.
        0 => {
            progress.attention = None;
            progress.asking = true;
            sync::BEING_CHECKED
        }
        1 => return,
        _ => (
            "Your bank has questions",
            "We pass your answers to your bank and don’t keep them.",
        ),
    };
    progress.heading = heading.to_owned();
    progress.sentence = sentence.to_owned();
}

/// What a person can do at the bank of a connection whose credentials are typed here.
#[derive(Debug, Default)]
pub enum AtBank {
    /// Nothing at the moment.
    #[default]
    Nothing,
    /// Enter the credentials again.
    LogIn(Vec<CredentialField>, Option<LogIns>),
    /// Answer the bank's questions.
    Questions(Vec<Challenge>, Option<LogIns>),
    /// Log in on the bank's own page, at this address.
    Window(Secret),
}

/// Returns what a person can do at the bank. If the provider cannot be asked, the page still shows the connection's
/// state.
async fn at_bank(progress: &Progress) -> Result<AtBank, PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    let found = records::connection(&ctx, &user, &progress.connection_id).await?;
    let known = found.connection;
    let action = progress.attention.as_ref().map(|what| what.action);
    let bank = known.institution_id.as_deref().unwrap_or_default();
    let log_ins = LogIns::for_institution(&ctx, bank);
    Ok(match action {
        Some(AttentionAction::Answer) => {
            let asked = sync::challenges(&ctx, &user, &known.id).await;
            asked.map_or(AtBank::Nothing, |asked| AtBank::Questions(asked, log_ins))
        }
        Some(AttentionAction::LogIn) => {
            let read = sync::credential_fields(&ctx, &known.provider, bank).await;
            read.map_or(AtBank::Nothing, |(_, fields)| {
                AtBank::LogIn(fields, log_ins)
            })
        }
        _ if progress.asking => {
            let window = sync::own_login_url(&ctx, &user, &known.id).await?;
            window.map_or(AtBank::Nothing, AtBank::Window)
        }
        _ => AtBank::Nothing,
    })
}

/// Draws the form or button for it.
fn next_at_bank(progress: &Progress, at_bank: &AtBank, flash: &Flash) -> Option<AnyView> {
    let hidden = vec![("connection", progress.connection_id.clone())];
    let form = match at_bank {
        AtBank::Nothing => return None,
        AtBank::LogIn(fields, log_ins) => {
            let form = BankForm {
                action: LogInAgain::url(),
                hidden,
                button: match fields.is_empty() {
                    true => format!("Continue to {}", progress.institution),
                    false => "Log in".into(),
                },
                focus: true,
            };
            let form = bank_form::log_in(form, fields, flash);
            let hint = log_ins.filter(|_| !fields.is_empty());
            view! {
                <p class="soft">{progress.sentence.clone()}</p>
                {form}
                {hint.map(LogIns::to_type)}
            }
            .into_any()
        }
        AtBank::Questions(asked, _) if asked.is_empty() => return None,
        AtBank::Questions(asked, log_ins) => {
            let form = BankForm {
                action: AnswerBank::url(),
                hidden,
                button: "Continue".into(),
                focus: true,
            };
            let form = bank_form::questions(form, asked, flash);
            view! {
                <p class="soft">{progress.sentence.clone()}</p>
                {form}
                {log_ins.and_then(LogIns::to_answer)}
            }
            .into_any()
        }
        AtBank::Window(address) => view! {
            <p>{format!("{} uses its own log-in page. Log in there, then come back: this page will update by itself.", progress.institution)}</p>
            <p class="actions">
                <a class="button main" href=address.expose().to_owned() target="_blank" rel="noopener noreferrer">
                    {format!("Log in at {}", progress.institution)}
                </a>
            </p>
        }
        .into_any(),
    };
    Some(view! { <div class="sheet opens bank-log-in">{form}</div> }.into_any())
}

/// Draws the page.
pub fn view(progress: &Progress, at_bank: &AtBank, flash: &Flash) -> AnyView {
    let here = format!("/connections/{}", progress.connection_id);
    let stopped = progress.attention.as_ref().is_some_and(|what| what.stopped);
    let waiting = !progress.done && !stopped;
    let first = waiting && !progress.retrying && !progress.asking;
    let next = next_at_bank(progress, at_bank, flash);
    let mut told = progress.attention.clone();
    if let Some(what) = told.as_mut().filter(|_| next.is_some()) {
        what.action = AttentionAction::None;
    }
    // The heading and the questions already say it.
    let asks = matches!(at_bank, AtBank::Questions(asked, _) if !asked.is_empty());
    view! {
        <p class="back"><a href="/accounts">"All accounts"</a></p>
        <div class="lead">
            <p class="over">{progress.institution.clone()}</p>
            <h1 class="title" id="progress-heading">{progress.heading.clone()}</h1>
        </div>
        {told.filter(|_| !asks).map(|what| attention(&what, &here))}
        {next.unwrap_or_else(|| view! {
            <div class="sheet progress" aria-live="polite">
                <p id="progress-sentence">{progress.sentence.clone()}</p>
                {first.then(|| bar(progress))}
            </div>
        }.into_any())}
        {if waiting { follow(&progress.connection_id) } else { onward(progress, &here) }}
    }
    .into_any()
}

fn bar(progress: &Progress) -> AnyView {
    let percent = progress.percent.min(100);
    view! {
        <progress id="progress-bar" max="100" value=percent aria-labelledby="progress-heading">
            {format!("{percent}%")}
        </progress>
        <p class="soft">"You can leave this page; we’ll keep going."</p>
    }
    .into_any()
}

/// Keeps the page fresh: with the island where scripts run, else by reloading.
fn follow(id: &str) -> AnyView {
    if has_islands() {
        view! {
            {head::load_again_without_scripts(Every::TwoSeconds)}
            <LiveProgress id=id.to_owned()/>
            {wake()}
        }
        .into_any()
    } else {
        head::load_again(Every::TwoSeconds)
    }
}

fn onward(progress: &Progress, here: &str) -> AnyView {
    let done = progress.done;
    let needs = progress.attention.as_ref();
    let compares = !needs.is_some_and(Attention::is_the_only_way);
    view! {
        {done.then(|| view! {
            <p class="actions">
                <a class="button main" href="/">"Go to overview"</a>
                <a class="button" href="/transactions">"View transactions"</a>
            </p>
        })}
        <h2 class="band-title">"This connection"</h2>
        {buttons(&progress.connection_id, here, needs, progress.offers)}
        {(!progress.news.is_empty()).then(|| view! { <p class="soft">{progress.news.clone()}</p> })}
        <p class="actions">
            {compares.then(|| view! {
                <a class="button quiet" href=format!("{here}/check")>"Compare with the bank"</a>
            })}
            <a class="button quiet" href=format!("/activity?bank={}", progress.connection_id)>"View activity"</a>
            <a class="button quiet" href=format!("{here}/calls")>"Requests to your bank"</a>
        </p>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_just_logged_in_again_is_not_asked_to() {
        for (action, stopped, stays) in [
            (AttentionAction::Repair, false, false),
            (AttentionAction::Repair, true, true),
            (AttentionAction::ChooseAccounts, false, false),
            (AttentionAction::LinkAgain, false, true),
        ] {
            let mut progress = invented::progress(true);
            let mut what = invented::news();
            what.action = action;
            what.stopped = stopped;
            progress.attention = Some(what);
            leave_out_what_was_done(&mut progress);
            assert_eq!(progress.attention.is_some(), stays);
        }
    }
    use crate::app::tests::drawn::html;
    use crate::app::tests::invented;

    #[test]
    fn a_page_that_waits_keeps_itself_fresh_and_one_that_is_done_does_not() {
        let waiting = html(|| {
            view(
                &invented::progress(false),
                &AtBank::Nothing,
                &Flash::default(),
            )
        });
        assert_eq!(waiting.one("progress").attr("value"), Some("62"));
        assert!(
            waiting
                .source
                .contains(r#"<noscript><meta http-equiv="refresh""#)
        );
        assert_eq!(waiting.count("leptos-island"), 1);

        let done = html(|| {
            view(
                &invented::progress(true),
                &AtBank::Nothing,
                &Flash::default(),
            )
        });
        assert_eq!(
            (done.count("progress"), done.count("leptos-island")),
            (0, 0)
        );
        assert!(!done.source.contains("refresh\""));
        assert_eq!(done.count("form[action='/forms/ask-bank']"), 1);
    }
}
