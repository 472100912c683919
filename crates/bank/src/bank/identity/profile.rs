//! What a person shares.

use serde::{Deserialize, Serialize};

use super::{Birthday, PEOPLE};

/// The longest possible e-mail address (RFC 5321, 4.5.3.1).
const LONGEST_EMAIL: usize = 254;
/// The longest name that is accepted.
const LONGEST_NAME: usize = 200;
/// An impossible date.
const NO_DAY: Birthday = Birthday::full(1990, 2, 30);

/// The data that a client may learn about a person, if it requests it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Profile {
    /// The person's key, which is always the same for the same person.
    pub(crate) key: String,
    pub(crate) given: Option<String>,
    pub(crate) family: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) is_verified: bool,
    pub(crate) birthday: Option<Birthday>,
    /// The URL of a hostile picture. `None` for the usual picture.
    pub(crate) picture: Option<String>,
}

impl Profile {
    /// The given and the family name joined, as far as they exist. `None` without both.
    pub(crate) fn name(&self) -> Option<String> {
        let both: Vec<&str> = [&self.given, &self.family]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect();
        (!both.is_empty()).then(|| both.join(" "))
    }
}

/// The choices made on the sign-in page. Unknown values count as no choice.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Shares<'a> {
    /// One of `PEOPLE`, unless a person was typed in.
    pub(crate) person: &'a str,
    pub(crate) typed_email: &'a str,
    pub(crate) typed_given: &'a str,
    pub(crate) typed_family: &'a str,
    /// `verified`, `unverified`, `none`, `hostile`.
    pub(crate) email: &'a str,
    /// `given`, `family`, `none`, `hostile`.
    pub(crate) names: &'a str,
    /// `full`, `no_year`, `year`, `none`, `impossible`.
    pub(crate) birthday: &'a str,
}

impl Shares<'_> {
    /// Returns the shared data, or `None` if no person was chosen.
    pub(crate) fn profile(&self) -> Option<Profile> {
        let mut profile = self.typed().or_else(|| invented(self.person))?;
        self.choose_email(&mut profile);
        self.choose_names(&mut profile);
        self.choose_birthday(&mut profile);
        Some(profile)
    }

    fn typed(&self) -> Option<Profile> {
        let text = |typed: &str, most: usize| {
            let text: String = typed.trim().chars().take(most).collect();
            (!text.is_empty()).then_some(text)
        };
        let email = text(self.typed_email, LONGEST_EMAIL);
        let given = text(self.typed_given, LONGEST_NAME);
        let family = text(self.typed_family, LONGEST_NAME);
        let known = email.as_ref().and_then(|email| {
            let same = |one: &&super::InventedPerson| {
                one.email.is_some_and(|its| its.eq_ignore_ascii_case(email))
            };
            PEOPLE.iter().find(same)
        });
        let key = match (known, &email, &given, &family) {
            (_, None, None, None) => return None,
            // An e-mail address belongs to one person.
            (Some(person), ..) => person.id.to_owned(),
            (None, Some(email), ..) => format!("email:{}", email.to_lowercase()),
            (None, None, given, family) => format!("name:{given:?}:{family:?}"),
        };
        Some(Profile {
            key,
            given,
            family,
            is_verified: email.is_some(),
            email,
            ..Profile::default()
        })
    }

    fn choose_email(&self, profile: &mut Profile) {
        let usual = || {
            format!(
                "{}@example.com",
                profile.key.split(':').next().unwrap_or_default()
            )
        };
        let email = profile.email.clone().unwrap_or_else(usual);
        match self.email {
            "verified" => (profile.email, profile.is_verified) = (Some(email), true),
            "unverified" => (profile.email, profile.is_verified) = (Some(email), false),
            "none" => (profile.email, profile.is_verified) = (None, false),
            "hostile" => {
                let text = "\"<svg/onload=alert(1)>'; DROP TABLE person; --\"@example.com";
                (profile.email, profile.is_verified) = (Some(text.to_owned()), true);
            }
            _ => {}
        }
    }

    fn choose_names(&self, profile: &mut Profile) {
        match self.names {
            "given" => profile.family = None,
            "family" => profile.given = None,
            "none" => (profile.given, profile.family) = (None, None),
            "hostile" => {
                profile.given =
                    Some("<script>alert(\"given\")</script>\r\nSet-Cookie: a=b\0".to_owned());
                let long = "x".repeat(5000);
                profile.family = Some(format!(
                    "=HYPERLINK(\"//evil.example\")\u{202e}\"'><img src=x onerror=alert(1)>{long}"
                ));
                profile.picture = Some("javascript:alert(document.domain)".to_owned());
            }
            _ => {}
        }
    }

    fn choose_birthday(&self, profile: &mut Profile) {
        let usual = Birthday::full(1985, 7, 20);
        let its = profile.birthday.unwrap_or(usual);
        let (year, day) = (its.year.or(usual.year), its.day.or(usual.day));
        match self.birthday {
            "full" => profile.birthday = Some(Birthday { year, day }),
            "no_year" => profile.birthday = Some(Birthday { year: None, day }),
            "year" => profile.birthday = Some(Birthday { year, day: None }),
            "none" => profile.birthday = None,
            "impossible" => profile.birthday = Some(NO_DAY),
            _ => {}
        }
    }
}

