//! Liveness and readiness.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::http::StatusCode;
use routes::Routes;
use tokio::sync::Mutex;

use crate::context::Ctx;

/// How long an answer is reused: anyone may ask, and each check writes to the disk.
const HOLDS: Duration = Duration::from_secs(1);
/// How long the check waits for another writer.
const PATIENCE: Duration = Duration::from_secs(5);

/// `GET /healthz` succeeds while the program runs, `GET /readyz` while its database can be written to. The check writes
/// one page, and 4 MiB after a write that found the disk full.
pub(super) fn router(ctx: &Ctx) -> Routes {
    let readiness = Readiness {
        ctx: ctx.clone(),
        last: Arc::default(),
    };
    Routes::new()
        .get("/healthz", async || "ok")
        .get("/readyz", ready)
        .with_state(readiness)
}

#[derive(Clone)]
struct Readiness {
    ctx: Ctx,
    /// Held during a check, so that only one runs at a time however many ask.
    last: Arc<Mutex<Option<(Instant, bool)>>>,
}

async fn ready(State(readiness): State<Readiness>) -> (StatusCode, &'static str) {
    let mut last = readiness.last.lock().await;
    let ready = match *last {
        Some((at, ready)) if at.elapsed() < HOLDS => ready,
        _ => {
            let ready = check(&readiness.ctx).await;
            *last = Some((Instant::now(), ready));
            ready
        }
    };
    if ready {
        (StatusCode::OK, "ready")
    } else {
        let said = "the database cannot be written to";
        (StatusCode::SERVICE_UNAVAILABLE, said)
    }
}

async fn check(ctx: &Ctx) -> bool {
    match tokio::time::timeout(PATIENCE, ctx.store.prove_writable()).await {
        Ok(Ok(())) => true,
        Ok(Err(error)) => {
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            tracing::error!(%error, cause, "the database cannot be written to");
            false
        }
        Err(_) => {
            tracing::error!("the database cannot be written to: its writer is busy");
            false
        }
    }
}
