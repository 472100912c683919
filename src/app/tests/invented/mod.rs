//! Invented data for tests of the pages.

pub mod admin;
pub mod rates;

use crate::app::pages::drawn::{
    AllowedRow, BrowserRow, KeyRow, LogIn, LoginMethodRow, ProgramRow, Shown,
};
use crate::app::parts::built_in::LogIns;
use crate::app::parts::scopes;
use crate::auth::identity::{LoginProvider, PendingIdentity};
use crate::ledger::history::view::{
    ActivityEntry, ActivityPage, CallEntry, CallPage, CheckReport, CheckRow, Dated, DayOf,
};
use crate::ledger::view::{
    AccountBefore, AccountDetail, AccountGroup, AccountRow, AccountsPage, Attention,
    AttentionAction, Choice, Composition, ConnectionCard, Day, FactGroup, Figure, Freshness,
    ListTotals, Mark, Matching, Month, NetWorth, Offers, Others, Overview, OwnWords, Point,
    Progress, QuickRange, SpentIn, Sums, ThisMonth, TransactionDetail, TransactionPage,
    TransactionRow, Transfer, When,
};
use crate::outgoing_webhooks::{Delivery, EndpointDetail, EndpointRow};
use crate::sync::{Finding, OfferedBank, OfferedBanks, OpenedLink, Tried, TryThis, Way};
use domain::access::Scope;
use domain::attempt::{AttemptState, LinkAttempt, LinkPurpose};
use domain::id::{ConnectionId, LinkId, UserId};
use domain::identity::{IdentityProvider, Profile, VerifiedIdentity};
use domain::money::{Currency, Money};
use domain::problem::{Problem, Reason};
use domain::provider::{
    Capabilities, Challenge, ChallengeKind, ChallengeOption, CredentialField, FieldKind, Picture,
};
use domain::secret::Secret;
use domain::user::{EmailAddress, PersonName, Role, User};

/// Returns an amount.
pub fn figure(minor: i64, currency: &str) -> Figure {
    let money = Money::new(minor, Currency::from_codes(Some(currency), None));
    let (whole, cents) = money.halves();
    Figure {
        minor,
        currency: currency.into(),
        text: money.text(),
        signed: money.signed_text(),
        whole,
        cents,
    }
}

fn may(scopes: &[Scope]) -> String {
    scopes::in_words(scopes.iter().copied().collect())
}

/// Returns API keys.
pub fn keys() -> Vec<KeyRow> {
    let key = |name: &str, used| KeyRow {
        id: "01arz3ndektsv4rrffq69g5fav".into(),
        name: name.into(),
        beginning: "pbk_AbCd".into(),
        may: may(&[Scope::Read, Scope::Sync]),
        made: when("3 days ago"),
        expires: (name != "Backup").then(|| when("on 21 Nov 2027")),
        expired: name == "Old laptop",
        used,
    };
    vec![
        key("Spreadsheet", Some(when("2 minutes ago"))),
        key("Backup", None),
        key("Old laptop", None),
    ]
}

/// Returns apps with access.
pub fn allowed() -> Vec<AllowedRow> {
    let app = |name: &str, scopes: &[Scope]| AllowedRow {
        client: "01arz3ndektsv4rrffq69g5faw".into(),
        name: name.into(),
        may: may(scopes),
        since: when("3 days ago"),
        used: when("2 minutes ago"),
    };
    vec![
        app("Budget <b>Planner</b>", &Scope::ALL),
        app("Net worth on the kitchen wall", &[Scope::Read]),
    ]
}

/// Returns browsers that a person is logged in on: this one first, and last one of which little is known.
pub fn browsers() -> Vec<BrowserRow> {
    let browser = |browser: &str, address: Option<&str>, used: Option<&str>| BrowserRow {
        id: "01arz3ndektsv4rrffq69g5fay".into(),
        browser: browser.into(),
        address: address.map(str::to_owned),
        since: used.map(|_| when("3 days ago")),
        used: used.map(when),
        ends: when("on 5 Dec 2026"),
        is_here: used == Some("just now"),
    };
    vec![
        browser("Firefox on Linux", Some("192.0.2.7"), Some("just now")),
        browser(
            "<b>Samsung</b> Internet on Android",
            Some("2001:db8:1234:5678:9abc:def0:1234:5678"),
            Some("2 hours ago"),
        ),
        browser("Safari on an iPhone", None, Some("5 days ago")),
        browser("Unknown browser", None, None),
    ]
}

