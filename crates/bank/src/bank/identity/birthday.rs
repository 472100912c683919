//! Birthdays, which a person may share in part.

use serde::{Deserialize, Serialize};

/// A birthday, or the shared part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Birthday {
    pub(crate) year: Option<u16>,
    /// Month and day.
    pub(crate) day: Option<(u8, u8)>,
}

impl Birthday {
    /// A birthday with all its parts.
    pub(crate) const fn full(year: u16, month: u8, day: u8) -> Self {
        Self {
            year: Some(year),
            day: Some((month, day)),
        }
    }

    /// OpenID Connect's `birthdate`: `YYYY-MM-DD`, `0000-MM-DD` without the year, or `YYYY` (Core 1.0, 5.1).
    pub(crate) fn birthdate(self) -> Option<String> {
        match (self.year, self.day) {
            (year, Some((month, day))) => {
                Some(format!("{:04}-{month:02}-{day:02}", year.unwrap_or(0)))
            }
            (Some(year), None) => Some(format!("{year:04}")),
            (None, None) => None,
        }
    }

    /// Facebook's `birthday`: `MM/DD/YYYY`, `MM/DD` or `YYYY`.
    pub(crate) fn slashes(self) -> Option<String> {
        match (self.year, self.day) {
            (Some(year), Some((month, day))) => Some(format!("{month:02}/{day:02}/{year:04}")),
            (None, Some((month, day))) => Some(format!("{month:02}/{day:02}")),
            (Some(year), None) => Some(format!("{year:04}")),
            (None, None) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_of_a_birthday_has_its_forms() {
        let full = Birthday::full(1990, 5, 4);
        for (birthday, birthdate, slashes) in [
            (full, Some("1990-05-04"), Some("05/04/1990")),
            (
                Birthday { year: None, ..full },
                Some("0000-05-04"),
                Some("05/04"),
            ),
            (Birthday { day: None, ..full }, Some("1990"), Some("1990")),
            (
                Birthday {
                    year: None,
                    day: None,
                },
                None,
                None,
            ),
        ] {
            assert_eq!(birthday.birthdate().as_deref(), birthdate);
            assert_eq!(birthday.slashes().as_deref(), slashes);
        }
    }
}
