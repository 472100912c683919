//! Tests links, from what a person types to the outcome.

use super::*;
use domain::problem::Reason;

async fn look(loopback: &Loopback) -> LinkState {
    let state = loopback.mx.link_state(&token()).await;
    state.expect("a state")
}

fn next_status(loopback: &Loopback, word: &str, running: bool) {
    loopback.off(&member("GET", "/status"));
    loopback.on(&member("GET", "/status"), 200, &status(word, running));
}

fn created() -> Value {
    json!({"member": {"guid": MEMBER, "id": "x", "connection_status": "CREATED", "institution_code": "mxbank"}})
}

fn asks(guid: &str) -> Value {
    let mut told = status("CHALLENGED", true);
    told["member"]["challenges"] = json!([{"guid": guid, "label": "Which city?", "type": "TEXT"}]);
    told
}

#[tokio::test]
async fn a_link_goes_from_credentials_through_two_rounds_to_a_grant() {
    let loopback = connected().await;
    let users = "POST /users";
    loopback.on(
        users,
        200,
        &json!({"user": {"guid": "USR-1", "id": PERSON}}),
    );
    loopback.on(&format!("POST /users/{PERSON}/members"), 202, &created());
    loopback.on(&member("PUT", "/resume"), 202, &created());
    let attempt = LinkId::generate();
    let begun = begin(&loopback.mx, &attempt, None).await.expect("begun");
    assert!(
        begun
            .expose()
            .starts_with(&[token().expose(), "."].concat())
    );
    next_status(&loopback, "CREATED", true);
    assert!(matches!(look(&loopback).await, LinkState::Open));

    for guid in ["CRD-8", "CRD-9"] {
        loopback.off(&member("GET", "/status"));
        loopback.on(&member("GET", "/status"), 200, &asks(guid));
        let LinkState::Challenged(asked) = look(&loopback).await else {
            panic!("it asks {guid}");
        };
        assert_eq!(asked[0].id, guid);
        let answer = [typed(guid, "correct")];
        loopback
            .mx
            .answer(&token(), &answer)
            .await
            .expect("answered");
        // The status seen now may still be the earlier one.
        assert!(matches!(look(&loopback).await, LinkState::Open));
        next_status(&loopback, "RESUMED", true);
        assert!(matches!(look(&loopback).await, LinkState::Open));
    }
    next_status(&loopback, "CONNECTED", true);
    let LinkState::Finished(results) = look(&loopback).await else {
        panic!("it is done");
    };
    let result = &results[0];
    assert_eq!(result.institution_id.as_deref(), Some("mxbank"));
    assert_eq!(result.institution_name.as_deref(), Some("MX Bank"));
    assert_eq!(result.accounts.len(), 1, "the closed one is none to link");
    assert_eq!(result.accounts[0].mask.as_deref(), Some("1261"));
    assert_eq!(result.accounts[0].kind, "depository");
    let seen = loopback.seen().len();
    let grant = loopback
        .mx
        .exchange(&result.public_token)
        .await
        .expect("a grant");
    assert_eq!(grant.item_id, MEMBER);
    assert_eq!(grant.access_token.expose(), token().expose());
    assert!(
        seen > 0 && loopback.seen().is_empty(),
        "nothing more is asked"
    );
}

#[tokio::test]
async fn the_same_questions_again_are_asked_again_after_one_more_look() {
    let loopback = connected().await;
    loopback.on(&member("PUT", "/resume"), 202, &created());
    loopback.on(&member("GET", "/status"), 200, &asks("CRD-8"));
    assert!(matches!(look(&loopback).await, LinkState::Challenged(_)));
    let answer = [typed("CRD-8", "wrong")];
    loopback
        .mx
        .answer(&token(), &answer)
        .await
        .expect("answered");
    assert!(matches!(look(&loopback).await, LinkState::Open));
    assert!(matches!(look(&loopback).await, LinkState::Challenged(_)));
}

