//! Log-ins that are typed here, and what a bank asks back. What was typed goes to the provider and nowhere else: a form
//! that is refused says why, and is empty again.

use std::collections::BTreeMap;

use leptos::prelude::*;

use super::{Next, linking};
use crate::app::error::PageError;
use crate::app::flash::Flash;
use crate::app::visitor;
use crate::auth::FieldProblem;
use crate::ledger::records;
use crate::sync::{self, SyncError, TypedLink};
use domain::id::ConnectionId;
use domain::provider::{CredentialField, Typed};
use domain::secret::Secret;

/// The page on which the log-in of a bank is typed.
#[must_use]
pub fn log_in_page(provider: &str, bank: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("with", provider)
        .append_pair("bank", bank)
        .finish();
    format!("/link/log-in?{query}")
}

/// Links a bank with what was typed: `ids` names the fields and `values` what stands in them, under the same words.
#[server(name = LinkTyped, prefix = "/forms", endpoint = "link-typed")]
pub async fn link_typed(
    #[server(default)] provider: String,
    #[server(default)] bank: String,
    #[server(default)] ids: BTreeMap<String, String>,
    #[server(default)] values: BTreeMap<String, String>,
) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    let page = log_in_page(&provider, &bank);
    let (institution, fields) = match sync::credential_fields(&ctx, &provider, &bank).await {
        Err(SyncError::Provider(problem)) => return linking::refused(&problem, page).go().await,
        found => found?,
    };
    let Some(typed) = filled(wanted(&fields), &ids, values) else {
        return incomplete(page).go().await;
    };
    let link = TypedLink {
        provider: &provider,
        institution_id: &bank,
        institution_name: &institution.name,
        typed: &typed,
    };
    let next = match sync::link_typed(&ctx, &user, link).await {
        Ok(id) => Next::to(format!("/connections/{id}")),
        Err(SyncError::Provider(problem)) => linking::refused(&problem, page),
        Err(error) => return Err(error.into()),
    };
    next.go().await
}

/// Logs in at the bank of a connection again, with what was typed.
#[server(name = LogInAgain, prefix = "/forms", endpoint = "log-in-again")]
pub async fn log_in_again(
    #[server(default)] connection: String,
    #[server(default)] ids: BTreeMap<String, String>,
    #[server(default)] values: BTreeMap<String, String>,
) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    let known = records::connection(&ctx, &user, &connection)
        .await?
        .connection;
    let page = format!("/connections/{}", known.id);
    let bank = known.institution_id.as_deref().unwrap_or_default();
    let fields = match sync::credential_fields(&ctx, &known.provider, bank).await {
        Err(SyncError::Provider(problem)) => return linking::refused(&problem, page).go().await,
        found => found?.1,
    };
    let Some(typed) = filled(wanted(&fields), &ids, values) else {
        return incomplete(format!("{page}/log-in")).go().await;
    };
    let next = match sync::log_in_again(&ctx, &user, &known.id, &typed).await {
        Ok(_) => Next::to(page),
        Err(SyncError::Provider(problem)) => linking::refused(&problem, page),
        Err(error) => return Err(error.into()),
    };
    next.go().await
}

/// Answers what the bank of a connection asks.
#[server(name = AnswerBank, prefix = "/forms", endpoint = "answer-bank")]
pub async fn answer_bank(
    #[server(default)] connection: String,
    #[server(default)] ids: BTreeMap<String, String>,
    #[server(default)] values: BTreeMap<String, String>,
) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    let id = ConnectionId::parse(&connection).ok_or_else(|| PageError::NotFound.raised())?;
    let page = format!("/connections/{id}");
    let asked = match sync::challenges(&ctx, &user, &id).await {
        Err(SyncError::Provider(problem)) => return linking::refused(&problem, page).go().await,
        asked => asked?,
    };
    let asked = asked.iter().map(|challenge| challenge.id.as_str());
    let Some(answers) = filled(asked, &ids, values) else {
        return incomplete(page).go().await;
    };
    let next = match sync::answer_challenges(&ctx, &user, &id, &answers).await {
        Ok(()) => Next::to(page),
        Err(SyncError::NotFound) => {
            Next::saying(page, Flash::notice("Your bank no longer asks that."))
        }
        Err(SyncError::Provider(problem)) => linking::refused(&problem, page),
        Err(error) => return Err(error.into()),
    };
    next.go().await
}

