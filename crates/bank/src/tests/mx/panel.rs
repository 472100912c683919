//! Members on the panel, without scripts.

use axum::body::{Body, to_bytes};
use axum::http::Request;
use axum::{Extension, Router};
use scraper::{Html, Selector};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{Mx, call, list};
use crate::panel::Visitor;
use crate::tests::TestBank;

/// The panel, as one visitor sees it.
struct Panel(Router);

impl Panel {
    fn of(bank: &TestBank, visitor: Visitor) -> Self {
        Self(bank.sandbox.panel_router().layer(Extension(visitor)).into())
    }

    async fn send(&self, request: Request<Body>) -> (u16, String) {
        let answer = self.0.clone().oneshot(request).await.expect("an answer");
        let status = answer.status().as_u16();
        if let Some(to) = answer.headers().get("location") {
            return (status, to.to_str().expect("text").to_owned());
        }
        let bytes = to_bytes(answer.into_body(), usize::MAX)
            .await
            .expect("a body");
        (status, String::from_utf8(bytes.to_vec()).expect("text"))
    }

    async fn get(&self, path: &str) -> (u16, String) {
        self.send(Request::get(path).body(Body::empty()).expect("a request"))
            .await
    }

    async fn post(&self, deed: &str, form: &[(&str, &str)]) -> (u16, String) {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let request = Request::post(format!("/do/{deed}"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from(body));
        self.send(request.expect("a request")).await
    }
}

fn count(html: &str, selector: &str) -> usize {
    let selector = Selector::parse(selector).expect("a selector");
    Html::parse_document(html).select(&selector).count()
}

#[tokio::test]
async fn a_member_is_listed_and_every_form_of_it_is_there() {
    let bank = TestBank::ready().await;
    let mx = Mx::new(&bank).await;
    let member = mx.connected().await;
    let panel = Panel::of(&bank, Visitor::anybody());
    let (_, home) = panel.get("/").await;
    let page = format!("/members/{member}");
    assert_eq!(count(&home, &format!("li a[href$='{page}']")), 1);
    assert_eq!(
        count(&home, "li a[href*='/items/']"),
        0,
        "its Item is not listed beside it"
    );
    let (status, html) = panel.get(&page).await;
    assert_eq!(status, 200);
    for deed in [
        "member/status",
        "member/next",
        "member/challenge",
        "member/webhook/send",
        "member/webhook/hold",
        "fault/add",
        "transactions/add",
        "account/close",
    ] {
        let form = format!("form[method=post][action$='/do/{deed}']");
        assert!(count(&html, &form) > 0, "{deed}");
    }
    let fields = "input:not([type=hidden]), select";
    let labelled = "label input:not([type=hidden]), label select";
    assert_eq!(count(&html, fields), count(&html, labelled));
    assert_eq!((count(&html, "h1"), count(&html, "script")), (1, 0));
}

#[tokio::test]
async fn a_person_sets_a_status_makes_a_fault_and_adds_a_row() {
    let bank = TestBank::ready().await;
    let mx = Mx::new(&bank).await;
    let member = mx.connected().await;
    let panel = Panel::of(&bank, Visitor::anybody());
    let guid = ("member_guid", member.as_str());
    let (status, to) = panel
        .post(
            "member/status",
            &[guid, ("connection_status", "IMPEDED"), ("polls", "0")],
        )
        .await;
    assert_eq!(status, 303);
    assert!(to.ends_with(&format!("/members/{member}")), "{to}");
    assert_eq!(mx.status(&member).await["connection_status"], "IMPEDED");
    let (_, html) = panel.get(&format!("/members/{member}")).await;
    assert!(html.contains("The member’s status is IMPEDED now."));

    let fault = [guid, ("fault", "error"), ("status", "503"), ("times", "1")];
    assert_eq!(panel.post("fault/add", &fault).await.0, 303);
    let path = format!("/members/{member}/status");
    assert_eq!(mx.call("GET", &path, Value::Null).await.0, 503);

    let all = bank.post("/misbehave/member/list", json!({})).await;
    let item = all["members"][0]["item_id"]
        .as_str()
        .expect("an Item")
        .to_owned();
    let row = [
        ("item_id", item.as_str()),
        ("description", "FROM THE PANEL"),
    ];
    let (status, to) = panel.post("transactions/add", &row).await;
    assert_eq!(status, 303);
    assert!(to.ends_with(&format!("/members/{member}")), "{to}");
    let rows = mx.good("GET", "/transactions", Value::Null).await;
    assert_eq!(
        list(&rows, "transactions")[0]["original_description"],
        "FROM THE PANEL"
    );

    let ask = [guid, ("challenges", "TEXT TOKEN"), ("rounds", "1")];
    assert_eq!(panel.post("member/challenge", &ask).await.0, 303);
    assert_eq!(list(&mx.status(&member).await, "challenges").len(), 2);
    let odd = [guid, ("challenges", "RIDDLE")];
    let (status, html) = panel.post("member/challenge", &odd).await;
    assert_eq!((status, count(&html, "[role=alert]")), (422, 1));
}

#[tokio::test]
async fn whoever_is_no_operator_touches_their_own_members_only() {
    let bank = TestBank::ready().await;
    for id in ["me", "you"] {
        let body = json!({"user": {"id": id}});
        assert_eq!(call(&bank, "POST", "/users", body).await.0, 200);
    }
    let member_of = async |id: &str| {
        let mx = Mx {
            bank: &bank,
            user: id.to_owned(),
            version: "v20250224",
        };
        mx.connected().await
    };
    let (mine, yours) = (member_of("me").await, member_of("you").await);
    let visitor = Visitor {
        person: Some("me".to_owned()),
        operator: false,
        back: None,
    };
    let panel = Panel::of(&bank, visitor);
    let (_, home) = panel.get("/").await;
    assert!(home.contains(&mine) && !home.contains(&yours));
    assert_eq!(panel.get(&format!("/members/{mine}")).await.0, 200);
    assert_eq!(panel.get(&format!("/members/{yours}")).await.0, 404);
    let all = bank.post("/misbehave/member/list", json!({})).await;
    let item = list(&all, "members")
        .iter()
        .find(|one| one["member_guid"] == mine.as_str())
        .and_then(|one| one["item_id"].as_str().map(str::to_owned))
        .expect("an Item");
    let status = ("connection_status", "CLOSED");
    for (deed, form, expected) in [
        (
            "member/status",
            &[("member_guid", mine.as_str()), status][..],
            303,
        ),
        (
            "member/status",
            &[("member_guid", yours.as_str()), status],
            404,
        ),
        (
            "member/status",
            &[
                ("item_id", item.as_str()),
                ("member_guid", yours.as_str()),
                status,
            ],
            404,
        ),
        ("member/next", &[status], 404),
        (
            "member/pace",
            &[("member_guid", mine.as_str()), ("polls", "9")],
            404,
        ),
        ("member/webhook", &[("member_guid", mine.as_str())], 404),
        ("fault/add", &[("fault", "hang")], 404),
    ] {
        assert_eq!(panel.post(deed, form).await.0, expected, "{deed} {form:?}");
    }
    let (_, read) = call(
        &bank,
        "GET",
        &format!("/users/you/members/{yours}"),
        Value::Null,
    )
    .await;
    assert_eq!(read["member"]["connection_status"], "CONNECTED");
}

#[tokio::test]
async fn the_panel_says_that_nobody_is_there_only_when_nobody_is() {
    let bank = TestBank::ready().await;
    let panel = Panel::of(&bank, Visitor::anybody());
    let says = async || panel.get("/").await.1.contains("No connections yet.");
    assert!(says().await);
    Mx::new(&bank).await.connected().await;
    assert!(!says().await, "a member is there");
}

#[tokio::test]
async fn a_choice_of_status_starts_at_the_present_one() {
    let bank = TestBank::ready().await;
    let mx = Mx::new(&bank).await;
    let member = mx.connected().await;
    let panel = Panel::of(&bank, Visitor::anybody());
    let at = |deed: &str, html: &str| {
        let css = format!("form[action$='/do/{deed}'] option[selected]");
        let selector = Selector::parse(&css).expect("a selector");
        let page = Html::parse_document(html);
        let all: Vec<_> = page.select(&selector).collect();
        let values = all.iter().filter_map(|one| one.value().attr("value"));
        values.map(str::to_owned).collect::<Vec<_>>()
    };
    let path = format!("/members/{member}");
    let (_, html) = panel.get(&path).await;
    assert_eq!(at("member/status", &html), ["CONNECTED"]);
    assert_eq!(at("member/next", &html), ["CONNECTED"]);
    let body = json!({"member_guid": member, "connection_status": "LOCKED"});
    bank.post("/misbehave/member/next", body).await;
    let body = json!({"member_guid": member, "connection_status": "OF_NEXT_YEAR"});
    bank.post("/misbehave/member/status", body).await;
    let (_, html) = panel.get(&path).await;
    assert_eq!(at("member/status", &html), ["OF_NEXT_YEAR"]);
    assert_eq!(at("member/next", &html), ["LOCKED"]);
}
