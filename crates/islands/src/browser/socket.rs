//! A WebSocket that reconnects when it closes, with growing pauses, and at once when the network or the person is back.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Date, Math};
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, VisibilityState, WebSocket};

use super::{document, function, on, window};

const FIRST_WAIT: i32 = 1_000;
const LONGEST_WAIT: i32 = 30_000;
/// The silence in milliseconds after which a connection counts as dead. A message comes every minute.
const SILENCE: f64 = 150_000.0;

/// The listener of a socket.
pub trait Hears {
    /// Handles a text message.
    fn hear(&self, text: &str);
    /// Handles the loss of the connection, which is being reopened.
    fn lose(&self);
}

/// A WebSocket that reconnects.
pub struct Socket {
    address: String,
    ear: Rc<dyn Hears>,
    open: RefCell<Option<WebSocket>>,
    heard_at: Cell<f64>,
    tries: Cell<i32>,
    timer: Cell<Option<i32>>,
}

impl Socket {
    /// Opens a path of this host and keeps it open. `None` outside of a page.
    pub fn keep(path: &str, ear: Rc<dyn Hears>) -> Option<Rc<Self>> {
        let (window, document) = (window()?, document()?);
        let here = window.location();
        let scheme = if here.protocol().ok()? == "https:" {
            "wss"
        } else {
            "ws"
        };
        let socket = Rc::new(Self {
            address: format!("{scheme}://{}{path}", here.host().ok()?),
            ear,
            open: RefCell::default(),
            heard_at: Cell::new(Date::now()),
            tries: Cell::default(),
            timer: Cell::default(),
        });
        socket.begin();
        let this = Rc::clone(&socket);
        on(&window, "online", move |_: JsValue| this.begin());
        // Without a network, the end of the connection would be noticed late. A connection to this same machine is soon
        // back.
        let this = Rc::clone(&socket);
        on(&window, "offline", move |_: JsValue| this.end());
        let this = Rc::clone(&socket);
        on(&document, "visibilitychange", move |_: JsValue| this.seen());
        Some(socket)
    }

    /// Reconnects after too long a silence, for example when the machine was asleep.
    pub fn look(self: &Rc<Self>) {
        if self.timer.get().is_none() && Date::now() - self.heard_at.get() > SILENCE {
            self.end();
        }
    }

    /// Reconnects at once when the person returns to the page during a pause.
    fn seen(self: &Rc<Self>) {
        let state = document().map(|document| document.visibility_state());
        if state == Some(VisibilityState::Visible) && self.timer.get().is_some() {
            self.begin();
        }
    }

    fn begin(self: &Rc<Self>) {
        self.close();
        let Ok(socket) = WebSocket::new(&self.address) else {
            return self.end();
        };
        self.heard_at.set(Date::now());
        let this = Rc::clone(self);
        socket.set_onmessage(Some(&function(move |event: MessageEvent| {
            this.heard_at.set(Date::now());
            this.tries.set(0);
            if let Some(text) = event.data().as_string() {
                this.ear.hear(&text);
            }
        })));
        let this = Rc::clone(self);
        socket.set_onclose(Some(&function(move |_: JsValue| this.end())));
        self.open.replace(Some(socket));
    }

    /// Closes the connection and reopens it after a randomized pause, so that browsers that lost it together do not all
    /// come back at once.
    fn end(self: &Rc<Self>) {
        self.close();
        self.ear.lose();
        let tries = self.tries.get();
        self.tries.set(tries.saturating_add(1));
        let wait = f64::from((FIRST_WAIT << tries.min(10)).min(LONGEST_WAIT));
        let wait = wait * (0.5 + Math::random() / 2.0);
        let this = Rc::clone(self);
        let again = function(move |_: JsValue| this.begin());
        let timer = window().and_then(|window| {
            let set =
                window.set_timeout_with_callback_and_timeout_and_arguments_0(&again, wait as i32);
            set.ok()
        });
        self.timer.set(timer);
    }

    /// Closes the connection and ignores its further events.
    fn close(&self) {
        if let (Some(timer), Some(window)) = (self.timer.take(), window()) {
            window.clear_timeout_with_handle(timer);
        }
        if let Some(socket) = self.open.take() {
            socket.set_onmessage(None);
            socket.set_onclose(None);
            // Fails only for an invalid close code.
            let _ = socket.close();
        }
    }
}
