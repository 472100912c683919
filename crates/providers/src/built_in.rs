//! Calls that only the built-in bank has: Plaid's Sandbox calls, and its own, which change what its banks say.

use std::time::Duration;

use serde_json::{Map, Value};
use url::Url;

use domain::problem::{Problem, Reason};
use domain::secret::Secret;

/// The longest wait for the built-in bank, which runs in this very program.
const PATIENCE: Duration = Duration::from_secs(10);

/// A client of the built-in bank. Clones share one HTTP client.
#[derive(Clone, Debug)]
pub struct BuiltInBank {
    url: Url,
    client_id: String,
    secret: Secret,
    http: reqwest::Client,
}

impl BuiltInBank {
    /// Makes a client for the bank at this address.
    ///
    /// # Errors
    /// A sentence when the HTTP client cannot be set up.
    pub fn new(url: Url, client_id: String, secret: Secret) -> Result<Self, String> {
        let http = reqwest::Client::builder()
            // The bank listens on loopback, which no proxy reaches.
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .build()
            .map_err(|_| "the HTTP client cannot be set up".to_owned())?;
        Ok(Self {
            url,
            client_id,
            secret,
            http,
        })
    }

    /// Makes a log-in expire, by the provider's id of its connection.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub async fn expire_log_in(&self, item_id: &str) -> Result<(), Problem> {
        let mut fields = Map::new();
        fields.insert("item_id".into(), item_id.into());
        fields.insert("error_code".into(), "ITEM_LOGIN_REQUIRED".into());
        self.call("/misbehave/item/error", fields).await?;
        Ok(())
    }

    /// Makes a call with these fields, and returns the answer.
    ///
    /// # Errors
    /// A problem when the bank does not answer or refuses.
    pub async fn call(&self, path: &str, mut fields: Map<String, Value>) -> Result<Value, Problem> {
        let unreachable = |_| Problem::ours(Reason::Unreachable);
        let url = self.url.join(path).map_err(unreachable)?;
        fields.insert("client_id".into(), self.client_id.as_str().into());
        fields.insert("secret".into(), self.secret.expose().into());
        let asked = self.http.post(url).json(&fields).send().await;
        let answer = asked.map_err(|_| Problem::ours(Reason::Unreachable))?;
        let answer: Value = answer
            .json()
            .await
            .map_err(|_| Problem::ours(Reason::BadAnswer))?;
        match answer["error_code"].as_str() {
            Some(code) => Err(Problem::new(Reason::ProviderFailed, code)),
            None => Ok(answer),
        }
    }
}
