//! The listener: connections in, requests to the router, and a clean end.
//!
//! `axum::serve` lets a client take as long as it likes over everything, so clients that say nothing hold sockets
//! for ever. This is the same loop with a bound on each thing that a client can be slow with. It speaks HTTP/1
//! only: whoever wants HTTP/2 or TLS has a proxy in front, and each protocol more is one more way to be slow.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::serve::Listener;
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::server::conn::http1::Builder;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Sleep;
use tokio_io_timeout::TimeoutStream;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::connections::{Client, Connections, Place};

/// A request's head holds its address and cookies.
const LARGEST_HEAD: usize = 64 << 10;

/// How long a client may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// Over a request's head, from the connection's beginning or the last answer: silence counts too.
    pub head: Duration,
    /// Over a request's whole body.
    pub body: Duration,
    /// Over reading any more of an answer, when no more of it can be sent.
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

/// Serves until it is told to stop; then takes nobody new and lets what is under way finish.
pub(super) async fn serve(
    mut listener: TcpListener,
    app: Router,
    connections: Arc<Connections>,
    patience: Patience,
    stop: CancellationToken,
) {
    let graceful = GracefulShutdown::new();
    loop {
        let next = async {
            // Waits a moment by itself when there are no more file descriptors.
            let (stream, from) = Listener::accept(&mut listener).await;
            let place = connections.admit(from.ip()).await;
            place.map(|place| (stream, from, place))
        };
        let admitted = tokio::select! {
            admitted = next => admitted,
            () = stop.cancelled() => break,
        };
        if let Some((stream, from, place)) = admitted {
            let watcher = graceful.watcher();
            tokio::spawn(converse(
                stream,
                from,
                place,
                app.clone(),
                patience,
                watcher,
            ));
        }
    }
    drop(listener);
    graceful.shutdown().await;
}

async fn converse(
    stream: TcpStream,
    from: SocketAddr,
    place: Place,
    app: Router,
    patience: Patience,
    watcher: Watcher,
) {
    // Answers are small and written whole: waiting for more to send with them only delays them.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(patience.reading));
    let client = place.client.clone();
    let service = service_fn(move |request| {
        let (app, client) = (app.clone(), client.clone());
        async move { Ok::<_, Infallible>(answer(app, request, from, client, patience).await) }
    });
    // No upgrades: a connection that is handed over would leave its place before it ends.
    let connection = Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience.head)
        .max_header_size(LARGEST_HEAD)
        .serve_connection(TokioIo::new(Box::pin(stream)), service);
    tokio::select! {
        ended = watcher.watch(connection) => if let Err(error) = ended {
            tracing::debug!(%error, "a client hung up in the middle, or was too slow");
        },
        () = place.client.closed() => {}
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
    // Requests that were sent ahead on one connection are there already, and would all be answered in one go. This lets
    // everybody else have a turn between two of them, new connections too.
    tokio::task::yield_now().await;
    let response = match app.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    client.waits();
    response
}

/// A request's body: late, it is an error; whole, it is the program's turn.
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
            let late = io::Error::new(io::ErrorKind::TimedOut, "the body took too long");
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
