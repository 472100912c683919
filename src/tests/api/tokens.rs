//! Tokens: every way in which one can be invalid.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::activity::Visit;
use domain::secret::Secret;
use jiff::SignedDuration;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use passbook::auth::{self, AuthError, SigningKeys, tokens};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Answer, ApiClient};
use crate::app::{ADA, EVE, TestApp};

async fn refreshed(program: &ApiClient, refresh: &str) -> Answer {
    let body = json!({ "refresh": refresh });
    program.post("/users/auth/refresh", &body).await
}

fn parts(token: &str) -> Vec<&str> {
    token.split('.').collect()
}

fn decoded(part: &str) -> Value {
    let bytes = URL_SAFE_NO_PAD.decode(part).expect("base64url");
    serde_json::from_slice(&bytes).expect("JSON")
}

fn encoded(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// Returns a token with these claims, signed with the current key.
async fn signed(app: &TestApp, algorithm: Algorithm, claims: &Value) -> String {
    let ctx = app.ctx();
    let keys = ctx.store.token_keys().await.expect("keys");
    let (id, sealed, _) = keys.first().expect("a key");
    let secret = ctx.vault.unseal(sealed, id.as_str(), "token_key");
    let header = Header {
        kid: Some(id.to_string()),
        ..Header::new(algorithm)
    };
    let key = EncodingKey::from_secret(secret.expect("the key").expose().as_bytes());
    encode(&header, claims, &key).expect("a token")
}

#[tokio::test]
async fn a_person_registers_and_logs_in_by_name_and_by_address() {
    let app = TestApp::start().await;
    let program = ApiClient::of(&app, &ADA).await;
    assert_eq!(program.get("/accounts").await.status, 200);
    for name in ["countess", "COUNTESS", "ada@example.org"] {
        let body = json!({ "username": name, "password": ADA.password });
        let answer = program.post("/users/auth/token", &body).await;
        assert_eq!(answer.status, 200, "{name}: {}", answer.text);
        assert_eq!(answer.header("cache-control"), "no-store");
        let access = program.with(&answer.text_of("access"));
        assert_eq!(access.get("/accounts").await.status, 200, "{name}");
    }
    let claims = decoded(parts(program.bearer.as_deref().expect("a token"))[1]);
    assert_eq!(claims["token_type"], "access");
    assert_eq!(claims["user_id"], claims["sub"]);
    assert_eq!(
        claims["exp"]
            .as_i64()
            .zip(claims["iat"].as_i64())
            .map(|(e, i)| e - i),
        Some(30 * 60)
    );
    let claims = decoded(parts(&program.refresh)[1]);
    assert_eq!(
        claims["exp"]
            .as_i64()
            .zip(claims["iat"].as_i64())
            .map(|(e, i)| e - i),
        Some(7 * 24 * 3600)
    );
}

#[tokio::test]
async fn nothing_but_a_name_an_address_and_a_password_is_needed() {
    let app = TestApp::start().await;
    let program = ApiClient::new(&app);
    let body = json!({ "username": "eve.m", "email": EVE.email, "password": EVE.password });
    let answer = program.post("/users/auth/register", &body).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    assert_eq!(answer.json["username"], "eve.m");
    assert_eq!(answer.json["first_name"], Value::Null);
    assert!(!answer.text.contains(EVE.password));
    let page = app.logged_in(&EVE).await.get("/settings").await;
    assert_eq!(page.text(".person p"), "eve.m");
    let mut again = body;
    again["username"] = json!("another");
    let again = program.post("/users/auth/register", &again).await;
    again.is_problem(422);
    assert_eq!(again.wrong(), ["email"]);
}

#[tokio::test]
async fn the_doors_to_tokens_are_at_users_auth_too() {
    let app = TestApp::start().await;
    ApiClient::of(&app, &ADA).await;
    let http = crate::app::browsers();
    let at = |path: &str| format!("http://{}{path}", app.address());
    let body = json!({ "username": "countess", "password": ADA.password });
    let answer = http.post(at("/users/auth/token")).json(&body).send().await;
    let pair: Value = answer.expect("an answer").json().await.expect("JSON");
    let access = pair["access"].as_str().expect("a token");
    let answer = http
        .post(at("/users/auth/logout"))
        .bearer_auth(access)
        .send()
        .await;
    assert_eq!(answer.expect("an answer").status(), 204);
    let answer = http
        .post(at("/users/auth/logout"))
        .bearer_auth(access)
        .send()
        .await;
    assert_eq!(answer.expect("an answer").status(), 401);
}

#[tokio::test]
async fn expired() {
    let app = TestApp::start().await;
    let program = ApiClient::of(&app, &ADA).await;
    app.pass(SignedDuration::from_secs(30 * 60 - 1));
    assert_eq!(program.get("/accounts").await.status, 200);
    app.pass(SignedDuration::from_secs(1));
    program.get("/accounts").await.is_unauthorized();
    app.pass(SignedDuration::from_hours(7 * 24));
    refreshed(&program, &program.refresh)
        .await
        .is_unauthorized();
}

#[tokio::test]
async fn wrong_type() {
    let app = TestApp::start().await;
    let program = ApiClient::of(&app, &ADA).await;
    program
        .with(&program.refresh)
        .get("/accounts")
        .await
        .is_unauthorized();
    let access = program.bearer.clone().expect("a token");
    refreshed(&program, &access).await.is_unauthorized();
    assert_eq!(
        program.get("/accounts").await.status,
        200,
        "neither ends the family"
    );
}

#[tokio::test]
async fn wrong_algorithm() {
    let app = TestApp::start().await;
    let program = ApiClient::of(&app, &ADA).await;
    let token = program.bearer.clone().expect("a token");
    // Signed with our own key, so only the algorithm is wrong.
    let said = decoded(parts(&token)[1]);
    let open = signed(&app, Algorithm::HS256, &said).await;
    assert_eq!(program.with(&open).get("/accounts").await.status, 200);
    for algorithm in [Algorithm::HS384, Algorithm::HS512] {
        let forged = signed(&app, algorithm, &said).await;
        program
            .with(&forged)
            .get("/accounts")
            .await
            .is_unauthorized();
    }
    let [header, claims, signature] = parts(&token)[..] else {
        panic!("a token has three parts")
    };
    for alg in ["HS384", "HS512", "RS256", "ES256", "EdDSA", "hs256", ""] {
        let mut other = decoded(header);
        other["alg"] = json!(alg);
        let forged = format!("{}.{claims}.{signature}", encoded(&other));
        program
            .with(&forged)
            .get("/accounts")
            .await
            .is_unauthorized();
    }
}

#[tokio::test]
async fn no_algorithm() {
    let app = TestApp::start().await;
    let program = ApiClient::of(&app, &ADA).await;
    let token = program.bearer.clone().expect("a token");
    let [header, claims, signature] = parts(&token)[..] else {
        panic!("a token has three parts")
    };
    for alg in ["none", "None", "NONE"] {
        let mut none = decoded(header);
        none["alg"] = json!(alg);
        for signature in ["", signature] {
            let forged = format!("{}.{claims}.{signature}", encoded(&none));
            program
                .with(&forged)
                .get("/accounts")
                .await
                .is_unauthorized();
        }
    }
}

#[tokio::test]
async fn tampered() {
    let app = TestApp::start().await;
    let program = ApiClient::of(&app, &ADA).await;
    let eve = ApiClient::of(&app, &EVE).await;
    let token = program.bearer.clone().expect("a token");
    let others = eve.bearer.clone().expect("a token");
    let [header, claims, signature] = parts(&token)[..] else {
        panic!("a token has three parts")
    };
    let theirs = decoded(parts(&others)[1]);
    let mut forged = Vec::new();
    // Signed with our own key, so only the claim is wrong.
    let now = app.ctx().clock.now().as_second();
    for (claim, value) in [
        ("aud", json!("another")),
        ("aud", json!(["another"])),
        ("aud", Value::Null),
        ("iss", json!("another")),
        ("iss", Value::Null),
        ("sub", theirs["sub"].clone()),
        ("sub", json!("")),
        ("family", theirs["family"].clone()),
        ("family", json!("01arz3ndektsv4rrffq69g5fav")),
        ("family", json!("x")),
        ("token_type", json!("refresh")),
        ("token_type", json!("Access")),
        ("exp", json!(now)),
        ("exp", Value::Null),
        ("exp", json!("4102444800")),
    ] {
        let mut changed = decoded(claims);
        changed[claim] = value;
        forged.push(signed(&app, Algorithm::HS256, &changed).await);
        let mut without = decoded(claims);
        without.as_object_mut().expect("claims").remove(claim);
        forged.push(signed(&app, Algorithm::HS256, &without).await);
    }
    for (claim, value) in [
        ("exp", json!(4_102_444_800_i64)),
        ("sub", theirs["sub"].clone()),
        ("user_id", theirs["sub"].clone()),
        ("family", theirs["family"].clone()),
        ("aud", json!("another")),
        ("iss", json!("another")),
    ] {
        let mut changed = decoded(claims);
        changed[claim] = value;
        forged.push(format!("{header}.{}.{signature}", encoded(&changed)));
    }
    let mut other_key = decoded(header);
    other_key["kid"] = json!("01arz3ndektsv4rrffq69g5fav");
    forged.push(format!("{}.{claims}.{signature}", encoded(&other_key)));
    forged.push(format!("{header}.{claims}.{}", parts(&others)[2]));
    forged.push(format!("{header}.{claims}"));
    forged.push(format!("{header}.{claims}.{signature}x"));
    forged.push("x".repeat(5_000));
    forged.push("pbk_".to_owned());
    for token in forged {
        program
            .with(&token)
            .get("/accounts")
            .await
            .is_unauthorized();
    }
    ApiClient::new(&app)
        .get("/accounts")
        .await
        .is_unauthorized();
    assert_eq!(program.get("/accounts").await.status, 200);
}

#[tokio::test]
async fn refresh_twice() {
    let app = TestApp::start().await;
    let program = ApiClient::of(&app, &ADA).await;
    let first = refreshed(&program, &program.refresh).await;
    assert_eq!(first.status, 200, "{}", first.text);
    let none = refreshed(&program, "x").await;
    none.is_unauthorized();
    let said = none.text_of("detail");
    assert!(said.contains("refresh token"), "{said}");
    let next = program.with(&first.text_of("access"));
    assert_ne!(first.text_of("refresh"), program.refresh);
    // A client that refreshed twice at once.
    app.pass(SignedDuration::from_secs(9));
    refreshed(&program, &program.refresh)
        .await
        .is_unauthorized();
    assert_eq!(next.get("/accounts").await.status, 200);
    // A copy of the token, used later.
    app.pass(SignedDuration::from_secs(2));
    refreshed(&program, &program.refresh)
        .await
        .is_unauthorized();
    next.get("/accounts").await.is_unauthorized();
    refreshed(&program, &first.text_of("refresh"))
        .await
        .is_unauthorized();
}

#[tokio::test]
async fn refresh_in_parallel_exactly_one_wins() {
    let app = TestApp::with(&[("PASSBOOK_API_RATE", "0")]).await;
    let mut program = ApiClient::of(&app, &ADA).await;
    for round in 0..100 {
        let asks = (0..4).map(|_| {
            let program = program.clone();
            tokio::spawn(async move { refreshed(&program, &program.refresh).await })
        });
        let mut won = Vec::new();
        for ask in asks.collect::<Vec<_>>() {
            let answer = ask.await.expect("it is asked");
            match answer.status {
                200 => won.push(answer),
                _ => answer.is_unauthorized(),
            }
        }
        assert_eq!(won.len(), 1, "round {round}");
        program.refresh = won[0].text_of("refresh");
        program.bearer = Some(won[0].text_of("access"));
    }
    assert_eq!(program.get("/accounts").await.status, 200);
    let live = "SELECT COUNT(*) FROM refresh_token WHERE used_at IS NULL";
    assert_eq!(app.number(live).await, 1);
}

#[tokio::test]
async fn a_family_ends_a_year_after_its_log_in_however_often_it_is_refreshed() {
    let app = TestApp::with(&[("PASSBOOK_API_RATE", "0")]).await;
    let mut program = ApiClient::of(&app, &ADA).await;
    let refresh = async |program: &mut ApiClient| {
        let answer = refreshed(program, &program.refresh).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        program.bearer = Some(answer.text_of("access"));
        program.refresh = answer.text_of("refresh");
    };
    let (year, step) = (
        SignedDuration::from_hours(365 * 24),
        SignedDuration::from_hours(6 * 24),
    );
    let end = (app.clock.now() + year).as_second();
    let mut left = year;
    while left > step {
        app.pass(step);
        left -= step;
        refresh(&mut program).await;
    }
    app.pass(left - SignedDuration::from_mins(10));
    refresh(&mut program).await;
    // No token claims to last longer than its family.
    for token in [
        program.bearer.as_deref().expect("a token"),
        &program.refresh,
    ] {
        assert_eq!(decoded(parts(token)[1])["exp"], json!(end));
    }
    let longer = "SELECT COUNT(*) FROM refresh_token r JOIN token_family f ON f.id = r.family_id
        WHERE r.expires_at > f.ends_at";
    assert_eq!(app.number(longer).await, 0);
    app.pass(SignedDuration::from_secs(10 * 60 - 1));
    assert_eq!(program.get("/accounts").await.status, 200);
    app.pass(SignedDuration::from_secs(1));
    program.get("/accounts").await.is_unauthorized();
    let answer = refreshed(&program, &program.refresh).await;
    answer.is_unauthorized();
    assert!(answer.text_of("detail").contains("Log in again."));
    program.log_in(&ADA).await;
    assert_eq!(program.get("/accounts").await.status, 200);
}

#[tokio::test]
async fn tokens_from_before_end_with_their_family_and_are_cleaned_up() {
    let app = TestApp::start().await;
    let program = ApiClient::of(&app, &ADA).await;
    // Simulates a log-in from over a year ago, found by an upgrade: its tokens claim to last longer.
    let books = app.books().await;
    let now = app.clock.now().as_millisecond();
    let ends = format!("UPDATE token_family SET ends_at = {now} RETURNING 1");
    assert_eq!(books.count(&ends).await, 1);
    program.get("/accounts").await.is_unauthorized();
    refreshed(&program, &program.refresh)
        .await
        .is_unauthorized();
    let user = app.user(&ADA).await;
    let programs = tokens::count(app.ctx(), &user).await;
    assert_eq!(programs.expect("a count"), 0);
    let day = SignedDuration::from_hours(24);
    for (families, time) in [(1, day), (0, day + SignedDuration::from_secs(1))] {
        app.pass(time);
        let moment = app.clock.now();
        let until = store::CleanUp {
            now: moment,
            history: moment,
            throttles: moment - 2 * day,
            devices: moment,
            addresses: moment,
            sightings: moment,
            link_tokens: moment,
        };
        app.ctx().store.clean_up(&until).await.expect("cleaned up");
        let left = app.number("SELECT COUNT(*) FROM token_family").await;
        assert_eq!(left, families);
    }
}

#[tokio::test]
async fn logout() {
    let app = TestApp::start().await;
    let program = ApiClient::of(&app, &ADA).await;
    let (mut other, mut third) = (program.clone(), program.clone());
    other.log_in(&ADA).await;
    third.log_in(&ADA).await;
    let answer = program
        .ask(reqwest::Method::POST, "/users/auth/logout", None, &[])
        .await;
    assert_eq!((answer.status, answer.text.as_str()), (204, ""));
    program.get("/accounts").await.is_unauthorized();
    // The same key gets the same answer, although its token no longer works.
    for _ in 0..2 {
        let named = [("idempotency-key", "out")];
        let path = "/users/auth/logout";
        let answer = third.ask(Method::POST, path, None, &named).await;
        assert_eq!((answer.status, answer.text.as_str()), (204, ""));
        third.get("/accounts").await.is_unauthorized();
        let other = [("idempotency-key", "another")];
        third
            .ask(Method::POST, path, None, &other)
            .await
            .is_unauthorized();
        // With a body or two keys, it is a different request.
        let garbage = Some(b"garbage".to_vec());
        let answer = third.send(Method::POST, path, garbage, &named).await;
        answer.is_unauthorized();
        let both = [named[0], other[0]];
        let answer = third.ask(Method::POST, path, None, &both).await;
        answer.is_unauthorized();
    }
    refreshed(&program, &program.refresh)
        .await
        .is_unauthorized();
    assert_eq!(
        other.get("/accounts").await.status,
        200,
        "one log-in has ended, not all"
    );
}

#[tokio::test]
async fn password_change() {
    let app = TestApp::start().await;
    let program = ApiClient::of(&app, &ADA).await;
    let body = json!({ "username": "countess", "password": ADA.password });
    let visit = Visit::default();
    let log_in = auth::log_in(
        app.ctx(),
        "countess",
        &Secret::new(ADA.password),
        &visit,
        None,
    )
    .await;
    let user = log_in.expect("Ada");
    let (present, new) = (
        Secret::new(ADA.password),
        Secret::new("slow rivers carry amber"),
    );
    let changed = auth::change_password(
        app.ctx(),
        &user,
        &present,
        &new,
        auth::AlsoEnds::default(),
        &visit,
        None,
    )
    .await;
    changed.expect("it is changed");
    // A log-in with the old password that was in progress during the change comes too late.
    let late = tokens::issue(app.ctx(), &SigningKeys::default(), &user).await;
    assert!(matches!(late, Err(AuthError::Mismatch)), "{late:?}");
    let again = auth::change_password(
        app.ctx(),
        &user,
        &present,
        &new,
        auth::AlsoEnds::default(),
        &visit,
        None,
    )
    .await;
    assert!(again.is_err(), "the old one changes nothing");
    program.get("/accounts").await.is_unauthorized();
    refreshed(&program, &program.refresh)
        .await
        .is_unauthorized();
    program
        .post("/users/auth/token", &body)
        .await
        .is_unauthorized();
    let body = json!({ "username": "countess", "password": "slow rivers carry amber" });
    assert_eq!(program.post("/users/auth/token", &body).await.status, 200);
}

#[tokio::test]
async fn tokens_outlive_a_restart_and_the_change_of_their_key() {
    let app = TestApp::start().await;
    let program = ApiClient::of(&app, &ADA).await;
    let app = app.restarted().await;
    let after = ApiClient {
        bearer: program.bearer.clone(),
        refresh: program.refresh.clone(),
        ..ApiClient::new(&app)
    };
    assert_eq!(after.get("/accounts").await.status, 200);
    // The key has signed for a month; the last tokens it signed are still valid.
    let month = SignedDuration::from_hours(30 * 24);
    app.pass(month - SignedDuration::from_mins(10));
    let mut last = ApiClient::new(&app);
    last.log_in(&ADA).await;
    app.pass(SignedDuration::from_mins(10));
    let mut later = ApiClient::new(&app);
    later.log_in(&ADA).await;
    let kid = |token: &str| decoded(parts(token)[0])["kid"].clone();
    let first = kid(&program.refresh);
    assert_eq!(kid(&last.refresh), first);
    assert_ne!(kid(&later.refresh), first, "another key signs");
    assert_eq!(last.get("/accounts").await.status, 200);
    let next = refreshed(&last, &last.refresh).await;
    assert_eq!(next.status, 200, "{}", next.text);
    assert_ne!(kid(&next.text_of("access")), first);
    let keys = "SELECT COUNT(*) FROM token_key";
    assert_eq!(app.number(keys).await, 2);
    app.pass(SignedDuration::from_hours(31 * 24));
    later.log_in(&ADA).await;
    assert_eq!(app.number(keys).await, 2, "no third is believed");
}

#[tokio::test]
async fn guesses_are_slowed_down_by_the_same_count_as_the_page_s() {
    let app = TestApp::start().await;
    let program = ApiClient::of(&app, &ADA).await;
    let wrong = json!({ "username": "countess", "password": "wrong wrong wrong" });
    for _ in 0..5 {
        program
            .post("/users/auth/token", &wrong)
            .await
            .is_unauthorized();
    }
    let answer = program.post("/users/auth/token", &wrong).await;
    answer.is_problem(429);
    assert_eq!(answer.header("retry-after"), "15");
    let page = app.browser().log_in(ADA.email, ADA.password).await;
    assert!(page.body.contains("Too many attempts"), "{}", page.body);
}

#[tokio::test]
async fn an_unknown_name_is_told_in_the_same_words_as_a_wrong_password() {
    let app = TestApp::start().await;
    let program = ApiClient::of(&app, &ADA).await;
    let of = async |name: &str| {
        let body = json!({ "username": name, "password": "wrong wrong wrong" });
        program.post("/users/auth/token", &body).await
    };
    let (known, unknown) = (of("countess").await, of("nobody").await);
    known.is_unauthorized();
    assert_eq!(known.json, unknown.json);
}

#[tokio::test]
async fn sign_up_is_as_open_as_the_operator_has_it() {
    let app = TestApp::with(&[("PASSBOOK_SIGNUP", "closed")]).await;
    let program = ApiClient::new(&app);
    let body = json!({ "username": "countess", "email": ADA.email, "password": ADA.password });
    for body in [&body, &json!({ "x": 1 }), &json!([])] {
        program
            .post("/users/auth/register", body)
            .await
            .is_problem(403);
    }
    let app = TestApp::with(&[("PASSBOOK_SIGNUP", "invite")]).await;
    let program = ApiClient::new(&app);
    program
        .post("/users/auth/register", &body)
        .await
        .is_problem(403);
    let config = &app.ctx().config;
    let made = auth::invite_into(config, &app.clock)
        .await
        .expect("an invitation");
    let mut invited = body.clone();
    invited["invitation"] = json!(made.code.expose());
    let answer = program.post("/users/auth/register", &invited).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
}

#[tokio::test]
async fn no_token_is_in_the_database() {
    let app = TestApp::start().await;
    let program = ApiClient::of(&app, &ADA).await;
    refreshed(&program, &program.refresh).await;
    let access = program.bearer.clone().expect("a token");
    let secrets = [
        parts(&access)[2].to_owned(),
        parts(&program.refresh)[2].to_owned(),
    ];
    let number = decoded(parts(&program.refresh)[1])["jti"]
        .as_str()
        .expect("a number")
        .to_owned();
    let file = std::fs::read(app.folder.path().join("passbook.db")).expect("the file");
    let wal = std::fs::read(app.folder.path().join("passbook.db-wal")).unwrap_or_default();
    for secret in secrets.iter().chain([&number]) {
        for place in [&file, &wal] {
            let found = place
                .windows(secret.len())
                .any(|part| part == secret.as_bytes());
            assert!(!found, "a secret is kept");
        }
    }
}
