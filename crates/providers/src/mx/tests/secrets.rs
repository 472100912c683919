//! Tests that credentials and keys appear in the one request that needs them and nowhere else.

use std::fmt::Write;

use super::loopback::API_KEY;
use super::*;
use crate::log::Log;

const PASSWORD: &str = "Tr0ub4dor&3";
const ANSWER: &str = "my-first-pet";

fn told_nothing(text: &str) {
    for secret in [
        PASSWORD,
        "Tr0ub4dor",
        ANSWER,
        API_KEY,
        "OmszeS1vZi10aGUtYXBp",
        "s3cret-path",
        "s3cret-word",
    ] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[tokio::test]
async fn neither_errors_nor_logs_nor_the_record_nor_debug_tell_a_secret() {
    let log = Log::default();
    let _listening = log.listen();
    let echo = format!(r#"{{"error":{{"message":"value {PASSWORD} or {ANSWER} is wrong"}}}}"#);
    for status in [200, 202, 302, 400, 401, 404, 409, 422, 429, 500] {
        let loopback = connected().await.lifted();
        loopback.on("POST /users", 200, &json!({"user": {"guid": "USR-1"}}));
        for what in [
            format!("POST /users/{PERSON}/members"),
            member("PUT", ""),
            member("PUT", "/resume"),
        ] {
            loopback.on_text(&what, status, &[], &echo);
        }
        let key = token();
        let attempt = LinkId::generate();
        let mut said = format!("{:?}", loopback.mx);
        for (way, repair) in [("new", None), ("repair", Some(&key))] {
            let outcome = begin(&loopback.mx, &attempt, repair).await;
            let _ = write!(said, "{way} {outcome:?}");
            let _ =
                outcome.map_err(|problem| write!(said, "{problem} {}", problem.sentence("Bank")));
        }
        let outcome = loopback.mx.answer(&key, &[typed("CRD-9", ANSWER)]).await;
        let _ = write!(said, "{outcome:?}");
        let _ = write!(said, "{:?} {:?}", loopback.mx, loopback.record());
        told_nothing(&said);
        let requests = loopback.seen();
        let carried = requests
            .iter()
            .filter(|it| it.body.to_string().contains(PASSWORD));
        assert!(carried.count() >= 2, "the bank gets it");
        for request in requests {
            told_nothing(&format!("{} {:?}", request.what, request.query));
        }
    }
    let log = log.text();
    assert!(log.contains("called MX"), "it is a log");
    told_nothing(&log);
}
