//! Invented data for tests of the admin pages.

use crate::app::flash::Flash;
use crate::app::pages::admin::drawn;
use crate::app::parts::frame::Tab;
use crate::app::tests::every_page::Draw;
use crate::auth::FieldProblem;
use crate::ledger::view::{Mark, When};
use crate::operator::view::{
    AppLine, CallFilter, CallLine, Calls, Check, ConnectionLine, DeliveryDetail, DeliveryLine,
    Glance, JobDetail, JobLine, Lines, Overview, PersonLine, Refused, RefusedLine, RunLine, State,
    Tone, UsageLine,
};

/// The admin pages, with data and empty.
pub const FRAMED: &[(&str, Tab, Draw)] = &[
    ("admin", Tab::Operator, || drawn::overview(&health())),
    ("admin-users", Tab::Operator, || {
        drawn::users("01arz3ndektsv4rrffq69g5fab", &lines(person))
    }),
    ("admin-user", Tab::Operator, || {
        drawn::user(&person(Tone::Plain), false, &Flash::default())
    }),
    ("admin-user-suspended", Tab::Operator, || {
        drawn::user(&person(Tone::Wrong), false, &Flash::default())
    }),
    ("admin-user-oneself", Tab::Operator, || {
        drawn::user(&person(Tone::Good), true, &Flash::default())
    }),
    ("admin-apps", Tab::Operator, || {
        let flash = Flash {
            shown_once: Some("hV0nfXc7_Vq3zVd2Jr0nT8mR4yKbL6wPzQ1sUeGfHkI".into()),
            ..Flash::default()
        };
        drawn::apps(&[app(true), app(false)], &flash)
    }),
    ("admin-apps-none", Tab::Operator, || {
        drawn::apps(&[], &Flash::default())
    }),
    ("admin-apps-refused", Tab::Operator, || {
        let problems = ["", "name", "redirect_uris", "scopes"].map(|field| FieldProblem {
            field,
            message: "Enter something else.".into(),
        });
        let typed = [("name", "A <b>name</b>"), ("runs", "device")];
        let flash = Flash::for_refused_form(&typed, problems.into());
        drawn::apps(
            &[],
            &flash.and_long("redirect_uris", "</textarea>\nhttps://a.example/"),
        )
    }),
    ("admin-connections", Tab::Operator, || {
        drawn::connections(false, "", &lines(connection))
    }),
    ("admin-connections-none", Tab::Operator, || {
        drawn::connections(true, "", &none())
    }),
    ("admin-jobs", Tab::Operator, || {
        drawn::jobs("retrying", "", &lines(work))
    }),
    ("admin-jobs-none", Tab::Operator, || {
        drawn::jobs("", "", &none())
    }),
    ("admin-job", Tab::Operator, || {
        drawn::job(&JobDetail {
            line: work(Tone::Good),
            subject: "01arz3ndektsv4rrffq69g5fab".into(),
            runs: TONES.map(run).into(),
        })
    }),
    ("admin-calls", Tab::Operator, || {
        let filter = CallFilter {
            endpoint: "/item/get".into(),
            connection: "01arz3ndektsv4rrffq69g5fab".into(),
            failed: true,
        };
        let found = Calls {
            calls: lines(call),
            endpoints: vec!["/item/get".into(), "/transactions/sync".into()],
        };
        drawn::calls(&filter, "7", &found)
    }),
    ("admin-usage", Tab::Operator, || {
        drawn::usage(&TONES.map(limit), true)
    }),
    ("admin-webhooks", Tab::Operator, || {
        drawn::webhooks("01arz3ndektsv4rrffq69g5fab", "", &lines(delivery))
    }),
    ("admin-webhooks-none", Tab::Operator, || {
        drawn::webhooks("", "", &none())
    }),
    ("admin-webhook", Tab::Operator, || {
        drawn::webhook(&DeliveryDetail {
            line: delivery(Tone::Good),
            facts: vec![("About".into(), "First Platypus Bank <b>".into())],
            body: "{\n  \"webhook_type\": \"<script>\"\n}".into(),
            replays: vec![(when(), "ada@example.org".into(), "started a sync".into())],
        })
    }),
    ("admin-refused", Tab::Operator, || {
        drawn::refused("", &forged(Some("7".into())))
    }),
    ("admin-refused-none", Tab::Operator, || {
        let counts = Vec::new();
        drawn::refused(
            "",
            &Refused {
                counts,
                last: none(),
            },
        )
    }),
];

const TONES: [Tone; 4] = [Tone::Good, Tone::Plain, Tone::Warn, Tone::Wrong];

fn lines<T>(of: fn(Tone) -> T) -> Lines<T> {
    Lines {
        lines: TONES.map(of).into(),
        older: Some("01arz3ndektsv4rrffq69g5faa".into()),
    }
}

fn none<T>() -> Lines<T> {
    Lines {
        lines: Vec::new(),
        older: None,
    }
}

fn when() -> When {
    When {
        words: "2 hours ago".into(),
        exact: "2026-11-21T12:05:00Z".into(),
        long: "Saturday 21 November 2026, 12:05".into(),
    }
}

fn state(tone: Tone) -> State {
    let words = match tone {
        Tone::Good => "Healthy",
        Tone::Plain => "Syncing",
        Tone::Warn => "Needs log-in",
        Tone::Wrong => "Needs linking again",
    };
    State {
        tone,
        words: words.into(),
    }
}

