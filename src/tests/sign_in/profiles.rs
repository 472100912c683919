//! What a provider says about a person, and what it leaves out: "Complete your profile".

use super::{all_identities, decide, log_in, people, sign_up, start, told};
use crate::app::{ADA, EVE};
use crate::page::Page;
use crate::registered;

const FORM: &str = "form[action='/forms/complete-profile']";

/// Returns the fields of "Complete your profile" as they are filled in.
fn filled_in(page: &Page) -> [String; 4] {
    assert_eq!(
        (page.path.as_str(), page.text("h1")),
        ("/sign-up/complete", "Complete your profile".into()),
        "{}",
        page.body
    );
    ["first_name", "last_name", "email", "birthday"].map(|field| {
        page.attribute(&format!("#{field}"), "value")
            .unwrap_or_default()
    })
}

#[tokio::test]
async fn what_is_told_is_filled_in_and_the_rest_is_asked_for() {
    let app = start().await;
    for (provider, person, chosen, expected) in [
        (
            "google",
            "jonas",
            ("", ""),
            ["Jonas", "O’Brien-Müller", "jonas+demo@example.org", ""],
        ),
        (
            "facebook",
            "jonas",
            ("", ""),
            ["Jonas", "O’Brien-Müller", "jonas+demo@example.org", ""],
        ),
        (
            "oidc",
            "jonas",
            ("", ""),
            ["Jonas", "O’Brien-Müller", "jonas+demo@example.org", ""],
        ),
        (
            "google",
            "suharto",
            ("", ""),
            ["Suharto", "", "suharto@example.net", "1988-02-29"],
        ),
        (
            "facebook",
            "mei",
            ("", ""),
            ["美玲", "王", "", "2001-10-01"],
        ),
        ("google", "mei", ("", ""), ["美玲", "王", "", "2001-10-01"]),
        ("oidc", "sam", ("", ""), ["", "", "sam@example.com", ""]),
        (
            "google",
            "nadia",
            ("", ""),
            ["Nadia", "Haddad", "nadia.haddad@example.com", ""],
        ),
        (
            "google",
            "amelie",
            ("birthday", "no_year"),
            ["Amélie", "Dubois", "amelie.dubois@example.com", ""],
        ),
        (
            "facebook",
            "amelie",
            ("birthday", "year"),
            ["Amélie", "Dubois", "amelie.dubois@example.com", ""],
        ),
        (
            "oidc",
            "amelie",
            ("birthday", "year"),
            ["Amélie", "Dubois", "amelie.dubois@example.com", ""],
        ),
        (
            "google",
            "amelie",
            ("birthday", "impossible"),
            ["Amélie", "Dubois", "amelie.dubois@example.com", ""],
        ),
        (
            "facebook",
            "amelie",
            ("birthday", "impossible"),
            ["Amélie", "Dubois", "amelie.dubois@example.com", ""],
        ),
        (
            "oidc",
            "amelie",
            ("birthday", "none"),
            ["Amélie", "Dubois", "amelie.dubois@example.com", ""],
        ),
        (
            "google",
            "amelie",
            ("email", "none"),
            ["Amélie", "Dubois", "", "1990-05-14"],
        ),
        (
            "facebook",
            "amelie",
            ("email", "none"),
            ["Amélie", "Dubois", "", "1990-05-14"],
        ),
        (
            "google",
            "amelie",
            ("names", "family"),
            ["", "Dubois", "amelie.dubois@example.com", "1990-05-14"],
        ),
        (
            "oidc",
            "amelie",
            ("email", "hostile"),
            ["Amélie", "Dubois", "", "1990-05-14"],
        ),
        (
            "facebook",
            "amelie",
            ("names", "hostile"),
            ["", "", "amelie.dubois@example.com", "1990-05-14"],
        ),
    ] {
        let chosen: Vec<(&str, &str)> = [("person", person), chosen]
            .into_iter()
            .filter(|one| !one.0.is_empty())
            .collect();
        let page = log_in(&app, &mut app.browser(), provider, &chosen).await;
        assert_eq!(
            filled_in(&page),
            expected.map(str::to_owned),
            "{provider} {chosen:?}"
        );
        assert_eq!(page.count("script"), 0, "{provider} {chosen:?}");
    }
    assert!(
        people(&app).await.is_empty(),
        "nobody who has not sent the form"
    );
}

