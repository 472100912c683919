//! Scopes as form fields and in words.

use leptos::prelude::*;

use super::rows;
use crate::app::flash::Flash;
use domain::access::{Scope, Scopes};

/// Draws a checkbox for each scope. In a fresh form, only "read" is checked.
pub fn boxes(legend: &'static str, flash: &Flash) -> AnyView {
    let problem = flash.problem("scopes").map(str::to_owned);
    view! {
        <fieldset>
            <legend>{legend}</legend>
            {problem.map(|problem| view! { <p class="problem">{problem}</p> })}
            {Scope::ALL.map(|scope| one_box(scope, flash))}
        </fieldset>
    }
    .into_any()
}

/// Returns the scopes whose checkboxes were checked; the others are sent as empty.
pub fn ticked(read: &str, sync: &str, manage: &str) -> Scopes {
    let boxes = [
        (read, Scope::Read),
        (sync, Scope::Sync),
        (manage, Scope::Manage),
    ];
    let ticked = boxes.into_iter().filter(|(said, _)| !said.is_empty());
    ticked.map(|(_, scope)| scope).collect()
}

/// Returns the scopes in words, on one line.
pub fn in_words(scopes: Scopes) -> String {
    let held = Scope::ALL.into_iter().filter(|scope| scopes.has(*scope));
    rows::soft_line(&held.map(words).collect::<Vec<_>>())
}

fn one_box(scope: Scope, flash: &Flash) -> AnyView {
    let id = format!("scope-{}", scope.word());
    let typed = flash.typed("scopes");
    let ticked = match typed.is_empty() && flash.problems.is_empty() {
        true => scope == Scope::Read,
        false => typed.split(' ').any(|word| word == scope.word()),
    };
    let of = id.clone();
    view! {
        <label class="radio" for=of>
            <input type="checkbox" id=id name=scope.word() value="yes" checked=ticked/>
            {words(scope)}
        </label>
    }
    .into_any()
}

/// Returns what a scope allows.
pub fn words(scope: Scope) -> &'static str {
    match scope {
        Scope::Read => "See your name and email, and your accounts, balances and transactions",
        Scope::Sync => "Check your banks for new transactions",
        Scope::Manage => {
            "Link and unlink banks, and edit the names, categories, notes and tags of your transactions"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_done_is_told_in_one_order() {
        let both: Scopes = [Scope::Sync, Scope::Read].into_iter().collect();
        assert_eq!(
            in_words(both),
            "See your name and email, and your accounts, balances and transactions · Check your banks for new transactions"
        );
        assert_eq!(in_words(Scopes::default()), "");
    }
}
