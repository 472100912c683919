//! Money: integer minor units and a currency.
//!
//! One sign convention for the whole product: money into an account is positive, and a balance that is owed (credit,
//! loan) is negative. Adapters convert from their provider's convention.

use std::borrow::Cow;

use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

/// The exponent of a currency that ISO 4217 does not list (Bitcoin has eight decimals, most have fewer).
const UNOFFICIAL_EXPONENT: u32 = 8;

/// A currency, or the fact that it is unknown.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Currency {
    /// Listed in ISO 4217.
    Iso(iso_currency::Currency),
    /// A code that the provider made up or that a market uses, such as `BTC`.
    Unofficial(String),
    /// The provider did not name one. Such amounts are listed separately and excluded from every sum.
    Unknown,
}

impl Currency {
    /// Reads the two fields in which providers name a currency.
    #[must_use]
    pub fn from_codes(iso: Option<&str>, unofficial: Option<&str>) -> Self {
        let named = |code: Option<&str>| Some(plain_code(code?)).filter(|code| !code.is_empty());
        if let Some(code) = named(iso) {
            return iso_currency::Currency::from_code(&code.to_ascii_uppercase())
                .map_or(Self::Unofficial(code), Self::Iso);
        }
        named(unofficial).map_or(Self::Unknown, Self::Unofficial)
    }

    /// The stored form: `USD`, `~BTC`, or empty when unknown.
    #[must_use]
    pub fn to_storage(&self) -> String {
        match self {
            Self::Iso(iso) => iso.code().to_owned(),
            Self::Unofficial(code) => format!("~{code}"),
            Self::Unknown => String::new(),
        }
    }

    /// The inverse of [`Currency::to_storage`].
    #[must_use]
    pub fn from_storage(text: &str) -> Self {
        match text.strip_prefix('~') {
            Some(code) => Self::Unofficial(plain_code(code)),
            None => Self::from_codes(Some(text), None),
        }
    }

    /// The code shown to people; empty when unknown.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Iso(iso) => iso.code(),
            Self::Unofficial(code) => code,
            Self::Unknown => "",
        }
    }

    /// The number of decimals: 2 for USD, 0 for JPY, 3 for KWD.
    #[must_use]
    pub fn exponent(&self) -> u32 {
        match self {
            Self::Iso(iso) => iso.exponent().map_or(2, u32::from),
            Self::Unofficial(_) | Self::Unknown => UNOFFICIAL_EXPONENT,
        }
    }

    /// The text before the digits: a symbol where it is unambiguous, otherwise the code.
    fn prefix(&self) -> Cow<'static, str> {
        let Self::Iso(_) = self else {
            return match self.code() {
                "" => "".into(),
                code => format!("{code}\u{a0}").into(),
            };
        };
        match self.code() {
            "USD" => "$".into(),
            "EUR" => "€".into(),
            "GBP" => "£".into(),
            "JPY" => "¥".into(),
            "CAD" => "CA$".into(),
            "AUD" => "A$".into(),
            "NZD" => "NZ$".into(),
            "INR" => "₹".into(),
            "" => "".into(),
            code => format!("{code}\u{a0}").into(),
        }
    }
}

/// Why a number cannot become money.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// The amount does not fit into an `i64` of minor units.
    #[error("the amount is too large to be kept")]
    TooLarge,
}

/// An amount of money.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    /// In minor units of the currency (cents); positive into the account.
    pub minor: i64,
    /// The currency.
    pub currency: Currency,
}

impl Money {
    /// Makes an amount from minor units.
    #[must_use]
    pub fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Rounds a decimal once, half to even, to the currency's minor units.
    ///
    /// # Errors
    /// [`MoneyError::TooLarge`] if the amount does not fit.
    pub fn from_decimal(amount: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        let scale = Decimal::from(10_u64.pow(currency.exponent()));
        let minor = amount
            .checked_mul(scale)
            .map(|m| m.round_dp_with_strategy(0, RoundingStrategy::MidpointNearestEven))
            .and_then(|m| m.to_i64())
            // `i64::MIN` has no positive counterpart, which sums and filters need.
            .filter(|m| *m != i64::MIN)
            .ok_or(MoneyError::TooLarge)?;
        Ok(Self { minor, currency })
    }

    /// The exact amount as a decimal.
    #[must_use]
    pub fn to_decimal(&self) -> Decimal {
        Decimal::new(self.minor, self.currency.exponent())
    }

