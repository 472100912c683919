//! American prices and shops. Every name is invented.

use super::{Locale, Shop};
use crate::world::history::kind::Kind;

/// The United States.
pub(super) const LOCALE: Locale = Locale {
    currency: "USD",
    country: "US",
    scale: 100,
    paid_twice: true,
    places: &[
        ("Port Alder", "OR"),
        ("Fernhill", "OR"),
        ("Lake Juniper", "WA"),
    ],
    everyday: "Everyday Checking",
    savings: "Rainy Day Savings",
    card: "Cash Rewards Card",
    shops: &[
        Shop::new(
            Kind::Salary,
            "Bramblewick Labs",
            "BRAMBLEWICK LABS PAYROLL DIR DEP",
        ),
        Shop::new(Kind::Rent, "Alder Row Apartments", "ALDER ROW APTS RENT"),
        Shop::new(
            Kind::Power,
            "Cascadia Light & Power",
            "CASCADIA LIGHT PWR AUTOPAY",
        ),
        Shop::new(
            Kind::Water,
            "Port Alder Water Bureau",
            "PORT ALDER WATER BUREAU",
        ),
        Shop::new(Kind::Internet, "Fibrewren", "FIBREWREN INTERNET"),
        Shop::new(Kind::Phone, "Hopscotch Mobile", "HOPSCOTCH MOBILE AUTOPAY"),
        Shop::new(Kind::Insurance, "Umbra Mutual", "UMBRA MUTUAL AUTO INS"),
        Shop::new(Kind::Groceries, "Fernhill Market", "FERNHILL MKT"),
        Shop::new(Kind::Groceries, "Greenbasket", "GREENBASKET FOODS"),
        Shop::new(Kind::Groceries, "Nine Acre Co-op", "NINE ACRE COOP"),
        Shop::new(
            Kind::Coffee,
            "Small Hours Coffee",
            "TST* SMALL HOURS COFFEE",
        ),
        Shop::new(Kind::Coffee, "Kettle & Crane", "SQ *KETTLE & CRANE"),
        Shop::new(Kind::Restaurant, "The Copper Spoon", "THE COPPER SPOON"),
        Shop::new(Kind::Restaurant, "Momo Lantern", "MOMO LANTERN"),
        Shop::new(Kind::Restaurant, "Casa Verdolaga", "CASA VERDOLAGA"),
        Shop::new(Kind::FastFood, "Burger Dingo", "BURGER DINGO"),
        Shop::new(Kind::FastFood, "Wrapsody", "WRAPSODY"),
        Shop::new(Kind::Transit, "Alder Metro", "ALDER METRO FARE"),
        Shop::new(Kind::Fuel, "Pumphouse", "PUMPHOUSE FUEL"),
        Shop::new(Kind::Clothing, "Thistle & Thread", "THISTLE THREAD"),
        Shop::new(Kind::Electronics, "Voltaic Corner", "VOLTAIC CORNER"),
        Shop::new(Kind::Books, "Dog-Eared Books", "DOG EARED BOOKS"),
        Shop::new(Kind::Pharmacy, "Wellspring Pharmacy", "WELLSPRING RX"),
        Shop::new(Kind::Dentist, "Molar Bear Dental", "MOLAR BEAR DENTAL"),
        Shop::new(Kind::Cinema, "Palindrome Cinema", "PALINDROME CINEMA"),
        Shop::new(Kind::Gym, "Uphill Climbing Gym", "UPHILL CLIMBING"),
        Shop::new(Kind::Hair, "Shear Delight", "SHEAR DELIGHT"),
        Shop::new(Kind::Donation, "River Otter Trust", "RIVER OTTER TRUST"),
    ],
};
