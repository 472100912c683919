//! Registers apps, also while Passbook is running: it reads its apps with each request.

use super::{App, aside, config, say};
use crate::auth::AuthError;
use crate::auth::oauth::{self, NewClient};
use crate::config::Config;
use crate::server::{self, StartError, explained};
use domain::access::Scopes;
use domain::client::Client;
use domain::clock::Clock;
use domain::secret::Secret;

pub(super) async fn app(what: App) -> Result<(), StartError> {
    let config = config()?;
    server::prepare_data_dir(&config).await?;
    let clock = Clock::system();
    match what {
        App::Add {
            name,
            redirect_uris,
            scopes,
            public,
        } => {
            let new = NewClient {
                name,
                redirect_uris,
                scopes: Scopes::from_words(&scopes.join(" ")),
                confidential: !public,
            };
            register(&config, &clock, new).await
        }
        App::List => {
            let all = oauth::list_in(&config, &clock).await.map_err(told)?;
            say(&listed(&all))
        }
        App::Disable { id } => {
            let done = oauth::switch_in(&config, &clock, &id, false).await;
            there(done.map_err(told)?, &id)?;
            say("The app is off, and all its tokens were revoked.")
        }
        App::Enable { id } => {
            let done = oauth::switch_in(&config, &clock, &id, true).await;
            there(done.map_err(told)?, &id)?;
            say("The app is on. People have to allow it again.")
        }
        App::Secret { id } => {
            let secret = oauth::new_secret_in(&config, &id).await.map_err(told)?;
            let none = || {
                StartError::Settings(format!(
                    "there is no app with a secret and the client ID {id}. To see all apps, run: passbook app list"
                ))
            };
            tell_secret(&secret.ok_or_else(none)?)
        }
    }
}

async fn register(config: &Config, clock: &Clock, new: NewClient) -> Result<(), StartError> {
    let registered = oauth::register_in(config, clock, new).await;
    let (client, secret) = registered.map_err(told)?;
    aside(&format!(
        "“{}” is registered. Its client ID is {}.",
        client.name, client.id
    ));
    match secret {
        Some(secret) => tell_secret(&secret),
        None => Ok(()),
    }
}

fn tell_secret(secret: &Secret) -> Result<(), StartError> {
    aside("Here is its secret. It won't be shown again:");
    say(secret.expose())
}

fn there(done: bool, id: &str) -> Result<(), StartError> {
    match done {
        true => Ok(()),
        false => Err(StartError::Settings(format!(
            "there is no app with the client ID {id}. To see all apps, run: passbook app list"
        ))),
    }
}

/// Turns an error into text: every problem of a form, or the error itself.
fn told(error: AuthError) -> StartError {
    StartError::Settings(match error {
        AuthError::Form(problems) => {
            let all = problems.into_iter().map(|problem| problem.message);
            all.collect::<Vec<_>>().join(" ")
        }
        error => explained(&error),
    })
}

fn listed(apps: &[(Client, i64)]) -> String {
    if apps.is_empty() {
        return "No apps yet. To register one, see: passbook app add --help".into();
    }
    let each = apps.iter().map(|(client, people)| line(client, *people));
    each.collect::<Vec<_>>().join("\n")
}

fn line(client: &Client, people: i64) -> String {
    let secret = match client.confidential {
        true => "has a secret",
        false => "has no secret",
    };
    let people = match people {
        1 => "1 person".to_owned(),
        n => format!("{n} people"),
    };
    let standing = match client.disabled_at {
        None => "on".to_owned(),
        Some(since) => format!("off since {}", since.strftime("%Y-%m-%d")),
    };
    let scopes = client.scopes.words().replace(' ', ",");
    let addresses = client.redirect_uris.iter().map(|it| format!("\n  {it}"));
    format!(
        "{}  “{}”, {standing}, {secret}, {scopes}, {people}{}",
        client.id,
        client.name,
        addresses.collect::<String>()
    )
}
