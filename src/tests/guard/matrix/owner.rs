//! A person who owns one of everything, and the requests for it.

use domain::activity::Event;
use domain::identity::{IdentityProvider, Profile, VerifiedIdentity};
use domain::own::Edits;
use domain::provider::Typed;
use domain::secret::Secret;
use domain::user::User;
use passbook::ledger;
use passbook::ledger::view::Filter;
use passbook::sync::{self, TypedLink};
use std::collections::BTreeSet;
use std::time::Duration;

use domain::access::Scopes;
use jiff::SignedDuration;
use passbook::auth::session::IDLE;
use passbook::auth::{api_keys, oauth};

use crate::api::ApiClient;
use crate::app::{ADA, TestApp};
use crate::books::Books;
use crate::browser::Browser;
use crate::hosted_link::PLATYPUS;
use crate::{outgoing_webhooks, registered};

/// Forms without an id: they are about the sender.
pub const ABOUT_ONESELF: &[&str] = &[
    "/forms/appearance",
    "/forms/become-operator",
    "/forms/confirm",
    "/forms/connect",
    "/forms/consent",
    "/forms/delete-account",
    "/forms/emails",
    "/forms/key",
    "/forms/link-framed",
    "/forms/link-typed",
    "/forms/log-out",
    "/forms/others-ended",
    "/forms/password",
    "/forms/profile",
    "/forms/recovery-codes",
    "/forms/tokens-ended",
    "/forms/transactions",
    "/forms/try-hidden",
    "/forms/two-step-off",
    "/forms/two-step-on",
    "/forms/two-step-set-up",
    "/forms/webhook-add",
];
/// Addresses that exist only for an account that is no longer shared (tested in `life_cycle::selection`) or while an
/// app asks for access (`oauth::asking`).
pub const OF_WHAT_IS_GONE: &[&str] = &[
    "/accounts/{id}/delete",
    "/forms/forget-account",
    "/oauth/answered",
    "/oauth/authorize",
];
/// The name of each id in form fields, and the prefix of its pages' paths.
const NAMES: [(&str, &str); 17] = [
    ("connection", "/connections/"),
    ("account", "/accounts/"),
    ("id", "/transactions/"),
    ("webhook", "/settings/webhooks/"),
    ("attempt", "/link/"),
    ("item_id", "/sandbox/items/"),
    ("message", ""),
    ("key", ""),
    ("person", "/admin/users/"),
    ("job", "/admin/jobs/"),
    ("institution", "/logo/"),
    ("member_guid", "/sandbox/members/"),
    ("client", ""),
    ("provider", "/settings/log-in-methods/"),
    ("edit", ""),
    ("session", ""),
    ("program", ""),
];
/// The parameter of each address under `/data`, by the last segment of its path.
const READ_BY: [(&str, &str); 9] = [
    ("account", "account"),
    ("calls", "connection"),
    ("check", "connection"),
    ("ended", "connection"),
    ("matching", "connection"),
    ("progress", "connection"),
    ("transaction", "id"),
    ("webhook", "webhook"),
    ("connection", "connection"),
];

/// A person who owns one of everything.
pub struct Owner {
    pub browser: Browser,
    /// A browser whose session has been idle for too long.
    pub expired: Browser,
    pub person: String,
    /// In the order of `NAMES`.
    pub ids: Vec<String>,
}