fn invented(id: &str) -> Option<Profile> {
    let person = PEOPLE.iter().find(|person| person.id == id)?;
    Some(Profile {
        key: person.id.to_owned(),
        given: person.given.map(str::to_owned),
        family: person.family.map(str::to_owned),
        email: person.email.map(str::to_owned),
        is_verified: person.is_verified,
        birthday: person.birthday,
        picture: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_nobody_and_what_is_typed_is_bounded() {
        assert_eq!(Shares::default().profile(), None);
        let blank = Shares {
            typed_email: " ",
            ..Shares::default()
        };
        assert_eq!(blank.profile(), None);
        let long = "é".repeat(9000);
        let typed = Shares {
            typed_email: &long,
            typed_given: &long,
            typed_family: &long,
            ..Shares::default()
        };
        let profile = typed.profile().expect("somebody");
        let length = |text: Option<String>| text.map(|text| text.chars().count());
        assert_eq!(length(profile.email), Some(254));
        assert_eq!(
            [length(profile.given), length(profile.family)],
            [Some(200); 2]
        );
    }

    #[test]
    fn an_address_belongs_to_one_person() {
        let typed = |email| {
            Shares {
                typed_email: email,
                ..Shares::default()
            }
            .profile()
            .expect("somebody")
            .key
        };
        assert_eq!(typed("Amelie.Dubois@example.com"), "amelie");
        assert_eq!(typed("me@example.com"), typed(" ME@example.com"));
        assert_ne!(typed("me@example.com"), typed("you@example.com"));
    }

    #[test]
    fn every_choice_does_what_it_says() {
        let of = |shares: Shares<'_>| {
            Shares {
                person: "nadia",
                ..shares
            }
            .profile()
            .expect("somebody")
        };
        let email = |email| {
            let profile = of(Shares {
                email,
                ..Shares::default()
            });
            (profile.email.is_some(), profile.is_verified)
        };
        assert_eq!(
            ["", "verified", "unverified", "none", "hostile"].map(email),
            [
                (true, false),
                (true, true),
                (true, false),
                (false, false),
                (true, true)
            ]
        );
        let names = |names| {
            let profile = of(Shares {
                names,
                ..Shares::default()
            });
            (profile.given.is_some(), profile.family.is_some())
        };
        assert_eq!(
            ["", "given", "family", "none", "hostile"].map(names),
            [
                (true, true),
                (true, false),
                (false, true),
                (false, false),
                (true, true)
            ]
        );
        let birthday = |birthday| {
            of(Shares {
                birthday,
                ..Shares::default()
            })
            .birthday
        };
        assert_eq!(
            ["", "full", "no_year", "year", "none", "impossible"]
                .map(|one| birthday(one).and_then(Birthday::birthdate)),
            [
                None,
                Some("1985-07-20"),
                Some("0000-07-20"),
                Some("1985"),
                None,
                Some("1990-02-30")
            ]
            .map(|text| text.map(str::to_owned))
        );
    }
}
