//! The subject of a form of the panel.

use super::needs::{NoPage, Panel};
use super::pages;
use super::visitor::Visitor;
use crate::bank::{ItemView, MemberView, Refusal};

/// The subject of a form.
pub(super) enum Subject {
    /// The bank as a whole.
    Bank,
    /// An Item. One of an MX member has the page of its member.
    Item(Box<ItemView>),
    /// An MX member.
    Member(Box<MemberView>),
}

impl Subject {
    /// Returns the subject that a form names, if the visitor may change it. A form with two subjects is refused: the
    /// check might pass for one and the call change the other.
    pub(super) async fn from_form(
        panel: &Panel,
        visitor: &Visitor,
        pairs: &[(String, String)],
    ) -> Result<Self, NoPage> {
        let item = named(pairs, "item_id");
        match (item, named(pairs, "member_guid")) {
            (None, None) => Ok(Self::Bank),
            (Some(id), None) => {
                let view = visitor.item(&panel.bank, id).await?;
                Ok(Self::Item(Box::new(view.ok_or(NoPage::Unknown)?)))
            }
            (None, Some(guid)) => {
                let view = visitor.member(&panel.bank, guid).await?;
                Ok(Self::Member(Box::new(view.ok_or(NoPage::Unknown)?)))
            }
            (Some(_), Some(_)) => Err(NoPage::Unknown),
        }
    }

    /// Whether the subject is the whole bank.
    pub(super) fn is_bank(&self) -> bool {
        matches!(self, Self::Bank)
    }

    /// The id under which actions are recorded; `None` for the whole bank.
    pub(super) fn name(&self) -> Option<String> {
        match self {
            Self::Bank => None,
            Self::Item(view) => Some(
                view.item
                    .member_guid
                    .clone()
                    .unwrap_or(view.item.id.clone()),
            ),
            Self::Member(view) => Some(view.member.guid.clone()),
        }
    }

    /// The path of the subject's page.
    pub(super) fn path(&self, panel: &Panel) -> String {
        let base = pages::base(&panel.bank);
        let member = match self {
            Self::Bank if base.is_empty() => return "/".to_owned(),
            Self::Bank => return base,
            Self::Item(view) => view.item.member_guid.as_ref(),
            Self::Member(view) => Some(&view.member.guid),
        };
        match (member, self) {
            (Some(guid), _) => format!("{base}/members/{guid}"),
            (None, Self::Item(view)) => format!("{base}/items/{}", view.item.id),
            (None, _) => base,
        }
    }

    /// Renders the subject's page, with an error at its top.
    pub(super) async fn page(
        &self,
        panel: &Panel,
        visitor: &Visitor,
        refusal: Option<&Refusal>,
    ) -> Result<String, NoPage> {
        match self {
            Self::Bank => pages::home(panel, visitor, refusal).await,
            Self::Item(view) => match &view.item.member_guid {
                Some(guid) => {
                    let member = visitor.member(&panel.bank, guid).await?;
                    pages::member(panel, &member.ok_or(NoPage::Unknown)?, refusal).await
                }
                None => pages::item(panel, visitor, view, refusal).await,
            },
            Self::Member(view) => pages::member(panel, view, refusal).await,
        }
    }
}

fn named<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let found = pairs.iter().find(|(field, _)| field == name);
    found.map(|(_, id)| id.as_str()).filter(|id| !id.is_empty())
}
