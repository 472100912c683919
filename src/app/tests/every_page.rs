//! Every page with invented data, in the states that people meet.

use leptos::prelude::*;

use super::drawn::{Drawn, html, html_without_islands};
use super::invented;
use crate::app::flash::{AlreadyLinked, Flash};
use crate::app::pages::drawn::{AtBank, LogInOffers, Offered, Wanted};
use crate::app::parts::built_in::LogIns;
use crate::app::parts::frame::{Page, Tab, centered, frame, open_frame};
use crate::app::{Appearance, pages};
use crate::auth::ConfirmWith;
use crate::auth::two_step::SetUp;
use crate::ledger::view::{AttentionAction, Filter, Progress};
use domain::attempt::LinkPurpose;
use domain::mail::MailChoices;
use domain::secret::Secret;
use domain::user::{Role, User};

/// Renders the body of a page.
pub type Draw = fn() -> AnyView;

const EVERYTHING: Offered = Offered {
    tries: None,
    rates: true,
};

/// The pages in a frame.
pub const FRAMED: &[(&str, Tab, Draw)] = &[
    ("overview", Tab::Overview, || {
        pages::drawn::overview(&invented::overview(), EVERYTHING)
    }),
    ("overview-tries", Tab::Overview, || {
        let offered = Offered {
            tries: Some(invented::tries()),
            ..EVERYTHING
        };
        pages::drawn::overview(&invented::overview(), offered)
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
    ("transactions-to-edit", Tab::Transactions, || {
        let page = invented::transactions();
        pages::drawn::bulk_edit(&Filter::default(), &page, &Flash::default())
    }),
    ("transaction-transfer", Tab::Transactions, || {
        let mut found = invented::transaction();
        found.row.transfer = Some("from Savings".into());
        found.transfer = crate::ledger::view::Transfer::Yes("01other".into());
        pages::drawn::transaction(&found, &Flash::default(), "/")
    }),
    ("transaction", Tab::Transactions, || {
        pages::drawn::transaction(&invented::transaction(), &Flash::default(), "")
    }),
    ("transaction-refused", Tab::Transactions, || {
        pages::drawn::transaction(&invented::transaction(), &refused_edits(), "/")
    }),
    ("accounts", Tab::Accounts, || {
        pages::drawn::accounts(&invented::accounts())
    }),
    ("accounts-arrange", Tab::Accounts, || {
        pages::drawn::arrange(&invented::accounts())
    }),
    ("accounts-empty", Tab::Accounts, || {
        let page = crate::ledger::view::AccountsPage {
            groups: Vec::new(),
            hidden: Vec::new(),
            connections: Vec::new(),
            composition: Vec::new(),
        };
        pages::drawn::accounts(&page)
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
        let mut page = invented::accounts();
        let cards = &mut page.connections;
        cards[0].attention = Some(invented::news());
        cards[1].ended = Some("Unlinked on 3 Nov 2026.".into());
        cards[1].linked_anew = Some(cards[0].id.clone());
        pages::drawn::accounts(&page)
    }),
    ("account", Tab::Accounts, || {
        pages::drawn::account(&invented::account_detail(), &Flash::default())
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
        pages::drawn::settings(&invented::person(), true, true, Appearance::Dark)
    }),
    ("about", Tab::Settings, || pages::drawn::about(None)),
    ("about-admin", Tab::Settings, || {
        pages::drawn::about(Some("/var/lib/passbook".into()))
    }),
    ("password", Tab::Settings, || {
        pages::drawn::password(true, "Google, <b>our</b> house", &Flash::default())
    }),
    ("password-none", Tab::Settings, || {
        pages::drawn::password(false, "", &Flash::default())
    }),
    ("delete-my-account", Tab::Settings, || {
        pages::drawn::delete_account("ada@example.org", &refused_flash())
    }),
    ("export", Tab::Settings, pages::drawn::export),
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
        pages::drawn::login_method(change, "google", "Google", &refused_flash())
    }),
    ("log-in-method-disconnect", Tab::Settings, || {
        let change = pages::drawn::Change::Disconnect;
        pages::drawn::login_method(change, "oidc", "<b>our</b> house", &refused_flash())
    }),
    ("profile", Tab::Settings, || {
        pages::drawn::profile(&invented::person(), Flash::default())
    }),
    ("emails", Tab::Settings, || {
        let choices = MailChoices {
            banks: true,
            webhooks: false,
        };
        pages::drawn::emails("ada@example.org", Some(choices))
    }),
    ("emails-none", Tab::Settings, || {
        pages::drawn::emails("ada@example.org", None)
    }),
    ("sessions", Tab::Settings, || {
        pages::drawn::sessions(&invented::browsers(), &invented::programs())
    }),
    ("sessions-one", Tab::Settings, || {
        pages::drawn::sessions(&invented::browsers()[..1], &[])
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
    ("two-step-off", Tab::Settings, || {
        pages::drawn::two_step(None, true, "")
    }),
    ("two-step-on", Tab::Settings, || {
        pages::drawn::two_step(Some(9), false, "abcdef-ghijkm\nnpqrst-uvwxyz")
    }),
    ("two-step-set-up", Tab::Settings, || {
        let pending = SetUp {
            secret: Secret::new("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"),
            uri: Secret::new(
                "otpauth://totp/Passbook:ada%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
            ),
        };
        pages::drawn::set_up_two_step(&pending, &refused_flash())
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

/// Renders every page with invented data, each in its frame.
pub fn every_page() -> Vec<(String, Drawn)> {
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
        .chain(invented::admin::FRAMED)
        .chain(invented::rates::FRAMED)
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
        centered(Page::new(
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
        centered(Page::new(
            "Log in",
            pages::drawn::log_in(
                &Flash::default(),
                "/".into(),
                LogInOffers {
                    sign_up: true,
                    reset: true,
                },
                None,
                Some(&invented::person()),
                &invented::login_providers(),
            ),
        ))
    };
    all.extend(invented::rates::FRAMED.iter().map(|(name, _, draw)| {
        let page = html(|| open(*draw, name));
        (format!("{name}-open"), page)
    }));
    let complete = || {
        let (pending, flash) = (invented::pending_identity(), Flash::default());
        centered(Page::new(
            "Complete your profile",
            pages::drawn::complete_profile("Google", &pending, true, flash),
        ))
    };
    let connect = |has_password: bool| {
        move || {
            let (pending, flash) = (invented::pending_identity(), refused_flash());
            let page = pages::drawn::connect_account("Google", &pending, has_password, &flash);
            centered(Page::new("You already have an account", page))
        }
    };
    let deleted = || centered(Page::new("Your Facebook data", pages::drawn::deleted()));
    let code = || {
        centered(Page::new(
            "Enter your code",
            pages::drawn::log_in_code(&refused_flash()),
        ))
    };
    let confirm = |with: ConfirmWith| {
        move || {
            let page = pages::drawn::confirm(with, "/settings/two-step".into(), &refused_flash());
            centered(Page::new("Confirm it’s you", page))
        }
    };
    all.push(("log-in-code".into(), html(code)));
    let title = "Reset your password";
    let ask = move || {
        let page = pages::drawn::ask_reset(&refused_flash(), None);
        centered(Page::new(title, page))
    };
    let new_password = move || {
        let mut flash = refused_flash();
        flash.notice = Flash::notice("We’ve sent it a code.").notice;
        let page = pages::drawn::new_password(&flash, true, None);
        centered(Page::new(title, page))
    };
    let without_mail = move || centered(Page::new(title, pages::drawn::without_mail()));
    all.push(("reset-password".into(), html(ask)));
    all.push(("reset-password-new".into(), html(new_password)));
    all.push(("reset-password-no-mail".into(), html(without_mail)));
    for (name, with) in [
        ("password", ConfirmWith::Password),
        ("code", ConfirmWith::Code),
        ("log-in", ConfirmWith::LogIn),
    ] {
        all.push((format!("confirm-{name}"), html(confirm(with))));
    }
    all.push(("complete-profile".into(), html(complete)));
    all.push(("connect-account".into(), html(connect(true))));
    all.push(("connect-account-none".into(), html(connect(false))));
    all.push(("data-deletion".into(), html(deleted)));
    all.push(("sign-up".into(), html(sign_up)));
    all.push(("log-in".into(), html(log_in)));
    all
}
