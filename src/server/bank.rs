//! The bank in use: the real providers, or the built-in bank.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::Request;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum::{Extension, Router};
use routes::Routes;
use tokio::net::TcpListener;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::client_address::Scheme;
use super::connections::{Connections, Limits, raise_open_files};
use super::hosts::{self, Hosts};
use super::listen::{self, Patience};
use super::{StartError, guards, permissions};
use crate::config::{Config, Network, ProviderKeys, webhook_path};
use bank::bank::MxReceiver;
use bank::panel::Visitor;
use bank::{Credentials, Pace, Sandbox, SandboxConfig};
use domain::clock::Clock;
use domain::connection::Call;
use domain::secret::Secret;
use domain::user::User;
use providers::mx::{self, Mx, MxConfig};
use providers::plaid::{self, Plaid, PlaidConfig};
use providers::{BuiltInBank, Provider, Providers};

/// The providers and, when the built-in bank is in use, its pages.
pub(super) struct Bank {
    pub providers: Providers,
    /// The built-in bank's pages, mounted under `/sandbox`.
    pub faces: Option<Faces>,
    /// How to reach the built-in bank's API.
    pub api: Option<BankAccess>,
    /// The built-in bank, which the caller runs; a caller that only asks it something need not.
    pub built_in: Option<Sandbox>,
}

/// The built-in bank's pages.
pub(super) struct Faces {
    /// Link, for anyone who has a session's address.
    pub link: Routes,
    /// The pages to make the bank misbehave, for people who are logged in.
    pub panel: Routes,
}

/// The URL and credentials of the built-in bank's API.
#[derive(Clone, Debug)]
pub(super) struct BankAccess {
    pub url: Url,
    pub client_id: String,
    pub secret: Secret,
}

impl BankAccess {
    /// Returns the client for the bank's own calls.
    pub fn client(&self) -> Result<BuiltInBank, StartError> {
        let (url, client_id) = (self.url.clone(), self.client_id.clone());
        BuiltInBank::new(url, client_id, self.secret.clone()).map_err(StartError::Settings)
    }

    fn keys(&self) -> ProviderKeys {
        ProviderKeys {
            client_id: self.client_id.clone(),
            secret: self.secret.clone(),
            base_url: self.url.clone(),
        }
    }
}

/// Opens the bank. The built-in one gets its own loopback port, and a client id and secret that no one else has.
pub(super) async fn open(
    config: &Config,
    clock: &Clock,
    pace: Pace,
    calls: UnboundedSender<Call>,
    tasks: &mut JoinSet<()>,
    stop: &CancellationToken,
) -> Result<Bank, StartError> {
    let (access, built_in) = match config.built_in_bank {
        true => {
            let (access, built_in) = open_built_in(config, clock, pace, tasks, stop).await?;
            (Some(access), Some(built_in))
        }
        false => (None, None),
    };
    let faces = built_in.as_ref().map(|sandbox| Faces {
        link: sandbox.faces_router(),
        panel: sandbox.panel_router().layer(from_fn(introduce)),
    });
    let mut all: Vec<Arc<dyn Provider>> = Vec::new();
    if let Some(keys) = access
        .as_ref()
        .map(BankAccess::keys)
        .or(config.plaid.clone())
    {
        let plaid = Plaid::new(plaid_config(config, keys), calls.clone(), clock.clone());
        let plaid = plaid.map_err(StartError::Settings)?;
        all.push(match config.built_in_bank {
            true => Arc::new(plaid.without_limits()),
            false => Arc::new(plaid),
        });
    }
    if let Some(keys) = access.as_ref().map(BankAccess::keys).or(config.mx.clone()) {
        let password = match &built_in {
            Some(bank) => Some(send_webhooks(bank, config).await?),
            None => config.mx_webhook_password.clone(),
        };
        let mx = Mx::new(mx_config(keys, password), calls, clock.clone());
        let mx = mx.map_err(StartError::Settings)?;
        all.push(match config.built_in_bank {
            true => Arc::new(mx.without_limits()),
            false => Arc::new(mx),
        });
    }
    Ok(Bank {
        providers: Providers::new(all),
        faces,
        api: access,
        built_in,
    })
}

fn plaid_config(config: &Config, keys: ProviderKeys) -> PlaidConfig {
    PlaidConfig {
        base_url: keys.base_url,
        client_id: keys.client_id,
        secret: keys.secret,
        client_name: "Passbook".into(),
        country_codes: match config.built_in_bank {
            true => every_country(),
            false => config.country_codes.clone(),
        },
        language: config.language.clone(),
        redirect_uri: config.redirect_uri.clone(),
        webhook: config.webhook_url(plaid::NAME),
    }
}

fn mx_config(keys: ProviderKeys, password: Option<Secret>) -> MxConfig {
    MxConfig {
        base_url: keys.base_url,
        client_id: keys.client_id,
        api_key: keys.secret,
        webhook_path: password.as_ref().map(webhook_path),
        webhook_password: password,
    }
}

/// Makes the built-in bank send MX's webhooks to us, as an operator does in MX's dashboard. The password is new with
/// each start.
async fn send_webhooks(bank: &Sandbox, config: &Config) -> Result<Secret, StartError> {
    let password = Secret::new(random_word()?);
    let receiver = MxReceiver {
        url: format!(
            "{}/webhooks/{}/{}",
            config.base_url(),
            mx::NAME,
            webhook_path(&password).expose()
        ),
        username: Some("passbook".into()),
        password: Some(password.expose().to_owned()),
    };
    let told = bank.bank().set_receiver(Some(receiver)).await;
    told.map_err(|_| {
        StartError::Settings("the built-in bank could not be given Passbook's address".into())
    })?;
    Ok(password)
}

