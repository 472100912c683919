//! The kinds of income and spending, with their Plaid categories.

/// What a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::world) enum Kind {
    Salary,
    Invoice,
    Advance,
    Interest,
    Rent,
    Power,
    Water,
    Internet,
    Phone,
    Insurance,
    Groceries,
    Coffee,
    Restaurant,
    FastFood,
    Transit,
    Taxi,
    Fuel,
    Shopping,
    Clothing,
    Electronics,
    Books,
    Pharmacy,
    Dentist,
    Cinema,
    Music,
    Video,
    Cloud,
    Gym,
    Hair,
    Donation,
    Supplies,
    Cash,
    ForeignFee,
    Flight,
    Hotel,
    Museum,
    MoveIn,
    MoveOut,
    Invest,
    CardPayment,
    LoanPayment,
    LoanInterest,
}

impl Kind {
    /// Returns Plaid's personal finance category (first version): primary and detailed.
    pub(in crate::world) const fn category(self) -> (&'static str, &'static str) {
        match self {
            Self::Salary => ("INCOME", "INCOME_WAGES"),
            Self::Invoice => ("INCOME", "INCOME_OTHER_INCOME"),
            Self::Advance => ("TRANSFER_IN", "TRANSFER_IN_CASH_ADVANCES_AND_LOANS"),
            Self::Interest => ("INCOME", "INCOME_INTEREST_EARNED"),
            Self::Rent => ("RENT_AND_UTILITIES", "RENT_AND_UTILITIES_RENT"),
            Self::Power => (
                "RENT_AND_UTILITIES",
                "RENT_AND_UTILITIES_GAS_AND_ELECTRICITY",
            ),
            Self::Water => ("RENT_AND_UTILITIES", "RENT_AND_UTILITIES_WATER"),
            Self::Internet => (
                "RENT_AND_UTILITIES",
                "RENT_AND_UTILITIES_INTERNET_AND_CABLE",
            ),
            Self::Phone => ("RENT_AND_UTILITIES", "RENT_AND_UTILITIES_TELEPHONE"),
            Self::Insurance => ("GENERAL_SERVICES", "GENERAL_SERVICES_INSURANCE"),
            Self::Groceries => ("FOOD_AND_DRINK", "FOOD_AND_DRINK_GROCERIES"),
            Self::Coffee => ("FOOD_AND_DRINK", "FOOD_AND_DRINK_COFFEE"),
            Self::Restaurant => ("FOOD_AND_DRINK", "FOOD_AND_DRINK_RESTAURANT"),
            Self::FastFood => ("FOOD_AND_DRINK", "FOOD_AND_DRINK_FAST_FOOD"),
            Self::Transit => ("TRANSPORTATION", "TRANSPORTATION_PUBLIC_TRANSIT"),
            Self::Taxi => ("TRANSPORTATION", "TRANSPORTATION_TAXIS_AND_RIDE_SHARES"),
            Self::Fuel => ("TRANSPORTATION", "TRANSPORTATION_GAS"),
            Self::Shopping => (
                "GENERAL_MERCHANDISE",
                "GENERAL_MERCHANDISE_ONLINE_MARKETPLACES",
            ),
            Self::Clothing => (
                "GENERAL_MERCHANDISE",
                "GENERAL_MERCHANDISE_CLOTHING_AND_ACCESSORIES",
            ),
            Self::Electronics => ("GENERAL_MERCHANDISE", "GENERAL_MERCHANDISE_ELECTRONICS"),
            Self::Books => (
                "GENERAL_MERCHANDISE",
                "GENERAL_MERCHANDISE_BOOKSTORES_AND_NEWSSTANDS",
            ),
            Self::Supplies => ("GENERAL_MERCHANDISE", "GENERAL_MERCHANDISE_OFFICE_SUPPLIES"),
            Self::Pharmacy => ("MEDICAL", "MEDICAL_PHARMACIES_AND_SUPPLEMENTS"),
            Self::Dentist => ("MEDICAL", "MEDICAL_DENTAL_CARE"),
            Self::Cinema | Self::Video => ("ENTERTAINMENT", "ENTERTAINMENT_TV_AND_MOVIES"),
            Self::Music => ("ENTERTAINMENT", "ENTERTAINMENT_MUSIC_AND_AUDIO"),
            Self::Museum => (
                "ENTERTAINMENT",
                "ENTERTAINMENT_SPORTING_EVENTS_AMUSEMENT_PARKS_AND_MUSEUMS",
            ),
            Self::Cloud => (
                "GENERAL_SERVICES",
                "GENERAL_SERVICES_OTHER_GENERAL_SERVICES",
            ),
            Self::Gym => ("PERSONAL_CARE", "PERSONAL_CARE_GYMS_AND_FITNESS_CENTERS"),
            Self::Hair => ("PERSONAL_CARE", "PERSONAL_CARE_HAIR_AND_BEAUTY"),
            Self::Donation => (
                "GOVERNMENT_AND_NON_PROFIT",
                "GOVERNMENT_AND_NON_PROFIT_DONATIONS",
            ),
            Self::Cash => ("TRANSFER_OUT", "TRANSFER_OUT_WITHDRAWAL"),
            Self::ForeignFee => ("BANK_FEES", "BANK_FEES_FOREIGN_TRANSACTION_FEES"),
            Self::Flight => ("TRAVEL", "TRAVEL_FLIGHTS"),
            Self::Hotel => ("TRAVEL", "TRAVEL_LODGING"),
            Self::MoveIn => ("TRANSFER_IN", "TRANSFER_IN_ACCOUNT_TRANSFER"),
            Self::MoveOut => ("TRANSFER_OUT", "TRANSFER_OUT_ACCOUNT_TRANSFER"),
            Self::Invest => (
                "TRANSFER_OUT",
                "TRANSFER_OUT_INVESTMENT_AND_RETIREMENT_FUNDS",
            ),
            Self::CardPayment => ("LOAN_PAYMENTS", "LOAN_PAYMENTS_CREDIT_CARD_PAYMENT"),
            Self::LoanPayment => ("LOAN_PAYMENTS", "LOAN_PAYMENTS_OTHER_PAYMENT"),
            Self::LoanInterest => ("BANK_FEES", "BANK_FEES_INTEREST_CHARGE"),
        }
    }

    /// Returns Plaid's payment channel.
    pub(in crate::world) const fn channel(self) -> &'static str {
        match self {
            Self::Groceries
            | Self::Coffee
            | Self::Restaurant
            | Self::FastFood
            | Self::Transit
            | Self::Fuel
            | Self::Clothing
            | Self::Electronics
            | Self::Books
            | Self::Supplies
            | Self::Pharmacy
            | Self::Dentist
            | Self::Cinema
            | Self::Hair
            | Self::Hotel
            | Self::Museum => "in store",
            Self::Shopping
            | Self::Music
            | Self::Video
            | Self::Cloud
            | Self::Taxi
            | Self::Flight
            | Self::Donation => "online",
            _ => "other",
        }
    }

    /// Whether it is income.
    pub(in crate::world) const fn is_income(self) -> bool {
        matches!(
            self,
            Self::Salary | Self::Invoice | Self::Advance | Self::Interest
        )
    }

    /// Whether it is a card payment, which is pending for some days.
    pub(in crate::world) const fn takes_days(self) -> bool {
        !matches!(self.channel().as_bytes(), b"other")
    }
}
