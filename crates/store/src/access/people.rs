//! People and their password hashes.

use jiff::Timestamp;
use sqlx::FromRow;

use crate::access::identities;
use crate::decode::{day, moment, parsed};
use crate::oversight::activity::{About, record};
use crate::{Store, StoreError};
use domain::activity::{Event, Visit};
use domain::id::UserId;
use domain::identity::VerifiedIdentity;
use domain::user::{EmailAddress, PersonName, Role, User, UserName};

/// A person to sign up.
pub struct NewUser {
    /// The new person.
    pub user: User,
    /// The password hash as a PHC string; `None` for a person who logs in only with an identity provider.
    pub password_hash: Option<String>,
    /// The identity through which they sign up, if any.
    pub identity: Option<VerifiedIdentity>,
    /// The hash of the invitation to redeem, if one is required.
    pub invitation_hash: Option<String>,
    /// Whether to refuse if a person has already signed up.
    pub only_as_first: bool,
    /// The origin of the request.
    pub visit: Visit,
}

#[derive(FromRow)]
pub(crate) struct PersonRow {
    id: String,
    email: String,
    user_name: Option<String>,
    first_name: String,
    last_name: String,
    birthday: Option<String>,
    created_at: i64,
    demo: i64,
    operator_since: Option<i64>,
    password_version: i64,
    two_step: bool,
}

/// The columns of `PersonRow`, of a person `p`.
macro_rules! person_columns {
    () => {
        "p.id, p.email, p.user_name, p.first_name, p.last_name, p.birthday, p.created_at, p.demo, p.operator_since, \
         p.password_version, EXISTS (SELECT 1 FROM two_step t WHERE t.person_id = p.id) AS two_step"
    };
}
pub(crate) use person_columns;

/// The condition that a person `p` may be let in: not suspended, and not being deleted.
macro_rules! may_enter {
    () => {
        " AND p.leaving_at IS NULL AND p.suspended_at IS NULL"
    };
}
pub(crate) use may_enter;

/// A person and their password hash, read together.
#[derive(FromRow)]
struct ToLogIn {
    #[sqlx(flatten)]
    person: PersonRow,
    password_hash: String,
}

impl PersonRow {
    pub(crate) fn decode(self) -> Result<User, StoreError> {
        Ok(User {
            id: UserId::parse(&self.id).ok_or(StoreError::Unreadable("person"))?,
            email: parsed("e-mail address", EmailAddress::parse(&self.email))?,
            user_name: parsed(
                "user name",
                self.user_name.map(|n| UserName::parse(&n)).transpose(),
            )?,
            first_name: PersonName::from_storage(self.first_name),
            last_name: PersonName::from_storage(self.last_name),
            birthday: self.birthday.as_deref().map(day).transpose()?,
            created_at: moment(self.created_at)?,
            role: Role::from_flags(self.demo != 0, self.operator_since.is_some()),
            password_version: self.password_version,
            two_step: self.two_step,
        })
    }
}

