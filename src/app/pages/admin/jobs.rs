//! "Jobs": the background jobs.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use super::{overseen, top};
use crate::app::forms::operating::{CancelJob, RetryJob};
use crate::app::pages::query;
use crate::app::parts::figure;
use crate::app::parts::frame::Page;
use crate::app::parts::lines::{address, pages, sections, state};
use crate::operator;
use crate::operator::view::{JobLine, Lines, RunLine};

pub(super) const PATH: &str = "/admin/jobs";

const CHOICES: [(&str, &str); 6] = [
    (PATH, "All"),
    ("/admin/jobs?state=running", "Running"),
    ("/admin/jobs?state=due", "Due now"),
    ("/admin/jobs?state=waiting", "Scheduled"),
    ("/admin/jobs?state=retrying", "Failing"),
    ("/admin/jobs?state=idle", "Idle"),
];

/// Reads the data and draws the page.
pub fn jobs() -> AnyView {
    let (wanted, after) = (query("state"), query("after"));
    overseen(move |ctx, by| async move {
        let found = operator::jobs(&ctx, &by, &wanted, &after).await?;
        Ok(Page::new("Jobs", drawn(&wanted, &after, &found)))
    })
}

/// Draws the page.
pub fn drawn(wanted: &str, after: &str, found: &Lines<JobLine>) -> AnyView {
    let query = [("state", wanted)];
    let (here, back) = (
        address(PATH, &query),
        address(PATH, &[query[0], ("after", after)]),
    );
    view! {
        {top("Jobs", PATH)}
        {sections("Filter jobs", "sections narrower", &CHOICES, &here)}
        {if found.lines.is_empty() {
            view! { <p class="empty-list">"No jobs here."</p> }.into_any()
        } else {
            let lines = found.lines.iter().map(|job| line(job, &back));
            view! { <section><ul class="rows">{lines.collect_view()}</ul></section> }.into_any()
        }}
        {pages(PATH, &query, after, found.older.as_deref())}
    }
    .into_any()
}

fn line(job: &JobLine, back: &str) -> AnyView {
    view! {
        <li class="line">
            <div class="what">
                <a class="name" href=format!("{PATH}/{}", job.id)>{job.name.clone()}</a>
                <span class="soft">{job.about.clone()}</span>
            </div>
            <div class="what">
                <span>
                    {state(&job.state)}
                    {job.due.as_ref().map(|when| view! { <span class="soft">", due " {figure::moment(when)}</span> })}
                </span>
                {job.last.as_ref().map(last)}
            </div>
            <div class="does">{buttons(job, back)}</div>
        </li>
    }
    .into_any()
}

fn last(run: &RunLine) -> AnyView {
    let more = [&run.reference, &run.result];
    let more = more.into_iter().find(|text| !text.is_empty());
    view! {
        <span class="soft">
            "last run " {figure::moment(&run.began)} ": " {run.outcome.words.clone()}
            {more.map(|text| format!(", {text}"))}
        </span>
    }
    .into_any()
}

/// Draws the actions of a job.
pub(super) fn buttons(job: &JobLine, back: &str) -> AnyView {
    let fields = || {
        view! {
            <input type="hidden" name="job" value=job.id.clone()/>
            <input type="hidden" name="back" value=back.to_owned()/>
        }
    };
    let about =
        || view! { <span class="hidden">" " {job.name.clone()} " " {job.about.clone()}</span> };
    view! {
        <form method="post" action=RetryJob::url()>
            {fields()}
            <button class="button quiet" type="submit">"Run now" {about()}</button>
        </form>
        {job.can_cancel.then(|| view! {
            <form method="post" action=CancelJob::url()>
                {fields()}
                <button class="button quiet" type="submit">"Cancel" {about()}</button>
            </form>
        })}
    }
    .into_any()
}