#[tokio::test]
async fn who_completes_their_profile_is_here_and_comes_back_without_it() {
    let app = start().await;
    for (provider, email) in [
        ("google", "a@example.org"),
        ("facebook", "b@example.org"),
        ("oidc", "c@example.org"),
    ] {
        let mut browser = app.browser();
        let page = log_in(
            &app,
            &mut browser,
            provider,
            &[("person", "mei"), ("birthday", "none")],
        )
        .await;
        let form = page
            .form(FORM)
            .with("email", email)
            .with("birthday", "2001-10-01");
        assert_eq!(
            browser.send(&form).await.path,
            "/accounts",
            "{provider}: to where they wanted"
        );
        let again = log_in(&app, &mut app.browser(), provider, &[("person", "mei")]).await;
        assert_eq!(again.path, "/accounts", "{provider}");
        assert_eq!(
            browser.get("/sign-up/complete").await.path,
            "/",
            "it is done"
        );
    }
    assert_eq!(
        people(&app).await,
        ["a@example.org", "b@example.org", "c@example.org"]
    );
    assert_eq!(
        all_identities(&app).await,
        [
            "facebook b@example.org -",
            "google a@example.org -",
            "oidc c@example.org -"
        ]
    );
}

#[tokio::test]
async fn what_is_wrong_is_told_by_its_field_and_what_was_typed_stays() {
    let app = start().await;
    let mut browser = app.browser();
    let page = log_in(&app, &mut browser, "google", &[("person", "sam")]).await;
    let wrong = page
        .form(FORM)
        .with("first_name", "<b>Sam")
        .with("email", "nobody")
        .with("birthday", "2031-01-01");
    let page = browser.send(&wrong).await;
    assert_eq!(
        filled_in(&page),
        ["<b>Sam", "", "nobody", "2031-01-01"].map(str::to_owned)
    );
    assert_eq!(page.text("#last_name-problem"), "Enter a name.");
    assert_eq!(
        page.text("#email-problem"),
        "Enter an email address like ada@example.org."
    );
    assert_eq!(page.text("#birthday-problem"), "Enter a date in the past.");
    let long = "x".repeat(10_000);
    let page = browser
        .send(&page.form(FORM).with("last_name", &long))
        .await;
    assert_eq!(
        page.text("#last_name-problem"),
        "Enter a name of at most 100 characters."
    );
    assert!(people(&app).await.is_empty());
    let right = page
        .form(FORM)
        .with("first_name", "Sam")
        .with("last_name", "Sun");
    let right = right
        .with("email", "sam@example.com")
        .with("birthday", "1990-02-28");
    assert_eq!(browser.send(&right).await.path, "/accounts");
}

#[tokio::test]
async fn an_address_of_somebody_else_cannot_be_typed_there_either() {
    let app = start().await;
    app.signed_up(&ADA).await;
    let mut browser = app.browser();
    let page = log_in(&app, &mut browser, "google", &[("person", "mei")]).await;
    let page = browser
        .send(&page.form(FORM).with("email", ADA.email))
        .await;
    assert_eq!(
        page.text("#email-problem"),
        "This email already has an account. Log in instead?"
    );
    assert_eq!(people(&app).await.len(), 1);
    assert!(all_identities(&app).await.is_empty());
}

#[tokio::test]
async fn no_e_mail_address_is_asked_for() {
    let app = start().await;
    for provider in ["google", "facebook", "oidc"] {
        let chosen = [("email", "none")];
        let page = sign_up(&app, &mut app.browser(), provider, &chosen).await;
        assert_eq!(
            filled_in(&page),
            ["Amélie", "Dubois", "", "1990-05-14"].map(str::to_owned),
            "{provider}"
        );
    }
}

