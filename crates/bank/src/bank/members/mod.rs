//! Members, MX's word for a person's log-in at a bank, and the users they belong to.
//!
//! A member's accounts and transactions are those of an Item of its own, created with its first successful run. The
//! same people therefore have the same data on both wires. Beyond that, a member has a status and a run, during which
//! MX fetches data from the bank. A client that polls the member sees the progress.

mod asking;
mod change;
mod create;
mod data;
mod institutions;
mod item;
mod questions;
mod run;
mod status;
mod steps;
mod users;
mod verdict;
mod webhooks;
mod windows;

use sqlx::SqliteConnection;

use super::{Bank, BankError, Refusal, ids};
use crate::store::members::{self, Member};
use crate::store::users::UserRow;

pub use change::MemberChange;
pub use create::{NewMember, credential};
pub use data::{MemberAccount, MemberRow};
pub use institutions::{
    MxInstitution, by_code_or_guid as mx_institution, by_name as mx_institutions_by_name,
};
pub use questions::is_kind;
pub(in crate::bank) use run::NEXT;
pub(crate) use run::Pace as MemberPace;
pub use status::{STATUSES, can_try_again, message as status_message, number as status_number};
pub use users::{UserChange, UserFilter};
pub use webhooks::Receiver as MxReceiver;
pub(super) use webhooks::{RECEIVER, of_mx, of_status};
pub use windows::{WindowRecord, WindowSession};

/// A member with its user.
#[derive(Clone)]
pub struct MemberView {
    /// The member.
    pub member: Member,
    /// Its user.
    pub user: UserRow,
}

/// Returns a refusal in MX's format: a status and a message.
#[must_use]
pub fn no(status: u16, message: impl Into<String>) -> Refusal {
    let mut refusal = Refusal::new("MX", "REFUSED", message);
    refusal.status = status;
    refusal
}

/// Returns a random guid in MX's format.
pub(super) fn new_guid(prefix: &str) -> String {
    format!("{prefix}-{}", uuid::Uuid::new_v4())
}

/// Returns MX's guid for something with another id here. It is always the same.
#[must_use]
pub fn guid_of(prefix: &str, id: &str) -> String {
    let mut bytes = [0; 16];
    for (byte, letter) in bytes.iter_mut().zip(ids::hash(id).as_bytes().chunks(2)) {
        let hex = std::str::from_utf8(letter).unwrap_or("0");
        *byte = u8::from_str_radix(hex, 16).unwrap_or(0);
    }
    let uuid = uuid::Builder::from_random_bytes(bytes).into_uuid();
    format!("{prefix}-{uuid}")
}

impl Bank {
    /// Returns a user's member without advancing its run.
    async fn member_of(
        &self,
        db: &mut SqliteConnection,
        user: &str,
        member: &str,
    ) -> Result<MemberView, BankError> {
        let user = self.user_in(db, user).await?;
        let member = members::find(db, &user.guid, member)
            .await?
            .ok_or_else(|| no(404, "The requested member was not found."))?;
        Ok(MemberView { member, user })
    }

    /// Returns a user's member without advancing its run.
    pub async fn member(&self, user: &str, member: &str) -> Result<MemberView, BankError> {
        let mut read = self.store().begin_read().await?;
        self.member_of(&mut read, user, member).await
    }

    /// Returns the member with this guid, of any user.
    pub async fn member_named(&self, guid: &str) -> Result<MemberView, BankError> {
        let mut read = self.store().begin_read().await?;
        let member = members::by_guid(&mut read, guid)
            .await?
            .ok_or_else(|| Refusal::invalid_field("member_guid is not a member of this bank"))?;
        let user = self.user_in(&mut read, &member.user_guid).await?;
        Ok(MemberView { member, user })
    }

    /// Returns all members, oldest first.
    pub async fn all_members(&self) -> Result<Vec<MemberView>, BankError> {
        let mut read = self.store().begin_read().await?;
        let mut all = Vec::new();
        for member in members::list(&mut read, None).await? {
            let user = self.user_in(&mut read, &member.user_guid).await?;
            all.push(MemberView { member, user });
        }
        Ok(all)
    }

    /// Returns the members of a user, oldest first.
    pub async fn members(&self, user: &str) -> Result<Vec<MemberView>, BankError> {
        let mut read = self.store().begin_read().await?;
        let user = self.user_in(&mut read, user).await?;
        let all = members::list(&mut read, Some(&user.guid)).await?;
        Ok(all
            .into_iter()
            .map(|member| MemberView {
                member,
                user: user.clone(),
            })
            .collect())
    }
}
