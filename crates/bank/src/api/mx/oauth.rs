//! The way to a bank's own site.

use serde_json::{Value, json};

use super::answer::Reply;
use super::call::Call;
use crate::bank::{Bank, BankError, MemberView, no};

/// `GET …/oauth_window_uri`.
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
    Ok(Reply::of("member", &object))
}

/// A member as it is written, with the way to its bank if it has to go there.
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

/// Where the browser goes after the bank's own site, for those who asked to be sent on.
pub(super) fn redirect(
    source: Option<&str>,
    url: Option<String>,
    scheme: Option<String>,
) -> Option<String> {
    let app = source.is_some_and(|source| source.eq_ignore_ascii_case("APP"));
    let own = || scheme.map(|scheme| format!("{scheme}://oauth_complete"));
    app.then(|| url.or_else(own)).flatten()
}
