//! The kinds of accounts, and how a bank describes them.

use super::locales::Locale;

/// A kind of account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::world) enum Purse {
    Everyday,
    Savings,
    Card,
    BusinessCard,
    MoneyMarket,
    Certificate,
    StudentLoan,
    CarLoan,
    Mortgage,
    Health,
    Retirement,
    Brokerage,
    Pension,
    Gift,
    Yen,
    Bitcoin,
}

/// A bank's description of an account. Amounts are in minor units.
pub(in crate::world) struct Description {
    pub key: &'static str,
    pub name: &'static str,
    pub kind: &'static str,
    pub subtype: &'static str,
    pub currency: &'static str,
    /// The balance, or the amount owed, when all habits are settled.
    pub opening: i64,
    pub limit: Option<i64>,
}

impl Purse {
    /// Returns the description of a bank in a country.
    pub(in crate::world) fn describe(self, locale: &Locale) -> Description {
        let (key, name, kind, subtype, opening) = match self {
            Self::Everyday => (
                "everyday",
                locale.everyday,
                "depository",
                "checking",
                640_000,
            ),
            Self::Savings => (
                "savings",
                locale.savings,
                "depository",
                "savings",
                1_284_150,
            ),
            Self::Card => ("card", locale.card, "credit", "credit card", 0),
            Self::BusinessCard => (
                "business-card",
                "Small Business Card",
                "credit",
                "credit card",
                0,
            ),
            Self::MoneyMarket => (
                "money-market",
                "Money Market",
                "depository",
                "money market",
                2_250_000,
            ),
            Self::Certificate => ("cd", "12-Month Certificate", "depository", "cd", 500_000),
            Self::StudentLoan => ("student-loan", "Student Loan", "loan", "student", 3_840_000),
            Self::CarLoan => ("car-loan", "Auto Loan", "loan", "auto", 2_150_000),
            Self::Mortgage => ("mortgage", "Home Loan", "loan", "mortgage", 31_200_000),
            Self::Health => ("hsa", "Health Savings", "depository", "hsa", 312_000),
            Self::Retirement => ("ira", "Traditional IRA", "investment", "ira", 1_873_400),
            Self::Brokerage => (
                "brokerage",
                "Investments",
                "investment",
                "brokerage",
                4_420_800,
            ),
            Self::Pension => ("401k", "Workplace 401(k)", "investment", "401k", 6_105_300),
            Self::Gift => ("gift", "Gift Balance", "other", "other", 7_500),
            Self::Yen => ("yen", "Yen Account", "depository", "checking", 486_000),
            Self::Bitcoin => (
                "bitcoin",
                "Bitcoin Wallet",
                "depository",
                "cash management",
                42_150_000,
            ),
        };
        let (currency, scale) = match self {
            Self::Yen => ("JPY", 100),
            Self::Bitcoin => ("BTC", 100),
            _ => (locale.currency, locale.scale),
        };
        let limit = match self {
            Self::Card => Some(1_200_000),
            Self::BusinessCard => Some(800_000),
            _ => None,
        };
        Description {
            key,
            name,
            kind,
            subtype,
            currency,
            opening: opening * scale / 100,
            limit: limit.map(|l| l * scale / 100),
        }
    }

    /// Whether its balance is owed.
    pub(in crate::world) const fn is_debt(self) -> bool {
        matches!(
            self,
            Self::Card | Self::BusinessCard | Self::StudentLoan | Self::CarLoan | Self::Mortgage
        )
    }
}

/// Returns the accounts of an institution's ordinary customer.
pub(in crate::world) fn purses_at(institution_id: &str) -> &'static [Purse] {
    use Purse::*;
    match institution_id {
        "ins_109508" => &[
            Everyday,
            Savings,
            Card,
            MoneyMarket,
            Certificate,
            BusinessCard,
            StudentLoan,
            Health,
            Retirement,
            Pension,
            Gift,
        ],
        "ins_109509" => &[Everyday, Savings, Card, CarLoan],
        "ins_109510" => &[Everyday, Savings, StudentLoan, Certificate],
        "ins_109511" => &[Everyday, Savings, Mortgage, Card],
        "ins_109512" => &[Everyday, MoneyMarket],
        "ins_130016" => &[Everyday, Savings],
        "ins_135858" => &[Card, BusinessCard],
        "ins_900101" => &[Everyday, Savings, Yen, Brokerage],
        "ins_900102" => &[Bitcoin, Brokerage],
        "ins_127287" | "ins_132241" => &[Everyday, Savings, Card, Retirement],
        "ins_900202" | "ins_900203" => &[Everyday, Savings, Card, Mortgage],
        _ => &[Everyday, Savings, Card],
    }
}

/// Returns the number of decimals that a currency has here.
pub(in crate::world) fn decimals(currency: &str) -> u32 {
    match currency {
        "JPY" => 0,
        "BTC" => 8,
        _ => 2,
    }
}

/// Returns how much of a currency 100 US dollars buy. The rates are fixed, because histories must not change with the
/// market.
pub(in crate::world) fn per_hundred_dollars(currency: &str) -> i64 {
    match currency {
        "EUR" => 92,
        "GBP" => 78,
        "CAD" => 137,
        "SEK" => 1_040,
        "JPY" => 15_000,
        "CHF" => 88,
        _ => 100,
    }
}
