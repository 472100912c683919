//! Files in the format of Plaid's `user_custom`, typed as the password, and how the pages show them.

use jiff::civil::Date;

use crate::app::{ADA, TestApp};
use crate::books::{Books, Entry, expected, expected_balances, profile};
use crate::hosted_link::{PLATYPUS, TARTAN};

const TODAY: Date = jiff::civil::date(2026, 11, 21);

/// Currencies with two, no, three and eight decimals; more decimals than the currency has; both signs; a pending row; a
/// row in another currency than its account's; two identical rows.
const FILE: &str = r#"{
  "override_accounts": [
    {"type": "depository", "subtype": "checking", "currency": "EUR", "starting_balance": 1204.0815,
     "meta": {"name": "Girokonto <b>Ödön</b>", "mask": "4711"},
     "transactions": [
       {"date_transacted": "2026-11-20", "date_posted": "2026-11-24", "amount": 31.415, "description": "Café du Coin"},
       {"date_transacted": "2026-11-18", "date_posted": "2026-11-19", "amount": -2500, "description": "GEHALT"},
       {"date_transacted": "2026-11-18", "date_posted": "2026-11-19", "amount": -2500, "description": "GEHALT"},
       {"date_transacted": "2019-02-28", "date_posted": "2019-03-01", "amount": 9.99, "description": "In US dollars", "currency": "USD"}]},
    {"type": "depository", "subtype": "savings", "currency": "JPY", "starting_balance": 250000,
     "meta": {"name": "Yucho"},
     "transactions": [
       {"date_posted": "2026-10-01", "amount": -120000, "description": "PAYROLL"},
       {"date_posted": "2026-10-02", "amount": 1500.5, "description": "Half a yen"}]},
    {"type": "credit", "subtype": "credit card", "currency": "KWD", "starting_balance": 12.3455,
     "meta": {"name": "Card", "limit": 900},
     "transactions": [{"date_posted": "2026-09-09", "amount": 12.345, "description": "Three decimals"}]},
    {"type": "other", "currency": "BTC", "starting_balance": 0.12345678, "meta": {"name": "Cold"},
     "transactions": [{"date_posted": "2026-10-01", "amount": 0.00000001, "description": "dust"}]}
  ]
}"#;

#[tokio::test]
async fn a_file_of_one_s_own_is_shown_to_the_last_digit_in_its_own_currencies() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    let id = browser.link(PLATYPUS, "user_custom", FILE).await;
    app.synced(&mut browser, &id).await;
    let books = app.books().await;
    let entries = books.entries(&id).await;
    let money = |text: &str| -> Vec<(i64, &str, bool)> {
        let found = entries.iter().filter(|entry| entry.description == text);
        found
            .map(|entry| (entry.minor, entry.currency.as_str(), entry.pending))
            .collect()
    };
    assert_eq!(money("Café du Coin"), [(-3142, "EUR", true)]);
    assert_eq!(money("GEHALT"), [(250_000, "EUR", false); 2]);
    assert_eq!(money("In US dollars"), [(-999, "USD", false)]);
    assert_eq!(money("PAYROLL"), [(120_000, "JPY", false)]);
    assert_eq!(money("Half a yen"), [(-1500, "JPY", false)]);
    assert_eq!(money("Three decimals"), [(-12_345, "KWD", false)]);
    assert_eq!(money("dust"), [(-1, "~BTC", false)]);
    assert_eq!(entries.len(), 8);
    let balances = books.balances(&id).await;
    let balance = |name: &str| balances[name].clone();
    assert_eq!(
        balance("Girokonto <b>Ödön</b>"),
        (Some(120_408), "EUR".into())
    );
    assert_eq!(balance("Yucho"), (Some(250_000), "JPY".into()));
    assert_eq!(
        balance("Card"),
        (Some(-12_346), "KWD".into()),
        "what is owed is negative"
    );
    assert_eq!(balance("Cold"), (Some(12_345_678), "~BTC".into()));

    let page = browser.get("/transactions").await;
    let shown = page.texts("a.row");
    let row = |name: &str| {
        shown
            .iter()
            .find(|row| row.contains(name))
            .expect("a row")
            .clone()
    };
    assert!(
        row("Café du Coin").ends_with("\u{2212}€31.42 pending")
            || row("Café du Coin").contains("€31.42"),
        "{shown:?}"
    );
    assert!(row("GEHALT").contains("+€2,500.00"), "{shown:?}");
    assert!(
        row("PAYROLL").contains("+¥120,000") && !row("PAYROLL").contains("120,000.0"),
        "{shown:?}"
    );
    assert!(row("In US dollars").contains("$9.99"), "{shown:?}");
    assert!(row("Three decimals").contains("12.345"), "{shown:?}");
    assert!(row("dust").contains("0.00000001"), "{shown:?}");
    let accounts = browser.get("/accounts").await;
    assert_eq!(accounts.count("main b"), 0, "a bank's text is no markup");
    assert!(
        accounts.text("main").contains("Girokonto <b>Ödön</b>"),
        "{}",
        accounts.body
    );
    let path = page.attributes("a.row", "href");
    let at = shown
        .iter()
        .position(|row| row.contains("Café du Coin"))
        .expect("a row");
    let one = browser.get(&path[at]).await;
    assert!(
        one.body.contains("31.415"),
        "the exact figure stands beside: {}",
        one.body
    );
    let overview = browser.get("/").await;
    for code in ["EUR", "JPY", "KWD"] {
        let heads = format!("{} {}", overview.text("main"), overview.body);
        assert!(heads.contains(code) || heads.contains('€'), "{code}");
    }
}

