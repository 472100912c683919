//! Mails to people: their kinds, and which of them a person wants.

use super::activity::Event;

/// What a mail is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MailKind {
    /// Somebody asked for a code that resets the password. It carries the code.
    PasswordReset,
    /// Somebody logged in from a device that had not logged in before.
    NewLogIn,
    /// The password was changed.
    PasswordChanged,
    /// Two-step verification was turned on.
    TwoStepOn,
    /// Two-step verification was turned off.
    TwoStepOff,
    /// The admin turned two-step verification off.
    TwoStepReset,
    /// A bank needs the person to act.
    BankNeedsYou,
    /// A webhook was switched off.
    WebhookOff,
}

/// The kinds of mails that a person can choose together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailGroup {
    /// The security of the account. Always sent.
    Security,
    /// Banks that need the person.
    Banks,
    /// Webhooks that were switched off.
    Webhooks,
}

/// The mails that a person wants besides those about security.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MailChoices {
    /// [`MailGroup::Banks`].
    pub banks: bool,
    /// [`MailGroup::Webhooks`].
    pub webhooks: bool,
}

impl MailKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::PasswordReset,
        Self::NewLogIn,
        Self::PasswordChanged,
        Self::TwoStepOn,
        Self::TwoStepOff,
        Self::TwoStepReset,
        Self::BankNeedsYou,
        Self::WebhookOff,
    ];

    /// The stored word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PasswordReset => "password_reset",
            Self::NewLogIn => "new_log_in",
            Self::PasswordChanged => "password_changed",
            Self::TwoStepOn => "two_step_on",
            Self::TwoStepOff => "two_step_off",
            Self::TwoStepReset => "two_step_reset",
            Self::BankNeedsYou => "bank_needs_you",
            Self::WebhookOff => "webhook_off",
        }
    }

    /// The inverse of [`MailKind::as_str`].
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Returns the kind of mail that tells of an event in a person's activity by itself; `None` if none does, or if
    /// that depends on more than the event.
    #[must_use]
    pub fn of_event(event: &Event) -> Option<Self> {
        match event {
            Event::PasswordChanged => Some(Self::PasswordChanged),
            Event::TwoStepOn => Some(Self::TwoStepOn),
            Event::TwoStepOff => Some(Self::TwoStepOff),
            Event::TwoStepReset => Some(Self::TwoStepReset),
            _ => None,
        }
    }

    /// The group that it belongs to.
    #[must_use]
    pub fn group(self) -> MailGroup {
        match self {
            Self::PasswordReset
            | Self::NewLogIn
            | Self::PasswordChanged
            | Self::TwoStepOn
            | Self::TwoStepOff
            | Self::TwoStepReset => MailGroup::Security,
            Self::BankNeedsYou => MailGroup::Banks,
            Self::WebhookOff => MailGroup::Webhooks,
        }
    }
}

impl MailGroup {
    /// Its word in statements.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Security => "security",
            Self::Banks => "banks",
            Self::Webhooks => "webhooks",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_reads_back() {
        for kind in MailKind::ALL {
            assert_eq!(MailKind::from_word(kind.as_str()), Some(kind));
        }
        assert_eq!(MailKind::from_word("news"), None);
    }

    #[test]
    fn changes_of_how_a_person_gets_in_are_told_and_log_ins_as_such_are_not() {
        let told = MailKind::of_event(&Event::PasswordChanged);
        assert_eq!(told.map(MailKind::group), Some(MailGroup::Security));
        assert_eq!(
            MailKind::of_event(&Event::SignedIn(Default::default())),
            None
        );
    }
}
