//! `user_custom`: a person whose accounts and transactions are written in the password, in Plaid's format
//! (plaid.com/docs/sandbox/user-custom).
//!
//! All fields are optional and unknown ones are ignored. `starting_balance` is the balance to show, with Plaid's sign;
//! rows do not change it. If it is missing, a balance is drawn from the file's seed or text.

mod account;
mod amount;
mod category;
mod file;
mod inflow;
mod random;
#[cfg(test)]
mod tests;

use aws_lc_rs::digest::{SHA256, digest};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use self::file::{Account, File, Mfa};
use super::dice::Dice;
use super::{Challenge, Institution, Person, Profile, SignIn};

/// The most accounts in a file, as at Plaid.
const MOST_ACCOUNTS: usize = 10;
/// The most transactions of all accounts together.
const MOST_ROWS: usize = 1_000;
/// The error codes that a file can force, from Plaid's list.
const FORCIBLE: [&str; 13] = [
    "INSTITUTION_NOT_RESPONDING",
    "INSTITUTION_NO_LONGER_SUPPORTED",
    "INVALID_CREDENTIALS",
    "INVALID_MFA",
    "ITEM_LOCKED",
    "ITEM_LOGIN_REQUIRED",
    "ITEM_NOT_SUPPORTED",
    "INVALID_LINK_TOKEN",
    "MFA_NOT_SUPPORTED",
    "NO_ACCOUNTS",
    "PLAID_ERROR",
    "USER_INPUT_TIMEOUT",
    "USER_SETUP_REQUIRED",
];

/// An error in a file.
#[derive(Debug, thiserror::Error)]
pub(super) enum CustomError {
    #[error(
        "the password of user_custom is not a JSON object that can be read: line {line}, column {column}"
    )]
    Unreadable {
        /// The line, from 1. The parser's own message is not used because it would quote the password.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    #[error("override_accounts has {0} accounts; at most {MOST_ACCOUNTS} are allowed")]
    TooManyAccounts(usize),
    #[error("the file has {0} transactions; at most {MOST_ROWS} are allowed")]
    TooManyRows(usize),
    #[error("{place} {what}")]
    Field {
        /// The path of the field, such as `override_accounts[0].currency`.
        place: String,
        /// The error. It completes a sentence that begins with the path.
        what: String,
    },
}

impl CustomError {
    fn unreadable(error: &serde_json::Error) -> Self {
        Self::Unreadable {
            line: error.line(),
            column: error.column(),
        }
    }

    fn field(place: impl Into<String>, what: impl Into<String>) -> Self {
        Self::Field {
            place: place.into(),
            what: what.into(),
        }
    }
}

/// Returns the result of signing in with a file.
pub(super) fn sign_in(institution: &Institution, text: &str, today: Date) -> SignIn {
    match parse_custom_user(institution, text, today) {
        Ok(sign_in) => sign_in,
        Err(error) => SignIn::Refused {
            code: "INVALID_CREDENTIALS".into(),
            detail: Some(error.to_string()),
        },
    }
}

fn parse_custom_user(
    institution: &Institution,
    text: &str,
    today: Date,
) -> Result<SignIn, CustomError> {
    let file: File = serde_json::from_str(text).map_err(|error| CustomError::unreadable(&error))?;
    if let Some(code) = file.force_error.as_deref().filter(|code| !code.is_empty()) {
        if !FORCIBLE.contains(&code) {
            return Err(CustomError::field(
                "force_error",
                "is not an error that can be forced",
            ));
        }
        return Ok(SignIn::Refused {
            code: code.to_owned(),
            detail: None,
        });
    }
    if file.recaptcha.as_deref() == Some("bad") {
        return Ok(SignIn::Refused {
            code: "RECAPTCHA_BAD".into(),
            detail: None,
        });
    }
    let challenge = file.mfa.as_ref().map(challenge).transpose()?.flatten();
    let overrides = file.override_accounts.unwrap_or_default();
    if overrides.len() > MOST_ACCOUNTS {
        return Err(CustomError::TooManyAccounts(overrides.len()));
    }
    let rows = overrides
        .iter()
        .map(|a| a.transactions.as_ref().map_or(0, Vec::len))
        .sum();
    if rows > MOST_ROWS {
        return Err(CustomError::TooManyRows(rows));
    }
    let own = Accounts::new(file.seed.as_deref().unwrap_or(text), overrides);
    Ok(SignIn::Welcome {
        challenge,
        profile: own.profile(institution, today)?,
        person: Person::Custom(own),
    })
}

/// The account data of a file, as it is stored. It contains only the fields that are read.
#[derive(Clone, Serialize, Deserialize)]
pub struct Accounts {
    /// The seed for missing values. It is a hash, because a file without a seed uses its whole text.
    seed: String,
    accounts: Vec<Account>,
}

impl Accounts {
    fn new(seed: &str, mut accounts: Vec<Account>) -> Self {
        for numbers in accounts.iter_mut().filter_map(|one| one.numbers.as_mut()) {
            numbers.account = numbers.account.as_deref().and_then(account::last_digits);
        }
        let hash = digest(&SHA256, seed.as_bytes());
        Self {
            seed: hash
                .as_ref()
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect(),
            accounts,
        }
    }

    /// Returns the accounts as of a day.
    pub(super) fn profile(
        &self,
        institution: &Institution,
        today: Date,
    ) -> Result<Profile, CustomError> {
        let accounts = if self.accounts.is_empty() {
            random::accounts(institution, &self.seed, today)
        } else {
            let account = |(index, account)| account::account(index, account, &self.seed, today);
            let all = self.accounts.iter().enumerate().map(account);
            all.collect::<Result<_, _>>()?
        };
        Ok(Profile {
            accounts,
            dynamic: false,
            ignores_days_requested: true,
        })
    }
}

fn challenge(mfa: &Mfa) -> Result<Option<Challenge>, CustomError> {
    let count = |name: &str, value: Option<u8>, default: u8| match value.unwrap_or(default) {
        n @ 1..=10 => Ok(n),
        _ => Err(CustomError::field(
            format!("mfa.{name}"),
            "must be from 1 to 10",
        )),
    };
    Ok(match mfa.kind.as_deref().unwrap_or("") {
        "" => None,
        "device" => Some(Challenge::Device),
        "questions" => Some(Challenge::Questions {
            rounds: count("question_rounds", mfa.question_rounds, 1)?,
            per_round: count("questions_per_round", mfa.questions_per_round, 1)?,
        }),
        "selections" => Some(Challenge::Selections {
            rounds: count("selection_rounds", mfa.selection_rounds, 1)?,
            per_round: 1,
            options: count("selections_per_question", mfa.selections_per_question, 2)?,
        }),
        _ => {
            return Err(CustomError::field(
                "mfa.type",
                "must be device, questions or selections",
            ));
        }
    })
}

/// Returns the random stream for a missing field of an account.
fn dice(seed: &str, index: usize, what: &str) -> Dice {
    Dice::seeded(&[seed, &index.to_string(), what])
}
