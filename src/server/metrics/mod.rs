//! `/metrics` for Prometheus. It needs no log-in, so it has an address of its own, apart from the pages.

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

/// What the metrics are read from.
#[derive(Clone)]
struct Scraped {
    ctx: Ctx,
    /// The connections of the listener for browsers and programs.
    connections: Arc<Connections>,
    started_at: Timestamp,
    /// Held while readings are taken, so that this happens once at a time however many ask.
    turn: Arc<Mutex<()>>,
}

/// Serves the metrics until told to stop. `connections` are those of the listener for browsers and programs.
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

/// Answers `GET /metrics`; everything else does not exist.
async fn answer(State(scraped): State<Scraped>, request: Request) -> Response {
    if request.method() != Method::GET || request.uri().path() != PATH {
        return StatusCode::NOT_FOUND.into_response();
    }
    let _turn = scraped.turn.lock().await;
    let readings = read::readings(&scraped).await;
    let text = scraped.ctx.metrics.text(readings);
    ([(header::CONTENT_TYPE, CONTENT_TYPE)], text).into_response()
}