#[tokio::test]
async fn a_wrong_answer_may_be_followed_by_another_question() {
    let loopback = connected().await;
    let mut rejected = status("REJECTED", false);
    rejected["member"]["challenges"] =
        json!([{"guid": "CRD-9", "label": "Again?", "type": "TEXT"}]);
    loopback.on(&member("GET", "/status"), 200, &rejected);
    assert!(matches!(look(&loopback).await, LinkState::Challenged(_)));
}

#[tokio::test]
async fn a_bank_that_has_not_let_the_person_in_this_time_is_not_done() {
    let loopback = connected().await;
    let mut before = status("CONNECTED", true);
    before["member"]["is_authenticated"] = json!(null);
    loopback.on(&member("GET", "/status"), 200, &before);
    assert!(matches!(look(&loopback).await, LinkState::Open));
    next_status(&loopback, "CONNECTED", true);
    assert!(matches!(look(&loopback).await, LinkState::Finished(_)));
}

#[tokio::test]
async fn a_challenge_that_is_over_when_it_is_read_is_none() {
    let loopback = connected().await;
    next_status(&loopback, "CHALLENGED", true);
    loopback.on_text(&member("GET", "/challenges"), 204, &[], "");
    assert!(matches!(look(&loopback).await, LinkState::Open));
}

#[tokio::test]
async fn after_a_repair_the_state_of_before_is_not_believed() {
    for (before, after) in [("DENIED", "ended"), ("CONNECTED", "done")] {
        let loopback = connected().await;
        loopback.on(&member("PUT", ""), 200, &created());
        let key = token();
        begin(&loopback.mx, &LinkId::generate(), Some(&key))
            .await
            .expect("begun");
        let sent = loopback.only();
        assert_eq!(sent.what, member("PUT", ""));
        next_status(&loopback, before, false);
        assert!(matches!(look(&loopback).await, LinkState::Open), "{before}");
        next_status(&loopback, "UPDATED", true);
        assert!(matches!(look(&loopback).await, LinkState::Open));
        next_status(&loopback, before, false);
        assert!(
            matches!(look(&loopback).await, LinkState::Open),
            "seen once again"
        );
        let state = look(&loopback).await;
        let found = matches!(
            (&state, after),
            (LinkState::Exited(Some(_)), "ended") | (LinkState::Finished(_), "done")
        );
        assert!(found, "{state:?}");
    }
}

#[tokio::test]
async fn a_bank_with_a_log_in_of_its_own_is_linked_without_credentials() {
    let loopback = connected().await;
    loopback.on("POST /users", 200, &json!({"user": {"guid": "USR-1"}}));
    let mut answer = created();
    answer["member"]["oauth_window_uri"] = json!("https://mxbank.example/oauth?state=1");
    loopback.on(&format!("POST /users/{PERSON}/members"), 200, &answer);
    let attempt = LinkId::generate();
    let wanted = LinkRequest {
        id: attempt.as_str(),
        person: PERSON,
        repair: None,
        choose_accounts: false,
        way: LinkWay::Credentials {
            institution: "mxbank_oauth",
            typed: &[],
        },
    };
    let begun = loopback.mx.begin_link(&wanted).await.expect("begun");
    let url = begun.hosted_url.expect("an address");
    assert_eq!(url.expose(), "https://mxbank.example/oauth?state=1");
    let sent = loopback.seen().pop().expect("a request").body;
    assert_eq!(sent["member"]["is_oauth"], true);
    assert_eq!(sent["member"]["credentials"], json!([]));
}

