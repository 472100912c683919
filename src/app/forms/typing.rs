//! Forms for bank credentials that are typed here, and for a bank's questions. Typed values go to the provider and
//! nowhere else: a rejected form says why and comes back empty.

use std::collections::BTreeMap;

use leptos::prelude::*;

use super::{Next, linking};
use crate::app::error::PageError;
use crate::app::flash::Flash;
use crate::app::visitor;
use crate::auth::FieldProblem;
use crate::ledger::records;
use crate::sync::{self, SyncError, TypedLink, TypedOutcome};
use domain::id::ConnectionId;
use domain::problem::{Problem, Reason};
use domain::provider::{Challenge, CredentialField, LONGEST_TYPED, Typed};
use domain::secret::Secret;

/// Returns the address of the page that takes a bank's credentials.
#[must_use]
pub fn log_in_page(provider: &str, bank: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("with", provider)
        .append_pair("bank", bank)
        .finish();
    format!("/link/log-in?{query}")
}

/// Links a bank with typed credentials. `ids` and `values` hold the fields' ids and values under the same keys.
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
        Err(SyncError::Provider(problem)) => {
            return not_asked(&problem, "/link/new", "Your bank").go().await;
        }
        found => found?,
    };
    let typed = match filled(fields.iter().map(Wanted::field), &ids, values) {
        Ok(typed) => typed,
        Err(mistake) => return typing_refusal(page, mistake).go().await,
    };
    let link = TypedLink {
        provider: &provider,
        institution_id: &bank,
        institution_name: &institution.name,
        typed: &typed,
    };
    let next = match sync::link_typed(&ctx, &user, link).await {
        Ok(outcome) => next_page(&outcome),
        Err(SyncError::Provider(problem)) if problem.reason == Reason::AlreadyLinked => {
            not_asked(&problem, "/accounts", &institution.name)
        }
        Err(SyncError::Provider(problem)) => not_asked(&problem, &page, &institution.name),
        Err(error) => return Err(error.into()),
    };
    next.go().await
}

/// Redirects to the connection, with a message if the credentials were not sent.
fn next_page(outcome: &TypedOutcome) -> Next {
    let page = format!("/connections/{}", outcome.connection());
    let said = match outcome {
        TypedOutcome::Sent(_) => return Next::to(page),
        TypedOutcome::BeingAsked(_) => {
            "We’re already checking with this bank, so what you just typed wasn’t sent."
        }
        TypedOutcome::Linked(_) => {
            "You’ve already linked this bank with this username. Nothing was changed."
        }
    };
    Next::saying(page, Flash::notice(said))
}

/// Redirects to `page` with the reason why the provider rejected the request before it contacted the bank.
fn not_asked(problem: &Problem, page: &str, bank: &str) -> Next {
    let told = Problem {
        message: problem.words_while_linking().to_owned(),
        ..problem.clone()
    };
    Next::saying(page.to_owned(), Flash::trouble(told.sentence(bank)))
}

/// Logs in at a connection's bank again, with typed credentials.
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
        Err(SyncError::Provider(problem)) => {
            return not_asked(&problem, &page, &known.institution_name)
                .go()
                .await;
        }
        found => found?.1,
    };
    let typed = match filled(fields.iter().map(Wanted::field), &ids, values) {
        Ok(typed) => typed,
        Err(mistake) => return typing_refusal(format!("{page}/log-in"), mistake).go().await,
    };
    let next = match sync::log_in_again(&ctx, &user, &known.id, &typed).await {
        Ok(outcome) if *outcome.connection() == known.id => Next::to(page),
        Ok(outcome) => next_page(&outcome),
        Err(SyncError::Provider(problem)) if problem.reason == Reason::AlreadyLinked => {
            not_asked(&problem, "/accounts", &known.institution_name)
        }
        Err(SyncError::Provider(problem)) => not_asked(&problem, &page, &known.institution_name),
        Err(error) => return Err(error.into()),
    };
    next.go().await
}

/// Answers the questions of a connection's bank.
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
        Err(SyncError::Provider(problem)) => {
            return linking::provider_refusal(&problem, page).go().await;
        }
        asked => asked?,
    };
    let answers = match filled(asked.iter().map(Wanted::challenge), &ids, values) {
        Ok(answers) => answers,
        Err(Mistake::Another) if asked.is_empty() => {
            let said = Flash::notice("Your bank is no longer asking that.");
            return Next::saying(page, said).go().await;
        }
        Err(mistake) => return typing_refusal(page, mistake).go().await,
    };
    let next = match sync::answer_challenges(&ctx, &user, &id, &answers).await {
        Ok(()) => Next::to(page),
        Err(SyncError::NotFound) => {
            Next::saying(page, Flash::notice("Your bank is no longer asking that."))
        }
        Err(SyncError::Provider(problem)) => linking::provider_refusal(&problem, page),
        Err(error) => return Err(error.into()),
    };
    next.go().await
}

