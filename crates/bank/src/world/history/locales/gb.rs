//! British prices and merchants. Every name is invented.

use super::{Locale, Merchant};
use crate::world::history::kind::Kind;

/// The United Kingdom.
pub(super) const LOCALE: Locale = Locale {
    currency: "GBP",
    country: "GB",
    scale: 75,
    paid_twice_a_month: false,
    places: &[
        ("Wetherby Cross", "ENG"),
        ("Little Marlow Quay", "ENG"),
        ("Strathmoor", "SCT"),
    ],
    everyday: "Current Account",
    savings: "Easy Saver",
    card: "Platinum Credit Card",
    merchants: &[
        Merchant::new(
            Kind::Salary,
            "Hartlebury Instruments",
            "HARTLEBURY INSTRUMENTS SALARY BACS",
        ),
        Merchant::new(Kind::Rent, "Quayside Lettings", "QUAYSIDE LETTINGS SO"),
        Merchant::new(Kind::Power, "Brightmoor Energy", "BRIGHTMOOR ENERGY DD"),
        Merchant::new(Kind::Water, "Marlow Water", "MARLOW WATER DD"),
        Merchant::new(
            Kind::Internet,
            "Wrenline Broadband",
            "WRENLINE BROADBAND DD",
        ),
        Merchant::new(Kind::Phone, "Pipit Mobile", "PIPIT MOBILE DD"),
        Merchant::new(
            Kind::Insurance,
            "Old Bell Insurance",
            "OLD BELL INSURANCE DD",
        ),
        Merchant::new(Kind::Groceries, "Harrowgate Foods", "HARROWGATE FOODS"),
        Merchant::new(Kind::Groceries, "Cobbler's Row Grocers", "COBBLERS ROW"),
        Merchant::new(Kind::Groceries, "Penny Larder", "PENNY LARDER"),
        Merchant::new(Kind::Coffee, "The Copper Urn", "THE COPPER URN"),
        Merchant::new(Kind::Coffee, "Batch & Bloom", "BATCH AND BLOOM"),
        Merchant::new(Kind::Restaurant, "The Laughing Heron", "LAUGHING HERON"),
        Merchant::new(Kind::Restaurant, "Saffron Yard", "SAFFRON YARD"),
        Merchant::new(Kind::FastFood, "Chip Wharf", "CHIP WHARF"),
        Merchant::new(
            Kind::Transit,
            "Marlow Transport",
            "MARLOW TRANSPORT CONTACTLESS",
        ),
        Merchant::new(Kind::Fuel, "Milestone Fuel", "MILESTONE FUEL"),
        Merchant::new(Kind::Clothing, "Tweed & Tansy", "TWEED AND TANSY"),
        Merchant::new(Kind::Electronics, "Valve & Wire", "VALVE AND WIRE"),
        Merchant::new(Kind::Books, "The Moth & Lamp", "MOTH AND LAMP BOOKS"),
        Merchant::new(Kind::Pharmacy, "Feverfew Chemists", "FEVERFEW CHEMISTS"),
        Merchant::new(Kind::Dentist, "Quay Dental", "QUAY DENTAL"),
        Merchant::new(Kind::Cinema, "The Little Electric", "LITTLE ELECTRIC"),
        Merchant::new(Kind::Gym, "Ironmoor Gym", "IRONMOOR GYM DD"),
        Merchant::new(Kind::Hair, "Clip Joint", "CLIP JOINT"),
        Merchant::new(Kind::Donation, "Hedgehog Rescue", "HEDGEHOG RESCUE"),
    ],
};
