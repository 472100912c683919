//! Who looks at the panel.

use crate::bank::{Bank, BankError, ItemView, MemberView, Refusal, Which};

/// Who looks at the panel, as whoever stands before its door says.
#[derive(Clone, Debug, Default)]
pub struct Visitor {
    /// The `client_user_id` of their Items; nobody's when there is none.
    pub person: Option<String>,
    /// Whether everything of this bank is theirs to touch: every Item, its time, its key, faults of all calls.
    pub operator: bool,
    /// The way back to where they came from: its path, and what it is called.
    pub back: Option<(&'static str, &'static str)>,
}

impl Visitor {
    /// Whoever reaches a bank that stands alone.
    #[must_use]
    pub fn anybody() -> Self {
        Self {
            person: None,
            operator: true,
            back: None,
        }
    }

    /// The Items that they may touch.
    pub(super) async fn items(&self, bank: &Bank) -> Result<Vec<ItemView>, BankError> {
        match (&self.person, self.operator) {
            (_, true) => bank.items_of(None).await,
            (Some(person), false) => bank.items_of(Some(person)).await,
            (None, false) => Ok(Vec::new()),
        }
    }

    /// The members of MX's that they may touch: their user carries their id.
    pub(super) async fn members(&self, bank: &Bank) -> Result<Vec<MemberView>, BankError> {
        let mut all = bank.all_members().await?;
        all.retain(|view| self.may(view));
        Ok(all)
    }

    /// The member of this guid, if they may touch it.
    pub(super) async fn member(
        &self,
        bank: &Bank,
        guid: &str,
    ) -> Result<Option<MemberView>, BankError> {
        let view = match bank.member_named(guid).await {
            Err(BankError::Refused(Refusal { .. })) => return Ok(None),
            other => other?,
        };
        Ok(Some(view).filter(|view| self.may(view)))
    }

    fn may(&self, view: &MemberView) -> bool {
        self.operator || (self.person.is_some() && view.user.id == self.person)
    }

    /// The Item of this id, if they may touch it.
    pub(super) async fn item(&self, bank: &Bank, id: &str) -> Result<Option<ItemView>, BankError> {
        let view = match bank.whole_item(Which::Id(id)).await {
            Err(BankError::Refused(Refusal { .. })) => return Ok(None),
            other => other?,
        };
        let theirs = self.person.is_some() && view.item.client_user_id == self.person;
        Ok((self.operator || theirs).then_some(view))
    }
}