/// Returns apps that are logged in with a person's password.
pub fn programs() -> Vec<ProgramRow> {
    let program = |since, used| ProgramRow {
        id: "01arz3ndektsv4rrffq69g5faz".into(),
        since: when(since),
        used: when(used),
    };
    vec![
        program("3 days ago", "2 minutes ago"),
        program("2 months ago", "5 days ago"),
    ]
}

/// Returns a person's log-in methods.
pub fn login_methods() -> Shown {
    let row = |slug, name: &str, email: Option<&str>, works: bool| LoginMethodRow {
        slug,
        name: name.into(),
        email: email.map(str::to_owned),
        since: when("3 days ago"),
        used: when("2 minutes ago"),
        works,
        removable: works && email.is_some(),
    };
    Shown {
        password: true,
        rows: vec![
            row(
                "google",
                "Google",
                Some("ada.<b>byron</b>@example.org"),
                true,
            ),
            row("facebook", "Facebook", None, true),
            row("oidc", "id.example.org", None, false),
        ],
        available: login_providers(),
    }
}

/// Returns the identity providers that are set up.
pub fn login_providers() -> Vec<LoginProvider> {
    let provider = |slug, name: &str| LoginProvider {
        slug,
        name: name.into(),
        simulated: true,
    };
    vec![
        provider("google", "Google"),
        provider("facebook", "Facebook"),
        provider("oidc", "<b>our</b> own house"),
    ]
}

/// Returns a pending identity without a family name and a birthday.
pub fn pending_identity() -> PendingIdentity {
    PendingIdentity {
        id: "4uV2nSx0qk3LmZp1aB8c".into(),
        identity: VerifiedIdentity {
            provider: IdentityProvider::Google,
            issuer: "https://accounts.google.com".into(),
            profile: Profile {
                subject: "1".into(),
                email: EmailAddress::parse("ada@example.org").ok(),
                email_verified: true,
                first_name: PersonName::parse("Ada <b>").ok(),
                last_name: None,
                birthday: None,
                raw: "{}".into(),
            },
        },
        next: "/transactions".into(),
    }
}

/// Returns a mark.
pub fn mark(letter: &str, tone: u8) -> Mark {
    Mark {
        letter: letter.into(),
        logo: None,
        category: String::new(),
        tone,
    }
}

/// Returns a time.
pub fn when(words: &str) -> When {
    When {
        words: words.into(),
        exact: "2026-11-21T14:05:00Z".into(),
        long: "Saturday 21 November 2026, 14:05".into(),
    }
}

/// Returns the points of so many days.
pub fn line(days: i64, from: i64, currency: &str) -> Vec<Point> {
    (0..days)
        .map(|day| {
            let swing = (day * 37 % 23 - 11) * from / 900;
            let minor = from + day * from / 400 + swing;
            let date = jiff::civil::date(2026, 11, 21) - jiff::Span::new().days(days - 1 - day);
            Point {
                date: date.to_string(),
                label: date.strftime("%-d %b %Y").to_string(),
                figure: figure(minor, currency),
            }
        })
        .collect()
}

/// Returns an account.
pub fn account(name: &str, minor: i64, currency: &str, detail: &str) -> AccountRow {
    AccountRow {
        id: "01arz3ndektsv4rrffq69g5fac".into(),
        name: name.into(),
        mask: "••0000".into(),
        kind: "Checking".into(),
        institution: "First Platypus Bank".into(),
        mark: mark("F", 0),
        balance: Some(figure(minor, currency)),
        as_of: String::new(),
        detail: detail.into(),
        synced: Some(when("2 minutes ago")),
        closed: false,
        closed_words: String::new(),
        hidden: false,
        left_out: false,
    }
}

