//! The listener: accepts connections, passes requests to the router, and stops cleanly.
//!
//! `axum::serve` lets clients take as long as they like, so silent clients hold sockets forever. This is the same loop
//! with a bound on everything that a client can be slow with. It speaks HTTP/1 only: HTTP/2 and TLS are a proxy's job,
//! and each further protocol adds another way to be slow.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::http::StatusCode;
use axum::http::header::UPGRADE;
use axum::serve::Listener;
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::server::conn::http1::Builder;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Sleep;
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use super::connections::{Client, Connections, Place};
use crate::api::KeptOpen;

/// The largest head of a request, which holds its address and cookies, in bytes.
const LARGEST_HEAD: usize = 64 << 10;

/// How long a client may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// For a request's head, from the start of the connection or the last response on; silence counts too.
    pub head: Duration,
    /// For a request's whole body.
    pub body: Duration,
    /// For reading more of a response when the send buffer is full.
    pub reading: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(30),
            body: Duration::from_secs(60),
            reading: Duration::from_secs(30),
        }
    }
}

/// Serves until it is told to stop; then accepts no new connections and lets running requests finish.
pub(super) async fn serve(
    mut listener: TcpListener,
    app: Router,
    connections: Arc<Connections>,
    patience: Patience,
    stop: CancellationToken,
) {
    let clients = TaskTracker::new();
    loop {
        let next = async {
            // `accept` itself waits a moment when there are no file descriptors left.
            let (stream, from) = Listener::accept(&mut listener).await;
            let place = connections.admit(from.ip()).await;
            place.map(|place| (stream, from, place))
        };
        let admitted = tokio::select! {
            admitted = next => admitted,
            () = stop.cancelled() => break,
        };
        if let Some((stream, from, place)) = admitted {
            let (app, stop) = (app.clone(), stop.clone());
            clients.spawn(converse(stream, from, place, app, patience, stop));
        }
    }
    drop(listener);
    clients.close();
    clients.wait().await;
}

async fn converse(
    stream: TcpStream,
    from: SocketAddr,
    place: Place,
    app: Router,
    patience: Patience,
    stop: CancellationToken,
) {
    // Responses are small and written whole, so waiting for more data would only delay them.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(patience.reading));
    let place = Arc::new(place);
    let client = place.client.clone();
    let kept = Arc::clone(&place);
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        let (app, client) = (app.clone(), client.clone());
        // A connection that is handed over takes its place along.
        if request.headers().contains_key(UPGRADE) {
            request.extensions_mut().insert(KeptOpen(kept.clone()));
        }
        async move { Ok::<_, Infallible>(answer(app, request, from, client, patience).await) }
    });
    let connection = Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience.head)
        .max_header_size(LARGEST_HEAD)
        .serve_connection(TokioIo::new(Box::pin(stream)), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = place.client.closed() => return,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            tokio::select! {
                ended = connection => ended,
                () = place.client.closed() => return,
            }
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a client disconnected early or was too slow");
    }
}

async fn answer(
    app: Router,
    request: hyper::Request<Incoming>,
    from: SocketAddr,
    client: Client,
    patience: Patience,
) -> axum::response::Response {
    let mut request: Request = request.map(|body| {
        if body.is_end_stream() {
            client.works();
            return axum::body::Body::empty();
        }
        axum::body::Body::new(Arriving {
            body,
            deadline: Box::pin(tokio::time::sleep(patience.body)),
            client: client.clone(),
        })
    });
    request.extensions_mut().insert(ConnectInfo(from));
    // Pipelined requests on one connection have already arrived, and would all be answered in one go. Yielding gives
    // everyone else a turn between two of them, new connections included.
    tokio::task::yield_now().await;
    let response = match app.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    // A connection that is handed over no longer waits for its client, so it is not closed to make room. Its request
    // may have had a body that was not read.
    match response.status() {
        StatusCode::SWITCHING_PROTOCOLS => client.works(),
        _ => client.waits(),
    }
    response
}

/// A request's body. It fails when it is late; when it is complete, the program's turn begins.
struct Arriving {
    body: Incoming,
    deadline: Pin<Box<Sleep>>,
    client: Client,
}

impl Body for Arriving {
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if self.deadline.as_mut().poll(cx).is_ready() {
            let late = io::Error::new(io::ErrorKind::TimedOut, "the request body took too long");
            return Poll::Ready(Some(Err(late.into())));
        }
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        if frame.is_none() || self.body.is_end_stream() {
            self.client.works();
        }
        Poll::Ready(frame.map(|frame| frame.map_err(Into::into)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests;
