//! The identity providers that people can log in with: those in the settings or, in the demo, those that the built-in
//! bank simulates.

use std::sync::Arc;

use url::Url;

use super::StartError;
use super::bank::BankAccess;
use crate::config::{self, Config, SecretIn};
use crate::context::SignIn;
use domain::clock::Clock;
use domain::identity::IdentityProvider;
use domain::secret::Secret;
use providers::identity::{
    ClientAuth, Facebook, FacebookConfig, GOOGLE, GOOGLE_PEOPLE, IdentitySource, Oidc, OidcConfig,
};

/// Opens the providers. The built-in bank's let anyone log in as anyone, so they are for the demo only, which is for
/// loopback only.
pub(super) fn open(
    config: &Config,
    demo: bool,
    built_in: Option<&BankAccess>,
    clock: &Clock,
) -> Result<SignIn, StartError> {
    match built_in.filter(|_| demo && config.sign_in.is_empty()) {
        Some(bank) => simulated(config, bank, clock),
        None => set_up(&config.sign_in, clock),
    }
}

fn set_up(settings: &config::SignIn, clock: &Clock) -> Result<SignIn, StartError> {
    let mut sources: Vec<Arc<dyn IdentitySource>> = Vec::new();
    if let Some(google) = &settings.google {
        sources.push(Arc::new(oidc(of_google(google)?, clock)?));
    }
    if let Some(facebook) = &settings.facebook {
        sources.push(Arc::new(self::facebook(of_facebook(facebook)?)?));
    }
    if let Some(other) = &settings.oidc {
        let other = OidcConfig {
            provider: IdentityProvider::Oidc,
            name: other.name.clone(),
            issuer: other.issuer.trim_end_matches('/').to_owned(),
            address: other.issuer.clone(),
            client_id: other.client.client_id.clone(),
            client_secret: other.client.client_secret.clone(),
            client_auth: other.secret_in.map(|secret_in| match secret_in {
                SecretIn::Header => ClientAuth::Basic,
                SecretIn::Form => ClientAuth::Post,
            }),
            people: None,
        };
        sources.push(Arc::new(oidc(other, clock)?));
    }
    Ok(SignIn {
        sources,
        simulated: false,
    })
}

fn of_google(google: &config::Google) -> Result<OidcConfig, StartError> {
    let issuer = google.issuer.as_ref();
    let issuer = issuer.map_or(GOOGLE, |url| url.as_str().trim_end_matches('/'));
    let people = match &google.people {
        Some(url) => url.clone(),
        None => address(GOOGLE_PEOPLE)?,
    };
    Ok(OidcConfig {
        provider: IdentityProvider::Google,
        name: "Google".into(),
        issuer: issuer.to_owned(),
        address: issuer.to_owned(),
        client_id: google.client.client_id.clone(),
        client_secret: google.client.client_secret.clone(),
        client_auth: None,
        people: google.birthday.then_some(people),
    })
}

fn of_facebook(facebook: &config::Facebook) -> Result<FacebookConfig, StartError> {
    let or = |set: &Option<Url>, usual| set.clone().map_or_else(|| address(usual), Ok);
    let site = or(&facebook.site, Facebook::SITE)?;
    let version = facebook.version.as_deref();
    Ok(FacebookConfig {
        name: "Facebook".into(),
        issuer: site.as_str().trim_end_matches('/').to_owned(),
        client_id: facebook.client.client_id.clone(),
        client_secret: facebook.client.client_secret.clone(),
        site,
        graph: or(&facebook.graph, Facebook::GRAPH)?,
        version: version.unwrap_or(Facebook::VERSION).to_owned(),
        birthday: facebook.birthday,
    })
}

/// Google and Facebook as the built-in bank simulates them. Their identities have issuers of their own, so that they
/// let no one in if the real providers are set up on the same data later.
fn simulated(config: &Config, bank: &BankAccess, clock: &Clock) -> Result<SignIn, StartError> {
    let api = bank.url.as_str().trim_end_matches('/');
    let secret = Secret::new(format!("{}-identity", bank.secret.expose()));
    let google = OidcConfig {
        provider: IdentityProvider::Google,
        name: "Google".into(),
        issuer: "built-in google".into(),
        address: format!("{api}/identity/google"),
        client_id: "passbook".into(),
        client_secret: secret.clone(),
        client_auth: None,
        people: Some(address(&format!("{api}/identity/google"))?),
    };
    let facebook = FacebookConfig {
        name: "Facebook".into(),
        issuer: "built-in facebook".into(),
        client_id: "passbook".into(),
        client_secret: secret,
        site: address(&format!("{}/sandbox/identity/facebook", config.base_url()))?,
        graph: address(&format!("{api}/identity/facebook"))?,
        version: Facebook::VERSION.into(),
        birthday: true,
    };
    Ok(SignIn {
        sources: vec![
            Arc::new(oidc(google, clock)?),
            Arc::new(self::facebook(facebook)?),
        ],
        simulated: true,
    })
}

fn oidc(config: OidcConfig, clock: &Clock) -> Result<Oidc, StartError> {
    Oidc::new(config, clock.clone()).map_err(StartError::Settings)
}

fn facebook(config: FacebookConfig) -> Result<Facebook, StartError> {
    Facebook::new(config).map_err(StartError::Settings)
}

fn address(text: &str) -> Result<Url, StartError> {
    text.parse()
        .map_err(|_| StartError::Settings(format!("{text} is not an address")))
}
