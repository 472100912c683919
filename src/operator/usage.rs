//! How much of the providers' limits is used.

use jiff::SignedDuration;

use super::view::{State, Tone, UsageLine};
use super::words::state;
use super::{Operator, OperatorError};
use crate::context::Ctx;
use crate::sync;
use domain::text::isolated;
use domain::usage::Usage;
use domain::wording::grouped;

/// Returns every limit, with how much of it is used now.
pub async fn usage(ctx: &Ctx, _: &Operator) -> Result<Vec<UsageLine>, OperatorError> {
    let mut lines = Vec::new();
    for usage in sync::usage(ctx) {
        let whose = match &usage.connection {
            None => "all connections".to_owned(),
            Some(id) => match ctx.store.connection_of_anybody(id).await? {
                Some((institution, owner)) => {
                    format!("{}, {}", isolated(&institution), isolated(&owner))
                }
                None => "a removed connection".to_owned(),
            },
        };
        lines.push(line(&usage, whose));
    }
    Ok(lines)
}

fn line(usage: &Usage, whose: String) -> UsageLine {
    let percent = u64::from(usage.used) * 100 / u64::from(usage.ours.max(1));
    let what = usage.asks;
    UsageLine {
        words: if usage.from_the_beginning {
            format!("{what} (full history)")
        } else {
            what.to_owned()
        },
        endpoint: usage.endpoint.to_owned(),
        whose,
        used: format!(
            "{} of {} per {} (provider’s limit: {})",
            grouped(i64::from(usage.used)),
            grouped(i64::from(usage.ours)),
            length(usage.per),
            grouped(i64::from(usage.limit))
        ),
        percent: u32::try_from(percent.min(100)).unwrap_or(100),
        state: near(percent, usage.enforced),
    }
}

fn near(percent: u64, enforced: bool) -> State {
    match percent {
        100.. if enforced => state(Tone::Warn, "At the limit: calls are waiting"),
        100.. => state(Tone::Plain, "Over the limit, not held back"),
        75.. => state(Tone::Warn, "Near the limit"),
        _ => state(Tone::Good, "OK"),
    }
}

fn length(per: SignedDuration) -> String {
    match per.as_secs() {
        60 => "minute".into(),
        3_600 => "hour".into(),
        86_400 => "day".into(),
        seconds => format!("{seconds} seconds"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_that_is_near_is_told() {
        let of = |used, enforced| {
            line(
                &Usage {
                    endpoint: "/item/get",
                    asks: "Connection status",
                    from_the_beginning: false,
                    connection: None,
                    per: SignedDuration::from_mins(1),
                    used,
                    ours: 40,
                    limit: 50,
                    enforced,
                },
                "all connections".into(),
            )
        };
        let few = of(3, true);
        assert_eq!(few.used, "3 of 40 per minute (provider’s limit: 50)");
        assert_eq!((few.percent, few.state.tone), (7, Tone::Good));
        assert_eq!(of(30, true).state.words, "Near the limit");
        assert_eq!(of(40, true).state.words, "At the limit: calls are waiting");
        assert_eq!(of(90, false).percent, 100);
        assert_eq!(of(90, false).state.words, "Over the limit, not held back");
    }
}