impl Store {
    /// Signs up a new person.
    ///
    /// # Errors
    /// [`StoreError::Taken`] with `email`, `user_name`, `invitation`, `first` or `identity`.
    pub async fn add_user(&self, new: &NewUser) -> Result<(), StoreError> {
        let user = &new.user;
        let mut tx = self.begin().await?;
        if new.only_as_first
            && sqlx::query_scalar::<_, i64>("SELECT COUNT(*) FROM person")
                .fetch_one(&mut *tx)
                .await?
                > 0
        {
            return Err(StoreError::Taken("first"));
        }
        sqlx::query(
            "INSERT INTO person (id, email, email_folded, user_name, user_name_folded, first_name, last_name, birthday, password_hash, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(user.id.as_str())
        .bind(user.email.as_str())
        .bind(user.email.folded())
        .bind(user.user_name.as_ref().map(|n| n.as_str()))
        .bind(user.user_name.as_ref().map(UserName::folded))
        .bind(user.first_name.as_str())
        .bind(user.last_name.as_str())
        .bind(user.birthday.map(|d| d.to_string()))
        .bind(new.password_hash.as_deref().unwrap_or_default())
        .bind(user.created_at.as_millisecond())
        .execute(&mut *tx)
        .await
        .map_err(|error| {
            let columns = [("email_folded", "email"), ("user_name_folded", "user_name")];
            StoreError::of_insert(error, &columns)
        })?;
        if let Some(invitation) = &new.invitation_hash {
            let used = sqlx::query(
                "UPDATE invitation SET used_by = $1, used_at = $2 WHERE code_hash = $3 AND used_at IS NULL AND expires_at > $2",
            )
            .bind(user.id.as_str())
            .bind(user.created_at.as_millisecond())
            .bind(invitation)
            .execute(&mut *tx)
            .await?;
            if used.rows_affected() == 0 {
                return Err(StoreError::Taken("invitation"));
            }
        }
        if let Some(told) = &new.identity {
            identities::insert(&mut tx, &user.id, told, user.created_at).await?;
        }
        let event = Event::SignedUp(new.visit.clone());
        record(&mut tx, About::Person(&user.id), &event, user.created_at).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The names that are already taken: `email`, `user_name`.
    pub async fn names_taken(
        &self,
        email: Option<&EmailAddress>,
        user_name: Option<&UserName>,
    ) -> Result<Vec<&'static str>, StoreError> {
        let (email, user_name): (bool, bool) = sqlx::query_as(
            "SELECT EXISTS (SELECT 1 FROM person WHERE email_folded = $1),
                 EXISTS (SELECT 1 FROM person WHERE user_name_folded = $2)",
        )
        .bind(email.map(EmailAddress::folded))
        .bind(user_name.map(UserName::folded))
        .fetch_one(&self.read)
        .await?;
        let all = [("email", email), ("user_name", user_name)];
        let taken = all.into_iter().filter(|(_, taken)| *taken);
        Ok(taken.map(|(name, _)| name).collect())
    }

    /// Changes a person's names and username to those of `user` where they differ from those of `former`, as they were
    /// read, and records that in their activity. What another request has changed meanwhile stays.
    ///
    /// # Errors
    /// [`StoreError::Taken`] with `user_name`.
    pub async fn change_names(
        &self,
        former: &User,
        user: &User,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let first_name = (user.first_name != former.first_name).then(|| user.first_name.as_str());
        let last_name = (user.last_name != former.last_name).then(|| user.last_name.as_str());
        sqlx::query(
            "UPDATE person SET first_name = COALESCE($1, first_name), last_name = COALESCE($2, last_name),
                 user_name = CASE WHEN $5 THEN $3 ELSE user_name END,
                 user_name_folded = CASE WHEN $5 THEN $4 ELSE user_name_folded END
             WHERE id = $6",
        )
        .bind(first_name)
        .bind(last_name)
        .bind(user.user_name.as_ref().map(|n| n.as_str()))
        .bind(user.user_name.as_ref().map(UserName::folded))
        .bind(user.user_name != former.user_name)
        .bind(user.id.as_str())
        .execute(&mut *tx)
        .await
        .map_err(|error| StoreError::of_insert(error, &[("user_name_folded", "user_name")]))?;
        record(&mut tx, About::Person(&user.id), &Event::NamesChanged, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Returns the person with this id.
    pub async fn user(&self, id: &UserId) -> Result<Option<User>, StoreError> {
        let row: Option<PersonRow> = sqlx::query_as(concat!(
            "SELECT ",
            person_columns!(),
            " FROM person p WHERE p.id = $1"
        ))
        .bind(id.as_str())
        .fetch_optional(&self.read)
        .await?;
        row.map(PersonRow::decode).transpose()
    }

    /// Returns the person with this id, unless they are suspended or being deleted.
    pub async fn user_to_let_in(&self, id: &UserId) -> Result<Option<User>, StoreError> {
        let row: Option<PersonRow> = sqlx::query_as(concat!(
            "SELECT ",
            person_columns!(),
            " FROM person p WHERE p.id = $1",
            may_enter!()
        ))
        .bind(id.as_str())
        .fetch_optional(&self.read)
        .await?;
        row.map(PersonRow::decode).transpose()
    }

    /// Returns the person with this folded e-mail address, also one who is suspended or being deleted.
    pub async fn user_with_email(&self, folded: &str) -> Result<Option<User>, StoreError> {
        let row: Option<PersonRow> = sqlx::query_as(concat!(
            "SELECT ",
            person_columns!(),
            " FROM person p WHERE p.email_folded = $1"
        ))
        .bind(folded)
        .fetch_optional(&self.read)
        .await?;
        row.map(PersonRow::decode).transpose()
    }

    /// Returns the person with this folded e-mail address or username, and their password hash, if they have one. A
    /// person who is suspended or being deleted is not found.
    pub async fn user_to_log_in(
        &self,
        folded: &str,
    ) -> Result<Option<(User, Option<String>)>, StoreError> {
        let row: Option<ToLogIn> = sqlx::query_as(concat!(
            "SELECT ",
            person_columns!(),
            ", p.password_hash FROM person p WHERE (p.email_folded = $1 OR p.user_name_folded = $1)",
            may_enter!()
        ))
        .bind(folded)
        .fetch_optional(&self.read)
        .await?;
        row.map(|row| {
            let hash = Some(row.password_hash).filter(|hash| !hash.is_empty());
            Ok((row.person.decode()?, hash))
        })
        .transpose()
    }

    /// Records when a person was last seen, in Unix milliseconds.
    pub async fn record_seen(&self, id: &UserId, now: i64) -> Result<(), StoreError> {
        sqlx::query("UPDATE person SET last_seen_at = $1 WHERE id = $2")
            .bind(now)
            .bind(id.as_str())
            .execute(&self.write)
            .await?;
        Ok(())
    }

    /// Whether any person has signed up.
    pub async fn has_users(&self) -> Result<bool, StoreError> {
        Ok(
            sqlx::query_scalar::<_, i64>("SELECT EXISTS (SELECT 1 FROM person)")
                .fetch_one(&self.read)
                .await?
                == 1,
        )
    }
}
