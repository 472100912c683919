//! Clients that are slow at each step where a client can be slow.

use std::io::ErrorKind;

use axum::routing::{get, post};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;
use crate::config::Network;
use crate::server::connections::Limits;

/// The timeout of everything that a test waits for.
const WITHIN: Duration = Duration::from_secs(20);
/// Short limits for clients.
const SHORT: Patience = Patience {
    head: Duration::from_millis(200),
    body: Duration::from_millis(200),
    reading: Duration::from_millis(200),
};
/// Far more than sockets and buffers hold, in bytes.
const LARGE: usize = 64 << 20;

struct Server {
    address: SocketAddr,
    stop: CancellationToken,
    connections: Arc<Connections>,
}

impl Server {
    async fn start(patience: Patience, most: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let app = Router::new()
            .route(
                "/",
                get(async |ConnectInfo(from): ConnectInfo<SocketAddr>| from.to_string()),
            )
            .route("/large", get(async || vec![b'x'; LARGE]))
            .route("/ignored", post(async || "ignored"))
            .route("/read", post(async |body: String| body));
        let network = Network::from_source(|name| {
            (name == "PASSBOOK_MAX_CONNECTIONS").then(|| most.to_owned())
        });
        let limits = Limits::new(&network.expect("good settings"), 1_024).expect("room");
        let connections = Connections::new(limits);
        let stop = CancellationToken::new();
        let all = connections.clone();
        tokio::spawn(serve(listener, app, all, patience, stop.clone()));
        Self {
            address,
            stop,
            connections,
        }
    }

    async fn connect(&self) -> TcpStream {
        let connected = tokio::time::timeout(WITHIN, TcpStream::connect(self.address)).await;
        connected.expect("in time").expect("a connection")
    }

    /// Opens a connection and sends some bytes.
    async fn sent(&self, bytes: &[u8]) -> TcpStream {
        let mut stream = self.connect().await;
        stream.write_all(bytes).await.expect("sent");
        stream
    }

    /// Requests the page as a browser does.
    async fn page(&self) -> String {
        let request = b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
        said(&mut self.sent(request).await).await
    }
}

/// Reads until the server hangs up.
async fn said(stream: &mut TcpStream) -> String {
    let mut said = Vec::new();
    let read = tokio::time::timeout(WITHIN, stream.read_to_end(&mut said));
    match read.await.expect("the server hangs up") {
        Err(error) if error.kind() != ErrorKind::ConnectionReset => panic!("{error}"),
        _ => String::from_utf8_lossy(&said).into_owned(),
    }
}

/// Requests that a client can begin and never finish.
fn unfinished() -> Vec<Vec<u8>> {
    let mut settings = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    settings.extend([0, 0, 0, 4, 0, 0, 0, 0, 0]);
    let known: [&[u8]; 11] = [
        b"",
        b"\r\n\r\n",
        b"G",
        b"PRI * HTTP/2.0\r\n\r\nS",
        b"PRI * HTT",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET / HTTP/1.1\r\nhost: x\r\nx-slow:",
        b"GET / HTTP/1.1\r\nhost: x\r\n\r\nGET / HT",
        b"POST /read HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nabc",
        b"POST /read HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n5\r\nabc",
        b"POST /ignored HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n",
    ];
    let known = known.into_iter().map(<[u8]>::to_vec);
    known.chain([settings]).collect()
}

#[tokio::test]
async fn who_never_finishes_a_request_is_hung_up_on() {
    let server = Server::start(SHORT, "100").await;
    for bytes in unfinished() {
        let mut stream = server.sent(&bytes).await;
        let said = said(&mut stream).await;
        assert!(!said.contains("HTTP/2"), "{said}");
    }
}

