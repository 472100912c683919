//! Swedish prices and merchants. Every name is invented.

use super::{Locale, Merchant};
use crate::world::history::kind::Kind;

/// Sweden.
pub(super) const LOCALE: Locale = Locale {
    currency: "SEK",
    country: "SE",
    scale: 950,
    paid_twice_a_month: false,
    places: &[("Björkö", "AB"), ("Sillhamn", "O")],
    everyday: "Lönekonto",
    savings: "Sparkonto",
    card: "Kreditkort",
    merchants: &[
        Merchant::new(Kind::Salary, "Tranan Teknik AB", "LÖN TRANAN TEKNIK AB"),
        Merchant::new(Kind::Rent, "Hyresbostäder Eken", "HYRA EKEN"),
        Merchant::new(Kind::Power, "Norrsken Energi", "NORRSKEN ENERGI AUTOGIRO"),
        Merchant::new(Kind::Water, "Björkö Vatten", "BJORKO VATTEN"),
        Merchant::new(Kind::Internet, "Blixtfiber", "BLIXTFIBER"),
        Merchant::new(Kind::Phone, "Kvitter Mobil", "KVITTER MOBIL"),
        Merchant::new(
            Kind::Insurance,
            "Paraplyet Försäkring",
            "PARAPLYET FORSAKRING",
        ),
        Merchant::new(Kind::Groceries, "Gröna Korgen", "GRONA KORGEN"),
        Merchant::new(Kind::Groceries, "Matboden", "MATBODEN"),
        Merchant::new(Kind::Groceries, "Skafferiet", "SKAFFERIET"),
        Merchant::new(Kind::Coffee, "Fika & Vänner", "FIKA O VANNER"),
        Merchant::new(Kind::Coffee, "Kardemumman", "KARDEMUMMAN"),
        Merchant::new(Kind::Restaurant, "Gyllene Gäddan", "GYLLENE GADDAN"),
        Merchant::new(Kind::Restaurant, "Krogen Tranbär", "KROGEN TRANBAR"),
        Merchant::new(Kind::FastFood, "Korvkiosken", "KORVKIOSKEN"),
        Merchant::new(Kind::Transit, "Björkö Lokaltrafik", "BJORKO LOKALTRAFIK"),
        Merchant::new(Kind::Fuel, "Macken", "MACKEN"),
        Merchant::new(Kind::Clothing, "Ull & Lin", "ULL O LIN"),
        Merchant::new(Kind::Electronics, "Elverket", "ELVERKET"),
        Merchant::new(Kind::Books, "Bokugglan", "BOKUGGLAN"),
        Merchant::new(Kind::Pharmacy, "Apotek Linnea", "APOTEK LINNEA"),
        Merchant::new(Kind::Dentist, "Tandkliniken Sill", "TANDKLINIKEN SILL"),
        Merchant::new(Kind::Cinema, "Biografen Saga", "BIO SAGA"),
        Merchant::new(Kind::Gym, "Klätterhallen", "KLATTERHALLEN"),
        Merchant::new(Kind::Hair, "Salong Lugg", "SALONG LUGG"),
        Merchant::new(Kind::Donation, "Utterfonden", "UTTERFONDEN"),
    ],
};
