//! Whether a response contains only our own markup, and none from untrusted text.

use scraper::{Html, Node, Selector};

use crate::page::Page;

/// Attributes whose addresses a browser follows, loads or sends to.
const ADDRESSES: [&str; 6] = ["href", "src", "action", "formaction", "data", "srcset"];
/// The islands and all their properties: ids and a token, never an address.
const ISLANDS: [(&str, &[&str]); 5] = [
    ("BankFrame", &[]),
    ("ChartReader", &["id"]),
    ("LinkPane", &["token", "returned"]),
    ("LiveProgress", &["id"]),
    ("LiveRates", &[]),
];

/// Parses the page as a browser does; panics when text became an element, an attribute or a script.
pub fn page(page: &Page) {
    let html = Html::parse_document(&page.body);
    let what = &page.path;
    for node in html.tree.nodes() {
        match node.value() {
            Node::Comment(comment) => assert!(!comment.contains("evil"), "{what}: {comment:?}"),
            Node::Element(element) => {
                let name = element.name();
                // One frame may show a provider's page; `is_harmless` checks its address.
                let ours = name == "iframe" && element.attr("id") == Some("bank-frame");
                let foreign =
                    !ours && ["base", "iframe", "object", "embed", "frame"].contains(&name);
                assert!(!foreign && !name.contains("evil"), "{what}: <{name}>");
                for (attribute, value) in element.attrs() {
                    let runs = attribute.contains("evil") || attribute.starts_with("on");
                    assert!(!runs, "{what}: <{name} {attribute}>");
                    let leads = ADDRESSES.contains(&attribute);
                    assert!(
                        !leads || is_harmless(value),
                        "{what}: <{name} {attribute}={value:?}>"
                    );
                    let orders = name == "meta" && attribute == "content";
                    assert!(!orders || !value.contains("evil"), "{what}: {value}");
                }
            }
            _ => {}
        }
    }
    assert_eq!(page.count("head > title"), 1, "{what}");
    for script in page.texts("script, style") {
        assert!(!script.contains("evil"), "{what}: {script}");
    }
    islands(page);
    if !what.starts_with("/sandbox") {
        scripts(page);
    }
}

/// Returns whether this is an address of ours, or a plain web address that a person entered.
fn is_harmless(address: &str) -> bool {
    let address = address.trim_start();
    (address.starts_with(['/', '?', '#']) && !address.starts_with("//"))
        || ["http://", "https://"]
            .iter()
            .any(|scheme| address.starts_with(scheme))
}

fn islands(page: &Page) {
    let html = Html::parse_document(&page.body);
    let selector = Selector::parse("leptos-island").expect("a selector");
    for island in html.select(&selector) {
        let name = island.attr("data-component").unwrap_or_default();
        let known = ISLANDS
            .iter()
            .find(|(known, _)| name.starts_with(&format!("{known}_")));
        let (_, known) = known.unwrap_or_else(|| panic!("{}: an island {name}", page.path));
        // An island that is told nothing has no such attribute.
        let props = island.attr("data-props").unwrap_or("{}");
        let props: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(props).expect("JSON");
        for prop in props.keys() {
            assert!(
                known.contains(&prop.as_str()),
                "{}: {name} is told {prop}",
                page.path
            );
        }
    }
}

/// Script files of ours that pages without an island may load.
const FILES: &str = "script[src='/keys.js'], script[src='/copy.js'], script[src='/filter.js']";

/// Asserts that a page without an island has no script but our files, and a policy that allows no other. Every script
/// carries the nonce, and the policy names it.
fn scripts(page: &Page) {
    let what = format!("{}: {}", page.path, page.header("content-security-policy"));
    let policy = page.header("content-security-policy");
    assert!(policy.contains("default-src 'none'"), "{what}");
    assert!(
        !policy.contains("strict-dynamic") && !policy.contains("unsafe-inline"),
        "{what}"
    );
    let scripts = policy
        .split(';')
        .find_map(|part| part.trim().strip_prefix("script-src "));
    if page.count("leptos-island") == 0 {
        let all = page.count("script, link[rel=modulepreload]");
        assert_eq!(all, page.count(FILES), "{what}");
        if all == 0 {
            assert!(matches!(scripts, None | Some("'none'")), "{what}");
            return;
        }
    }
    let scripts = scripts.unwrap_or_else(|| panic!("{what}"));
    let has_island = page.count("leptos-island") > 0;
    assert_eq!(scripts.contains("/pkg/"), has_island, "{what}");
    // The page on which a log-in is typed has a frame of another provider.
    let opens_link =
        has_island && page.path.starts_with("/link/") && page.count("#bank-frame") == 0;
    assert_eq!(scripts.contains("link-initialize.js"), opens_link, "{what}");
    for nonce in page.attributes("script", "nonce") {
        assert!(scripts.contains(&format!("'nonce-{nonce}'")), "{what}");
    }
    assert_eq!(page.count("script"), page.count("script[nonce]"), "{what}");
}

/// Parses the file as a spreadsheet does; panics when text left its cell or starts like a formula.
pub fn table(page: &Page) {
    let rows = records(&page.body);
    let columns = rows[0].len();
    assert!(rows.len() > 100);
    for row in &rows {
        assert_eq!(row.len(), columns, "{row:?}");
        for cell in row {
            let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
            let amount = cell.parse::<rust_decimal::Decimal>().is_ok();
            assert!(!formula || amount, "{cell:?}");
        }
    }
}

/// Parses CSV (RFC 4180).
fn records(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut cell, mut quoted) = (vec![vec![]], String::new(), false);
    let mut letters = text.trim_start_matches('\u{feff}').chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => cell.extend(letters.next()),
            '"' => quoted = !quoted,
            ',' | '\n' if !quoted => {
                let whole = std::mem::take(&mut cell);
                rows.last_mut().expect("a row").push(whole);
                if letter == '\n' {
                    rows.push(vec![]);
                }
            }
            '\r' if !quoted => {}
            letter => cell.push(letter),
        }
    }
    rows.pop();
    rows
}
