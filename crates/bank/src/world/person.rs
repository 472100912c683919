//! Whose money a log-in leads to: what is kept of it in place of its password.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::history::{self, Persona};
use super::{Institution, Profile, custom};

/// Whose money a log-in leads to. Nothing of its password is in it; of `user_custom`, whose password is a file, it is
/// what the file says of accounts.
#[derive(Clone, Serialize, Deserialize)]
pub enum Person {
    /// `user_good`, and all who have the same money.
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
    /// Their accounts as they stand on a day. A file that an earlier version took and this one does not has none.
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
