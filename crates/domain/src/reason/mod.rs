//! Why something went wrong between Passbook and a bank, in words of our own: every provider's errors and our own
//! faults lead to one of these, and what has to be done follows from it.

mod words;

use super::remedy::Remedy;

/// One table for all: a reason, the word that is stored and sent, and what has to be done.
macro_rules! reasons {
    ($($(#[doc = $doc:literal])+ $name:ident, $word:literal, $remedy:ident;)+) => {
        /// Why something went wrong.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Reason {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Reason {
            /// Every reason.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The word that is stored and sent.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)+
                }
            }

            /// What has to be done about it.
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
    /// The bank asks for a new log-in.
    LogInNeeded, "log_in_needed", Repair;
    /// The log-in did not come to its end, for a reason that has no name here.
    LogInFailed, "log_in_failed", Repair;
    /// User name or password are wrong.
    WrongCredentials, "wrong_credentials", Repair;
    /// Username or password were wrong so often that the provider waits for new ones before it asks the bank again.
    TriedTooOften, "tried_too_often", Repair;
    /// The code or answer that the bank asked for is wrong.
    WrongAnswer, "wrong_answer", Repair;
    /// The bank's question was not answered in time.
    AnsweredTooLate, "answered_too_late", Repair;
    /// Passbook was interrupted before the bank was asked with what the person typed.
    InputLost, "input_lost", Repair;
    /// Nobody knows whether the provider got what the person typed.
    InputUnconfirmed, "input_unconfirmed", Repair;
    /// The provider wants to be sure that a person is there.
    PersonInDoubt, "person_in_doubt", Repair;
    /// There is no account that can be linked, or none was chosen.
    NoAccounts, "no_accounts", Repair;
    /// The person has not allowed what Passbook needs.
    ConsentMissing, "consent_missing", Repair;
    /// The bank has locked the account.
    Locked, "locked", ActAtBank;
    /// The bank wants a new password.
    NewPasswordNeeded, "new_password_needed", ActAtBank;
    /// Something has to be finished on the bank's own site.
    SetupAtBank, "setup_at_bank", ActAtBank;
    /// The person took the permission back.
    ConsentRevoked, "consent_revoked", Relink;
    /// The provider does not know the connection any more.
    Gone, "gone", Relink;
    /// The provider does not take the key to the connection.
    KeyRefused, "key_refused", Relink;
    /// The bank's kind of log-in is not supported.
    NotSupported, "not_supported", Relink;
    /// The provider no longer offers the bank.
    NotOffered, "not_offered", Relink;
    /// What a link is finished with is not known there, or was used.
    TokenUsed, "token_used", Relink;
    /// This log-in is linked already.
    AlreadyLinked, "already_linked", Relink;
    /// The attempt to link took too long.
    LinkExpired, "link_expired", Relink;
    /// The bank's site came back to another attempt than it left from.
    AttemptsMixedUp, "attempts_mixed_up", Relink;
    /// The bank does not answer the provider.
    BankDown, "bank_down", Wait;
    /// The provider itself is closed for a while.
    ProviderDown, "provider_down", Wait;
    /// Too many calls for the provider's taste.
    RateLimited, "rate_limited", Retry;
    /// Our own limit: the call was not made, so as not to come near to the provider's.
    HeldBack, "held_back", Retry;
    /// The provider has not got that far yet.
    NotReady, "not_ready", Retry;
    /// A fault on the provider's side.
    ProviderFailed, "provider_failed", Retry;
    /// An answer that cannot be read.
    BadAnswer, "bad_answer", Retry;
    /// No answer in time.
    Timeout, "timeout", Retry;
    /// No way to the provider.
    Unreachable, "unreachable", Retry;
    /// The connection works: there is nothing to repair.
    NothingToRepair, "nothing_to_repair", Retry;
    /// A run of ours crashed.
    Crashed, "crashed", Retry;
    /// The database failed.
    Database, "database", Retry;
    /// The stored cursor moved while a run was fetching.
    CursorMoved, "cursor_moved", Retry;
    /// Nothing that has a name here.
    Unclear, "unclear", Retry;
    /// The data changed while it was fetched.
    ChangedMeanwhile, "changed_meanwhile", Restart;
    /// The provider does not know the cursor that it gave.
    CursorRefused, "cursor_refused", Operator;
    /// The provider does not take this Passbook's keys.
    Keys, "keys", Operator;
    /// This Passbook is not set up for the provider.
    NotSetUp, "not_set_up", Operator;
    /// What this Passbook may ask of the provider is used up.
    Credits, "credits", Operator;
    /// The bank gives this Passbook no transactions.
    NoTransactions, "no_transactions", Operator;
    /// The bank has to be enabled for this Passbook at the provider.
    NotEnabled, "not_enabled", Operator;
    /// The provider does not take what this Passbook asks, or how.
    Setup, "setup", Operator;
    /// A secret of the database does not open.
    KeyDoesNotOpen, "key_does_not_open", Operator;
    /// A secret cannot be sealed.
    KeyDoesNotSeal, "key_does_not_seal", Operator;
    /// What a piece of work is about cannot be read.
    UnreadableSubject, "unreadable_subject", Operator;
    /// No backup could be made.
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
