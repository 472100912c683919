//! Users of an MX client.

use sqlx::SqliteConnection;

use super::super::{Bank, BankError};
use super::{new_guid, no};
pub use crate::store::users::UserFilter;
use crate::store::users::{self, UserRow};
use crate::store::{StoreError, members};

/// A client's changes to a user. An empty field is left as it is.
#[derive(Clone, Debug, Default)]
pub struct UserChange {
    /// The client's own id for it.
    pub id: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// Free text of the client.
    pub metadata: Option<String>,
    /// Whether MX fetches nothing for the user.
    pub is_disabled: Option<bool>,
}

impl Bank {
    /// Creates a user.
    pub async fn create_user(&self, new: UserChange) -> Result<UserRow, BankError> {
        let mut write = self.store().write().await?;
        let mut user = UserRow {
            guid: new_guid("USR"),
            id: None,
            email: None,
            metadata: None,
            is_disabled: false,
            created_at: self.now().as_millisecond(),
        };
        self.apply_to_user(&mut write, &mut user, new).await?;
        users::insert(&mut write, &user).await?;
        write.commit().await.map_err(StoreError::from)?;
        Ok(user)
    }

    /// Returns the user with this guid or client's id.
    pub async fn user(&self, name: &str) -> Result<UserRow, BankError> {
        let mut read = self.store().begin_read().await?;
        self.user_in(&mut read, name).await
    }

    /// Returns the users that match a filter, oldest first.
    pub async fn users(&self, filter: &UserFilter) -> Result<Vec<UserRow>, BankError> {
        let mut read = self.store().begin_read().await?;
        Ok(users::list(&mut read, filter).await?)
    }

    /// Changes a user.
    pub async fn change_user(&self, name: &str, change: UserChange) -> Result<UserRow, BankError> {
        let mut write = self.store().write().await?;
        let mut user = self.user_in(&mut write, name).await?;
        self.apply_to_user(&mut write, &mut user, change).await?;
        users::update(&mut write, &user).await?;
        write.commit().await.map_err(StoreError::from)?;
        Ok(user)
    }

    /// Deletes a user with its members and their data.
    pub async fn delete_user(&self, name: &str) -> Result<(), BankError> {
        let mut write = self.store().write().await?;
        let user = self.user_in(&mut write, name).await?;
        for member in members::list(&mut write, Some(&user.guid)).await? {
            self.forget_member(&mut write, &member).await?;
        }
        users::delete(&mut write, &user.guid).await?;
        write.commit().await.map_err(StoreError::from)?;
        Ok(())
    }

    pub(super) async fn user_in(
        &self,
        db: &mut SqliteConnection,
        name: &str,
    ) -> Result<UserRow, BankError> {
        let user = users::find(db, name).await?;
        Ok(user.ok_or_else(|| no(404, "The requested user was not found."))?)
    }

    async fn apply_to_user(
        &self,
        db: &mut SqliteConnection,
        user: &mut UserRow,
        change: UserChange,
    ) -> Result<(), BankError> {
        if let Some(id) = change.id {
            let taken = users::find(db, &id).await?;
            if taken.is_some_and(|other| other.guid != user.guid) {
                return Err(no(409, "A user with this id already exists.").into());
            }
            user.id = Some(id);
        }
        user.email = change.email.or(user.email.take());
        user.metadata = change.metadata.or(user.metadata.take());
        user.is_disabled = change.is_disabled.unwrap_or(user.is_disabled);
        Ok(())
    }
}
