//! `/ws/rates`: a greeting, a rate every minute, a polite close.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use jiff::SignedDuration;
use passbook::rates;
use serde_json::Value;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use super::{fetch, refuse, set, standing_of, start, start_with};
use crate::app::{ADA, TestApp};

pub(super) type Socket = WebSocketStream<TcpStream>;

/// Connects with these headers; the error is the status of the answer.
pub(super) async fn connect(
    address: SocketAddr,
    headers: &[(&'static str, &str)],
) -> Result<Socket, u16> {
    let stream = TcpStream::connect(address).await.expect("connected");
    let url = format!("ws://{address}/ws/rates");
    let mut request = url.into_client_request().expect("a request");
    for (name, value) in headers {
        let value = value.parse().expect("a value");
        request.headers_mut().insert(*name, value);
    }
    match client_async(request, stream).await {
        Ok((socket, _)) => Ok(socket),
        Err(Error::Http(answer)) => Err(answer.status().as_u16()),
        Err(error) => panic!("{error}"),
    }
}

async fn listen(app: &TestApp) -> Socket {
    connect(app.address(), &[]).await.expect("it listens")
}

/// Returns the next message that is no ping or pong.
async fn next(socket: &mut Socket) -> Message {
    let heard = async {
        loop {
            match socket.next().await.expect("a message") {
                Ok(Message::Ping(_) | Message::Pong(_)) => {}
                Ok(message) => return message,
                Err(error) => panic!("{error}"),
            }
        }
    };
    let heard = tokio::time::timeout(Duration::from_secs(60), heard).await;
    heard.expect("a message")
}

async fn told(socket: &mut Socket) -> Value {
    let message = next(socket).await;
    let text = message.to_text().expect("a text");
    serde_json::from_str(text).expect("JSON")
}

/// Returns the next message with this rate: the program's own tick may fall in between.
async fn told_rate(socket: &mut Socket, rate: &str) -> Value {
    loop {
        let told = told(socket).await;
        assert_eq!(told["type"], "rate");
        if told["exchange_rate"] == rate {
            return told;
        }
    }
}

async fn closed(socket: &mut Socket) -> (CloseCode, String) {
    loop {
        if let Message::Close(Some(CloseFrame { code, reason })) = next(socket).await {
            return (code, reason.to_string());
        }
    }
}

async fn tick(app: &TestApp, rate: &str) {
    set(app, rate).await;
    app.clock.advance(SignedDuration::from_secs(60));
    rates::tick(app.ctx()).await.expect("it ticks");
}

#[tokio::test]
async fn who_listens_is_greeted_and_told_each_minute_s_rate() {
    let app = start().await;
    let mut first = listen(&app).await;
    let greeting = told(&mut first).await;
    assert_eq!(greeting["type"], "greeting");
    assert_eq!(greeting["pairs"], serde_json::json!(["BTC/USD"]));
    assert_eq!(greeting["every_seconds"], 60);
    for rate in ["67000.12345678", "67001.00"] {
        tick(&app, rate).await;
        let rate: rust_decimal::Decimal = rate.parse().expect("a decimal");
        let newest = app.texts("SELECT rate FROM quote ORDER BY place DESC LIMIT 1");
        let newest = newest.await.remove(0);
        assert_eq!(
            newest
                .parse::<rust_decimal::Decimal>()
                .expect("a decimal")
                .round_dp(2),
            rate.round_dp(2)
        );
        let told = told_rate(&mut first, &newest).await;
        assert_eq!(told["from_curr_code"], "BTC");
        assert_eq!(told["to_curr_code"], "USD");
        assert_eq!(told["source"], "coinbase");
        assert_eq!(told["age_seconds"], 0);
        for text in ["bid_price", "ask_price", "fetch_time", "source_time"] {
            assert!(told[text].is_string(), "{text}: {told}");
        }
        // A later subscriber gets the known rate at once.
        let mut later = listen(&app).await;
        assert_eq!(self::told(&mut later).await["type"], "greeting");
        assert_eq!(
            self::told(&mut later).await["exchange_rate"],
            newest.as_str()
        );
    }
}

#[tokio::test]
async fn when_no_source_answers_the_last_rate_is_told_with_its_age() {
    let app = start().await;
    tick(&app, "67000.10").await;
    let newest = fetch(&app).await.expect("a rate").quote.rate.to_string();
    refuse(&app, "coinbase", "error", 503.into()).await;
    let mut socket = listen(&app).await;
    assert_eq!(told(&mut socket).await["type"], "greeting");
    let mut age = 0;
    for minute in 1..=3 {
        app.clock.advance(SignedDuration::from_secs(60));
        rates::tick(app.ctx()).await.expect("it ticks");
        while age < minute * 60 {
            let told = told_rate(&mut socket, &newest).await;
            age = told["age_seconds"].as_i64().expect("an age");
        }
        assert_eq!(age, minute * 60);
    }
    assert_eq!(
        standing_of(&app, "coinbase").await.refusal.as_deref(),
        Some("away")
    );
}

#[tokio::test]
async fn exit_ends_it_politely_and_whoever_comes_back_is_greeted_anew() {
    let app = start().await;
    for goodbye in ["exit", " exit\n"] {
        let mut socket = listen(&app).await;
        assert_eq!(told(&mut socket).await["type"], "greeting");
        for said in ["hello", "{}"] {
            socket.send(Message::text(said)).await.expect("sent");
        }
        socket.send(Message::text(goodbye)).await.expect("sent");
        assert_eq!(
            closed(&mut socket).await,
            (CloseCode::Normal, "goodbye".to_owned())
        );
        let end = tokio::time::timeout(Duration::from_secs(30), socket.next()).await;
        assert!(end.expect("it ends").is_none());
    }
}

#[tokio::test]
async fn who_says_too_much_is_sent_away() {
    let app = start().await;
    let mut socket = listen(&app).await;
    for _ in 0..61 {
        socket
            .send(Message::text("and another thing"))
            .await
            .expect("sent");
    }
    assert_eq!(closed(&mut socket).await.0, CloseCode::Policy);
    let mut socket = listen(&app).await;
    let _ = socket.send(Message::text("x".repeat(2_000))).await;
    let ended = async { while let Some(Ok(_)) = socket.next().await {} };
    let ended = tokio::time::timeout(Duration::from_secs(30), ended).await;
    ended.expect("it is cut");
}

#[tokio::test]
async fn pages_of_other_sites_may_not_listen() {
    let clock = crate::app::clock_at_start();
    let settings = [
        ("PASSBOOK_RATES", "builtin"),
        ("PASSBOOK_PUBLIC_URL", "https://money.example.org"),
        ("PASSBOOK_API_ORIGINS", "https://app.example.org"),
        ("PASSBOOK_TRUSTED_PROXIES", "127.0.0.1"),
    ];
    let app = TestApp::build()
        .settings(&settings)
        .clock(&clock)
        .start()
        .await;
    let host = ("host", "money.example.org");
    let by = async |headers: &[(&'static str, &str)]| {
        let mut all = vec![host];
        all.extend(headers);
        connect(app.address(), &all).await.err()
    };
    for good in [
        &[][..],
        &[("origin", "https://money.example.org")],
        &[("origin", "https://app.example.org")],
        &[
            ("origin", "https://money.example.org"),
            ("sec-fetch-site", "same-origin"),
        ],
    ] {
        assert_eq!(by(good).await, None, "{good:?}");
    }
    for bad in [
        &[("origin", "https://evil.example")][..],
        &[("origin", "null")],
        &[("origin", "")],
        &[("origin", "http://money.example.org")],
        &[("origin", "https://money.example.org.evil.example")],
        &[
            ("origin", "https://money.example.org"),
            ("sec-fetch-site", "cross-site"),
        ],
    ] {
        assert_eq!(by(bad).await, Some(403), "{bad:?}");
    }
    let foreign_host = connect(app.address(), &[("host", "evil.example")]).await;
    assert!(foreign_host.is_err());
}

#[tokio::test]
async fn who_asks_without_a_websocket_is_told_what_it_is() {
    let app = start().await;
    let program = crate::api::ApiClient::new(&app);
    let url = format!("http://{}/ws/rates", app.address());
    let answer = program.http.get(&url).send().await.expect("an answer");
    assert_eq!(answer.status().as_u16(), 400);
    let said = answer.text().await.expect("a body");
    assert!(said.contains("ws://"), "{said}");
    let answer = program.http.post(&url).send().await.expect("an answer");
    assert_eq!(answer.status().as_u16(), 405);
    let off = TestApp::start().await;
    assert_eq!(connect(off.address(), &[]).await.err(), Some(404));
}

#[tokio::test]
async fn whoever_listens_leaves_half_of_the_places_to_pages_and_keeps_its_own() {
    let app = start_with(&[("PASSBOOK_MAX_CONNECTIONS", "16")]).await;
    let mut listeners = Vec::new();
    for _ in 0..8 {
        let mut socket = listen(&app).await;
        assert_eq!(told(&mut socket).await["type"], "greeting");
        listeners.push(socket);
    }
    assert_eq!(connect(app.address(), &[]).await.err(), Some(503));
    let mut browser = app.signed_up(&ADA).await;
    let mut crowd = Vec::new();
    for _ in 0..64 {
        crowd.push(TcpStream::connect(app.address()).await.expect("connected"));
        assert_eq!(browser.get("/settings").await.status, 200);
    }
    tick(&app, "67000.10").await;
    for socket in &mut listeners {
        assert_eq!(told(socket).await["type"], "rate");
    }
    // A seat is free again once its connection has closed, and so is the connection's place.
    drop(crowd);
    listeners.truncate(4);
    for _ in 0..4 {
        let free = || async { connect(app.address(), &[]).await.ok() };
        listeners.push(crate::app::eventually("a seat", free).await);
    }
}

/// A connection whose client is not waited for must not count as one that can make room.
#[tokio::test]
async fn a_request_with_a_body_keeps_no_more_than_its_place() {
    let app = start_with(&[("PASSBOOK_MAX_CONNECTIONS", "16")]).await;
    let mut odd = Vec::new();
    for body in ["", "x"] {
        for _ in 0..4 {
            let mut stream = TcpStream::connect(app.address()).await.expect("connected");
            let head = format!(
                "GET /ws/rates HTTP/1.1\r\nhost: {}\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
                 sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\ncontent-length: 1\r\n\r\n{body}",
                app.address()
            );
            stream.write_all(head.as_bytes()).await.expect("sent");
            odd.push(stream);
        }
    }
    let mut browser = app.signed_up(&ADA).await;
    let mut crowd = Vec::new();
    for _ in 0..64 {
        crowd.push(TcpStream::connect(app.address()).await.expect("connected"));
        let page = tokio::time::timeout(Duration::from_secs(10), browser.get("/settings")).await;
        assert_eq!(page.expect("a page").status, 200);
    }
}

#[tokio::test]
async fn a_stop_is_told_and_waits_for_nobody() {
    let app = start().await;
    let mut polite = listen(&app).await;
    let silent = listen(&app).await;
    let hearing = tokio::spawn(async move { closed(&mut polite).await });
    let begun = std::time::Instant::now();
    let app = app.restarted().await;
    // Connections that stay open are dropped after four fifths of this.
    assert!(begun.elapsed() < passbook::server::STOP_WITHIN / 2);
    let (code, reason) = hearing.await.expect("it is told");
    assert_eq!(
        (code, reason.as_str()),
        (CloseCode::Away, "Passbook is shutting down")
    );
    drop(silent);
    let mut socket = listen(&app).await;
    assert_eq!(told(&mut socket).await["type"], "greeting");
}
