//! Where people live: their currency, prices, towns and shops.

mod ca;
mod de;
mod es;
mod fr;
mod gb;
mod nl;
mod se;
mod us;

use super::kind::Kind;

/// A way of life in one country.
pub(in crate::world) struct Locale {
    /// ISO 4217.
    pub currency: &'static str,
    /// ISO 3166.
    pub country: &'static str,
    /// Prices against American ones, in percent.
    pub scale: i64,
    /// Whether wages come twice a month rather than once.
    pub paid_twice: bool,
    /// City and region.
    pub places: &'static [(&'static str, &'static str)],
    /// What the bank calls a checking account.
    pub everyday: &'static str,
    /// What it calls a savings account.
    pub savings: &'static str,
    /// What it calls a credit card.
    pub card: &'static str,
    /// Who takes or gives money.
    pub shops: &'static [Shop],
}

/// Someone who takes or gives money.
pub(in crate::world) struct Shop {
    /// For what.
    pub kind: Kind,
    /// As people know it.
    pub name: &'static str,
    /// As it stands on a statement.
    pub raw: &'static str,
}

impl Shop {
    const fn new(kind: Kind, name: &'static str, raw: &'static str) -> Self {
        Self { kind, name, raw }
    }
}

impl Locale {
    /// The way of life in a country; the American one where none is known.
    pub(in crate::world) fn of(country: &str) -> &'static Self {
        ALL.iter().find(|l| l.country == country).unwrap_or(&ALL[0])
    }

    /// Who takes money for a kind of thing: at home, or everywhere.
    pub(in crate::world) fn shops_for(&self, kind: Kind) -> Vec<&'static Shop> {
        self.shops
            .iter()
            .chain(EVERYWHERE)
            .filter(|shop| shop.kind == kind)
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

/// Merchants without a country.
const EVERYWHERE: &[Shop] = &[
    Shop::new(Kind::Shopping, "Bazaarly", "BAZAARLY*ORDER"),
    Shop::new(Kind::Shopping, "Parcelpond", "PARCELPOND MKTPLACE"),
    Shop::new(Kind::Music, "Larksong", "LARKSONG PREMIUM"),
    Shop::new(Kind::Video, "Lumenreel", "LUMENREEL.EXAMPLE"),
    Shop::new(Kind::Cloud, "Cloudnook", "CLOUDNOOK STORAGE"),
    Shop::new(Kind::Taxi, "Zipfare", "ZIPFARE TRIP"),
    Shop::new(Kind::Flight, "Petrel Airways", "PETREL AIRWAYS"),
    Shop::new(Kind::Supplies, "Stapleford Office", "STAPLEFORD OFFICE"),
    Shop::new(Kind::Invoice, "Corvid Studio", "INVOICE CORVID STUDIO"),
    Shop::new(Kind::Invoice, "Halyard & Sons", "INVOICE HALYARD AND SONS"),
    Shop::new(Kind::Advance, "Earlybird Pay", "EARLYBIRD PAY ADVANCE"),
];
