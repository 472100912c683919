//! Identifiers: ULIDs, kept as text so that every engine and every client sees the same string.

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            /// A new identifier, unique and in creation order to the millisecond.
            #[must_use]
            pub fn generate() -> Self {
                Self(ulid::Ulid::generate().to_string().to_ascii_lowercase())
            }

            /// Reads an identifier that came from outside; `None` when it cannot be one.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                let well_formed = text.len() == 26
                    && text.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_lowercase());
                well_formed.then(|| Self(text.to_owned()))
            }

            /// The text of the identifier.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(
    /// A person who has signed up.
    UserId
);
id!(
    /// One person's link to one institution.
    ConnectionId
);
id!(
    /// One account at an institution.
    AccountId
);
id!(
    /// One row of an account.
    TransactionId
);
id!(
    /// One attempt to link or repair a bank.
    LinkId
);
id!(
    /// One piece of background work.
    JobId
);
id!(
    /// One address that is called when something happens.
    EndpointId
);
id!(
    /// One message to such an address.
    MessageId
);

id!(
    /// All tokens that come of one log-in.
    FamilyId
);
id!(
    /// A key that a person made for a program.
    ApiKeyId
);
id!(
    /// An app that is registered here.
    ClientId
);
id!(
    /// A key that signs tokens.
    TokenKeyId
);
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_ids_parse_and_others_do_not() {
        let id = UserId::generate();
        assert_eq!(UserId::parse(id.as_str()), Some(id));
        for bad in [
            "",
            "x",
            "01arz3ndektsv4rrffq69g5fa",
            "01ARZ3NDEKTSV4RRFFQ69G5FAV",
            "../../../../../etc/passwd!",
        ] {
            assert_eq!(UserId::parse(bad), None, "{bad}");
        }
    }
}
