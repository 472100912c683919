//! Matches the accounts of a relinked bank with those of the earlier link.

use super::account::AccountKind;
use super::id::AccountId;

/// The characteristics that tell an account from others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Likeness {
    /// The account's id.
    pub id: AccountId,
    /// The provider's id that survives relinking, if the institution has one.
    pub persistent_id: Option<String>,
    /// The account's name.
    pub name: String,
    /// The last digits of its number.
    pub mask: Option<String>,
    /// The broad type.
    pub kind: AccountKind,
    /// The provider's finer type.
    pub subtype: Option<String>,
}

/// Why two accounts are considered the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because {
    /// The bank gives both the same persistent id.
    LastingId,
    /// Digits, type and name are the same.
    Looks,
}

/// Proposes a new account for each old one: the only one like it, provided that it is like no other old account.
/// `None` if there is no such account.
#[must_use]
pub fn propose(old: &[Likeness], new: &[Likeness]) -> Vec<Option<(AccountId, Because)>> {
    let by_id = only_pairs(old, new, same_lasting_id);
    let taken: Vec<&AccountId> = by_id.iter().flatten().collect();
    let left = |all: &[Likeness], is_taken: &dyn Fn(usize, &Likeness) -> bool| {
        all.iter()
            .enumerate()
            .filter(|(at, one)| !is_taken(*at, one))
            .map(|(_, one)| one.clone())
            .collect::<Vec<_>>()
    };
    let old_left = left(old, &|at, _| by_id[at].is_some());
    let new_left = left(new, &|_, one| taken.contains(&&one.id));
    let mut by_looks = only_pairs(&old_left, &new_left, looks_the_same).into_iter();
    by_id
        .into_iter()
        .map(|found| match found {
            Some(id) => Some((id, Because::LastingId)),
            None => by_looks.next().flatten().map(|id| (id, Because::Looks)),
        })
        .collect()
}

/// Whether two accounts may be the same.
#[must_use]
pub fn may_be_same(old: &Likeness, new: &Likeness) -> bool {
    same_lasting_id(old, new) || looks_the_same(old, new)
}

/// For each old account, the only new account that is the same, provided that no other old account matches it.
fn only_pairs(
    old: &[Likeness],
    new: &[Likeness],
    same: fn(&Likeness, &Likeness) -> bool,
) -> Vec<Option<AccountId>> {
    old.iter()
        .map(|one| {
            let mut like = new.iter().filter(|other| same(one, other));
            let (first, second) = (like.next()?, like.next());
            let rivals = old.iter().filter(|rival| same(rival, first)).count();
            (second.is_none() && rivals == 1).then(|| first.id.clone())
        })
        .collect()
}

fn same_lasting_id(old: &Likeness, new: &Likeness) -> bool {
    old.persistent_id.is_some() && old.persistent_id == new.persistent_id
}

/// Two different persistent ids mean that the bank considers these two accounts.
fn looks_the_same(old: &Likeness, new: &Likeness) -> bool {
    let told_apart = old.persistent_id.is_some() && new.persistent_id.is_some();
    !told_apart
        && (&old.name, &old.mask, old.kind, &old.subtype)
            == (&new.name, &new.mask, new.kind, &new.subtype)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(name: &str, mask: &str, persistent: Option<&str>) -> Likeness {
        Likeness {
            id: AccountId::generate(),
            persistent_id: persistent.map(str::to_owned),
            name: name.into(),
            mask: Some(mask.into()),
            kind: AccountKind::Depository,
            subtype: Some("checking".into()),
        }
    }

    #[test]
    fn the_lasting_id_goes_before_the_looks() {
        let old = [account("Checking", "0000", Some("p1"))];
        let new = [
            account("Checking", "0000", None),
            account("Renamed", "9999", Some("p1")),
        ];
        let found = propose(&old, &new);
        assert_eq!(found, [Some((new[1].id.clone(), Because::LastingId))]);
    }

    #[test]
    fn looks_decide_where_there_is_no_lasting_id() {
        let old = [
            account("Checking", "0000", None),
            account("Savings", "1111", None),
        ];
        let new = [
            account("Savings", "1111", None),
            account("Checking", "0000", None),
        ];
        let found: Vec<_> = propose(&old, &new)
            .into_iter()
            .map(|f| f.map(|(id, _)| id))
            .collect();
        assert_eq!(found, [Some(new[1].id.clone()), Some(new[0].id.clone())]);
        // The same digits under another name belong to another account.
        let other = [account("Joint checking", "0000", None)];
        assert_eq!(propose(&old[..1], &other), [None]);
    }

    #[test]
    fn two_that_look_the_same_are_the_person_s_to_tell_apart() {
        let old = [account("Checking", "0000", None)];
        let twins = [
            account("Checking", "0000", None),
            account("Checking", "0000", None),
        ];
        assert_eq!(propose(&old, &twins), [None]);
        assert_eq!(propose(&twins, &old), [None, None]);
    }

    #[test]
    fn different_lasting_ids_are_different_accounts() {
        let old = [account("Checking", "0000", Some("p1"))];
        let new = [account("Checking", "0000", Some("p2"))];
        assert_eq!(propose(&old, &new), [None]);
        assert!(!may_be_same(&old[0], &new[0]));
    }
}
