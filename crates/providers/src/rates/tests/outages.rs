//! Tests every way in which a source is unavailable or refuses by its status.

use std::time::Duration;

use super::loopback::SILENCE;
use super::*;
use jiff::SignedDuration;

const HTML: &str = "<html><body>Bad Gateway</body></html>";
const MESSAGE: &str = r#"{"message": "NotFound"}"#;

/// The sources, all with the same response.
struct Sources {
    loopback: Loopback,
    all: [(Box<dyn RateSource>, Pair, String); 3],
}

impl Sources {
    async fn start() -> Self {
        let loopback = Loopback::start().await;
        let all = loopback.each();
        Self { loopback, all }
    }

    /// Checks that each source refuses with this reason after this many calls.
    async fn refuse(
        &self,
        (status, headers, body): (u16, &[(&'static str, &str)], &str),
        calls: usize,
        why: RateRefusal,
    ) {
        self.loopback.on(status, headers, body);
        for (source, pair, _) in &self.all {
            let (name, size) = (source.name(), body.len());
            let told = source.latest(pair).await;
            assert_eq!(told, Err(why), "{name}: {status} {headers:?}, {size} bytes");
            let seen = self.loopback.seen().len();
            assert_eq!(seen, calls, "{name}: {status} {headers:?}");
        }
    }
}

#[tokio::test]
async fn what_is_no_answer_is_an_outage() {
    let sources = Sources::start().await;
    let away = RateRefusal::Away(None);
    let long = format!("\"{}\"", "x".repeat(1 << 20));
    for body in [HTML, "", "null", "[]", "{}", "[1", "{\"a\":", &long] {
        sources.refuse((200, &[], body), 1, away).await;
    }
    for status in [301, 401, 403, 404, 410, 500, 502, 503, 504] {
        sources.refuse((status, &[], HTML), 1, away).await;
    }
}

#[tokio::test]
async fn a_source_that_says_why_does_not_know_the_pair() {
    let sources = Sources::start().await;
    for status in [400, 404, 422] {
        let why = RateRefusal::NotOffered;
        sources.refuse((status, &[], MESSAGE), 1, why).await;
    }
    for status in [401, 403, 500] {
        let why = RateRefusal::Away(None);
        sources.refuse((status, &[], MESSAGE), 1, why).await;
    }
}

#[tokio::test]
async fn a_source_is_left_alone_for_as_long_as_it_asks() {
    let sources = Sources::start().await;
    let away = |seconds| RateRefusal::Away(Some(SignedDuration::from_secs(seconds)));
    let huge = "x".repeat(2 << 20);
    for status in [429, 503] {
        for (text, body, seconds) in [
            ("90", "", 90),
            ("Sat, 21 Nov 2026 16:02:00 GMT", HTML, 120),
            ("99999999", MESSAGE, 4 * 60 * 60),
            ("90", &huge, 90),
        ] {
            let answer = (status, &[("retry-after", text)][..], body);
            sources.refuse(answer, 1, away(seconds)).await;
        }
    }
    for text in ["soon", "-1", ""] {
        let answer = (429, &[("retry-after", text)][..], "");
        sources.refuse(answer, 2, RateRefusal::Burst).await;
    }
    let other = (500, &[("retry-after", "90")][..], "");
    sources.refuse(other, 1, RateRefusal::Away(None)).await;
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let Sources { loopback, all } = Sources::start().await;
    let elsewhere = loopback.base.join("elsewhere").expect("an address");
    for status in [301, 302, 303, 307, 308] {
        for (source, pair, body) in &all {
            loopback.on(status, &[("location", elsewhere.as_str())], body);
            let told = source.latest(pair).await;
            assert_eq!(told, Err(RateRefusal::Away(None)), "{status}");
            assert_ne!(loopback.only().path, "/below/elsewhere");
        }
    }
}

#[tokio::test]
async fn a_source_that_says_nothing_is_given_up() {
    let loopback = Loopback::start()
        .await
        .patient_for(Duration::from_millis(50));
    loopback.on(SILENCE, &[], "");
    for (source, pair, _) in loopback.each() {
        let told = source.latest(&pair).await;
        assert_eq!(told, Err(RateRefusal::Away(None)));
    }
}

#[tokio::test]
async fn a_source_that_cannot_be_reached_is_away() {
    let mut loopback = Loopback::start().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
    let address = listener.expect("a port").local_addr().expect("an address");
    loopback.base = format!("http://{address}").parse().expect("a base");
    for (source, pair, _) in loopback.each() {
        let told = source.latest(&pair).await;
        assert_eq!(told, Err(RateRefusal::Away(None)));
    }
}
