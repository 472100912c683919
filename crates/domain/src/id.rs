//! Identifiers: ULIDs, stored as lower-case text so that the database and every client see the same string.

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            /// Generates a unique identifier. Identifiers sort by creation time, to the millisecond.
            #[must_use]
            pub fn generate() -> Self {
                Self(ulid::Ulid::generate().to_string().to_ascii_lowercase())
            }

            /// Parses an identifier from outside; `None` if it is not 26 digits and lower-case letters.
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
    /// Identifies a person who has signed up.
    UserId
);
id!(
    /// Identifies one person's link to one institution.
    ConnectionId
);
id!(
    /// Identifies one account at an institution.
    AccountId
);
id!(
    /// Identifies one row of an account.
    TransactionId
);
id!(
    /// Identifies one authenticator app of a person.
    AuthenticatorId
);
id!(
    /// Identifies one edit of many transactions at once.
    BulkEditId
);
id!(
    /// Identifies one attempt to link or repair a bank.
    LinkId
);
id!(
    /// Identifies one piece of background work.
    JobId
);
id!(
    /// Identifies one outbound webhook endpoint.
    EndpointId
);
id!(
    /// Identifies one outbound webhook message.
    MessageId
);
id!(
    /// Identifies one mail to a person.
    MailId
);

id!(
    /// Identifies all the tokens that stem from one log-in.
    FamilyId
);
id!(
    /// Identifies a browser session to its person. It is not the secret id in the cookie.
    SessionId
);
id!(
    /// Identifies a key that a person made for a program.
    ApiKeyId
);
id!(
    /// Identifies a registered app.
    ClientId
);
id!(
    /// Identifies a key that signs tokens.
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