    /// The amount as people read it, with a true minus sign (U+2212): `−$1,204.90`.
    #[must_use]
    pub fn text(&self) -> String {
        let (whole, cents) = self.halves();
        [whole, cents].concat()
    }

    /// [`Money::text`] with a plus sign before incoming money: `+$3,250.00`.
    #[must_use]
    pub fn signed_text(&self) -> String {
        [self.plus(), &self.text()].concat()
    }

    /// `+` for incoming money, otherwise empty.
    #[must_use]
    pub fn plus(&self) -> &'static str {
        if self.minor > 0 { "+" } else { "" }
    }

    /// Splits the text into whole units (with sign and currency) and decimals (with the point), for figures that set
    /// the cents smaller.
    #[must_use]
    pub fn halves(&self) -> (String, String) {
        let exponent = self.currency.exponent() as usize;
        let digits = format!(
            "{:0width$}",
            self.minor.unsigned_abs(),
            width = exponent + 1
        );
        let (whole, decimals) = digits.split_at(digits.len() - exponent);
        let decimals = match self.currency {
            Currency::Iso(_) => decimals,
            // Eight decimals are the precision, not information: drop trailing zeros.
            Currency::Unofficial(_) | Currency::Unknown => decimals.trim_end_matches('0'),
        };
        let sign = if self.minor < 0 { "\u{2212}" } else { "" };
        let point = if decimals.is_empty() { "" } else { "." };
        (
            [sign, &self.currency.prefix(), &grouped(whole)].concat(),
            [point, decimals].concat(),
        )
    }
}

/// Inserts a comma between thousands.
#[must_use]
pub fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Strips a code to letters, digits and underscores, at most 20, because it is shown beside figures and in CSV cells.
fn plain_code(code: &str) -> String {
    let letters = code.chars().filter(|c| c.is_alphanumeric() || *c == '_');
    letters.take(20).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn usd() -> Currency {
        Currency::from_codes(Some("USD"), None)
    }

    fn of(text: &str, currency: Currency) -> Money {
        Money::from_decimal(text.parse().expect("a decimal"), currency).expect("it fits")
    }

    #[test]
    fn rounds_once_half_to_even() {
        assert_eq!(of("23631.9805", usd()).minor, 2_363_198);
        assert_eq!(of("0.125", usd()).minor, 12);
        assert_eq!(of("0.135", usd()).minor, 14);
        assert_eq!(of("-0.125", usd()).minor, -12);
    }

    #[test]
    fn the_exponent_is_the_currencys() {
        assert_eq!(
            of("1500", Currency::from_codes(Some("JPY"), None)).minor,
            1_500
        );
        assert_eq!(
            of("1.234", Currency::from_codes(Some("KWD"), None)).minor,
            1_234
        );
        assert_eq!(
            of("0.00000001", Currency::from_codes(None, Some("BTC"))).minor,
            1
        );
    }

    #[test]
    fn is_read_by_people() {
        assert_eq!(of("-1204.9", usd()).text(), "−$1,204.90");
        assert_eq!(of("3250", usd()).signed_text(), "+$3,250.00");
        assert_eq!(of("0.05", usd()).text(), "$0.05");
        assert_eq!(
            of("1234567", Currency::from_codes(Some("JPY"), None)).text(),
            "¥1,234,567"
        );
        assert_eq!(
            of("12.5", Currency::from_codes(Some("CHF"), None)).text(),
            "CHF\u{a0}12.50"
        );
        assert_eq!(
            of("0.5", Currency::from_codes(None, Some("BTC"))).text(),
            "BTC\u{a0}0.5"
        );
        assert_eq!(of("7", Currency::Unknown).text(), "7");
    }

    #[test]
    fn an_absurd_amount_is_refused() {
        let huge = Decimal::MAX;
        assert_eq!(Money::from_decimal(huge, usd()), Err(MoneyError::TooLarge));
    }

    proptest! {
        #[test]
        fn minor_units_survive_the_decimal(minor in i64::MIN + 1..=i64::MAX) {
            let money = Money::new(minor, usd());
            prop_assert_eq!(Money::from_decimal(money.to_decimal(), usd()), Ok(money));
        }

        #[test]
        fn a_currency_survives_storage(code in "[A-Za-z]{3,6}") {
            for currency in [Currency::from_codes(Some(&code), None), Currency::from_codes(None, Some(&code))] {
                prop_assert_eq!(Currency::from_storage(&currency.to_storage()), currency);
            }
        }
    }
}