/// Returns the page of accounts.
pub fn accounts() -> AccountsPage {
    let group = |label: &str, minor: i64, accounts: Vec<AccountRow>| AccountGroup {
        label: label.into(),
        sums: vec![figure(minor, "USD")],
        accounts,
    };
    let rows = cards().swap_remove(0).accounts;
    let mut hidden = account("Old <i>Savings</i>", 1, "USD", "");
    (hidden.hidden, hidden.left_out) = (true, true);
    AccountsPage {
        groups: vec![
            group("Cash", 4_337_044, rows[..2].to_vec()),
            group("Credit cards", -120_490, rows[2..].to_vec()),
        ],
        hidden: vec![hidden],
        connections: cards(),
        composition: vec![composition()],
    }
}

fn composition() -> Composition {
    Composition {
        currency: "USD".into(),
        parts: vec![
            ("Cash".into(), figure(4_337_044, "USD"), 973),
            ("Credit cards".into(), figure(-120_490, "USD"), 27),
        ],
    }
}

/// Returns a transaction; its id follows from the amount.
pub fn row(name: &str, category: &str, minor: i64, currency: &str, tone: u8) -> TransactionRow {
    TransactionRow {
        id: format!("01arz3ndektsv4rrffq69{:05}", minor.unsigned_abs() % 100_000),
        name: name.into(),
        mark: mark(name.get(..1).unwrap_or("?"), tone),
        category: category.into(),
        account: "Everyday Checking".into(),
        mask: "••7128".into(),
        amount: figure(minor, currency),
        pending: false,
        transfer: None,
        note: String::new(),
        tags: Vec::new(),
    }
}

/// Returns two days of transactions.
pub fn days() -> Vec<Day> {
    let mut coffee = row("Corner Coffee", "Coffee", -1_400, "USD", 2);
    coffee.pending = true;
    coffee.note = "With <b>Bo</b>\nand Ann".into();
    coffee.tags = vec!["work".into(), "two-people".into()];
    vec![
        Day {
            date: "2026-11-21".into(),
            label: "Today".into(),
            month: None,
            sums: vec![figure(-6_820, "USD")],
            rows: vec![
                row("Northside Grocery", "Groceries", -5_420, "USD", 3),
                coffee,
            ],
        },
        Day {
            date: "2026-11-18".into(),
            label: "Wed 18 Nov".into(),
            month: None,
            sums: vec![figure(316_601, "USD"), figure(-380, "GBP")],
            rows: vec![
                row("Halden Engineering", "Salary", 325_000, "USD", 4),
                row("Kiosk 12, King’s Cross", "Coffee", -380, "GBP", 1),
                row(
                    "<script>alert(1)</script>&<b>",
                    "A \"category\"",
                    -8_399,
                    "USD",
                    5,
                ),
            ],
        },
    ]
}

/// Returns the banner of a connection that needs a log-in.
pub fn attention() -> Attention {
    Attention {
        connection_id: "01arz3ndektsv4rrffq69g5faa".into(),
        institution: "Tartan Bank".into(),
        sentence:
            "needs you to log in again. Nothing is lost: we’ll catch up on everything since 17 Nov 2026."
                .into(),
        action: AttentionAction::Repair,
        reference: Some("ITEM_LOGIN_REQUIRED, request Zx81q".into()),
        can_wait: None,
        stopped: true,
    }
}

/// Returns all actions of a connection.
fn offers() -> Offers {
    Offers {
        sync: true,
        repair: true,
        credentials: false,
        choose_accounts: true,
        paid_refresh: true,
        unlink: true,
    }
}

