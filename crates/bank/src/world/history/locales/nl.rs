//! Dutch prices and merchants. Every name is invented.

use super::{Locale, Merchant};
use crate::world::history::kind::Kind;

/// The Netherlands.
pub(super) const LOCALE: Locale = Locale {
    currency: "EUR",
    country: "NL",
    scale: 95,
    paid_twice_a_month: false,
    places: &[("Waterdam", "NH"), ("Oudezijl", "ZH")],
    everyday: "Betaalrekening",
    savings: "Spaarrekening",
    card: "Creditcard",
    merchants: &[
        Merchant::new(
            Kind::Salary,
            "Reiger Ontwerp BV",
            "SALARIS REIGER ONTWERP BV",
        ),
        Merchant::new(
            Kind::Rent,
            "Woningstichting De Ooievaar",
            "HUUR DE OOIEVAAR",
        ),
        Merchant::new(Kind::Power, "Windkracht Negen", "WINDKRACHT NEGEN INCASSO"),
        Merchant::new(Kind::Water, "Dijkwater", "DIJKWATER INCASSO"),
        Merchant::new(Kind::Internet, "Snelsloot", "SNELSLOOT INTERNET"),
        Merchant::new(Kind::Phone, "Belbij", "BELBIJ MOBIEL"),
        Merchant::new(Kind::Insurance, "Zekerheid & Zoon", "ZEKERHEID EN ZOON"),
        Merchant::new(Kind::Groceries, "De Groene Krat", "DE GROENE KRAT"),
        Merchant::new(Kind::Groceries, "Buurtmarkt Bas", "BUURTMARKT BAS"),
        Merchant::new(Kind::Groceries, "Molenbrood", "MOLENBROOD"),
        Merchant::new(Kind::Coffee, "Koffie bij Kee", "KOFFIE BIJ KEE"),
        Merchant::new(Kind::Coffee, "De Bonenman", "DE BONENMAN"),
        Merchant::new(Kind::Restaurant, "De Natte Muts", "DE NATTE MUTS"),
        Merchant::new(Kind::Restaurant, "Warung Melati", "WARUNG MELATI"),
        Merchant::new(Kind::FastFood, "Frietje Fijn", "FRIETJE FIJN"),
        Merchant::new(Kind::Transit, "Waterdams Vervoer", "WATERDAMS VERVOER OV"),
        Merchant::new(Kind::Fuel, "Tankdijk", "TANKDIJK"),
        Merchant::new(Kind::Clothing, "Naald en Draad", "NAALD EN DRAAD"),
        Merchant::new(Kind::Electronics, "Stroomhuis", "STROOMHUIS"),
        Merchant::new(Kind::Books, "Boekhandel Uil", "BOEKHANDEL UIL"),
        Merchant::new(Kind::Pharmacy, "Drogist Kamille", "DROGIST KAMILLE"),
        Merchant::new(Kind::Dentist, "Tandarts Kies", "TANDARTS KIES"),
        Merchant::new(Kind::Cinema, "Filmhuis Lek", "FILMHUIS LEK"),
        Merchant::new(Kind::Gym, "Sportzaal Zuid", "SPORTZAAL ZUID"),
        Merchant::new(Kind::Hair, "Kapper Krul", "KAPPER KRUL"),
        Merchant::new(Kind::Donation, "Stichting Egel", "STICHTING EGEL"),
    ],
};
