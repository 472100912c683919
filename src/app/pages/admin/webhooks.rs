//! "Webhooks": the webhooks received from providers.

use leptos::prelude::*;

use super::{overseen, top};
use crate::app::pages::query;
use crate::app::parts::frame::Page;
use crate::app::parts::lines::{pages, sections};
use crate::app::parts::{figure, rows};
use crate::operator;
use crate::operator::view::{DeliveryLine, Lines};

pub(super) const PATH: &str = "/admin/webhooks";
pub(super) const CHOICES: [(&str, &str); 2] =
    [(PATH, "Accepted"), ("/admin/webhooks/refused", "Rejected")];

/// Reads the data and draws the page.
pub fn webhooks() -> AnyView {
    let (connection, after) = (query("connection"), query("after"));
    overseen(move |ctx, by| async move {
        let found = operator::deliveries(&ctx, &by, &connection, &after).await?;
        Ok(Page::new("Webhooks", view(&connection, &after, &found)))
    })
}

/// Draws the page.
pub fn view(connection: &str, after: &str, found: &Lines<DeliveryLine>) -> AnyView {
    let of_one = !connection.is_empty();
    view! {
        {top("Webhooks", PATH)}
        {sections("Filter webhooks", "sections narrower", &CHOICES, if of_one { "" } else { PATH })}
        {of_one.then(|| view! { <p><a class="soft" href=PATH>"Show all connections"</a></p> })}
        {if found.lines.is_empty() {
            view! { <p class="empty-list">"No webhooks yet. Without them, Passbook checks connections on a schedule."</p> }.into_any()
        } else {
            view! { <section><ul class="rows">{found.lines.iter().map(line).collect_view()}</ul></section> }.into_any()
        }}
        {pages(PATH, &[("connection", connection)], after, found.older.as_deref())}
    }
    .into_any()
}

fn line(delivery: &DeliveryLine) -> AnyView {
    let soft = rows::soft_line(&[&delivery.about, &delivery.error]);
    view! {
        <li class="line">
            <div class="what">
                <a class="name" href=format!("{PATH}/{}", delivery.id)>{delivery.name.clone()}</a>
                <span class="soft">{soft}</span>
            </div>
            <div class="what">
                <span class="soft">{figure::moment(&delivery.came)} ", " {delivery.latency.clone()} " delivery time"</span>
                <span class="soft">{rows::soft_line(&[&delivery.caused, &delivery.times])}</span>
            </div>
        </li>
    }
    .into_any()
}
