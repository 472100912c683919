//! MX's default categories for Plaid's, which the seeded world uses.

/// Plaid's primary category, MX's top level, and MX's category when there is no finer match.
const PRIMARY: [(&str, &str, &str); 16] = [
    ("INCOME", "Income", "Income"),
    ("TRANSFER_IN", "Transfer", "Transfer"),
    ("TRANSFER_OUT", "Transfer", "Transfer"),
    ("LOAN_PAYMENTS", "Transfer", "Credit Card Payment"),
    ("BANK_FEES", "Fees & Charges", "Bank Fee"),
    ("ENTERTAINMENT", "Entertainment", "Entertainment"),
    ("FOOD_AND_DRINK", "Food & Dining", "Food & Dining"),
    ("GENERAL_MERCHANDISE", "Shopping", "Shopping"),
    ("HOME_IMPROVEMENT", "Home", "Home Improvement"),
    ("MEDICAL", "Health & Fitness", "Health & Fitness"),
    ("PERSONAL_CARE", "Personal Care", "Personal Care"),
    ("GENERAL_SERVICES", "Business Services", "Business Services"),
    ("GOVERNMENT_AND_NON_PROFIT", "Taxes", "Taxes"),
    ("TRANSPORTATION", "Auto & Transport", "Auto & Transport"),
    ("TRAVEL", "Travel", "Travel"),
    ("RENT_AND_UTILITIES", "Bills & Utilities", "Utilities"),
];

/// Plaid's detailed category and MX's category below the same top level.
const DETAILED: [(&str, &str); 14] = [
    ("FOOD_AND_DRINK_GROCERIES", "Groceries"),
    ("FOOD_AND_DRINK_COFFEE", "Coffee Shops"),
    ("FOOD_AND_DRINK_FAST_FOOD", "Fast Food"),
    ("FOOD_AND_DRINK_RESTAURANT", "Restaurants"),
    ("FOOD_AND_DRINK_BEER_WINE_AND_LIQUOR", "Alcohol & Bars"),
    ("GENERAL_MERCHANDISE_CLOTHING_AND_ACCESSORIES", "Clothing"),
    ("GENERAL_MERCHANDISE_ELECTRONICS", "Electronics & Software"),
    ("GENERAL_MERCHANDISE_BOOKSTORES_AND_NEWSSTANDS", "Books"),
    ("INCOME_WAGES", "Paycheck"),
    ("INCOME_INTEREST_EARNED", "Interest Income"),
    ("TRANSPORTATION_GAS", "Gas"),
    ("TRANSPORTATION_PUBLIC_TRANSIT", "Public Transportation"),
    ("TRAVEL_FLIGHTS", "Air Travel"),
    ("TRAVEL_LODGING", "Hotel"),
];

/// Returns MX's top-level category and category.
pub(super) fn mx_category(
    category: Option<&(String, String)>,
    incoming: bool,
) -> (&'static str, &'static str) {
    let known = category.and_then(|(primary, detailed)| {
        let (_, top, usual) = PRIMARY.iter().find(|one| one.0 == primary)?;
        let finer = DETAILED.iter().find(|one| one.0 == detailed);
        Some((*top, finer.map_or(*usual, |one| one.1)))
    });
    match (known, incoming) {
        (Some(known), _) => known,
        (None, true) => ("Income", "Income"),
        (None, false) => ("Uncategorized", "Uncategorized"),
    }
}
