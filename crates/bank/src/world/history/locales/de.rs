//! German prices and merchants. Every name is invented.

use super::{Locale, Merchant};
use crate::world::history::kind::Kind;

/// Germany.
pub(super) const LOCALE: Locale = Locale {
    currency: "EUR",
    country: "DE",
    scale: 90,
    paid_twice_a_month: false,
    places: &[("Lindenhof", "BY"), ("Altmühl am See", "BW")],
    everyday: "Girokonto",
    savings: "Tagesgeldkonto",
    card: "Kreditkarte",
    merchants: &[
        Merchant::new(
            Kind::Salary,
            "Kranichwerk GmbH",
            "LOHN/GEHALT KRANICHWERK GMBH",
        ),
        Merchant::new(
            Kind::Rent,
            "Hausverwaltung Specht",
            "MIETE HAUSVERWALTUNG SPECHT",
        ),
        Merchant::new(Kind::Power, "Isarstrom", "ISARSTROM LASTSCHRIFT"),
        Merchant::new(Kind::Water, "Stadtwerke Lindenhof", "STADTWERKE LINDENHOF"),
        Merchant::new(Kind::Internet, "Glasfuchs", "GLASFUCHS INTERNET"),
        Merchant::new(Kind::Phone, "Funkel Mobil", "FUNKEL MOBIL"),
        Merchant::new(
            Kind::Insurance,
            "Schirmherr Versicherung",
            "SCHIRMHERR VERS",
        ),
        Merchant::new(Kind::Groceries, "Grünkorb", "GRUENKORB FILIALE"),
        Merchant::new(Kind::Groceries, "Marktfrau Erna", "MARKTFRAU ERNA"),
        Merchant::new(Kind::Groceries, "Biokiste", "BIOKISTE"),
        Merchant::new(Kind::Coffee, "Kaffeemühle Süd", "KAFFEEMUEHLE SUED"),
        Merchant::new(Kind::Coffee, "Bohnenstube", "BOHNENSTUBE"),
        Merchant::new(Kind::Restaurant, "Zum Müden Dachs", "ZUM MUEDEN DACHS"),
        Merchant::new(
            Kind::Restaurant,
            "Trattoria Nonna Gina",
            "TRATTORIA NONNA GINA",
        ),
        Merchant::new(Kind::FastFood, "Currykutsche", "CURRYKUTSCHE"),
        Merchant::new(Kind::Transit, "Lindenhofer Verkehr", "LVG TICKET"),
        Merchant::new(Kind::Fuel, "Tankwart", "TANKWART"),
        Merchant::new(Kind::Clothing, "Zwirn & Faden", "ZWIRN UND FADEN"),
        Merchant::new(Kind::Electronics, "Strompunkt", "STROMPUNKT"),
        Merchant::new(Kind::Books, "Bücherwurm", "BUECHERWURM"),
        Merchant::new(Kind::Pharmacy, "Storchen-Apotheke", "STORCHEN APOTHEKE"),
        Merchant::new(Kind::Dentist, "Praxis Dr. Zahn", "PRAXIS DR ZAHN"),
        Merchant::new(Kind::Cinema, "Lichtburg am See", "LICHTBURG KINO"),
        Merchant::new(Kind::Gym, "Kletterwerk", "KLETTERWERK"),
        Merchant::new(Kind::Hair, "Haarspalterei", "HAARSPALTEREI"),
        Merchant::new(Kind::Donation, "Igelhilfe", "IGELHILFE E.V."),
    ],
};
