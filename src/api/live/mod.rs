//! `/ws/rates`: sends the newest rate of each pair every minute, to anyone who subscribes.
//!
//! Messages are JSON text: first a greeting, then the known rates, and from then on those of each minute. The text
//! `exit` ends the connection. It needs no log-in, so everything that a subscriber can cost is bounded: how many there
//! are, how much each may send, and how long each may take to read.

mod seats;

pub(super) use seats::Seats;

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::response::Response;
use serde::Serialize;
use tokio::sync::watch;
use tokio::time::{Instant, interval_at, timeout};

use super::Door;
use super::error::{ApiError, Kind};
use super::quotes::QuoteJson;
use crate::context::{ClientAddress, Ctx, Told};
use crate::rates;
use domain::rate::KeptQuote;
use seats::Seat;

/// The path of the endpoint.
pub const PATH: &str = "/ws/rates";
/// The longest message that is read, in bytes; `exit` has four.
const LONGEST: usize = 1_024;
/// The most messages that a subscriber may send between two pings.
const MOST_SAID: u32 = 60;
/// Seconds between two ticks, as in the timetable.
const EVERY: u32 = 60;
/// The message that ends the connection.
const EXIT: &str = "exit";

/// Keeps a connection's place among those that may be open, for as long as it is held.
#[derive(Clone)]
pub struct KeptOpen(pub Arc<dyn Any + Send + Sync>);

/// How long a subscriber may take.
#[derive(Clone, Copy, Debug)]
struct Patience {
    /// Between two pings; a subscriber that sends nothing in between is gone.
    ping: Duration,
    /// To accept a message.
    send: Duration,
    /// To close the connection.
    close: Duration,
}

const PATIENCE: Patience = Patience {
    ping: Duration::from_secs(20),
    send: Duration::from_secs(10),
    close: Duration::from_secs(3),
};

/// A message to a subscriber.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Said {
    /// The first message.
    Greeting {
        message: &'static str,
        pairs: Vec<String>,
        every_seconds: u32,
    },
    /// A rate, and the age of the figure by its source's time.
    Rate {
        #[serde(flatten)]
        quote: QuoteJson,
        age_seconds: i64,
    },
}

/// Accepts a subscriber.
pub(super) async fn open(
    State(door): State<Door>,
    Extension(address): Extension<ClientAddress>,
    place: Option<Extension<KeptOpen>>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, ApiError> {
    if !rates::is_on(&door.ctx) {
        return Err(rates::RatesError::Off.into());
    }
    let upgrade = upgrade.map_err(|_| {
        let here = "This is a WebSocket (RFC 6455). Connect with ws:// or wss://.";
        ApiError::saying(Kind::Malformed, here)
    })?;
    let told = door.ctx.rates.told.subscribe();
    if matches!(*told.borrow(), Told::Ended) {
        return Err(ApiError::new(Kind::Unavailable).after(5));
    }
    let seat = door.seats.take(&address.0);
    let seat = seat.ok_or_else(|| {
        let full = "Too many subscribers are connected. Try again in a minute.";
        ApiError::saying(Kind::Unavailable, full).after(60)
    })?;
    let subscriber = Subscriber {
        ctx: door.ctx,
        told,
        patience: PATIENCE,
        _seat: seat,
        _place: place.map(|Extension(place)| place),
    };
    // There may be thousands of subscribers, and their messages are short.
    Ok(upgrade
        .read_buffer_size(512)
        .write_buffer_size(0)
        .max_message_size(LONGEST)
        .max_frame_size(LONGEST)
        .on_upgrade(move |socket| subscriber.attend(socket)))
}

struct Subscriber {
    ctx: Ctx,
    told: watch::Receiver<Told>,
    patience: Patience,
    _seat: Seat,
    _place: Option<KeptOpen>,
}

/// Why a subscriber is disconnected.
enum End {
    /// It has gone, or reads too slowly.
    Gone,
    /// It is told the reason.
    Told(u16, &'static str),
}

impl Subscriber {
    async fn attend(mut self, mut socket: WebSocket) {
        let Err(end) = self.tell_all(&mut socket).await;
        if let End::Told(code, reason) = end {
            let reason = reason.into();
            let close = Message::Close(Some(CloseFrame { code, reason }));
            let goodbye = async {
                // Its close frame ends the connection from its side too (RFC 6455, 7.1.1).
                if socket.send(close).await.is_ok() {
                    while let Some(Ok(_)) = socket.recv().await {}
                }
            };
            let _ = timeout(self.patience.close, goodbye).await;
        }
    }

    async fn tell_all(&mut self, socket: &mut WebSocket) -> Result<std::convert::Infallible, End> {
        self.say(socket, &greeting(&self.ctx)).await?;
        self.tell(socket).await?;
        let period = self.patience.ping;
        let mut pings = interval_at(Instant::now() + period, period);
        let mut heard = 1;
        loop {
            tokio::select! {
                changed = self.told.changed() => {
                    changed.map_err(|_| End::Gone)?;
                    self.tell(socket).await?;
                }
                message = socket.recv() => {
                    heard += 1;
                    hear(message, heard)?;
                }
                _ = pings.tick() => {
                    if heard == 0 {
                        return Err(End::Gone);
                    }
                    heard = 0;
                    self.send(socket, Message::Ping(Default::default())).await?;
                }
            }
        }
    }

    /// Sends the current rates.
    async fn tell(&mut self, socket: &mut WebSocket) -> Result<(), End> {
        let told = self.told.borrow_and_update().clone();
        let Told::Newest(quotes) = told else {
            return Err(End::Told(close_code::AWAY, "Passbook is shutting down"));
        };
        for kept in quotes.iter() {
            self.say(socket, &rate(&self.ctx, kept)).await?;
        }
        Ok(())
    }

    async fn say(&self, socket: &mut WebSocket, said: &Said) -> Result<(), End> {
        let text = serde_json::to_string(said).map_err(|_| End::Gone)?;
        self.send(socket, Message::Text(text.into())).await
    }

    async fn send(&self, socket: &mut WebSocket, message: Message) -> Result<(), End> {
        match timeout(self.patience.send, socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(End::Gone),
        }
    }
}

/// Handles a message from a subscriber: a pong, a close, `exit`, or anything else.
fn hear(message: Option<Result<Message, axum::Error>>, heard: u32) -> Result<(), End> {
    match message {
        None | Some(Err(_) | Ok(Message::Close(_))) => Err(End::Gone),
        _ if heard > MOST_SAID => Err(End::Told(close_code::POLICY, "too many messages")),
        Some(Ok(Message::Text(text))) if text.trim() == EXIT => {
            Err(End::Told(close_code::NORMAL, "goodbye"))
        }
        Some(Ok(_)) => Ok(()),
    }
}

fn greeting(ctx: &Ctx) -> Said {
    Said::Greeting {
        message: "Exchange rates, every minute. Send exit to disconnect.",
        pairs: rates::pairs(ctx).iter().map(ToString::to_string).collect(),
        every_seconds: EVERY,
    }
}

fn rate(ctx: &Ctx, kept: &KeptQuote) -> Said {
    Said::Rate {
        quote: QuoteJson::from(kept),
        age_seconds: kept.age(ctx.clock.now()).as_secs(),
    }
}
