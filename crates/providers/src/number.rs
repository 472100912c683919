//! JSON numbers as decimals, parsed from their literal text, because a binary float would lose cents.

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use domain::money::Money;

/// A JSON number with its literal text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Number {
    pub value: Decimal,
    pub literal: String,
}

impl Number {
    /// Returns the literal if rounding it to this money lost something.
    pub(crate) fn exact(&self, money: &Money) -> Option<String> {
        let lost = self.value.abs() != money.to_decimal().abs();
        lost.then(|| self.literal.clone())
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let literal = raw.get();
        let value = if literal.contains(['e', 'E']) {
            Decimal::from_scientific(literal)
        } else {
            literal.parse()
        };
        let value = value.map_err(|_| serde::de::Error::custom("an amount that is no number"))?;
        Ok(Self {
            value,
            literal: literal.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Number, serde_json::Error> {
        serde_json::from_str(json)
    }

    #[test]
    fn numbers_keep_every_digit() {
        assert_eq!(
            read("23631.9805").expect("a number").value.to_string(),
            "23631.9805"
        );
        assert_eq!(read("0.1").expect("a number").value.to_string(), "0.1");
        assert_eq!(read("1e2").expect("a number").value, Decimal::from(100));
        assert_eq!(read("-5").expect("a number").value, Decimal::from(-5));
    }

    #[test]
    fn what_is_no_number_is_an_error() {
        for bad in [
            "\"12\"",
            "null",
            "[]",
            "1e999",
            "99999999999999999999999999999999999999",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
