//! German prices and shops. Every name is invented.

use super::{Locale, Shop};
use crate::world::history::kind::Kind;

/// Germany.
pub(super) const LOCALE: Locale = Locale {
    currency: "EUR",
    country: "DE",
    scale: 90,
    paid_twice: false,
    places: &[("Lindenhof", "BY"), ("Altmühl am See", "BW")],
    everyday: "Girokonto",
    savings: "Tagesgeldkonto",
    card: "Kreditkarte",
    shops: &[
        Shop::new(
            Kind::Salary,
            "Kranichwerk GmbH",
            "LOHN/GEHALT KRANICHWERK GMBH",
        ),
        Shop::new(
            Kind::Rent,
            "Hausverwaltung Specht",
            "MIETE HAUSVERWALTUNG SPECHT",
        ),
        Shop::new(Kind::Power, "Isarstrom", "ISARSTROM LASTSCHRIFT"),
        Shop::new(Kind::Water, "Stadtwerke Lindenhof", "STADTWERKE LINDENHOF"),
        Shop::new(Kind::Internet, "Glasfuchs", "GLASFUCHS INTERNET"),
        Shop::new(Kind::Phone, "Funkel Mobil", "FUNKEL MOBIL"),
        Shop::new(
            Kind::Insurance,
            "Schirmherr Versicherung",
            "SCHIRMHERR VERS",
        ),
        Shop::new(Kind::Groceries, "Grünkorb", "GRUENKORB FILIALE"),
        Shop::new(Kind::Groceries, "Marktfrau Erna", "MARKTFRAU ERNA"),
        Shop::new(Kind::Groceries, "Biokiste", "BIOKISTE"),
        Shop::new(Kind::Coffee, "Kaffeemühle Süd", "KAFFEEMUEHLE SUED"),
        Shop::new(Kind::Coffee, "Bohnenstube", "BOHNENSTUBE"),
        Shop::new(Kind::Restaurant, "Zum Müden Dachs", "ZUM MUEDEN DACHS"),
        Shop::new(
            Kind::Restaurant,
            "Trattoria Nonna Gina",
            "TRATTORIA NONNA GINA",
        ),
        Shop::new(Kind::FastFood, "Currykutsche", "CURRYKUTSCHE"),
        Shop::new(Kind::Transit, "Lindenhofer Verkehr", "LVG TICKET"),
        Shop::new(Kind::Fuel, "Tankwart", "TANKWART"),
        Shop::new(Kind::Clothing, "Zwirn & Faden", "ZWIRN UND FADEN"),
        Shop::new(Kind::Electronics, "Strompunkt", "STROMPUNKT"),
        Shop::new(Kind::Books, "Bücherwurm", "BUECHERWURM"),
        Shop::new(Kind::Pharmacy, "Storchen-Apotheke", "STORCHEN APOTHEKE"),
        Shop::new(Kind::Dentist, "Praxis Dr. Zahn", "PRAXIS DR ZAHN"),
        Shop::new(Kind::Cinema, "Lichtburg am See", "LICHTBURG KINO"),
        Shop::new(Kind::Gym, "Kletterwerk", "KLETTERWERK"),
        Shop::new(Kind::Hair, "Haarspalterei", "HAARSPALTEREI"),
        Shop::new(Kind::Donation, "Igelhilfe", "IGELHILFE E.V."),
    ],
};
