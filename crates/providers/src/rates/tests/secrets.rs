//! Tests that the key appears only in a request's query, whatever the source says of it.

use std::fmt::Write;
use std::time::Duration;

use super::loopback::SILENCE;
use super::*;
use crate::log::Log;

fn told_nothing(text: &str) {
    for secret in [KEY, "K3Y", "0F%2FMINE", "apikey", "sparingly", "per day"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[tokio::test]
async fn neither_refusals_nor_logs_nor_debug_tell_the_key_or_the_answer() {
    let log = Log::default();
    let _listening = log.listen();
    let mut said = String::new();
    let loopback = Loopback::start().await;
    let source = loopback.alphavantage();
    for (body, ..) in super::refusals::rows() {
        for status in [200, 302, 400, 401, 404, 429, 500, 503] {
            let location = format!("/elsewhere?apikey={KEY}");
            loopback.on(status, &[("location", &location)], &body);
            let told = source.latest(&pair("BTC/USD")).await;
            let _ = write!(said, "{source:?} {told:?}");
            let _ = told.map_err(|refusal| said.push_str(refusal.as_str()));
        }
    }
    let mut loopback = Loopback::start()
        .await
        .patient_for(Duration::from_millis(50));
    loopback.on(SILENCE, &[], "");
    let slow = loopback.alphavantage().latest(&pair("BTC/USD")).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let address = listener.expect("a port").local_addr().expect("an address");
    loopback.base = format!("http://{address}").parse().expect("a base");
    let unreachable = loopback.alphavantage().latest(&pair("BTC/USD")).await;
    let _ = write!(said, "{slow:?} {unreachable:?}");
    told_nothing(&said);
    let config = RateConfig {
        alphavantage_url: loopback.base.clone(),
        alphavantage_key: Some(Secret::new(KEY)),
        coinbase_url: loopback.base.clone(),
        frankfurter_url: loopback.base.clone(),
    };
    assert!(!format!("{config:?}").contains(KEY));
    let log = log.text();
    for word in [
        "key_refused",
        "burst",
        "quota",
        "plan",
        "not_offered",
        "away",
    ] {
        assert!(
            log.contains(&format!("refusal=\"{word}\"")),
            "{word}: {log}"
        );
    }
    told_nothing(&log);
}
