//! Reasons: provider-independent classes of what can go wrong between Passbook and a bank. Every provider's errors
//! and our own faults map to one of them, and each has a remedy.

mod words;

use super::remedy::Remedy;

/// Defines the reasons in one table: the name, the stored and sent word, and the remedy.
macro_rules! reasons {
    ($($(#[doc = $doc:literal])+ $name:ident, $word:literal, $remedy:ident;)+) => {
        /// Why something failed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Reason {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Reason {
            /// Every reason.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The word in the database and in the API.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)+
                }
            }

            /// What to do about it.
            #[must_use]
            pub fn remedy(self) -> Remedy {
                match self {
                    $(Self::$name => Remedy::$remedy,)+
                }
            }
        }
    };
}

reasons! {
    /// The bank requires a new log-in.
    LogInNeeded, "log_in_needed", Repair;
    /// The log-in did not complete, for a reason without a class of its own.
    LogInFailed, "log_in_failed", Repair;
    /// The username or password is wrong.
    WrongCredentials, "wrong_credentials", Repair;
    /// The username or password was wrong so often that the provider waits for new ones before it asks the bank
    /// again.
    TriedTooOften, "tried_too_often", Repair;
    /// The answer to the bank's question is wrong.
    WrongAnswer, "wrong_answer", Repair;
    /// The bank's question was not answered in time.
    AnsweredTooLate, "answered_too_late", Repair;
    /// Passbook was interrupted before the typed credentials reached the bank.
    InputLost, "input_lost", Repair;
    /// It is unknown whether the provider received the typed credentials.
    InputUnconfirmed, "input_unconfirmed", Repair;
    /// The provider wants proof that a person is there.
    PersonInDoubt, "person_in_doubt", Repair;
    /// No account can be linked, or none was chosen.
    NoAccounts, "no_accounts", Repair;
    /// The person has not granted the permission that Passbook needs.
    ConsentMissing, "consent_missing", Repair;
    /// The bank has locked the account.
    Locked, "locked", ActAtBank;
    /// The bank requires a new password.
    NewPasswordNeeded, "new_password_needed", ActAtBank;
    /// The person has to finish something on the bank's own site.
    SetupAtBank, "setup_at_bank", ActAtBank;
    /// The person revoked the permission.
    ConsentRevoked, "consent_revoked", Relink;
    /// The provider no longer knows the connection.
    Gone, "gone", Relink;
    /// The provider refuses the connection's access token.
    KeyRefused, "key_refused", Relink;
    /// The bank's type of log-in is not supported.
    NotSupported, "not_supported", Relink;
    /// The provider no longer offers the bank.
    NotOffered, "not_offered", Relink;
    /// The token that completes a link is unknown to the provider, or was already used.
    TokenUsed, "token_used", Relink;
    /// This log-in is already linked.
    AlreadyLinked, "already_linked", Relink;
    /// The link attempt expired.
    LinkExpired, "link_expired", Relink;
    /// The bank's site returned to a different attempt than the one it was opened from.
    AttemptsMixedUp, "attempts_mixed_up", Relink;
    /// The bank does not respond to the provider.
    BankDown, "bank_down", Wait;
    /// The provider itself is down for a while.
    ProviderDown, "provider_down", Wait;
    /// The provider's rate limit was exceeded.
    RateLimited, "rate_limited", Retry;
    /// Our own limit: the call was not made, to stay clear of the provider's limit.
    HeldBack, "held_back", Retry;
    /// The provider has not fetched the data yet.
    NotReady, "not_ready", Retry;
    /// A fault at the provider.
    ProviderFailed, "provider_failed", Retry;
    /// The response cannot be read.
    BadAnswer, "bad_answer", Retry;
    /// No response in time.
    Timeout, "timeout", Retry;
    /// The provider cannot be reached.
    Unreachable, "unreachable", Retry;
    /// The connection works: there is nothing to repair.
    NothingToRepair, "nothing_to_repair", Retry;
    /// A run of ours crashed.
    Crashed, "crashed", Retry;
    /// The database failed.
    Database, "database", Retry;
    /// The stored cursor changed while a run was fetching.
    CursorMoved, "cursor_moved", Retry;
    /// Anything without a class of its own.
    Unclear, "unclear", Retry;
    /// The data changed during the fetch.
    ChangedMeanwhile, "changed_meanwhile", Restart;
    /// The provider rejects a cursor that it issued.
    CursorRefused, "cursor_refused", Operator;
    /// The provider rejects this Passbook's keys.
    Keys, "keys", Operator;
    /// This Passbook is not configured for the provider.
    NotSetUp, "not_set_up", Operator;
    /// This Passbook's allowance at the provider is used up.
    Credits, "credits", Operator;
    /// The bank shares no transactions with this Passbook.
    NoTransactions, "no_transactions", Operator;
    /// The bank has to be enabled for this Passbook at the provider first.
    NotEnabled, "not_enabled", Operator;
    /// The provider rejects the request because of how this Passbook is set up.
    Setup, "setup", Operator;
    /// A secret in the database cannot be unsealed.
    KeyDoesNotOpen, "key_does_not_open", Operator;
    /// A secret cannot be sealed.
    KeyDoesNotSeal, "key_does_not_seal", Operator;
    /// A job's subject cannot be read.
    UnreadableSubject, "unreadable_subject", Operator;
    /// A backup failed.
    BackupFailed, "backup_failed", Operator;
}

impl Reason {
    /// The inverse of [`Reason::as_str`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        let mut all = Self::ALL.iter().copied();
        all.find(|reason| reason.as_str() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back_and_no_two_are_the_same() {
        for reason in Reason::ALL {
            assert_eq!(Reason::from_word(reason.as_str()), Some(*reason));
        }
        assert_eq!(Reason::from_word("ITEM_LOCKED"), None);
    }
}
