//! A page as a browser receives it: its status, headers, HTML and forms.

use reqwest::header::HeaderMap;
use scraper::{ElementRef, Html, Selector};

/// A response.
#[derive(Clone, Debug)]
pub struct Page {
    /// The requested path and query, or the whole address if it is on another site.
    pub path: String,
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

/// A form, filled in as it came.
#[derive(Clone, Debug)]
pub struct Form {
    pub action: String,
    pub method: String,
    pub fields: Vec<(String, String)>,
}

impl Page {
    /// Returns a header, or an empty string.
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or("")
    }

    /// Returns the texts of all matching elements.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        let html = Html::parse_document(&self.body);
        let chosen = chosen(selector);
        html.select(&chosen).map(text).collect()
    }

    /// Returns the text of the first matching element; empty if there is none.
    pub fn text(&self, selector: &str) -> String {
        self.texts(selector).into_iter().next().unwrap_or_default()
    }

    /// Returns this attribute of all matching elements that have it.
    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let html = Html::parse_document(&self.body);
        let chosen = chosen(selector);
        let found = html.select(&chosen).filter_map(|e| e.attr(name));
        found.map(str::to_owned).collect()
    }

    /// Returns this attribute of the first matching element that has it.
    pub fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        self.attributes(selector, name).into_iter().next()
    }

    /// Returns the number of matching elements.
    pub fn count(&self, selector: &str) -> usize {
        Html::parse_document(&self.body)
            .select(&chosen(selector))
            .count()
    }

    /// Returns a form with the fields that a browser would send.
    pub fn form(&self, selector: &str) -> Form {
        let html = Html::parse_document(&self.body);
        let form = html.select(&chosen(selector)).next();
        let form = form.unwrap_or_else(|| panic!("no {selector} on {}: {}", self.path, self.body));
        let controls = chosen("input, select, textarea");
        let fields = form.select(&controls).filter_map(sent);
        Form {
            action: form.attr("action").unwrap_or("").to_owned(),
            method: form.attr("method").unwrap_or("get").to_lowercase(),
            fields: fields.collect(),
        }
    }

    /// Returns the form that begins a link with this purpose.
    pub fn form_of_purpose(&self, purpose: &str) -> Form {
        let html = Html::parse_document(&self.body);
        let wanted = format!("input[name=purpose][value='{purpose}']");
        let at = html
            .select(&chosen("form"))
            .position(|form| form.select(&chosen(&wanted)).next().is_some());
        let at = at.unwrap_or_else(|| panic!("no form {purpose} on {}: {}", self.path, self.body));
        let form = html.select(&chosen("form")).nth(at).expect("it is there");
        Form {
            action: form.attr("action").unwrap_or("").to_owned(),
            method: "post".to_owned(),
            fields: form.select(&chosen("input")).filter_map(sent).collect(),
        }
    }
}

impl Form {
    /// Fills in a field.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(key, _)| key != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Adds a field beside others of its name, as a checked box does.
    pub fn and(mut self, name: &str, value: &str) -> Self {
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Encodes the fields for sending.
    pub fn encoded(&self) -> String {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(&self.fields).finish()
    }
}

/// Returns what a browser with scripts off sends for a control.
fn sent(control: ElementRef<'_>) -> Option<(String, String)> {
    let name = control.attr("name")?.to_owned();
    let value = control.attr("value");
    match (
        control.value().name(),
        control.attr("type").unwrap_or("text"),
    ) {
        ("select", _) => {
            let options = || control.select(&OPTIONS);
            let chosen = options().find(|o| o.attr("selected").is_some());
            let chosen = chosen.or_else(|| options().next())?;
            Some((name, chosen.attr("value").unwrap_or("").to_owned()))
        }
        (_, "submit" | "button") => None,
        (_, "checkbox" | "radio") => {
            let ticked = control.attr("checked").is_some();
            ticked.then(|| (name, value.unwrap_or("on").to_owned()))
        }
        _ => Some((name, value.unwrap_or("").to_owned())),
    }
}

static OPTIONS: std::sync::LazyLock<Selector> = std::sync::LazyLock::new(|| chosen("option"));

fn chosen(selector: &str) -> Selector {
    Selector::parse(selector).expect("a selector")
}

fn text(element: ElementRef<'_>) -> String {
    let text: String = element.text().collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
