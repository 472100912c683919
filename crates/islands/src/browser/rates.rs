//! Live rates: writes each new rate into the page and has the chart redrawn.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Date, JSON};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::Element;

use super::socket::{Hears, Socket};
use super::{by_id, function, property, redraw, text, window};
use crate::words;

/// Follows the rate of the page's pair.
pub fn follow() {
    let Some(page) = by_id("rate") else { return };
    let shown = Rc::new(Shown::from_page(&page));
    let ear: Rc<dyn Hears> = Rc::new(Rc::clone(&shown));
    let Some(socket) = Socket::keep("/ws/rates", ear) else {
        return;
    };
    let each_second = function(move |_: JsValue| {
        shown.grow_older();
        socket.look();
    });
    if let Some(window) = window() {
        let _ = window.set_interval_with_callback_and_timeout_and_arguments_0(&each_second, 1_000);
    }
}

/// The page's pair and its rate.
struct Shown {
    from: String,
    to: String,
    /// The offset of the server's time zone from UTC in seconds, and the zone's name.
    ahead: f64,
    zone: String,
    /// When the rate was current, by this machine's clock, in Unix milliseconds.
    born: Cell<f64>,
    /// The source's time of the rate, as it was sent.
    at: RefCell<String>,
    fresh: Cell<bool>,
    redrawing: Cell<bool>,
}

impl Shown {
    fn from_page(page: &Element) -> Self {
        let said = |name: &str| page.get_attribute(name).unwrap_or_default();
        let number = |name: &str| f64::from(said(name).parse::<i32>().unwrap_or(0));
        Self {
            from: said("data-from"),
            to: said("data-to"),
            ahead: number("data-ahead"),
            zone: said("data-zone"),
            born: Cell::new(Date::now() - number("data-age") * 1_000.0),
            at: RefCell::new(
                by_id("rate-time")
                    .and_then(|it| it.get_attribute("datetime"))
                    .unwrap_or_default(),
            ),
            fresh: Cell::new(true),
            redrawing: Cell::new(false),
        }
    }

    fn write(self: &Rc<Self>, rate: &JsValue) {
        if by_id("rate-whole").is_none() {
            // The first rate of all needs the whole page, drawn by the server.
            return;
        }
        let exact = text(rate, "exchange_rate");
        let (whole, decimals) = words::halves(&exact);
        let is_new =
            content("rate-whole") + &content("rate-decimals") != format!("{whole}{decimals}");
        put("rate-whole", &whole);
        put("rate-decimals", &decimals);
        for (id, name) in [("rate-bid", "bid_price"), ("rate-ask", "ask_price")] {
            let said = property(rate, name).as_string();
            put(
                id,
                &said.map_or_else(|| "Not available".to_owned(), |said| words::figure(&said)),
            );
        }
        put("rate-source", words::source(&text(rate, "source")));
        self.write_time(&text(rate, "source_time"));
        let age = property(rate, "age_seconds").as_f64().unwrap_or(0.0);
        self.born.set(Date::now() - age * 1_000.0);
        self.grow_older();
        if is_new {
            put(
                "rate-said",
                &format!("{}/{}: {}", self.from, self.to, words::figure(&exact)),
            );
        }
    }

    fn write_time(&self, at: &str) {
        let moment = Date::new(&JsValue::from_f64(Date::parse(at) + self.ahead * 1_000.0));
        let number = |n: u32| i32::try_from(n).unwrap_or(0);
        let parts = [
            number(moment.get_utc_full_year()),
            number(moment.get_utc_month()) + 1,
            number(moment.get_utc_date()),
            number(moment.get_utc_hours()),
            number(moment.get_utc_minutes()),
            number(moment.get_utc_seconds()),
        ];
        put("rate-time", &words::moment(parts, &self.zone));
        if let Some(time) = by_id("rate-time") {
            let _ = time.set_attribute("datetime", at);
        }
    }

    fn grow_older(&self) {
        let age = ((Date::now() - self.born.get()) / 1_000.0) as i64;
        put("rate-age", &words::age(age));
        if let Some(element) = by_id("rate-age") {
            let after = element.get_attribute("data-old-after");
            let after = after.and_then(|after| after.parse().ok());
            let is_old = age > after.unwrap_or(words::OLD);
            let _ = element.toggle_attribute_with_force("data-old", is_old);
        }
    }

    /// Redraws the chart, one redraw at a time.
    fn redraw(self: &Rc<Self>) {
        if self.redrawing.replace(true) {
            return;
        }
        let this = Rc::clone(self);
        spawn_local(async move {
            redraw::redraw().await;
            this.redrawing.set(false);
        });
    }
}

impl Hears for Rc<Shown> {
    fn hear(&self, said: &str) {
        stand("Live", "state good");
        let message = JSON::parse(said).unwrap_or(JsValue::NULL);
        if !message.is_object() || text(&message, "type") != "rate" {
            return;
        }
        if (
            text(&message, "from_curr_code"),
            text(&message, "to_curr_code"),
        ) != (self.from.clone(), self.to.clone())
        {
            return;
        }
        self.write(&message);
        // The first message repeats what the page already shows.
        let at = text(&message, "source_time");
        let known = self.at.replace(at.clone()) == at;
        if !(self.fresh.replace(false) && known) {
            self.redraw();
        }
    }

    fn lose(&self) {
        stand("Reconnecting…", "state warn");
    }
}

/// Shows the connection's state, if it has changed.
fn stand(words: &str, class: &str) {
    if let Some(state) = by_id("rate-state") {
        let _ = state.remove_attribute("hidden");
        state.set_class_name(class);
        put("rate-state", words);
    }
}

fn content(id: &str) -> String {
    by_id(id)
        .and_then(|it| it.text_content())
        .unwrap_or_default()
}

/// Writes a text if it differs from the current one.
fn put(id: &str, words: &str) {
    if let Some(element) = by_id(id).filter(|it| it.text_content().as_deref() != Some(words)) {
        element.set_text_content(Some(words));
    }
}
