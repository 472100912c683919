//! "Two-step verification": whether it is on, the recovery codes, and the page with the QR code.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use super::log_in_code::CODE;
use crate::app::flash::Flash;
use crate::app::forms::two_step::{
    RenewCodes, SetUpTwoStep, TWO_STEP, TurnOffTwoStep, TurnOnTwoStep,
};
use crate::app::parts::field::{Field, fields_below, form_problem};
use crate::app::parts::frame::{Page, Tab, framed};
use crate::app::parts::{copy, qr};
use crate::app::visitor;
use crate::auth::two_step::{self, SetUp};
use domain::wording;

/// Reads the data and draws the page.
pub fn overview() -> AnyView {
    framed(Tab::Settings, |flash| async move {
        let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
        let left = match user.two_step {
            true => Some(two_step::codes_left(&ctx, &user).await?),
            false => None,
        };
        let codes = flash.shown_once.unwrap_or_default();
        let required = ctx.config.two_step_required;
        Ok(Page::new(
            "Two-step verification",
            view(left, required, &codes),
        ))
    })
}

/// Reads the data and draws the page with the QR code.
pub fn set_up() -> AnyView {
    framed(Tab::Settings, |flash| async move {
        let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
        let title = "Set up two-step verification";
        let session = visitor::session().await?;
        let pending = two_step::pending_set_up(&ctx, &session, &user).await?;
        let Some(pending) = pending.filter(|_| !user.two_step) else {
            visitor::go(TWO_STEP);
            return Ok(Page::new(title, ()));
        };
        Ok(Page::new(title, drawn_set_up(&pending, &flash)))
    })
}

/// Draws the page. `left` is the number of recovery codes left; `None` when two-step verification is off. `required` says
/// whether everyone here has to use it. `codes` holds new recovery codes, one a line; empty if there are none to show.
pub fn view(left: Option<i64>, required: bool, codes: &str) -> AnyView {
    let state = left.map_or_else(|| off(required), on);
    let new = (!codes.is_empty()).then(|| new_codes(codes));
    view! {
        <p class="back"><a href="/settings">"Settings"</a></p>
        <div class="lead"><h1 class="title">"Two-step verification"</h1></div>
        {new}
        {state}
    }
    .into_any()
}

fn off(required: bool) -> AnyView {
    let required = required.then(|| {
        view! { <p class="notice">"This Passbook requires two-step verification. Set it up to go on."</p> }
    });
    view! {
        <section class="narrow">
            {required}
            <p>"Off. Anyone who learns your password can log in as you."</p>
            <p>
                "Turn it on, and a log-in also needs a code from an app on your phone, such as Google Authenticator, Aegis, "
                "2FAS or your password manager."
            </p>
            <form method="post" action=SetUpTwoStep::url()>
                <button class="button main" type="submit">"Set up"</button>
            </form>
        </section>
    }
    .into_any()
}

fn on(left: i64) -> AnyView {
    let left = usize::try_from(left).unwrap_or_default();
    let left = match left {
        0 => "You have no recovery codes left.".to_owned(),
        left => format!("You have {} left.", wording::counted(left, "recovery code")),
    };
    view! {
        <section class="narrow">
            <p>"On. A log-in needs your password and a code from your authenticator app."</p>
        </section>
        <section class="narrow">
            <h2 class="band-title">"Recovery codes"</h2>
            <p>"Each logs you in once, without your phone. " {left}</p>
            <form method="post" action=RenewCodes::url()>
                <button class="button" type="submit">"Create new codes"</button>
            </form>
        </section>
        <section class="narrow">
            <h2 class="band-title">"Turn off"</h2>
            <p>"A log-in then needs your password only. Turn it off and on again to use a new phone."</p>
            <form method="post" action=TurnOffTwoStep::url()>
                <button class="button" type="submit">"Turn off two-step verification"</button>
            </form>
        </section>
    }
    .into_any()
}

fn new_codes(codes: &str) -> AnyView {
    view! {
        <div class="notice">
            <p><strong>"Save these recovery codes now. You won’t see them again."</strong></p>
            <p>"Keep them where you’ll find them without your phone: in a password manager or on paper."</p>
            <pre class="codes" id="new-codes">{codes.to_owned()}</pre>
            <p>{copy::button("new-codes", "recovery codes", "button")}</p>
        </div>
    }
    .into_any()
}

/// Draws the QR code, the secret for typing it in, and the form for the first code.
pub fn drawn_set_up(pending: &SetUp, flash: &Flash) -> AnyView {
    let field = Field {
        help: "The 6-digit code that the app shows now.",
        ..CODE[0]
    };
    let grouped = in_groups(pending.secret.expose());
    view! {
        <p class="back"><a href=TWO_STEP>"Two-step verification"</a></p>
        <div class="lead"><h1 class="title">"Set up two-step verification"</h1></div>
        <section class="narrow">
            <h2 class="band-title">"1. Add Passbook to your authenticator app"</h2>
            <p>"Scan this code with the app:"</p>
            {qr::code(pending.uri.expose(), "QR code for your authenticator app")}
            <p>"Or, if you’re reading this on your phone, enter this key in the app:"</p>
            <p>{copy::code("authenticator-key", &grouped, "key")}</p>
        </section>
        <section class="narrow">
            <h2 class="band-title">"2. Enter the code that it shows"</h2>
            {form_problem(flash)}
            <form class="sheet form" method="post" action=TurnOnTwoStep::url() novalidate>
                {fields_below(&[field], flash)}
                <button class="button main" type="submit">"Turn on"</button>
            </form>
            <p class="soft">"You’ll be logged out everywhere else."</p>
        </section>
    }
    .into_any()
}

/// Writes a secret in groups of four letters, which are easier to copy by hand. Apps ignore the spaces.
fn in_groups(secret: &str) -> String {
    let letters: Vec<char> = secret.chars().collect();
    let groups: Vec<String> = letters
        .chunks(4)
        .map(|four| four.iter().collect())
        .collect();
    groups.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::drawn::html;

    #[test]
    fn it_offers_what_fits() {
        let page = html(|| view(None, false, ""));
        assert_eq!(page.count("form"), 1);
        assert_eq!(page.count("form[action='/forms/two-step-set-up']"), 1);
        assert_eq!(page.count(".notice"), 0);
        let page = html(|| view(None, true, ""));
        assert!(page.text(".notice").contains("requires"));
        let page = html(|| view(Some(1), false, ""));
        assert!(page.source.contains("You have 1 recovery code left."));
        assert_eq!(page.count("form"), 2);
        assert_eq!(page.count("#new-codes"), 0);
        let page = html(|| view(Some(10), true, "abc\ndef"));
        assert_eq!(page.text("#new-codes"), "abc\ndef");
    }

    #[test]
    fn secrets_are_written_in_groups() {
        assert_eq!(in_groups("GEZDGNBVGY"), "GEZD GNBV GY");
    }
}
