//! Tests of rules that hold for every page: one heading, names for all controls, nothing that the content security
//! policy would have to allow, no bank's text that becomes markup, plain words, and no CSS class with two meanings.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use leptos::prelude::*;

use super::flash::{AlreadyLinked, Flash};
use super::pages::drawn::{AtBank, Offered, Wanted};
use super::parts::built_in::LogIns;
use super::parts::drawn::{Drawn, html, html_without_islands};
use super::parts::frame::{Page, Tab, alone, frame, open_frame};
use super::{Appearance, invented, pages, rates};
use crate::ledger::view::{AttentionAction, Filter, Progress};
use domain::attempt::LinkPurpose;
use domain::user::{Role, User};

pub(super) type Draw = fn() -> AnyView;

const STYLE: &str = include_str!("../../style/main.css");

const EVERYTHING: Offered = Offered {
    built_in_bank: true,
    rates: true,
};

const FRAMED: &[(&str, Tab, Draw)] = &[
    ("overview", Tab::Overview, || {
        pages::drawn::overview(&invented::overview(), EVERYTHING)
    }),
    ("overview-empty", Tab::Overview, || {
        pages::drawn::overview(&invented::empty_overview(), EVERYTHING)
    }),
    ("transactions", Tab::Transactions, || {
        pages::drawn::transactions(&Filter::default(), &invented::transactions())
    }),
    ("transactions-nothing", Tab::Transactions, || {
        let page = crate::ledger::view::TransactionPage {
            days: Vec::new(),
            older: None,
            ..invented::transactions()
        };
        pages::drawn::transactions(
            &Filter {
                q: "coffee".into(),
                ..Filter::default()
            },
            &page,
        )
    }),
    ("transactions-wrong", Tab::Transactions, || {
        let problems = vec![("min".to_owned(), "Enter an amount like 12.50.".to_owned())];
        let page = crate::ledger::view::TransactionPage {
            days: Vec::new(),
            older: None,
            problems,
            ..invented::transactions()
        };
        pages::drawn::transactions(
            &Filter {
                min: "twelve".into(),
                ..Filter::default()
            },
            &page,
        )
    }),
    ("transaction", Tab::Transactions, || {
        pages::drawn::transaction(&invented::transaction(), &Flash::default(), "")
    }),
    ("transaction-refused", Tab::Transactions, || {
        pages::drawn::transaction(&invented::transaction(), &refused_edits(), "/")
    }),
    ("accounts", Tab::Accounts, || {
        pages::drawn::accounts(&invented::cards())
    }),
    ("accounts-empty", Tab::Accounts, || {
        pages::drawn::accounts(&[])
    }),
    ("unlink", Tab::Accounts, || {
        pages::drawn::unlink(&invented::cards()[0])
    }),
    ("remove", Tab::Accounts, || {
        pages::drawn::remove(&invented::cards()[0])
    }),
    ("ended", Tab::Accounts, || {
        pages::drawn::ended(&invented::ended_card())
    }),
    ("delete-kept", Tab::Accounts, || {
        pages::drawn::delete_kept(&invented::ended_card())
    }),
    ("match", Tab::Accounts, || {
        pages::drawn::match_accounts(&invented::matching())
    }),
    ("delete-account", Tab::Accounts, || {
        pages::drawn::forget_account(&invented::account("Old <i>Savings</i>", 1, "USD", ""))
    }),
    ("accounts-news", Tab::Accounts, || {
        let mut cards = invented::cards();
        cards[0].attention = Some(invented::news());
        cards[1].ended = Some("Unlinked on 3 November 2026.".into());
        cards[1].linked_anew = Some(cards[0].id.clone());
        pages::drawn::accounts(&cards)
    }),
    ("account", Tab::Accounts, || {
        pages::drawn::account(&invented::account_detail())
    }),
    ("progress", Tab::Accounts, || {
        connection(&invented::progress(false), &AtBank::Nothing)
    }),
    ("progress-done", Tab::Accounts, || {
        connection(&invented::progress(true), &AtBank::Nothing)
    }),
    ("progress-stopped", Tab::Accounts, || {
        let mut progress = invented::progress(true);
        progress.attention = Some(invented::attention());
        progress.news.clear();
        connection(&progress, &AtBank::Nothing)
    }),
    ("connection-log-in", Tab::Accounts, || {
        connection(
            &invented::at_bank(AttentionAction::LogIn),
            &AtBank::LogIn(invented::fields(), Some(LogIns::TestBank)),
        )
    }),
    ("connection-asks", Tab::Accounts, || {
        connection(
            &invented::at_bank(AttentionAction::Answer),
            &AtBank::Questions(invented::questions(), Some(LogIns::TestBank)),
        )
    }),
    ("connection-own-log-in", Tab::Accounts, || {
        let mut progress = invented::progress(false);
        progress.asking = true;
        let page = domain::secret::Secret::new("https://bank.example/oauth?a=1&b=2");
        connection(&progress, &AtBank::Window(page))
    }),
    ("bank-log-in", Tab::Accounts, || {
        let mut log_in = invented::log_in(None);
        log_in.attention = Some(invented::attention());
        pages::drawn::bank_log_in(&log_in, &Flash::default())
    }),
    ("bank-log-in-widget", Tab::Accounts, || {
        let widget = Some("https://int-widgets.moneydesktop.com/md/connect/1");
        pages::drawn::bank_log_in(&invented::log_in(widget), &Flash::default())
    }),
    ("new-bank", Tab::Accounts, || {
        let (finding, found) = (invented::finding(), invented::offered());
        pages::drawn::new_bank(
            finding,
            &Wanted::from_query("<b>bank</b>", "/accounts"),
            Some(&found),
            &[],
        )
    }),
    ("new-bank-nothing", Tab::Accounts, || {
        let wanted = Wanted::from_query("x", "/");
        pages::drawn::new_bank(invented::finding(), &wanted, Some(&Default::default()), &[])
    }),
    ("link", Tab::Accounts, || {
        pages::drawn::link(
            &invented::attempt(LinkPurpose::NewBank, None),
            "/sandbox/link.js",
            false,
            "/",
        )
    }),
    ("link-hosted", Tab::Accounts, || {
        pages::drawn::link(
            &invented::attempt(LinkPurpose::NewBank, Some("https://bank.example/link/1")),
            "/sandbox/link.js",
            false,
            "/accounts",
        )
    }),
    ("already-linked", Tab::Accounts, || {
        pages::drawn::already_linked(Some(&AlreadyLinked {
            connection_id: "01arz3ndektsv4rrffq69g5fab".into(),
            institution: "First Platypus Bank".into(),
            accounts: vec!["Everyday Checking".into(), "Travel Card".into()],
            waiting: Some("01arz3ndektsv4rrffq69g5fab".into()),
        }))
    }),
    ("webhooks", Tab::Settings, || {
        let rows = [invented::webhook(false).row, invented::webhook(true).row];
        pages::drawn::webhooks(&rows, &Flash::default())
    }),
    ("webhook", Tab::Settings, || {
        pages::drawn::webhook(&invented::webhook(false), None)
    }),
    ("webhook-new", Tab::Settings, || {
        let secret = domain::secret::Secret::new("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        pages::drawn::webhook(&invented::webhook(false), Some(&secret))
    }),
    ("webhook-off", Tab::Settings, || {
        pages::drawn::webhook(&invented::webhook(true), None)
    }),
    ("activity", Tab::Settings, || {
        pages::drawn::activity(&Default::default(), &invented::activity())
    }),
    ("check", Tab::Accounts, || {
        pages::drawn::check(&invented::check(true))
    }),
    ("check-equal", Tab::Accounts, || {
        pages::drawn::check(&invented::check(false))
    }),
    ("calls", Tab::Accounts, || {
        pages::drawn::calls(&invented::calls())
    }),
    ("settings", Tab::Settings, || {
        pages::drawn::settings(&invented::person(), true, Appearance::Dark)
    }),
    ("password", Tab::Settings, || {
        pages::drawn::password(true, "Google, <b>our</b> house", &Flash::default())
    }),
    ("password-none", Tab::Settings, || {
        pages::drawn::password(false, "", &Flash::default())
    }),
    ("log-in-methods", Tab::Settings, || {
        pages::drawn::login_methods(&invented::login_methods())
    }),
    ("log-in-methods-none", Tab::Settings, || {
        pages::drawn::login_methods(&pages::drawn::Shown {
            password: false,
            rows: Vec::new(),
            available: Vec::new(),
        })
    }),
    ("log-in-method-connect", Tab::Settings, || {
        let change = pages::drawn::Change::Connect;
        pages::drawn::login_method(change, "google", "Google", true, &refused_flash())
    }),
    ("log-in-method-disconnect", Tab::Settings, || {
        let change = pages::drawn::Change::Disconnect;
        pages::drawn::login_method(change, "oidc", "<b>our</b> house", false, &refused_flash())
    }),
    ("programs", Tab::Settings, || {
        pages::drawn::programs(
            &invented::keys(),
            &invented::allowed(),
            2,
            &Flash::default(),
        )
    }),
    ("programs-none", Tab::Settings, || {
        pages::drawn::programs(&[], &[], 0, &Flash::default())
    }),
    ("become-operator", Tab::Settings, || {
        pages::drawn::become_operator("ada@example.org", &Flash::default(), None)
    }),
    ("become-operator-refused", Tab::Settings, || {
        pages::drawn::become_operator("ada@example.org", &Flash::default(), Some("It was used."))
    }),
];

fn connection(progress: &Progress, at_bank: &AtBank) -> AnyView {
    pages::drawn::connection(progress, at_bank, &Flash::default())
}

/// Returns a person for the frame; for admin pages, an admin.
fn of_tab(tab: Tab) -> User {
    let role = match tab {
        Tab::Operator => Role::Operator,
        _ => Role::Person,
    };
    User {
        role,
        ..invented::person()
    }
}

fn refused_flash() -> Flash {
    let problems = [
        ("email", "Enter an email address like ada@example.org."),
        (
            "password",
            "That is easy to guess. Try a phrase of four or five words.",
        ),
    ];
    let problems = problems.map(|(field, message)| crate::auth::FieldProblem {
        field,
        message: message.into(),
    });
    Flash::for_refused_form(&[("first_name", "Ada"), ("email", "ada@")], problems.into())
}

fn refused_edits() -> Flash {
    let problems = ["name", "category", "note", "tags"].map(|field| crate::auth::FieldProblem {
        field,
        message: "Enter something else.".into(),
    });
    Flash::for_refused_form(
        &[("name", "A <b>name</b>"), ("tags", "a/b")],
        problems.into(),
    )
}

fn every_page() -> Vec<(String, Drawn)> {
    let open = |draw: Draw, name: &str| open_frame(Page::new(name, draw()));
    let framed = |draw: Draw, tab, name: &str| {
        let notice = Flash::notice("Checking for new transactions.").notice;
        frame(
            Some(tab),
            Some(&of_tab(tab)),
            notice.as_ref(),
            Page::new(name, draw()),
        )
    };
    let mut all: Vec<_> = FRAMED
        .iter()
        .chain(pages::admin::invented::FRAMED)
        .chain(rates::invented::FRAMED)
        .flat_map(|(name, tab, draw)| {
            [
                ((*name).to_owned(), html(|| framed(*draw, *tab, name))),
                (
                    format!("{name}-without-islands"),
                    html_without_islands(|| framed(*draw, *tab, name)),
                ),
            ]
        })
        .collect();
    let sign_up = || {
        alone(Page::new(
            "Sign up",
            pages::drawn::sign_up(
                &refused_flash(),
                true,
                String::new(),
                None,
                &invented::login_providers(),
            ),
        ))
    };
    let log_in = || {
        alone(Page::new(
            "Log in",
            pages::drawn::log_in(
                &Flash::default(),
                "/".into(),
                true,
                None,
                &invented::login_providers(),
            ),
        ))
    };
    all.extend(rates::invented::FRAMED.iter().map(|(name, _, draw)| {
        let page = html(|| open(*draw, name));
        (format!("{name}-open"), page)
    }));
    let complete = || {
        let (pending, flash) = (invented::pending_identity(), Flash::default());
        alone(Page::new(
            "Complete your profile",
            pages::drawn::complete_profile("Google", &pending, true, flash),
        ))
    };
    let connect = |has_password: bool| {
        move || {
            let (pending, flash) = (invented::pending_identity(), refused_flash());
            let page = pages::drawn::connect_account("Google", &pending, has_password, &flash);
            alone(Page::new("You already have an account", page))
        }
    };
    let deleted = || alone(Page::new("Your Facebook data", pages::drawn::deleted()));
    all.push(("complete-profile".into(), html(complete)));
    all.push(("connect-account".into(), html(connect(true))));
    all.push(("connect-account-none".into(), html(connect(false))));
    all.push(("data-deletion".into(), html(deleted)));
    all.push(("sign-up".into(), html(sign_up)));
    all.push(("log-in".into(), html(log_in)));
    all
}

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

/// Pages in the navigation have a quiet heading or a big figure. Every page below them has its name in large letters,
/// and above it one link back that says where it leads.
#[test]
fn headings_and_ways_back_follow_one_rule() {
    for (name, page) in every_page() {
        let named = page.count("h1.title") == 1;
        let backs = page.all("p.back");
        assert!(backs.len() <= 1, "{name}");
        assert_eq!(page.count(".over a"), 0, "{name}: a way back is a .back");
        if backs.is_empty() {
            continue;
        }
        assert!(named || page.count(".figure") > 0, "{name}");
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
