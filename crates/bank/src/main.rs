//! The bank as a program of its own, which other programs can test against.

mod door;

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use axum::middleware::from_fn;
use axum::{Extension, Router};
use clap::Parser;
use domain::clock::Clock;
use passbook_bank::panel::Visitor;
use passbook_bank::{Sandbox, SandboxConfig};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

/// A bank of invented money that speaks Plaid's wire and MX's
///
/// Its API, Link and the panel on which it is made to misbehave share one address. It accepts any client id and secret.
/// It is for tests on this machine: it has no log-in, and answers under localhost and IP addresses only.
#[derive(Debug, Parser)]
#[command(name = "passbook-bank", version)]
struct Arguments {
    /// The address to listen on; port 0 picks a free one
    #[arg(long, default_value = "127.0.0.1:4000")]
    listen: SocketAddr,
    /// The folder of its file, sandbox.db
    #[arg(long, default_value = "data")]
    data_dir: PathBuf,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let filter = EnvFilter::try_from_default_env();
    tracing_subscriber::fmt()
        .with_env_filter(filter.unwrap_or_else(|_| EnvFilter::new("warn,passbook=info")))
        .with_writer(std::io::stderr)
        .init();
    match serve(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(arguments: Arguments) -> Result<(), Box<dyn std::error::Error>> {
    let listener = TcpListener::bind(arguments.listen).await?;
    let url = format!("http://{}", listener.local_addr()?);
    let config = SandboxConfig::new(&arguments.data_dir, url.parse()?);
    let sandbox = Sandbox::open(config, Clock::system()).await?;
    let router = router(&sandbox);
    let stop = CancellationToken::new();
    let work = tokio::spawn(sandbox.run(stop.clone()));
    // A closed standard output must not stop the server.
    let _ = writeln!(std::io::stdout(), "passbook-bank is at {url}");
    axum::serve(listener, router)
        .with_graceful_shutdown(async {
            let _ = tokio::signal::ctrl_c().await;
        })
        .await?;
    stop.cancel();
    work.await?;
    Ok(())
}

/// Returns the router with everything at the root. Only pages under a session's key take writes from other sites.
fn router(sandbox: &Sandbox) -> Router {
    let panel = sandbox.panel_router();
    let open = sandbox
        .api_router()
        .merge(panel.layer(Extension(Visitor::anybody())));
    open.layer(from_fn(door::own_pages_only))
        .merge(sandbox.faces_router())
        .layer(from_fn(door::this_machine_only))
}
