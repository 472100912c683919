//! A form of the panel: done, noted, and back to the page it came from.

use axum::Extension;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::journal::Entry;
use super::visitor::Visitor;
use super::{NoPage, Panel, form, html, pages};
use crate::api::misbehave;
use crate::bank::{BankError, ItemView, Refusal};

/// Deeds that are never to one Item.
const OF_THE_BANK: [&str; 2] = ["time/advance", "webhook/key/rotate"];

/// Does what a form asks for, if its visitor may.
pub(super) async fn take(
    State(panel): State<Panel>,
    visitor: Option<Extension<Visitor>>,
    Path(deed): Path<String>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, NoPage> {
    let Extension(visitor) = visitor.ok_or(NoPage::Unknown)?;
    let item = match named(&pairs) {
        Some(id) => Some(
            visitor
                .item(&panel.bank, id)
                .await?
                .ok_or(NoPage::Unknown)?,
        ),
        None => None,
    };
    if (item.is_none() || OF_THE_BANK.contains(&deed.as_str())) && !visitor.operator {
        return Err(NoPage::Unknown);
    }
    let path = format!("/misbehave/{deed}");
    let call = form::call(&path, &pairs).ok_or(NoPage::Unknown)?;
    let result = match call {
        Ok(call) => Box::pin(misbehave::act(&panel.bank, &path, &call)).await,
        Err(refusal) => Err(refusal.into()),
    };
    match result {
        Ok(deed) => {
            let entry = Entry {
                item: item.as_ref().map(|view| view.item.id.clone()),
                at: panel.bank.wire_clock().now(),
                deed,
            };
            panel.journal.note(entry);
            Ok(Redirect::to(&back(&panel, item.as_ref())).into_response())
        }
        Err(BankError::Refused(refusal)) => refused(&panel, &visitor, item, &refusal).await,
        Err(error) => Err(error.into()),
    }
}

/// The page again, with what was wrong on top.
async fn refused(
    panel: &Panel,
    visitor: &Visitor,
    item: Option<ItemView>,
    refusal: &Refusal,
) -> Result<Response, NoPage> {
    let page = match &item {
        Some(view) => pages::item(panel, visitor, view, Some(refusal)).await?,
        None => pages::home(panel, visitor, Some(refusal)).await?,
    };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, html(page)).into_response())
}

fn named(pairs: &[(String, String)]) -> Option<&str> {
    let item = pairs.iter().find(|(name, _)| name == "item_id");
    item.map(|(_, id)| id.as_str()).filter(|id| !id.is_empty())
}

fn back(panel: &Panel, item: Option<&ItemView>) -> String {
    let base = pages::base(&panel.bank);
    match item {
        Some(view) => format!("{base}/items/{}", view.item.id),
        None if base.is_empty() => "/".to_owned(),
        None => base,
    }
}
