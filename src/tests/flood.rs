//! Many webhooks at once, nearly all of them forged, with a key rotation in the middle. This test is about which are
//! accepted; the benchmark (`cargo bench -- flood`) measures how quickly they are answered.

#[path = "../../benches/figures/flood/forge.rs"]
mod forge;
#[path = "../../benches/figures/flood/plaid.rs"]
#[allow(dead_code)]
mod plaid;

use std::collections::BTreeSet;

use jiff::SignedDuration;

use crate::app::{ADA, TestApp, browsers};
use plaid::KeyServer;

/// How often each kind of forgery is sent before the rotation, and again after it.
const TURNS: u64 = 6;

struct Flood {
    app: TestApp,
    keys: KeyServer,
    http: reqwest::Client,
}

impl Flood {
    fn now(&self) -> i64 {
        self.app.clock.now().as_second()
    }

    async fn knock(&self, signatures: &[String], body: &str) -> u16 {
        let door = format!("http://{}/webhooks/plaid", self.app.address());
        let mut request = self.http.post(door).body(body.to_owned());
        for signature in signatures {
            request = request.header("plaid-verification", signature);
        }
        request.send().await.expect("an answer").status().as_u16()
    }

    /// Sends one wave; returns the genuine webhooks that were not accepted yet.
    async fn wave(&self, from: u64) -> Vec<String> {
        let mut waiting = Vec::new();
        for n in from..from + TURNS * forge::WAYS {
            let forgery = forge::forged(&self.keys.key(), n, self.now());
            let status = self.knock(&forgery.signatures, &forgery.body).await;
            assert!(matches!(status, 401 | 429), "{}: {status}", forgery.way);
            if n % 8 == 0 {
                waiting.extend(self.tell(forge::webhook("genuine", n)).await);
            }
        }
        waiting
    }

    /// Sends a genuine webhook; returns it if the answer was 429, so that it is sent again.
    async fn tell(&self, body: String) -> Option<String> {
        let signature = self.keys.key().genuine(&body, self.now());
        match self.knock(&[signature], &body).await {
            200 => None,
            429 => Some(body),
            status => panic!("a genuine webhook got {status}"),
        }
    }
}

#[tokio::test]
async fn of_a_flood_of_forged_webhooks_none_is_taken_and_every_genuine_one_is() {
    let keys = KeyServer::start().await.expect("a port");
    let address = format!("http://{}", keys.address);
    let settings = [
        ("PLAID_CLIENT_ID", "id"),
        ("PLAID_SECRET", "secret"),
        ("PLAID_BASE_URL", address.as_str()),
    ];
    let app = TestApp::with(&settings).await;
    app.signed_up(&ADA).await;
    let flood = Flood {
        app,
        keys,
        http: browsers(),
    };
    let mut waiting = flood.wave(0).await;
    flood.keys.rotate("the-second-key");
    waiting.extend(flood.wave(TURNS * forge::WAYS).await);
    let (_, asked) = flood.keys.lookups();
    assert!(
        asked <= 6,
        "the clock stood still, so this was one minute: {asked}"
    );
    // A webhook that was told to wait is sent again, as Plaid does.
    for _ in 0..6 {
        flood.app.pass(SignedDuration::from_secs(30));
        let mut still = Vec::new();
        for body in waiting {
            still.extend(flood.tell(body).await);
        }
        waiting = still;
    }
    assert_eq!(waiting, Vec::<String>::new());
    let books = flood.app.books().await;
    let kept = books.texts("SELECT item_id FROM webhook_delivery").await;
    let kept: BTreeSet<String> = kept.into_iter().collect();
    let wanted = (0..2 * TURNS * forge::WAYS)
        .step_by(8)
        .map(|n| format!("genuine-{n}"));
    assert_eq!(kept, wanted.collect());
}
