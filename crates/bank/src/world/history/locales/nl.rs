//! Dutch prices and shops. Every name is invented.

use super::{Locale, Shop};
use crate::world::history::kind::Kind;

/// The Netherlands.
pub(super) const LOCALE: Locale = Locale {
    currency: "EUR",
    country: "NL",
    scale: 95,
    paid_twice: false,
    places: &[("Waterdam", "NH"), ("Oudezijl", "ZH")],
    everyday: "Betaalrekening",
    savings: "Spaarrekening",
    card: "Creditcard",
    shops: &[
        Shop::new(
            Kind::Salary,
            "Reiger Ontwerp BV",
            "SALARIS REIGER ONTWERP BV",
        ),
        Shop::new(
            Kind::Rent,
            "Woningstichting De Ooievaar",
            "HUUR DE OOIEVAAR",
        ),
        Shop::new(Kind::Power, "Windkracht Negen", "WINDKRACHT NEGEN INCASSO"),
        Shop::new(Kind::Water, "Dijkwater", "DIJKWATER INCASSO"),
        Shop::new(Kind::Internet, "Snelsloot", "SNELSLOOT INTERNET"),
        Shop::new(Kind::Phone, "Belbij", "BELBIJ MOBIEL"),
        Shop::new(Kind::Insurance, "Zekerheid & Zoon", "ZEKERHEID EN ZOON"),
        Shop::new(Kind::Groceries, "De Groene Krat", "DE GROENE KRAT"),
        Shop::new(Kind::Groceries, "Buurtmarkt Bas", "BUURTMARKT BAS"),
        Shop::new(Kind::Groceries, "Molenbrood", "MOLENBROOD"),
        Shop::new(Kind::Coffee, "Koffie bij Kee", "KOFFIE BIJ KEE"),
        Shop::new(Kind::Coffee, "De Bonenman", "DE BONENMAN"),
        Shop::new(Kind::Restaurant, "De Natte Muts", "DE NATTE MUTS"),
        Shop::new(Kind::Restaurant, "Warung Melati", "WARUNG MELATI"),
        Shop::new(Kind::FastFood, "Frietje Fijn", "FRIETJE FIJN"),
        Shop::new(Kind::Transit, "Waterdams Vervoer", "WATERDAMS VERVOER OV"),
        Shop::new(Kind::Fuel, "Tankdijk", "TANKDIJK"),
        Shop::new(Kind::Clothing, "Naald en Draad", "NAALD EN DRAAD"),
        Shop::new(Kind::Electronics, "Stroomhuis", "STROOMHUIS"),
        Shop::new(Kind::Books, "Boekhandel Uil", "BOEKHANDEL UIL"),
        Shop::new(Kind::Pharmacy, "Drogist Kamille", "DROGIST KAMILLE"),
        Shop::new(Kind::Dentist, "Tandarts Kies", "TANDARTS KIES"),
        Shop::new(Kind::Cinema, "Filmhuis Lek", "FILMHUIS LEK"),
        Shop::new(Kind::Gym, "Sportzaal Zuid", "SPORTZAAL ZUID"),
        Shop::new(Kind::Hair, "Kapper Krul", "KAPPER KRUL"),
        Shop::new(Kind::Donation, "Stichting Egel", "STICHTING EGEL"),
    ],
};
