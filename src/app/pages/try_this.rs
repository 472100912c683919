//! "Try this" on the overview: three things to do with the built-in bank.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use crate::app::error::PageError;
use crate::app::forms::checking::CheckBank;
use crate::app::forms::try_this::{HideTries, TryLogIn, TryTransaction};
use crate::app::visitor;
use crate::auth::cookies;
use crate::sync::{self, Tried, TryThis};

/// Returns what the person can try; `None` if there is nothing, or they have hidden it in this browser.
pub async fn load() -> Result<Option<TryThis>, PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    if visitor::cookie(&cookies::tried(&ctx)).as_deref() == Some(user.id.as_str()) {
        return Ok(None);
    }
    Ok(sync::to_try(&ctx, &user).await?)
}

/// Draws the card.
pub fn card(tries: &TryThis) -> AnyView {
    let any = tries.working.as_ref().or(tries.expired.as_ref());
    view! {
        <section class="tries" aria-labelledby="tries">
            <div class="heading">
                <h2 class="band-title" id="tries">"Try this"</h2>
                <form method="post" action=HideTries::url()>
                    <button class="as-link" type="submit">"Hide"</button>
                </form>
            </div>
            <ol>
                {tries.working.as_ref().map(transaction)}
                {log_in(tries)}
                {any.map(check)}
            </ol>
        </section>
    }
    .into_any()
}

fn transaction(tried: &Tried) -> AnyView {
    step(
        "Make a transaction and watch it arrive",
        format!(
            "You pay at a made-up shop. {} tells Passbook, which gets the transaction.",
            tried.institution
        ),
        button(TryTransaction::url(), tried, "Make a transaction"),
    )
}

fn log_in(tries: &TryThis) -> AnyView {
    let title = "Let a log-in expire and repair it";
    match (&tries.expired, &tries.working) {
        (Some(expired), _) => step(
            title,
            format!(
                "{} waits for you. Press “Log in again” above; the bank’s page shows a test log-in.",
                expired.institution
            ),
            ().into_any(),
        ),
        (None, Some(working)) => step(
            title,
            format!(
                "{} will ask you to log in again, as every bank does at times.",
                working.institution
            ),
            button(TryLogIn::url(), working, "Let it expire"),
        ),
        (None, None) => ().into_any(),
    }
}

fn check(tried: &Tried) -> AnyView {
    step(
        "Compare with the bank",
        format!(
            "Passbook gets every transaction from {} again and compares it with what’s stored here.",
            tried.institution
        ),
        button(CheckBank::url(), tried, "Compare"),
    )
}

fn step(title: &'static str, words: String, action: AnyView) -> AnyView {
    view! {
        <li>
            <p><strong>{title}</strong></p>
            <p class="soft">{words}</p>
            {action}
        </li>
    }
    .into_any()
}

fn button(action: &'static str, tried: &Tried, words: &'static str) -> AnyView {
    view! {
        <form method="post" action=action>
            <input type="hidden" name="connection" value=tried.id.as_str().to_owned()/>
            <button class="button" type="submit">{words}</button>
        </form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::drawn::html;
    use crate::app::tests::invented;

    #[test]
    fn each_step_has_one_button_for_the_connection_that_it_is_about() {
        let page = html(|| card(&invented::tries()));
        assert_eq!(page.count("li"), 3);
        assert_eq!(page.count("li button"), 3);
        assert_eq!(page.count("li [name=connection]"), 3);
        assert_eq!(page.text("form[action='/forms/try-hidden']"), "Hide");
    }

    #[test]
    fn while_a_log_in_waits_the_step_says_so_and_expires_no_other() {
        let page = html(|| {
            let mut tries = invented::tries();
            tries.expired = tries.working.clone();
            card(&tries)
        });
        assert_eq!(page.count("form[action='/forms/try-log-in']"), 0);
        assert!(page.source.contains("waits for you"));

        let page = html(|| {
            let mut tries = invented::tries();
            tries.expired = tries.working.take();
            card(&tries)
        });
        assert_eq!(page.count("form[action='/forms/try-transaction']"), 0);
        assert_eq!(page.count("li button"), 1, "it can still be compared");
    }
}