/// Returns connections.
pub fn cards() -> Vec<ConnectionCard> {
    let card = |id: &str, name: &str, accounts| ConnectionCard {
        id: id.into(),
        institution: name.into(),
        mark: mark(&name[..1], 1),
        provider: "Plaid".into(),
        synced: Some(when("2 minutes ago")),
        heard: Some(when("3 hours ago")),
        syncing: false,
        first_sync: false,
        ended: None,
        deleting: false,
        linked_anew: None,
        asking: None,
        attention: None,
        offers: offers(),
        accounts,
        sums: vec![figure(512_044, "USD")],
    };
    let first = vec![
        account("Everyday Checking", 512_044, "USD", "available $4,871.09"),
        account("Rainy Day Savings", 3_825_000, "USD", ""),
        account("Travel Card", -120_490, "USD", "limit $12,000.00"),
    ];
    let mut tartan = card(
        "01arz3ndektsv4rrffq69g5faa",
        "Tartan Bank",
        vec![account("Current Account", 348_105, "GBP", "")],
    );
    tartan.attention = Some(attention());
    vec![
        card("01arz3ndektsv4rrffq69g5fab", "First Platypus Bank", first),
        tartan,
    ]
}

/// Returns a connection that has ended, with kept data.
pub fn ended_card() -> ConnectionCard {
    let mut card = cards().remove(0);
    card.ended = Some("Unlinked on 3 Nov 2026. Your transactions and history are kept.".into());
    card
}

/// Returns the net worth in a currency.
pub fn worth(minor: i64, debts: i64, currency: &str) -> NetWorth {
    NetWorth {
        total: figure(minor, currency),
        assets: figure(minor - debts, currency),
        debts: figure(debts, currency),
        as_of: String::new(),
        change: Some(figure(minor / 70, currency)),
        change_since: "in the last 30 days".into(),
        line: line(90, minor * 4 / 5, currency),
    }
}

/// Returns an overview with two currencies.
pub fn overview() -> Overview {
    let unknown = account("Loyalty points", 120_000_000_000, "", "");
    Overview {
        net_worth: vec![worth(14_830_217, -120_490, "USD"), worth(348_105, 0, "GBP")],
        unsummed: vec![unknown],
        attention: vec![attention()],
        connections: cards(),
        ended: vec![ended_card()],
        newest: days(),
        this_month: vec![this_month()],
        composition: vec![composition()],
    }
}

/// Returns what can be tried while every log-in works.
pub fn tries() -> TryThis {
    let id = ConnectionId::parse("01arz3ndektsv4rrffq69g5fab").expect("an id");
    TryThis {
        working: Some(Tried {
            id,
            institution: "First Platypus Bank <b>".into(),
        }),
        expired: None,
    }
}

/// Returns an empty overview.
pub fn empty_overview() -> Overview {
    Overview {
        net_worth: Vec::new(),
        unsummed: Vec::new(),
        attention: Vec::new(),
        connections: Vec::new(),
        ended: Vec::new(),
        newest: Vec::new(),
        this_month: Vec::new(),
        composition: Vec::new(),
    }
}

fn this_month() -> ThisMonth {
    let spent = |code: &str, label: &str, minor, share, before: Option<i64>| SpentIn {
        code: code.into(),
        label: label.into(),
        figure: figure(minor, "USD"),
        share,
        before: before.map(|minor| figure(minor, "USD")),
    };
    ThisMonth {
        incoming: figure(325_000, "USD"),
        outgoing: figure(124_018, "USD"),
        compared: "$140.00 more than by 21 Oct".into(),
        categories: vec![
            spent(
                "FOOD_AND_DRINK",
                "Food and drink",
                54_200,
                1000,
                Some(48_011),
            ),
            spent("", "No category", 8_399, 155, None),
        ],
        from: "2026-11-01".into(),
        to: "2026-11-21".into(),
    }
}

fn sums() -> Vec<Sums> {
    let dollars = Sums {
        outgoing: Some(figure(-15_219, "USD")),
        incoming: Some(figure(325_000, "USD")),
    };
    let pounds = Sums {
        outgoing: Some(figure(-380, "GBP")),
        incoming: None,
    };
    vec![dollars, pounds]
}

