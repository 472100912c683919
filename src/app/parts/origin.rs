//! The page from which a transaction's page was opened, so that it leads back to the same filter, page and row.

use super::lines;

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
