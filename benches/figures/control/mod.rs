//! The control: bare axum that makes the same database queries and sends the same bytes, which it has ready.

pub mod api;
pub mod pages;
pub mod quotes;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use axum::Router;
use axum::body::Bytes;
use axum::routing::get;
use tower_http::compression::{CompressionLayer, CompressionLevel};

use crate::{Outcome, books};

/// The argument that makes this program the control.
pub const WORD: &str = "control";

/// Serves until it is killed. The pages' bytes are stored beside the books.
pub fn run(mut words: impl Iterator<Item = String>) -> Outcome<()> {
    let address: SocketAddr = words.next().ok_or("no address")?.parse()?;
    let dir = PathBuf::from(words.next().ok_or("no directory")?);
    crate::runtime()?.block_on(async {
        let ctx = books::context(&dir, "http://127.0.0.1:9").await?;
        let router = Router::new()
            .route("/readyz", get(async || "ready"))
            .merge(pages::router(&ctx, &dir))
            .merge(api::router(&ctx, &dir).await?)
            .merge(quotes::router(&ctx, &dir))
            .layer(CompressionLayer::new().quality(CompressionLevel::Fastest));
        let listener = tokio::net::TcpListener::bind(address).await?;
        axum::serve(listener, router).await?;
        Ok(())
    })
}

/// Returns the response that was stored from Passbook, if any.
fn kept(dir: &Path, file: &str) -> Option<Bytes> {
    std::fs::read(dir.join(file)).ok().map(Bytes::from)
}
