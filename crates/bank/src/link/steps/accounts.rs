//! Choosing accounts and consenting to share them.

use crate::bank::{LinkAccount, SelectableAccount};
use crate::link::answers::Answers;
use crate::link::flow::Step;
use crate::link::outcome;
use crate::link::unavailable::Gone;
use crate::link::visit::Visit;
use crate::world::{SeedAccount, SignIn};

/// An account in the list.
pub(in crate::link) struct Selectable {
    pub(in crate::link) account: SeedAccount,
    pub(in crate::link) selected: bool,
}

/// Returns the accounts that may be chosen, in the bank's order; empty without the password, which the list depends on.
pub(in crate::link) async fn selectable(visit: &Visit) -> Result<Vec<Selectable>, Gone> {
    let Some(SignIn::Welcome { profile, .. }) = visit.sign_in_again() else {
        return Ok(Vec::new());
    };
    let mut accounts: Vec<Selectable> = profile
        .accounts
        .into_iter()
        .filter(|account| {
            visit
                .token
                .accepts(&account.kind, account.subtype.as_deref())
        })
        .map(|account| Selectable {
            account,
            selected: true,
        })
        .collect();
    if visit.token.update.is_some() {
        let current = visit.link.bank.update_accounts(&visit.token).await?;
        accounts.retain(|offer| {
            current
                .iter()
                .any(|own| own.account.key == offer.account.key)
        });
        for offer in &mut accounts {
            let key = &offer.account.key;
            offer.selected = current
                .iter()
                .any(|own| own.account.key == *key && own.selected);
        }
        // Accounts opened at the bank since then are in no seeded profile.
        let known: Vec<String> = accounts.iter().map(|own| own.account.key.clone()).collect();
        let opened = current.into_iter().filter(|own| {
            let LinkAccount {
                key, kind, subtype, ..
            } = &own.account;
            !known.contains(key) && visit.token.accepts(kind, subtype.as_deref())
        });
        accounts.extend(opened.map(opened_since));
    }
    if !visit.flow.chosen.is_empty() {
        for offer in &mut accounts {
            offer.selected = visit.flow.chosen.contains(&offer.account.key);
        }
    }
    Ok(accounts)
}

/// Returns a list entry for an account known only by its name and digits.
fn opened_since(own: SelectableAccount) -> Selectable {
    let SelectableAccount { account, selected } = own;
    Selectable {
        account: SeedAccount {
            key: account.key,
            name: account.name,
            official_name: None,
            mask: account.mask,
            kind: account.kind,
            subtype: account.subtype,
            current: None,
            available: None,
            limit: None,
            iso_currency_code: None,
            unofficial_currency_code: None,
            transactions: Vec::new(),
        },
        selected,
    }
}

/// Takes the choice of accounts.
pub(super) async fn choose(visit: &mut Visit, answers: &Answers) -> Result<(), Gone> {
    let offered = selectable(visit).await?;
    if offered.is_empty() {
        visit.stumble("NO_ACCOUNTS", None);
        return Ok(());
    }
    let wanted: Vec<&str> = answers.all("account").collect();
    let chosen: Vec<String> = offered
        .into_iter()
        .map(|offer| offer.account.key)
        .filter(|key| wanted.contains(&key.as_str()))
        .collect();
    if chosen.is_empty() {
        visit.choose_none();
        return Ok(());
    }
    visit.flow.chosen = chosen;
    visit.go(Step::Share);
    Ok(())
}

/// Takes the final consent, which ends a successful session.
pub(super) async fn allow(visit: &mut Visit) -> Result<(), Gone> {
    if super::lost_its_password(visit) {
        super::ask_password_again(visit);
        return Ok(());
    }
    // Saved first, because the bank's own record of the end needs the current session.
    visit.save().await?;
    outcome::finish(visit).await?;
    Ok(())
}
