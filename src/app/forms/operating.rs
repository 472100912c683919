//! The admin's forms. Each checks that an admin sends it, and answers "not found" to everyone else.

use leptos::prelude::*;

use super::{Next, confirming};
use crate::app::error::{PageError, failed};
use crate::app::flash::Flash;
use crate::app::visitor;
use crate::auth::operators::OperatorError;
use crate::auth::{self, FieldProblem};
use crate::operator;

/// Makes the sender the first admin, if the code is right.
#[server(name = BecomeOperator, prefix = "/forms", endpoint = "become-operator")]
pub async fn become_operator(#[server(default)] code: String) -> Result<(), PageError> {
    let (ctx, user) = (visitor::ctx()?, visitor::user().await?);
    match auth::operators::claim(&ctx, &user, &code).await {
        Ok(()) => {
            let said = "You’re now this Passbook’s admin.";
            Next::saying("/admin", Flash::notice(said)).go().await
        }
        Err(error) => {
            let problem = FieldProblem {
                field: "code",
                message: refusal_words(&error)?.to_owned(),
            };
            Next::saying(
                "/become-operator",
                Flash::for_refused_form(&[], vec![problem]),
            )
            .go()
            .await
        }
    }
}

/// Returns why a person did not become an admin, in words for them.
pub fn refusal_words(error: &OperatorError) -> Result<&'static str, PageError> {
    match error {
        OperatorError::CodeGone => Ok(
            "This code is wrong, expired or already used, or this Passbook already has an admin. If it has none, restart Passbook to get a new code, or make yourself admin in the terminal with passbook admin grant.",
        ),
        OperatorError::Demo(_) => Ok(
            "The demo user can’t become an admin, because its password is public. Log out, sign up as yourself and come back to this page. Your code will still work.",
        ),
        OperatorError::NoPassword => Ok(
            "Set a password first, in Settings. In the demo, anyone can log in as anyone with Google or Facebook.",
        ),
        error => Err(failed(error)),
    }
}

/// Requests a sync of any person's connection.
#[server(name = OperatorSync, prefix = "/forms", endpoint = "admin/sync")]
pub async fn sync(
    #[server(default)] connection: String,
    #[server(default)] back: String,
) -> Result<(), PageError> {
    let (ctx, by) = (visitor::ctx()?, visitor::operator().await?);
    operator::sync_now(&ctx, &by, &connection).await?;
    Next::saying(back, Flash::notice("Sync started."))
        .go()
        .await
}

/// Logs a person out everywhere.
#[server(name = EndSessions, prefix = "/forms", endpoint = "admin/end-sessions")]
pub async fn end_sessions(
    #[server(default)] person: String,
    #[server(default)] back: String,
) -> Result<(), PageError> {
    let (ctx, by) = (visitor::ctx()?, visitor::operator().await?);
    if !confirming::confirmed(&back).await? {
        return Ok(());
    }
    let said = operator::end_sessions(&ctx, &by, &person).await?;
    if by.user().id.as_str() == person {
        // The admin's own session has ended too, so it cannot hold a notice.
        auth::session::end(&visitor::session().await?).await?;
        visitor::clear_site_data();
        return Next::to("/log-in").go().await;
    }
    Next::saying(back, Flash::notice(said)).go().await
}

/// Suspends a person.
#[server(name = SuspendPerson, prefix = "/forms", endpoint = "admin/suspend")]
pub async fn suspend(#[server(default)] person: String) -> Result<(), PageError> {
    set_suspended(person, true).await
}

/// Ends the suspension of a person.
#[server(name = UnsuspendPerson, prefix = "/forms", endpoint = "admin/unsuspend")]
pub async fn unsuspend(#[server(default)] person: String) -> Result<(), PageError> {
    set_suspended(person, false).await
}

async fn set_suspended(person: String, suspended: bool) -> Result<(), PageError> {
    let (ctx, by) = (visitor::ctx()?, visitor::operator().await?);
    if !confirming::confirmed(&format!("/admin/users/{person}")).await? {
        return Ok(());
    }
    let flash = match operator::suspend(&ctx, &by, &person, suspended).await? {
        Ok(said) => Flash::notice(said),
        Err(why) => Flash::trouble(why),
    };
    Next::saying(format!("/admin/users/{person}"), flash)
        .go()
        .await
}

/// Deletes a person.
#[server(name = DeletePerson, prefix = "/forms", endpoint = "admin/delete-person")]
pub async fn delete_person(
    #[server(default)] person: String,
    #[server(default)] email: String,
) -> Result<(), PageError> {
    let (ctx, by) = (visitor::ctx()?, visitor::operator().await?);
    if !confirming::confirmed(&format!("/admin/users/{person}")).await? {
        return Ok(());
    }
    match operator::delete_person(&ctx, &by, &person, &email).await? {
        Ok(said) => Next::saying("/admin/users", Flash::notice(said)).go().await,
        Err(problem) => {
            let flash = Flash::for_refused_form(&[], vec![problem]);
            Next::saying(format!("/admin/users/{person}"), flash)
                .go()
                .await
        }
    }
}

/// Replays a webhook.
#[server(name = Replay, prefix = "/forms", endpoint = "admin/replay")]
pub async fn replay(
    #[server(default)] delivery: String,
    #[server(default)] back: String,
) -> Result<(), PageError> {
    let (ctx, by) = (visitor::ctx()?, visitor::operator().await?);
    let said = operator::replay(&ctx, &by, &delivery).await?;
    Next::saying(back, Flash::notice(said)).go().await
}

/// Runs a job now.
#[server(name = RetryJob, prefix = "/forms", endpoint = "admin/retry")]
pub async fn retry(
    #[server(default)] job: String,
    #[server(default)] back: String,
) -> Result<(), PageError> {
    let (ctx, by) = (visitor::ctx()?, visitor::operator().await?);
    let said = operator::retry(&ctx, &by, &job).await?;
    Next::saying(back, Flash::notice(said)).go().await
}

/// Cancels a job.
#[server(name = CancelJob, prefix = "/forms", endpoint = "admin/cancel")]
pub async fn cancel(
    #[server(default)] job: String,
    #[server(default)] back: String,
) -> Result<(), PageError> {
    let (ctx, by) = (visitor::ctx()?, visitor::operator().await?);
    let flash = match operator::cancel(&ctx, &by, &job).await? {
        Ok(said) => Flash::notice(said),
        Err(why) => Flash::trouble(why),
    };
    Next::saying(back, flash).go().await
}
