//! Tests of rules that hold for every page: one heading, names for all controls, nothing that the content security
//! policy would have to allow, no bank's text that becomes markup, plain words, and no CSS class with two meanings.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::every_page::{FRAMED, every_page};

const STYLE: &str = include_str!("../../../style/main.css");

#[test]
fn every_page_has_one_heading_and_its_ids_are_its_own() {
    for (name, page) in every_page() {
        assert_eq!(page.count("h1"), 1, "{name}");
        let ids: Vec<_> = page
            .all("[id]")
            .into_iter()
            .filter_map(|e| e.attr("id"))
            .collect();
        assert_eq!(
            ids.iter().collect::<HashSet<_>>().len(),
            ids.len(),
            "{name}: {ids:?}"
        );
        for reference in ["for", "aria-describedby", "aria-labelledby"] {
            for element in page.all(&format!("[{reference}]")) {
                for id in element.attr(reference).unwrap_or_default().split(' ') {
                    assert!(ids.contains(&id), "{name}: {reference}={id} leads nowhere");
                }
            }
        }
    }
}

#[test]
fn no_level_of_headings_is_left_out() {
    for (name, page) in every_page() {
        let mut above = 0;
        for heading in page.all("h1, h2, h3, h4, h5, h6") {
            let level = heading.value().name()[1..].parse().unwrap_or(0);
            assert!(level <= above + 1, "{name}: h{level} under h{above}");
            above = level;
        }
    }
}

#[test]
fn no_page_needs_an_exception_from_the_policy() {
    for (name, page) in every_page() {
        assert_eq!(page.count("[style]"), 0, "{name}");
        assert_eq!(page.count("script"), 0, "{name}");
        for element in page.all("*") {
            let handler = element
                .value()
                .attrs()
                .find(|(key, _)| key.starts_with("on"));
            assert_eq!(handler, None, "{name}");
        }
        for form in page.all("form") {
            let action = form.attr("action").unwrap_or_default();
            assert!(
                action.starts_with("/forms/")
                    || [
                        "/transactions",
                        "/activity",
                        "/admin/calls",
                        "/link/new",
                        "/rates/history",
                    ]
                    .contains(&action),
                "{name}: {action}"
            );
        }
    }
}

#[test]
fn what_is_operated_has_a_name() {
    for (name, page) in every_page() {
        for element in page.all("button, a, summary") {
            let words = element.text().collect::<String>();
            assert!(!words.trim().is_empty(), "{name}: {}", element.html());
        }
        for element in page.all("input:not([type=hidden]), select, textarea") {
            let labelled = element.attr("aria-label").is_some()
                || element
                    .attr("id")
                    .is_some_and(|id| page.count(&format!("label[for={id}]")) == 1)
                || element.attr("type") == Some("radio");
            assert!(labelled, "{name}: {}", element.html());
        }
    }
}

#[test]
fn the_entry_of_this_page_is_marked() {
    for (name, page) in every_page()
        .into_iter()
        .filter(|(_, page)| page.count("nav[aria-label=Main]") == 1)
    {
        assert_eq!(page.count("[aria-current=page]"), 1, "{name}");
    }
}

/// Every page's name is drawn alike (`h1`), and every section's too (`h2`). A page below one in the navigation has one
/// link back above its name, which says where it leads.
#[test]
fn headings_and_ways_back_follow_one_rule() {
    for (name, page) in every_page() {
        let backs = page.all("p.back");
        assert!(backs.len() <= 1, "{name}");
        assert_eq!(page.count(".over a"), 0, "{name}: a way back is a .back");
        if backs.is_empty() {
            continue;
        }
        let (back, heading) = (page.source.find("class=\"back\""), page.source.find("<h1"));
        assert!(back < heading, "{name}");
    }
}

/// A paragraph contains no form or list: browsers end the paragraph before them, which breaks its layout.
#[test]
fn no_paragraph_is_ended_by_what_stands_in_it() {
    for (name, page) in every_page() {
        for paragraph in page.all("p") {
            let said = paragraph.children().any(|child| {
                let text = child.value().as_text();
                text.is_none_or(|text| !text.trim().is_empty())
            });
            assert!(said, "{name}: an empty paragraph");
        }
    }
}

/// A bare class is styled in one section of the stylesheet: rules for the same name in two sections would undo each
/// other. Conditional rules (`@media`) may vary it.
#[test]
fn a_class_is_described_in_one_section_of_the_stylesheet() {
    let mut described: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for section in STYLE.split("/* ---- ").skip(1) {
        let (name, rules) = section.split_once(" -").expect("a section has a name");
        for selector in selectors(rules) {
            let class = selector.strip_prefix('.').unwrap_or_default();
            let bare = |it: char| it.is_ascii_alphanumeric() || it == '-';
            if !class.is_empty() && class.chars().all(bare) {
                described.entry(selector).or_default().insert(name);
            }
        }
    }
    assert!(described.len() > 80, "{}", described.len());
    described.retain(|_, sections| sections.len() > 1);
    assert!(described.is_empty(), "{described:?}");
}

/// Returns the selectors of the unconditional rules.
fn selectors(rules: &str) -> Vec<&str> {
    let (mut found, mut open) = (Vec::new(), Vec::new());
    let (_, mut rest) = rules.split_once("*/").expect("a comment ends");
    while let Some(at) = rest.find(['{', '}', ';']) {
        let said = &rest[..at];
        let said = said.rsplit("*/").next().unwrap_or(said).trim();
        match rest.as_bytes()[at] {
            b'{' => {
                open.push(said.starts_with('@'));
                if !open.contains(&true) {
                    found.extend(said.split(',').map(str::trim));
                }
            }
            b'}' => drop(open.pop()),
            _ => {}
        }
        rest = &rest[at + 1..];
    }
    found
}

/// Words that banks and other programs do not use.
const BANNED: [&str; 14] = [
    "e-mail",
    "user name",
    "whoever",
    "nobody",
    "somebody",
    "anew",
    "stand here",
    "stands here",
    "heard",
    "of yours",
    "what is in them",
    "bank’s side",
    "operator",
    "asked for a",
];

#[test]
fn pages_use_the_words_that_people_know() {
    for (name, page) in every_page() {
        let text = page.one("main").text().collect::<String>().to_lowercase();
        for word in BANNED {
            assert!(!text.contains(word), "{name}: {word}");
        }
    }
}

/// Writes every page into the folder `PASSBOOK_GALLERY`, to be viewed in a browser.
#[test]
fn pages_can_be_looked_at() {
    let pages = every_page();
    assert!(pages.len() > FRAMED.len());
    let Some(folder) = std::env::var_os("PASSBOOK_GALLERY").map(std::path::PathBuf::from) else {
        return;
    };
    let style = concat!(env!("CARGO_MANIFEST_DIR"), "/style/main.css");
    for (name, page) in pages {
        for appearance in ["light", "dark"] {
            let document = format!(
                "<!DOCTYPE html><html lang=en data-appearance={appearance}><meta charset=utf-8>\
                 <meta name=viewport content='width=device-width, initial-scale=1'>\
                 <link rel=stylesheet href='{style}'><title>{name}</title>{}",
                page.source
            );
            std::fs::write(folder.join(format!("{name}-{appearance}.html")), document)
                .expect("it is written");
        }
    }
}
