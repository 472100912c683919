//! The currencies of the market.

/// A currency, or a crypto currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Currency {
    /// The ISO 4217 code, or the symbol that exchanges use.
    pub code: &'static str,
    /// Its English name.
    pub name: &'static str,
    /// Whether it is a crypto currency, which no central bank publishes.
    pub is_crypto: bool,
    /// The approximate value, in the currency that it follows or else in US dollars: the digits, and how many of them
    /// are decimals.
    pub usual: (i64, u32),
    /// The size of a daily move, in millionths.
    pub daily_ppm: i64,
    /// The currency whose moves it follows, in addition to its own.
    pub follows: Option<&'static str>,
}

/// All currencies. The US dollar is the unit of the others, so it does not move.
pub const CURRENCIES: &[Currency] = &[
    fiat("USD", "United States Dollar", (1, 0), 0, None),
    fiat("AUD", "Australian Dollar", (66, 2), 4_000, None),
    fiat("BRL", "Brazilian Real", (182, 3), 6_000, None),
    fiat("CAD", "Canadian Dollar", (725, 3), 3_000, None),
    fiat("CHF", "Swiss Franc", (107, 2), 2_000, Some("EUR")),
    fiat("CNY", "Chinese Renminbi Yuan", (1395, 4), 1_500, None),
    fiat("CZK", "Czech Koruna", (411, 4), 1_500, Some("EUR")),
    fiat("DKK", "Danish Krone", (13399, 5), 30, Some("EUR")),
    fiat("EUR", "Euro", (116, 2), 3_000, None),
    fiat("GBP", "British Pound", (115, 2), 2_000, Some("EUR")),
    fiat("HKD", "Hong Kong Dollar", (1285, 4), 100, None),
    fiat("HUF", "Hungarian Forint", (255, 5), 2_500, Some("EUR")),
    fiat("IDR", "Indonesian Rupiah", (605, 7), 3_000, None),
    fiat("ILS", "Israeli New Shekel", (298, 3), 4_000, None),
    fiat("INR", "Indian Rupee", (1135, 5), 2_000, None),
    fiat("ISK", "Icelandic Króna", (69, 4), 1_500, Some("EUR")),
    fiat("JPY", "Japanese Yen", (66, 4), 4_000, None),
    fiat("KRW", "South Korean Won", (69, 5), 3_500, None),
    fiat("MXN", "Mexican Peso", (54, 3), 5_000, None),
    fiat("MYR", "Malaysian Ringgit", (237, 3), 2_500, None),
    fiat("NOK", "Norwegian Krone", (86, 3), 3_000, Some("EUR")),
    fiat("NZD", "New Zealand Dollar", (58, 2), 4_000, None),
    fiat("PHP", "Philippine Peso", (173, 4), 2_500, None),
    fiat("PLN", "Polish Złoty", (235, 3), 2_000, Some("EUR")),
    fiat("RON", "Romanian Leu", (197, 3), 800, Some("EUR")),
    fiat("SEK", "Swedish Krona", (91, 3), 2_500, Some("EUR")),
    fiat("SGD", "Singapore Dollar", (775, 3), 2_000, None),
    fiat("THB", "Thai Baht", (308, 4), 3_000, None),
    fiat("TRY", "Turkish Lira", (241, 4), 4_000, None),
    fiat("ZAR", "South African Rand", (573, 4), 6_000, None),
    coin("BTC", "Bitcoin", (68_000, 0), 18_000, None),
    coin("ADA", "Cardano", (65, 7), 14_000, Some("BTC")),
    coin("DOGE", "Dogecoin", (22, 7), 16_000, Some("BTC")),
    coin("ETH", "Ethereum", (34, 3), 10_000, Some("BTC")),
    coin("LTC", "Litecoin", (12, 4), 12_000, Some("BTC")),
    coin("SOL", "Solana", (19, 4), 15_000, Some("BTC")),
    coin("XRP", "XRP", (26, 6), 14_000, Some("BTC")),
];

/// Returns the currency with a code, ignoring case.
#[must_use]
pub fn currency(code: &str) -> Option<&'static Currency> {
    CURRENCIES
        .iter()
        .find(|one| one.code.eq_ignore_ascii_case(code))
}

const fn fiat(
    code: &'static str,
    name: &'static str,
    usual: (i64, u32),
    daily_ppm: i64,
    follows: Option<&'static str>,
) -> Currency {
    Currency {
        code,
        name,
        is_crypto: false,
        usual,
        daily_ppm,
        follows,
    }
}

const fn coin(
    code: &'static str,
    name: &'static str,
    usual: (i64, u32),
    daily_ppm: i64,
    follows: Option<&'static str>,
) -> Currency {
    Currency {
        is_crypto: true,
        ..fiat(code, name, usual, daily_ppm, follows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_found_once_and_whatever_is_followed_is_there_and_follows_nothing() {
        for one in CURRENCIES {
            assert_eq!(currency(&one.code.to_lowercase()), Some(one));
            let leader = one.follows.map(|code| currency(code).expect("a leader"));
            assert!(leader.is_none_or(|leader| leader.follows.is_none()));
            assert!(one.usual.0 > 0 && one.usual.1 <= 8, "{}", one.code);
        }
        for unknown in ["", "XXX", "BT", "BTCX", "BTC\0", "ΒΤC"] {
            assert_eq!(currency(unknown), None, "{unknown:?}");
        }
    }
}
