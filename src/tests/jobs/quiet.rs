//! A Passbook without workers or timetable, on a clock that stands still. The test does the work of a worker, one job
//! at a time.

use std::sync::Arc;

use domain::activity::Visit;
use domain::clock::Clock;
use domain::connection::{Call, Lease};
use domain::id::{ConnectionId, JobId, LinkId, UserId};
use domain::job::{Job, JobKind, JobQuery, JobRun, Whose};
use domain::secret::Secret;
use domain::user::{EmailAddress, PersonName, Role, User};
use jiff::SignedDuration;
use passbook::config::Config;
use passbook::context::{Ctx, Rates};
use passbook::jobs;
use passbook::metrics::Metrics;
use passbook::outbound_http::Outbound;
use passbook::queue;
use passbook::vault::Vault;
use providers::plaid::{Plaid, PlaidConfig};
use providers::{Provider, Providers};
use serde_json::json;
use store::{NewConnection, NewUser, Store};
use tempfile::TempDir;
use tokio::sync::mpsc::UnboundedReceiver;

use super::proxy::BankProxy;
use crate::app::clock_at_start;
use crate::bank::OwnBank;
use crate::books::Books;
use crate::hosted_link::PLATYPUS;

pub struct QuietApp {
    pub ctx: Ctx,
    pub clock: Clock,
    pub bank: OwnBank,
    pub proxy: BankProxy,
    pub books: Books,
    pub user: User,
    calls: UnboundedReceiver<Call>,
    _folder: TempDir,
}

impl QuietApp {
    pub async fn start() -> Self {
        Self::with(&[]).await
    }

    pub async fn with(settings: &[(&str, &str)]) -> Self {
        let clock = clock_at_start();
        let bank = OwnBank::open(&clock).await;
        let proxy = BankProxy::before(&bank.url).await;
        let folder = tempfile::tempdir().expect("a folder");
        let (sender, calls) = tokio::sync::mpsc::unbounded_channel();
        let [(_, client_id), (_, secret), _] = bank.plaid_settings();
        let plaid = PlaidConfig {
            base_url: proxy.url.parse().expect("an address"),
            client_id: client_id.into(),
            secret: Secret::new(secret),
            client_name: "Passbook".into(),
            country_codes: vec!["US".into()],
            language: "en".into(),
            redirect_uri: None,
            webhook: None,
        };
        let config = Config::from_source(|name| {
            let set = settings.iter().find(|(key, _)| *key == name);
            let ours = [("PLAID_CLIENT_ID", client_id), ("PLAID_SECRET", secret)];
            let ours = ours.iter().find(|(key, _)| *key == name);
            set.or(ours).map(|(_, value)| (*value).to_owned())
        });
        let plaid = Plaid::new(plaid, sender, clock.clone()).expect("a way");
        let store = Store::open(&folder.path().join("passbook.db")).await;
        let ctx = Ctx {
            instance: "quiet".into(),
            store: store.expect("a database"),
            providers: Providers::new(vec![Arc::new(plaid)]),
            built_in: None,
            demo: false,
            outbound: Outbound::new(false).expect("a way out"),
            config: Arc::new(config.expect("good settings")),
            untrusted_proxy: Arc::default(),
            work: Arc::default(),
            metrics: Metrics::on(),
            vault: Vault::open(&folder.path().join("passbook.key"), true).expect("a key"),
            rates: Arc::new(Rates::new(Vec::new(), &[])),
            sign_in: Arc::default(),
            clock: clock.clone(),
        };
        let user = person(&ctx, "ada@example.org").await;
        Self {
            books: Books::open(folder.path()).await,
            ctx,
            clock,
            bank,
            proxy,
            user,
            calls,
            _folder: folder,
        }
    }

    /// Links an institution; returns its connection and access token.
    pub async fn link(&self) -> (ConnectionId, String) {
        self.link_for(&self.user.id, PLATYPUS).await
    }

