//! Tests challenges and the fields of log-ins.

use super::*;
use domain::provider::{ChallengeKind, ChallengeOption, FieldKind};

/// The first bytes of a picture of each type, in base64.
const PNG: &str = "iVBORw0KGgoA";
const JPEG: &str = "/9j/4AAQ";

/// Returns the challenges that are read from this one.
async fn asked(challenge: Value) -> Vec<domain::provider::Challenge> {
    let loopback = connected().await;
    let mut told = status("CHALLENGED", true);
    told["member"]["challenges"] = json!([challenge]);
    loopback.on(&member("GET", "/status"), 200, &told);
    loopback.on_text(&member("GET", "/challenges"), 204, &[], "");
    match loopback.mx.link_state(&token()).await.expect("a state") {
        LinkState::Challenged(asked) => asked,
        LinkState::Open => Vec::new(),
        other => panic!("{other:?}"),
    }
}

async fn kind(challenge: Value) -> ChallengeKind {
    let mut asked = asked(challenge).await;
    asked.pop().expect("a challenge").kind
}

fn option(label: &str, value: &str) -> ChallengeOption {
    ChallengeOption {
        label: label.to_owned(),
        value: value.to_owned(),
    }
}

#[tokio::test]
async fn every_type_is_answered_its_way_by_word_and_by_number() {
    let options = json!([{"label": "By text", "value": "sms", "guid": "CRD-1"}, {"label": "By mail", "guid": "CRD-2"}]);
    let chosen = ChallengeKind::Options(vec![option("By text", "sms"), option("By mail", "CRD-2")]);
    for (types, wanted) in [
        (
            json!([
                "TEXT",
                0,
                "0",
                "PASSWORD",
                1,
                "SOMETHING_NEW",
                99,
                null,
                {},
                -1
            ]),
            ChallengeKind::Text,
        ),
        (json!(["TOKEN", 12, "12"]), ChallengeKind::Code),
        (json!(["OPTIONS", 2, "RADIO", 5]), chosen),
    ] {
        for word in types.as_array().expect("a list") {
            let challenge =
                json!({"guid": "CRD-9", "label": "How?", "type": word, "options": options});
            assert_eq!(kind(challenge).await, wanted, "{word}");
        }
    }
}

#[tokio::test]
async fn pictures_are_what_their_bytes_say() {
    for (data, media_type) in [
        (PNG.to_owned(), Some("image/png")),
        (JPEG.to_owned(), Some("image/jpeg")),
        ("R0lGODlh".to_owned(), Some("image/gif")),
        (
            format!("data:image/svg+xml;base64,{PNG}"),
            Some("image/png"),
        ),
        ("iVBO\nRw0K\nGgoA\n".to_owned(), Some("image/png")),
        // An SVG, which can run scripts, whatever its declared type.
        ("data:image/png;base64,PHN2Zz48L3N2Zz4=".to_owned(), None),
        ("https://bank.example/picture.png".to_owned(), None),
        ("!".to_owned(), None),
        (format!("{PNG}{}", "A".repeat(600 * 1024)), None),
    ] {
        for word in [json!("IMAGE_DATA"), json!(13)] {
            let challenge =
                json!({"guid": "CRD-9", "label": "What?", "type": word, "image_data": data});
            let shown = match kind(challenge).await {
                ChallengeKind::Picture(picture) => Some(picture.media_type),
                ChallengeKind::Text => None,
                other => panic!("{other:?}"),
            };
            assert_eq!(shown, media_type);
        }
    }
}

