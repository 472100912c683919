//! The sign-in page: what it refuses, what it sends back, and that hostile text never becomes markup.

use axum::body::Body;
use axum::http::Request;

use super::{
    address, challenge, decide, encoded, field, get, is_refused, open, pages, part, send, sign_in,
    text,
};
use crate::bank::PEOPLE;
use crate::tests::TestBank;

const PROVIDERS: [&str; 3] = ["google", "oidc", "facebook"];

#[tokio::test]
async fn the_page_is_a_plain_form_that_says_what_it_is() {
    let bank = TestBank::ready().await;
    for (provider, words) in [
        ("google", "This is a demo. It is not Google."),
        ("oidc", "This is a demo of an identity provider."),
        ("facebook", "This is a demo. It is not Facebook."),
    ] {
        let page = open(&bank, &address(provider, &[])).await;
        assert_eq!(page.status, 200);
        assert!(page.html().contains(words));
        assert!(page.html().contains("These people are made up"));
        assert!(
            page.html()
                .contains("<strong>http://127.0.0.1:3000</strong>")
        );
        assert_eq!(page.select("form[method=post]:not([action])").len(), 1);
        assert_eq!(page.select("input[name=person]").len(), PEOPLE.len());
        assert_eq!(page.select("input[name=person][checked]").len(), 1);
        assert_eq!(
            (page.select("h1").len(), page.select("script").len()),
            (1, 0)
        );
        assert_eq!(page.select("button[name=go]").len(), 2);
        let fields = "input[type=text], select";
        for one in page.select(fields) {
            assert_eq!(page.select(&format!("label[for={}]", one["id"])).len(), 1);
        }
        let policy = page.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("form-action 'self'"));
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("script-src"));
        assert_eq!(page.header("cache-control"), "no-store");
        assert_eq!(page.header("referrer-policy"), "strict-origin");
        for sheet in page.select("link[rel=stylesheet]") {
            let sheet = open(&bank, &sheet["href"]).await;
            assert_eq!(
                (sheet.status, sheet.header("content-type")),
                (200, "text/css; charset=utf-8")
            );
        }
    }
}

#[tokio::test]
async fn whoever_does_not_say_where_to_go_back_to_is_told_here() {
    let bank = TestBank::ready().await;
    for provider in PROVIDERS {
        for (name, value) in [
            ("client_id", ""),
            ("redirect_uri", ""),
            ("redirect_uri", "/sign-in/return"),
            ("redirect_uri", "//evil.example/"),
            ("redirect_uri", "javascript:alert(1)"),
            ("redirect_uri", "javascript://evil.example/%0aalert(1)"),
            ("redirect_uri", "data:text/html,hello"),
            ("redirect_uri", "ftp://127.0.0.1/"),
            ("redirect_uri", "http:127.0.0.1"),
            ("redirect_uri", "http://"),
            ("redirect_uri", "http://me:you@127.0.0.1/"),
            ("redirect_uri", "http://127.0.0.1/#there"),
            ("redirect_uri", "http://127.0.0.1/\nhere"),
            (
                "redirect_uri",
                &format!("http://127.0.0.1/{}", "a".repeat(2100)),
            ),
            ("client_id", &"a".repeat(300)),
        ] {
            let address = address(provider, &[(name, value)]);
            let answer = open(&bank, &address).await;
            assert!(
                is_refused(&answer),
                "{provider} {name}={value}: {}",
                answer.html()
            );
            assert!(!answer.html().contains("refresh"));
            let answer = decide(&bank, &address, &[]).await;
            assert!(is_refused(&answer), "{provider} {name}={value}");
        }
        for twice in ["client_id=other", "redirect_uri=http://evil.example/"] {
            let address = format!("{}&{twice}", address(provider, &[]));
            assert!(is_refused(&open(&bank, &address).await), "{twice}");
        }
    }
    let version = address("facebook", &[]).replace("v26.0", "26");
    assert_eq!(open(&bank, &version).await.status, 404);
    assert_eq!(decide(&bank, &version, &[]).await.status, 404);
}

#[tokio::test]
async fn what_else_is_wrong_goes_back_to_the_program() {
    let bank = TestBank::ready().await;
    let plain = challenge();
    for provider in PROVIDERS {
        for (wrong, error) in [
            (
                &[("response_type", "token")][..],
                "unsupported_response_type",
            ),
            (
                &[("response_type", "code id_token")],
                "unsupported_response_type",
            ),
            (&[("response_mode", "form_post")], "invalid_request"),
            (&[("request", "eyJ.x.")], "request_not_supported"),
            (
                &[("request_uri", "https://evil.example/")],
                "request_uri_not_supported",
            ),
            (&[("prompt", "none")], "login_required"),
            (&[("code_challenge_method", "plain")], "invalid_request"),
            (&[("code_challenge_method", "")], "invalid_request"),
            (&[("code_challenge", "")], "invalid_request"),
            (&[("code_challenge", "short")], "invalid_request"),
            (&[("code_challenge", &plain[1..])], "invalid_request"),
            (&[("nonce", &"n".repeat(600))], "invalid_request"),
            (&[("scope", &"s ".repeat(600))], "invalid_request"),
        ] {
            let back = open(&bank, &address(provider, wrong)).await.back();
            assert_eq!(
                field(&back, "error").as_deref(),
                Some(error),
                "{provider} {wrong:?}"
            );
            assert_eq!(field(&back, "state").as_deref(), Some("a state & more"));
            assert_eq!(field(&back, "code"), None);
        }
        let twice = format!("{}&scope=openid", address(provider, &[]));
        let back = open(&bank, &twice).await.back();
        assert_eq!(field(&back, "error").as_deref(), Some("invalid_request"));
    }
    for missing in ["response_type", "scope"] {
        let back = open(&bank, &address("oidc", &[(missing, "")])).await.back();
        assert!(field(&back, "error").is_some(), "{missing}");
        let page = open(&bank, &address("facebook", &[(missing, "")])).await;
        assert_eq!(
            (page.status, page.select("form").len()),
            (200, 1),
            "Facebook has a default"
        );
    }
}

