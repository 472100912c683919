//! The countries where people live: currency, prices, places and merchants.

mod ca;
mod de;
mod es;
mod fr;
mod gb;
mod nl;
mod se;
mod us;

use super::kind::Kind;

/// A country's currency, prices, places, account names and merchants.
pub(in crate::world) struct Locale {
    /// The ISO 4217 code.
    pub currency: &'static str,
    /// The ISO 3166 code.
    pub country: &'static str,
    /// The price level in percent: 100 US cents correspond to this many minor units.
    pub scale: i64,
    /// Whether wages are paid twice a month instead of once.
    pub paid_twice_a_month: bool,
    /// Cities and regions.
    pub places: &'static [(&'static str, &'static str)],
    /// The bank's name for a checking account.
    pub everyday: &'static str,
    /// The bank's name for a savings account.
    pub savings: &'static str,
    /// The bank's name for a credit card.
    pub card: &'static str,
    /// Merchants, and other payees and payers.
    pub merchants: &'static [Merchant],
}

/// A merchant, or another payee or payer.
pub(in crate::world) struct Merchant {
    /// The kind of its transactions.
    pub kind: Kind,
    /// Its name.
    pub name: &'static str,
    /// Its text on a statement.
    pub raw: &'static str,
}

impl Merchant {
    const fn new(kind: Kind, name: &'static str, raw: &'static str) -> Self {
        Self { kind, name, raw }
    }
}

impl Locale {
    /// Returns the locale of a country, or the American one for an unknown country.
    pub(in crate::world) fn for_country(country: &str) -> &'static Self {
        ALL.iter().find(|l| l.country == country).unwrap_or(&ALL[0])
    }

    /// Returns the merchants for a kind of transaction, national and international.
    pub(in crate::world) fn merchants_for(&self, kind: Kind) -> Vec<&'static Merchant> {
        self.merchants
            .iter()
            .chain(EVERYWHERE)
            .filter(|merchant| merchant.kind == kind)
            .collect()
    }
}

const ALL: [Locale; 8] = [
    us::LOCALE,
    gb::LOCALE,
    ca::LOCALE,
    de::LOCALE,
    fr::LOCALE,
    es::LOCALE,
    nl::LOCALE,
    se::LOCALE,
];

/// International merchants.
const EVERYWHERE: &[Merchant] = &[
    Merchant::new(Kind::Shopping, "Bazaarly", "BAZAARLY*ORDER"),
    Merchant::new(Kind::Shopping, "Parcelpond", "PARCELPOND MKTPLACE"),
    Merchant::new(Kind::Music, "Larksong", "LARKSONG PREMIUM"),
    Merchant::new(Kind::Video, "Lumenreel", "LUMENREEL.EXAMPLE"),
    Merchant::new(Kind::Cloud, "Cloudnook", "CLOUDNOOK STORAGE"),
    Merchant::new(Kind::Taxi, "Zipfare", "ZIPFARE TRIP"),
    Merchant::new(Kind::Flight, "Petrel Airways", "PETREL AIRWAYS"),
    Merchant::new(Kind::Supplies, "Stapleford Office", "STAPLEFORD OFFICE"),
    Merchant::new(Kind::Invoice, "Corvid Studio", "INVOICE CORVID STUDIO"),
    Merchant::new(Kind::Invoice, "Halyard & Sons", "INVOICE HALYARD AND SONS"),
    Merchant::new(Kind::Advance, "Earlybird Pay", "EARLYBIRD PAY ADVANCE"),
];