#[tokio::test]
async fn pictures_to_choose_from_are_named_when_one_cannot_be_shown() {
    let of = |second: &str| {
        json!({"guid": "CRD-9", "label": "Which?", "type": "IMAGE_OPTIONS", "image_options": [
        {"label": "Cat", "value": "cat", "data_uri": format!("data:image/png;base64,{PNG}")},
        {"label": "Dog", "value": "dog", "data_uri": second}]})
    };
    let drawn = of(&format!("data:image/jpeg;base64,{JPEG}"));
    let ChallengeKind::Pictures(pictures) = kind(drawn).await else {
        panic!("pictures");
    };
    assert_eq!(pictures[1].0, option("Dog", "dog"));
    assert_eq!(pictures[1].1.media_type, "image/jpeg");
    let named = ChallengeKind::Options(vec![option("Cat", "cat"), option("Dog", "dog")]);
    assert_eq!(kind(of("javascript:alert(1)")).await, named);
    let large = format!("data:image/png;base64,{PNG}{}", "A".repeat(600 * 1024));
    assert_eq!(kind(of(&large)).await, named);
    let heavy = format!("data:image/png;base64,{PNG}{}", "A".repeat(400 * 1024));
    let many: Vec<Value> = (0..6)
        .map(|n| json!({"value": n.to_string(), "data_uri": heavy}))
        .collect();
    let challenge = json!({"guid": "CRD-9", "type": "IMAGE_OPTIONS", "image_options": many});
    assert!(matches!(kind(challenge).await, ChallengeKind::Options(options) if options.len() == 6));
}

#[tokio::test]
async fn questions_are_one_line_and_those_without_an_id_are_not_asked() {
    let long = format!("Line\n\u{202e}{}", "x".repeat(5_000));
    let asked_one = asked(json!({"guid": "CRD-9", "label": long, "type": "TEXT"})).await;
    assert_eq!(asked_one[0].label.chars().count(), 1_000);
    assert!(asked_one[0].label.starts_with("Line xx"));
    let unnamed = asked(json!({"guid": "CRD-9", "label": null, "field_name": "answer"})).await;
    assert_eq!(unnamed[0].label, "answer");
    assert!(
        asked(json!({"label": "Who?", "type": "TEXT"}))
            .await
            .is_empty()
    );
    let empty = json!({"guid": "CRD-9", "label": "How?", "type": "OPTIONS", "options": [{"label": "Nothing"}]});
    assert_eq!(kind(empty).await, ChallengeKind::Text);
}

#[tokio::test]
async fn a_flood_of_questions_is_cut() {
    let loopback = connected().await;
    let mut told = status("CHALLENGED", true);
    let many: Vec<Value> = (0..500)
        .map(|n| json!({"guid": format!("CRD-{n}"), "type": "TEXT"}))
        .collect();
    told["member"]["challenges"] = json!(many);
    loopback.on(&member("GET", "/status"), 200, &told);
    let LinkState::Challenged(asked) = loopback.mx.link_state(&token()).await.expect("a state")
    else {
        panic!("it asks");
    };
    assert_eq!(asked.len(), 20);
}

#[tokio::test]
async fn the_fields_of_a_log_in_come_in_the_banks_order() {
    let loopback = Loopback::start().await;
    loopback.on("GET /institutions/mxbank/credentials", 200, &json!({"credentials": [
        {"guid": "CRD-2", "field_name": "PASSWORD", "field_type": "PASSWORD", "label": "Password", "display_order": 2},
        {"guid": "CRD-1", "field_name": "LOGIN", "field_type": "TEXT", "label": "Username", "display_order": 1},
        {"guid": "CRD-3", "field_name": "PIN", "type": 1, "label": null}], "pagination": pages(1, 25, 3)}));
    let fields = loopback
        .mx
        .credential_fields("mxbank")
        .await
        .expect("fields");
    let told: Vec<_> = fields
        .iter()
        .map(|f| (f.id.as_str(), f.label.as_str(), f.kind.clone()))
        .collect();
    assert_eq!(
        told,
        [
            ("CRD-1", "Username", FieldKind::Text),
            ("CRD-2", "Password", FieldKind::Password),
            ("CRD-3", "PIN", FieldKind::Password)
        ]
    );
}
