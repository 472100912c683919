//! Banks that can be linked, and what their log-ins ask for.

use serde_json::{Value, json};

use super::{MXBANK, OWN_LOGIN, start};

fn way<'a>(banks: &'a Value, institution: &str) -> Option<&'a Value> {
    let mut ways = banks["banks"].as_array().expect("banks").iter();
    ways.find_map(|bank| {
        let mut ways = bank["ways"].as_array().expect("ways").iter();
        ways.find(|way| way["institution_id"] == institution)
    })
}

#[tokio::test]
async fn banks_are_found_with_what_each_way_to_them_offers() {
    let (_app, program) = start().await;
    let found = program.get("/banks?name=mx").await;
    assert_eq!(found.status, 200, "{}", found.text);
    assert_eq!(found.json["refusals"], json!([]));
    let told = way(&found.json, MXBANK).expect("MX's test bank");
    let offers = json!({ "provider": "mx", "institution_id": MXBANK, "own_login": false, "credentials": true,
        "widget": true, "link_token": false });
    assert_eq!(told, &offers);
    let own = way(&found.json, OWN_LOGIN).expect("the bank with a site of its own");
    assert_eq!(own["own_login"], true);
    // A bank that both providers reach is listed once, with an entry for each provider.
    let found = program.get("/banks?name=first+platypus+bank").await;
    let banks = found.json["banks"].as_array().expect("banks");
    let bank = banks
        .iter()
        .find(|bank| bank["name"] == "First Platypus Bank");
    let ways = bank.expect("the bank")["ways"].as_array().expect("ways");
    let providers: Vec<&Value> = ways.iter().map(|way| &way["provider"]).collect();
    assert_eq!(providers, ["plaid", "mx"], "{}", found.text);
    assert_eq!(ways[0]["link_token"], true);
    for signs in ["%25", "_", "%27%22--", "%E2%80%8F"] {
        let none = program.get(&format!("/banks?name={signs}")).await;
        assert_eq!(
            (none.status, none.json["banks"].as_array().map(Vec::len)),
            (200, Some(0)),
            "{signs}"
        );
    }
    let marked = program.get("/banks?name=mx%E2%80%8F+bank").await;
    assert_ne!(marked.json["banks"].as_array().map(Vec::len), Some(0));
    let none = program.get("/banks?name=no+such+bank").await;
    assert_eq!(none.json, json!({ "banks": [], "refusals": [] }));
    let long = "x".repeat(101);
    let long = program.get(&format!("/banks?name={long}")).await;
    assert_eq!(long.is_problem(422).wrong(), ["name"]);
}

#[tokio::test]
async fn what_a_log_in_asks_for_is_told() {
    let (_app, program) = start().await;
    let bank = program.get("/banks/mx/mxbank").await;
    assert_eq!(bank.status, 200, "{}", bank.text);
    let kinds: Vec<&Value> = bank.json["fields"]
        .as_array()
        .expect("fields")
        .iter()
        .collect();
    let kinds: Vec<_> = kinds.iter().map(|field| &field["kind"]).collect();
    assert_eq!(kinds, ["text", "password"], "{}", bank.text);
    assert_eq!(bank.json["fields"][0]["label"], "Username");
    let own = program.get(&format!("/banks/mx/{OWN_LOGIN}")).await;
    assert_eq!(own.json["fields"], json!([]), "{}", own.text);
    for unknown in [
        "mx/none",
        "plaid/ins_109508",
        "none/mxbank",
        "mx/..%2Fusers",
    ] {
        let answer = program.get(&format!("/banks/{unknown}")).await;
        answer.is_problem(404);
    }
}

#[tokio::test]
async fn a_provider_that_does_not_answer_holds_up_no_other() {
    let (app, program) = start().await;
    let fault = json!({ "endpoint": "GET /institutions", "fault": "error", "status": 503, "until_cleared": true });
    app.bank().misbehave("fault/add", fault).await;
    let found = program.get("/banks?name=platypus").await;
    assert_eq!(found.status, 200, "{}", found.text);
    assert_eq!(
        found.json["refusals"][0]["reason"], "provider_down",
        "{}",
        found.text
    );
    let none = program.get("/banks?name=mx").await;
    assert_eq!(none.is_problem(502).text_of("reason"), "provider_down");
}
