//! Compares the rows that are kept with the bank's. Pure: takes two lists and returns their differences.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::civil::Date;
use serde_json::Value;

use crate::sync::plan::Plan;
use domain::check::{Finding, Found, KeptRow};
use domain::feed::{FeedAccount, FeedTransaction};

/// Everything that the bank has.
pub(super) struct Bank<'a> {
    /// Its rows by the provider's ids.
    rows: BTreeMap<&'a str, &'a FeedTransaction>,
    /// The provider's ids of the accounts that it lists.
    listed: HashSet<&'a str>,
    /// The names of its accounts by the provider's ids, including those of accounts that it no longer lists.
    names: HashMap<&'a str, &'a str>,
    /// The first day of its list, or `None` if the list is empty.
    first: Option<Date>,
    /// The provider's ids of rows that cannot be read.
    unread: HashSet<&'a str>,
    /// The number of rows that cannot be kept.
    pub unreadable: u64,
}

impl<'a> Bank<'a> {
    pub(super) fn new(whole: &'a Plan, accounts: &'a [FeedAccount]) -> Self {
        let names: HashMap<&str, &str> = whole
            .accounts
            .iter()
            .chain(accounts)
            .map(|account| (account.provider_id.as_str(), account.name.as_str()))
            .collect();
        let rows: BTreeMap<&str, &FeedTransaction> = whole
            .upserts
            .iter()
            // A row of an account that the provider did not describe cannot be kept.
            .filter(|row| names.contains_key(row.account_provider_id.as_str()))
            .map(|row| (row.provider_id.as_str(), row))
            .collect();
        Self {
            listed: accounts.iter().map(|a| a.provider_id.as_str()).collect(),
            first: whole.upserts.iter().map(|row| row.date).min(),
            unread: whole.set_aside.iter().map(|row| row.key.as_str()).collect(),
            unreadable: u64::try_from(whole.upserts.len() - rows.len() + whole.set_aside.len())
                .unwrap_or(0),
            rows,
            names,
        }
    }

    fn name(&self, row: &FeedTransaction) -> String {
        let name = self.names.get(row.account_provider_id.as_str());
        name.copied().unwrap_or_default().to_owned()
    }
}

/// The differences between the rows that are kept and the bank's.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Comparison {
    /// The number of rows of the bank's.
    pub compared: u64,
    /// The bank's rows that are not kept.
    pub missing: Vec<KeptRow>,
    /// Rows that are kept but that the bank does not have.
    pub extra: Vec<KeptRow>,
    /// The bank's rows that differ from those kept, with a line for each difference.
    pub different: Vec<(KeptRow, Vec<String>)>,
    /// The number of kept rows from before the bank's list begins.
    pub older: u64,
    /// The number of kept rows of accounts that the bank no longer lists.
    pub former: u64,
}

impl Comparison {
    /// Whether there is any difference.
    pub(super) fn differs(&self) -> bool {
        !(self.missing.is_empty() && self.extra.is_empty() && self.different.is_empty())
    }

    /// Returns at most `most` of the differing rows, for display.
    pub(super) fn rows(&self, most: usize) -> Vec<Found> {
        let found = |finding, kept: &KeptRow, told: &[String]| Found {
            finding,
            day: kept.row.date,
            amount: kept.row.amount.clone(),
            description: kept.row.description.clone(),
            account: kept.account.clone(),
            told: told.to_vec(),
        };
        let missing = self
            .missing
            .iter()
            .map(|row| found(Finding::Missing, row, &[]));
        let extra = self.extra.iter().map(|row| found(Finding::Extra, row, &[]));
        let different = self.different.iter();
        let different = different.map(|(row, told)| found(Finding::Different, row, told));
        missing.chain(extra).chain(different).take(most).collect()
    }
}