/// Returns a page of transactions.
pub fn transactions() -> TransactionPage {
    let choice = |value: &str, label: &str| Choice {
        value: value.into(),
        label: label.into(),
    };
    let range = |label: &str, from: &str, to: &str| QuickRange {
        label: label.into(),
        from: from.into(),
        to: to.into(),
    };
    let mut days = days();
    days[0].month = Some(Month {
        month: "2026-11".into(),
        label: "November 2026".into(),
        sums: sums(),
    });
    TransactionPage {
        days,
        older: Some("2026-11-18.01arz".into()),
        newer: None,
        accounts: vec![
            choice("a1", "Everyday Checking"),
            choice("a2", "Travel Card"),
        ],
        categories: vec![choice("FOOD_AND_DRINK", "Food and drink")],
        own_categories: vec![choice("FOOD_AND_DRINK", "Food and drink")],
        tags: vec![choice("work", "work")],
        ranges: vec![
            range("This month", "2026-11-01", "2026-11-21"),
            range("Last month", "2026-10-01", "2026-10-31"),
        ],
        totals: Some(ListTotals {
            count: "5 transactions".into(),
            editable: "The whole list".into(),
            transfers: Some("2 transfers between your accounts".into()),
            sums: sums(),
        }),
        problems: Vec::new(),
        any_connection: true,
    }
}

/// Returns the data of a transaction's page.
pub fn transaction() -> TransactionDetail {
    let fact = |what: &str, value: &str| (what.to_owned(), value.to_owned());
    TransactionDetail {
        row: row("Halden Engineering", "Salary", 325_000, "USD", 4),
        account_id: "a1".into(),
        institution: "First Platypus Bank".into(),
        date: "Wednesday 18 November 2026".into(),
        exact: Some("3250.0005".into()),
        statement: Some("ACH HALDEN ENG PAYROLL".into()),
        transfer: Transfer::No,
        others: Some(Others {
            count: "the other 214".into(),
            name: "Halden <b>Engineering</b>".into(),
        }),
        newer: Some("01arz3ndektsv4rrffq69g5fab".into()),
        older: Some("01arz3ndektsv4rrffq69g5fac".into()),
        own: OwnWords {
            name: String::new(),
            category: "INCOME".into(),
            note: "With <b>holiday</b> pay & \"bonus\"".into(),
            tags: "work 2026".into(),
            banks_name: "Halden Engineering".into(),
            banks_category: "Salary".into(),
            categories: vec![
                Choice {
                    value: "INCOME".into(),
                    label: "Income".into(),
                },
                Choice {
                    value: "TRAVEL".into(),
                    label: "Travel".into(),
                },
            ],
        },
        facts: vec![
            FactGroup {
                heading: "Merchant".into(),
                facts: vec![
                    fact("Bank’s text", "ACH HALDEN ENG PAYROLL 11/18"),
                    fact("Website", "halden.example"),
                ],
            },
            FactGroup {
                heading: "Reference".into(),
                facts: vec![fact(
                    "Number at the bank",
                    "00012345678901234567890123456789012345678901234567890",
                )],
            },
        ],
    }
}

/// Returns the data of an account's page.
pub fn account_detail() -> AccountDetail {
    AccountDetail {
        account: account("Everyday Checking", 512_044, "USD", "available $4,871.09"),
        banks_name: "Everyday Checking".into(),
        own_name: String::new(),
        owed: None,
        connection_id: "01arz3ndektsv4rrffq69g5fab".into(),
        provider: "Plaid".into(),
        syncs: true,
        deleting: false,
        attention: None,
        facts: vec![
            (
                "Official name".into(),
                "First Platypus Everyday Checking".into(),
            ),
            ("Available".into(), "$4,871.09".into()),
        ],
        freshness: vec![
            Freshness {
                whose: "Newest transaction".into(),
                at: None,
                words: "Wed 18 Nov".into(),
                meaning: "The date of the newest transaction from your bank.".into(),
            },
            Freshness {
                whose: "Last synced".into(),
                at: Some(when("2 minutes ago")),
                words: String::new(),
                meaning: "When Passbook last got everything that Plaid had.".into(),
            },
        ],
        line: line(40, 512_044, "USD"),
        days: days(),
        more: true,
    }
}