impl Owner {
    /// Signs Ada up; links a bank, begins to link another, creates a key and a webhook, and allows an app.
    pub async fn start(app: &TestApp) -> Self {
        let expired = app.signed_up(&ADA).await;
        // Before there is any work that would become due.
        app.pass(IDLE + SignedDuration::from_secs(1));
        let mut ada = app.logged_in(&ADA).await;
        let connection = ada.link(PLATYPUS, "user_good", "pass_good").await;
        app.synced(&mut ada, &connection).await;
        let attempt = ada.begin_to_link().await.path;
        let (webhook, _) = outgoing_webhooks::add(&mut ada, "https://example.org/hook").await;
        outgoing_webhooks::press(&mut ada, &webhook, "webhook-test").await;
        let person = app.user(&ADA).await;
        app.key(&ADA, Scopes::all()).await;
        let keys = api_keys::list(app.ctx(), &person).await.expect("keys");
        let books = app.books().await;
        let last = |path: String| path.rsplit('/').next().expect("an id").to_owned();
        let account = ada.first("/accounts", "a.row", "href").await;
        let row = ada.first("/transactions", "a.row", "href").await;
        let logo = ada.first("/accounts", "img[src^='/logo/']", "src").await;
        let item = ada.first("/sandbox", "section li a", "href").await;
        let message = books
            .texts("SELECT id FROM outbound_message")
            .await
            .remove(0);
        let job = books
            .texts("SELECT id FROM job WHERE kind = 'sync'")
            .await
            .remove(0);
        link_through_mx(app, &person).await;
        let (client, _) = registered::register(app, "Budget").await;
        registered::allow(app, &ADA, client.id.as_str()).await;
        let allowed = oauth::allowed(app.ctx(), &person).await.expect("apps");
        let members = "section li a[href^='/sandbox/members/']";
        let member = ada.first("/sandbox", members, "href").await;
        let (session, program) = logins(app, &mut ada).await;
        let ids = vec![
            connection,
            last(account),
            last(row),
            last(webhook),
            last(attempt),
            last(item),
            message,
            keys[0].id.as_str().to_owned(),
            person.id.as_str().to_owned(),
            job,
            last(logo),
            last(member),
            allowed[0].client.as_str().to_owned(),
            identity(app, &person).await,
            bulk_edit(app, &person).await,
            session,
            program,
        ];
        Self {
            browser: ada,
            expired,
            person: person.id.as_str().to_owned(),
            ids,
        }
    }

    /// Creates a key of Ada's with every scope.
    pub async fn key(&self, app: &TestApp) -> String {
        app.key(&ADA, Scopes::all()).await
    }
}

/// Logs Ada in on another browser and in a program; returns the ids by which these end.
async fn logins(app: &TestApp, ada: &mut Browser) -> (String, String) {
    app.logged_in(&ADA).await;
    ApiClient::new(app).log_in(&ADA).await;
    let page = ada.get("/settings/sessions").await;
    let id = |name: &str| page.attribute(&format!("[name={name}]"), "value");
    (
        id("session").expect("a browser"),
        id("program").expect("a program"),
    )
}

/// Connects an identity; returns its provider's slug.
async fn identity(app: &TestApp, user: &User) -> String {
    let told = VerifiedIdentity {
        provider: IdentityProvider::Oidc,
        issuer: "https://id.example.org".into(),
        profile: Profile {
            subject: "ada".into(),
            email: None,
            email_verified: false,
            first_name: None,
            last_name: None,
            birthday: None,
            raw: "{}".into(),
        },
    };
    let event = Event::IdentityConnected {
        name: "Example".into(),
    };
    let (store, now) = (&app.ctx().store, app.clock.now());
    let connected = store.connect_identity(user, &told, &event, now).await;
    assert!(connected.expect("it answers"), "it is connected");
    told.provider.slug().to_owned()
}

/// Gives every transaction a tag; returns the id by which that is undone.
async fn bulk_edit(app: &TestApp, user: &User) -> String {
    let all = ledger::all_of(&Filter::default()).expect("a filter");
    let edits = Edits {
        tags: Some(vec!["all".into()]),
        ..Edits::default()
    };
    let done = ledger::edit_many(app.ctx(), user, &all, edits).await;
    let id = done.expect("it is done").id.expect("rows");
    id.as_str().to_owned()
}

/// Links MX's test bank.
async fn link_through_mx(app: &TestApp, user: &User) {
    let fields = sync::credential_fields(app.ctx(), "mx", "mxbank").await;
    let (institution, fields) = fields.expect("the fields");
    let typed: Vec<Typed> = fields
        .into_iter()
        .zip(["mxuser", "anything"])
        .map(|(field, value)| Typed {
            field: field.id,
            value: Secret::new(value),
        })
        .collect();
    let wanted = TypedLink {
        provider: "mx",
        institution_id: &institution.provider_id,
        institution_name: &institution.name,
        typed: &typed,
    };
    let linked = sync::link_typed(app.ctx(), user, wanted).await;
    linked.expect("it stands");
}

