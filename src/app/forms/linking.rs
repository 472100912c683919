//! Linking a bank: the button that begins it, and the ways back from Link.

use leptos::prelude::*;

use super::Next;
use crate::app::error::PageError;
use crate::app::flash::{AlreadyLinked, Flash};
use crate::app::{opened_from, visitor};
use crate::sync::{self, LinkExit, LinkOutcome, SyncError};
use domain::attempt::LinkPurpose;
use domain::id::{ConnectionId, LinkId};
use domain::problem::{Problem, Remedy};
use domain::secret::Secret;

/// Begins a link attempt. `purpose` is `new`, `anyway`, `repair:ID` or `add:ID`; `back` is the page that it begins on.
/// The form leads to a page of ours, because the content security policy keeps forms from leading to another origin.
#[server(name = BeginLink, prefix = "/forms", endpoint = "link")]
pub async fn begin_link(
    #[server(default)] purpose: String,
    #[server(default)] hosted: String,
    #[server(default)] back: String,
) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    let session = visitor::session().await?;
    opened_from::keep(&session, &back).await?;
    let purpose = read_purpose(&purpose).ok_or_else(|| PageError::NotFound.raised())?;
    let here = visitor::reached_at(&ctx);
    let hosted = (hosted == "yes").then_some(here.as_str());
    let next = match sync::begin_link(&ctx, &user, purpose, hosted).await {
        Ok(link) => Next::to(format!("/link/{}", link.attempt.id)),
        Err(SyncError::Provider(problem)) => {
            provider_refusal(&problem, opened_from::load(&session).await?)
        }
        Err(error) => return Err(error.into()),
    };
    next.go().await
}

/// Takes the public token and metadata that Link's script hands over when it succeeds.
#[server(name = LinkFinished, prefix = "/forms", endpoint = "link-finished")]
pub async fn link_finished(
    #[server(default)] attempt: String,
    #[server(default)] public_token: String,
    #[server(default)] metadata: String,
) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    let id = LinkId::parse(&attempt).ok_or_else(|| PageError::NotFound.raised())?;
    let metadata = serde_json::from_str(&metadata).unwrap_or_default();
    let result = sync::read_link_result(&ctx, Secret::new(public_token), &metadata);
    let outcome = sync::finish_link(&ctx, &user, &id, result).await;
    onward(outcome, &id).await
}

/// Links a held bank after the person says that its accounts differ from the linked ones.
#[server(name = LinkAnyway, prefix = "/forms", endpoint = "link-anyway")]
pub async fn link_anyway(#[server(default)] attempt: String) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    let id = LinkId::parse(&attempt).ok_or_else(|| PageError::NotFound.raised())?;
    let outcome = sync::link_anyway(&ctx, &user, &id).await;
    onward(outcome, &id).await
}

/// Ends an attempt when the person leaves Link without a result.
#[server(name = LinkLeft, prefix = "/forms", endpoint = "link-left")]
pub async fn link_left(
    #[server(default)] attempt: String,
    #[server(default)] error_code: String,
    #[server(default)] institution: String,
    #[server(default)] request_id: String,
) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    let id = LinkId::parse(&attempt).ok_or_else(|| PageError::NotFound.raised())?;
    let exit = LinkExit {
        error_code,
        institution,
        request_id,
    };
    let outcome = sync::exit_link(&ctx, &user, &id, exit).await;
    onward(outcome, &id).await
}

/// Redirects to the page that an outcome leads to, or back to where this session's attempt began.
async fn onward(outcome: Result<LinkOutcome, SyncError>, id: &LinkId) -> Result<(), PageError> {
    let from = opened_from::load(&visitor::session().await?).await?;
    after(outcome, id, from)?.go().await
}