#[tokio::test]
async fn other_ways_and_other_tokens_are_refused_without_a_call() {
    let loopback = connected().await;
    let attempt = LinkId::generate();
    for way in [LinkWay::Script, LinkWay::Hosted("https://p.example")] {
        let wanted = LinkRequest {
            id: attempt.as_str(),
            person: PERSON,
            repair: None,
            choose_accounts: false,
            way,
        };
        let refusal = loopback.mx.begin_link(&wanted).await.expect_err("no way");
        assert_eq!(refusal.reason, Reason::NotSupported);
    }
    for foreign in ["", "access-sandbox-1", "person/..", "../MBR-1"] {
        let refusal = loopback.mx.link_state(&Secret::new(foreign)).await;
        assert_eq!(refusal.expect_err(foreign).reason, Reason::KeyRefused);
    }
    // The token does not come from us, so it does not matter whose member it names.
    for named in [token(), Secret::new([token().expose(), ".AAAA"].concat())] {
        let refusal = loopback.mx.exchange(&named).await;
        assert_eq!(refusal.expect_err("a browser's").reason, Reason::KeyRefused);
    }
    let handed_over = loopback
        .mx
        .read_link_result(token(), &json!({"institution": {"id": "mxbank"}}));
    let refusal = loopback.mx.exchange(&handed_over.public_token).await;
    assert_eq!(refusal.expect_err("a browser's").reason, Reason::KeyRefused);
    assert!(loopback.seen().is_empty());
}

#[tokio::test]
async fn a_bank_with_a_log_in_of_its_own_refuses_a_permission_and_no_password() {
    for (is_oauth, reason) in [
        (true, Reason::ConsentMissing),
        (false, Reason::WrongCredentials),
    ] {
        let loopback = Loopback::start().await;
        let denied = json!({"member": {"guid": MEMBER, "connection_status": "DENIED", "is_oauth": is_oauth}});
        loopback.on(&member("GET", "/status"), 200, &denied);
        loopback.on(&member("GET", ""), 200, &denied);
        let token = token();
        let first = loopback.mx.link_state(&token).await.expect("a state");
        assert!(matches!(first, LinkState::Open), "{first:?}");
        let LinkState::Exited(Some(problem)) = loopback.mx.link_state(&token).await.expect("one")
        else {
            panic!("it has ended");
        };
        assert_eq!((problem.reason, problem.code.as_str()), (reason, "DENIED"));
        let connection = ConnectionId::generate();
        let key = Key {
            token: &token,
            connection: &connection,
        };
        let facts = loopback.mx.facts(key).await.expect("facts");
        assert_eq!(facts.problem.expect("a problem").reason, reason);
    }
}

#[tokio::test]
async fn a_window_that_is_opened_again_is_not_over_because_of_the_last_one() {
    let loopback = Loopback::start().await;
    let uri = "https://mxbank.mx.com/oauth/authorize?state=2";
    let denied = json!({"member": {"guid": MEMBER, "connection_status": "DENIED", "is_oauth": true, "oauth_window_uri": uri}});
    for path in ["", "/status", "/oauth_window_uri"] {
        loopback.on(&member("GET", path), 200, &denied);
    }
    let key = token();
    for _ in 0..2 {
        let _ = loopback.mx.link_state(&key).await;
    }
    let wanted = LinkRequest {
        id: "A",
        person: PERSON,
        repair: Some(&key),
        choose_accounts: false,
        way: LinkWay::Credentials {
            institution: "mxbank",
            typed: &[],
        },
    };
    let begun = loopback.mx.begin_link(&wanted).await.expect("begun");
    assert_eq!(begun.hosted_url.expect("a window").expose(), uri);
    let state = async || loopback.mx.link_state(&begun.token).await.expect("a state");
    for _ in 0..5 {
        let now = state().await;
        assert!(matches!(now, LinkState::Open), "{now:?}");
    }
    let pending =
        json!({"member": {"guid": MEMBER, "connection_status": "PENDING", "is_oauth": true}});
    for status in [&pending, &denied] {
        loopback.off(&member("GET", "/status"));
        loopback.on(&member("GET", "/status"), 200, status);
        let now = state().await;
        assert!(matches!(now, LinkState::Open), "{now:?}");
    }
    let now = state().await;
    assert!(matches!(now, LinkState::Exited(Some(_))), "{now:?}");
}