#[tokio::test]
async fn a_byte_now_and_then_does_not_make_a_request_endless() {
    let patience = Patience {
        head: SHORT.head,
        body: SHORT.body,
        // Only the bounds of head and body may end it.
        ..Patience::default()
    };
    let server = Server::start(patience, "100").await;
    let heads: [(&[u8], &[u8]); 3] = [
        (b"GET / HTTP/1.1\r\nhost: x\r\nx-slow: ", b"y"),
        (
            b"POST /read HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\n",
            b"y",
        ),
        (
            b"POST /read HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n",
            b"1\r\ny\r\n",
        ),
    ];
    for (head, drop) in heads {
        let stream = server.sent(head).await;
        let (mut reader, mut writer) = stream.into_split();
        let dripping = async {
            let mut every = tokio::time::interval(SHORT.head / 10);
            loop {
                every.tick().await;
                if writer.write_all(drop).await.is_err() {
                    std::future::pending::<()>().await;
                }
            }
        };
        let ended = async {
            let mut rest = Vec::new();
            let _ = reader.read_to_end(&mut rest).await;
        };
        tokio::select! {
            () = dripping => {}
            ended = tokio::time::timeout(WITHIN, ended) => ended.expect("the server hangs up"),
        }
    }
}

#[tokio::test]
async fn who_never_reads_an_answer_is_hung_up_on() {
    let server = Server::start(SHORT, "100").await;
    let mut stream = server.sent(b"GET /large HTTP/1.1\r\nhost: x\r\n\r\n").await;
    // From here on the connection is counted.
    stream.read_exact(&mut [0]).await.expect("an answer");
    let gone = async {
        while server.connections.count() > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(WITHIN, gone)
        .await
        .expect("the server hangs up");
    assert!(said(&mut stream).await.len() < LARGE);
}

#[tokio::test]
async fn who_reads_slowly_but_reads_gets_the_whole_answer() {
    let server = Server::start(SHORT, "100").await;
    let request = b"GET /large HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let mut stream = server.sent(request).await;
    let (mut read, mut part) = (0, vec![0; 8 << 20]);
    let mut every = tokio::time::interval(SHORT.reading / 4);
    loop {
        every.tick().await;
        match stream.read(&mut part).await.expect("more") {
            0 => break,
            n => read += n,
        }
    }
    assert!(read > LARGE, "{read}");
}

#[tokio::test]
async fn a_full_house_of_unfinished_requests_makes_room_for_pages() {
    let server = Server::start(Patience::default(), "24").await;
    let mut crowd = Vec::new();
    for _ in 0..4 {
        for bytes in unfinished() {
            crowd.push(server.sent(&bytes).await);
        }
        let page = server.page().await;
        assert!(page.starts_with("HTTP/1.1 200"), "{page}");
        assert!(server.connections.count() <= 24);
    }
    // The earliest ones are gone, and their descriptors are free.
    for mut early in crowd.drain(..12) {
        said(&mut early).await;
    }
}

#[tokio::test]
async fn a_full_house_of_slow_readers_makes_room_for_pages() {
    let server = Server::start(Patience::default(), "24").await;
    let mut crowd = Vec::new();
    for _ in 0..60 {
        let mut stream = server.sent(b"GET /large HTTP/1.1\r\nhost: x\r\n\r\n").await;
        // A client that was closed to make room may have noticed already.
        let _ = stream.read(&mut [0]).await;
        crowd.push(stream);
        for reader in &mut crowd {
            let _ = reader.try_read(&mut [0]);
        }
    }
    assert_eq!(server.connections.count(), 24);
    let page = server.page().await;
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
}

#[tokio::test]
async fn a_head_that_never_ends_is_refused() {
    let server = Server::start(Patience::default(), "100").await;
    let mut head = b"GET / HTTP/1.1\r\nhost: x\r\nx-long: ".to_vec();
    head.resize(LARGEST_HEAD + 1, b'y');
    let said = said(&mut server.sent(&head).await).await;
    assert!(
        said.is_empty() || said.starts_with("HTTP/1.1 431"),
        "{said}"
    );
}

#[tokio::test]
async fn a_stop_ends_idle_connections_and_the_visitor_s_address_is_known() {
    let server = Server::start(Patience::default(), "100").await;
    let mut stream = server.sent(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let mut first = [0; 1];
    stream.read_exact(&mut first).await.expect("an answer");
    server.stop.cancel();
    let rest = said(&mut stream).await;
    let here = stream.local_addr().expect("an address").to_string();
    assert!(rest.ends_with(&here), "{rest}");
}
