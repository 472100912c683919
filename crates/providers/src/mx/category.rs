//! Maps MX's categories to the broad ones that people can choose (docs.mx.com, "Default Categories and Subcategories").
//! MX's finer name remains the detailed category.

use super::wire::Direction;
use domain::category::Category;

/// Returns the category for MX's two names, or `None` if the row is uncategorized.
pub(super) fn category(broad: &str, fine: &str, direction: Direction) -> Option<Category> {
    let broad = if broad.trim().is_empty() { fine } else { broad };
    let primary = match (fine, broad) {
        (_, "" | "Uncategorized") => return None,
        ("Mortgage & Rent" | "Rent", _) => "RENT_AND_UTILITIES".to_owned(),
        (
            "Credit Card Payment"
            | "Mortgage Payment"
            | "Loan Payment"
            | "Auto Payment"
            | "Student Loan",
            _,
        ) => "LOAN_PAYMENTS".to_owned(),
        ("Gym" | "Sports", _) => "PERSONAL_CARE".to_owned(),
        _ => primary(broad, direction).map_or_else(|| code(broad), str::to_owned),
    };
    if !Category::is_code(&primary) {
        return None;
    }
    let detailed = [&primary, "_", &code(fine)].concat();
    let is_finer = !fine.trim().is_empty() && fine != broad && Category::is_code(&detailed);
    Some(Category {
        detailed: if is_finer { detailed } else { primary.clone() },
        primary,
    })
}

fn primary(broad: &str, direction: Direction) -> Option<&'static str> {
    Some(match broad {
        "Auto & Transport" => "TRANSPORTATION",
        "Bills & Utilities" => "RENT_AND_UTILITIES",
        "Business Services" | "Education" | "Financial" | "Kids" => "GENERAL_SERVICES",
        "Entertainment" => "ENTERTAINMENT",
        "Fees & Charges" => "BANK_FEES",
        "Food & Dining" => "FOOD_AND_DRINK",
        "Gifts & Donations" | "Taxes" => "GOVERNMENT_AND_NON_PROFIT",
        "Health & Fitness" => "MEDICAL",
        "Home" => "HOME_IMPROVEMENT",
        "Income" => "INCOME",
        "Loans" => "LOAN_PAYMENTS",
        "Personal Care" => "PERSONAL_CARE",
        "Pets" | "Shopping" => "GENERAL_MERCHANDISE",
        "Travel" => "TRAVEL",
        "Transfer" | "Investments" => match direction {
            Direction::Credit => "TRANSFER_IN",
            Direction::Debit => "TRANSFER_OUT",
        },
        _ => return None,
    })
}

/// Returns a category's code: `ATM_FEE` for `ATM Fee`.
fn code(name: &str) -> String {
    let spelled = name.replace('&', " and ");
    let words = spelled.split(|c: char| !c.is_ascii_alphanumeric());
    let words = words.filter(|word| !word.is_empty());
    words
        .map(str::to_ascii_uppercase)
        .collect::<Vec<_>>()
        .join("_")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_category(broad: &str, fine: &str) -> Option<(String, String)> {
        let read = category(broad, fine, Direction::Debit)?;
        Some((read.primary.clone(), read.words()))
    }

    #[test]
    fn mx_names_become_the_categories_that_people_choose() {
        for (broad, fine, primary, words) in [
            ("Food & Dining", "Groceries", "FOOD_AND_DRINK", "Groceries"),
            (
                "Food & Dining",
                "Food & Dining",
                "FOOD_AND_DRINK",
                "Food and drink",
            ),
            ("Food & Dining", "", "FOOD_AND_DRINK", "Food and drink"),
            ("", "Travel", "TRAVEL", "Travel"),
            ("Auto & Transport", "Gas", "TRANSPORTATION", "Fuel"),
            (
                "Home",
                "Mortgage & Rent",
                "RENT_AND_UTILITIES",
                "Mortgage and rent",
            ),
            (
                "Transfer",
                "Credit Card Payment",
                "LOAN_PAYMENTS",
                "Credit card payment",
            ),
            ("Transfer", "Transfer", "TRANSFER_OUT", "Transfers out"),
            ("Fees & Charges", "ATM Fee", "BANK_FEES", "ATM fee"),
            ("My own", "Model trains", "MY_OWN", "Model trains"),
        ] {
            let wanted = (primary.to_owned(), words.to_owned());
            assert_eq!(parse_category(broad, fine), Some(wanted), "{broad}, {fine}");
        }
        for none in ["", "Uncategorized", "☕"] {
            assert_eq!(parse_category(none, none), None, "{none}");
        }
    }

    #[test]
    fn every_broad_one_can_be_chosen_and_a_transfer_has_its_direction() {
        for broad in [
            "Auto & Transport",
            "Bills & Utilities",
            "Business Services",
            "Education",
            "Entertainment",
            "Fees & Charges",
            "Financial",
            "Food & Dining",
            "Gifts & Donations",
            "Health & Fitness",
            "Home",
            "Income",
            "Investments",
            "Kids",
            "Loans",
            "Personal Care",
            "Pets",
            "Shopping",
            "Taxes",
            "Transfer",
            "Travel",
        ] {
            for direction in [Direction::Credit, Direction::Debit] {
                let found = primary(broad, direction).expect(broad);
                let is_known =
                    |category: Category| category.is_broad() && category.primary == found;
                assert!(Category::choices().any(is_known), "{broad}");
            }
        }
        let came = category("Transfer", "Deposit", Direction::Credit).expect("one");
        assert_eq!(came.primary, "TRANSFER_IN");
    }
}
