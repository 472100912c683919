//! Own values: what a person writes on a transaction. No sync changes them.

use super::category::Category;
use super::search;
use super::text::is_control;

/// The maximum length of a name, in characters.
pub const LONGEST_NAME: usize = 100;
/// The maximum length of a note, in characters.
pub const LONGEST_NOTE: usize = 500;
/// The maximum length of a tag, in characters.
pub const LONGEST_TAG: usize = 30;
/// The maximum number of tags of a transaction.
pub const MOST_TAGS: usize = 10;

/// A person's own values for a transaction; where one is missing, the bank's value counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Own {
    /// The person's name for it.
    pub name: Option<String>,
    /// The code of a category, broad or fine.
    pub category: Option<String>,
    /// A note of a few sentences.
    pub note: Option<String>,
    /// Single words in lower case, without duplicates, in the order typed.
    pub tags: Vec<String>,
    /// The id of the transaction with which it would make a transfer between the person's accounts, if they said that
    /// it is none.
    pub no_transfer_with: Option<String>,
}

/// Changes to own values: `None` leaves a field unchanged, an empty value clears it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edits {
    /// The name.
    pub name: Option<String>,
    /// The code of a category, broad or fine.
    pub category: Option<String>,
    /// The note.
    pub note: Option<String>,
    /// The tags, one word each.
    pub tags: Option<Vec<String>>,
}

/// The name of a field, and a sentence for the person.
pub type Mistake = (&'static str, String);

impl Edits {
    /// Returns the edits in clean form.
    ///
    /// # Errors
    /// One mistake for each field that is not valid.
    pub fn checked(self) -> Result<Self, Vec<Mistake>> {
        let mut mistakes = Vec::new();
        let name = self
            .name
            .map(|text| text.trim().to_owned())
            .inspect(|text| {
                if text.chars().any(is_control) {
                    mistakes.push(("name", "Enter a name on one line.".to_owned()));
                } else if text.chars().count() > LONGEST_NAME {
                    let most = format!("Enter a name of at most {LONGEST_NAME} characters.");
                    mistakes.push(("name", most));
                }
            });
        let category = self
            .category
            .map(|code| code.trim().to_owned())
            .inspect(|code| {
                if !code.is_empty() && !Category::is_code(code) {
                    mistakes.push(("category", "Choose one of the categories.".to_owned()));
                }
            });
        let note = self.note.map(|text| lines(&text)).inspect(|text| {
            if text.chars().any(|c| is_control(c) && c != '\n') {
                mistakes.push((
                    "note",
                    "Enter a note without control characters.".to_owned(),
                ));
            } else if text.chars().count() > LONGEST_NOTE {
                let most = format!("Enter a note of at most {LONGEST_NOTE} characters.");
                mistakes.push(("note", most));
            }
        });
        let tags = self.tags.map(words).inspect(|tags| {
            if let Some(mistake) = mistake_in(tags) {
                mistakes.push(("tags", mistake));
            }
        });
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        Ok(Self {
            name,
            category,
            note,
            tags,
        })
    }

    /// Applies these edits, which must have been checked, to own values.
    #[must_use]
    pub fn applied_to(self, before: Own) -> Own {
        let field = |edit: Option<String>, before| match edit {
            None => before,
            Some(text) => Some(text).filter(|text| !text.is_empty()),
        };
        Own {
            name: field(self.name, before.name),
            category: field(self.category, before.category),
            note: field(self.note, before.note),
            tags: self.tags.unwrap_or(before.tags),
            no_transfer_with: before.no_transfer_with,
        }
    }
}

impl Edits {
    /// Applies these edits, which must have been checked, to own values, but adds the tags to those that are there. Of
    /// more tags than a transaction can have, the last are left out.
    #[must_use]
    pub fn added_to(self, before: Own) -> Own {
        let added = self.tags.clone().unwrap_or_default();
        let edits = Self { tags: None, ..self };
        let mut own = edits.applied_to(before);
        own.tags.extend(added);
        own.tags = words(own.tags);
        own.tags.truncate(MOST_TAGS);
        own
    }
}

impl Own {
    /// Whether the person has written nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The words by which search finds the own values, in the form of [`search::indexed`].
    #[must_use]
    pub fn folded(&self) -> String {
        let texts = [self.name.as_deref(), self.note.as_deref()];
        let mut all: Vec<&str> = texts.into_iter().flatten().collect();
        all.extend(self.tags.iter().map(String::as_str));
        search::indexed(&all.join(" "))
    }

    /// Fills missing values from another row of the same transaction.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            name: self.name.or(other.name),
            category: self.category.or(other.category),
            note: self.note.or(other.note),
            tags: if self.tags.is_empty() {
                other.tags
            } else {
                self.tags
            },
            no_transfer_with: self.no_transfer_with.or(other.no_transfer_with),
        }
    }
}

