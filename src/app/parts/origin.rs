//! The page from which a transaction's page was opened, so that it leads back to the same filter, page and row.

use super::filter::from_query;
use super::lines;
use crate::ledger::view::Filter;

/// The list of all transactions, the default.
const LIST: &str = "/transactions";

/// Returns the address of a transaction's page, as linked from the page `here`.
pub fn transaction(id: &str, here: &str) -> String {
    let here = if here == LIST { "" } else { here };
    lines::address(&format!("{LIST}/{id}"), &[("back", here)])
}

/// Returns `back` if it is a page that lists transactions, else the list of all. The address bar is not trusted beyond
/// that.
#[must_use]
pub fn known(back: &str) -> &str {
    let lists = back == "/"
        || ["/transactions?", "/accounts/"]
            .iter()
            .any(|page| back.starts_with(page));
    if lists { back } else { LIST }
}

/// Returns the address of the page to go back to, at the transaction's row, and the words of the link.
pub fn back(id: &str, back: &str, account: &str) -> (String, String) {
    let page = known(back);
    let words = match page {
        "/" => "Overview",
        LIST => "All transactions",
        page if page.starts_with("/accounts/") => account,
        _ => "Back to your search",
    };
    (format!("{page}#{id}"), words.to_owned())
}

/// Returns `back` if it is a page that lists transactions or shows one, else the list of all.
#[must_use]
pub fn any(back: &str) -> &str {
    match back.starts_with("/transactions/") {
        true => back,
        false => known(back),
    }
}

/// Returns the filter of the list that a page shows.
pub fn filter(back: &str) -> Filter {
    let page = known(back);
    if let Some(account) = page.strip_prefix("/accounts/") {
        return Filter {
            account: account.to_owned(),
            ..Filter::default()
        };
    }
    let query = page.split_once('?').map_or("", |(_, query)| query);
    let value = |name: &str| {
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        let found = pairs.find(|(key, _)| key == name);
        found.map_or_else(String::new, |(_, value)| value.into_owned())
    };
    from_query(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_leads_to_its_page_and_that_leads_back() {
        let here = "/transactions?q=caf%C3%A9+%26+co&after=2026-11-18.01arz";
        let there = transaction("01arz", here);
        let (path, query) = there.split_once('?').expect("a query");
        assert_eq!(path, "/transactions/01arz");
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        let (name, kept) = pairs.next().expect("a pair");
        assert_eq!((name.as_ref(), kept.as_ref()), ("back", here));
        let (address, words) = back("01arz", &kept, "Checking");
        assert_eq!(address, format!("{here}#01arz"));
        assert_eq!(words, "Back to your search");
        assert_eq!(transaction("01arz", "/transactions"), "/transactions/01arz");
    }

    #[test]
    fn the_words_say_where_it_leads() {
        for (from, words) in [
            ("/", "Overview"),
            ("/accounts/1", "Checking"),
            ("/transactions?pending=yes", "Back to your search"),
            ("", "All transactions"),
        ] {
            assert_eq!(back("1", from, "Checking").1, words);
        }
    }

    #[test]
    fn the_list_of_a_page_is_known_from_its_address() {
        assert_eq!(filter("/transactions?q=a+b&tag=work").q, "a b");
        assert_eq!(filter("/accounts/1").account, "1");
        for other in ["/", "", "//evil.example?q=a", "/settings?q=a"] {
            assert_eq!(filter(other), Filter::default(), "{other}");
        }
    }

    #[test]
    fn no_other_page_and_no_other_site_is_led_to() {
        for bad in [
            "",
            "/settings",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example/transactions?q=a",
            "javascript:alert(1)",
            "transactions?q=a",
        ] {
            assert_eq!(known(bad), "/transactions", "{bad}");
        }
    }
}
