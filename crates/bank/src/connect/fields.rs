//! Challenges as form fields, and the answers typed into them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use leptos::prelude::*;

use crate::link::answers::Answers;
use crate::store::members::{Challenge, Choice};
use crate::world;

/// Returns the field for a challenge.
pub(super) fn field(challenge: &Challenge) -> AnyView {
    let (name, label) = (challenge.guid.clone(), challenge.label.clone());
    if !challenge.options.is_empty() {
        let pictures = challenge.kind == "IMAGE_OPTIONS";
        let all = (0..)
            .zip(&challenge.options)
            .map(|(place, choice)| option(&name, choice, pictures.then_some(place)))
            .collect_view();
        return view! { <fieldset class="options"><legend>{label}</legend>{all}</fieldset> }
            .into_any();
    }
    let code = challenge.kind == "TOKEN";
    let picture = (challenge.kind == "IMAGE_DATA").then(|| image(0));
    view! {
        <div class="field">
            {picture}
            <label for=name.clone()>{label}</label>
            <input type="text" id=name.clone() name=name.clone() required=true maxlength="200"
                inputmode=code.then_some("numeric") autocomplete=if code { "one-time-code" } else { "off" }
                autocapitalize="none" spellcheck="false"/>
        </div>
    }
    .into_any()
}

/// Returns the typed answers by their challenges' guids.
pub(super) fn answers(challenges: &[Challenge], answers: &Answers) -> Vec<(String, String)> {
    challenges
        .iter()
        .map(|one| (one.guid.clone(), answers.get(&one.guid).to_owned()))
        .collect()
}

fn option(name: &str, choice: &Choice, picture: Option<usize>) -> impl IntoView + use<> {
    let picture = picture.map(image);
    view! {
        <label>
            <input type="radio" name=name.to_owned() value=choice.value.clone() required=true/>
            {picture}
            {choice.label.clone()}
        </label>
    }
}

/// The pictures of challenges are the seeded world's logos.
fn image(place: usize) -> impl IntoView + use<> {
    let (address, _) = picture(place);
    view! { <img src=address alt="" width="40" height="40"/> }
}

/// Returns a picture of the seeded world: its path below the bank's pages, and its bytes in base64.
pub(crate) fn picture(place: usize) -> (String, String) {
    let all = world::institutions();
    all.get(place % all.len().max(1))
        .map_or_else(Default::default, |one| {
            (
                format!("../../logo/{}.png", one.id),
                STANDARD.encode(world::logo_png(one)),
            )
        })
}
