//! From what a person types to their books.

use domain::connection::{LinkStatus, TransactionsStatus};
use domain::problem::Reason;
use domain::provider::Typed;
use domain::secret::Secret;
use passbook::sync::{self, TypedOutcome};

use super::{MXBANK, comes_to, completes, filled, link, link_at, read_connection, start, typed_at};
use crate::app::ADA;

#[tokio::test]
async fn a_right_log_in_links_and_the_books_hold_what_mx_tells() {
    let app = start().await;
    let id = link(&app, "anything").await;
    let linked = comes_to(&app, &id, LinkStatus::Success).await;
    assert!(linked.linked_at.is_some());
    let done = completes(&app, &id).await;
    let complete = Some(TransactionsStatus::Complete);
    assert_eq!(done.transactions_status(), complete);
    let books = app.books().await;
    let rows = books.number("SELECT COUNT(*) FROM bank_transaction").await;
    let accounts = books.number("SELECT COUNT(*) FROM account").await;
    assert!(
        rows > 10 && accounts > 1,
        "{rows} rows, {accounts} accounts"
    );
    let calls = "SELECT COUNT(*) FROM provider_call WHERE provider = 'mx'";
    assert!(books.number(calls).await > 5);
}

#[tokio::test]
async fn a_wrong_password_is_told_and_the_right_one_goes_to_the_same_connection() {
    let app = start().await;
    let id = link(&app, "INVALID").await;
    let refused = comes_to(&app, &id, LinkStatus::WrongCredentials).await;
    let reason = refused.problem.map(|problem| problem.reason);
    assert_eq!(reason, Some(Reason::WrongCredentials));
    let typed = filled(&app, MXBANK, ["mxuser", "anything"]).await;
    let again = sync::log_in_again(app.ctx(), &app.user(&ADA).await, &id, &typed).await;
    assert_eq!(again.expect("it is begun").connection(), &id);
    comes_to(&app, &id, LinkStatus::Success).await;
    completes(&app, &id).await;
    let books = app.books().await;
    let connections = "SELECT COUNT(*) FROM connection";
    assert_eq!(books.number(connections).await, 1);
}

#[tokio::test]
async fn challenges_are_answered_in_two_rounds() {
    let app = start().await;
    let id = link(&app, "challenge").await;
    let mut rounds = 0;
    for answer in ["challenge", "correct"] {
        comes_to(&app, &id, LinkStatus::Challenged).await;
        let asked = sync::challenges(app.ctx(), &app.user(&ADA).await, &id).await;
        let answers: Vec<Typed> = (asked.expect("they are read").into_iter())
            .map(|challenge| Typed {
                field: challenge.id,
                value: Secret::new(answer),
            })
            .collect();
        let answered =
            sync::answer_challenges(app.ctx(), &app.user(&ADA).await, &id, &answers).await;
        answered.expect("they are taken");
        rounds += 1;
    }
    comes_to(&app, &id, LinkStatus::Success).await;
    assert_eq!(rounds, 2);
}

#[tokio::test]
async fn a_bank_that_refused_is_asked_again_from_the_beginning_too() {
    let app = start().await;
    let id = link(&app, "INVALID").await;
    comes_to(&app, &id, LinkStatus::WrongCredentials).await;
    let again = typed_at(&app, MXBANK, "anything").await;
    assert_eq!(again.expect("it is sent"), TypedOutcome::Sent(id.clone()));
    assert_eq!(
        read_connection(&app, &id).await.link_status(),
        LinkStatus::Processing
    );
    comes_to(&app, &id, LinkStatus::Success).await;
    let connections = "SELECT COUNT(*) FROM connection";
    assert_eq!(app.number(connections).await, 1);
}

#[tokio::test]
async fn what_is_not_sent_is_told() {
    let app = start().await;
    let id = link(&app, "challenge").await;
    let meanwhile = typed_at(&app, MXBANK, "anything").await;
    let asked = TypedOutcome::BeingAsked(id.clone());
    assert_eq!(meanwhile.expect("it stands"), asked);
    let other = link_at(&app, "mxcu", "anything").await;
    comes_to(&app, &other, LinkStatus::Success).await;
    let linked = typed_at(&app, "mxcu", "INVALID").await;
    assert_eq!(linked.expect("it stands"), TypedOutcome::Linked(other));
    let connections = "SELECT COUNT(*) FROM connection";
    assert_eq!(app.number(connections).await, 2);
}
