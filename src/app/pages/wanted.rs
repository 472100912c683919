//! The search of "Link a bank", as its pages pass it on.

use crate::app::visitor;
use domain::provider::LONGEST_NAME;
use domain::search::fold;
use domain::text::one_line;

/// A search, and the page that "Link a bank" was opened from.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The name or a part of it, on one line and at most `LONGEST_NAME` characters long.
    pub q: String,
    /// Whether the typed name was longer.
    pub cut: bool,
    /// The page to go back to, on this site.
    pub from: String,
}

impl Wanted {
    /// Parses the parameters of an address.
    #[must_use]
    pub fn from_query(q: &str, from: &str) -> Self {
        let typed = one_line(q);
        let q: String = typed.trim().chars().take(LONGEST_NAME).collect();
        Self {
            cut: typed.trim().chars().count() > LONGEST_NAME,
            q,
            from: visitor::within(from).to_owned(),
        }
    }

    /// Returns the address of this search.
    #[must_use]
    pub fn page(&self) -> String {
        format!("/link/new?{}", self.query())
    }

    /// Returns the query, for pages that lead back to this search.
    #[must_use]
    pub fn query(&self) -> String {
        url::form_urlencoded::Serializer::new(String::new())
            .append_pair("q", &self.q)
            .append_pair("from", &self.from)
            .finish()
    }

    /// Returns whether a bank can be found by it: punctuation alone matches every name.
    #[must_use]
    pub fn is_name(&self) -> bool {
        !fold(&self.q).is_empty()
    }
}
