//! Where the link leads that the program prints while it has no operator. Looking at it changes nothing; the
//! button does.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use super::query;
use crate::app::error::{PageError, failed};
use crate::app::forms::operating::BecomeOperator;
use crate::app::parts::frame::{Page, Tab, framed};
use crate::app::visitor;
use crate::auth::operators::{OperatorError, may_claim};

/// The page.
pub fn become_operator() -> AnyView {
    let code = query("code");
    framed(Tab::Settings, |_| async move {
        let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
        let refusal = match may_claim(&ctx, &user, &code).await {
            Ok(()) => None,
            Err(error) => Some(refused(&error)?),
        };
        let name = user.email.as_str().to_owned();
        Ok(Page::new(
            "Become the operator",
            drawn(&name, code, refusal),
        ))
    })
}

/// Why somebody does not become an operator, in words for them.
pub fn refused(error: &OperatorError) -> Result<&'static str, PageError> {
    match error {
        OperatorError::LinkGone => Ok(
            "This link has been used, has run out, or there is an operator already. While there is none, Passbook prints a new one when it starts; `passbook admin grant` works at any time.",
        ),
        OperatorError::Demo(_) => Ok(
            "The demo person never becomes an operator, because everybody can read the password. Log out, sign up as yourself, and open the link again: it is still good.",
        ),
        error => Err(failed(error)),
    }
}

/// The page, or why not.
pub fn drawn(email: &str, code: String, refusal: Option<&'static str>) -> AnyView {
    if let Some(refusal) = refusal {
        return view! {
            <div class="lead">
                <h1 class="title">"You did not become the operator"</h1>
                <p>{refusal}</p>
                <p><a class="button" href="/">"Go to the overview"</a></p>
            </div>
        }
        .into_any();
    }
    view! {
        <div class="lead">
            <h1 class="title">"Become the operator of this Passbook?"</h1>
            <p>
                "You are " <strong>{email.to_owned()}</strong> ". As its operator you see who has signed up, how \
                everybody’s connections stand, and what was done; you can sync, retry and replay. You do not see \
                anybody’s money but your own."
            </p>
        </div>
        <form class="actions" method="post" action=BecomeOperator::url()>
            <input type="hidden" name="code" value=code/>
            <button class="button main" type="submit">"Become the operator"</button>
            <a class="button" href="/">"Leave it"</a>
        </form>
    }
    .into_any()
}
