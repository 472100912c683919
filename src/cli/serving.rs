//! The commands that serve: Passbook itself, and the built-in bank alone.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::pin;

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::version::version;
use super::{config, say};
use crate::config::Network;
use crate::server::{self, DEMO_EMAIL, DEMO_PASSWORD, Options, Running, StartError};
use bank::Pace;
use domain::clock::Clock;
use domain::secret::Secret;

pub(super) async fn serve(demo: bool) -> Result<(), StartError> {
    let options = Options {
        config: config()?,
        clock: Clock::system(),
        pace: Pace::default(),
        demo,
    };
    tracing::info!("Passbook {}", version());
    let mut stop = pin!(stop_signal());
    let running = tokio::select! {
        running = server::start(options) => running?,
        () = &mut stop => return Ok(()),
    };
    announce(&running, demo);
    stop.await;
    tracing::info!("stopping");
    running.stop().await;
    Ok(())
}

pub(super) async fn sandbox(listen: SocketAddr) -> Result<(), StartError> {
    let data_dir =
        std::env::var("PASSBOOK_DATA_DIR").map_or_else(|_| PathBuf::from("data"), PathBuf::from);
    let network = Network::from_source(|name| std::env::var(name).ok());
    let network = network.map_err(|error| StartError::Settings(error.to_string()))?;
    let signal = stop_signal();
    let stop = CancellationToken::new();
    let (url, mut tasks) = server::serve_sandbox(&data_dir, listen, &network, stop.clone()).await?;
    // It serves even when nothing can be printed.
    let _ = say(&format!(
        "Sandbox bank is at {url}\nUse any client ID and secret. Its data is in {}.",
        data_dir.display()
    ));
    signal.await;
    stop.cancel();
    let all = async { while tasks.join_next().await.is_some() {} };
    let _ = tokio::time::timeout(server::STOP_WITHIN, all).await;
    Ok(())
}

/// Prints what a person needs to go on, a line each. The last line says where the data is.
fn announce(running: &Running, demo: bool) {
    let config = &running.ctx.config;
    let mut lines = vec![format!("Passbook is at {}", running.url)];
    if config.built_in_bank {
        lines.push(
            "Demo mode: every bank and every amount is made up. To link real banks, set PLAID_CLIENT_ID, PLAID_SECRET and PLAID_ENV (see README.md)."
                .into(),
        );
    }
    if demo {
        lines.push(format!(
            "To look around, press “Look around as Robin” there, or log in as {DEMO_EMAIL} with the password: {DEMO_PASSWORD}"
        ));
    }
    if let Some(code) = &running.operator_code {
        lines.push(operator_line(&running.url, code, demo));
    }
    let data = &config.data_dir;
    let data = std::path::absolute(data).unwrap_or_else(|_| data.clone());
    lines.push(format!("Its data is in {}", data.display()));
    // It serves even when nothing can be printed.
    let _ = say(&lines.join("\n"));
}

/// Says how to become the first operator. Only the person who started the program sees the code: it is never logged,
/// and is not part of the address, which proxies log and browsers remember.
fn operator_line(url: &str, code: &Secret, demo: bool) -> String {
    let who = if demo {
        " as yourself (not as the demo person)"
    } else {
        ""
    };
    format!(
        "No admin yet. To become the admin, sign up{who} and open {url}/become-operator (valid 24 hours). Your code is {}",
        code.expose()
    )
}

/// Waits for a stop signal. It listens from the moment of the call, not of the first poll, so that a signal during
/// startup counts too.
pub(super) fn stop_signal() -> impl Future<Output = ()> {
    let signals = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    );
    async move {
        let (Ok(mut terminate), Ok(mut interrupt)) = signals else {
            return std::future::pending().await;
        };
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    }
}
