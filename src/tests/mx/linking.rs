//! From what a person types to their books.

use domain::connection::{LinkStatus, TransactionsStatus};
use domain::problem::Reason;
use domain::provider::Typed;
use domain::secret::Secret;
use passbook::sync::{self, TypedOutcome};

use super::{MXBANK, Mx};

#[tokio::test]
async fn a_right_log_in_links_and_the_books_hold_what_mx_tells() {
    let mx = Mx::start().await;
    let id = mx.link("anything").await;
    let linked = mx.comes_to(&id, LinkStatus::Success).await;
    assert!(linked.linked_at.is_some());
    let done = mx.complete(&id).await;
    let complete = Some(TransactionsStatus::Complete);
    assert_eq!(done.transactions_status(), complete);
    let books = mx.app.books().await;
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
    let mx = Mx::start().await;
    let id = mx.link("INVALID").await;
    let refused = mx.comes_to(&id, LinkStatus::WrongCredentials).await;
    let reason = refused.problem.map(|problem| problem.reason);
    assert_eq!(reason, Some(Reason::WrongCredentials));
    let typed = mx.typed(MXBANK, ["mxuser", "anything"]).await;
    let again = sync::log_in_again(mx.app.ctx(), &mx.ada, &id, &typed).await;
    assert_eq!(again.expect("it is begun").connection(), &id);
    mx.comes_to(&id, LinkStatus::Success).await;
    mx.complete(&id).await;
    let books = mx.app.books().await;
    let connections = "SELECT COUNT(*) FROM connection";
    assert_eq!(books.number(connections).await, 1);
}

#[tokio::test]
async fn challenges_are_answered_in_two_rounds() {
    let mx = Mx::start().await;
    let id = mx.link("challenge").await;
    let mut rounds = 0;
    for answer in ["challenge", "correct"] {
        mx.comes_to(&id, LinkStatus::Challenged).await;
        let asked = sync::challenges(mx.app.ctx(), &mx.ada, &id).await;
        let answers: Vec<Typed> = (asked.expect("they are read").into_iter())
            .map(|challenge| Typed {
                field: challenge.id,
                value: Secret::new(answer),
            })
            .collect();
        let answered = sync::answer_challenges(mx.app.ctx(), &mx.ada, &id, &answers).await;
        answered.expect("they are taken");
        rounds += 1;
    }
    mx.comes_to(&id, LinkStatus::Success).await;
    assert_eq!(rounds, 2);
}

#[tokio::test]
async fn a_bank_that_refused_is_asked_again_from_the_beginning_too() {
    let mx = Mx::start().await;
    let id = mx.link("INVALID").await;
    mx.comes_to(&id, LinkStatus::WrongCredentials).await;
    let again = mx.typed_at(MXBANK, "anything").await;
    assert_eq!(again.expect("it is sent"), TypedOutcome::Sent(id.clone()));
    assert_eq!(
        mx.connection(&id).await.link_status(),
        LinkStatus::Processing
    );
    mx.comes_to(&id, LinkStatus::Success).await;
    let connections = "SELECT COUNT(*) FROM connection";
    assert_eq!(mx.app.number(connections).await, 1);
}

#[tokio::test]
async fn what_is_not_sent_is_told() {
    let mx = Mx::start().await;
    let id = mx.link("challenge").await;
    let meanwhile = mx.typed_at(MXBANK, "anything").await;
    let asked = TypedOutcome::BeingAsked(id.clone());
    assert_eq!(meanwhile.expect("it stands"), asked);
    let other = mx.link_at("mxcu", "anything").await;
    mx.comes_to(&other, LinkStatus::Success).await;
    let linked = mx.typed_at("mxcu", "INVALID").await;
    assert_eq!(linked.expect("it stands"), TypedOutcome::Linked(other));
    let connections = "SELECT COUNT(*) FROM connection";
    assert_eq!(mx.app.number(connections).await, 2);
}
