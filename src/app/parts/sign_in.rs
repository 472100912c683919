//! The buttons of identity providers.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use crate::app::forms::signing_in::SignIn;
use crate::auth::identity::Offer;

/// Below a form that logs in or signs up; nothing where no provider is set up.
pub fn continue_with(offers: &[Offer], next: &str) -> Option<AnyView> {
    if offers.is_empty() {
        return None;
    }
    let buttons = offers.iter().map(|offer| button(offer, "Continue with"));
    let played = offers.iter().any(|offer| offer.played);
    let drawn = view! {
        <p class="or">"or"</p>
        <form class="ways" method="post" action=SignIn::url()>
            <input type="hidden" name="next" value=next.to_owned()/>
            {buttons.collect_view()}
            {played.then(|| view! { <p class="help">"Made up for this demo: nothing leaves this machine."</p> })}
        </form>
    };
    Some(drawn.into_any())
}

/// In the form that connects one.
pub fn connect_buttons(offers: &[Offer]) -> AnyView {
    let buttons = offers.iter().map(|offer| button(offer, "Connect"));
    view! { <div class="ways">{buttons.collect_view()}</div> }.into_any()
}

fn button(offer: &Offer, verb: &'static str) -> AnyView {
    let words = format!("{verb} {}", offer.name);
    view! { <button class="button" type="submit" name="provider" value=offer.word>{words}</button> }
        .into_any()
}