fn health() -> Overview {
    let glance = |tone| Glance {
        what: "Connections".into(),
        figure: "1,204".into(),
        state: state(tone),
        href: "/admin/connections".into(),
    };
    let check = |tone| Check {
        what: "Key file".into(),
        state: state(tone),
        words: "data/passbook.key can only be read by its owner.".into(),
        line: (tone == Tone::Wrong).then(|| "chmod 600 data/<i>passbook.key".into()),
    };
    Overview {
        glance: TONES.map(glance).into(),
        checks: TONES.map(check).into(),
        settings: vec![("PASSBOOK_LISTEN".into(), "127.0.0.1:3000".into())],
    }
}

/// Returns a user; with the worst tone, a suspended one.
pub fn person(tone: Tone) -> PersonLine {
    PersonLine {
        id: "01arz3ndektsv4rrffq69g5fab".into(),
        name: "Ada <i>Byron".into(),
        email: "ada@example.org".into(),
        since: when(),
        seen: (tone == Tone::Good).then(when),
        connections: "2 banks".into(),
        role: (tone == Tone::Good).then(|| state(tone)),
        access: "1 browser, 2 API keys".into(),
        standing: (tone == Tone::Wrong).then(|| state(tone)),
        suspended: tone == Tone::Wrong,
        leaving: false,
    }
}

fn connection(tone: Tone) -> ConnectionLine {
    let ill = tone == Tone::Wrong;
    ConnectionLine {
        id: "01arz3ndektsv4rrffq69g5fab".into(),
        institution: "First Platypus Bank".into(),
        mark: Mark {
            letter: "F".into(),
            logo: None,
            category: String::new(),
            tone: 3,
        },
        owner: "ada@example.org".into(),
        state: state(tone),
        synced: (!ill).then(when),
        next: (!ill).then(when),
        problem: ill.then(|| "First Platypus Bank needs you to log in again.".into()),
        reference: ill.then(|| "ITEM_LOGIN_REQUIRED, request m8MDnv9okwxFNBV".into()),
        can_sync: !ill,
    }
}

fn delivery(tone: Tone) -> DeliveryLine {
    DeliveryLine {
        id: 7,
        name: "TRANSACTIONS: SYNC_UPDATES_AVAILABLE".into(),
        error: if tone == Tone::Wrong {
            "ITEM_LOGIN_REQUIRED"
        } else {
            ""
        }
        .into(),
        about: "First Platypus Bank, ada@example.org".into(),
        came: when(),
        latency: "120 ms".into(),
        caused: "started a sync".into(),
        times: "received twice, replayed once".into(),
    }
}

fn forged(older: Option<String>) -> Refused {
    let line = |_| RefusedLine {
        reason: "Invalid signature".into(),
        hash: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into(),
        came: when(),
    };
    Refused {
        counts: vec![("Invalid signature".into(), "1,204".into())],
        last: Lines {
            lines: TONES.map(line).into(),
            older,
        },
    }
}

fn work(tone: Tone) -> JobLine {
    JobLine {
        id: "01arz3ndektsv4rrffq69g5fab".into(),
        name: "Sync".into(),
        about: "First Platypus Bank, ada@example.org".into(),
        state: state(tone),
        due: (tone == Tone::Warn).then(when),
        last: (tone != Tone::Plain).then(|| run(tone)),
        can_cancel: tone != Tone::Wrong,
    }
}

fn run(tone: Tone) -> RunLine {
    let ill = tone == Tone::Wrong;
    RunLine {
        began: when(),
        took: "1.4 s".into(),
        outcome: state(tone),
        problem: if ill {
            "The bank needs you to log in again."
        } else {
            ""
        }
        .into(),
        reference: if ill {
            "ITEM_LOGIN_REQUIRED, request m8MDn"
        } else {
            ""
        }
        .into(),
        result: if ill { "" } else { "added 12, modified 3" }.into(),
    }
}

fn app(on: bool) -> AppLine {
    let addresses = [
        "https://budget.example.org/passbook/callback?tenant=a&b=%22c%22",
        "org.example.budget:/a-very-long-path/without-any-space/to-break-at/in-the-whole-of-it",
    ];
    AppLine {
        id: format!("01arz3ndektsv4rrffq69g5fa{}", if on { 'c' } else { 'd' }),
        name: "Budget <b>Planner</b>".into(),
        addresses: addresses.map(String::from).into(),
        scopes: domain::access::Scopes::all(),
        has_secret: on,
        people: "1,204 people have given it access.".into(),
        since: when(),
        off_since: (!on).then(when),
        state: State {
            tone: if on { Tone::Good } else { Tone::Plain },
            words: if on { "On" } else { "Off" }.into(),
        },
    }
}

fn call(tone: Tone) -> CallLine {
    let ill = tone == Tone::Wrong;
    CallLine {
        words: "Connection status".into(),
        endpoint: "/item/get".into(),
        connection: "01arz3ndektsv4rrffq69g5fab".into(),
        institution: "First Platypus Bank".into(),
        began: when(),
        took: "212 ms".into(),
        outcome: state(tone),
        code: if ill { "RATE_LIMIT_EXCEEDED" } else { "" }.into(),
        request_id: "m8MDnv9okwxFNBV".into(),
    }
}

fn limit(tone: Tone) -> UsageLine {
    UsageLine {
        words: "Connection status".into(),
        endpoint: "/item/get".into(),
        whose: "First Platypus Bank, ada@example.org".into(),
        used: "12 of 40 per minute (provider’s limit: 50)".into(),
        percent: 30,
        state: state(tone),
    }
}
