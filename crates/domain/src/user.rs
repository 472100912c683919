//! People, and the rules for their names and addresses.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};

use super::id::UserId;
use super::text::is_control;

/// A person who has signed up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Unique id.
    pub id: UserId,
    /// The e-mail address; unique, compared in lower case.
    pub email: EmailAddress,
    /// An optional username for logging in; unique, compared in lower case.
    pub user_name: Option<UserName>,
    /// Given name.
    pub first_name: PersonName,
    /// Family name.
    pub last_name: PersonName,
    /// Day of birth.
    pub birthday: Option<Date>,
    /// When they signed up.
    pub created_at: Timestamp,
    /// What the person may do here.
    pub role: Role,
    /// How often the password has been changed. Sessions and tokens of an older version are no longer valid.
    pub password_version: i64,
    /// Whether a log-in needs a code in addition.
    pub two_step: bool,
}

impl User {
    /// Whether this person is the admin.
    #[must_use]
    pub fn is_operator(&self) -> bool {
        self.role == Role::Operator
    }

    /// Whether this person has to set up two-step verification, given whether everyone has to use it. The demo person
    /// need not, because everyone can log in as them.
    #[must_use]
    pub fn lacks_two_step(&self, required: bool) -> bool {
        required && !self.two_step && self.role != Role::Demo
    }

    /// Given and family name; without either, the username or the e-mail address.
    #[must_use]
    pub fn full_name(&self) -> String {
        let names = [self.first_name.as_str(), self.last_name.as_str()];
        let given: Vec<&str> = names.into_iter().filter(|name| !name.is_empty()).collect();
        match (given.is_empty(), &self.user_name) {
            (false, _) => given.join(" "),
            (true, Some(name)) => name.as_str().to_owned(),
            (true, None) => self.email.as_str().to_owned(),
        }
    }
}

/// The role of a person. The roles exclude each other: the demo person, whose password is printed, is never the
/// admin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A person without special rights.
    Person,
    /// The admin, who also has books of their own.
    Operator,
    /// The invented person of `--demo`.
    Demo,
}

impl Role {
    /// Reads the role from its stored flags.
    #[must_use]
    pub fn from_flags(demo: bool, operator: bool) -> Self {
        match (demo, operator) {
            (true, _) => Self::Demo,
            (false, true) => Self::Operator,
            (false, false) => Self::Person,
        }
    }
}

/// An e-mail address that mail servers can deliver to, by its form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Parses an address that a person typed.
    ///
    /// # Errors
    /// A sentence for the person if it is not a valid address.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.trim();
        if text.is_empty() {
            return Err("Enter your email address.");
        }
        let wrong = "Enter an email address like ada@example.org.";
        let (local, host) = text.rsplit_once('@').ok_or(wrong)?;
        let host_ok = host.contains('.')
            && host
                .split('.')
                .all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'))
            && host
                .chars()
                .all(|c| c.is_alphanumeric() || c == '.' || c == '-');
        let local_ok = !local.is_empty()
            && local.len() <= 64
            && !local.contains("..")
            && local
                .chars()
                .all(|c| !c.is_whitespace() && !is_control(c) && !"@<>()[],;:\\\"".contains(c));
        if host_ok && local_ok && text.len() <= 254 {
            Ok(Self(text.to_owned()))
        } else {
            Err(wrong)
        }
    }

    /// The address as typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form for comparison: addresses that differ only in case belong to one person.
    #[must_use]
    pub fn folded(&self) -> String {
        self.0.to_lowercase()
    }
}

/// A name for logging in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserName(String);

impl UserName {
    /// Parses a name that a person typed.
    ///
    /// # Errors
    /// A sentence for the person if it is not valid. An `@` is refused, so that a username is never mistaken for an
    /// e-mail address.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.trim();
        let length = text.chars().count();
        if !(3..=32).contains(&length) {
            return Err("Use 3 to 32 characters.");
        }
        if !text
            .chars()
            .all(|c| c.is_alphanumeric() || "._-".contains(c))
        {
            return Err("Use only letters, digits, dots, dashes and underscores.");
        }
        Ok(Self(text.to_owned()))
    }

    /// The name as typed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form for comparison.
    #[must_use]
    pub fn folded(&self) -> String {
        self.0.to_lowercase()
    }
}

