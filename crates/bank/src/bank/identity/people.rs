//! The invented people who can sign in.

use super::Birthday;

/// An invented person.
pub(crate) struct Person {
    /// Their name in forms. The subject that a client sees is derived from it.
    pub(crate) id: &'static str,
    pub(crate) given: Option<&'static str>,
    pub(crate) family: Option<&'static str>,
    pub(crate) email: Option<&'static str>,
    pub(crate) is_verified: bool,
    pub(crate) birthday: Option<Birthday>,
    /// What is special about them.
    pub(crate) words: &'static str,
}

/// All invented people. Each is a case that clients have to handle.
pub(crate) const PEOPLE: [Person; 6] = [
    Person {
        id: "amelie",
        given: Some("Amélie"),
        family: Some("Dubois"),
        email: Some("amelie.dubois@example.com"),
        is_verified: true,
        birthday: Some(Birthday::full(1990, 5, 14)),
        words: "shares everything",
    },
    Person {
        id: "jonas",
        given: Some("Jonas"),
        family: Some("O’Brien-Müller"),
        email: Some("jonas+demo@example.org"),
        is_verified: true,
        birthday: Some(Birthday {
            year: None,
            day: Some((12, 3)),
        }),
        words: "birthday without a year",
    },
    Person {
        id: "suharto",
        given: Some("Suharto"),
        family: None,
        email: Some("suharto@example.net"),
        is_verified: true,
        birthday: Some(Birthday::full(1988, 2, 29)),
        words: "single name",
    },
    Person {
        id: "mei",
        given: Some("美玲"),
        family: Some("王"),
        email: None,
        is_verified: false,
        birthday: Some(Birthday::full(2001, 10, 1)),
        words: "name in Chinese characters",
    },
    Person {
        id: "nadia",
        given: Some("Nadia"),
        family: Some("Haddad"),
        email: Some("nadia.haddad@example.com"),
        is_verified: false,
        birthday: None,
        words: "unverified email, no birthday",
    },
    Person {
        id: "sam",
        given: None,
        family: None,
        email: Some("sam@example.com"),
        is_verified: true,
        birthday: None,
        words: "no name",
    },
];
