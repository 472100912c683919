//! What needs attention: one sentence and one action for each connection, the most pressing.

use jiff::{SignedDuration, Timestamp};

use super::LedgerError;
use super::view::{Attention, AttentionAction, Offers};
use crate::context::Ctx;
use domain::connection::{Alert, AlertKind, AlertReason, Connection, LinkPhase};
use domain::problem::{Reason, Remedy};
use domain::user::User;
use domain::wording;
use store::StoreError;

/// How long before a consent ends the person is notified.
const NOTICE: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long a lost link is shown.
const LOST: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Returns a connection's most pressing problem or open question, if it has one. Its state at the provider takes
/// precedence over announcements.
#[must_use]
pub fn attention(ctx: &Ctx, connection: &Connection) -> Option<Attention> {
    if connection.unlink_asked_at.is_some() {
        return None;
    }
    match connection.link_phase {
        // Earlier problems are being dealt with.
        Some(LinkPhase::Processing) => return None,
        Some(LinkPhase::Challenged) => return Some(asks(connection)),
        None => {}
    }
    let noted = |kind: AlertKind| connection.alerts.iter().find(|alert| alert.kind == kind);
    let pressing = [
        AlertKind::Revoked,
        AlertKind::Disconnect,
        AlertKind::Expiration,
    ];
    let rest = [
        AlertKind::AccountRevoked,
        AlertKind::Match,
        AlertKind::Duplicate,
        AlertKind::OtherProvider,
        AlertKind::NewAccounts,
    ];
    problem(ctx, connection)
        .or_else(|| {
            let mut alerts = pressing.into_iter().filter_map(noted);
            alerts.find_map(|alert| of_alert(ctx, connection, alert))
        })
        .or_else(|| expiring_consent(ctx, connection))
        .or_else(|| {
            let mut alerts = rest.into_iter().filter_map(noted);
            alerts.find_map(|alert| of_alert(ctx, connection, alert))
        })
        .or_else(|| set_aside(connection))
}

/// Returns a person's webhooks that were turned off because their deliveries failed.
pub(super) async fn webhooks_off(ctx: &Ctx, user: &User) -> Result<Vec<Attention>, StoreError> {
    let all = ctx.store.endpoints(&user.id).await?;
    let off = all
        .into_iter()
        .filter(|endpoint| endpoint.disabled.is_some());
    let told = off.map(|endpoint| Attention {
        connection_id: String::new(),
        institution: match endpoint.description.as_str() {
            "" => "A webhook".to_owned(),
            description => format!("The webhook “{description}”"),
        },
        sentence: "was turned off. See why in Settings › Webhooks.".to_owned(),
        action: AttentionAction::None,
        reference: None,
        can_wait: None,
        stopped: false,
    });
    Ok(told.collect())
}

/// Returns links that were lost after the provider had granted them and before Passbook stored them, unless the bank
/// has been linked since.
pub(super) async fn lost_links(ctx: &Ctx, user: &User) -> Result<Vec<Attention>, LedgerError> {
    let since = ctx.clock.now().checked_sub(LOST).unwrap_or(Timestamp::MIN);
    let lost = ctx.store.lost_links(&user.id, since).await?;
    Ok(lost
        .into_iter()
        .map(|(institution, _)| Attention {
            connection_id: String::new(),
            institution,
            sentence: "wasn’t linked, because Passbook was interrupted before it finished. Please link it again. The \
                unfinished link won’t show up here, but Plaid may keep it active until this Passbook’s admin has it \
                removed."
                .into(),
            action: AttentionAction::LinkAgain,
            reference: None,
            can_wait: None,
            stopped: false,
        })
        .collect())
}

/// Returns what can be done about a connection: nothing if this Passbook is no longer set up for its provider.
#[must_use]
pub fn offers(ctx: &Ctx, connection: &Connection) -> Offers {
    let unlink = connection.linked_at.is_some();
    let Ok(provider) = ctx.providers.named(&connection.provider) else {
        return Offers {
            unlink,
            ..Offers::default()
        };
    };
    let can = provider.capabilities();
    Offers {
        sync: connection.syncs(),
        repair: can.repair && connection.link_phase.is_none(),
        credentials: can.credentials,
        choose_accounts: can.choose_accounts,
        paid_refresh: can.paid_refresh && connection.syncs() && ctx.config.paid_refresh,
        unlink,
    }
}

fn problem(ctx: &Ctx, connection: &Connection) -> Option<Attention> {
    let problem = connection.problem.as_ref()?;
    let mut sentence = problem.message.clone();
    if let (Some(waiting), Some(last)) = (
        sentence.strip_suffix("afterwards."),
        connection.last_synced_at,
    ) {
        let since = wording::day(ctx.clock.date_of(last));
        sentence = format!("{waiting}on everything since {since}.");
    }
    Some(Attention {
        reference: Some(problem.reference()),
        stopped: true,
        ..notice(
            connection,
            sentence,
            match problem.remedy() {
                _ if problem.reason == Reason::NoAccounts => AttentionAction::ChooseAccounts,
                // It was never linked, so there is nothing to sync.
                _ if connection.linked_at.is_none() => log_in(ctx, connection),
                Remedy::Repair | Remedy::ActAtBank => log_in(ctx, connection),
                Remedy::Relink => AttentionAction::LinkAgain,
                Remedy::Retry | Remedy::Restart | Remedy::Wait => AttentionAction::SyncNow,
                Remedy::Operator => AttentionAction::None,
            },
        )
    })
}