/// A given or family name, with few restrictions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonName(String);

impl PersonName {
    /// Parses a name that a person typed.
    ///
    /// # Errors
    /// A sentence for the person if it is empty, longer than 100 characters, or contains control characters.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.is_empty() {
            return Err("Enter a name.");
        }
        if text.chars().count() > 100 {
            return Err("Enter a name of at most 100 characters.");
        }
        if text.chars().any(is_control) {
            return Err("Enter a name in letters.");
        }
        Ok(Self(text))
    }

    /// An empty name: programs may sign a person up without one.
    #[must_use]
    pub fn none() -> Self {
        Self(String::new())
    }

    /// Wraps a stored name without checking it.
    #[must_use]
    pub fn from_storage(text: String) -> Self {
        Self(text)
    }

    /// The name as typed, with single spaces.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The age in years from which people can sign up. It is the lowest age at which the laws on children's data (such as
/// COPPA in the United States) let a child sign up alone, and it catches a year that was left as it is.
pub const YOUNGEST: i32 = 13;
/// An age in years that nobody has reached, so that a birthday before it is a typing error.
pub const OLDEST: i32 = 130;

/// Parses a birthday (`1990-02-28`).
///
/// # Errors
/// A sentence for the person if it is not a date, in the future, more than [`OLDEST`] years ago or less than
/// [`YOUNGEST`].
pub fn parse_birthday(text: &str, today: Date) -> Result<Date, &'static str> {
    let text = text.trim();
    if text.is_empty() {
        return Err("Enter your birthday.");
    }
    let date: Date = text.parse().map_err(|_| "Enter a date like 1990-02-28.")?;
    if date > today {
        return Err("Enter a date in the past.");
    }
    if date.saturating_add(OLDEST.years()) < today {
        return Err("Check the year. That is more than 130 years ago.");
    }
    if date.saturating_add(YOUNGEST.years()) > today {
        return Err("You must be at least 13 years old to sign up.");
    }
    Ok(date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for good in [
            "ada@example.org",
            " ada+bank@mail.example.co.uk ",
            "jürgen@münchen.example",
        ] {
            assert!(EmailAddress::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "ada",
            "ada@",
            "@example.org",
            "ada@example",
            "a b@example.org",
            "ada@.org",
            "ada@-x.org",
            "a@b@",
            "ada@exa mple.org",
        ] {
            assert!(EmailAddress::parse(bad).is_err(), "{bad}");
        }
        assert!(EmailAddress::parse(&format!("{}@example.org", "a".repeat(250))).is_err());
    }

    #[test]
    fn user_names_are_never_addresses() {
        assert!(UserName::parse("ada.b-1").is_ok());
        for bad in ["ab", "ada@home", "a da", &"a".repeat(33)] {
            assert!(UserName::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn nobody_is_older_than_130_or_signs_up_before_13() {
        let today = jiff::civil::date(2026, 11, 21);
        let problem = |text: &str| parse_birthday(text, today).err().unwrap_or_default();
        for good in ["1896-11-21", "1900-01-01", "2013-11-21"] {
            assert_eq!(problem(good), "", "{good}");
        }
        assert!(problem("1896-11-20").contains("130 years"));
        assert!(problem("0026-11-21").contains("130 years"));
        assert!(problem("2013-11-22").contains("at least 13"));
        assert!(problem("2026-11-21").contains("at least 13"));
        assert_eq!(problem("2026-11-22"), "Enter a date in the past.");
    }

    #[test]
    fn names_and_birthdays() {
        assert_eq!(
            PersonName::parse("  Ada   Byron ").map(|n| n.as_str().to_owned()),
            Ok("Ada Byron".into())
        );
        assert!(PersonName::parse(" ").is_err());
        let today = jiff::civil::date(2026, 11, 21);
        assert!(parse_birthday("1990-02-28", today).is_ok());
        for bad in ["", "1990-02-30", "2027-01-01", "28.2.1990"] {
            assert!(parse_birthday(bad, today).is_err(), "{bad}");
        }
    }
}