/// Splits the text of one input field into tags.
#[must_use]
pub fn tags_of(text: &str) -> Vec<String> {
    text.split(|c: char| c.is_whitespace() || c == ',')
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Normalises line ends: browsers send CR LF.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").trim().to_owned()
}

/// Lower case, without a leading `#`, without duplicates.
fn words(tags: Vec<String>) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for tag in tags {
        let word = tag.trim().trim_start_matches('#').to_lowercase();
        if !word.is_empty() && !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

/// Whether text can be a tag: letters, digits and hyphens, not too many.
#[must_use]
pub fn is_tag(text: &str) -> bool {
    has_plain_letters(text) && text.chars().count() <= LONGEST_TAG
}

fn has_plain_letters(tag: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    tag.chars().all(plain) && tag.chars().any(char::is_alphanumeric)
}

fn mistake_in(tags: &[String]) -> Option<String> {
    if !tags.iter().all(|tag| has_plain_letters(tag)) {
        return Some("Enter tags of letters, digits and hyphens.".to_owned());
    }
    if tags.iter().any(|tag| tag.chars().count() > LONGEST_TAG) {
        return Some(format!("Enter tags of at most {LONGEST_TAG} characters."));
    }
    (tags.len() > MOST_TAGS).then(|| format!("Enter at most {MOST_TAGS} tags."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edits(name: &str, category: &str, note: &str, tags: &str) -> Edits {
        Edits {
            name: Some(name.into()),
            category: Some(category.into()),
            note: Some(note.into()),
            tags: Some(tags_of(tags)),
        }
    }

    #[test]
    fn edits_are_cleaned() {
        let clean = edits(" Lunch ", "TRAVEL", "a\r\nb ", "#Work, 2026 work").checked();
        assert_eq!(clean, Ok(edits("Lunch", "TRAVEL", "a\nb", "work 2026")));
    }

    #[test]
    fn every_mistake_is_told() {
        let wrong = edits("a\nb", "<b>", "\u{7}", "a/b").checked();
        let fields: Vec<_> = wrong
            .expect_err("all wrong")
            .into_iter()
            .map(|m| m.0)
            .collect();
        assert_eq!(fields, ["name", "category", "note", "tags"]);
        let long = edits(
            &"x".repeat(101),
            "",
            &"x".repeat(501),
            "1 2 3 4 5 6 7 8 9 10 11",
        );
        assert_eq!(long.checked().expect_err("too long").len(), 3);
        assert!(
            edits("", "", "", &"é".repeat(30)).checked().is_ok(),
            "characters, not bytes"
        );
    }

    #[test]
    fn absent_leaves_and_empty_clears() {
        let before = edits("Lunch", "TRAVEL", "with Bo", "work");
        let before = before.applied_to(Own::default());
        assert_eq!(Edits::default().applied_to(before.clone()), before);
        assert_eq!(edits("", "", "", "").applied_to(before), Own::default());
    }

    #[test]
    fn tags_can_be_added_to_those_that_are_there() {
        let before = edits("", "TRAVEL", "", "work trip").applied_to(Own::default());
        let edit = Edits {
            category: Some("FOOD_AND_DRINK_GROCERIES".into()),
            tags: Some(vec!["Trip".into(), "rome".into()]),
            ..Edits::default()
        };
        let after = edit.checked().expect("valid").added_to(before.clone());
        assert_eq!(after.tags, ["work", "trip", "rome"]);
        assert_eq!(after.category.as_deref(), Some("FOOD_AND_DRINK_GROCERIES"));
        let many = Edits {
            tags: Some((0..MOST_TAGS).map(|n| format!("t{n}")).collect()),
            ..Edits::default()
        };
        assert_eq!(many.added_to(before).tags.len(), MOST_TAGS);
    }

    #[test]
    fn it_is_found_by_name_note_and_tags() {
        let own = edits("Crème brûlée", "TRAVEL", "with Bo", "two-people");
        let folded = own.applied_to(Own::default()).folded();
        assert_eq!(folded, " creme brulee with bo two people twopeople ");
        // Search finds a row by the bank's words and the person's together.
        let all = search::indexed("Corner Cafe") + &folded;
        assert!(search::finds(&all, &search::words("bru corner")));
        assert!(!search::finds(&all, &search::words("travel")));
    }
}