/// Returns the progress of a first sync, running or done.
pub fn progress(done: bool) -> Progress {
    Progress {
        connection_id: "01arz3ndektsv4rrffq69g5fab".into(),
        institution: "First Platypus Bank".into(),
        heading: if done {
            "You’re all set"
        } else {
            "Getting your transactions"
        }
        .into(),
        sentence: "4 accounts found. 1,240 transactions so far, back to March 2025.".into(),
        percent: if done { 100 } else { 62 },
        done,
        news: "Updated 2 hours ago. Checks automatically every 6 hours.".into(),
        retrying: false,
        asking: false,
        attention: None,
        offers: offers(),
    }
}

/// Returns the progress of a connection whose bank needs the person to act.
pub fn at_bank(action: AttentionAction) -> Progress {
    let attention = Attention {
        action,
        ..attention()
    };
    Progress {
        attention: Some(attention),
        ..progress(false)
    }
}

/// Returns the credential fields of a bank.
pub fn fields() -> Vec<CredentialField> {
    let field = |id: &str, label: &str, kind| CredentialField {
        id: id.into(),
        label: label.into(),
        kind,
    };
    vec![
        field("CRD-1", "<b>Member</b> number", FieldKind::Text),
        field("CRD-2", "Passphrase", FieldKind::Password),
        field("\"><script>", "Branch", FieldKind::Options(options())),
    ]
}

fn options() -> Vec<ChallengeOption> {
    let option = |label: &str, value: &str| ChallengeOption {
        label: label.into(),
        value: value.into(),
    };
    vec![option("<i>North</i>", "n\" autofocus"), option("", "s")]
}

/// Returns one question of each kind.
pub fn questions() -> Vec<Challenge> {
    let picture = || {
        Picture {
        media_type: "image/png",
        base64: "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==".into(),
    }
    };
    let kinds = [
        ChallengeKind::Text,
        ChallengeKind::Code,
        ChallengeKind::Options(options()),
        ChallengeKind::Picture(picture()),
        ChallengeKind::Pictures(options().into_iter().map(|it| (it, picture())).collect()),
    ];
    let each = kinds.into_iter().enumerate();
    each.map(|(at, kind)| Challenge {
        id: format!("CHA-{at}"),
        label: "What <b>colour</b> is \"it\"?".into(),
        kind,
    })
    .collect()
}

/// Returns the data of a bank's log-in page.
pub fn log_in(widget: Option<&str>) -> LogIn {
    LogIn {
        bank: "MX <b>Bank</b>".into(),
        provider: "mx".into(),
        title: "MX".into(),
        bank_id: "mxbank".into(),
        connection: None,
        back: "/link/new?q=bank&from=%2Faccounts".into(),
        attention: None,
        fields: fields(),
        log_ins: Some(LogIns::TestBank),
        widget: widget.map(Secret::new),
    }
}

/// Returns all ways to find a bank.
pub fn finding() -> Finding {
    Finding {
        searches: true,
        window: Some("Plaid"),
    }
}

/// Returns search results: a bank of one provider, and one of both.
pub fn offered() -> OfferedBanks {
    let way = |provider, title, credentials| Way {
        provider,
        title,
        institution_id: "a&b=\"c\"".into(),
        has_own_login: false,
        can: Capabilities {
            credentials,
            script_link: !credentials,
            ..Capabilities::default()
        },
    };
    let bank = |name: &str, ways| OfferedBank {
        name: name.into(),
        url: Some("https://www.bank.example/a".into()),
        logo: Some(b"<svg onload=alert(1)>".to_vec()),
        ways,
    };
    OfferedBanks {
        banks: vec![
            bank("<b>MX</b> Bank", vec![way("mx", "MX", true)]),
            bank(
                "First Platypus Bank",
                vec![way("plaid", "Plaid", false), way("mx", "MX", true)],
            ),
        ],
        refusals: vec![Problem::ours(Reason::NotSupported)],
    }
}

