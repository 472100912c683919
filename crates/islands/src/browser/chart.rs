//! Reads a chart: the point under the pointer, or the next point by arrow key. The figures come from the chart's own
//! table, so nothing is sent twice.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement, KeyboardEvent, NodeList, PointerEvent};

use super::{by_id, on};

/// Starts the reader of the chart with this id.
pub fn follow_pointer(id: &str) {
    if let Some(reader) = Reader::find(id) {
        Rc::new(reader).listen();
    }
}

struct Reader {
    chart: Element,
    plot: HtmlElement,
    reader: HtmlElement,
    at: Cell<u32>,
}

impl Reader {
    fn find(id: &str) -> Option<Self> {
        let chart = by_id(id)?;
        let reader = Self {
            plot: inside(&chart, ".plot")?,
            reader: inside(&chart, ".reader")?,
            at: Cell::new(0),
            chart,
        };
        reader.at.set(reader.last());
        let _ = reader.plot.set_attribute("role", "slider");
        let _ = reader.plot.set_attribute("tabindex", "0");
        let _ = reader.plot.set_attribute("aria-valuemin", "0");
        let label = reader.chart.get_attribute("aria-label");
        let _ = reader
            .plot
            .set_attribute("aria-label", &label.unwrap_or_default());
        reader.describe();
        Some(reader)
    }

    fn listen(self: Rc<Self>) {
        let this = Rc::clone(&self);
        on(&self.plot, "pointermove", move |event: PointerEvent| {
            this.point(&event)
        });
        let this = Rc::clone(&self);
        on(&self.plot, "pointerleave", move |_: PointerEvent| {
            this.hide()
        });
        let this = Rc::clone(&self);
        on(&self.plot, "focus", move |_: web_sys::Event| {
            this.show(this.at.get())
        });
        let this = Rc::clone(&self);
        on(&self.plot, "blur", move |_: web_sys::Event| this.hide());
        let this = Rc::clone(&self);
        on(&self.plot, "keydown", move |event: KeyboardEvent| {
            this.step(&event)
        });
        let this = Rc::clone(&self);
        on(&self.chart, "redrawn", move |_: web_sys::Event| {
            this.follow()
        });
    }

    /// Shows the point nearest to the pointer.
    fn point(&self, event: &PointerEvent) {
        let Ok(Some(drawing)) = self.chart.query_selector("svg") else {
            return;
        };
        let place = drawing.get_bounding_client_rect();
        let share = (f64::from(event.client_x()) - place.left()) / place.width().max(1.0);
        let wanted = (share * 1_000.0) as i32;
        let Some(rows) = self.rows() else { return };
        let distance = |at: u32| (stands(&rows, at, "data-across") - wanted).abs();
        let nearest = (0..rows.length()).min_by_key(|at| distance(*at));
        self.show(nearest.unwrap_or(0));
    }

    /// Keeps the reader valid after the chart was redrawn.
    fn follow(&self) {
        self.at.set(self.at.get().min(self.last()));
        if self.reader.hidden() {
            self.describe();
        } else {
            self.show(self.at.get());
        }
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
        let Some(rows) = self.rows() else { return };
        let (across, down) = (
            stands(&rows, at, "data-across"),
            stands(&rows, at, "data-down"),
        );
        // Formats integers, because formatting floats would take more of the module than all of this.
        let per_cent = |thousandths: i32| format!("{}.{}%", thousandths / 10, thousandths % 10);
        let style = self.reader.style();
        let _ = style.set_property("--across", &per_cent(across));
        let _ = style.set_property("--down", &per_cent(down));
        let _ = self
            .reader
            .set_attribute("data-side", if across > 500 { "left" } else { "right" });
        if let Some(output) = inside(&self.reader, "output") {
            output.set_text_content(Some(&words));
        }
        self.reader.set_hidden(false);
    }

    fn hide(&self) {
        self.reader.set_hidden(true);
    }

    /// Announces the point and its figure to screen readers.
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
        let (at, last) = (self.at.get().to_string(), self.last().to_string());
        let _ = self.plot.set_attribute("aria-valuemax", &last);
        let _ = self.plot.set_attribute("aria-valuenow", &at);
        let _ = self.plot.set_attribute("aria-valuetext", &words);
        words
    }

    fn row(&self) -> Option<Element> {
        row_at(&self.rows()?, self.at.get())
    }

    /// Returns the current rows, newest first. They change when the chart is redrawn.
    fn rows(&self) -> Option<NodeList> {
        self.chart.query_selector_all("tbody tr").ok()
    }

    fn last(&self) -> u32 {
        let rows = self.rows().map_or(0, |rows| rows.length());
        rows.saturating_sub(1)
    }
}

/// Returns the row of a point. Points are counted from the left, which is the oldest; rows begin with the newest.
fn row_at(rows: &NodeList, at: u32) -> Option<Element> {
    let below = rows.length().checked_sub(at)?.checked_sub(1)?;
    rows.get(below)?.dyn_into::<Element>().ok()
}

/// Returns the position of a row's point, in thousandths.
fn stands(rows: &NodeList, at: u32, name: &str) -> i32 {
    let row = row_at(rows, at);
    let said = row.and_then(|row| row.get_attribute(name));
    said.and_then(|said| said.parse().ok()).unwrap_or(0)
}

fn inside(of: &Element, selector: &str) -> Option<HtmlElement> {
    of.query_selector(selector)
        .ok()??
        .dyn_into::<HtmlElement>()
        .ok()
}
