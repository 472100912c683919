//! Stores tower-sessions' records in the database under the hash of their id, so that a copy of the database logs no
//! one in.

use std::collections::HashMap;

use async_trait::async_trait;
use time::OffsetDateTime;
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};

use super::digest::hash;
use super::session::{ADDRESS, ANONYMOUS, BROWSER, IDLE, SINCE, TOUCHED, USER};
use domain::clock::Clock;
use store::{Store, StoredSession};

/// How many anonymous sessions are kept. Anyone can begin one by submitting a form that is refused; the oldest are
/// removed first.
const MOST_ANONYMOUS: i64 = 1_000;
/// The most data that an anonymous session holds, in bytes. A form's answer and an identity provider's answer are
/// smaller.
const LARGEST_ANONYMOUS: usize = 32 << 10;

/// The session store, on Passbook's own pool.
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
            let (id_hash, data) = (key(&record.id), data_of(record)?);
            let session = self.stored(record, &id_hash, &data);
            let created = self.store.create_session(&session).await;
            if created.map_err(backend)? {
                return self.bound_anonymous(record).await;
            }
            // These 128 random bits are already in use: take others.
            record.id = Id::default();
        }
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let (id_hash, data) = (key(&record.id), data_of(record)?);
        let session = self.stored(record, &id_hash, &data);
        self.store.save_session(&session).await.map_err(backend)
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
    /// Returns the row of a session. What its person is told of it is in columns of its own.
    fn stored<'a>(&self, record: &'a Record, id_hash: &'a str, data: &'a str) -> StoredSession<'a> {
        let number = |name| of_login(record, name).and_then(serde_json::Value::as_i64);
        StoredSession {
            id_hash,
            person: person_of(record),
            data,
            expires_at: self.ends_at(record),
            created_at: number(SINCE),
            last_used_at: number(TOUCHED),
            browser: of_login(record, BROWSER).and_then(serde_json::Value::as_str),
            address: of_login(record, ADDRESS).and_then(serde_json::Value::as_str),
        }
    }

    /// Keeps the number of anonymous sessions bounded after a new one has begun.
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

    /// Returns when a session written now ends if it stays unused, in Unix milliseconds. The record's own date follows
    /// the machine's clock, and two clocks would disagree. An anonymous session holds a form's answer at most, so it
    /// need not last.
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

/// Hashes a session's id for storage.
pub(super) fn key(id: &Id) -> String {
    hash(&id.0.to_be_bytes())
}

/// Returns the person who is logged in on the session.
fn person_of(record: &Record) -> Option<&str> {
    record.data.get(USER).and_then(serde_json::Value::as_str)
}

/// Returns a value of a session on which a person is logged in.
fn of_login<'a>(record: &'a Record, name: &str) -> Option<&'a serde_json::Value> {
    person_of(record)?;
    record.data.get(name)
}

/// Encodes the data alone; the record's own id stays out of the database. An anonymous session with too much data is
/// stored empty.
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
