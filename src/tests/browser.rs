//! A browser with scripts off: cookies, redirects, forms, and the headers that say where a form was sent from.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use reqwest::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Client, Method};

use crate::app::Person;
use crate::page::{Form, Page};

/// A browser. Clones share only the connection pool.
#[derive(Clone)]
pub struct Browser {
    http: Client,
    address: SocketAddr,
    /// The program's public origin.
    public: String,
    pub cookies: BTreeMap<String, String>,
    /// A token or key to send along, which no real browser does; usually none.
    pub bearer: Option<String>,
    /// Every response so far, including redirects.
    pub seen: Vec<Page>,
}

impl Browser {
    pub fn new(http: Client, address: SocketAddr, public: &str) -> Self {
        Self {
            http,
            address,
            public: public.to_owned(),
            cookies: BTreeMap::new(),
            bearer: None,
            seen: Vec::new(),
        }
    }

    /// Returns a browser of another program with the cookies of this one.
    pub fn moved_to(&self, other: Self) -> Self {
        Self {
            cookies: self.cookies.clone(),
            seen: Vec::new(),
            ..other
        }
    }

    /// Opens an address and follows redirects.
    pub async fn get(&mut self, path: &str) -> Page {
        let page = self.get_once(path).await;
        self.follow(page).await
    }

    /// Opens an address without following redirects.
    pub async fn get_once(&mut self, path: &str) -> Page {
        self.ask(Method::GET, path, None, &[]).await
    }

    /// Submits a form and follows redirects.
    pub async fn send(&mut self, form: &Form) -> Page {
        let page = self.send_once(form).await;
        self.follow(page).await
    }

    /// Submits a form without following redirects.
    pub async fn send_once(&mut self, form: &Form) -> Page {
        if form.method == "get" {
            let path = format!("{}?{}", form.action, form.encoded());
            return self.get_once(&path).await;
        }
        self.post_once(&form.action, form.encoded()).await
    }

    /// Posts these fields and follows redirects.
    pub async fn post(&mut self, path: &str, fields: &[(&str, impl AsRef<str>)]) -> Page {
        // The serializer is not `Send`, so it is dropped before the next await.
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields.iter().map(|(name, value)| (name, value.as_ref())))
            .finish();
        let page = self.post_once(path, body).await;
        self.follow(page).await
    }

    /// Posts this body with the headers of our own page, without following redirects.
    pub async fn post_once(&mut self, path: &str, body: String) -> Page {
        let origin = self.public.clone();
        let headers = [
            ("origin", origin.as_str()),
            ("sec-fetch-site", "same-origin"),
        ];
        self.ask(Method::POST, path, Some(body), &headers).await
    }

    /// Sends one request with these extra headers.
    pub async fn ask(
        &mut self,
        method: Method,
        path: &str,
        body: Option<String>,
        headers: &[(&str, &str)],
    ) -> Page {
        let path = path.strip_prefix(&self.public).unwrap_or(path);
        let whole = if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("http://{}{path}", self.address)
        };
        let mut request = self
            .http
            .request(method, whole)
            .header("accept", "text/html");
        if !self.cookies.is_empty() {
            let pairs = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"));
            request = request.header(COOKIE, pairs.collect::<Vec<_>>().join("; "));
        }
        if let Some(bearer) = &self.bearer {
            request = request.bearer_auth(bearer);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
            request = request.body(body);
        }
        let answer = request.send().await.expect("an answer");
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        for cookie in headers.get_all(SET_COOKIE) {
            self.keep(cookie.to_str().expect("text"));
        }
        let bytes = answer.bytes().await.expect("a body");
        let page = Page {
            path: path.to_owned(),
            status,
            headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
        };
        self.seen.push(page.clone());
        page
    }

    /// Follows redirects, up to ten.
    pub async fn follow(&mut self, mut page: Page) -> Page {
        for _ in 0..10 {
            // Browsers follow this header only on a redirect.
            let leads_on = (300..400).contains(&page.status);
            let Some(to) = page.headers.get(LOCATION).filter(|_| leads_on) else {
                return page;
            };
            let to = to.to_str().expect("text").to_owned();
            // A relative address on another site's page is relative to that site.
            let to = match url::Url::parse(&page.path) {
                Ok(there) => there.join(&to).expect("an address").to_string(),
                Err(_) => to,
            };
            page = self.get_once(&to).await;
        }
        panic!("{} leads round and round", page.path);
    }

    /// Signs up through the page.
    pub async fn sign_up(&mut self, person: &Person, invitation: &str) -> Page {
        let page = self.get("/sign-up").await;
        let mut form = page
            .form("form[action='/forms/sign-up']")
            .with("first_name", person.first_name)
            .with("last_name", person.last_name)
            .with("email", person.email)
            .with("user_name", person.user_name)
            .with("birthday", person.birthday)
            .with("password", person.password);
        if !invitation.is_empty() {
            form = form.with("invitation", invitation);
        }
        self.send(&form).await
    }

    /// Logs in through the page.
    pub async fn log_in(&mut self, name: &str, password: &str) -> Page {
        let page = self.get("/log-in").await;
        let form = page.form("form[action='/forms/log-in']");
        self.send(&form.with("name", name).with("password", password))
            .await
    }

    fn keep(&mut self, cookie: &str) {
        let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
        let (name, value) = pair.split_once('=').expect("a name and a value");
        let gone = attributes
            .split(';')
            .any(|attribute| attribute.trim().eq_ignore_ascii_case("max-age=0"));
        if gone || value.is_empty() {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}
