//! Accounts of people.

use sqlx::FromRow;

use crate::decode::{moment, moment_or_none, money};
use crate::{Store, StoreError};
use domain::account::{Account, AccountKind, OwnAccount};
use domain::id::{AccountId, ConnectionId, UserId};

/// An account with fields of its connection.
#[derive(Clone, Debug)]
pub struct AccountWithConnection {
    /// The account.
    pub account: Account,
    /// The institution's name.
    pub institution_name: String,
    /// The provider's id of the institution, if a logo of it is stored.
    pub logo_of: Option<String>,
}

/// The fields of a linked account that a new link is compared with.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct AccountOfInstitution {
    /// The connection's id.
    pub connection_id: String,
    /// The institution's name.
    pub institution_name: String,
    /// The account's name.
    pub name: String,
    /// The last digits of its number.
    pub mask: Option<String>,
    /// The broad type, as its stored word.
    pub kind: String,
}

#[derive(FromRow)]
struct AccountRow {
    id: String,
    connection_id: String,
    name: String,
    official_name: Option<String>,
    mask: Option<String>,
    kind: String,
    subtype: Option<String>,
    currency: String,
    current: Option<i64>,
    current_exact: Option<String>,
    available: Option<i64>,
    credit_limit: Option<i64>,
    balance_at: i64,
    current_at: Option<i64>,
    closed_at: Option<i64>,
    unshared_at: Option<i64>,
    own_name: Option<String>,
    hidden: i64,
    left_out: i64,
    institution_name: String,
    logo_of: Option<String>,
}

impl AccountRow {
    fn decode(self) -> Result<AccountWithConnection, StoreError> {
        Ok(AccountWithConnection {
            account: Account {
                id: AccountId::parse(&self.id).ok_or(StoreError::Unreadable("account"))?,
                connection_id: ConnectionId::parse(&self.connection_id)
                    .ok_or(StoreError::Unreadable("connection"))?,
                name: self.name,
                official_name: self.official_name,
                mask: self.mask,
                kind: AccountKind::from_word(&self.kind),
                subtype: self.subtype,
                current: money(self.current, &self.currency),
                available: money(self.available, &self.currency),
                limit: money(self.credit_limit, &self.currency),
                current_exact: self.current_exact,
                closed_at: moment_or_none(self.closed_at)?,
                unshared_at: moment_or_none(self.unshared_at)?,
                balance_at: moment(self.balance_at)?,
                current_at: moment_or_none(self.current_at)?,
                own: OwnAccount {
                    name: self.own_name,
                    hidden: self.hidden != 0,
                    left_out: self.left_out != 0,
                },
            },
            institution_name: self.institution_name,
            logo_of: self.logo_of,
        })
    }
}

impl Store {
    /// A person's accounts: in their own order, and those without a place in it in the order in which their banks list
    /// them.
    pub async fn accounts(&self, user: &UserId) -> Result<Vec<AccountWithConnection>, StoreError> {
        let rows: Vec<AccountRow> = sqlx::query_as(
            "SELECT a.*, c.institution_name AS institution_name,
                 (SELECT i.provider_id FROM institution i
                  WHERE i.provider = c.provider AND i.provider_id = c.institution_id AND i.logo IS NOT NULL) AS logo_of
             FROM account a JOIN connection c ON c.id = a.connection_id
             WHERE a.person_id = $1 ORDER BY a.own_position IS NULL, a.own_position, c.created_at, c.id, a.closed_at IS NOT NULL, a.position, a.id",
        )
        .bind(user.as_str())
        .fetch_all(&self.read)
        .await?;
        rows.into_iter().map(AccountRow::decode).collect()
    }

    /// Writes what a person says of one of their accounts; `false` if it is not theirs.
    pub async fn edit_account(
        &self,
        user: &UserId,
        id: &AccountId,
        own: &OwnAccount,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "UPDATE account SET own_name = $1, hidden = $2, left_out = $3 WHERE id = $4 AND person_id = $5",
        )
        .bind(&own.name)
        .bind(i64::from(own.hidden))
        .bind(i64::from(own.left_out))
        .bind(id.as_str())
        .bind(user.as_str())
        .execute(&self.write)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Puts a person's accounts in an order. Ids that are not theirs are passed over; accounts that are not named come
    /// last.
    pub async fn order_accounts(
        &self,
        user: &UserId,
        order: &[AccountId],
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("UPDATE account SET own_position = NULL WHERE person_id = $1")
            .bind(user.as_str())
            .execute(&mut *tx)
            .await?;
        for (place, id) in (0_i64..).zip(order) {
            sqlx::query("UPDATE account SET own_position = $1 WHERE id = $2 AND person_id = $3")
                .bind(place)
                .bind(id.as_str())
                .bind(user.as_str())
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// A person's open accounts at an institution, to detect that it is already linked. Connections that have ended
    /// for good at the provider are left out, because they are meant to be linked again.
    pub async fn accounts_of_institution(
        &self,
        user: &UserId,
        provider: &str,
        institution_id: &str,
    ) -> Result<Vec<AccountOfInstitution>, StoreError> {
        Ok(sqlx::query_as(
            "SELECT c.id AS connection_id, c.institution_name AS institution_name, a.name AS name, a.mask AS mask, a.kind AS kind
             FROM account a JOIN connection c ON c.id = a.connection_id
             WHERE c.person_id = $1 AND c.provider = $2 AND c.institution_id = $3 AND a.closed_at IS NULL
                 AND COALESCE(c.problem_remedy, '') <> 'relink'
             ORDER BY c.created_at, a.position",
        )
        .bind(user.as_str())
        .bind(provider)
        .bind(institution_id)
        .fetch_all(&self.read)
        .await?)
    }

    /// Deletes an account that the bank no longer lists, with its transactions and balances. `false` if it is not
    /// this person's, or is still listed.
    pub async fn forget_account(&self, user: &UserId, id: &AccountId) -> Result<bool, StoreError> {
        let gone = sqlx::query(
            "DELETE FROM account WHERE id = $1 AND person_id = $2 AND closed_at IS NOT NULL",
        )
        .bind(id.as_str())
        .bind(user.as_str())
        .execute(&self.write)
        .await?;
        Ok(gone.rows_affected() == 1)
    }
}
