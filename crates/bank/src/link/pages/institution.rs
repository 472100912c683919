//! The search for an institution, and the page of one that cannot be linked.

use leptos::prelude::*;

use super::frame::{answers_step, focuses, logo, trouble};
use crate::link::visit::Visit;
use crate::world::{Health, Institution};

pub(super) fn view(visit: &Visit) -> AnyView {
    let offered = visit.offered();
    let several = visit.token.country_codes.len() > 1;
    let base = visit.link.base();
    let rows = offered.iter().map(|i| row(base, i, several)).collect_view();
    let query = visit.flow.query.clone();
    let count = match offered.len() {
        1 => "1 bank".to_owned(),
        n => format!("{n} banks"),
    };
    view! {
        <form method="post" class="search" role="search">
            {answers_step(visit)}
            <h1 tabindex="-1">"Choose your bank"</h1>
            <label for="q">"Search by name"</label>
            <input type="search" id="q" name="q" value=query.clone() maxlength="100" autocomplete="off"
                spellcheck="false" data-focus="1" autofocus=focuses(visit) data-filter=query.is_empty().then_some("1")/>
            <button class="second">"Search"</button>
        </form>
        <form method="post" class="step">
            {answers_step(visit)}
            <div class="list">
                {trouble(visit)}
                <ul class="banks" aria-label=count>{rows}</ul>
                <div class="none" data-none="1" role="status" hidden=!offered.is_empty()>
                    <p><strong>"No banks found"</strong></p>
                    <p class="soft">"Try fewer letters, or the name on your card."</p>
                </div>
            </div>
        </form>
    }
    .into_any()
}

pub(super) fn unsupported(visit: &Visit) -> AnyView {
    let name = visit
        .institution()
        .map_or("This bank", |institution| institution.name);
    let why = format!(
        "It doesn’t share accounts with apps like {}, so please choose another bank.",
        visit.client_name()
    );
    let reference = visit.flow.trouble.as_ref().map(|trouble| {
        let words = format!("{} · Request {}", trouble.code, trouble.request_id);
        view! { <p class="small soft">{words}</p> }
    });
    view! {
        <form method="post" class="step">
            {answers_step(visit)}
            <div class="scroll" tabindex="0">
                <h1 tabindex="-1">{format!("{name} can’t be linked")}</h1>
                <p>{why}</p>
                {reference}
            </div>
            <div class="foot"><button class="primary" data-focus="1">"Choose another bank"</button></div>
        </form>
    }
    .into_any()
}

fn row(base: &str, institution: &Institution, several: bool) -> impl IntoView + use<> {
    let mut about: Vec<String> = Vec::new();
    if several {
        about.push(institution.country_codes.join(", "));
    }
    match institution.health {
        Health::Down => about.push("Down right now".into()),
        Health::Degraded => about.push("Having problems".into()),
        Health::Unsupported => about.push("Not supported".into()),
        Health::Healthy if about.is_empty() => {
            about.push(institution.url.trim_start_matches("https://").to_owned());
        }
        Health::Healthy => {}
    }
    view! {
        <li data-name=institution.name.to_lowercase()>
            <button name="institution" value=institution.id>
                {logo(base, institution.id, "")}
                <span class="grow"><b>{institution.name}</b><small>{about.join(" · ")}</small></span>
            </button>
        </li>
    }
}