/// Takes over the connections that were made in the provider's widget on our page.
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
            (Some(_), Some(page)) => Next::to(page),
            (None, Some(page)) => {
                let said = "Your log-in wasn’t renewed. Finish in the window first.";
                Next::saying(page, Flash::notice(said))
            }
            (Some(id), None) => Next::to(format!("/connections/{id}")),
            (None, None) => {
                let said = "Your bank isn’t linked yet. Finish in the window first.";
                Next::saying(page, Flash::trouble(said))
            }
        },
        Err(SyncError::Provider(problem)) => linking::provider_refusal(&problem, page),
        Err(error) => return Err(error.into()),
    };
    next.go().await
}

/// A required field.
struct Wanted<'a> {
    id: &'a str,
    /// The allowed values; empty if any text is allowed.
    choices: Vec<&'a str>,
}

impl<'a> Wanted<'a> {
    fn field(field: &'a CredentialField) -> Self {
        let choices = field.choices();
        Self {
            id: &field.id,
            choices,
        }
    }

    fn challenge(challenge: &'a Challenge) -> Self {
        let choices = challenge.choices();
        Self {
            id: &challenge.id,
            choices,
        }
    }

    fn takes(&self, value: &str) -> Result<(), Mistake> {
        match value {
            "" => Err(Mistake::Empty),
            _ if value.chars().count() > LONGEST_TYPED => Err(Mistake::TooLong),
            _ if value.chars().any(char::is_control) => Err(Mistake::Control),
            _ if !self.choices.is_empty() && !self.choices.contains(&value) => {
                Err(Mistake::Another)
            }
            _ => Ok(()),
        }
    }
}

/// Why typed values are rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mistake {
    Empty,
    TooLong,
    Control,
    /// The form's fields are not the ones that the bank asks for now.
    Another,
}

/// Returns the typed value for each wanted field.
fn filled<'a>(
    wanted: impl Iterator<Item = Wanted<'a>>,
    ids: &BTreeMap<String, String>,
    mut values: BTreeMap<String, String>,
) -> Result<Vec<Typed>, Mistake> {
    let mut typed = Vec::new();
    for one in wanted {
        let place = ids.iter().find(|(_, id)| *id == one.id);
        let (place, _) = place.ok_or(Mistake::Another)?;
        let value = Secret::new(values.remove(place).unwrap_or_default());
        one.takes(value.expose())?;
        typed.push(Typed {
            field: one.id.to_owned(),
            value,
        });
    }
    match typed.is_empty() && !ids.is_empty() {
        true => Err(Mistake::Another),
        false => Ok(typed),
    }
}

fn typing_refusal(page: String, mistake: Mistake) -> Next {
    let message = match mistake {
        Mistake::Empty => "Fill in every field.",
        Mistake::TooLong => "That’s too long. Banks accept at most 500 characters.",
        Mistake::Control => "Leave out line breaks and other control characters.",
        Mistake::Another => {
            "Your bank is asking for something else now. Check the form and fill it in again."
        }
    };
    let problem = FieldProblem {
        field: "",
        message: message.into(),
    };
    Next::saying(page, Flash::for_refused_form(&[], vec![problem]))
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
        let both = || {
            ["CRD-1", "CRD-2"].map(|id| Wanted {
                id,
                choices: Vec::new(),
            })
        };
        let typed = filled(both().into_iter(), &ids, values).expect("it is complete");
        let typed: Vec<_> = typed
            .iter()
            .map(|it| (it.field.as_str(), it.value.expose()))
            .collect();
        assert_eq!(typed, [("CRD-1", "ada"), ("CRD-2", " secret ")]);
        for (second, mistake) in [
            (None, Mistake::Empty),
            (Some(String::new()), Mistake::Empty),
            (Some("é".repeat(LONGEST_TYPED + 1)), Mistake::TooLong),
            (Some("a\0b".into()), Mistake::Control),
        ] {
            let mut values = map(&[("f0", "ada")]);
            values.extend(second.map(|value| ("f1".to_owned(), value)));
            let refused = filled(both().into_iter(), &ids, values);
            assert_eq!(refused.expect_err("a mistake"), mistake);
        }
        let longest = "é".repeat(LONGEST_TYPED);
        let values = map(&[("f0", "ada"), ("f1", &longest)]);
        assert!(filled(both().into_iter(), &ids, values).is_ok());
        let nothing = || std::iter::empty::<Wanted<'_>>();
        let typed = filled(nothing(), &map(&[]), map(&[]));
        assert!(typed.is_ok_and(|it| it.is_empty()));
        let other = filled(nothing(), &ids, map(&[("f0", "ada")]));
        assert_eq!(other.expect_err("a mistake"), Mistake::Another);
    }

    #[test]
    fn what_is_chosen_was_offered() {
        let ids = map(&[("f0", "CHA-1")]);
        let asked = |value: &str| {
            let wanted = Wanted {
                id: "CHA-1",
                choices: vec!["a", "b"],
            };
            filled(std::iter::once(wanted), &ids, map(&[("f0", value)]))
        };
        assert!(asked("a").is_ok());
        assert_eq!(asked("c").expect_err("a mistake"), Mistake::Another);
        assert_eq!(asked("").expect_err("a mistake"), Mistake::Empty);
    }

    #[test]
    fn a_bank_is_named_in_the_address_whatever_it_is_called() {
        assert_eq!(
            log_in_page("mx", "a&b=c#d"),
            "/link/log-in?with=mx&bank=a%26b%3Dc%23d"
        );
    }
}
