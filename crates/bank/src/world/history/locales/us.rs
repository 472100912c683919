//! American prices and merchants. Every name is invented.

use super::{Locale, Merchant};
use crate::world::history::kind::Kind;

/// The United States.
pub(super) const LOCALE: Locale = Locale {
    currency: "USD",
    country: "US",
    scale: 100,
    paid_twice_a_month: true,
    places: &[
        ("Port Alder", "OR"),
        ("Fernhill", "OR"),
        ("Lake Juniper", "WA"),
    ],
    everyday: "Everyday Checking",
    savings: "Rainy Day Savings",
    card: "Cash Rewards Card",
    merchants: &[
        Merchant::new(
            Kind::Salary,
            "Bramblewick Labs",
            "BRAMBLEWICK LABS PAYROLL DIR DEP",
        ),
        Merchant::new(Kind::Rent, "Alder Row Apartments", "ALDER ROW APTS RENT"),
        Merchant::new(
            Kind::Power,
            "Cascadia Light & Power",
            "CASCADIA LIGHT PWR AUTOPAY",
        ),
        Merchant::new(
            Kind::Water,
            "Port Alder Water Bureau",
            "PORT ALDER WATER BUREAU",
        ),
        Merchant::new(Kind::Internet, "Fibrewren", "FIBREWREN INTERNET"),
        Merchant::new(Kind::Phone, "Hopscotch Mobile", "HOPSCOTCH MOBILE AUTOPAY"),
        Merchant::new(Kind::Insurance, "Umbra Mutual", "UMBRA MUTUAL AUTO INS"),
        Merchant::new(Kind::Groceries, "Fernhill Market", "FERNHILL MKT"),
        Merchant::new(Kind::Groceries, "Greenbasket", "GREENBASKET FOODS"),
        Merchant::new(Kind::Groceries, "Nine Acre Co-op", "NINE ACRE COOP"),
        Merchant::new(
            Kind::Coffee,
            "Small Hours Coffee",
            "TST* SMALL HOURS COFFEE",
        ),
        Merchant::new(Kind::Coffee, "Kettle & Crane", "SQ *KETTLE & CRANE"),
        Merchant::new(Kind::Restaurant, "The Copper Spoon", "THE COPPER SPOON"),
        Merchant::new(Kind::Restaurant, "Momo Lantern", "MOMO LANTERN"),
        Merchant::new(Kind::Restaurant, "Casa Verdolaga", "CASA VERDOLAGA"),
        Merchant::new(Kind::FastFood, "Burger Dingo", "BURGER DINGO"),
        Merchant::new(Kind::FastFood, "Wrapsody", "WRAPSODY"),
        Merchant::new(Kind::Transit, "Alder Metro", "ALDER METRO FARE"),
        Merchant::new(Kind::Fuel, "Pumphouse", "PUMPHOUSE FUEL"),
        Merchant::new(Kind::Clothing, "Thistle & Thread", "THISTLE THREAD"),
        Merchant::new(Kind::Electronics, "Voltaic Corner", "VOLTAIC CORNER"),
        Merchant::new(Kind::Books, "Dog-Eared Books", "DOG EARED BOOKS"),
        Merchant::new(Kind::Pharmacy, "Wellspring Pharmacy", "WELLSPRING RX"),
        Merchant::new(Kind::Dentist, "Molar Bear Dental", "MOLAR BEAR DENTAL"),
        Merchant::new(Kind::Cinema, "Palindrome Cinema", "PALINDROME CINEMA"),
        Merchant::new(Kind::Gym, "Uphill Climbing Gym", "UPHILL CLIMBING"),
        Merchant::new(Kind::Hair, "Shear Delight", "SHEAR DELIGHT"),
        Merchant::new(Kind::Donation, "River Otter Trust", "RIVER OTTER TRUST"),
    ],
};
