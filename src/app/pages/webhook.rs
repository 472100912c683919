//! One webhook: its secret right after it was created, its deliveries, and its actions.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use super::webhooks::host;
use super::{part_of_path, query};
use crate::app::error::PageError;
use crate::app::forms::webhooks::{
    DeleteWebhook, LIST, RotateWebhook, SendAgain, SwitchWebhookOn, TestWebhook,
};
use crate::app::parts::copy;
use crate::app::parts::frame::{Page, Tab, framed};
use crate::app::server_functions;
use crate::app::visitor;
use crate::outgoing_webhooks::{self, Delivery, EndpointDetail};
use domain::id::EndpointId;
use domain::secret::Secret;

/// Reads the data and draws the page.
pub fn webhook() -> AnyView {
    let (id, before) = (part_of_path("id"), query("before"));
    framed(Tab::Settings, |flash| async move {
        let detail = server_functions::webhook(id.clone(), before).await?;
        let fresh = flash.secret_of.as_deref() == Some(id.as_str());
        let secret = if fresh { Some(open(&id).await?) } else { None };
        let title = format!("Webhook to {}", host(&detail.row.url));
        Ok(Page::new(title, view(&detail, secret.as_ref())))
    })
}

async fn open(id: &str) -> Result<Secret, PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    let id = EndpointId::parse(id).ok_or_else(|| PageError::NotFound.raised())?;
    Ok(outgoing_webhooks::secret(&ctx, &user, &id).await?)
}

/// Draws the page, with the secret if it was created a moment ago.
pub fn view(detail: &EndpointDetail, secret: Option<&Secret>) -> AnyView {
    let row = &detail.row;
    let title = match row.description.as_str() {
        "" => host(&row.url),
        description => description.to_owned(),
    };
    view! {
        <p class="back"><a href=LIST>"Webhooks"</a></p>
        <div class="lead">
            <h1 class="title">{title}</h1>
            <p class="soft address">{row.url.clone()}</p>
        </div>
        {secret.map(shown_once)}
        {row.off_since.as_ref().map(|since| switched_off(detail, &since.words))}
        {row.off_since.is_none().then(|| view! {
            <div class="actions">{button::<TestWebhook>(&row.id, "Send a test", "button main")}</div>
        })}
        <section>
            <h2 class="band-title">"Deliveries"</h2>
            {deliveries(detail)}
        </section>
        <section class="narrow">
            <h2 class="band-title">"Signing secret"</h2>
            <p class="soft">
                "Use this to verify that messages are from Passbook. If it leaks, create a new one; the old one keeps working \
                for 24 hours."
            </p>
            {row.previous_until.as_ref().map(|until| view! {
                <p>"The old secret stops working " {until.clone()} "."</p>
            })}
            <div class="actions">
                {button::<RotateWebhook>(&row.id, "Create a new secret", "button")}
                {button::<DeleteWebhook>(&row.id, "Delete this webhook", "button")}
            </div>
        </section>
    }
    .into_any()
}

fn shown_once(secret: &Secret) -> AnyView {
    view! {
        <section class="narrow">
            <h2 class="band-title">"New secret"</h2>
            <div class="sheet">
                <p><strong>"Copy this secret now. You won’t see it again."</strong></p>
                <p>{copy::code("new-secret", secret.expose(), "signing secret")}</p>
            </div>
        </section>
    }
    .into_any()
}

fn switched_off(detail: &EndpointDetail, since: &str) -> AnyView {
    view! {
        <div class="attention" role="note">
            <p><strong>{format!("Turned off {since}.")}</strong> " " {detail.row.off_because.clone()}</p>
            {button::<SwitchWebhookOn>(&detail.row.id, "Turn it on", "as-link strong")}
        </div>
    }
    .into_any()
}

fn deliveries(detail: &EndpointDetail) -> AnyView {
    if detail.deliveries.is_empty() {
        return view! { <p class="soft">"No deliveries yet."</p> }.into_any();
    }
    let here = format!("{LIST}/{}", detail.row.id);
    let off = detail.row.off_since.is_some();
    let each = detail.deliveries.iter();
    view! {
        <ul class="rows deliveries">{each.map(|one| delivery(one, &detail.row.id, off)).collect_view()}</ul>
        <p class="pages">
            {(!detail.newest).then(|| view! { <a class="button" href=here.clone()>"First page"</a> })}
            {detail.older.as_ref().map(|older| view! {
                <a class="button" href=format!("{here}?before={older}")>"Older"</a>
            })}
        </p>
    }
    .into_any()
}

fn delivery(one: &Delivery, endpoint: &str, off: bool) -> AnyView {
    let tried = one.duration_ms.map(|took| {
        let times = match one.attempts {
            1 => String::new(),
            times => format!("{times} attempts, "),
        };
        let status = one
            .status
            .map_or(String::new(), |status| format!("status {status}, "));
        format!(" · {times}{status}{took} ms")
    });
    view! {
        <li><div class="row unmarked">
            <span class="what">
                <span class="name">{one.what.clone()}</span>
                <span class="soft">
                    <time datetime=one.created.exact.clone() title=one.created.long.clone()>{one.created.words.clone()}</time>
                    {tried}
                </span>
                <span class="soft">{one.standing.clone()}</span>
            </span>
            {(!off && one.state != "waiting").then(|| again(endpoint, &one.id, &one.what))}
        </div></li>
    }
    .into_any()
}

fn again(endpoint: &str, message: &str, what: &str) -> AnyView {
    view! {
        <form method="post" action=SendAgain::url()>
            <input type="hidden" name="webhook" value=endpoint.to_owned()/>
            <input type="hidden" name="message" value=message.to_owned()/>
            <button class="as-link" type="submit">
                "Send again" <span class="hidden">{format!(": {what}")}</span>
            </button>
        </form>
    }
    .into_any()
}

fn button<Form: leptos::server_fn::ServerFn>(
    endpoint: &str,
    words: &'static str,
    class: &'static str,
) -> AnyView {
    view! {
        <form method="post" action=Form::url()>
            <input type="hidden" name="webhook" value=endpoint.to_owned()/>
            <button class=class type="submit">{words}</button>
        </form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::drawn::html;
    use crate::app::tests::invented;

    #[test]
    fn a_secret_is_shown_only_when_it_was_made() {
        let page = html(|| view(&invented::webhook(false), Some(&Secret::new("whsec_abc"))));
        assert_eq!(page.text("#new-secret"), "whsec_abc");
        let page = html(|| view(&invented::webhook(false), None));
        assert_eq!(page.count("#new-secret"), 0);
        assert_eq!(page.count("form[action='/forms/webhook-test']"), 1);
    }

    #[test]
    fn one_that_is_switched_off_can_be_switched_on_and_nothing_is_sent() {
        let page = html(|| view(&invented::webhook(true), None));
        assert_eq!(page.count("form[action='/forms/webhook-on']"), 1);
        assert_eq!(page.count("form[action='/forms/webhook-test']"), 0);
        assert_eq!(page.count("form[action='/forms/webhook-again']"), 0);
    }
}
