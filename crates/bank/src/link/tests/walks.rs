//! Complete walks, in a pane and in Hosted Link.

use super::{PLATYPUS, World};
use crate::bank::AccountFilter;

#[tokio::test]
async fn a_pane_leads_from_consent_to_a_public_token() {
    let world = World::new().await;
    let token = world.token(|_| ()).await;
    let mut browser = world.pane(&token).await;
    assert_eq!(browser.heading(), "Link your bank to Passbook");
    browser.post(&[]).await;
    assert_eq!(browser.heading(), "Choose your bank");
    browser.post(&[("institution", PLATYPUS)]).await;
    assert_eq!(browser.heading(), "Log in to First Platypus Bank");
    browser.log_in("user_good", "pass_good").await;
    assert_eq!(browser.heading(), "Choose accounts to share");
    browser.accept_accounts().await;
    assert_eq!(browser.heading(), "Share these accounts with Passbook?");
    browser.post(&[]).await;
    assert_eq!(browser.heading(), "First Platypus Bank is linked");

    let result = browser.result();
    assert_eq!(result["kind"], "success");
    let public_token = result["public_token"].as_str().expect("a token");
    assert!(
        public_token.starts_with("public-sandbox-"),
        "{public_token}"
    );
    let metadata = &result["metadata"];
    assert_eq!(metadata["institution"]["institution_id"], PLATYPUS);
    assert_eq!(metadata["institution"]["name"], "First Platypus Bank");
    let first = metadata["accounts"][0].as_object().expect("an account");
    for field in [
        "id",
        "name",
        "mask",
        "type",
        "subtype",
        "verification_status",
        "class_type",
    ] {
        assert!(first.contains_key(field), "{field}");
    }
    let names = browser.event_names();
    let order = [
        "OPEN",
        "SELECT_INSTITUTION",
        "SUBMIT_CREDENTIALS",
        "HANDOFF",
    ];
    let mut seen = names.iter();
    for wanted in order {
        assert!(
            seen.any(|name| name == wanted),
            "{wanted} in its place in {names:?}"
        );
    }
}

#[tokio::test]
async fn the_token_knows_its_session_afterwards() {
    let world = World::new().await;
    let token = world.token(|_| ()).await;
    let mut browser = world.at_bank(&token, PLATYPUS).await;
    browser.log_in("user_good", "pass_good").await;
    browser.accept_accounts().await;
    browser.post(&[]).await;
    let sessions = world
        .bank
        .sessions_of(&token.token)
        .await
        .expect("sessions");
    assert_eq!(sessions.len(), 1);
    assert!(sessions[0].finished_at.is_some());
    assert_eq!(sessions[0].results.len(), 1);
    assert_eq!(
        sessions[0].results[0].public_token,
        browser.result()["public_token"]
    );
    let last = sessions[0].events.last().expect("an event");
    assert_eq!(last["event_name"], "HANDOFF");
    assert!(last["event_id"].is_string() && last["timestamp"].is_string());
    assert!(
        !sessions[0].state.to_string().contains("pass_good"),
        "no password is written down"
    );
}

#[tokio::test]
async fn hosted_link_goes_back_to_where_it_was_told() {
    let world = World::new().await;
    let token = world
        .hosted_token(Some("http://127.0.0.1:4000/banks/done"))
        .await;
    let mut browser = world.browser();
    browser
        .get(&format!(
            "/sandbox/hosted/{}",
            token.hosted.expect("hosted").id
        ))
        .await;
    browser.post(&[]).await;
    browser.post(&[("institution", PLATYPUS)]).await;
    browser.log_in("user_good", "pass_good").await;
    browser.accept_accounts().await;
    browser.post(&[]).await;
    assert_eq!(browser.heading(), "First Platypus Bank is linked");
    let refresh = browser
        .attribute("meta[http-equiv=refresh]", "content")
        .expect("a refresh");
    assert_eq!(refresh, "1;url=http://127.0.0.1:4000/banks/done");
    assert_eq!(
        browser.attribute("a.primary", "href").expect("a link"),
        "http://127.0.0.1:4000/banks/done"
    );
    assert_eq!(
        browser.attribute("body", "data-message"),
        None,
        "nothing is told to any opener"
    );
}

