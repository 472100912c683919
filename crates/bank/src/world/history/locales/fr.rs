//! French prices and merchants. Every name is invented.

use super::{Locale, Merchant};
use crate::world::history::kind::Kind;

/// France.
pub(super) const LOCALE: Locale = Locale {
    currency: "EUR",
    country: "FR",
    scale: 90,
    paid_twice_a_month: false,
    places: &[("Saint-Aubépin", "NAQ"), ("Valcourt-sur-Mer", "PAC")],
    everyday: "Compte courant",
    savings: "Livret Réglisse",
    card: "Carte à débit différé",
    merchants: &[
        Merchant::new(
            Kind::Salary,
            "Ateliers Perdrix",
            "VIR SALAIRE ATELIERS PERDRIX",
        ),
        Merchant::new(
            Kind::Rent,
            "Régie du Tilleul",
            "PRLV LOYER REGIE DU TILLEUL",
        ),
        Merchant::new(Kind::Power, "Lumière de l'Ouest", "PRLV LUMIERE DE L OUEST"),
        Merchant::new(Kind::Water, "Eaux de Valcourt", "PRLV EAUX DE VALCOURT"),
        Merchant::new(Kind::Internet, "Filibre", "PRLV FILIBRE"),
        Merchant::new(Kind::Phone, "Allô Merle", "PRLV ALLO MERLE"),
        Merchant::new(
            Kind::Insurance,
            "Mutuelle du Parapluie",
            "PRLV MUT PARAPLUIE",
        ),
        Merchant::new(Kind::Groceries, "Le Panier Vert", "CB LE PANIER VERT"),
        Merchant::new(
            Kind::Groceries,
            "Marché des Tanneurs",
            "CB MARCHE DES TANNEURS",
        ),
        Merchant::new(Kind::Groceries, "Primeur Lucette", "CB PRIMEUR LUCETTE"),
        Merchant::new(Kind::Coffee, "Café du Funambule", "CB CAFE DU FUNAMBULE"),
        Merchant::new(Kind::Coffee, "La Petite Tasse", "CB LA PETITE TASSE"),
        Merchant::new(
            Kind::Restaurant,
            "Bistrot de l'Écluse",
            "CB BISTROT DE L ECLUSE",
        ),
        Merchant::new(Kind::Restaurant, "Chez Mireille", "CB CHEZ MIREILLE"),
        Merchant::new(Kind::FastFood, "Croq'Minute", "CB CROQ MINUTE"),
        Merchant::new(Kind::Transit, "Tram de Valcourt", "CB TRAM VALCOURT"),
        Merchant::new(Kind::Fuel, "Relais du Col", "CB RELAIS DU COL"),
        Merchant::new(Kind::Clothing, "Fil d'Ariane", "CB FIL D ARIANE"),
        Merchant::new(Kind::Electronics, "Volt et Cie", "CB VOLT ET CIE"),
        Merchant::new(Kind::Books, "Librairie du Hibou", "CB LIBRAIRIE DU HIBOU"),
        Merchant::new(
            Kind::Pharmacy,
            "Pharmacie des Lilas",
            "CB PHARMACIE DES LILAS",
        ),
        Merchant::new(Kind::Dentist, "Cabinet Quenotte", "CB CABINET QUENOTTE"),
        Merchant::new(Kind::Cinema, "L'Étoile Bleue", "CB ETOILE BLEUE"),
        Merchant::new(Kind::Gym, "Salle du Rempart", "PRLV SALLE DU REMPART"),
        Merchant::new(Kind::Hair, "Coupe-Coupe", "CB COUPE COUPE"),
        Merchant::new(Kind::Donation, "Refuge des Loutres", "REFUGE DES LOUTRES"),
    ],
};
