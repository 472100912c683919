//! Transaction categories and their display names.

mod taxonomy;

/// A category, in the provider's codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    /// The broad category.
    pub primary: String,
    /// The fine category; begins with the broad one.
    pub detailed: String,
}

impl Category {
    /// The codes that people can choose, each broad category before its fine ones.
    pub fn choices() -> impl Iterator<Item = Self> {
        taxonomy::FINE.into_iter().flat_map(|(primary, endings)| {
            let endings = endings.split_whitespace();
            let fine = endings.map(move |end| format!("{primary}_{end}"));
            let all = std::iter::once(primary.to_owned()).chain(fine);
            all.map(|code| Self::of_code(&code))
        })
    }

    /// Returns the category of a code, broad or fine: `FOOD_AND_DRINK_GROCERIES` belongs to `FOOD_AND_DRINK`. A code
    /// that does not begin with a known broad category is a broad one.
    #[must_use]
    pub fn of_code(code: &str) -> Self {
        let begins = |primary: &str| {
            code.strip_prefix(primary)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
        };
        let known = taxonomy::FINE.iter().find(|(primary, _)| begins(primary));
        Self {
            primary: known.map_or(code, |(primary, _)| primary).to_owned(),
            detailed: code.to_owned(),
        }
    }

    /// Whether it says no more than its broad category.
    #[must_use]
    pub fn is_broad(&self) -> bool {
        self.primary == self.detailed
    }

    /// Whether a text is well-formed as a category code.
    #[must_use]
    pub fn is_code(text: &str) -> bool {
        let letter = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
        (1..=80).contains(&text.len()) && text.chars().all(letter)
    }

    /// The fine category in plain words: `FOOD_AND_DRINK_GROCERIES` reads "Groceries".
    #[must_use]
    pub fn words(&self) -> String {
        let fine = self
            .detailed
            .strip_prefix(&self.primary)
            .map_or(self.detailed.as_str(), |rest| rest.trim_start_matches('_'));
        let fine = fine
            .strip_prefix("OTHER_")
            .map_or(fine, |_| self.primary.as_str());
        in_words(if fine.is_empty() { &self.primary } else { fine })
    }

    /// The broad category in plain words.
    #[must_use]
    pub fn primary_words(&self) -> String {
        in_words(&self.primary)
    }
}

/// A category's own words: those that people use for it, else its code as a sentence.
fn in_words(code: &str) -> String {
    match code {
        "GAS" => "Fuel".into(),
        "GENERAL_SERVICES" => "Services".into(),
        "GOVERNMENT_AND_NON_PROFIT" => "Government and non-profit".into(),
        "TELEPHONE" => "Phone".into(),
        "TRANSFER_IN" => "Transfers in".into(),
        "TRANSFER_OUT" => "Transfers out".into(),
        other => sentence(other),
    }
}

/// Turns a code into words: `GAS_AND_ELECTRICITY` reads "Gas and electricity".
#[must_use]
pub fn sentence(code: &str) -> String {
    let words = code.split('_').map(|word| match word {
        "TV" | "ATM" => word.to_owned(),
        other => other.to_lowercase(),
    });
    let words = words.collect::<Vec<_>>().join(" ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(primary: &str, detailed: &str) -> String {
        Category {
            primary: primary.into(),
            detailed: detailed.into(),
        }
        .words()
    }

    #[test]
    fn a_code_belongs_to_its_broad_category() {
        for (code, primary) in [
            ("FOOD_AND_DRINK_GROCERIES", "FOOD_AND_DRINK"),
            ("FOOD_AND_DRINK", "FOOD_AND_DRINK"),
            ("TRANSFER_OUT_SAVINGS", "TRANSFER_OUT"),
            ("TRAVELLING", "TRAVELLING"),
            ("PETS", "PETS"),
        ] {
            assert_eq!(Category::of_code(code).primary, primary);
        }
        let all: Vec<Category> = Category::choices().collect();
        assert!(all.iter().all(|one| Category::is_code(&one.detailed)));
        assert_eq!(all.iter().filter(|one| one.is_broad()).count(), 16);
        let words: std::collections::BTreeSet<_> =
            all.iter().map(|one| (&one.primary, one.words())).collect();
        assert_eq!(words.len(), all.len(), "each has words of its own");
    }

    #[test]
    fn categories_are_words() {
        assert_eq!(
            words("FOOD_AND_DRINK", "FOOD_AND_DRINK_GROCERIES"),
            "Groceries"
        );
        assert_eq!(words("INCOME", "INCOME_OTHER_INCOME"), "Income");
        assert_eq!(
            words(
                "RENT_AND_UTILITIES",
                "RENT_AND_UTILITIES_GAS_AND_ELECTRICITY"
            ),
            "Gas and electricity"
        );
        assert_eq!(words("TRAVEL", "TRAVEL"), "Travel");
        assert_eq!(
            words("ENTERTAINMENT", "ENTERTAINMENT_TV_AND_MOVIES"),
            "TV and movies"
        );
        assert_eq!(words("BANK_FEES", "BANK_FEES_ATM_FEES"), "ATM fees");
        assert_eq!(words("A", "SOMETHING_NEW"), "Something new");
        assert_eq!(words("TRANSPORTATION", "TRANSPORTATION_GAS"), "Fuel");
        assert_eq!(words("TRANSFER_IN", "TRANSFER_IN"), "Transfers in");
    }
}