/// The built-in bank costs nothing in any country, so all of them are offered.
fn every_country() -> Vec<String> {
    [
        "US", "GB", "CA", "DE", "FR", "ES", "NL", "IE", "IT", "SE", "PL", "DK", "NO", "EE", "LT",
        "LV", "PT", "BE",
    ]
    .map(str::to_owned)
    .to_vec()
}

async fn open_built_in(
    config: &Config,
    clock: &Clock,
    pace: Pace,
    tasks: &mut JoinSet<()>,
    stop: &CancellationToken,
) -> Result<(BankAccess, Sandbox), StartError> {
    let unusable = |_| StartError::Settings("the built-in bank has no address".into());
    let faces_url: Url = format!("{}/sandbox", config.base_url())
        .parse()
        .map_err(unusable)?;
    let credentials = Credentials {
        client_id: random_word()?,
        secret: random_word()?,
    };
    let secret = Secret::new(credentials.secret.clone());
    let client_id = credentials.client_id.clone();
    let settings = SandboxConfig {
        pace,
        credentials: Some(credentials),
        enforce_rate_limits: false,
        ..SandboxConfig::new(config.data_dir.clone(), faces_url)
    };
    let sandbox = Sandbox::open(settings, clock.clone()).await?;
    let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
    let listener = TcpListener::bind(anywhere)
        .await
        .map_err(|e| StartError::Listen(anywhere, e))?;
    let address = listener
        .local_addr()
        .map_err(|e| StartError::Listen(anywhere, e))?;
    let url: Url = format!("http://{address}").parse().map_err(unusable)?;
    let limits = Limits::for_ourselves(raise_open_files());
    let router = sandbox.api_router();
    serve(listener, router, Hosts::none(), limits, tasks, stop);
    Ok((
        BankAccess {
            url,
            client_id,
            secret,
        },
        sandbox,
    ))
}

/// Serves the built-in bank alone, for other programs, until it is stopped: its API and its pages at the root. It
/// accepts any client id and secret that are not empty. Returns its URL.
///
/// # Errors
/// When its file or the address cannot be used.
pub async fn serve_sandbox(
    data_dir: &std::path::Path,
    listen: SocketAddr,
    network: &Network,
    stop: CancellationToken,
) -> Result<(String, JoinSet<()>), StartError> {
    let limits = Limits::new(network, raise_open_files())?;
    let listener = TcpListener::bind(listen)
        .await
        .map_err(|e| StartError::Listen(listen, e))?;
    let address = listener
        .local_addr()
        .map_err(|e| StartError::Listen(listen, e))?;
    let url = format!("http://{address}");
    let faces_url = url
        .parse()
        .map_err(|_| StartError::Settings("the bank has no address".into()))?;
    permissions::close(data_dir, None)?;
    let sandbox = Sandbox::open(SandboxConfig::new(data_dir, faces_url), Clock::system()).await?;
    let mut tasks = JoinSet::new();
    let router = own_pages_only(sandbox.api_router(), url.clone())
        .merge(sandbox.faces_router())
        .merge(open_panel(&sandbox, url.clone()));
    let hosts = Hosts::new(None, network);
    serve(listener, router, hosts, limits, &mut tasks, &stop);
    tasks.spawn(sandbox.run(stop));
    Ok((url, tasks))
}

/// Tells the panel who is visiting: the banks that a person links here carry their id.
async fn introduce(mut request: Request, next: Next) -> Response {
    if let Some(user) = request.extensions().get::<User>() {
        let visitor = Visitor {
            person: Some(user.id.as_str().to_owned()),
            operator: user.is_operator(),
            back: Some(("/", "Passbook")),
        };
        request.extensions_mut().insert(visitor);
    }
    next.run(request).await
}

/// Returns the panel of a standalone bank. Anyone who can reach it may do everything, from its own pages.
fn open_panel(sandbox: &Sandbox, url: String) -> Router {
    let panel = sandbox.panel_router().layer(Extension(Visitor::anybody()));
    own_pages_only(panel.into(), url)
}

/// Refuses writes that other sites make a browser send. This bank accepts any client id and secret, so their pages
/// could send them too.
fn own_pages_only(router: Router, url: String) -> Router {
    router.layer(from_fn(move |request: Request, next: Next| {
        let url = url.clone();
        async move { guards::from_ours_only(&url, Scheme::Http, request, next).await }
    }))
}

fn serve(
    listener: TcpListener,
    router: Router,
    hosts: Hosts,
    limits: Limits,
    tasks: &mut JoinSet<()>,
    stop: &CancellationToken,
) {
    tasks.spawn(listen::serve(
        listener,
        router.layer(from_fn_with_state(hosts, hosts::check)),
        Connections::new(limits),
        Patience::default(),
        stop.clone(),
    ));
}

fn random_word() -> Result<String, StartError> {
    let mut bytes = [0_u8; 16];
    aws_lc_rs::rand::fill(&mut bytes)
        .map_err(|_| StartError::Settings("this machine has no source of randomness".into()))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
