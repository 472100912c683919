//! `/metrics` for Prometheus, on an address of its own: it asks for no log-in, so it is not where people are.

mod measure;
mod read;

pub(super) use measure::around;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use super::connections::{Connections, Limits};
use super::hosts::{self, Hosts};
use super::listen::{self, Patience};
use crate::context::Ctx;
use crate::metrics::CONTENT_TYPE;

const PATH: &str = "/metrics";

/// What is told of the program.
#[derive(Clone)]
struct Scraped {
    ctx: Ctx,
    /// Those of the listener for browsers and programs.
    connections: Arc<Connections>,
    started_at: Timestamp,
    /// Held while the readings are taken, so that they are taken once at a time however many ask.
    turn: Arc<Mutex<()>>,
}

/// Serves it until it is told to stop. `connections` are those of the listener for browsers and programs.
pub(super) async fn serve(
    listener: TcpListener,
    ctx: Ctx,
    connections: Arc<Connections>,
    stop: CancellationToken,
) {
    let hosts = Hosts::new(ctx.config.public_url.as_ref(), &ctx.config.network);
    let scraped = Scraped {
        started_at: ctx.clock.now(),
        ctx,
        connections,
        turn: Arc::default(),
    };
    let router = Router::new()
        .fallback(answer)
        .with_state(scraped)
        .layer(from_fn_with_state(hosts, hosts::check));
    let own = Connections::new(Limits::for_scrapes());
    listen::serve(listener, router, own, Patience::default(), stop).await;
}

/// Nothing is here but the metrics, and nothing can be done with them but to get them.
async fn answer(State(scraped): State<Scraped>, request: Request) -> Response {
    if request.method() != Method::GET || request.uri().path() != PATH {
        return StatusCode::NOT_FOUND.into_response();
    }
    let _turn = scraped.turn.lock().await;
    let readings = read::readings(&scraped).await;
    let text = scraped.ctx.metrics.text(readings);
    ([(header::CONTENT_TYPE, CONTENT_TYPE)], text).into_response()
}
