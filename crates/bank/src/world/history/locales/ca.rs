//! Canadian prices and shops. Every name is invented.

use super::{Locale, Shop};
use crate::world::history::kind::Kind;

/// Canada.
pub(super) const LOCALE: Locale = Locale {
    currency: "CAD",
    country: "CA",
    scale: 125,
    paid_twice: true,
    places: &[("Birch Harbour", "ON"), ("Lac-aux-Huards", "QC")],
    everyday: "Chequing Account",
    savings: "High Interest Savings",
    card: "Travel Credit Card",
    shops: &[
        Shop::new(Kind::Salary, "Loonlake Software", "LOONLAKE SOFTWARE PAY"),
        Shop::new(Kind::Rent, "Maplecourt Rentals", "MAPLECOURT RENT"),
        Shop::new(Kind::Power, "Birch Hydro", "BIRCH HYDRO PAP"),
        Shop::new(Kind::Water, "Birch Harbour Utilities", "BIRCH HARBOUR UTIL"),
        Shop::new(Kind::Internet, "Northwire", "NORTHWIRE INTERNET"),
        Shop::new(Kind::Phone, "Moosecall", "MOOSECALL WIRELESS"),
        Shop::new(Kind::Insurance, "Beaver Mutual", "BEAVER MUTUAL INS"),
        Shop::new(Kind::Groceries, "Tamarack Foods", "TAMARACK FOODS"),
        Shop::new(Kind::Groceries, "Épicerie du Lac", "EPICERIE DU LAC"),
        Shop::new(Kind::Coffee, "Double Loon", "DOUBLE LOON COFFEE"),
        Shop::new(Kind::Coffee, "Snowbank Roasters", "SNOWBANK ROASTERS"),
        Shop::new(Kind::Restaurant, "Chez Huard", "CHEZ HUARD"),
        Shop::new(Kind::Restaurant, "The Salted Paddle", "SALTED PADDLE"),
        Shop::new(Kind::FastFood, "Poutine Point", "POUTINE POINT"),
        Shop::new(Kind::Transit, "Harbour Transit", "HARBOUR TRANSIT"),
        Shop::new(Kind::Fuel, "Roadrunner Gas", "ROADRUNNER GAS"),
        Shop::new(Kind::Clothing, "Toque & Co", "TOQUE AND CO"),
        Shop::new(Kind::Electronics, "Circuit Shed", "CIRCUIT SHED"),
        Shop::new(Kind::Books, "Margin Notes", "MARGIN NOTES"),
        Shop::new(Kind::Pharmacy, "Pharmaplus Nord", "PHARMAPLUS NORD"),
        Shop::new(Kind::Dentist, "Bright Bite", "BRIGHT BITE"),
        Shop::new(Kind::Cinema, "Aurora Screens", "AURORA SCREENS"),
        Shop::new(Kind::Gym, "Portage Fitness", "PORTAGE FITNESS"),
        Shop::new(Kind::Hair, "Barbershop Bay", "BARBERSHOP BAY"),
        Shop::new(Kind::Donation, "Caribou Fund", "CARIBOU FUND"),
    ],
};
