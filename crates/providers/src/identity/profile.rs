//! Reads profiles. Everything that an outsider may have written is checked like typed input.

use jiff::civil::Date;
use serde_json::{Map, Value};

use domain::identity::{LONGEST_SUBJECT, Profile, SignInError};
use domain::text::is_control;
use domain::user::{EmailAddress, PersonName};

/// The most of a raw profile that is kept, in bytes. It waits in a session while the person signs up.
const LONGEST_RAW: usize = 4_000;
/// The fields that are kept of a longer profile. Some issuers list all groups of a person.
const KNOWN: [&str; 14] = [
    "sub",
    "id",
    "email",
    "email_verified",
    "name",
    "given_name",
    "family_name",
    "first_name",
    "last_name",
    "birthdate",
    "birthday",
    "people",
    "picture",
    "locale",
];

/// A profile whose parts have been found.
pub(super) struct Found<'a> {
    pub(super) subject: Option<&'a str>,
    pub(super) email: Option<&'a str>,
    pub(super) email_verified: bool,
    pub(super) first_name: Option<&'a str>,
    pub(super) last_name: Option<&'a str>,
    pub(super) birthday: Option<Date>,
}

impl Found<'_> {
    /// Returns the profile, if it has a valid subject. Invalid names and addresses are left out, for the person to
    /// type.
    pub(super) fn into_profile(self, raw: &Map<String, Value>) -> Result<Profile, SignInError> {
        let subject = self.subject.unwrap_or_default();
        if subject.is_empty() || subject.len() > LONGEST_SUBJECT || subject.chars().any(is_control)
        {
            return Err(SignInError::InvalidResponse("there is no subject"));
        }
        let email = self.email.and_then(|text| EmailAddress::parse(text).ok());
        let name = |text: Option<&str>| PersonName::parse(text?).ok();
        let (first_name, last_name) = (name(self.first_name), name(self.last_name));
        Ok(Profile {
            subject: subject.to_owned(),
            email_verified: self.email_verified && email.is_some(),
            email,
            first_name,
            last_name,
            birthday: self.birthday.filter(|day| day.year() >= 1900),
            raw: bounded(raw),
        })
    }
}

/// Returns the raw profile, cut to what is kept.
fn bounded(raw: &Map<String, Value>) -> String {
    let whole = serde_json::to_string(raw).unwrap_or_default();
    if whole.len() <= LONGEST_RAW {
        return whole;
    }
    let mut kept = Map::new();
    for name in KNOWN {
        let Some(value) = raw.get(name) else { continue };
        kept.insert(name.to_owned(), value.clone());
        if serde_json::to_string(&kept).map_or(0, |text| text.len()) > LONGEST_RAW {
            kept.remove(name);
        }
    }
    serde_json::to_string(&kept).unwrap_or_default()
}

/// Returns a text field of a JSON object.
pub(super) fn text<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    object.get(name)?.as_str()
}

/// Whether a field is true: a boolean, or, as some issuers write it, a text.
pub(super) fn is_true(object: &Map<String, Value>, name: &str) -> bool {
    match object.get(name) {
        Some(Value::Bool(yes)) => *yes,
        Some(Value::String(text)) => text == "true",
        _ => false,
    }
}

/// Returns the date, or `None` if it is invalid.
pub(super) fn day(year: i64, month: i64, day: i64) -> Option<Date> {
    let (year, month, day) = (
        year.try_into().ok()?,
        month.try_into().ok()?,
        day.try_into().ok()?,
    );
    Date::new(year, month, day).ok()
}
