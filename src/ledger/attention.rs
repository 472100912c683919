//! What needs attention: one sentence and one action.

use jiff::SignedDuration;

use super::view::{Attention, AttentionAction};
use crate::context::Ctx;
use crate::domain::connection::Connection;
use crate::domain::problem::Remedy;
use crate::domain::user::User;
use crate::store::StoreError;

/// How long before a consent ends the person is told.
const NOTICE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What is wrong with a connection, if something is.
#[must_use]
pub fn attention(ctx: &Ctx, connection: &Connection) -> Option<Attention> {
    if connection.unlink_asked_at.is_some() {
        return None;
    }
    problem(ctx, connection)
        .or_else(|| expiring_consent(ctx, connection))
        .or_else(|| set_aside(connection))
}

/// A person's webhooks that were switched off because nobody took what they were sent.
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
        sentence: "was switched off, because nobody took what it was sent. See why under Settings, Webhooks."
            .to_owned(),
        action: AttentionAction::None,
        reference: None,
    });
    Ok(told.collect())
}

fn problem(ctx: &Ctx, connection: &Connection) -> Option<Attention> {
    let problem = connection.problem.as_ref()?;
    let mut sentence = problem.message.clone();
    if let (Some(waiting), Some(last)) = (
        sentence.strip_suffix("wait there."),
        connection.last_synced_at,
    ) {
        let since = ctx.clock.date_of(last).strftime("%-d %b");
        sentence = format!("{waiting}wait there since {since}.");
    }
    let request = problem
        .request_id
        .as_ref()
        .map_or(String::new(), |id| format!(", request {id}"));
    Some(Attention {
        connection_id: connection.id.to_string(),
        institution: connection.institution_name.clone(),
        sentence,
        action: match problem.remedy {
            Remedy::Repair | Remedy::ActAtBank => AttentionAction::Repair,
            Remedy::Relink => AttentionAction::LinkAgain,
            Remedy::Retry | Remedy::Restart | Remedy::Wait => AttentionAction::SyncNow,
            Remedy::Operator => AttentionAction::None,
        },
        reference: Some(format!("{}{request}", problem.code)),
    })
}

fn expiring_consent(ctx: &Ctx, connection: &Connection) -> Option<Attention> {
    let ends = connection.consent_expires_at?;
    if ends.duration_since(ctx.clock.now()) > NOTICE {
        return None;
    }
    let day = ctx.clock.date_of(ends).strftime("%-d %B");
    Some(Attention {
        connection_id: connection.id.to_string(),
        institution: connection.institution_name.clone(),
        sentence: format!(
            "lets Passbook read your accounts until {day}. Log in again to go on after that."
        ),
        action: AttentionAction::Repair,
        reference: None,
    })
}

/// Rows that could not be read. There is nothing to do about them, but nobody should miss them unknowingly.
fn set_aside(connection: &Connection) -> Option<Attention> {
    // During the first sync there is enough to look at.
    connection.history_complete_at?;
    let sentence = match connection.set_aside_rows {
        ..=0 => return None,
        1 => "sent 1 transaction that cannot be read. It appears here once the bank sends it well-formed; all others are here.".to_owned(),
        many => format!("sent {many} transactions that cannot be read. They appear here once the bank sends them well-formed; all others are here."),
    };
    Some(Attention {
        connection_id: connection.id.to_string(),
        institution: connection.institution_name.clone(),
        sentence,
        action: AttentionAction::None,
        reference: None,
    })
}
