//! A database from the last version that had no attempt status: the migration derives it from the other columns.

use domain::attempt::{AttemptState, LinkPurpose};
use domain::id::{ConnectionId, LinkId, UserId};
use store::Store;

use super::former::database_of;

#[tokio::test]
async fn every_attempt_that_is_stored_gets_the_state_that_it_had() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("passbook.db");
    let pool = database_of(&file, "0020").await;
    let (ada, bank) = (UserId::generate(), ConnectionId::generate());
    sqlx::query(
        "INSERT INTO person (id, email, email_folded, first_name, last_name, password_hash, created_at)
         VALUES ($1, 'a@b.c', 'a@b.c', 'Ada', 'Byron', 'none', 0)",
    )
    .bind(ada.as_str())
    .execute(&pool)
    .await
    .expect("a person");
    sqlx::query(
        "INSERT INTO connection (id, person_id, provider, item_id, institution_name, sealed_token, created_at)
         VALUES ($1, $2, 'plaid', 'item', 'Bank', X'', 0)",
    )
    .bind(bank.as_str())
    .bind(ada.as_str())
    .execute(&pool)
    .await
    .expect("a connection");
    let duplicate = |token_kept| AttemptState::Duplicate {
        first: bank.clone(),
        token_kept,
    };
    let set = |column: &'static str| (column, "'BANK'".to_owned());
    let (over, token) = (
        ("finished_at", "7".to_owned()),
        ("sealed_public_token", "X'01'".to_owned()),
    );
    let lost = ("lost_at", "7".to_owned());
    let stored = [
        (vec![], AttemptState::Open),
        (vec![token.clone()], AttemptState::Intended),
        (
            vec![over.clone(), set("result_id")],
            AttemptState::Linked(bank.clone()),
        ),
        (
            vec![over.clone(), set("result_id"), set("connection_id")],
            AttemptState::Repaired(bank.clone()),
        ),
        (
            vec![over.clone(), set("linked_before_id")],
            duplicate(false),
        ),
        (
            vec![over.clone(), set("linked_before_id"), token],
            duplicate(true),
        ),
        (vec![over.clone(), lost], AttemptState::Lost),
        (vec![over.clone()], AttemptState::Left),
        (vec![over, set("connection_id")], AttemptState::Left),
    ];
    let mut wanted = Vec::new();
    for (columns, state) in stored {
        let id = LinkId::generate();
        sqlx::query(
            "INSERT INTO link_attempt (id, person_id, chooses_accounts, created_at, expires_at) VALUES ($1, $2, 0, 0, 9)",
        )
        .bind(id.as_str())
        .bind(ada.as_str())
        .execute(&pool)
        .await
        .expect("an attempt");
        let repairs = columns.iter().any(|(column, _)| *column == "connection_id");
        for (column, value) in columns {
            let value = value.replace("BANK", bank.as_str());
            let sql = format!("UPDATE link_attempt SET {column} = {value} WHERE id = '{id}'");
            let done = sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&pool).await;
            done.expect("it is set");
        }
        wanted.push((id, state, repairs));
    }
    pool.close().await;

    let store = Store::open(&file).await.expect("it is brought up to date");
    for (id, state, repairs) in wanted {
        let attempt = store.link(&ada, &id).await.expect("it is read");
        let attempt = attempt.expect("it is there");
        assert_eq!((attempt.state, attempt.provider.as_str()), (state, "plaid"));
        let purpose = match repairs {
            true => LinkPurpose::Repair(bank.clone()),
            false => LinkPurpose::NewBank,
        };
        assert_eq!(attempt.purpose, purpose);
    }
    store.close().await;
}
