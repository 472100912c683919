//! The person behind a log-in, stored in place of the password.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::history::{self, Persona};
use super::{Institution, Profile, custom};

/// The person behind a log-in. It contains no password. For `user_custom`, whose password is a file, it contains the
/// file's account data.
#[derive(Clone, Serialize, Deserialize)]
pub enum Person {
    /// `user_good`, and every other user name with the same accounts.
    Ordinary,
    /// `user_transactions_dynamic`.
    Dynamic,
    /// `user_yuppie`.
    YoungProfessional,
    /// `user_small_business`.
    SmallBusiness,
    /// `user_ewa_user`.
    EarlyWages,
    /// `user_custom`.
    Custom(custom::Accounts),
}

impl Person {
    /// Returns the person's accounts as of a day. A `user_custom` file that only an earlier version accepted has none.
    #[must_use]
    pub fn profile(&self, institution: &Institution, today: Date) -> Profile {
        let persona = match self {
            Self::Ordinary => return history::ordinary(institution, today),
            Self::Dynamic => return history::dynamic(institution, today),
            Self::Custom(own) => return own.profile(institution, today).unwrap_or_default(),
            Self::YoungProfessional => Persona::YoungProfessional,
            Self::SmallBusiness => Persona::SmallBusiness,
            Self::EarlyWages => Persona::EarlyWages,
        };
        history::persona(institution, persona, today)
    }
}