/// Fills these ids into a path of the router.
pub fn path(path: &str, ids: &[String]) -> String {
    if let Some(what) = path.strip_prefix("/data/") {
        let name = READ_BY.iter().find(|(word, _)| *word == what);
        let id = name.map(|(_, name)| of_name(name, ids));
        return id.map_or_else(|| path.to_owned(), |id| format!("{path}?id={id}"));
    }
    if path == "/link/log-in" {
        return format!("{path}?with=mx&bank=mxbank");
    }
    let path = path.replace("{*deed}", "item/repair");
    let Some((before, rest)) = path.split_once('{') else {
        return path;
    };
    let (_, after) = rest.split_once('}').expect("a name");
    let at = NAMES.iter().position(|(_, prefix)| *prefix == before);
    // Webhooks in the inbox are numbered.
    let id = at.map_or("1", |at| ids[at].as_str());
    format!("{before}{id}{after}")
}

/// Returns a body with every field of any form, and these ids. The panel accepts only the fields it knows.
pub fn body(path: &str, ids: &[String]) -> String {
    if path.starts_with("/sandbox/") {
        return format!("item_id={}", of_name("item_id", ids));
    }
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    for ((name, _), id) in NAMES.iter().zip(ids) {
        body.append_pair(name, id);
    }
    body.append_pair("purpose", &format!("repair:{}", of_name("connection", ids)));
    for (name, value) in [
        ("hosted", "yes"),
        ("rows", "keep"),
        ("what", "duplicate"),
        ("name", "Bread"),
        ("note", "Sourdough"),
        ("back", "/"),
        ("delivery", "1"),
        ("amount", "3.50"),
        ("description", "Bread"),
        ("date", "2026-11-20"),
    ] {
        body.append_pair(name, value);
    }
    body.finish()
}

/// Waits until no work is left, and returns the books.
pub async fn at_rest(app: &TestApp) -> AtRest {
    let books = app.books().await;
    let now = app.clock.now().as_millisecond();
    let due = format!("SELECT COUNT(*) FROM job WHERE run_at <= {now} OR lease_until IS NOT NULL");
    // Webhooks that are still on their way would cause more work.
    let bank = Books::of_bank(app.folder.path()).await;
    let mut last = BTreeSet::new();
    for _ in 0..100 {
        let due = bank.webhooks_coming(app.clock.now()).await + books.count(&due).await;
        let rows = books.everything().await;
        if due == 0 && rows == last {
            return AtRest { books, rows };
        }
        last = rows;
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("the program does not come to rest");
}

/// The books at one moment.
pub struct AtRest {
    books: Books,
    rows: BTreeSet<String>,
}

impl AtRest {
    /// Asserts that the books have not changed since.
    pub async fn is_unchanged(&self) {
        let now = self.books.everything().await;
        let changed: Vec<_> = self.rows.symmetric_difference(&now).take(5).collect();
        assert!(
            changed.is_empty(),
            "somebody changed something: {changed:#?}"
        );
    }
}

fn of_name<'a>(name: &str, ids: &'a [String]) -> &'a str {
    let at = NAMES.iter().position(|(other, _)| *other == name);
    &ids[at.expect("a name")]
}

/// Returns the rank of a form in an order that deletes each thing only after its last use.
pub fn ends(path: &str) -> usize {
    let last = [
        "/forms/webhook-delete",
        "/forms/key-revoked",
        "/forms/forget-account",
        "/forms/try-log-in",
        "/forms/unlink",
        "/forms/tokens-ended",
        "/forms/disconnect",
        "/forms/others-ended",
        "/forms/log-out",
    ];
    last.iter()
        .position(|other| *other == path)
        .map_or(0, |at| at + 1)
}

impl Browser {
    /// Opens a page and returns an attribute of the first matching element.
    pub async fn first(&mut self, path: &str, selector: &str, attribute: &str) -> String {
        let page = self.get(path).await;
        let first = page.attribute(selector, attribute);
        first.unwrap_or_else(|| panic!("no {selector} on {path}: {}", page.body))
    }
}