#[tokio::test]
async fn an_address_that_is_not_verified_signs_up_where_it_is_nobodys() {
    let app = start().await;
    let mut browser = app.browser();
    let page = sign_up(&app, &mut browser, "google", &[("email", "unverified")]).await;
    assert_eq!(page.path, "/accounts");
    assert_eq!(
        app.texts("SELECT email_verified || '' FROM identity").await,
        ["0"]
    );
}

#[tokio::test]
async fn a_birthday_without_a_year_is_asked_for() {
    let app = start().await;
    for provider in ["google", "facebook", "oidc"] {
        let chosen = [("birthday", "no_year")];
        let page = sign_up(&app, &mut app.browser(), provider, &chosen).await;
        let expected = ["Amélie", "Dubois", "amelie.dubois@example.com", ""];
        assert_eq!(filled_in(&page), expected.map(str::to_owned), "{provider}");
    }
}

#[tokio::test]
async fn the_form_without_a_pending_identity_does_nothing() {
    let app = start().await;
    let mut browser = app.browser();
    for form in ["complete-profile", "connect-account"] {
        let fields = [
            ("first_name", "A"),
            ("last_name", "B"),
            ("email", EVE.email),
            ("birthday", "1990-02-28"),
            ("password", EVE.password),
            ("identity", ""),
            ("next", "/accounts"),
        ];
        let page = browser.post(&format!("/forms/{form}"), &fields).await;
        let said = (told(&page), page.path);
        assert_eq!(
            said,
            (
                "That log-in attempt expired or was already used. Please try again.".into(),
                "/log-in?next=%2Faccounts".into()
            )
        );
    }
    for page in ["/sign-up/complete", "/log-in/connect"] {
        assert_eq!(browser.get(page).await.path, "/log-in", "{page}");
    }
    assert!(people(&app).await.is_empty());
    // Nor does the form create a person once the identity has expired, after half an hour.
    let page = log_in(&app, &mut browser, "google", &[("person", "mei")]).await;
    let form = page.form(FORM).with("email", "mei@example.org");
    app.pass(jiff::SignedDuration::from_mins(31));
    assert_eq!(browser.send(&form).await.path, "/log-in?next=%2Faccounts");
    assert!(people(&app).await.is_empty());
}

#[tokio::test]
async fn an_app_that_sent_somebody_here_gets_them_back_whatever_lies_between() {
    let app = start().await;
    let (client, _) = registered::register(&app, "Budget").await;
    let wanted = format!(
        "/oauth/authorize?response_type=code&client_id={}&redirect_uri={}&code_challenge_method=S256&code_challenge={}",
        client.id,
        registered::BACK,
        "a".repeat(43)
    );
    let mut browser = app.browser();
    let page = browser.get(&wanted).await;
    let sign_up = page
        .attribute("a[href^='/sign-up']", "href")
        .expect("a link");
    let page = browser.get(&sign_up).await;
    let leaving = browser
        .send(&page.form("form.providers").with("provider", "google"))
        .await;
    // They cancel, try again, have to complete their profile, and make a mistake in it.
    let back = decide(&app, &leaving, &[("go", "cancel")]).await;
    let page = browser.get(&back).await;
    assert_eq!(told(&page), "You cancelled logging in with Google.");
    let leaving = browser
        .send(&page.form("form.providers").with("provider", "google"))
        .await;
    let back = decide(&app, &leaving, &[("person", "mei")]).await;
    let page = browser.get(&back).await;
    let page = browser.send(&page.form(FORM).with("email", "nobody")).await;
    let page = browser
        .send(&page.form(FORM).with("email", "mei@example.org"))
        .await;
    assert_eq!(page.path, wanted, "{}", page.body);
    assert!(page.text("h1").contains("Budget"), "{}", page.body);
}
