//! The time for which a provider asks to be left alone.

use jiff::Timestamp;

/// Parses `Retry-After`: a number of seconds, or a date (RFC 9110, 10.2.3). Returns seconds.
pub(super) fn seconds(text: &str, now: Timestamp) -> Option<u64> {
    let text = text.trim();
    text.parse().ok().or_else(|| {
        let date = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
        Some(u64::try_from(date.duration_since(now).as_secs()).unwrap_or(0))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = Timestamp::from_second(1_445_412_420).expect("a moment");
        assert_eq!(seconds(" 120 ", now), Some(120));
        assert_eq!(seconds("Wed, 21 Oct 2015 07:28:00 GMT", now), Some(60));
        assert_eq!(seconds("Wed, 21 Oct 2015 07:00:00 GMT", now), Some(0));
        for odd in ["", "-1", "soon", "1.5"] {
            assert_eq!(seconds(odd, now), None, "{odd}");
        }
    }
}
