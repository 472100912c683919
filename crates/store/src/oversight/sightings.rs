//! Observations of the running program, for later viewing or another process.

use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};

use crate::{Store, StoreError};

/// How long a sighting is kept; after that it has been dealt with or no longer matters.
pub const SIGHTINGS_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The word for an address that sent a proxy's headers but is not a trusted proxy.
const UNTRUSTED_PROXY: &str = "untrusted_proxy";

impl Store {
    /// Records the address of an untrusted proxy, replacing the previous one.
    pub async fn record_untrusted_proxy(
        &self,
        from: IpAddr,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO sighting (kind, address, seen_at) VALUES ($1, $2, $3)
             ON CONFLICT (kind) DO UPDATE SET address = excluded.address, seen_at = excluded.seen_at",
        )
        .bind(UNTRUSTED_PROXY)
        .bind(from.to_string())
        .bind(at.as_millisecond())
        .execute(&self.write)
        .await?;
        Ok(())
    }

    /// The last recorded address; `None` if it is too old.
    pub async fn untrusted_proxy(&self, now: Timestamp) -> Result<Option<IpAddr>, StoreError> {
        let since = now.checked_sub(SIGHTINGS_KEPT).unwrap_or(Timestamp::MIN);
        let kept = "SELECT address FROM sighting WHERE kind = $1 AND seen_at > $2";
        let kept: Option<String> = sqlx::query_scalar(kept)
            .bind(UNTRUSTED_PROXY)
            .bind(since.as_millisecond())
            .fetch_optional(&self.read)
            .await?;
        Ok(kept.and_then(|address| address.parse().ok()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_address_is_known_until_it_is_too_long_ago_and_the_next_takes_its_place() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&folder.path().join("passbook.db")).await;
        let store = store.expect("a database");
        let (kept_for, second) = (SIGHTINGS_KEPT, SignedDuration::from_secs(1));
        let at: Timestamp = "2026-11-21T10:00:00Z".parse().expect("a moment");
        assert_eq!(store.untrusted_proxy(at).await.expect("read"), None);
        for address in ["172.18.0.2", "fd00::1"] {
            let address = address.parse().expect("an address");
            store
                .record_untrusted_proxy(address, at)
                .await
                .expect("kept");
            for (later, known) in [(kept_for - second, true), (kept_for, false)] {
                let kept = store.untrusted_proxy(at + later).await.expect("read");
                assert_eq!(kept, known.then_some(address));
            }
        }
    }
}
