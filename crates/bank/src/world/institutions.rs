//! The simulated institutions, and the search for them.
//!
//! Ids and names of Plaid's public Sandbox institutions are kept where they exist, so that programs written against
//! Plaid find what they expect. The others are invented. `ins_3`, `ins_12` and the routing numbers of `ins_3` are those
//! that the tests of Plaid's client libraries use.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::{Health, Institution, PRODUCTS};

/// Returns all institutions, the best known first.
#[must_use]
pub fn institutions() -> &'static [Institution] {
    INSTITUTIONS
}

/// Returns the institution with an id. Ids are case-sensitive.
#[must_use]
pub fn institution(id: &str) -> Option<&'static Institution> {
    INSTITUTIONS.iter().find(|i| i.id == id)
}

/// Returns the institutions in any of the countries that support all of the products, best match first. Every word of
/// the query must be the beginning of a word of the name. An empty list of countries or products matches all.
#[must_use]
pub fn search(query: &str, country_codes: &[&str], products: &[&str]) -> Vec<&'static Institution> {
    let wanted = words(query);
    let mut found: Vec<_> = INSTITUTIONS
        .iter()
        .filter(|i| {
            country_codes.is_empty() || i.country_codes.iter().any(|c| country_codes.contains(c))
        })
        .filter(|i| products.iter().all(|p| i.products.contains(p)))
        .filter_map(|i| rank(&words(i.name), &wanted).map(|rank| (rank, i)))
        .collect();
    // The sort is stable: equal ranks keep the order of the list.
    found.sort_by_key(|(rank, _)| *rank);
    found
        .into_iter()
        .map(|(_, institution)| institution)
        .collect()
}

/// Ranks a name for a query; lower is better. `None` if a word of the query does not match.
///
/// A name that starts with the query comes before one that contains it later.
fn rank(name: &[String], wanted: &[String]) -> Option<usize> {
    let mut worst = 0;
    for (index, word) in wanted.iter().enumerate() {
        let place = name.iter().position(|n| n.starts_with(word.as_str()))?;
        worst = worst.max(place.abs_diff(index));
    }
    Some(worst)
}