/// Compares both lists. A pending row that is hidden behind its posted row is not missing. A kept row is not extra if
/// the bank has only stopped listing it, because it is older than the list or its account is no longer listed.
pub(super) fn compare(bank: &Bank<'_>, kept: &[KeptRow], hidden: &HashSet<String>) -> Comparison {
    let mut comparison = Comparison {
        compared: u64::try_from(bank.rows.len()).unwrap_or(u64::MAX),
        ..Comparison::default()
    };
    let mut here: HashSet<&str> = HashSet::new();
    for ours in kept {
        here.insert(&ours.row.provider_id);
        match bank.rows.get(ours.row.provider_id.as_str()) {
            Some(theirs) => {
                let told = differences(bank, ours, theirs);
                if !told.is_empty() {
                    let row = KeptRow {
                        row: (*theirs).clone(),
                        account: bank.name(theirs),
                    };
                    comparison.different.push((row, told));
                }
            }
            None if !bank.listed.contains(ours.row.account_provider_id.as_str()) => {
                comparison.former += 1;
            }
            None if bank.first.is_none_or(|first| ours.row.date < first) => {
                comparison.older += 1;
            }
            // It stays as it was until it can be read again.
            None if bank.unread.contains(ours.row.provider_id.as_str()) => {}
            None => comparison.extra.push(ours.clone()),
        }
    }
    for (id, row) in &bank.rows {
        if !here.contains(id) && !hidden.contains(*id) {
            comparison.missing.push(KeptRow {
                row: (*row).clone(),
                account: bank.name(row),
            });
        }
    }
    comparison
}

/// Returns a line for each difference between two rows.
fn differences(bank: &Bank<'_>, ours: &KeptRow, theirs: &FeedTransaction) -> Vec<String> {
    let (here, account) = (&ours.row, &ours.account);
    let mut told = Vec::new();
    let mut tell = |what: &str, same: bool, here: &str, there: &str| {
        if !same {
            let shown = |text: &str| match text {
                "" => "nothing".to_owned(),
                text => text.chars().take(80).collect(),
            };
            told.push(format!(
                "{what}: {} here, {} at the bank",
                shown(here),
                shown(there)
            ));
        }
    };
    tell(
        "account",
        here.account_provider_id == theirs.account_provider_id,
        account,
        &bank.name(theirs),
    );
    let (day, other_day) = (here.date.to_string(), theirs.date.to_string());
    tell("day", day == other_day, &day, &other_day);
    tell(
        "amount",
        here.amount == theirs.amount,
        &here.amount.text(),
        &theirs.amount.text(),
    );
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    tell(
        "exact amount",
        here.amount_exact == theirs.amount_exact,
        &text(&here.amount_exact),
        &text(&theirs.amount_exact),
    );
    tell(
        "description",
        here.description == theirs.description,
        &here.description,
        &theirs.description,
    );
    tell(
        "merchant",
        here.merchant == theirs.merchant,
        &text(&here.merchant),
        &text(&theirs.merchant),
    );
    let category = |row: &FeedTransaction| row.category.as_ref().map(|c| c.words());
    tell(
        "category",
        here.category == theirs.category,
        &text(&category(here)),
        &text(&category(theirs)),
    );
    let state = |pending| if pending { "pending" } else { "posted" };
    tell(
        "status",
        here.pending == theirs.pending,
        state(here.pending),
        state(theirs.pending),
    );
    tell(
        "pending transaction",
        here.pending_provider_id == theirs.pending_provider_id,
        &text(&here.pending_provider_id),
        &text(&theirs.pending_provider_id),
    );
    if !same_details(&here.details, &theirs.details) {
        told.push("other details differ".to_owned());
    }
    told
}