/// A bank's question before it lets Passbook in.
fn asks(connection: &Connection) -> Attention {
    let sentence = "has a question for you before it lets Passbook in.".to_owned();
    Attention {
        stopped: true,
        ..notice(connection, sentence, AttentionAction::Answer)
    }
}

/// Returns how a person logs in to a connection's bank again: here, at a provider that takes credentials.
fn log_in(ctx: &Ctx, connection: &Connection) -> AttentionAction {
    match offers(ctx, connection).credentials {
        true => AttentionAction::LogIn,
        false => AttentionAction::Repair,
    }
}

fn expiring_consent(ctx: &Ctx, connection: &Connection) -> Option<Attention> {
    let ends = connection.consent_expires_at?;
    if ends.duration_since(ctx.clock.now()) > NOTICE {
        return None;
    }
    Some(notice(
        connection,
        consent_ends(ctx, Some(ends)),
        log_in(ctx, connection),
    ))
}

fn of_alert(ctx: &Ctx, connection: &Connection, alert: &Alert) -> Option<Attention> {
    let (sentence, action) = match alert.kind {
        AlertKind::Revoked => (
            "no longer lets Passbook read your accounts. Your history is kept; link it again for new transactions."
                .to_owned(),
            AttentionAction::LinkAgain,
        ),
        AlertKind::Disconnect => (disconnects(ctx, alert), log_in(ctx, connection)),
        AlertKind::Expiration => (consent_ends(ctx, alert.ends_at), log_in(ctx, connection)),
        AlertKind::AccountRevoked => (account_revoked(alert), AttentionAction::ChooseAccounts),
        AlertKind::NewAccounts => (
            "has accounts you haven’t added. Choose which to add.".to_owned(),
            AttentionAction::ChooseAccounts,
        ),
        // Accounts can be compared only when all of the history has arrived.
        AlertKind::Match if connection.history_complete_at.is_none() => return None,
        AlertKind::Match => (
            "has accounts that look like ones you linked before. Match them to keep their history.".to_owned(),
            AttentionAction::Match,
        ),
        AlertKind::Duplicate => (
            "was linked twice with the same accounts, so the second link was removed. Nothing is counted twice."
                .to_owned(),
            AttentionAction::None,
        ),
        AlertKind::OtherProvider => (
            "is also linked through another provider, with accounts that look the same. Their balances and transactions \
                may be counted twice: unlink one of the two, unless the accounts are different."
                .to_owned(),
            AttentionAction::None,
        ),
    };
    let can_wait = alert
        .kind
        .can_wait()
        .then(|| alert.kind.as_str().to_owned());
    Some(Attention {
        can_wait,
        stopped: alert.kind == AlertKind::Revoked,
        ..notice(connection, sentence, action)
    })
}

fn disconnects(ctx: &Ctx, alert: &Alert) -> String {
    let shares = shares_until(ctx, alert.ends_at);
    let why = match alert.reason {
        Some(AlertReason::LogInChanges) => ", because it’s changing how you log in there",
        None => "",
    };
    format!("{shares}{why}. Log in again to keep it linked.")
}

fn consent_ends(ctx: &Ctx, ends: Option<Timestamp>) -> String {
    let ends = day(ctx, ends).map_or_else(|| "soon".into(), |day| format!("by {day}"));
    format!("needs you to renew your permission {ends}. Log in again to renew it.")
}

fn shares_until(ctx: &Ctx, ends: Option<Timestamp>) -> String {
    day(ctx, ends).map_or_else(
        || "will soon stop sharing your accounts".into(),
        |day| format!("will stop sharing your accounts on {day}"),
    )
}

fn account_revoked(alert: &Alert) -> String {
    let which = alert
        .account
        .as_ref()
        .map_or_else(|| "one of your accounts".into(), |name| format!("“{name}”"));
    format!(
        "no longer shares {which}, because permission was withdrawn at the bank. Its history is kept. To share it \
        again, choose accounts."
    )
}

fn day(ctx: &Ctx, moment: Option<Timestamp>) -> Option<String> {
    moment.map(|at| wording::day(ctx.clock.date_of(at)))
}

fn notice(connection: &Connection, sentence: String, action: AttentionAction) -> Attention {
    Attention {
        connection_id: connection.id.to_string(),
        institution: connection.institution_name.clone(),
        sentence,
        action,
        reference: None,
        can_wait: None,
        stopped: false,
    }
}

/// Reports rows that could not be read. The person can do nothing about them, but should know.
fn set_aside(connection: &Connection) -> Option<Attention> {
    // During the first sync the person has enough to look at.
    connection.history_complete_at?;
    let sentence = match connection.set_aside_rows {
        ..=0 => return None,
        1 => "sent 1 transaction that can’t be read. It will appear here once the bank sends a valid version; all others are here.".to_owned(),
        many => format!("sent {many} transactions that can’t be read. They’ll appear here once the bank sends valid versions; all others are here."),
    };
    Some(notice(connection, sentence, AttentionAction::None))
}
