//! Members: creating, reading, updating and running them.

use serde_json::{Value, json};

use super::answer::Reply;
use super::call::{Call, Version};
use super::paging::{MOST, page};
use super::{accounts, institutions, oauth, status, transactions};
use crate::bank::{
    Bank, BankError, MemberChange, MemberView, NewMember, mx_institution, no, status_message,
};
use crate::bank::{guid_of, wire_moment_full};
use crate::store::members::Job;

/// Answers a call below `/users/{user}/members`.
pub(super) async fn route(
    bank: &Bank,
    call: &Call,
    user: &str,
    parts: &[&str],
) -> Result<Reply, BankError> {
    match (call.method.as_str(), parts) {
        ("POST", []) => create(bank, call, user).await,
        ("GET", []) => list(bank, call, user).await,
        ("GET", [member]) => Ok(reply(call, &bank.look_at_member(user, member).await?)),
        ("PUT", [member]) => update(bank, call, user, member).await,
        ("DELETE", [member]) => {
            bank.delete_member(user, member).await?;
            Ok(Reply::Nothing)
        }
        ("GET", [member, "status"]) => status::get_status(bank, user, member).await,
        ("GET", [member, "challenges"]) => status::challenges(bank, call, user, member).await,
        ("PUT", [member, "resume"]) => resume(bank, call, user, member).await,
        ("POST", [member, "aggregate"]) => run(bank, call, user, member, Job::Aggregation).await,
        ("POST", [member, "extend_history"]) => run(bank, call, user, member, Job::History).await,
        ("GET", [member, "credentials"]) => credentials(bank, call, user, member).await,
        ("GET", [member, "oauth_window_uri"]) => oauth::window(bank, call, user, member).await,
        ("GET", [member, "accounts"]) => accounts::of_member(bank, call, user, member).await,
        ("GET", [member, "accounts", account]) => {
            accounts::get_account(bank, call, user, Some(member), account).await
        }
        ("GET", [member, "accounts", account, "transactions"]) if call.version == Version::New => {
            transactions::of_account(bank, call, user, Some(member), account).await
        }
        ("GET", [member, "transactions"]) => {
            transactions::of_member(bank, call, user, member).await
        }
        _ => Err(no(404, "The requested resource was not found.").into()),
    }
}

async fn create(bank: &Bank, call: &Call, user: &str) -> Result<Reply, BankError> {
    let (fields, around) = (call.object("member")?, call.fields());
    let institution_code = fields.text("institution_code")?.ok_or_else(|| {
        no(
            400,
            "The request is missing a required parameter: institution_code.",
        )
    })?;
    let skips = call.version == Version::Old && fields.flag("skip_aggregation")? == Some(true);
    let new = NewMember {
        institution_code,
        credentials: fields.answers("credentials")?,
        id: own_id(fields.text("id")?)?,
        metadata: fields.text("metadata")?,
        callback: call.callback.clone(),
        is_oauth: fields.flag("is_oauth")?.unwrap_or(false),
        background_is_disabled: fields
            .flag("background_aggregation_is_disabled")?
            .unwrap_or(false),
        skip_aggregation: skips,
        use_cases: fields.texts("use_cases")?,
        redirect: oauth::redirect(
            around.text("referral_source")?.as_deref(),
            around.text("client_redirect_url")?,
            around.text("ui_message_webview_url_scheme")?,
        ),
    };
    let waits = new.is_oauth || new.skip_aggregation;
    let view = bank.create_member(user, new).await?;
    let object = oauth::opened(bank, &view, written(&view, call.version))
        .await?
        .to_string();
    Ok(if waits {
        Reply::wrapping("member", &object)
    } else {
        Reply::accepted("member", &object)
    })
}

async fn list(bank: &Bank, call: &Call, user: &str) -> Result<Reply, BankError> {
    let all = bank.members(user).await?;
    Ok(page(call, "members", MOST, &all, |view| {
        written(view, call.version).to_string()
    }))
}

async fn update(bank: &Bank, call: &Call, user: &str, member: &str) -> Result<Reply, BankError> {
    let fields = call.object("member")?;
    let skips = call.version == Version::Old && fields.flag("skip_aggregation")? == Some(true);
    let change = MemberChange {
        credentials: fields.answers("credentials")?,
        id: own_id(fields.text("id")?)?,
        metadata: fields.text("metadata")?,
        callback: call.callback.clone(),
        background_is_disabled: fields.flag("background_aggregation_is_disabled")?,
        skip_aggregation: skips,
    };
    Ok(reply(
        call,
        &bank.change_member(user, member, change).await?,
    ))
}

async fn resume(bank: &Bank, call: &Call, user: &str, member: &str) -> Result<Reply, BankError> {
    let answers = call.object("member")?.answers("challenges")?;
    let view = bank.resume_member(user, member, &answers).await?;
    Ok(Reply::accepted(
        "member",
        &written(&view, call.version).to_string(),
    ))
}

async fn run(
    bank: &Bank,
    call: &Call,
    user: &str,
    member: &str,
    job: Job,
) -> Result<Reply, BankError> {
    let view = bank
        .run_member(user, member, job, call.callback.clone())
        .await?;
    Ok(Reply::accepted(
        "member",
        &written(&view, call.version).to_string(),
    ))
}

async fn credentials(
    bank: &Bank,
    call: &Call,
    user: &str,
    member: &str,
) -> Result<Reply, BankError> {
    let view = bank.member(user, member).await?;
    let institution = mx_institution(&view.member.institution_code)
        .ok_or_else(|| no(404, "This bank is no longer available."))?;
    Ok(institutions::credentials_of(call, institution))
}

fn reply(call: &Call, view: &MemberView) -> Reply {
    Reply::wrapping("member", &written(view, call.version).to_string())
}

/// Paths take the guid or the client's id, so the two must be distinguishable.
fn own_id(id: Option<String>) -> Result<Option<String>, BankError> {
    match id {
        Some(id) if id.is_empty() || id.starts_with("MBR-") => {
            Err(no(422, "id must not be empty or begin with MBR-.").into())
        }
        other => Ok(other),
    }
}

/// MX's `MemberResponse`.
pub(super) fn written(view: &MemberView, version: Version) -> Value {
    let (member, user) = (&view.member, &view.user);
    let record = &member.record;
    let institution = mx_institution(&member.institution_code);
    let name = institution.map_or("A bank", |institution| institution.name.as_str());
    let seen = status::Seen::of_member(member);
    json!({
        "aggregated_at": record.aggregated_at.map(wire_moment_full),
        "background_aggregation_is_disabled": record.background_is_disabled,
        "connection_status": seen.status,
        "connection_status_message": seen.status.and_then(|status| status_message(status, name)),
        "guid": member.guid,
        "id": member.id,
        "institution_code": member.institution_code,
        "institution_guid": guid_of("INS", &member.institution_code),
        "is_being_aggregated": seen.is_being_aggregated,
        "is_managed_by_user": true,
        "is_manual": false,
        "is_oauth": record.is_oauth,
        "metadata": record.metadata,
        "most_recent_job_detail_code": null,
        "most_recent_job_detail_text": null,
        // The older version's description declares it a boolean, and MX's own clients rely on that.
        "most_recent_job_guid": record.job.as_ref().filter(|_| version == Version::New),
        "name": name,
        "needs_updated_credentials": matches!(seen.status, Some("PREVENTED" | "DENIED" | "IMPAIRED")),
        "oauth_window_uri": null,
        "successfully_aggregated_at": record.succeeded_at.map(wire_moment_full),
        "use_cases": record.use_cases,
        "user_guid": user.guid,
        "user_id": user.id,
    })
}
