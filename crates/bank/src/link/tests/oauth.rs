//! Institutions that log people in on their own site.

use super::{Browser, OAUTH, World, start};

const BACK: &str = "http://127.0.0.1:4000/oauth-return";

/// Opens a pane and goes from there to an institution's own site.
async fn there(world: &World, redirect_uri: Option<&str>) -> (String, Browser) {
    let token = world
        .token(|token| token.redirect_uri = redirect_uri.map(str::to_owned))
        .await;
    let mut browser = world.at_bank(&token, OAUTH).await;
    assert!(
        browser.heading().starts_with("Log in at "),
        "{}",
        browser.heading()
    );
    browser.post(&[]).await;
    assert!(
        browser.path.starts_with("/sandbox/oauth/"),
        "{}",
        browser.path
    );
    assert_eq!(browser.heading(), "Log in to online banking");
    (token.token, browser)
}

async fn decide(browser: &mut Browser, go: &str) {
    browser.log_in("anyone", "anything").await;
    assert_eq!(browser.heading(), "Share accounts with Passbook?");
    let keys = browser.attributes("input[name=account][checked]", "value");
    let mut fields: Vec<(&str, &str)> = keys.iter().map(|key| ("account", key.as_str())).collect();
    fields.push(("go", go));
    browser.post(&fields).await;
}

fn way_back(browser: &Browser) -> String {
    browser.attribute("a.primary", "href").expect("a way back")
}

#[tokio::test]
async fn with_a_redirect_uri_the_application_brings_its_person_back() {
    let world = World::new().await;
    let (token, mut browser) = there(&world, Some(BACK)).await;
    decide(&mut browser, "allow").await;
    let back = way_back(&browser);
    assert!(
        back.starts_with(&format!("{BACK}?oauth_state_id=")),
        "{back}"
    );
    let refresh = browser
        .attribute("meta[http-equiv=refresh]", "content")
        .expect("a refresh");
    assert_eq!(refresh, format!("1;url={back}"));

    browser.get(&start(&token, Some(&back))).await;
    assert_eq!(browser.heading(), "Share these accounts with Passbook?");
    let heard = browser.event_names();
    assert!(
        !heard.contains(&"SELECT_INSTITUTION".to_owned()),
        "told once only: {heard:?}"
    );
    browser.post(&[]).await;
    assert_eq!(browser.result()["kind"], "success");
    assert_eq!(
        browser.result()["metadata"]["institution"]["institution_id"],
        OAUTH
    );
    let sessions = world.bank.sessions_of(&token).await.expect("sessions");
    assert_eq!(sessions.len(), 1, "the same session went on");
}

#[tokio::test]
async fn a_return_is_good_once() {
    let world = World::new().await;
    let (token, mut browser) = there(&world, Some(BACK)).await;
    decide(&mut browser, "allow").await;
    let back = way_back(&browser);
    browser.get(&start(&token, Some(&back))).await;
    browser.get(&start(&token, Some(&back))).await;
    let error = browser.result()["error"].clone();
    assert_eq!(error["error_code"], "OAUTH_STATE_ID_ALREADY_PROCESSED");
    assert_eq!(error["error_type"], "OAUTH_ERROR");
}

#[tokio::test]
async fn a_return_belongs_to_its_token() {
    let world = World::new().await;
    let (token, mut browser) = there(&world, Some(BACK)).await;
    decide(&mut browser, "allow").await;
    let back = way_back(&browser);
    let other = world
        .token(|other| other.redirect_uri = Some(BACK.into()))
        .await;
    let mut stranger = world.browser();
    stranger.get(&start(&other.token, Some(&back))).await;
    assert_eq!(
        stranger.result()["error"]["error_code"],
        "INCORRECT_LINK_TOKEN"
    );
    browser.get(&start(&token, Some(&back))).await;
    assert_eq!(
        browser.heading(),
        "Share these accounts with Passbook?",
        "the right one is not used up"
    );
}