/// Returns the entries of a day.
fn day_of<T>(date: &str, label: &str, entries: Vec<T>) -> DayOf<T> {
    let entries = entries.into_iter().map(|entry| Dated {
        date: date.into(),
        at: when("14:05"),
        entry,
    });
    DayOf {
        date: date.into(),
        label: label.into(),
        entries: entries.collect(),
    }
}

/// Returns a page of the activity log.
pub fn activity() -> ActivityPage {
    let entry = |sentence: &str, detail: &str, wrong| ActivityEntry {
        id: "8".into(),
        event: "synced".into(),
        sentence: sentence.into(),
        detail: detail.into(),
        connection_id: None,
        wrong,
    };
    ActivityPage {
        days: vec![
            day_of(
                "2026-11-21",
                "Today",
                vec![
                    entry("Tartan Bank: 12 new, 3 changed, 1 removed", "", false),
                    entry(
                        "Failed log-in attempt: wrong password",
                        "Firefox on Linux, from 192.0.2.7",
                        true,
                    ),
                ],
            ),
            day_of(
                "2026-11-18",
                "Wed 18 Nov",
                vec![entry("You linked <b>Tartan</b> Bank", "", false)],
            ),
        ],
        older: Some("7".into()),
        newest: true,
        banks: vec![Choice {
            value: "b1".into(),
            label: "Tartan Bank".into(),
        }],
        problem: None,
    }
}

/// Returns a page of calls.
pub fn calls() -> CallPage {
    let call = |id: &str, outcome: &str, code: Option<&str>| CallEntry {
        id: id.into(),
        words: "Transaction updates".into(),
        endpoint: "/transactions/sync".into(),
        outcome: outcome.into(),
        code: code.map(str::to_owned),
        request_id: Some("Zx81q".into()),
        took: "212 ms".into(),
    };
    let calls = vec![
        call("8", "answered", None),
        call("7", "rate limited", Some("TRANSACTIONS_SYNC_LIMIT")),
    ];
    CallPage {
        connection_id: "01arz3ndektsv4rrffq69g5fab".into(),
        institution: "First Platypus Bank".into(),
        days: vec![day_of("2026-11-21", "Today", calls)],
        older: Some("7".into()),
        newest: true,
        failed_only: false,
        problem: None,
        for_support: "Item x\n2026-11-21T14:05:00Z /transactions/sync request_id=Zx81q ok 212 ms"
            .into(),
    }
}

/// Returns the result of a comparison.
pub fn check(differs: bool) -> CheckReport {
    let row = |finding: &str, description: &str, told: &[&str]| CheckRow {
        finding: finding.into(),
        day: "Wed 18 Nov".into(),
        description: description.into(),
        account: "Everyday Checking".into(),
        amount: figure(-380, "USD"),
        told: told.iter().map(|line| (*line).to_owned()).collect(),
    };
    let rows = vec![
        row("Missing here", "CORNER COFFEE 0423", &[]),
        row("Not at the bank", "<b>GHOST</b>", &[]),
        row(
            "Different",
            "KIOSK 12",
            &["amount: −$3.80 here, −$4.80 at the bank"],
        ),
    ];
    CheckReport {
        connection_id: "01arz3ndektsv4rrffq69g5fab".into(),
        institution: "First Platypus Bank".into(),
        running: false,
        at: Some(when("2 minutes ago")),
        made: true,
        differs,
        heading: if differs {
            "Some transactions differ"
        } else {
            "Everything matches"
        }
        .into(),
        sentences: vec!["1,486 transactions compared.".into()],
        rows: if differs { rows } else { Vec::new() },
        more: if differs { 12 } else { 0 },
    }
}

