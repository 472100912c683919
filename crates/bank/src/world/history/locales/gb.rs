//! British prices and shops. Every name is invented.

use super::{Locale, Shop};
use crate::world::history::kind::Kind;

/// The United Kingdom.
pub(super) const LOCALE: Locale = Locale {
    currency: "GBP",
    country: "GB",
    scale: 75,
    paid_twice: false,
    places: &[
        ("Wetherby Cross", "ENG"),
        ("Little Marlow Quay", "ENG"),
        ("Strathmoor", "SCT"),
    ],
    everyday: "Current Account",
    savings: "Easy Saver",
    card: "Platinum Credit Card",
    shops: &[
        Shop::new(
            Kind::Salary,
            "Hartlebury Instruments",
            "HARTLEBURY INSTRUMENTS SALARY BACS",
        ),
        Shop::new(Kind::Rent, "Quayside Lettings", "QUAYSIDE LETTINGS SO"),
        Shop::new(Kind::Power, "Brightmoor Energy", "BRIGHTMOOR ENERGY DD"),
        Shop::new(Kind::Water, "Marlow Water", "MARLOW WATER DD"),
        Shop::new(
            Kind::Internet,
            "Wrenline Broadband",
            "WRENLINE BROADBAND DD",
        ),
        Shop::new(Kind::Phone, "Pipit Mobile", "PIPIT MOBILE DD"),
        Shop::new(
            Kind::Insurance,
            "Old Bell Insurance",
            "OLD BELL INSURANCE DD",
        ),
        Shop::new(Kind::Groceries, "Harrowgate Foods", "HARROWGATE FOODS"),
        Shop::new(Kind::Groceries, "Cobbler's Row Grocers", "COBBLERS ROW"),
        Shop::new(Kind::Groceries, "Penny Larder", "PENNY LARDER"),
        Shop::new(Kind::Coffee, "The Copper Urn", "THE COPPER URN"),
        Shop::new(Kind::Coffee, "Batch & Bloom", "BATCH AND BLOOM"),
        Shop::new(Kind::Restaurant, "The Laughing Heron", "LAUGHING HERON"),
        Shop::new(Kind::Restaurant, "Saffron Yard", "SAFFRON YARD"),
        Shop::new(Kind::FastFood, "Chip Wharf", "CHIP WHARF"),
        Shop::new(
            Kind::Transit,
            "Marlow Transport",
            "MARLOW TRANSPORT CONTACTLESS",
        ),
        Shop::new(Kind::Fuel, "Milestone Fuel", "MILESTONE FUEL"),
        Shop::new(Kind::Clothing, "Tweed & Tansy", "TWEED AND TANSY"),
        Shop::new(Kind::Electronics, "Valve & Wire", "VALVE AND WIRE"),
        Shop::new(Kind::Books, "The Moth & Lamp", "MOTH AND LAMP BOOKS"),
        Shop::new(Kind::Pharmacy, "Feverfew Chemists", "FEVERFEW CHEMISTS"),
        Shop::new(Kind::Dentist, "Quay Dental", "QUAY DENTAL"),
        Shop::new(Kind::Cinema, "The Little Electric", "LITTLE ELECTRIC"),
        Shop::new(Kind::Gym, "Ironmoor Gym", "IRONMOOR GYM DD"),
        Shop::new(Kind::Hair, "Clip Joint", "CLIP JOINT"),
        Shop::new(Kind::Donation, "Hedgehog Rescue", "HEDGEHOG RESCUE"),
    ],
};