#[tokio::test]
async fn two_files_at_two_banks_do_not_mix() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    let other = r#"{"override_accounts": [{"starting_balance": 1, "transactions": [{"date_posted": "2026-01-01", "amount": 1, "description": "One"}]}]}"#;
    let first = browser.link(PLATYPUS, "user_custom", FILE).await;
    let second = browser.link(TARTAN, "user_custom", other).await;
    app.synced(&mut browser, &first).await;
    app.synced(&mut browser, &second).await;
    let books = app.books().await;
    assert_eq!(
        books.entries(&first).await,
        expected(&profile(PLATYPUS, "user_custom", FILE, TODAY), TODAY)
    );
    assert_eq!(books.entries(&second).await.len(), 1);
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_refused_at_the_bank_in_words() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    for bad in [
        "{",
        "[]",
        r#"{"override_accounts": [{"starting_balance": "lots"}]}"#,
        r#"{"override_accounts": [{"transactions": [{"amount": 1}]}]}"#,
    ] {
        let page = browser.at_the_bank(PLATYPUS).await;
        let page = browser.log_in_at_bank(&page, "user_custom", bad).await;
        assert_eq!(page.count("[role=alert]"), 1, "{bad}: {}", page.body);
    }
}

/// Runs on files from outside this repository, to try input that was not made up for the tests:
/// `PASSBOOK_REAL_FILES=folder cargo test --test all real_files -- --ignored --nocapture`.
#[tokio::test]
#[ignore = "needs a folder of files"]
async fn real_files_come_through_to_the_cent() {
    let folder = std::env::var("PASSBOOK_REAL_FILES").expect("a folder");
    for file in std::fs::read_dir(folder).expect("the folder") {
        let path = file.expect("a file").path();
        if path.extension().is_none_or(|end| end != "json") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("text");
        let app = TestApp::start().await;
        let mut browser = app.signed_up(&ADA).await;
        let id = browser.link(PLATYPUS, "user_custom", &text).await;
        app.synced(&mut browser, &id).await;
        let books: Books = app.books().await;
        let entries: Vec<Entry> = books.entries(&id).await;
        let bank = profile(PLATYPUS, "user_custom", &text, TODAY);
        assert_eq!(entries, expected(&bank, TODAY), "{}", path.display());
        assert_eq!(books.balances(&id).await, expected_balances(&bank));
        let sums = books.texts(
            "SELECT a.name || ' ' || t.currency || ' ' || COUNT(*) || ' rows ' || SUM(t.amount)
             FROM bank_transaction t JOIN account a ON a.id = t.account_id GROUP BY a.id, t.currency",
        );
        let (accounts, sums) = (bank.accounts.len(), sums.await);
        let said = format!(
            "{}: {accounts} accounts, {} rows, {sums:?}\n",
            path.display(),
            entries.len()
        );
        std::io::Write::write_all(&mut std::io::stderr(), said.as_bytes()).expect("said");
    }
}