/// Returns a link attempt.
pub fn attempt(purpose: LinkPurpose, hosted_url: Option<&str>) -> OpenedLink {
    OpenedLink {
        attempt: LinkAttempt {
            id: LinkId::generate(),
            user_id: UserId::generate(),
            provider: "a-provider".into(),
            purpose,
            typed: false,
            expires_at: jiff::Timestamp::UNIX_EPOCH,
            webhook_url: None,
            state: AttemptState::Open,
        },
        provider_title: "Plaid".into(),
        token: Some(Secret::new("link-sandbox-1")),
        hosted_url: hosted_url.map(Secret::new),
    }
}

/// Returns a person.
pub fn person() -> User {
    User {
        id: UserId::generate(),
        email: EmailAddress::parse("ada@example.org").expect("an address"),
        user_name: None,
        first_name: PersonName::parse("Ada").expect("a name"),
        last_name: PersonName::parse("Byron").expect("a name"),
        birthday: None,
        created_at: jiff::Timestamp::UNIX_EPOCH,
        role: Role::Person,
        password_version: 0,
        two_step: false,
    }
}

/// Returns a webhook, turned on or off.
pub fn webhook(off: bool) -> EndpointDetail {
    let delivery = |id: &str, what: &str, state: &str, standing: &str, status| Delivery {
        id: id.into(),
        kind: "transactions.changed".into(),
        what: what.into(),
        created: when("2 minutes ago"),
        state: state.into(),
        standing: standing.into(),
        attempts: 2,
        status,
        failure: status.is_none().then(|| "timeout".into()),
        duration_ms: Some(120),
        last: Some(when("a minute ago")),
        next: None,
    };
    EndpointDetail {
        row: EndpointRow {
            id: "01arz3ndektsv4rrffq69g5few".into(),
            url: "https://example.org/passbook".into(),
            description: "Budget <b>".into(),
            created: when("3 days ago"),
            last_arrived: Some(when("2 minutes ago")),
            previous_until: (!off).then(|| "in 23 hours".into()),
            off_since: off.then(|| when("an hour ago")),
            off_because:
                "Deliveries failed for a day. When your server works again, turn this webhook back on."
                    .into(),
        },
        deliveries: vec![
            delivery(
                "01arz3ndektsv4rrffq69g5fex",
                "Transactions changed",
                "arrived",
                "Delivered",
                Some(204),
            ),
            delivery(
                "01arz3ndektsv4rrffq69g5fey",
                "Test",
                "given_up",
                "Failed. No response within 15 seconds.",
                None,
            ),
        ],
        older: Some("01arz3ndektsv4rrffq69g5fey".into()),
        newest: true,
    }
}

/// Returns a note that can be dismissed.
pub fn news() -> Attention {
    Attention {
        sentence: "has accounts you haven’t added. Choose which to add.".into(),
        action: AttentionAction::ChooseAccounts,
        reference: None,
        can_wait: Some("new_accounts".into()),
        stopped: false,
        ..attention()
    }
}

/// Returns a bank that was linked again, with two earlier accounts.
pub fn matching() -> Matching {
    let choices = vec![
        Choice {
            value: "01arz3ndektsv4rrffq69g5fad".into(),
            label: "Everyday Checking ••0000".into(),
        },
        Choice {
            value: "01arz3ndektsv4rrffq69g5fae".into(),
            label: "Rainy Day Savings ••1111".into(),
        },
    ];
    let before = |id: &str, name: &str, proposed: &str, because: &str| AccountBefore {
        id: id.into(),
        name: name.into(),
        detail: "transactions from 3 Nov 2024 to 2 Nov 2026, unlinked on 3 Nov 2026".into(),
        choices: choices.clone(),
        proposed: proposed.into(),
        because: because.into(),
    };
    Matching {
        connection_id: "01arz3ndektsv4rrffq69g5fab".into(),
        institution: "First Platypus Bank".into(),
        ready: true,
        before: vec![
            before(
                "01arz3ndektsv4rrffq69g5fax",
                "Everyday Checking ••0000",
                "01arz3ndektsv4rrffq69g5fad",
                "The bank says these are the same account.",
            ),
            before(
                "01arz3ndektsv4rrffq69g5fay",
                "<b>Savings</b> ••9999",
                "",
                "",
            ),
        ],
    }
}
