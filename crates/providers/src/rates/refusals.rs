//! Why Alpha Vantage gives no rate. It says so with status 200, in words that change and may repeat our key: they are
//! looked through and go nowhere.

use serde::Deserialize;

use super::wire::UNREADABLE;
use domain::rate::RateRefusal;

/// Words and what they mean; the first that is found counts. What is said of a burst names the calls of a day as well.
const WORDS: [(&[&str], RateRefusal); 5] = [
    (
        // The second is said to the key `demo`, which opens the documentation's examples and nothing else.
        &["apikey is invalid or missing", "for demo purposes only"],
        RateRefusal::Key,
    ),
    (
        // The last is what paid plans are told.
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

/// The places in which it says why, as clients have recorded them.
#[derive(Deserialize)]
struct Said {
    #[serde(rename = "Error Message")]
    error: Option<String>,
    #[serde(rename = "Information")]
    information: Option<String>,
    #[serde(rename = "Note")]
    note: Option<String>,
}

/// What follows from a body that holds no rate.
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
