//! Signing up.

use super::problems;
use crate::app::{ADA, EVE, Person, TestApp};

#[tokio::test]
async fn every_wrong_field_is_marked_at_once_and_what_was_typed_stays() {
    let app = TestApp::start().await;
    let wrong = Person {
        first_name: " ",
        last_name: "",
        email: "ada.example.org",
        user_name: "a b",
        birthday: "2031-02-30",
        password: "hunter2",
    };
    let mut browser = app.browser();
    let page = browser.sign_up(&wrong, "").await;

    assert_eq!((page.path.as_str(), page.status), ("/sign-up", 200));
    let problems = problems(&page);
    let fields: Vec<&str> = problems.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(
        fields,
        [
            "first_name",
            "last_name",
            "email",
            "birthday",
            "user_name",
            "password"
        ]
    );
    for (field, sentence) in &problems {
        assert!(
            sentence.ends_with(['.', '”']) && sentence.len() > 10,
            "{field}: {sentence}"
        );
    }
    let typed = |field: &str| page.attribute(&format!("#{field}"), "value");
    assert_eq!(typed("email").as_deref(), Some("ada.example.org"));
    assert_eq!(typed("user_name").as_deref(), Some("a b"));
    assert_eq!(typed("birthday").as_deref(), Some("2031-02-30"));
    assert_eq!(typed("password"), None);
    assert!(
        browser
            .seen
            .iter()
            .all(|page| !page.body.contains("hunter2"))
    );
    assert_eq!(app.number("SELECT COUNT(*) FROM person").await, 0);
    let again = browser.get("/sign-up").await;
    assert_eq!(again.count("[aria-invalid]"), 0, "the page says it once");
}

#[tokio::test]
async fn a_weak_password_is_refused_with_a_reason_and_a_phrase_is_offered() {
    let app = TestApp::start().await;
    let weak = [
        "short but fine",
        "passwordpassword1",
        "aaaaaaaaaaaaaaaaaaaaa",
        "adabyron19851210",
    ];
    for password in weak {
        let page = app.browser().sign_up(&Person { password, ..ADA }, "").await;
        let problems = problems(&page);
        assert_eq!(problems.len(), 1, "{password}: {problems:?}");
        let (field, sentence) = &problems[0];
        assert_eq!(field, "password");
        let (_, offered) = sentence.split_once('“').expect("an offer");
        let (offered, _) = offered.split_once('”').expect("an offer");
        assert_eq!(offered.split(' ').count(), 5, "{sentence}");
    }
    let page = app.browser().sign_up(&ADA, "").await;
    assert_eq!(page.path, "/", "a good one is taken");
}

#[tokio::test]
async fn an_e_mail_is_taken_whatever_its_case() {
    let app = TestApp::start().await;
    app.signed_up(&ADA).await;
    let again = Person {
        email: "ADA@EXAMPLE.ORG",
        user_name: "",
        ..EVE
    };
    let page = app.browser().sign_up(&again, "").await;
    assert_eq!(problems(&page)[0].0, "email");
    let again = Person {
        user_name: "Countess",
        ..EVE
    };
    let page = app.browser().sign_up(&again, "").await;
    assert_eq!(problems(&page)[0].0, "user_name");
    let again = Person {
        email: "ADA@EXAMPLE.ORG",
        ..again
    };
    let page = app.browser().sign_up(&again, "").await;
    let told: Vec<String> = problems(&page)
        .into_iter()
        .map(|(field, _)| field)
        .collect();
    assert_eq!(told, ["email", "user_name"]);
    assert_eq!(app.number("SELECT COUNT(*) FROM person").await, 1);
}

#[tokio::test]
async fn a_name_that_is_taken_is_told_with_all_other_mistakes() {
    let app = TestApp::start().await;
    app.signed_up(&ADA).await;
    let wrong = Person {
        first_name: "",
        user_name: "Countess",
        password: "short",
        ..ADA
    };
    let page = app.browser().sign_up(&wrong, "").await;
    let told = problems(&page).into_iter().map(|(field, _)| field);
    let told: Vec<String> = told.collect();
    assert_eq!(told, ["first_name", "email", "user_name", "password"]);
}

#[tokio::test]
async fn mistakes_tell_no_more_names_than_sign_ups_would() {
    let app = TestApp::start().await;
    app.signed_up(&ADA).await;
    let wrong = Person {
        first_name: "",
        ..ADA
    };
    let mut browser = app.browser();
    let mut told = 0;
    for _ in 0..25 {
        let page = browser.sign_up(&wrong, "").await;
        let problems = problems(&page);
        assert_eq!(problems[0].0, "first_name", "it is told all the same");
        told += usize::from(problems.len() > 1);
    }
    assert_eq!(told, 19, "twenty from one place, and Ada was the first");
}

#[tokio::test]
async fn names_of_markup_and_of_every_script_are_shown_as_they_are() {
    let app = TestApp::start().await;
    let odd = Person {
        first_name: "<b>Žofie</b>",
        last_name: "O’Neil-山田 & \"Co\"",
        ..ADA
    };
    let mut browser = app.signed_up(&odd).await;
    let page = browser.get("/settings").await;
    assert_eq!(page.text(".person p"), "<b>Žofie</b> O’Neil-山田 & \"Co\"");
    assert_eq!(page.count(".person b"), 0);
}