/// Takes over what was linked on the provider's own page inside ours.
#[server(name = LinkFramed, prefix = "/forms", endpoint = "link-framed")]
pub async fn link_framed(
    #[server(default)] provider: String,
    #[server(default)] bank: String,
    #[server(default)] connection: String,
) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    let repaired = ConnectionId::parse(&connection).map(|id| format!("/connections/{id}"));
    let page = repaired.clone().map_or_else(
        || log_in_page(&provider, &bank),
        |page| format!("{page}/log-in"),
    );
    let next = match sync::take_links(&ctx, &user, &provider).await {
        Ok(taken) => match (taken.first(), repaired) {
            (_, Some(page)) => Next::to(page),
            (Some(id), None) => Next::to(format!("/connections/{id}")),
            (None, None) => {
                let said = "Your bank isn’t linked yet. Finish in the window first.";
                Next::saying(page, Flash::trouble(said))
            }
        },
        Err(SyncError::Provider(problem)) => linking::refused(&problem, page),
        Err(error) => return Err(error.into()),
    };
    next.go().await
}

fn wanted(fields: &[CredentialField]) -> impl Iterator<Item = &str> {
    fields.iter().map(|field| field.id.as_str())
}

/// What was typed for each of these; nothing when one is missing or empty.
fn filled<'a>(
    wanted: impl Iterator<Item = &'a str>,
    ids: &BTreeMap<String, String>,
    mut values: BTreeMap<String, String>,
) -> Option<Vec<Typed>> {
    let typed = wanted.map(|field| {
        let (place, _) = ids.iter().find(|(_, id)| *id == field)?;
        let value = values.remove(place).filter(|value| !value.is_empty())?;
        Some(Typed {
            field: field.to_owned(),
            value: Secret::new(value),
        })
    });
    typed.collect()
}

fn incomplete(page: String) -> Next {
    let problem = FieldProblem {
        field: "",
        message: "Fill in every field.".into(),
    };
    Next::saying(page, Flash::refused(&[], vec![problem]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        let owned = pairs
            .iter()
            .map(|(key, value)| ((*key).into(), (*value).into()));
        owned.collect()
    }

    #[test]
    fn every_field_is_wanted_and_nothing_else_is_sent_on() {
        let ids = map(&[("f0", "CRD-1"), ("f1", "CRD-2"), ("f2", "CRD-3")]);
        let values = map(&[("f0", "ada"), ("f1", " secret "), ("f2", "more")]);
        let typed = filled(["CRD-1", "CRD-2"].into_iter(), &ids, values).expect("it is complete");
        let typed: Vec<_> = typed
            .iter()
            .map(|it| (it.field.as_str(), it.value.expose()))
            .collect();
        assert_eq!(typed, [("CRD-1", "ada"), ("CRD-2", " secret ")]);
        for lacking in [map(&[("f0", "ada")]), map(&[("f0", "ada"), ("f1", "")])] {
            assert!(filled(["CRD-1", "CRD-2"].into_iter(), &ids, lacking).is_none());
        }
        assert!(filled([].into_iter(), &map(&[]), map(&[])).is_some_and(|it| it.is_empty()));
    }

    #[test]
    fn a_bank_is_named_in_the_address_whatever_it_is_called() {
        assert_eq!(
            log_in_page("mx", "a&b=c#d"),
            "/link/log-in?with=mx&bank=a%26b%3Dc%23d"
        );
    }
}