/// Returns where an outcome leads; `from` is the page that the attempt began on.
///
/// # Errors
/// When the attempt is not this person's, or on an internal error.
pub fn after(
    outcome: Result<LinkOutcome, SyncError>,
    id: &LinkId,
    from: String,
) -> Result<Next, PageError> {
    Ok(match outcome {
        Ok(LinkOutcome::Linked(connection)) => Next::to(format!("/connections/{connection}")),
        Ok(LinkOutcome::Repaired(connection)) => Next::saying(
            format!("/connections/{connection}"),
            Flash {
                repaired: true,
                ..Flash::notice("All set. Catching up now.")
            },
        ),
        Ok(LinkOutcome::Unneeded(connection)) => Next::saying(
            format!("/connections/{connection}"),
            Flash::notice(
                "This connection is working, so there’s nothing to fix. Checking for new transactions.",
            ),
        ),
        Ok(LinkOutcome::Unchanged {
            connection_id,
            reason,
        }) => Next::saying(
            format!("/connections/{connection_id}"),
            reason.map_or_else(
                || Flash::notice("You left before finishing, so nothing changed."),
                Flash::trouble,
            ),
        ),
        Ok(LinkOutcome::AlreadyLinked {
            connection_id,
            institution,
            accounts,
            waiting,
        }) => Next::saying(
            "/link/already",
            Flash {
                already_linked: Some(AlreadyLinked {
                    connection_id: connection_id.to_string(),
                    institution,
                    accounts,
                    waiting: waiting.map(|attempt| attempt.to_string()),
                }),
                ..Flash::default()
            },
        ),
        Ok(LinkOutcome::Exited(reason)) => Next::saying(
            from,
            reason.map_or_else(
                || Flash::notice("No bank linked. You can try again any time."),
                Flash::trouble,
            ),
        ),
        Ok(LinkOutcome::Lost) => Next::saying(
            from,
            Flash::trouble(
                "Linking was interrupted before it finished. Please link the bank again.",
            ),
        ),
        Ok(LinkOutcome::Challenged(_)) => Next::to(format!("/link/{id}")),
        Ok(LinkOutcome::Open) => Next::saying(
            format!("/link/{id}"),
            Flash::notice("You haven’t finished at your bank yet."),
        ),
        Err(SyncError::Provider(problem)) => provider_refusal(&problem, from),
        Err(error) => return Err(error.into()),
    })
}

/// Leads back to `from` with the provider's refusal and its request id.
pub(super) fn provider_refusal(problem: &Problem, from: String) -> Next {
    let words = match problem.remedy() {
        // Either it is retried automatically, or the message says that nothing was started.
        Remedy::Retry | Remedy::Restart | Remedy::Wait => problem.message.as_str(),
        _ => problem.words_while_linking(),
    };
    let told = Problem {
        message: words.to_owned(),
        ..problem.clone()
    };
    Next::saying(from, Flash::trouble(told.sentence("Your bank")))
}

fn read_purpose(purpose: &str) -> Option<LinkPurpose> {
    match purpose.split_once(':') {
        None if purpose == "new" => Some(LinkPurpose::NewBank),
        None if purpose == "anyway" => Some(LinkPurpose::NewBankAnyway),
        Some(("repair", id)) => ConnectionId::parse(id).map(LinkPurpose::Repair),
        Some(("add", id)) => ConnectionId::parse(id).map(LinkPurpose::AddAccounts),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purposes() {
        let id = ConnectionId::generate();
        assert_eq!(read_purpose("new"), Some(LinkPurpose::NewBank));
        assert_eq!(read_purpose("anyway"), Some(LinkPurpose::NewBankAnyway));
        assert_eq!(
            read_purpose(&format!("repair:{id}")),
            Some(LinkPurpose::Repair(id.clone()))
        );
        assert_eq!(
            read_purpose(&format!("add:{id}")),
            Some(LinkPurpose::AddAccounts(id))
        );
        for bad in ["", "repair", "repair:", "repair:../x", "drop:1", "new:1"] {
            assert_eq!(read_purpose(bad), None, "{bad}");
        }
    }

    #[test]
    fn every_outcome_leads_to_a_page_of_ours() {
        let (id, connection) = (LinkId::generate(), ConnectionId::generate());
        let from = || "/accounts".to_owned();
        let to = |outcome| after(Ok(outcome), &id, from()).expect("a page").path;
        assert_eq!(
            to(LinkOutcome::Linked(connection.clone())),
            format!("/connections/{connection}")
        );
        assert_eq!(to(LinkOutcome::Open), format!("/link/{id}"));
        assert_eq!(to(LinkOutcome::Exited(None)), "/accounts");
        assert_eq!(to(LinkOutcome::Lost), "/accounts");
        for left in [
            LinkOutcome::Unneeded(connection.clone()),
            LinkOutcome::Unchanged {
                connection_id: connection.clone(),
                reason: None,
            },
        ] {
            assert_eq!(to(left), format!("/connections/{connection}"));
        }
        let already = LinkOutcome::AlreadyLinked {
            connection_id: connection,
            institution: "Tartan Bank".into(),
            accounts: vec!["Checking".into()],
            waiting: None,
        };
        let next = after(Ok(already), &id, from()).expect("a page");
        assert_eq!(next.path, "/link/already");
        assert_eq!(
            next.flash.already_linked.map(|a| a.institution),
            Some("Tartan Bank".into())
        );
    }
}
