//! The institutions in MX's list: its test banks, then the banks of the simulated world in North America.

use std::sync::LazyLock;

use super::guid_of;
use crate::world::{self, Health, Institution};

/// An institution in MX's list.
#[derive(Clone, Debug)]
pub struct MxInstitution {
    /// MX's `code`.
    pub code: String,
    /// MX's `guid`, `INS-…`.
    pub guid: String,
    /// Its display name.
    pub name: String,
    /// The URL of its site, which need not exist.
    pub url: String,
    /// The bank of the simulated world with its people and accounts.
    pub world: &'static Institution,
    /// Whether people log in on its own site (OAuth).
    pub oauth: bool,
    /// Whether it is one of MX's test banks, which accept the test log-ins of MX's documentation.
    pub test: bool,
    /// Whether a second run within three hours is skipped.
    pub throttled: bool,
}

/// MX's test banks: code, name, site, bank of the simulated world, OAuth, throttled.
const TEST: [(&str, &str, &str, &str, bool, bool); 3] = [
    (
        "mxbank",
        "MX Bank",
        "https://mx-bank.example",
        "ins_109508",
        false,
        false,
    ),
    (
        "mxbank_oauth",
        "MX Bank (OAuth)",
        "https://mx-bank-oauth.example",
        "ins_127287",
        true,
        false,
    ),
    (
        "mxcu",
        "MXCU",
        "https://mxcu.example",
        "ins_109509",
        false,
        true,
    ),
];

static ALL: LazyLock<Vec<MxInstitution>> = LazyLock::new(|| {
    let test = TEST
        .iter()
        .filter_map(|(code, name, url, world, oauth, throttled)| {
            Some(MxInstitution {
                code: (*code).to_owned(),
                guid: guid_of("INS", code),
                name: (*name).to_owned(),
                url: (*url).to_owned(),
                world: world::institution(world)?,
                oauth: *oauth,
                test: true,
                throttled: *throttled,
            })
        });
    let is_north_american = |one: &&Institution| matches!(one.country_codes, ["US"] | ["CA"]);
    let others = world::institutions()
        .iter()
        .filter(is_north_american)
        .map(|world| {
            let code = slug(world.name);
            MxInstitution {
                guid: guid_of("INS", &code),
                code,
                name: world.name.to_owned(),
                url: world.url.to_owned(),
                world,
                oauth: world.oauth,
                test: false,
                throttled: true,
            }
        });
    test.chain(others).collect()
});

impl MxInstitution {
    /// Whether it can no longer be linked.
    #[must_use]
    pub fn is_hidden(&self) -> bool {
        self.world.health == Health::Unsupported
    }
}

/// Returns the institution with this code or guid.
#[must_use]
pub fn by_code_or_guid(name: &str) -> Option<&'static MxInstitution> {
    ALL.iter()
        .find(|institution| institution.code == name || institution.guid == name)
}

/// Returns the institutions that can be linked and whose name contains a text.
pub fn by_name(text: &str) -> impl Iterator<Item = &'static MxInstitution> {
    let text = text.to_lowercase();
    ALL.iter().filter(move |institution| {
        !institution.is_hidden() && institution.name.to_lowercase().contains(&text)
    })
}

fn slug(name: &str) -> String {
    let words: Vec<String> = name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.join("_")
}
