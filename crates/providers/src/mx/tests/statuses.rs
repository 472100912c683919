//! Tests every status of MX, and unknown ones.

use super::*;
use domain::problem::Reason;

/// Each status, with the outcome of a link whose bank is not being asked, its reason, and the problem of a connection
/// with this status.
const TABLE: [(&str, &str, Option<Reason>, Option<Reason>); 24] = [
    ("CREATED", "open", None, None),
    (
        "PREVENTED",
        "ended",
        Some(Reason::TriedTooOften),
        Some(Reason::TriedTooOften),
    ),
    (
        "DENIED",
        "ended",
        Some(Reason::WrongCredentials),
        Some(Reason::WrongCredentials),
    ),
    ("CHALLENGED", "asks", None, Some(Reason::LogInNeeded)),
    (
        "REJECTED",
        "ended",
        Some(Reason::WrongAnswer),
        Some(Reason::WrongAnswer),
    ),
    (
        "LOCKED",
        "ended",
        Some(Reason::Locked),
        Some(Reason::Locked),
    ),
    ("CONNECTED", "done", None, None),
    (
        "IMPEDED",
        "ended",
        Some(Reason::SetupAtBank),
        Some(Reason::SetupAtBank),
    ),
    (
        "RECONNECTED",
        "ended",
        Some(Reason::LogInFailed),
        Some(Reason::LogInFailed),
    ),
    (
        "DEGRADED",
        "ended",
        Some(Reason::BankDown),
        Some(Reason::BankDown),
    ),
    (
        "DISCONNECTED",
        "ended",
        Some(Reason::BankDown),
        Some(Reason::BankDown),
    ),
    (
        "DISCONTINUED",
        "ended",
        Some(Reason::NotOffered),
        Some(Reason::NotOffered),
    ),
    ("CLOSED", "ended", Some(Reason::Gone), Some(Reason::Gone)),
    ("DELAYED", "open", None, None),
    (
        "FAILED",
        "ended",
        Some(Reason::BankDown),
        Some(Reason::BankDown),
    ),
    ("UPDATED", "open", None, None),
    (
        "DISABLED",
        "ended",
        Some(Reason::NotEnabled),
        Some(Reason::NotEnabled),
    ),
    (
        "IMPORTED",
        "ended",
        Some(Reason::LogInNeeded),
        Some(Reason::LogInNeeded),
    ),
    ("RESUMED", "open", None, None),
    (
        "EXPIRED",
        "ended",
        Some(Reason::AnsweredTooLate),
        Some(Reason::AnsweredTooLate),
    ),
    (
        "IMPAIRED",
        "ended",
        Some(Reason::LogInNeeded),
        Some(Reason::LogInNeeded),
    ),
    ("PENDING", "open", None, Some(Reason::LogInNeeded)),
    ("BRAND_NEW", "open", None, None),
    ("", "open", None, None),
];

fn told(state: &LinkState) -> &'static str {
    match state {
        LinkState::Open => "open",
        LinkState::Challenged(_) => "asks",
        LinkState::Exited(_) => "ended",
        LinkState::Finished(_) => "done",
    }
}

#[tokio::test]
async fn every_status_has_its_place_on_the_way_to_a_link() {
    for (word, end, reason, _) in TABLE {
        let loopback = connected().await;
        loopback.on(&member("GET", "/status"), 200, &status(word, false));
        let asked =
            json!({"challenges": [{"guid": "CRD-9", "label": "Which city?", "type": "TEXT"}]});
        loopback.on(&member("GET", "/challenges"), 200, &asked);
        let mut looks = Vec::new();
        let mut problem = None;
        for _ in 0..3 {
            let state = loopback.mx.link_state(&token()).await.expect(word);
            looks.push(told(&state));
            if let LinkState::Exited(told) = state {
                problem = told;
            }
        }
        let wanted = match end {
            // An end counts only when it is seen twice.
            "ended" => ["open", "ended", "ended"],
            other => [other; 3],
        };
        assert_eq!(looks, wanted, "{word}");
        assert_eq!(problem.as_ref().map(|p| p.reason), reason, "{word}");
        if let Some(problem) = problem {
            assert_eq!(problem.code, word, "MX's own word");
        }
    }
}

#[tokio::test]
async fn nothing_is_an_end_while_the_bank_is_being_asked() {
    for (word, end, ..) in TABLE {
        let loopback = connected().await;
        loopback.on(&member("GET", "/status"), 200, &status(word, true));
        let asked =
            json!({"challenges": [{"guid": "CRD-9", "label": "Which city?", "type": "TEXT"}]});
        loopback.on(&member("GET", "/challenges"), 200, &asked);
        for _ in 0..4 {
            let state = loopback.mx.link_state(&token()).await.expect(word);
            let wanted = if matches!(end, "asks" | "done") {
                end
            } else {
                "open"
            };
            assert_eq!(told(&state), wanted, "{word}");
        }
    }
}

#[tokio::test]
async fn every_status_has_its_problem_for_a_connection() {
    let connection = ConnectionId::generate();
    for (word, _, _, reason) in TABLE {
        let loopback = Loopback::start().await;
        let answer = json!({"member": {"guid": MEMBER, "connection_status": word}});
        loopback.on(&member("GET", ""), 200, &answer);
        let key = Key {
            token: &token(),
            connection: &connection,
        };
        let facts = loopback.mx.facts(key).await.expect(word);
        let problem = facts.problem;
        assert_eq!(problem.as_ref().map(|p| p.reason), reason, "{word}");
        assert_eq!(
            problem.map(|p| p.code),
            reason.map(|_| word.to_owned()),
            "{word}"
        );
    }
}

#[tokio::test]
async fn a_status_that_is_null_is_no_end() {
    let loopback = connected().await;
    for body in [
        status(Value::Null, false),
        json!({"member": null}),
        json!({}),
    ] {
        loopback.on(&member("GET", "/status"), 200, &body);
    }
    for _ in 0..4 {
        let state = loopback.mx.link_state(&token()).await.expect("a state");
        assert_eq!(told(&state), "open");
    }
}
