//! Swedish prices and shops. Every name is invented.

use super::{Locale, Shop};
use crate::world::history::kind::Kind;

/// Sweden.
pub(super) const LOCALE: Locale = Locale {
    currency: "SEK",
    country: "SE",
    scale: 950,
    paid_twice: false,
    places: &[("Björkö", "AB"), ("Sillhamn", "O")],
    everyday: "Lönekonto",
    savings: "Sparkonto",
    card: "Kreditkort",
    shops: &[
        Shop::new(Kind::Salary, "Tranan Teknik AB", "LÖN TRANAN TEKNIK AB"),
        Shop::new(Kind::Rent, "Hyresbostäder Eken", "HYRA EKEN"),
        Shop::new(Kind::Power, "Norrsken Energi", "NORRSKEN ENERGI AUTOGIRO"),
        Shop::new(Kind::Water, "Björkö Vatten", "BJORKO VATTEN"),
        Shop::new(Kind::Internet, "Blixtfiber", "BLIXTFIBER"),
        Shop::new(Kind::Phone, "Kvitter Mobil", "KVITTER MOBIL"),
        Shop::new(
            Kind::Insurance,
            "Paraplyet Försäkring",
            "PARAPLYET FORSAKRING",
        ),
        Shop::new(Kind::Groceries, "Gröna Korgen", "GRONA KORGEN"),
        Shop::new(Kind::Groceries, "Matboden", "MATBODEN"),
        Shop::new(Kind::Groceries, "Skafferiet", "SKAFFERIET"),
        Shop::new(Kind::Coffee, "Fika & Vänner", "FIKA O VANNER"),
        Shop::new(Kind::Coffee, "Kardemumman", "KARDEMUMMAN"),
        Shop::new(Kind::Restaurant, "Gyllene Gäddan", "GYLLENE GADDAN"),
        Shop::new(Kind::Restaurant, "Krogen Tranbär", "KROGEN TRANBAR"),
        Shop::new(Kind::FastFood, "Korvkiosken", "KORVKIOSKEN"),
        Shop::new(Kind::Transit, "Björkö Lokaltrafik", "BJORKO LOKALTRAFIK"),
        Shop::new(Kind::Fuel, "Macken", "MACKEN"),
        Shop::new(Kind::Clothing, "Ull & Lin", "ULL O LIN"),
        Shop::new(Kind::Electronics, "Elverket", "ELVERKET"),
        Shop::new(Kind::Books, "Bokugglan", "BOKUGGLAN"),
        Shop::new(Kind::Pharmacy, "Apotek Linnea", "APOTEK LINNEA"),
        Shop::new(Kind::Dentist, "Tandkliniken Sill", "TANDKLINIKEN SILL"),
        Shop::new(Kind::Cinema, "Biografen Saga", "BIO SAGA"),
        Shop::new(Kind::Gym, "Klätterhallen", "KLATTERHALLEN"),
        Shop::new(Kind::Hair, "Salong Lugg", "SALONG LUGG"),
        Shop::new(Kind::Donation, "Utterfonden", "UTTERFONDEN"),
    ],
};
