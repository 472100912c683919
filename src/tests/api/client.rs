//! A program that calls the API.

use reqwest::header::{AUTHORIZATION, HeaderMap};
use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::app::{ADA, Person, TestApp, named};
use crate::hosted_link::PLATYPUS;

/// A program, with or without a token. Clones share only the connection pool.
#[derive(Clone)]
pub struct ApiClient {
    pub http: Client,
    pub base: String,
    pub bearer: Option<String>,
    pub refresh: String,
}

/// The response to a request.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
    pub json: Value,
}

impl ApiClient {
    /// Returns a program without a token.
    pub fn new(app: &TestApp) -> Self {
        Self {
            http: crate::app::browsers(),
            base: format!("http://{}", app.address()),
            bearer: None,
            refresh: String::new(),
        }
    }

    /// Signs a person up and returns a program that is logged in as them.
    pub async fn of(app: &TestApp, person: &Person) -> Self {
        let mut program = Self::new(app);
        let body = json!({
            "username": name_of(person), "email": person.email, "password": person.password,
            "first_name": person.first_name, "last_name": person.last_name, "birthday": person.birthday,
        });
        let answer = program.post("/users/auth/register", &body).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        program.log_in(person).await;
        program
    }

    /// Logs in as a person and keeps the tokens.
    pub async fn log_in(&mut self, person: &Person) {
        let body = json!({ "username": person.email, "password": person.password });
        let answer = self.post("/users/auth/token", &body).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        self.bearer = Some(answer.text_of("access"));
        self.refresh = answer.text_of("refresh");
    }

    /// Returns the same program with another bearer token.
    pub fn with(&self, bearer: &str) -> Self {
        Self {
            bearer: Some(bearer.to_owned()),
            ..self.clone()
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, None, &[]).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.ask(Method::POST, path, Some(body), &[]).await
    }

    /// Sends one JSON request. A path outside `/api` and `/users` is taken below `/api/v1`.
    pub async fn ask(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let json = ("content-type", "application/json");
        let body = body.map(|body| body.to_string().into_bytes());
        let mut all = headers.to_vec();
        if body.is_some() && !headers.iter().any(|(name, _)| *name == "content-type") {
            all.push(json);
        }
        self.send(method, path, body, &all).await
    }

    /// Sends one request with a raw body.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<Vec<u8>>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let whole = if path.starts_with("/api/") {
            format!("{}{path}", self.base)
        } else {
            format!("{}/api/v1{path}", self.base)
        };
        let mut request = self.http.request(method, whole);
        if let Some(bearer) = &self.bearer {
            request = request.header(AUTHORIZATION, format!("Bearer {bearer}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.body(body);
        }
        let answer = request.send().await.expect("an answer");
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let text = answer.text().await.expect("a body");
        let json = serde_json::from_str(&text).unwrap_or_default();
        Answer {
            status,
            headers,
            text,
            json,
        }
    }
}

impl Answer {
    /// Returns a header, or an empty string.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or("")
    }

    /// Returns a string field of the response.
    pub fn text_of(&self, name: &str) -> String {
        let text = self.json[name].as_str();
        text.unwrap_or_else(|| panic!("no {name}: {}", self.text))
            .to_owned()
    }

    /// Returns the names of the invalid fields, sorted.
    pub fn wrong(&self) -> Vec<String> {
        let errors = self.json["errors"].as_array().cloned().unwrap_or_default();
        let fields = errors.iter().map(|error| error["field"].as_str());
        let mut fields: Vec<String> = fields.map(|f| f.expect("a field").to_owned()).collect();
        fields.sort();
        fields
    }

    /// Asserts that the response is a problem document with this status.
    #[track_caller]
    pub fn is_problem(&self, status: u16) -> &Self {
        assert_eq!(self.status, status, "{}", self.text);
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{}",
            self.text
        );
        assert_eq!(self.json["status"], status, "{}", self.text);
        for member in ["type", "title", "detail"] {
            assert!(self.json[member].is_string(), "{member}: {}", self.text);
        }
        self
    }

    /// Asserts that the response is a 401.
    #[track_caller]
    pub fn is_unauthorized(&self) {
        self.is_problem(401);
        assert_eq!(self.json["message"], "Invalid Authentication Credentials");
        assert!(self.header("www-authenticate").starts_with("Bearer"));
    }
}

/// Returns the user name, or the first name if there is none: programs need a user name.
pub fn name_of(person: &Person) -> &'static str {
    if person.user_name.is_empty() {
        person.first_name
    } else {
        person.user_name
    }
}

/// A program that has linked a bank through the API, all of whose rows are there.
pub struct Linked {
    pub app: TestApp,
    pub program: ApiClient,
    pub connection: String,
    /// The response to the link request.
    pub begun: Answer,
}

impl Linked {
    /// Links Ada's bank through the API.
    pub async fn start() -> Self {
        let built = TestApp::build().plaid().mx().open_to_all();
        let built = built.with_bank(|bank| {
            named(&[
                ("PASSBOOK_RATES", "live"),
                ("COINBASE_BASE_URL", &bank.url),
                ("FRANKFURTER_BASE_URL", &bank.url),
            ])
        });
        let app = built.setting("PASSBOOK_API_RATE", "0").start().await;
        let program = ApiClient::of(&app, &ADA).await;
        let begun = link(&app, &program).await;
        assert_eq!(begun.status, 202, "{}", begun.text);
        let connection = begun.json["connection"]["id"].as_str().expect("an id");
        let connection = connection.to_owned();
        let mut linked = Self {
            app,
            program,
            connection,
            begun,
        };
        linked.whole().await;
        linked
    }

    /// Waits until all rows are there.
    async fn whole(&mut self) {
        let path = format!("/connections/{}/status", self.connection);
        let complete = async || {
            let answer = self.program.get(&path).await;
            assert_eq!(answer.status, 200, "{}", answer.text);
            self.app.pass(jiff::SignedDuration::from_millis(200));
            let whole =
                answer.json["transactions_status"] == "complete" && answer.json["syncing"] == false;
            whole.then_some(())
        };
        crate::app::eventually("the first sync", complete).await;
    }
}

/// Creates a public token without Link, as Plaid's sandbox offers for testing.
pub async fn public_token(app: &TestApp, institution: &str) -> String {
    let question = json!({ "institution_id": institution, "initial_products": ["transactions"] });
    let answer = app
        .bank()
        .ask("/sandbox/public_token/create", question)
        .await;
    answer["public_token"].as_str().expect("a token").to_owned()
}

/// Links the bank that most tests use.
pub async fn link(app: &TestApp, program: &ApiClient) -> Answer {
    let body = json!({
        "public_token": public_token(app, PLATYPUS).await,
        "metadata": {
            "institution": { "institution_id": PLATYPUS, "name": "First Platypus Bank" },
            "accounts": [], "link_session_id": "x", "anything": { "else": [1, 2.5, null] },
        },
    });
    program.post("/connections", &body).await
}