#[tokio::test]
async fn who_cancels_goes_back_without_a_code() {
    let bank = TestBank::ready().await;
    for provider in PROVIDERS {
        let back = decide(&bank, &address(provider, &[]), &[("go", "cancel")])
            .await
            .back();
        assert_eq!(field(&back, "error").as_deref(), Some("access_denied"));
        assert_eq!(field(&back, "state").as_deref(), Some("a state & more"));
        assert_eq!(field(&back, "code"), None);
        let reason = field(&back, "error_reason");
        let expected = (provider == "facebook").then_some("user_denied");
        assert_eq!(reason.as_deref(), expected);
        let back = decide(
            &bank,
            &address(provider, &[("state", "")]),
            &[("go", "cancel")],
        )
        .await
        .back();
        assert_eq!(field(&back, "state"), None);
    }
}

#[tokio::test]
async fn what_goes_back_is_wrong_when_that_was_chosen() {
    let bank = TestBank::ready().await;
    let back = async |wrong: &str| {
        decide(&bank, &address("oidc", &[]), &[("back", wrong)])
            .await
            .back()
    };
    for error in ["server_error", "temporarily_unavailable", "unheard_of"] {
        let back = back(error).await;
        assert_eq!(
            (field(&back, "error").as_deref(), field(&back, "code")),
            (Some(error), None)
        );
    }
    let other = back("other_state").await;
    assert_eq!(field(&other, "state").as_deref(), Some("another-state"));
    assert!(field(&other, "code").is_some());
    assert_eq!(field(&back("no_state").await, "state"), None);
    let none = back("no_code").await;
    assert_eq!((field(&none, "code"), field(&none, "error")), (None, None));
    let never = field(&back("wrong_code").await, "code").expect("a code");
    assert_eq!(super::token(&bank, "oidc", &never, &[]).await.status, 400);
}

#[tokio::test]
async fn a_form_of_another_site_signs_nobody_in() {
    let bank = TestBank::ready().await;
    let form = [("go", "continue"), ("person", "amelie")]
        .into_iter()
        .collect();
    for site in ["cross-site", "same-site", "none"] {
        let request = Request::post(address("google", &[]))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", site)
            .body(Body::from(encoded(&form)))
            .expect("a request");
        let answer = send(pages(&bank), request).await;
        assert_eq!(answer.status, 403, "{site}");
        assert!(!answer.html().contains("refresh"));
    }
}

#[tokio::test]
async fn somebody_is_typed_and_nobody_is_asked_again() {
    let bank = TestBank::ready().await;
    let typed = [
        ("typed_email", " me+you@example.com "),
        ("typed_given", "Zoë"),
        ("typed_family", ""),
    ];
    let told = sign_in(&bank, "google", &[], &typed).await;
    let claims = part(text(&told, "id_token"), 1);
    assert_eq!(
        (&claims["email"], &claims["email_verified"]),
        (&"me+you@example.com".into(), &true.into())
    );
    assert_eq!(
        (&claims["name"], claims.get("family_name")),
        (&"Zoë".into(), None)
    );
    for person in ["", "nobody"] {
        let answer = decide(
            &bank,
            &address("google", &[]),
            &[("person", person), ("typed_given", " ")],
        )
        .await;
        assert_eq!(
            (answer.status, answer.select("#trouble[role=alert]").len()),
            (422, 1)
        );
        assert_eq!(
            answer
                .select("input[aria-invalid=true][aria-describedby=trouble]")
                .len(),
            3
        );
    }
}

#[tokio::test]
async fn hostile_text_of_a_program_is_text_on_the_page() {
    let bank = TestBank::ready().await;
    let hostile = "\"><script>alert(1)</script>\u{202e}<img src=x onerror=alert(2)>";
    let redirect = format!(
        "http://127.0.0.1:3000/\"'><script>alert(3)</script>?a={};url=javascript:alert(4)",
        hostile.replace(' ', "/")
    );
    let asked = [
        ("client_id", hostile),
        ("state", hostile),
        ("redirect_uri", &redirect),
        ("nonce", hostile),
    ];
    for provider in PROVIDERS {
        let address = address(provider, &asked);
        let page = open(&bank, &address).await;
        assert_eq!(page.status, 200);
        let back = decide(&bank, &address, &[]).await;
        assert_eq!(field(&back.back(), "state").as_deref(), Some(hostile));
        assert_eq!(back.back().host_str(), Some("127.0.0.1"));
        for answer in [&page, &back] {
            assert_eq!(
                (answer.select("script").len(), answer.select("img").len()),
                (0, 0),
                "{provider}"
            );
            assert!(!answer.html().contains('\u{202e}'));
        }
    }
}

#[tokio::test]
async fn a_hostile_profile_is_told_as_it_is() {
    let bank = TestBank::ready().await;
    let form = [
        ("email", "hostile"),
        ("names", "hostile"),
        ("birthday", "impossible"),
    ];
    let told = sign_in(&bank, "oidc", &[], &form).await;
    let info = get(
        &bank,
        "/identity/oidc/userinfo",
        text(&told, "access_token"),
    )
    .await
    .json();
    assert!(text(&info, "given_name").contains("<script>"));
    assert!(text(&info, "family_name").len() > 5000);
    assert!(text(&info, "picture").starts_with("javascript:"));
    assert!(text(&info, "email").contains("onload="));
    assert_eq!(info["birthdate"], "1990-02-30");
}
