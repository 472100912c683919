//! The first page and the last ones.

use leptos::prelude::*;

use super::frame::{Shell, answers_step, client_mark, completion, note};
use super::icons;
use crate::link::flow::Place;
use crate::link::trouble::Trouble;
use crate::link::visit::Visit;

/// Renders the explanation of linking.
pub(super) fn consent(visit: &Visit) -> AnyView {
    let name = visit.client_name().to_owned();
    let mark = client_mark(visit).unwrap_or_else(|| {
        let letter: String = name.chars().take(1).flat_map(char::to_uppercase).collect();
        letter.into_any()
    });
    let point = |icon: AnyView, what: &'static str, why: String| {
        view! { <li>{icon}<div><strong>{what}</strong><span>{why}</span></div></li> }
    };
    view! {
        <form method="post" class="step">
            {answers_step(visit)}
            <div class="scroll" tabindex="0">
                <div class="pair" aria-hidden="true">
                    <span class="tile">{mark}</span><span class="dots">"•••"</span>
                    <span class="tile">{icons::bank()}</span>
                </div>
                <h1 tabindex="-1">{format!("Link your bank to {name}")}</h1>
                <ul class="points">
                    {point(icons::eye(), "Read only", format!("{name} sees only the accounts you choose. It can’t move money."))}
                    {point(icons::lock(), "Your password stays private", format!("Only your bank sees it, never {name}."))}
                    {point(icons::hand(), "You’re in control", "Choose what to share and stop at any time.".to_owned())}
                </ul>
            </div>
            <div class="foot"><button class="primary" data-focus="1">"Continue"</button></div>
        </form>
    }
    .into_any()
}

/// Renders the page after linking.
pub(super) fn finished(visit: &Visit) -> AnyView {
    let bank = visit
        .institution()
        .map_or("Your bank", |institution| institution.name);
    let heading = if visit.token.update.is_some() {
        format!("You’re logged in to {bank} again")
    } else {
        format!("{bank} is linked")
    };
    view! {
        <div class="scroll middle">
            <div class="tick">{icons::tick()}</div>
            <h1 tabindex="-1">{heading}</h1>
            {onward_words(visit)}
        </div>
        {onward_link(visit)}
    }
    .into_any()
}

/// Renders the page after leaving without linking.
pub(super) fn left(visit: &Visit) -> AnyView {
    view! {
        <div class="scroll middle"><h1 tabindex="-1">"No bank linked"</h1>{onward_words(visit)}</div>
        {onward_link(visit)}
    }
    .into_any()
}

/// Renders a pane that cannot be opened; the script closes it at once.
pub(in crate::link) fn closed_pane(
    base: &str,
    origin: &str,
    message: String,
    trouble: &Trouble,
) -> String {
    let body = view! {
        <main><div class="scroll"><h1 tabindex="-1">"Something went wrong"</h1>{note(trouble)}</div></main>
    };
    let shell = bare(base, "Something went wrong");
    Shell {
        parent: Some(origin.to_owned()),
        message: Some(message),
        ..shell
    }
    .document(body.into_any())
}

/// Renders the error page for an address that is invalid or no longer works.
pub(in crate::link) fn gone(
    base: &str,
    heading: &'static str,
    words: &'static str,
    message: String,
) -> String {
    let body = view! {
        <main><div class="scroll"><h1 tabindex="-1">{heading}</h1><p class="soft">{words}</p></div></main>
    };
    // The origin of the embedding page is unknown; any may receive the message, which contains nothing private.
    let parent = Some("*".to_owned());
    Shell {
        parent,
        message: Some(message),
        ..bare(base, heading)
    }
    .document(body.into_any())
}

pub(crate) fn bare(base: &str, title: &str) -> Shell {
    Shell {
        base: base.to_owned(),
        title: title.to_owned(),
        class: "hosted",
        scheme: None,
        brand: None,
        onward: None,
        parent: None,
        message: None,
        poll: None,
        messages: None,
        done: false,
    }
}

fn onward_words(visit: &Visit) -> impl IntoView + use<> {
    let words = match (&visit.flow.place, completion(visit)) {
        (Place::Hosted, None) => "You can close this tab now.".to_owned(),
        _ => format!("Taking you back to {}…", visit.client_name()),
    };
    view! { <p class="soft" role="status">{words}</p> }
}

/// A link for browsers that do not follow the redirect.
fn onward_link(visit: &Visit) -> Option<AnyView> {
    let to = (visit.flow.place == Place::Hosted)
        .then(|| completion(visit))
        .flatten()?;
    let words = format!("Back to {}", visit.client_name());
    Some(view! { <div class="foot"><a class="primary" href=to>{words}</a></div> }.into_any())
}