#[tokio::test]
async fn hosted_link_without_a_way_back_says_that_the_tab_may_be_closed() {
    let world = World::new().await;
    let token = world.hosted_token(None).await;
    let mut browser = world.browser();
    browser
        .get(&format!(
            "/sandbox/hosted/{}",
            token.hosted.expect("hosted").id
        ))
        .await;
    browser.post(&[("go", "exit")]).await;
    assert_eq!(browser.heading(), "No bank linked");
    assert!(browser.text("main").contains("You can close this tab"));
}

#[tokio::test]
async fn only_chosen_accounts_are_linked_and_none_is_no_choice() {
    let world = World::new().await;
    let token = world.token(|_| ()).await;
    let mut browser = world.at_bank(&token, PLATYPUS).await;
    browser.log_in("user_good", "pass_good").await;
    let keys = browser.attributes("input[name=account]", "value");
    assert!(keys.len() > 1);
    assert_eq!(
        browser.attributes("input[name=account][checked]", "value"),
        keys,
        "all have a tick"
    );
    let owed = browser.text(".accounts");
    assert!(owed.contains('\u{2212}'), "a card has a minus: {owed}");
    browser.post(&[]).await;
    assert_eq!(browser.heading(), "Choose accounts to share");
    let alert = browser.text("[role=alert]");
    assert!(alert.contains("Choose at least one account."), "{alert}");
    assert!(alert.contains("NO_ACCOUNTS"), "{alert}");
    browser
        .post(&[("account", &keys[1]), ("account", "somebody-elses")])
        .await;
    browser.post(&[]).await;
    let accounts = browser.result()["metadata"]["accounts"].clone();
    assert_eq!(accounts.as_array().expect("accounts").len(), 1);
}

#[tokio::test]
async fn accounts_that_the_token_filters_out_are_not_offered() {
    let world = World::new().await;
    let filter = AccountFilter {
        kind: "depository".into(),
        subtypes: vec!["savings".into()],
    };
    let open = world.token(|_| ()).await;
    let filtered = world
        .token(|token| token.account_filters = vec![filter])
        .await;
    let mut offers = Vec::new();
    for token in [&open, &filtered] {
        let mut browser = world.at_bank(token, PLATYPUS).await;
        browser.log_in("user_good", "pass_good").await;
        let names = browser.text(".accounts");
        assert!(names.contains("Savings"), "{names}");
        assert_eq!(names.contains("Checking"), token.token == open.token);
        let keys = browser.attributes("input[name=account]", "value");
        offers.push((keys, browser));
    }
    let (some, mut browser) = offers.pop().expect("an offer");
    let (all, mut control) = offers.pop().expect("an offer");
    assert!(!some.is_empty() && some.iter().all(|key| all.contains(key)));
    let left_out: Vec<_> = all.iter().filter(|key| !some.contains(key)).collect();
    assert!(!left_out.is_empty(), "{all:?}");

    // Nor can they be asked for by hand, alone or along with what is offered.
    let by_hand: Vec<_> = left_out
        .iter()
        .map(|key| ("account", key.as_str()))
        .collect();
    browser.post(&by_hand).await;
    assert_eq!(browser.heading(), "Choose accounts to share");
    assert!(browser.text("[role=alert]").contains("NO_ACCOUNTS"));
    let everything: Vec<_> = all.iter().map(|key| ("account", key.as_str())).collect();
    for (browser, linked) in [(&mut control, all.len()), (&mut browser, some.len())] {
        browser.post(&everything).await;
        browser.post(&[]).await;
        let accounts = browser.result()["metadata"]["accounts"].clone();
        let accounts = accounts.as_array().expect("accounts").len();
        assert_eq!(accounts, linked);
    }
}

#[tokio::test]
async fn searching_narrows_the_list_and_says_when_nothing_is_there() {
    let world = World::new().await;
    let token = world.token(|_| ()).await;
    let mut browser = world.pane(&token).await;
    browser.post(&[]).await;
    let all = browser
        .attributes("button[name=institution]", "value")
        .len();
    browser.post(&[("q", "platypus bank")]).await;
    let found = browser.attributes("button[name=institution]", "value");
    assert!(
        found.len() < all && found.contains(&PLATYPUS.to_owned()),
        "{found:?} of {all}"
    );
    assert!(browser.attribute("[data-none]", "hidden").is_some());
    browser.post(&[("q", "zzzz")]).await;
    assert!(
        browser
            .attributes("button[name=institution]", "value")
            .is_empty()
    );
    assert!(browser.attribute("[data-none]", "hidden").is_none());
}

