//! Guesses the category of a custom row.

use rust_decimal::Decimal;

type Category = (&'static str, &'static str);

/// Returns the first entry of the table with a word of the description, if any. Income categories apply only to
/// incoming money.
pub(super) fn guess(description: &str, amount: Decimal) -> Option<Category> {
    let upper = description.to_uppercase();
    let words: Vec<&str> = upper
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let comes_in = amount.is_sign_negative() && !amount.is_zero();
    TABLE
        .iter()
        .find(|(keys, category)| {
            (category.0 != "INCOME" || comes_in) && keys.iter().any(|key| words.contains(key))
        })
        .map(|(_, category)| *category)
}

/// Words and their Plaid categories. More specific words come first.
const TABLE: &[(&[&str], Category)] = &[
    (
        &["PAYROLL", "SALARY", "WAGES", "PAYCHECK"],
        ("INCOME", "INCOME_WAGES"),
    ),
    (
        &["INTEREST", "INTRST"],
        ("INCOME", "INCOME_INTEREST_EARNED"),
    ),
    (&["DIVIDEND", "DIVIDENDS"], ("INCOME", "INCOME_DIVIDENDS")),
    (
        &["MORTGAGE"],
        ("LOAN_PAYMENTS", "LOAN_PAYMENTS_MORTGAGE_PAYMENT"),
    ),
    (&["LOAN"], ("LOAN_PAYMENTS", "LOAN_PAYMENTS_OTHER_PAYMENT")),
    (&["RENT"], ("RENT_AND_UTILITIES", "RENT_AND_UTILITIES_RENT")),
    (
        &["ELECTRIC", "ELECTRICITY", "ENERGY"],
        (
            "RENT_AND_UTILITIES",
            "RENT_AND_UTILITIES_GAS_AND_ELECTRICITY",
        ),
    ),
    (
        &["INTERNET", "BROADBAND"],
        (
            "RENT_AND_UTILITIES",
            "RENT_AND_UTILITIES_INTERNET_AND_CABLE",
        ),
    ),
    (
        &["GROCERY", "GROCERIES", "SUPERMARKET", "FOODS"],
        ("FOOD_AND_DRINK", "FOOD_AND_DRINK_GROCERIES"),
    ),
    (
        &["COFFEE", "CAFE", "CAFÉ"],
        ("FOOD_AND_DRINK", "FOOD_AND_DRINK_COFFEE"),
    ),
    (
        &["RESTAURANT", "DINER", "BISTRO"],
        ("FOOD_AND_DRINK", "FOOD_AND_DRINK_RESTAURANT"),
    ),
    (
        &["PHARMACY", "DRUGSTORE"],
        ("MEDICAL", "MEDICAL_PHARMACIES_AND_SUPPLEMENTS"),
    ),
    (&["DENTAL", "DENTIST"], ("MEDICAL", "MEDICAL_DENTAL_CARE")),
    (
        &["INSURANCE"],
        ("GENERAL_SERVICES", "GENERAL_SERVICES_INSURANCE"),
    ),
    (&["HOTEL", "HOSTEL"], ("TRAVEL", "TRAVEL_LODGING")),
    (
        &["AIRLINE", "AIRLINES", "AIRWAYS"],
        ("TRAVEL", "TRAVEL_FLIGHTS"),
    ),
    (
        &["TAXI"],
        ("TRANSPORTATION", "TRANSPORTATION_TAXIS_AND_RIDE_SHARES"),
    ),
    (&["PARKING"], ("TRANSPORTATION", "TRANSPORTATION_PARKING")),
    (
        &["GAS", "FUEL", "PETROL"],
        ("TRANSPORTATION", "TRANSPORTATION_GAS"),
    ),
    (
        &["GYM", "FITNESS"],
        ("PERSONAL_CARE", "PERSONAL_CARE_GYMS_AND_FITNESS_CENTERS"),
    ),
    (
        &["DONATION"],
        (
            "GOVERNMENT_AND_NON_PROFIT",
            "GOVERNMENT_AND_NON_PROFIT_DONATIONS",
        ),
    ),
    (
        &["TAX", "TAXES"],
        (
            "GOVERNMENT_AND_NON_PROFIT",
            "GOVERNMENT_AND_NON_PROFIT_TAX_PAYMENT",
        ),
    ),
    (&["ATM"], ("TRANSFER_OUT", "TRANSFER_OUT_WITHDRAWAL")),
    (&["OVERDRAFT"], ("BANK_FEES", "BANK_FEES_OVERDRAFT_FEES")),
    (&["FEE", "FEES"], ("BANK_FEES", "BANK_FEES_OTHER_BANK_FEES")),
];
