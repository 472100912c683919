//! One job: its state and the results of its runs.

use leptos::prelude::*;

use super::jobs::{PATH, buttons};
use super::overseen;
use crate::app::pages::part_of_path;
use crate::app::parts::frame::Page;
use crate::app::parts::lines::state;
use crate::app::parts::{figure, rows};
use crate::operator;
use crate::operator::view::{JobDetail, RunLine};

/// Reads the data and draws the page.
pub fn job() -> AnyView {
    let id = part_of_path("id");
    overseen(move |ctx, by| async move {
        let found = operator::job(&ctx, &by, &id).await?;
        Ok(Page::new(found.line.name.clone(), drawn(&found)))
    })
}

/// Draws the page.
pub fn drawn(found: &JobDetail) -> AnyView {
    let job = &found.line;
    let here = format!("{PATH}/{}", job.id);
    view! {
        <p class="back"><a href=PATH>"All jobs"</a></p>
        <div class="top">
            <div class="worth">
                <h1 class="title">{job.name.clone()} " " <span class="soft">{job.about.clone()}</span></h1>
                <p>
                    {state(&job.state)}
                    {job.due.as_ref().map(|when| view! { <span class="soft">", due " {figure::moment(when)}</span> })}
                </p>
                <p class="soft">"Subject: " <code>{found.subject.clone()}</code></p>
            </div>
            <div class="actions">{buttons(job, &here)}</div>
        </div>
        <section>
            <div class="heading"><h2 class="band-title">"Runs"</h2></div>
            {if found.runs.is_empty() {
                view! { <p class="empty-list">"Not run yet."</p> }.into_any()
            } else {
                view! { <ul class="rows">{found.runs.iter().map(run).collect_view()}</ul> }.into_any()
            }}
        </section>
    }
    .into_any()
}

fn run(run: &RunLine) -> AnyView {
    let soft = rows::soft_line(&[&run.took, &run.result]);
    let told = !(run.problem.is_empty() && run.reference.is_empty());
    view! {
        <li class="line">
            <div class="what">
                {state(&run.outcome)}
                <span class="soft">{figure::moment(&run.began)}</span>
            </div>
            <div class="what"><span class="soft">{soft}</span></div>
            {told.then(|| view! {
                <p class="trouble">{run.problem.clone()} <span class="reference">{run.reference.clone()}</span></p>
            })}
        </li>
    }
    .into_any()
}
