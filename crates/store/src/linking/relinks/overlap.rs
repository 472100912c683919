//! Finds the rows that two matching accounts have in common. Pure.

use std::collections::HashMap;

use jiff::civil::Date;

use domain::search::fold;

/// The most days after its date that a pending row is posted.
const SETTLES_WITHIN: i32 = 14;

/// The fields that tell a row from others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub seq: i64,
    pub day: Date,
    pub amount: i64,
    pub currency: String,
    pub description: String,
    pub pending: bool,
}

impl Row {
    fn likeness(&self) -> (Date, i64, &str, String) {
        (
            self.day,
            self.amount,
            &self.currency,
            fold(&self.description),
        )
    }
}

/// Pairs old and new rows that are the same, by their indexes in the slices. Equal rows are paired one to one, so
/// that two equal coffees on one day stay two.
///
/// A row that was pending when its link ended never returns under its own id. It is paired with a posted row of the
/// same amount within two weeks, if that has the same name or is the only one.
pub(super) fn same_rows(old: &[Row], new: &[Row]) -> Vec<(usize, usize)> {
    let mut places: HashMap<_, Vec<usize>> = HashMap::new();
    for (at, row) in new.iter().enumerate().rev() {
        places.entry(row.likeness()).or_default().push(at);
    }
    let mut pairs = Vec::new();
    let mut taken = vec![false; new.len()];
    let mut left = Vec::new();
    for (at, row) in old.iter().enumerate() {
        match places.get_mut(&row.likeness()).and_then(Vec::pop) {
            Some(same) => {
                taken[same] = true;
                pairs.push((at, same));
            }
            None if row.pending => left.push(at),
            None => {}
        }
    }
    for at in left {
        if let Some(posted) = posted(&old[at], new, &taken) {
            taken[posted] = true;
            pairs.push((at, posted));
        }
    }
    pairs
}

fn posted(pending: &Row, new: &[Row], taken: &[bool]) -> Option<usize> {
    let days = |row: &Row| {
        pending
            .day
            .until(row.day)
            .map_or(i32::MAX, |s| s.get_days())
    };
    let fits = |row: &Row| {
        (row.amount, &row.currency) == (pending.amount, &pending.currency)
            && (-1..=SETTLES_WITHIN).contains(&days(row))
    };
    let fitting: Vec<usize> = (0..new.len())
        .filter(|at| !taken[*at] && fits(&new[*at]))
        .collect();
    let name = fold(&pending.description);
    let same_name = fitting
        .iter()
        .filter(|at| fold(&new[**at].description) == name)
        .min_by_key(|at| days(&new[**at]).abs());
    match (same_name, fitting.as_slice()) {
        (Some(at), _) | (None, [at]) => Some(*at),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn row(day: i8, amount: i64, description: &str) -> Row {
        Row {
            seq: 0,
            day: date(2026, 11, day),
            amount,
            currency: "USD".into(),
            description: description.into(),
            pending: false,
        }
    }

    fn pending(day: i8, amount: i64, description: &str) -> Row {
        Row {
            pending: true,
            ..row(day, amount, description)
        }
    }

    #[test]
    fn two_equal_coffees_stay_two() {
        let coffee = || row(3, -400, "Corner Coffee");
        assert_eq!(
            same_rows(&[coffee(), coffee()], &[coffee(), coffee()]).len(),
            2
        );
        assert_eq!(same_rows(&[coffee()], &[coffee(), coffee()]), [(0, 0)]);
        assert_eq!(same_rows(&[coffee(), coffee()], &[coffee()]), [(0, 0)]);
        let euro = Row {
            currency: "EUR".into(),
            ..coffee()
        };
        assert_eq!(same_rows(&[coffee()], &[euro]), []);
        assert_eq!(
            same_rows(&[coffee()], &[row(3, -400, "CORNER  coffee")]),
            [(0, 0)]
        );
        assert_eq!(same_rows(&[coffee()], &[row(3, -400, "Other")]), []);
    }

    #[test]
    fn a_pending_row_is_found_in_what_it_became() {
        let old = [pending(3, -400, "Corner Coffee")];
        assert_eq!(
            same_rows(&old, &[row(5, -400, "CORNER COFFEE 042")]),
            [(0, 0)]
        );
        let two = [row(4, -400, "Bakery"), row(5, -400, "Corner Coffee")];
        assert_eq!(same_rows(&old, &two), [(0, 1)]);
        // Two candidates without the same name: the match is ambiguous.
        let two = [row(4, -400, "Bakery"), row(5, -400, "Kiosk")];
        assert_eq!(same_rows(&old, &two), []);
        assert_eq!(same_rows(&old, &[row(20, -400, "Corner Coffee")]), []);
        assert_eq!(
            same_rows(&[row(3, -400, "A")], &[row(4, -400, "A")]),
            [],
            "not pending"
        );
    }

    fn any_rows() -> impl Strategy<Value = Vec<Row>> {
        let any = (1_i8..4, -2_i64..2, 0_usize..2, any::<bool>());
        let any = any.prop_map(|(day, amount, name, waits)| {
            let row = if waits { pending } else { row };
            row(day, amount, ["A", "B"][name])
        });
        prop::collection::vec(any, 0..12)
    }

    proptest! {
        #[test]
        fn no_row_is_in_two_pairs_and_the_same_rows_pair_completely(old in any_rows(), new in any_rows()) {
            let pairs = same_rows(&old, &new);
            for side in [pairs.iter().map(|p| p.0).collect::<Vec<_>>(), pairs.iter().map(|p| p.1).collect()] {
                let mut once = side.clone();
                once.sort_unstable();
                once.dedup();
                prop_assert_eq!(once.len(), side.len());
            }
            for (a, b) in &pairs {
                prop_assert_eq!(old[*a].amount, new[*b].amount);
            }
            let mut shuffled = old.clone();
            shuffled.reverse();
            prop_assert_eq!(same_rows(&old, &shuffled).len(), old.len());
        }
    }
}
