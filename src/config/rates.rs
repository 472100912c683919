//! Settings of exchange rates: the sources and the pairs.

use url::Url;

use super::reader::Reader;
use domain::rate::Pair;
use domain::secret::Secret;

/// The most pairs. More would be a mistake: each is fetched every minute and sent to every subscriber.
const MOST_PAIRS: usize = 12;

/// The settings of exchange rates.
#[derive(Clone, Debug)]
pub struct Rates {
    /// `PASSBOOK_RATES`.
    pub from: RatesFrom,
    /// `PASSBOOK_RATE_PAIRS`, without duplicates; the first is shown by default.
    pub pairs: Vec<Pair>,
    /// `ALPHAVANTAGE_API_KEY`; without it Alpha Vantage is not asked.
    pub alphavantage_key: Option<Secret>,
    /// `ALPHAVANTAGE_BASE_URL`.
    pub alphavantage_url: Option<Url>,
    /// `COINBASE_BASE_URL`.
    pub coinbase_url: Option<Url>,
    /// `FRANKFURTER_BASE_URL`: Frankfurter can be self-hosted.
    pub frankfurter_url: Option<Url>,
}

/// The source of exchange rates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RatesFrom {
    /// The built-in bank.
    BuiltIn,
    /// Alpha Vantage, Coinbase and Frankfurter, or servers that speak their protocols.
    Live,
    /// None.
    Off,
}

impl Rates {
    /// Whether the figures are made up by the built-in bank.
    #[must_use]
    pub fn are_made_up(&self) -> bool {
        self.from == RatesFrom::BuiltIn
    }

    /// Reads the settings. By default the rates come from the built-in bank where it is in use. Next to real banks no
    /// source is asked unless the settings name one or hold a key for one.
    pub(super) fn from_reader(reader: &mut Reader<'_>, built_in_bank: bool) -> Self {
        let choices = [
            ("builtin", RatesFrom::BuiltIn),
            ("live", RatesFrom::Live),
            ("off", RatesFrom::Off),
        ];
        let alphavantage_key = reader.text("ALPHAVANTAGE_API_KEY").map(Secret::new);
        let default = match (built_in_bank, &alphavantage_key) {
            (true, _) => RatesFrom::BuiltIn,
            (false, Some(_)) => RatesFrom::Live,
            (false, None) => RatesFrom::Off,
        };
        let from = reader.choice("PASSBOOK_RATES", &choices).unwrap_or(default);
        if from == RatesFrom::BuiltIn && !built_in_bank {
            reader.complain(
                "PASSBOOK_RATES",
                "live or off, because a provider's keys are set, so the demo bank is not in use",
            );
        }
        let mut base_url = |name| {
            let url = reader.base_url(name)?;
            if from != RatesFrom::Live {
                reader.problems.push(format!(
                    "{name} is set but not used. Set PASSBOOK_RATES=live, or remove {name}."
                ));
            }
            Some(url)
        };
        Self {
            from,
            alphavantage_url: base_url("ALPHAVANTAGE_BASE_URL"),
            coinbase_url: base_url("COINBASE_BASE_URL"),
            frankfurter_url: base_url("FRANKFURTER_BASE_URL"),
            pairs: reader.pairs(),
            alphavantage_key,
        }
    }
}

impl Reader<'_> {
    fn base_url(&mut self, name: &str) -> Option<Url> {
        let wanted = "an address like https://rates.example.org, without a query";
        let url: Url = self.parsed(name, wanted)?;
        let plain = matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.query().is_none()
            && url.fragment().is_none();
        if !plain {
            self.complain(name, wanted);
        }
        plain.then_some(url)
    }

    fn pairs(&mut self) -> Vec<Pair> {
        let name = "PASSBOOK_RATE_PAIRS";
        let text = self.text(name).unwrap_or_else(|| "BTC/USD".into());
        let mut pairs = Vec::new();
        for part in super::reader::parts(&text) {
            match Pair::parse(part) {
                Some(pair) if !pairs.contains(&pair) => pairs.push(pair),
                Some(_) => {}
                None => {
                    self.complain(name, "pairs of currencies like BTC/USD,EUR/USD");
                    return pairs;
                }
            }
        }
        if pairs.len() > MOST_PAIRS {
            self.complain(name, &format!("at most {MOST_PAIRS} pairs"));
        }
        pairs
    }
}
