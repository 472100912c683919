//! Canadian prices and merchants. Every name is invented.

use super::{Locale, Merchant};
use crate::world::history::kind::Kind;

/// Canada.
pub(super) const LOCALE: Locale = Locale {
    currency: "CAD",
    country: "CA",
    scale: 125,
    paid_twice_a_month: true,
    places: &[("Birch Harbour", "ON"), ("Lac-aux-Huards", "QC")],
    everyday: "Chequing Account",
    savings: "High Interest Savings",
    card: "Travel Credit Card",
    merchants: &[
        Merchant::new(Kind::Salary, "Loonlake Software", "LOONLAKE SOFTWARE PAY"),
        Merchant::new(Kind::Rent, "Maplecourt Rentals", "MAPLECOURT RENT"),
        Merchant::new(Kind::Power, "Birch Hydro", "BIRCH HYDRO PAP"),
        Merchant::new(Kind::Water, "Birch Harbour Utilities", "BIRCH HARBOUR UTIL"),
        Merchant::new(Kind::Internet, "Northwire", "NORTHWIRE INTERNET"),
        Merchant::new(Kind::Phone, "Moosecall", "MOOSECALL WIRELESS"),
        Merchant::new(Kind::Insurance, "Beaver Mutual", "BEAVER MUTUAL INS"),
        Merchant::new(Kind::Groceries, "Tamarack Foods", "TAMARACK FOODS"),
        Merchant::new(Kind::Groceries, "Épicerie du Lac", "EPICERIE DU LAC"),
        Merchant::new(Kind::Coffee, "Double Loon", "DOUBLE LOON COFFEE"),
        Merchant::new(Kind::Coffee, "Snowbank Roasters", "SNOWBANK ROASTERS"),
        Merchant::new(Kind::Restaurant, "Chez Huard", "CHEZ HUARD"),
        Merchant::new(Kind::Restaurant, "The Salted Paddle", "SALTED PADDLE"),
        Merchant::new(Kind::FastFood, "Poutine Point", "POUTINE POINT"),
        Merchant::new(Kind::Transit, "Harbour Transit", "HARBOUR TRANSIT"),
        Merchant::new(Kind::Fuel, "Roadrunner Gas", "ROADRUNNER GAS"),
        Merchant::new(Kind::Clothing, "Toque & Co", "TOQUE AND CO"),
        Merchant::new(Kind::Electronics, "Circuit Shed", "CIRCUIT SHED"),
        Merchant::new(Kind::Books, "Margin Notes", "MARGIN NOTES"),
        Merchant::new(Kind::Pharmacy, "Pharmaplus Nord", "PHARMAPLUS NORD"),
        Merchant::new(Kind::Dentist, "Bright Bite", "BRIGHT BITE"),
        Merchant::new(Kind::Cinema, "Aurora Screens", "AURORA SCREENS"),
        Merchant::new(Kind::Gym, "Portage Fitness", "PORTAGE FITNESS"),
        Merchant::new(Kind::Hair, "Barbershop Bay", "BARBERSHOP BAY"),
        Merchant::new(Kind::Donation, "Caribou Fund", "CARIBOU FUND"),
    ],
};
