//! What is read of a profile: whatever a stranger can have written there is checked like what people type.

use jiff::civil::Date;
use serde_json::{Map, Value};

use domain::identity::{LONGEST_SUBJECT, Profile, SignInTrouble};
use domain::text::is_control;
use domain::user::{EmailAddress, PersonName};

/// A longer profile is kept without what nobody asked for.
const LONGEST_RAW: usize = 3_000;

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
    /// The profile, if it says whose it is. What is no name or address is left for the person to type.
    pub(super) fn read(self, raw: &Map<String, Value>) -> Result<Profile, SignInTrouble> {
        let subject = self.subject.unwrap_or_default();
        if subject.is_empty() || subject.len() > LONGEST_SUBJECT || subject.chars().any(is_control)
        {
            return Err(SignInTrouble::Untrusted("there is no subject"));
        }
        let email = self.email.and_then(|text| EmailAddress::parse(text).ok());
        let name = |text: Option<&str>| PersonName::parse(text?).ok();
        let (first_name, last_name) = (name(self.first_name), name(self.last_name));
        let mut kept = serde_json::to_string(raw).unwrap_or_default();
        if kept.len() > LONGEST_RAW {
            kept = format!("{{\"left_out\":{}}}", kept.len());
        }
        Ok(Profile {
            subject: subject.to_owned(),
            email_verified: self.email_verified && email.is_some(),
            email,
            first_name,
            last_name,
            birthday: self.birthday.filter(|day| day.year() >= 1900),
            raw: kept,
        })
    }
}

/// A text of a JSON object.
pub(super) fn text<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    object.get(name)?.as_str()
}

/// Yes, as a boolean or, as some issuers write it, as a text.
pub(super) fn is_true(object: &Map<String, Value>, name: &str) -> bool {
    match object.get(name) {
        Some(Value::Bool(yes)) => *yes,
        Some(Value::String(text)) => text == "true",
        _ => false,
    }
}

/// A day with its year; nothing for what is none.
pub(super) fn day(year: i64, month: i64, day: i64) -> Option<Date> {
    let (year, month, day) = (
        year.try_into().ok()?,
        month.try_into().ok()?,
        day.try_into().ok()?,
    );
    Date::new(year, month, day).ok()
}