    pub async fn link_for(&self, user: &UserId, institution: &str) -> (ConnectionId, String) {
        let wanted = json!({
            "institution_id": institution,
            "initial_products": ["transactions"],
            "options": {"override_username": "user_transactions_dynamic"},
        });
        let answer = self.bank.ask("/sandbox/public_token/create", wanted).await;
        let public = answer["public_token"].as_str().expect("a token");
        let grant = self.plaid().exchange(&Secret::new(public)).await;
        let grant = grant.expect("a grant");
        let id = ConnectionId::generate();
        let token = grant.access_token.expose().to_owned();
        let sealed = self
            .ctx
            .vault
            .seal(&grant.access_token, id.as_str(), user.as_str());
        let new = NewConnection {
            id: &id,
            user_id: user,
            link_id: &LinkId::generate(),
            provider: "plaid",
            item_id: &grant.item_id,
            institution_id: Some(institution),
            institution_name: "First Platypus Bank",
            webhook_url: None,
            linked_anyway: false,
            sealed_token: &sealed.expect("sealed"),
            now: self.clock.now(),
        };
        self.ctx.store.add_connection(&new).await.expect("linked");
        (id, token)
    }

    pub fn plaid(&self) -> &dyn Provider {
        self.ctx.providers.named("plaid").expect("it is set up")
    }

    pub async fn another_person(&self) -> User {
        person(&self.ctx, "eve@example.org").await
    }

    /// Runs the next job, if one is due; returns whether one was.
    pub async fn work(&self) -> bool {
        queue::run_due(&self.ctx, jobs::run)
            .await
            .expect("the database answers")
    }

    /// Runs all jobs that are due now.
    pub async fn work_off(&self) {
        for _ in 0..50 {
            if !self.work().await {
                return;
            }
        }
        panic!("the work does not end");
    }

    pub fn pass(&self, seconds: i64) {
        self.clock.advance(SignedDuration::from_secs(seconds));
    }

    /// Claims the next job, like a worker that then dies.
    pub async fn claim(&self) -> Option<Lease> {
        let now = self.clock.now();
        let until = now + SignedDuration::from_secs(60);
        let lease = self.ctx.store.claim_due(now, until).await;
        lease.expect("the database answers")
    }

    pub async fn ask_for(&self, kind: JobKind, subject: &str) {
        let asked = self
            .ctx
            .store
            .request_job(kind, subject, self.clock.now())
            .await;
        asked.expect("asked");
    }

    /// Returns the job of this kind on this subject.
    pub async fn job(&self, kind: JobKind, subject: &str) -> Option<Job> {
        let query = JobQuery {
            kind: Some(kind),
            limit: 100,
            ..JobQuery::default()
        };
        let page = queue::jobs(&self.ctx, Whose::Anybody, &query).await;
        let jobs = page.expect("the database answers").jobs;
        jobs.into_iter().find(|job| job.subject == subject)
    }

    /// Returns the sync job of a connection.
    pub async fn sync_of(&self, id: &ConnectionId) -> Job {
        let job = self.job(JobKind::Sync, id.as_str()).await;
        job.expect("a sync")
    }

    pub async fn runs(&self, id: &JobId) -> Vec<JobRun> {
        let (_, runs) = queue::job(&self.ctx, Whose::Anybody, id).await.expect("it");
        runs
    }

    /// Returns the calls made since this was last called.
    pub fn calls(&mut self) -> Vec<Call> {
        std::iter::from_fn(|| self.calls.try_recv().ok()).collect()
    }
}

async fn person(ctx: &Ctx, email: &str) -> User {
    let user = User {
        id: UserId::generate(),
        email: EmailAddress::parse(email).expect("an address"),
        user_name: None,
        first_name: PersonName::parse("Ada").expect("a name"),
        last_name: PersonName::parse("Byron").expect("a name"),
        birthday: None,
        created_at: ctx.clock.now(),
        role: Role::Person,
        password_version: 0,
        two_step: false,
    };
    let new = NewUser {
        user,
        password_hash: None,
        identity: None,
        invitation_hash: None,
        only_as_first: false,
        visit: Visit::default(),
    };
    ctx.store.add_user(&new).await.expect("somebody");
    new.user
}