/// Returns the words of a text without case and accents.
fn words(text: &str) -> Vec<String> {
    let folded: String = text
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .collect();
    folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The products of banks outside the United States. Banks in the United States support every product.
const ABROAD_PRODUCTS: &[&str] = &[
    "assets",
    "auth",
    "balance",
    "transactions",
    "identity",
    "recurring_transactions",
];

/// The products of European banks: those of other banks abroad, and payments.
const EUROPEAN_PRODUCTS: &[&str] = &[
    "assets",
    "auth",
    "balance",
    "transactions",
    "identity",
    "recurring_transactions",
    "payment_initiation",
    "standing_orders",
];

/// The base of all institutions.
const PLAIN: Institution = Institution {
    id: "",
    name: "",
    country_codes: &["US"],
    products: PRODUCTS,
    oauth: false,
    primary_color: "#1f6feb",
    url: "https://bank.example",
    routing_numbers: &[],
    health: Health::Healthy,
    persistent_accounts: false,
    wants_oldest_balance: false,
};

/// The base of European institutions with OAuth.
const OPEN_BANKING: Institution = Institution {
    products: EUROPEAN_PRODUCTS,
    oauth: true,
    ..PLAIN
};

const INSTITUTIONS: &[Institution] = &[
    Institution {
        id: "ins_109508",
        name: "First Platypus Bank",
        primary_color: "#0e7c86",
        url: "https://first-platypus.example",
        routing_numbers: &["110000000"],
        ..PLAIN
    },
    Institution {
        id: "ins_109509",
        name: "First Gingham Credit Union",
        primary_color: "#b3263a",
        url: "https://gingham.example",
        routing_numbers: &["110000019"],
        ..PLAIN
    },
    Institution {
        id: "ins_109510",
        name: "Tattersall Federal Credit Union",
        primary_color: "#2f5d34",
        url: "https://tattersall.example",
        routing_numbers: &["110000027"],
        ..PLAIN
    },
    Institution {
        id: "ins_109511",
        name: "Tartan Bank",
        primary_color: "#7a1f3d",
        url: "https://tartan.example",
        routing_numbers: &["110000035"],
        ..PLAIN
    },
    Institution {
        id: "ins_109512",
        name: "Houndstooth Bank",
        primary_color: "#2b2b33",
        url: "https://houndstooth.example",
        routing_numbers: &["110000043"],
        ..PLAIN
    },
    Institution {
        id: "ins_127287",
        name: "Platypus OAuth Bank",
        primary_color: "#3454d1",
        url: "https://platypus-oauth.example",
        routing_numbers: &["110000051"],
        oauth: true,
        persistent_accounts: true,
        ..PLAIN
    },
    Institution {
        id: "ins_130016",
        name: "First Platypus Balance Bank",
        primary_color: "#12805c",
        url: "https://platypus-balance.example",
        routing_numbers: &["110000068"],
        ..PLAIN
    },
    Institution {
        id: "ins_135858",
        name: "Windowpane Bank",
        primary_color: "#3a6ea5",
        url: "https://windowpane.example",
        routing_numbers: &["110000076"],
        ..PLAIN
    },
    Institution {
        // The id of the one bank at Plaid that requires an oldest acceptable time for balances.
        id: "ins_128026",
        name: "Harbor Capital",
        primary_color: "#004879",
        url: "https://harbor-capital.example",
        routing_numbers: &["110000130"],
        wants_oldest_balance: true,
        ..PLAIN
    },
    Institution {
        id: "ins_132241",
        name: "First Platypus OAuth App2App Bank",
        primary_color: "#6a3fb5",
        url: "https://platypus-app.example",
        routing_numbers: &["110000084"],
        oauth: true,
        ..PLAIN
    },
    Institution {
        id: "ins_3",
        name: "Northgate National Bank",
        primary_color: "#1a4a8a",
        url: "https://northgate.example",
        routing_numbers: &["021200339", "052001633"],
        ..PLAIN
    },
    Institution {
        id: "ins_12",
        name: "Alder Valley Bank",
        primary_color: "#4a6b2a",
        url: "https://alder-valley.example",
        routing_numbers: &["110000139"],
        ..PLAIN
    },
    Institution {
        id: "ins_900101",
        name: "Meridian World Bank",
        primary_color: "#0b4f6c",
        url: "https://meridian.example",
        routing_numbers: &["110000092"],
        ..PLAIN
    },
    Institution {
        id: "ins_900102",
        name: "Larkspur Digital Assets",
        primary_color: "#5b3cc4",
        url: "https://larkspur.example",
        ..PLAIN
    },
    Institution {
        id: "ins_43",
        name: "Tartan-Dominion Bank of Canada",
        primary_color: "#a31621",
        url: "https://tartan-dominion.example",
        country_codes: &["CA"],
        products: ABROAD_PRODUCTS,
        ..PLAIN
    },
    Institution {
        id: "ins_117650",
        name: "Royal Bank of Plaid",
        primary_color: "#4b2e83",
        url: "https://royal-plaid.example",
        country_codes: &["GB"],
        products: EUROPEAN_PRODUCTS,
        ..PLAIN
    },
    Institution {
        id: "ins_116834",
        name: "Flexible Platypus Open Banking",
        primary_color: "#00798c",
        url: "https://flexible-platypus.example",
        country_codes: &["GB"],
        ..OPEN_BANKING
    },
    Institution {
        id: "ins_117181",
        name: "Flexible Platypus Open Banking (OAuth QR)",
        primary_color: "#1b998b",
        url: "https://flexible-platypus-qr.example",
        country_codes: &["GB"],
        ..OPEN_BANKING
    },
    Institution {
        id: "ins_900301",
        name: "Saltmarsh Building Society",
        primary_color: "#2f6f6b",
        url: "https://saltmarsh.example",
        country_codes: &["GB"],
        ..OPEN_BANKING
    },
    Institution {
        id: "ins_900302",
        name: "Fenwick & Hale",
        primary_color: "#6b2f45",
        url: "https://fenwick-hale.example",
        country_codes: &["GB"],
        ..OPEN_BANKING
    },
    Institution {
        id: "ins_900201",
        name: "Lindenhof Bank",
        primary_color: "#c2571a",
        url: "https://lindenhof.example",
        country_codes: &["DE"],
        products: EUROPEAN_PRODUCTS,
        ..PLAIN
    },
    Institution {
        id: "ins_900202",
        name: "Crédit Réglisse",
        primary_color: "#1d3f8b",
        url: "https://reglisse.example",
        country_codes: &["FR"],
        products: EUROPEAN_PRODUCTS,
        ..PLAIN
    },
    Institution {
        id: "ins_900203",
        name: "Caja Olivar",
        primary_color: "#6b7a1e",
        url: "https://olivar.example",
        country_codes: &["ES"],
        ..OPEN_BANKING
    },
    Institution {
        id: "ins_900204",
        name: "Polder & Zoon",
        primary_color: "#d9601a",
        url: "https://polder-zoon.example",
        country_codes: &["NL"],
        products: EUROPEAN_PRODUCTS,
        ..PLAIN
    },
    Institution {
        id: "ins_900205",
        name: "Björkö Sparbank",
        primary_color: "#155fa0",
        url: "https://bjorko.example",
        country_codes: &["SE"],
        ..OPEN_BANKING
    },
    Institution {
        id: "ins_132363",
        name: "Unhealthy Platypus Bank - Degraded",
        primary_color: "#8a6d1f",
        url: "https://platypus-degraded.example",
        routing_numbers: &["110000105"],
        health: Health::Degraded,
        ..PLAIN
    },
    Institution {
        id: "ins_132361",
        name: "Unhealthy Platypus Bank - Down",
        primary_color: "#8c3b2e",
        url: "https://platypus-down.example",
        routing_numbers: &["110000113"],
        health: Health::Down,
        ..PLAIN
    },
    Institution {
        id: "ins_133402",
        name: "Unsupported Platypus Bank",
        primary_color: "#6b7280",
        url: "https://platypus-unsupported.example",
        routing_numbers: &["110000121"],
        health: Health::Unsupported,
        ..PLAIN
    },
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn ids(query: &str, countries: &[&str], products: &[&str]) -> Vec<&'static str> {
        search(query, countries, products)
            .iter()
            .map(|i| i.id)
            .collect()
    }

    #[test]
    fn ids_are_unique_and_the_best_known_is_first() {
        let distinct: HashSet<_> = institutions().iter().map(|i| i.id).collect();
        assert_eq!(distinct.len(), institutions().len());
        assert!(institutions().len() >= 16);
        assert_eq!(institutions()[0].name, "First Platypus Bank");
        assert!(institutions().iter().all(|i| i.url.starts_with("https://")));
        assert_eq!(
            institution("ins_127287").map(|i| (i.oauth, i.persistent_accounts)),
            Some((true, true))
        );
        assert!(institution("INS_127287").is_none());
    }

    #[test]
    fn names_are_found_by_the_beginnings_of_their_words() {
        assert_eq!(ids("first plat", &["US"], &[])[0], "ins_109508");
        assert_eq!(
            ids("PLATYPUS", &["US"], &[]),
            [
                "ins_127287",
                "ins_109508",
                "ins_130016",
                "ins_132241",
                "ins_132363",
                "ins_132361",
                "ins_133402",
            ]
        );
        assert_eq!(ids("credit reglisse", &[], &[]), ["ins_900202"]);
        assert_eq!(ids("Bjorko", &["SE"], &[]), ["ins_900205"]);
        assert_eq!(ids("RÉGLISSE", &["FR"], &[]), ["ins_900202"]);
        assert_eq!(ids("latypus", &[], &[]), Vec::<&str>::new());
        assert_eq!(ids("platypus zebra", &[], &[]), Vec::<&str>::new());
    }

    #[test]
    fn countries_and_products_narrow_the_search() {
        assert_eq!(ids("", &["DE"], &[]), ["ins_900201"]);
        assert!(ids("", &["GB", "CA"], &[]).contains(&"ins_43"));
        assert_eq!(ids("tartan", &["CA"], &["investments"]), Vec::<&str>::new());
        assert_eq!(
            ids("tartan", &["US"], &["investments", "transactions"]),
            ["ins_109511"]
        );
        assert_eq!(ids("", &[], &[]).len(), institutions().len());
    }
}
