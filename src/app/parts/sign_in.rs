//! Ways to log in without a password of one's own: "Continue with …" an identity provider, and the demo person.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use crate::app::forms::people::LogInAsDemo;
use crate::app::forms::signing_in::SignIn;
use crate::auth::identity::LoginProvider;
use domain::user::User;

/// Draws the buttons below the log-in form or, with `signing_up`, the sign-up form; `None` if no provider is set up.
pub fn continue_with(providers: &[LoginProvider], next: &str, signing_up: bool) -> Option<AnyView> {
    if providers.is_empty() {
        return None;
    }
    let simulated = providers.iter().any(|provider| provider.simulated);
    let drawn = view! {
        <p class="or">"or"</p>
        <form class="providers" method="post" action=SignIn::url()>
            <input type="hidden" name="next" value=next.to_owned()/>
            {signing_up.then(|| view! { <input type="hidden" name="signing_up" value="yes"/> })}
            {providers.iter().map(button).collect_view()}
            {simulated.then(|| view! {
                <p class="help">"Demo only: this isn’t the real Google or Facebook, and nothing leaves this machine."</p>
            })}
        </form>
    };
    Some(drawn.into_any())
}

/// Draws the button above the log-in form that leads in as the demo person.
pub fn look_around(person: &User, next: &str) -> AnyView {
    let name = person.first_name.as_str();
    let words = format!("Look around as {name}");
    view! {
        <form class="look-around" method="post" action=LogInAsDemo::url()>
            <input type="hidden" name="next" value=next.to_owned()/>
            <button class="button" type="submit">{words}</button>
            <p class="help">{format!("{name} is made up, and so are {name}’s banks. You can’t break anything.")}</p>
        </form>
        <p class="or">"or"</p>
    }
    .into_any()
}

fn button(provider: &LoginProvider) -> AnyView {
    let words = format!("Continue with {}", provider.name);
    view! { <button class="button" type="submit" name="provider" value=provider.slug>{words}</button> }
        .into_any()
}
