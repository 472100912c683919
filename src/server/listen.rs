//! The listener: connections in, requests to the router, and a clean end.
//!
//! `axum::serve` has no limit on how long a client may take to say what it wants; a few hundred clients that
//! never finish a request would hold as many sockets for ever. This is the same loop with that limit.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::serve::Listener;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

/// How long a client may take over a request's head, and a kept connection may be idle.
pub(super) const HEAD_WITHIN: Duration = Duration::from_secs(30);

/// Serves until it is told to stop; then takes nobody new and lets what is under way finish.
pub(super) async fn serve(
    mut listener: TcpListener,
    app: Router,
    head_within: Duration,
    stop: CancellationToken,
) {
    let graceful = GracefulShutdown::new();
    loop {
        let (stream, from) = tokio::select! {
            // Waits a moment by itself when there are no more file descriptors.
            accepted = Listener::accept(&mut listener) => accepted,
            () = stop.cancelled() => break,
        };
        tokio::spawn(converse(
            stream,
            from,
            app.clone(),
            head_within,
            graceful.watcher(),
        ));
    }
    drop(listener);
    graceful.shutdown().await;
}

async fn converse(
    stream: TcpStream,
    from: SocketAddr,
    app: Router,
    head_within: Duration,
    watcher: Watcher,
) {
    // Answers are small and written whole: waiting for more to send with them only delays them.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let app = app.clone();
        async move { Ok::<_, Infallible>(answer(app, request, from).await) }
    });
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(head_within);
    builder.http2().timer(TokioTimer::new());
    let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), service);
    if let Err(error) = watcher.watch(connection.into_owned()).await {
        tracing::debug!(%error, "a client hung up in the middle");
    }
}

async fn answer(
    app: Router,
    request: hyper::Request<Incoming>,
    from: SocketAddr,
) -> axum::response::Response {
    let mut request: Request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(from));
    match app.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    async fn started(head_within: Duration) -> (SocketAddr, CancellationToken) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let app = Router::new().route(
            "/",
            get(async |ConnectInfo(from): ConnectInfo<SocketAddr>| from.to_string()),
        );
        let stop = CancellationToken::new();
        tokio::spawn(serve(listener, app, head_within, stop.clone()));
        (address, stop)
    }

    /// All that comes until the server hangs up.
    async fn said(stream: &mut TcpStream) -> String {
        let mut said = Vec::new();
        let read = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut said));
        match read.await.expect("the server hangs up") {
            Err(error) if error.kind() != ErrorKind::ConnectionReset => panic!("{error}"),
            _ => String::from_utf8(said).expect("text"),
        }
    }

    #[tokio::test]
    async fn who_never_finishes_a_request_is_hung_up_on() {
        let (address, _stop) = started(Duration::from_millis(100)).await;
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        stream
            .write_all(b"GET / HTTP/1.1\r\nhost: x\r\nx-slow:")
            .await
            .expect("sent");
        let said = said(&mut stream).await;
        assert!(
            said.is_empty() || said.starts_with("HTTP/1.1 408"),
            "{said}"
        );
    }

    #[tokio::test]
    async fn a_stop_ends_idle_connections_and_the_visitor_s_address_is_known() {
        let (address, stop) = started(HEAD_WITHIN).await;
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        stream
            .write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
            .await
            .expect("sent");
        let mut first = [0; 1];
        stream.read_exact(&mut first).await.expect("an answer");
        stop.cancel();
        let rest = said(&mut stream).await;
        let here = stream.local_addr().expect("an address").to_string();
        assert!(rest.ends_with(&here), "{rest}");
    }
}