#[tokio::test]
async fn a_return_that_nobody_was_sent_on_is_unknown() {
    let world = World::new().await;
    let (token, browser) = there(&world, Some(BACK)).await;
    let id = browser.path.split('/').nth(3).expect("an id").to_owned();
    for state in [id.as_str(), "0b5a5c1e-0000-4000-8000-000000000000"] {
        let mut early = world.browser();
        early
            .get(&start(
                &token,
                Some(&format!("{BACK}?oauth_state_id={state}")),
            ))
            .await;
        assert_eq!(
            early.result()["error"]["error_code"],
            "OAUTH_STATE_ID_NOT_FOUND",
            "{state}"
        );
    }
    let mut bare = world.browser();
    bare.get(&start(&token, Some("not an address"))).await;
    assert_eq!(
        bare.result()["error"]["error_code"],
        "OAUTH_STATE_ID_NOT_FOUND"
    );
}

#[tokio::test]
async fn without_a_redirect_uri_the_pane_goes_on_by_itself() {
    let world = World::new().await;
    let token = world.token(|_| ()).await;
    let mut pane = world.at_bank(&token, OAUTH).await;
    assert_eq!(
        pane.attribute("form.step", "target").expect("a target"),
        "_blank"
    );
    let version = pane.attribute("body", "data-version").expect("a version");
    let session = pane.path.clone();

    let mut window = world.browser();
    window.get(&session).await;
    window.post(&[]).await;
    decide(&mut window, "allow").await;
    assert_eq!(window.attribute("body", "data-done").expect("a sign"), "1");
    assert_eq!(window.attribute("a.primary", "href"), None);

    let poll = pane.attribute("body", "data-poll").expect("a place to ask");
    pane.get(&poll).await;
    assert_ne!(pane.html, version, "the pane can tell that there is news");
    pane.get(&session).await;
    assert_eq!(pane.heading(), "Share these accounts with Passbook?");
    pane.post(&[]).await;
    assert_eq!(pane.result()["kind"], "success");
    let names = pane.event_names();
    assert!(names.contains(&"OPEN_OAUTH".to_owned()) && names.contains(&"CLOSE_OAUTH".to_owned()));
}

#[tokio::test]
async fn not_allowing_is_told_and_may_be_tried_again() {
    let world = World::new().await;
    let (_, mut browser) = there(&world, None).await;
    let session = browser.path.replace("/oauth/", "/link/session/");
    decide(&mut browser, "deny").await;
    browser.get(&session).await;
    assert!(browser.text("[role=alert]").contains("ACCESS_NOT_GRANTED"));
    assert!(browser.event_names().contains(&"FAIL_OAUTH".to_owned()));
    browser.post(&[]).await;
    decide(&mut browser, "allow").await;
    browser.get(&session).await;
    assert_eq!(browser.heading(), "Share these accounts with Passbook?");
}

#[tokio::test]
async fn hosted_link_comes_back_without_a_script() {
    let world = World::new().await;
    let token = world.hosted_token(None).await;
    let mut browser = world.browser();
    browser
        .get(&format!(
            "/sandbox/hosted/{}",
            token.hosted.expect("hosted").id
        ))
        .await;
    browser.post(&[]).await;
    browser.post(&[("institution", OAUTH)]).await;
    assert_eq!(browser.attribute("form.step", "target"), None);
    browser.post(&[]).await;
    decide(&mut browser, "allow").await;
    assert_eq!(browser.heading(), "Share these accounts with Passbook?");
    browser.post(&[]).await;
    assert!(
        browser.heading().ends_with(" is linked"),
        "{}",
        browser.heading()
    );
}

#[tokio::test]
async fn the_banks_own_site_cannot_be_framed_and_wears_its_colour() {
    let world = World::new().await;
    let (_, mut browser) = there(&world, None).await;
    let policy = browser.headers["content-security-policy"]
        .to_str()
        .expect("text")
        .to_owned();
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    let sheet = browser.attributes("link[rel=stylesheet]", "href")[1].clone();
    browser.get(&sheet).await;
    assert!(browser.html.contains("--brand: #"), "{}", browser.html);
}
