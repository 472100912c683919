//! Why Alpha Vantage gives no rate. It answers with status 200 and a text that changes and may repeat our key, so the
//! text is only searched and never passed on.

use serde::Deserialize;

use super::wire::UNREADABLE;
use domain::rate::RateRefusal;

/// Phrases and their meaning; the first match wins. The text about a burst also mentions the daily quota.
const WORDS: [(&[&str], RateRefusal); 5] = [
    (
        // The second is the answer to the key `demo`, which works only for the documentation's examples.
        &["apikey is invalid or missing", "for demo purposes only"],
        RateRefusal::Key,
    ),
    (
        // The last is the answer to paid plans.
        &["1 request per second", "sparingly", "burst pattern"],
        RateRefusal::Burst,
    ),
    (
        &["per day", "rate limit", "call frequency"],
        RateRefusal::Quota,
    ),
    (&["premium endpoint"], RateRefusal::Plan),
    (&["invalid api call"], RateRefusal::NotOffered),
];

/// The fields that give the reason, as clients have recorded them.
#[derive(Deserialize)]
struct Said {
    #[serde(rename = "Error Message")]
    error: Option<String>,
    #[serde(rename = "Information")]
    information: Option<String>,
    #[serde(rename = "Note")]
    note: Option<String>,
}

/// Classifies a body that holds no rate.
pub(super) fn refusal(body: &[u8]) -> RateRefusal {
    let Ok(said) = serde_json::from_slice::<Said>(body) else {
        return UNREADABLE;
    };
    let said = [said.error, said.information, said.note].map(Option::unwrap_or_default);
    let said = said.join("\n").to_ascii_lowercase();
    let meant = WORDS
        .iter()
        .find(|(words, _)| words.iter().any(|word| said.contains(word)));
    meant.map_or(UNREADABLE, |(_, refusal)| *refusal)
}
