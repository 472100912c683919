//! Links to an institution's own log-in site.

use serde_json::{Value, json};

use super::answer::Reply;
use super::call::Call;
use crate::bank::{Bank, BankError, MemberView, no};

/// Answers `GET …/oauth_window_uri`.
pub(super) async fn window(
    bank: &Bank,
    call: &Call,
    user: &str,
    member: &str,
) -> Result<Reply, BankError> {
    let redirect = redirect(
        call.query("referral_source"),
        call.query("client_redirect_url").map(str::to_owned),
        call.query("ui_message_webview_url_scheme")
            .map(str::to_owned),
    );
    let view = bank.member(user, member).await?;
    if !view.member.record.is_oauth {
        return Err(no(422, "This member does not use OAuth.").into());
    }
    let uri = bank.open_window(&view, redirect).await?;
    let object = json!({"guid": view.member.guid, "oauth_window_uri": uri}).to_string();
    Ok(Reply::wrapping("member", &object))
}

/// Returns a member's JSON, with the address of its institution's site when it logs in there.
pub(super) async fn opened(
    bank: &Bank,
    view: &MemberView,
    mut object: Value,
) -> Result<Value, BankError> {
    if view.member.record.is_oauth {
        object["oauth_window_uri"] = bank.open_window(view, None).await?.into();
    }
    Ok(object)
}

/// Returns where the browser goes after the institution's site; `None` unless the client is an app.
pub(super) fn redirect(
    source: Option<&str>,
    url: Option<String>,
    scheme: Option<String>,
) -> Option<String> {
    let app = source.is_some_and(|source| source.eq_ignore_ascii_case("APP"));
    let own = || scheme.map(|scheme| format!("{scheme}://oauth_complete"));
    app.then(|| url.or_else(own)).flatten()
}