/// Whether two sets of details are equal, ignoring the order of their fields.
fn same_details(here: &str, there: &str) -> bool {
    if here == there {
        return true;
    }
    let read = |text: &str| serde_json::from_str::<Value>(text).ok();
    matches!((read(here), read(there)), (Some(here), Some(there)) if here == there)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use domain::account::AccountKind;
    use domain::category::Category;
    use domain::money::{Currency, Money};

    fn row(id: u8) -> FeedTransaction {
        FeedTransaction {
            provider_id: id.to_string(),
            account_provider_id: "one".into(),
            pending_provider_id: None,
            date: date(2026, 11, 1 + i8::try_from(id % 20).expect("a day")),
            amount: Money::new(i64::from(id), Currency::from_codes(Some("USD"), None)),
            amount_exact: None,
            description: format!("row {id}"),
            merchant: None,
            category: None,
            pending: false,
            details: r#"{"a":1,"b":2}"#.into(),
        }
    }

    fn account(id: &str) -> FeedAccount {
        FeedAccount {
            provider_id: id.into(),
            persistent_id: None,
            name: format!("Account {id}"),
            official_name: None,
            mask: None,
            kind: AccountKind::Depository,
            subtype: None,
            current: None,
            current_exact: None,
            available: None,
            limit: None,
        }
    }

    fn kept(row: FeedTransaction) -> KeptRow {
        KeptRow {
            account: "Account one".into(),
            row,
        }
    }

    fn compared(bank: Vec<FeedTransaction>, ours: Vec<FeedTransaction>) -> Comparison {
        let plan = Plan {
            upserts: bank,
            ..Plan::default()
        };
        let ours: Vec<KeptRow> = ours.into_iter().map(kept).collect();
        let accounts = [account("one"), account("two")];
        compare(&Bank::new(&plan, &accounts), &ours, &HashSet::new())
    }

    #[test]
    fn each_field_that_is_not_the_same_is_told() {
        type Change = fn(&mut FeedTransaction);
        let changes: [(&str, Change); 10] = [
            ("account: Account one here, Account two at the bank", |r| {
                r.account_provider_id = "two".into();
            }),
            ("day: 2026-11-08 here, 2026-11-09 at the bank", |r| {
                r.date = date(2026, 11, 9);
            }),
            ("amount: $0.07 here, −$5.00 at the bank", |r| {
                r.amount.minor = -500;
            }),
            ("exact amount: nothing here, 0.075 at the bank", |r| {
                r.amount_exact = Some("0.075".into());
            }),
            ("description: row 7 here, nothing at the bank", |r| {
                r.description = String::new();
            }),
            ("merchant: nothing here, Shop at the bank", |r| {
                r.merchant = Some("Shop".into());
            }),
            ("category: nothing here, Coffee at the bank", |r| {
                r.category = Some(Category {
                    primary: "FOOD_AND_DRINK".into(),
                    detailed: "FOOD_AND_DRINK_COFFEE".into(),
                });
            }),
            ("status: posted here, pending at the bank", |r| {
                r.pending = true
            }),
            ("pending transaction: nothing here, p at the bank", |r| {
                r.pending_provider_id = Some("p".into());
            }),
            ("other details differ", |r| {
                r.details = r#"{"a":1,"b":3}"#.into();
            }),
        ];
        for (told, change) in changes {
            let mut theirs = row(7);
            change(&mut theirs);
            let comparison = compared(vec![theirs], vec![row(7)]);
            assert_eq!(comparison.different.len(), 1, "{told}");
            assert_eq!(comparison.different[0].1, [told]);
        }
        let mut same = row(7);
        same.details = r#"{ "b": 2, "a": 1 }"#.into();
        assert!(!compared(vec![same], vec![row(7)]).differs());
    }

    #[test]
    fn what_the_bank_no_longer_lists_is_no_error() {
        let mut old = row(1);
        old.date = date(2026, 10, 31);
        let mut former = row(9);
        former.account_provider_id = "closed".into();
        let comparison = compared(vec![row(0)], vec![row(0), old, former, row(3)]);
        assert_eq!((comparison.older, comparison.former), (1, 1));
        assert_eq!(comparison.extra, [kept(row(3))]);
    }

    #[test]
    fn a_pending_row_behind_its_posted_one_is_not_missing() {
        let plan = Plan {
            upserts: vec![row(1), row(2)],
            ..Plan::default()
        };
        let accounts = [account("one")];
        let bank = Bank::new(&plan, &accounts);
        let hidden = HashSet::from(["1".to_owned()]);
        assert!(!compare(&bank, &[kept(row(2))], &hidden).differs());
    }

    proptest! {
        #[test]
        fn exactly_what_was_tampered_with_is_found(
            all in prop::collection::btree_set(0_u8..100, 3..40),
            lost in prop::collection::btree_set(0_u8..100, 0..20),
            invented in prop::collection::btree_set(100_u8..120, 0..5),
            changed in prop::collection::btree_set(0_u8..100, 0..20),
        ) {
            let bank: Vec<_> = all.iter().copied().map(row).collect();
            // The earliest day stays in the list, so that no row counts as older.
            let first = bank.iter().map(|row| row.date).min().expect("some");
            let mut expected = (0, 0, 0);
            let mut ours = Vec::new();
            for id in &all {
                if lost.contains(id) {
                    expected.0 += 1;
                    continue;
                }
                let mut kept = row(*id);
                if changed.contains(id) {
                    kept.amount.minor += 1;
                    expected.2 += 1;
                }
                ours.push(kept);
            }
            for id in invented {
                let mut stranger = row(id);
                stranger.date = first;
                ours.push(stranger);
                expected.1 += 1;
            }
            let found = compared(bank, ours);
            let got = (found.missing.len(), found.extra.len(), found.different.len());
            prop_assert_eq!(got, expected);
            prop_assert_eq!(found.rows(usize::MAX).len(), got.0 + got.1 + got.2);
            prop_assert_eq!(found.differs(), got != (0, 0, 0));
        }
    }
}
