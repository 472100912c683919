//! Notes for people about sources that refuse and rates that are old.

use super::live::RateMessage;
use domain::rate::{RateRefusal, RateStanding};
use islands::words;

/// The source whose rates change once every working day.
const DAILY: &str = "frankfurter";

/// The rate that is shown.
pub(super) struct Shown<'a> {
    /// Its source's id.
    pub source: &'a str,
    /// Its time in words.
    pub moment: &'a str,
    /// Whether it is older than its source's rates should be.
    pub is_old: bool,
}

/// Returns the message to show; `None` while all is well. `refusing` are the sources that refuse, in the order in which
/// they are asked.
pub(super) fn message(shown: Option<&Shown<'_>>, refusing: &[RateStanding]) -> Option<RateMessage> {
    let why = refusing.iter().map(why).collect::<Vec<_>>().join(", and ");
    let Some(shown) = shown else {
        let none = match why.as_str() {
            "" => "The first rate will appear here within a minute.".to_owned(),
            why => {
                format!("{why}. We’ll keep trying, and the first rate will appear here.")
            }
        };
        return Some(RateMessage {
            text: capital(&none),
            warns: !why.is_empty(),
        });
    };
    let is_old = shown.is_old;
    let from = format!("This rate is from {}", shown.moment);
    let goes_on = "We’ll keep trying, and a new one will appear here.";
    let is_refused = refusing
        .iter()
        .any(|standing| standing.source == shown.source);
    let text = match (why.as_str(), shown.source) {
        ("", _) if !is_old => return None,
        ("", DAILY) => {
            let daily = "The European Central Bank publishes new rates once every working day.";
            return Some(RateMessage {
                text: format!("{daily} {from}."),
                warns: false,
            });
        }
        ("", _) => format!("{from}. A new one will appear here."),
        (why, _) if is_old || is_refused => format!("{why}. {from}. {goes_on}"),
        (why, source) => {
            let by = match source {
                DAILY => "the European Central Bank",
                source => words::source(source),
            };
            format!("{why}, so this rate comes from {by} for now.")
        }
    };
    Some(RateMessage {
        text: capital(&text),
        warns: is_old || is_refused,
    })
}

/// Returns which source gives no rate, and why.
fn why(standing: &RateStanding) -> String {
    let name = match standing.source.as_str() {
        DAILY => "the European Central Bank’s rates (Frankfurter)",
        word => words::source(word),
    };
    let refusal = standing.refusal.as_deref().unwrap_or_default();
    let is = |wanted: RateRefusal| refusal == wanted.as_str();
    if is(RateRefusal::Key) {
        format!("{name} doesn’t accept this Passbook’s key")
    } else if is(RateRefusal::Quota) {
        format!("{name} allows no more requests today")
    } else if is(RateRefusal::Burst) {
        format!("{name} asked for a short break")
    } else if is(RateRefusal::Plan) {
        format!("{name} doesn’t include this rate in this Passbook’s plan")
    } else if standing.source == DAILY {
        format!("{name} can’t be reached")
    } else {
        format!("{name} isn’t responding")
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters
        .next()
        .map(|first| first.to_uppercase().collect::<String>());
    first.unwrap_or_default() + letters.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refuses(source: &str, refusal: RateRefusal) -> RateStanding {
        RateStanding {
            source: source.into(),
            not_before: None,
            refusals: 1,
            refusal: Some(refusal.as_str().into()),
        }
    }

    fn said(source: &str, age: i64, refusing: &[RateStanding]) -> (String, bool) {
        let moment = "21 Nov 2026, 10:00:00 UTC";
        let message = message(
            Some(&Shown {
                source,
                moment,
                is_old: age > words::OLD,
            }),
            refusing,
        );
        message.map_or_else(Default::default, |message| (message.text, message.warns))
    }

    #[test]
    fn nothing_is_said_of_a_rate_of_these_minutes() {
        assert_eq!(said("coinbase", 180, &[]), (String::new(), false));
    }

    #[test]
    fn an_old_rate_is_told_with_its_moment_and_what_comes_next() {
        let (text, warns) = said("coinbase", 181, &[]);
        assert_eq!(
            text,
            "This rate is from 21 Nov 2026, 10:00:00 UTC. A new one will appear here."
        );
        assert!(warns);
        let (text, warns) = said("frankfurter", 90_000, &[]);
        assert!(
            text.starts_with(
                "The European Central Bank publishes new rates once every working day. This"
            ),
            "{text}"
        );
        assert!(!warns, "it is as it should be");
    }

    #[test]
    fn a_source_that_refuses_is_named_with_its_reason() {
        let away = refuses("coinbase", RateRefusal::Away(None));
        let quota = refuses("alphavantage", RateRefusal::Quota);
        let (text, warns) = said("coinbase", 70, std::slice::from_ref(&quota));
        assert_eq!(
            text,
            "Alpha Vantage allows no more requests today, so this rate comes from Coinbase for now."
        );
        assert!(!warns);
        let (text, warns) = said("coinbase", 70, &[quota, away]);
        assert_eq!(
            text,
            "Alpha Vantage allows no more requests today, and Coinbase isn’t responding. This rate is from 21 Nov 2026, \
             10:00:00 UTC. We’ll keep trying, and a new one will appear here."
        );
        assert!(warns);
        let (text, _) = said(
            "frankfurter",
            90_000,
            &[refuses("frankfurter", RateRefusal::Away(None))],
        );
        assert!(
            text.starts_with("The European Central Bank’s rates (Frankfurter) can’t be reached. "),
            "{text}"
        );
    }

    #[test]
    fn every_refusal_has_its_words_and_unknown_ones_too() {
        let mut told = std::collections::BTreeSet::new();
        for refusal in [
            RateRefusal::Key,
            RateRefusal::Quota,
            RateRefusal::Burst,
            RateRefusal::Plan,
            RateRefusal::Away(None),
        ] {
            told.insert(said("alphavantage", 0, &[refuses("alphavantage", refusal)]).0);
        }
        assert_eq!(told.len(), 5);
        let mut odd = refuses("alphavantage", RateRefusal::Key);
        odd.refusal = Some("evil".into());
        assert!(
            said("alphavantage", 0, &[odd])
                .0
                .starts_with("Alpha Vantage isn’t responding.")
        );
    }

    #[test]
    fn without_a_rate_it_is_said_that_the_first_one_comes() {
        let none = |refusing: &[RateStanding]| message(None, refusing).expect("a message");
        assert_eq!(
            none(&[]).text,
            "The first rate will appear here within a minute."
        );
        let refused = none(&[refuses("alphavantage", RateRefusal::Key)]);
        assert!(
            refused
                .text
                .starts_with("Alpha Vantage doesn’t accept this Passbook’s key. We’ll keep trying")
        );
        assert!(refused.warns);
    }
}
