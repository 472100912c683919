//! Where tower-sessions keeps its records: in our database, under the hash of their id, so that a copy of
//! the database logs nobody in.

use std::collections::HashMap;

use async_trait::async_trait;
use time::OffsetDateTime;
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};

use super::digest::hash;
use super::session::{ANONYMOUS, IDLE, USER};
use domain::clock::Clock;
use store::Store;

/// How many sessions are kept on which nobody is logged in. Anybody can begin one with a form that is refused; the
/// oldest go first.
const MOST_ANONYMOUS: i64 = 1_000;
/// How much such a session holds at most, in bytes: a form's answer and what an identity provider told are smaller.
const LARGEST_ANONYMOUS: usize = 32 << 10;

/// Sessions on our own pool.
#[derive(Clone, Debug)]
pub struct Sessions {
    /// The database.
    pub store: Store,
    /// The time.
    pub clock: Clock,
}

#[async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        loop {
            let data = data_of(record)?;
            let created = self
                .store
                .create_session(
                    &key(&record.id),
                    person_of(record),
                    &data,
                    self.ends_at(record),
                )
                .await;
            if created.map_err(backend)? {
                return self.bound_anonymous(record).await;
            }
            // 128 random bits that are in use already: take others.
            record.id = Id::default();
        }
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let data = data_of(record)?;
        self.store
            .save_session(
                &key(&record.id),
                person_of(record),
                &data,
                self.ends_at(record),
            )
            .await
            .map_err(backend)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let now = self.clock.now().as_millisecond();
        let Some((data, expires_at)) = self
            .store
            .load_session(&key(id), now)
            .await
            .map_err(backend)?
        else {
            return Ok(None);
        };
        let data: HashMap<String, serde_json::Value> =
            serde_json::from_str(&data).map_err(|e| Error::Decode(e.to_string()))?;
        let expiry_date =
            OffsetDateTime::from_unix_timestamp_nanos(i128::from(expires_at) * 1_000_000)
                .map_err(|e| Error::Decode(e.to_string()))?;
        Ok(Some(Record {
            id: *id,
            data,
            expiry_date,
        }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        self.store.delete_session(&key(id)).await.map_err(backend)
    }
}

impl Sessions {
    /// Keeps anonymous sessions few, after one was begun.
    async fn bound_anonymous(&self, record: &Record) -> Result<()> {
        if person_of(record).is_some() {
            return Ok(());
        }
        let now = self.clock.now().as_millisecond();
        let bounded =
            self.store
                .bound_anonymous_sessions(now, self.ends_at(record), MOST_ANONYMOUS);
        bounded.await.map_err(backend)
    }

    /// When a session that is written now ends if nobody uses it. The record's own date is reckoned by the
    /// machine's clock, and two clocks would not agree.
    /// A session that nobody is logged in on holds a form's answer at most, and need not last.
    fn ends_at(&self, record: &Record) -> i64 {
        let now = self.clock.now();
        let lasts = if record.data.contains_key(USER) {
            IDLE
        } else {
            ANONYMOUS
        };
        now.checked_add(lasts).unwrap_or(now).as_millisecond()
    }
}

/// How a session's id is stored.
pub(super) fn key(id: &Id) -> String {
    hash(&id.0.to_be_bytes())
}

/// Who is logged in on it.
fn person_of(record: &Record) -> Option<&str> {
    record.data.get(USER).and_then(serde_json::Value::as_str)
}

/// The data alone: the record's own id stays out of the database. Of a stranger nothing large is kept.
fn data_of(record: &Record) -> Result<String> {
    let data = serde_json::to_string(&record.data).map_err(|e| Error::Encode(e.to_string()))?;
    if person_of(record).is_none() && data.len() > LARGEST_ANONYMOUS {
        return Ok("{}".to_owned());
    }
    Ok(data)
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in map_err")]
fn backend(error: store::StoreError) -> Error {
    Error::Backend(error.to_string())
}
