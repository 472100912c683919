//! Reading a chart: the day under the pointer, or one day further by arrow key. The figures stand in the
//! chart's own table, so nothing is sent twice.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement, KeyboardEvent, NodeList, PointerEvent};

use super::by_id;

/// Reads the chart with this id.
pub fn read(id: &str) {
    if let Some(reader) = Reader::of(id) {
        Rc::new(reader).listen();
    }
}

struct Reader {
    plot: HtmlElement,
    drawing: Element,
    reader: HtmlElement,
    rows: NodeList,
    at: Cell<u32>,
}

impl Reader {
    fn of(id: &str) -> Option<Self> {
        let chart = by_id(id)?;
        let rows = chart.query_selector_all("tbody tr").ok()?;
        let reader = Self {
            plot: inside(&chart, ".plot")?,
            drawing: chart.query_selector("svg").ok()??,
            reader: inside(&chart, ".reader")?,
            at: Cell::new(rows.length().checked_sub(1)?),
            rows,
        };
        let _ = reader.plot.set_attribute("role", "slider");
        let _ = reader.plot.set_attribute("tabindex", "0");
        let _ = reader.plot.set_attribute("aria-valuemin", "0");
        let _ = reader
            .plot
            .set_attribute("aria-valuemax", &reader.last().to_string());
        let label = chart.get_attribute("aria-label").unwrap_or_default();
        let _ = reader.plot.set_attribute("aria-label", &label);
        reader.describe();
        Some(reader)
    }

    fn listen(self: Rc<Self>) {
        let this = Rc::clone(&self);
        self.on("pointermove", move |event: PointerEvent| {
            let place = this.drawing.get_bounding_client_rect();
            let across = (f64::from(event.client_x()) - place.left()) / place.width().max(1.0);
            this.show((across.clamp(0.0, 1.0) * f64::from(this.last())).round() as u32);
        });
        let this = Rc::clone(&self);
        self.on("pointerleave", move |_: PointerEvent| this.hide());
        let this = Rc::clone(&self);
        self.on("focus", move |_: web_sys::Event| this.show(this.at.get()));
        let this = Rc::clone(&self);
        self.on("blur", move |_: web_sys::Event| this.hide());
        let this = Rc::clone(&self);
        self.on("keydown", move |event: KeyboardEvent| this.step(&event));
    }

    fn on<E: wasm_bindgen::convert::FromWasmAbi + 'static>(
        &self,
        event: &str,
        act: impl Fn(E) + 'static,
    ) {
        let act = Closure::<dyn Fn(E)>::new(act).into_js_value();
        let _ = self
            .plot
            .add_event_listener_with_callback(event, act.unchecked_ref());
    }

    fn step(&self, event: &KeyboardEvent) {
        let at = self.at.get();
        let next = match event.key().as_str() {
            "ArrowLeft" | "ArrowDown" => at.saturating_sub(1),
            "ArrowRight" | "ArrowUp" => at + 1,
            "PageDown" => at.saturating_sub(7),
            "PageUp" => at + 7,
            "Home" => 0,
            "End" => self.last(),
            "Escape" => return self.hide(),
            _ => return,
        };
        event.prevent_default();
        self.show(next.min(self.last()));
    }

    fn show(&self, at: u32) {
        self.at.set(at);
        let words = self.describe();
        let Some(row) = self.row() else { return };
        let down = row
            .get_attribute("data-down")
            .and_then(|down| down.parse::<f64>().ok());
        let across = f64::from(at) / f64::from(self.last().max(1)) * 100.0;
        let style = self.reader.style();
        let _ = style.set_property("--across", &format!("{across}%"));
        let _ = style.set_property("--down", &format!("{}%", down.unwrap_or(0.0) / 10.0));
        let _ = self
            .reader
            .set_attribute("data-side", if across > 50.0 { "left" } else { "right" });
        if let Some(output) = inside(&self.reader, "output") {
            output.set_text_content(Some(&words));
        }
        self.reader.set_hidden(false);
    }

    fn hide(&self) {
        self.reader.set_hidden(true);
    }

    /// Says the day and its figure to those who do not see them.
    fn describe(&self) -> String {
        let cell = |selector| {
            self.row()
                .and_then(|row| inside(&row, selector)?.text_content())
        };
        let words = format!(
            "{}: {}",
            cell("th").unwrap_or_default(),
            cell("td").unwrap_or_default()
        );
        let _ = self
            .plot
            .set_attribute("aria-valuenow", &self.at.get().to_string());
        let _ = self.plot.set_attribute("aria-valuetext", &words);
        words
    }

    fn row(&self) -> Option<Element> {
        self.rows.get(self.at.get())?.dyn_into::<Element>().ok()
    }

    fn last(&self) -> u32 {
        self.rows.length().saturating_sub(1)
    }
}

fn inside(of: &Element, selector: &str) -> Option<HtmlElement> {
    of.query_selector(selector)
        .ok()??
        .dyn_into::<HtmlElement>()
        .ok()
}
