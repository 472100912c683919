//! What is looked for on "Link a bank", as the pages around it hand it on.

use crate::app::visitor;
use domain::provider::LONGEST_NAME;
use domain::search::fold;
use domain::text::one_line;

/// What is looked for, and the page that this one was opened from.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The name, or a part of it, on one line and no longer than a name is.
    pub q: String,
    /// Whether more was typed than that.
    pub cut: bool,
    /// A page of ours.
    pub from: String,
}

impl Wanted {
    /// Reads what an address says.
    #[must_use]
    pub fn of(q: &str, from: &str) -> Self {
        let typed = one_line(q);
        let q: String = typed.trim().chars().take(LONGEST_NAME).collect();
        Self {
            cut: typed.trim().chars().count() > LONGEST_NAME,
            q,
            from: visitor::within(from).to_owned(),
        }
    }

    /// The address of the page that looks for it.
    #[must_use]
    pub fn page(&self) -> String {
        format!("/link/new?{}", self.query())
    }

    /// For the pages that lead back to this one.
    #[must_use]
    pub fn query(&self) -> String {
        url::form_urlencoded::Serializer::new(String::new())
            .append_pair("q", &self.q)
            .append_pair("from", &self.from)
            .finish()
    }

    /// Whether a bank can be found by it: signs alone are in every name.
    #[must_use]
    pub fn is_name(&self) -> bool {
        !fold(&self.q).is_empty()
    }
}
