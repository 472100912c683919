//! What a person typed, and the keys, stand in the body of one request and nowhere else.

use std::fmt::Write;
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::loopback::API_KEY;
use super::*;

const PASSWORD: &str = "Tr0ub4dor&3";
const ANSWER: &str = "my-first-pet";

/// Writes down all that is logged, whoever logs it.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

impl Visit for Log {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let mut log = self.0.lock().expect("the log");
        let _ = writeln!(log, "{field}={value:?}");
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        span.record(&mut self.clone());
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut self.clone());
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

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
    // With one listener alone, what another thread logged first while it had none is not listened for.
    let _second = tracing::Dispatch::new(Log::default());
    let _guard = tracing::subscriber::set_default(log.clone());
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
    let log = log.0.lock().expect("the log");
    assert!(log.contains("called MX"), "it is a log");
    told_nothing(&log);
}
