//! The countries where people live: currency, price level, towns and shops.

mod ca;
mod de;
mod es;
mod fr;
mod gb;
mod nl;
mod se;
mod us;

use super::kind::Kind;

/// The conditions of life in one country.
pub(in crate::world) struct Locale {
    /// The ISO 4217 code.
    pub currency: &'static str,
    /// The ISO 3166 code.
    pub country: &'static str,
    /// The price level in percent: 100 US cents correspond to this many minor units.
    pub scale: i64,
    /// Whether wages are paid twice a month instead of once.
    pub paid_twice: bool,
    /// Cities and regions.
    pub places: &'static [(&'static str, &'static str)],
    /// The bank's name for a checking account.
    pub everyday: &'static str,
    /// The bank's name for a savings account.
    pub savings: &'static str,
    /// The bank's name for a credit card.
    pub card: &'static str,
    /// Shops and other payees and payers.
    pub shops: &'static [Shop],
}

/// A shop, or another payee or payer.
pub(in crate::world) struct Shop {
    /// What is paid for there.
    pub kind: Kind,
    /// The merchant's name.
    pub name: &'static str,
    /// The text on a statement.
    pub raw: &'static str,
}

impl Shop {
    const fn new(kind: Kind, name: &'static str, raw: &'static str) -> Self {
        Self { kind, name, raw }
    }
}

impl Locale {
    /// Returns the locale of a country, or the American one for an unknown country.
    pub(in crate::world) fn for_country(country: &str) -> &'static Self {
        ALL.iter().find(|l| l.country == country).unwrap_or(&ALL[0])
    }

    /// Returns the shops for a kind of purchase, national and international.
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

/// International merchants.
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
