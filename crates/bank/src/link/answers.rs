//! The fields that a form sent.

use serde::Deserialize;

/// A form's fields in order; names may repeat.
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct Answers(Vec<(String, String)>);

impl Answers {
    /// Returns the first value of a field; empty when it is absent.
    pub(crate) fn get(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(field, _)| field == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    /// Returns all values of a field.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(field, _)| field == name)
            .map(|(_, value)| value.as_str())
    }
}