#[tokio::test]
async fn banks_of_other_countries_are_not_offered() {
    let world = World::new().await;
    let mut offers = Vec::new();
    for country in ["US", "GB"] {
        let token = world
            .token(|token| token.country_codes = vec![country.into()])
            .await;
        let mut browser = world.pane(&token).await;
        browser.post(&[]).await;
        let offered = browser.attributes("button[name=institution]", "value");
        offers.push((offered, browser));
    }
    let (british, mut in_britain) = offers.pop().expect("an offer");
    let (american, mut in_america) = offers.pop().expect("an offer");
    assert!(american.iter().any(|id| id == PLATYPUS), "{american:?}");
    assert!(!british.is_empty());
    assert!(
        british.iter().all(|id| !american.contains(id)),
        "{british:?}"
    );

    in_britain.post(&[("institution", PLATYPUS)]).await;
    assert_eq!(
        in_britain.heading(),
        "Choose your bank",
        "nor can they be asked for by hand"
    );
    in_america.post(&[("institution", PLATYPUS)]).await;
    assert_eq!(in_america.heading(), "Log in to First Platypus Bank");
}

#[tokio::test]
async fn a_restart_in_the_middle_asks_for_the_password_again_and_loses_nothing_else() {
    let world = World::new().await;
    let token = world.token(|_| ()).await;
    let mut before = world.at_bank(&token, PLATYPUS).await;
    before.log_in("user_good", "pass_good").await;
    let path = before.path.clone();
    let world = world.restarted().await;
    let mut browser = world.browser();
    browser.get(&path).await;
    assert_eq!(browser.heading(), "Log in to First Platypus Bank");
    assert_eq!(
        browser.attribute("#username", "value").expect("a name"),
        "user_good"
    );
    browser.log_in("user_good", "pass_good").await;
    browser.accept_accounts().await;
    browser.post(&[]).await;
    assert_eq!(browser.result()["kind"], "success");
}

#[tokio::test]
async fn an_answer_sent_twice_links_once() {
    let world = World::new().await;
    let token = world.token(|_| ()).await;
    let mut browser = world.at_bank(&token, PLATYPUS).await;
    browser.log_in("user_good", "pass_good").await;
    browser.accept_accounts().await;
    let first = browser.send("step=share".into());
    first.await;
    let linked = browser.result();
    browser.send("step=share".into()).await;
    assert_eq!(browser.result(), linked);
    let sessions = world
        .bank
        .sessions_of(&token.token)
        .await
        .expect("sessions");
    assert_eq!(sessions[0].results.len(), 1);
}

#[tokio::test]
async fn a_custom_persons_whole_file_fits_into_the_password() {
    let world = World::new().await;
    let token = world.token(|_| ()).await;
    let mut browser = world.at_bank(&token, PLATYPUS).await;
    let row = |n: usize| {
        format!(
            r#"{{"date_transacted":"2026-01-{:02}","date_posted":"2026-01-{:02}","amount":{n}.25,"description":"Ünïcode & <b>row</b> {}","currency":"USD"}}"#,
            n % 28 + 1,
            n % 28 + 1,
            "x".repeat(140)
        )
    };
    let rows: Vec<String> = (1..=200).map(row).collect();
    let file = format!(
        r#"{{"override_accounts":[{{"type":"depository","subtype":"checking","starting_balance":1000,"transactions":[{}]}}]}}"#,
        rows.join(",")
    );
    assert!(
        file.len() > 45_000,
        "as long as Plaid lets it be: {}",
        file.len()
    );
    browser.log_in("user_custom", &file).await;
    assert_eq!(
        browser.heading(),
        "Choose accounts to share",
        "{}",
        browser.text("[role=alert]")
    );
    assert_eq!(browser.attributes("input[name=account]", "value").len(), 1);
}
