//! Reads what Link reports about a session beside its public token.

use serde_json::Value;

use domain::link::{LinkResult, LinkedAccount};
use domain::secret::Secret;
use domain::text::one_line;

/// The most that is kept of a text, in characters. Link sends no longer ones.
const LONGEST: usize = 500;
const MOST_ACCOUNTS: usize = 200;

/// Reads the metadata that Link passes to `onSuccess`.
pub(super) fn read_link_result(public_token: Secret, metadata: &Value) -> LinkResult {
    let accounts = metadata["accounts"].as_array();
    let account = |account: &Value| LinkedAccount {
        provider_id: text(&account["id"]).unwrap_or_default(),
        name: text(&account["name"]).unwrap_or_default(),
        mask: text(&account["mask"]),
        kind: text(&account["type"]).unwrap_or_default(),
        subtype: text(&account["subtype"]),
    };
    LinkResult {
        public_token,
        institution_id: text(&metadata["institution"]["institution_id"]),
        institution_name: text(&metadata["institution"]["name"]),
        accounts: accounts
            .into_iter()
            .flatten()
            .take(MOST_ACCOUNTS)
            .map(account)
            .collect(),
    }
}

fn text(value: &Value) -> Option<String> {
    let text: String = value.as_str()?.chars().take(LONGEST).collect();
    Some(one_line(&text)).filter(|text: &String| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_link_says_is_read_and_rubbish_is_left_out() {
        let said = json!({"institution": {"name": "First Platypus Bank", "institution_id": "ins_109508"},
            "accounts": [{"id": "a1", "name": "Checking", "mask": "0000", "type": "depository", "subtype": "checking",
            "verification_status": null}, {"id": "a2", "name": null, "mask": null, "type": null}],
            "link_session_id": "s", "transfer_status": null});
        let result = read_link_result(Secret::new("public-1"), &said);
        assert_eq!(result.institution_id.as_deref(), Some("ins_109508"));
        assert_eq!(result.accounts[0].mask.as_deref(), Some("0000"));
        assert_eq!(result.accounts[0].kind, "depository");
        assert_eq!(result.accounts[1].provider_id, "a2");
        for bare in [
            Value::Null,
            json!("not json"),
            json!({"institution": null, "accounts": null}),
            json!({"institution": 7, "accounts": {"id": 1}}),
        ] {
            let result = read_link_result(Secret::new("public-1"), &bare);
            assert_eq!(result.public_token.expose(), "public-1");
            assert!(!format!("{result:?}").contains("public-1"));
            assert!(
                result.accounts.is_empty() && result.institution_id.is_none(),
                "{bare}"
            );
        }
    }

    #[test]
    fn null_in_one_place_costs_nothing_beside_it() {
        let said =
            json!({"institution": {"name": "A Bank", "institution_id": null}, "accounts": null});
        let result = read_link_result(Secret::new("public-1"), &said);
        assert_eq!(result.institution_name.as_deref(), Some("A Bank"));
        let said = json!({"institution": null, "accounts": [null, {"id": "a1"}]});
        assert_eq!(
            read_link_result(Secret::new("public-1"), &said)
                .accounts
                .len(),
            2
        );
    }
}
