//! The parts that all pages share: the document, the bar with "back" and "leave", the progress, and the error.

use leptos::prelude::*;

use super::{icons, message};
use crate::document::head;
use crate::link::flow::{BankVisit, Place, Step};
use crate::link::oauth_site::returns_through_application;
use crate::link::trouble::Trouble;
use crate::link::visit::Visit;

/// The document around a page.
pub(crate) struct Shell {
    pub(crate) base: String,
    pub(crate) title: String,
    pub(crate) class: &'static str,
    pub(crate) scheme: Option<String>,
    /// The address of an additional style sheet.
    pub(crate) brand: Option<String>,
    /// The address that the browser goes to automatically.
    pub(crate) onward: Option<String>,
    /// The origin that receives `message`.
    pub(crate) parent: Option<String>,
    pub(crate) message: Option<String>,
    /// The address to poll for changes, and the current version.
    pub(crate) poll: Option<(String, u64)>,
    /// MX's messages as JSON, for the window that opened the page, whatever its origin.
    pub(crate) messages: Option<String>,
    /// Whether a script may close the window.
    pub(crate) done: bool,
}

impl Shell {
    /// Renders the whole document.
    pub(crate) fn document(self, body: AnyView) -> String {
        let onward = self.onward.map(|to| {
            view! { <meta http-equiv="refresh" content=format!("1;url={to}")/> }
        });
        let brand = self
            .brand
            .map(|href| view! { <link rel="stylesheet" href=href/> });
        let (poll, version) = match self.poll {
            Some((address, version)) => (Some(address), Some(version.to_string())),
            None => (None, None),
        };
        let html = view! {
            <html lang="en" class=self.class data-scheme=self.scheme>
                <head>
                    {head(&self.base, self.title, &[])}
                    {brand}
                    {onward}
                    <script src=format!("{}/link-pane.js", self.base) defer=true></script>
                </head>
                <body
                    data-parent=self.parent
                    data-message=self.message
                    data-poll=poll
                    data-version=version
                    data-messages=self.messages
                    data-done=self.done.then_some("1")
                >
                    <div class="pane">{body}</div>
                </body>
            </html>
        };
        format!("<!DOCTYPE html>{}", html.to_html())
    }
}

/// Renders a page of a session.
pub(super) fn render(visit: &Visit, title: &str, body: AnyView) -> String {
    let (class, scheme, parent) = match &visit.flow.place {
        Place::Pane { origin, scheme } => ("embedded", scheme.clone(), Some(origin.clone())),
        Place::Hosted => ("hosted", None, None),
    };
    let at_the_bank = matches!(visit.flow.visit, BankVisit::LogIn | BankVisit::Choose);
    let waits = visit.flow.step == Step::OAuth
        && parent.is_some()
        && !visit.flow.leaving
        && (at_the_bank || !returns_through_application(visit));
    let onward = (parent.is_none() && visit.flow.step.is_over())
        .then(|| completion(visit))
        .flatten();
    let shell = Shell {
        base: visit.link.base().to_owned(),
        title: format!("{title} · {}", visit.client_name()),
        class,
        scheme,
        brand: None,
        onward,
        message: parent.is_some().then(|| message(visit)),
        parent,
        messages: None,
        poll: waits.then(|| (format!("{}/version", visit.path()), visit.flow.version)),
        done: false,
    };
    let body = view! {
        {bar(visit)}
        {steps(visit.flow.step)}
        <main>{body}</main>
    };
    shell.document(body.into_any())
}

/// Returns Hosted Link's completion address, if it has one.
pub(super) fn completion(visit: &Visit) -> Option<String> {
    let hosted = visit.token.hosted.as_ref()?;
    let to = url::Url::parse(hosted.completion_redirect_uri.as_deref()?).ok()?;
    matches!(to.scheme(), "http" | "https").then(|| to.to_string())
}

/// The hidden field of every form: the page that it answers.
pub(super) fn answers_step(visit: &Visit) -> impl IntoView + use<> {
    view! { <input type="hidden" name="step" value=visit.flow.step.name()/> }
}

/// Whether HTML may set the focus. In another origin's pane browsers refuse that, and the script does it.
pub(super) fn focuses(visit: &Visit) -> bool {
    visit.flow.place == Place::Hosted
}

/// Renders the error in words, with its code in small print.
pub(super) fn trouble(visit: &Visit) -> Option<AnyView> {
    visit
        .flow
        .trouble
        .as_ref()
        .map(|trouble| note(trouble).into_any())
}

pub(super) fn note(trouble: &Trouble) -> impl IntoView + use<> {
    let detail = trouble
        .news()
        .map(|detail| view! { <small>{detail.to_owned()}</small> });
    view! {
        <div class="note bad" role="alert" id="trouble">
            <strong>{trouble.words()}</strong>
            {detail}
            <small>{format!("{} · Request {}", trouble.code, trouble.request_id)}</small>
        </div>
    }
}

/// An institution's logo. It has no alternative text because the name is always next to it.
pub(crate) fn logo(base: &str, id: &str, class: &'static str) -> impl IntoView + use<> {
    let address = format!("{base}/logo/{id}.png");
    view! { <img src=address alt="" width="40" height="40" class=class/> }
}

/// Passbook's mark where the application is Passbook; others have none here.
pub(super) fn client_mark(visit: &Visit) -> Option<AnyView> {
    (visit.client_name() == "Passbook").then(icons::book)
}

fn bar(visit: &Visit) -> impl IntoView + use<> {
    let step = visit.flow.step;
    let back = !visit.flow.leaving && step.can_go_back(visit.token.update.is_some());
    let back = back.then(|| {
        view! {
            <button class="icon back" name="go" value="back" aria-label="Back">{icons::back()}</button>
        }
    });
    let leave = (!step.is_over()).then(|| {
        view! {
            <button class="icon close" name="go" value="leave" aria-label="Close" data-press="leave">
                {icons::close()}
            </button>
            <button hidden=true name="go" value="escape" data-press="escape"></button>
            <button hidden=true name="go" value="exit" data-press="force"></button>
        }
    });
    let institution = visit.institution().filter(|_| step != Step::Institution);
    let place = match institution {
        Some(institution) => view! {
            {logo(visit.link.base(), institution.id, "")}
            <span>{institution.name}</span>
        }
        .into_any(),
        None => {
            view! { {client_mark(visit)} <span>{visit.client_name().to_owned()}</span> }.into_any()
        }
    };
    view! {
        <header class="bar">
            <form method="post">
                {answers_step(visit)} {back} <div class="where">{place}</div> {leave}
            </form>
        </header>
    }
}

/// Renders the progress as marks on a line.
fn steps(step: Step) -> impl IntoView + use<> {
    let at = match step {
        Step::Consent => 1,
        Step::Institution | Step::Unsupported => 2,
        Step::Credentials | Step::OAuth => 3,
        Step::Device | Step::Code | Step::Questions(_) | Step::Selections(_) | Step::YesNo => 3,
        Step::Accounts => 4,
        Step::Share => 5,
        Step::Finished => 6,
        Step::Left => 0,
    };
    let mark = |n: u8| view! { <li class=if n <= at { "past" } else { "" }></li> };
    view! { <ol class="steps" aria-hidden="true">{(1..=6).map(mark).collect_view()}</ol> }
}
