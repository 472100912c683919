//! Reduces a run's pages to changes. Pure: takes pages, returns rows to write and rows to remove.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::civil::Date;

use domain::feed::{FeedAccount, FeedPage, FeedTransaction, SetAside};

/// The changes to write.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Each row once, as the newest page has it, in the order in which they first appeared.
    pub upserts: Vec<FeedTransaction>,
    /// The provider's ids of rows that no longer exist.
    pub removed: Vec<String>,
    /// Rows that cannot be read, unless a later page has them well-formed.
    pub set_aside: Vec<SetAside>,
    /// Every account that the pages mention.
    pub accounts: Vec<FeedAccount>,
}

impl Plan {
    /// Returns the earliest day among the rows; `None` when there are none.
    #[must_use]
    pub fn first_day(&self) -> Option<Date> {
        self.upserts.iter().map(|row| row.date).min()
    }
}

/// Folds pages, in order, into one set of changes. Later pages win. Within a page a removal comes last, because a
/// provider that settles a pending row lists the new one as added beside it.
#[must_use]
pub fn plan(pages: Vec<FeedPage>) -> Plan {
    let mut rows: Vec<Option<FeedTransaction>> = Vec::new();
    let mut place: HashMap<String, usize> = HashMap::new();
    let mut removed: HashSet<String> = HashSet::new();
    let mut set_aside: BTreeMap<String, SetAside> = BTreeMap::new();
    let mut accounts: HashMap<String, FeedAccount> = HashMap::new();
    for page in pages {
        for row in page.added.into_iter().chain(page.modified) {
            removed.remove(&row.provider_id);
            set_aside.remove(&row.provider_id);
            let at = *place.entry(row.provider_id.clone()).or_insert(rows.len());
            if at == rows.len() {
                rows.push(Some(row));
            } else {
                rows[at] = Some(row);
            }
        }
        for row in page.set_aside {
            set_aside.insert(row.key.clone(), row);
        }
        for id in page.removed {
            set_aside.remove(&id);
            if let Some(at) = place.get(&id) {
                rows[*at] = None;
            }
            removed.insert(id);
        }
        accounts.extend(
            page.accounts
                .into_iter()
                .map(|account| (account.provider_id.clone(), account)),
        );
    }
    let mut removed: Vec<String> = removed.into_iter().collect();
    removed.sort_unstable();
    let mut accounts: Vec<FeedAccount> = accounts.into_values().collect();
    accounts.sort_unstable_by(|a, b| a.provider_id.cmp(&b.provider_id));
    Plan {
        upserts: rows.into_iter().flatten().collect(),
        removed,
        set_aside: set_aside.into_values().collect(),
        accounts,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use domain::feed::UpdateStatus;
    use domain::money::{Currency, Money};

    fn row(id: u8, amount: i64) -> FeedTransaction {
        FeedTransaction {
            provider_id: id.to_string(),
            account_provider_id: "a".into(),
            pending_provider_id: None,
            date: jiff::civil::date(2026, 11, 21),
            amount: Money::new(amount, Currency::Unknown),
            amount_exact: None,
            description: String::new(),
            merchant: None,
            category: None,
            pending: false,
            details: "{}".into(),
        }
    }

    fn page(
        added: Vec<FeedTransaction>,
        modified: Vec<FeedTransaction>,
        removed: Vec<u8>,
    ) -> FeedPage {
        FeedPage {
            added,
            modified,
            removed: removed.iter().map(u8::to_string).collect(),
            set_aside: Vec::new(),
            accounts: Vec::new(),
            next_cursor: None,
            has_more: false,
            status: UpdateStatus::Historical,
            incomplete: false,
        }
    }

    /// The reference: applies one change after the other.
    fn one_by_one(books: &mut BTreeMap<String, i64>, pages: &[FeedPage]) {
        for page in pages {
            for row in page.added.iter().chain(&page.modified) {
                books.insert(row.provider_id.clone(), row.amount.minor);
            }
            for id in &page.removed {
                books.remove(id);
            }
        }
    }

    fn at_once(books: &mut BTreeMap<String, i64>, plan: &Plan) {
        for id in &plan.removed {
            books.remove(id);
        }
        for row in &plan.upserts {
            books.insert(row.provider_id.clone(), row.amount.minor);
        }
    }

    fn any_rows() -> impl Strategy<Value = Vec<FeedTransaction>> {
        prop::collection::vec(
            (0_u8..12, -99_i64..99).prop_map(|(id, amount)| row(id, amount)),
            0..6,
        )
    }

    fn any_pages() -> impl Strategy<Value = Vec<FeedPage>> {
        let any_page = (
            any_rows(),
            any_rows(),
            prop::collection::vec(0_u8..12, 0..4),
        );
        prop::collection::vec(any_page.prop_map(|(a, m, r)| page(a, m, r)), 0..6)
    }

    proptest! {
        #[test]
        fn the_plan_amounts_to_its_pages(before in prop::collection::btree_map("[0-9]", -9_i64..9, 0..8), pages in any_pages()) {
            let (mut expected, mut got) = (before.clone(), before);
            one_by_one(&mut expected, &pages);
            let plan = plan(pages);
            at_once(&mut got, &plan);
            prop_assert_eq!(&got, &expected);
            // Applying it again changes nothing.
            at_once(&mut got, &plan);
            prop_assert_eq!(got, expected);
        }

        #[test]
        fn no_row_is_both_written_and_removed(pages in any_pages()) {
            let plan = plan(pages);
            let written: HashSet<&str> = plan.upserts.iter().map(|row| row.provider_id.as_str()).collect();
            prop_assert_eq!(written.len(), plan.upserts.len());
            prop_assert!(plan.removed.iter().all(|id| !written.contains(id.as_str())));
        }
    }
}
