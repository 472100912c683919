//! The visitor of the panel.

use crate::bank::{Bank, BankError, ItemView, MemberView, Refusal, Which};

/// The visitor of the panel, as identified by the code that mounts it.
#[derive(Clone, Debug, Default)]
pub struct Visitor {
    /// The `client_user_id` of the visitor's Items; `None` for a visitor without Items.
    pub person: Option<String>,
    /// Whether the visitor may change everything: every Item, the bank's time and key, and faults of all calls.
    pub operator: bool,
    /// The link back to where the visitor came from: its path and its label.
    pub back: Option<(&'static str, &'static str)>,
}

impl Visitor {
    /// Returns the visitor of a stand-alone bank, who may change everything.
    #[must_use]
    pub fn anybody() -> Self {
        Self {
            person: None,
            operator: true,
            back: None,
        }
    }

    /// Returns the Items that the visitor may change.
    pub(super) async fn items(&self, bank: &Bank) -> Result<Vec<ItemView>, BankError> {
        match (&self.person, self.operator) {
            (_, true) => bank.items_of(None).await,
            (Some(person), false) => bank.items_of(Some(person)).await,
            (None, false) => Ok(Vec::new()),
        }
    }

    /// Returns the MX members that the visitor may change: those whose user carries the visitor's id.
    pub(super) async fn members(&self, bank: &Bank) -> Result<Vec<MemberView>, BankError> {
        let mut all = bank.all_members().await?;
        all.retain(|view| self.may(view));
        Ok(all)
    }

    /// Returns the member with this guid, if the visitor may change it.
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

    /// Returns the Item with this id, if the visitor may change it.
    pub(super) async fn item(&self, bank: &Bank, id: &str) -> Result<Option<ItemView>, BankError> {
        let view = match bank.whole_item(Which::Id(id)).await {
            Err(BankError::Refused(Refusal { .. })) => return Ok(None),
            other => other?,
        };
        let theirs = self.person.is_some() && view.item.client_user_id == self.person;
        Ok((self.operator || theirs).then_some(view))
    }
}
