//! French prices and shops. Every name is invented.

use super::{Locale, Shop};
use crate::world::history::kind::Kind;

/// France.
pub(super) const LOCALE: Locale = Locale {
    currency: "EUR",
    country: "FR",
    scale: 90,
    paid_twice: false,
    places: &[("Saint-Aubépin", "NAQ"), ("Valcourt-sur-Mer", "PAC")],
    everyday: "Compte courant",
    savings: "Livret Réglisse",
    card: "Carte à débit différé",
    shops: &[
        Shop::new(
            Kind::Salary,
            "Ateliers Perdrix",
            "VIR SALAIRE ATELIERS PERDRIX",
        ),
        Shop::new(
            Kind::Rent,
            "Régie du Tilleul",
            "PRLV LOYER REGIE DU TILLEUL",
        ),
        Shop::new(Kind::Power, "Lumière de l'Ouest", "PRLV LUMIERE DE L OUEST"),
        Shop::new(Kind::Water, "Eaux de Valcourt", "PRLV EAUX DE VALCOURT"),
        Shop::new(Kind::Internet, "Filibre", "PRLV FILIBRE"),
        Shop::new(Kind::Phone, "Allô Merle", "PRLV ALLO MERLE"),
        Shop::new(
            Kind::Insurance,
            "Mutuelle du Parapluie",
            "PRLV MUT PARAPLUIE",
        ),
        Shop::new(Kind::Groceries, "Le Panier Vert", "CB LE PANIER VERT"),
        Shop::new(
            Kind::Groceries,
            "Marché des Tanneurs",
            "CB MARCHE DES TANNEURS",
        ),
        Shop::new(Kind::Groceries, "Primeur Lucette", "CB PRIMEUR LUCETTE"),
        Shop::new(Kind::Coffee, "Café du Funambule", "CB CAFE DU FUNAMBULE"),
        Shop::new(Kind::Coffee, "La Petite Tasse", "CB LA PETITE TASSE"),
        Shop::new(
            Kind::Restaurant,
            "Bistrot de l'Écluse",
            "CB BISTROT DE L ECLUSE",
        ),
        Shop::new(Kind::Restaurant, "Chez Mireille", "CB CHEZ MIREILLE"),
        Shop::new(Kind::FastFood, "Croq'Minute", "CB CROQ MINUTE"),
        Shop::new(Kind::Transit, "Tram de Valcourt", "CB TRAM VALCOURT"),
        Shop::new(Kind::Fuel, "Relais du Col", "CB RELAIS DU COL"),
        Shop::new(Kind::Clothing, "Fil d'Ariane", "CB FIL D ARIANE"),
        Shop::new(Kind::Electronics, "Volt et Cie", "CB VOLT ET CIE"),
        Shop::new(Kind::Books, "Librairie du Hibou", "CB LIBRAIRIE DU HIBOU"),
        Shop::new(
            Kind::Pharmacy,
            "Pharmacie des Lilas",
            "CB PHARMACIE DES LILAS",
        ),
        Shop::new(Kind::Dentist, "Cabinet Quenotte", "CB CABINET QUENOTTE"),
        Shop::new(Kind::Cinema, "L'Étoile Bleue", "CB ETOILE BLEUE"),
        Shop::new(Kind::Gym, "Salle du Rempart", "PRLV SALLE DU REMPART"),
        Shop::new(Kind::Hair, "Coupe-Coupe", "CB COUPE COUPE"),
        Shop::new(Kind::Donation, "Refuge des Loutres", "REFUGE DES LOUTRES"),
    ],
};
