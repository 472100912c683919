//! A field of a form: its label, what was typed, what is wrong with it.

use leptos::prelude::*;

use super::head;
use crate::app::flash::Flash;

/// A field as the page describes it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Field {
    /// Its name in the form.
    pub name: &'static str,
    /// What people read.
    pub label: &'static str,
    /// The input's type; a password is never filled in again.
    pub kind: &'static str,
    /// What a browser or password manager may fill in (HTML's autofill tokens).
    pub autocomplete: &'static str,
    /// A line of help; empty for none.
    pub help: &'static str,
}

/// All fields of a form. The first wrong one, or else the first one, has the focus.
pub fn fields(fields: &[Field], flash: &Flash) -> Vec<AnyView> {
    let wrong = fields.iter().position(|f| flash.problem(f.name).is_some());
    let first = wrong.unwrap_or_default();
    let each = fields.iter().enumerate();
    each.map(|(i, f)| field(f, flash, i == first)).collect()
}

/// The same for a form that stands below other things: only what is wrong has the focus, so that no page opens at its
/// end.
pub fn fields_below(fields: &[Field], flash: &Flash) -> Vec<AnyView> {
    let wrong = fields.iter().position(|f| flash.problem(f.name).is_some());
    let each = fields.iter().enumerate();
    each.map(|(i, f)| field(f, flash, Some(i) == wrong))
        .collect()
}

/// A field of several lines.
pub fn lines_field(field: &Field, rows: u8, flash: &Flash) -> AnyView {
    let (name, typed) = (field.name, head::escaped(flash.typed(field.name)));
    around(field, flash, |described, wrong| {
        view! {
            <textarea id=name name=name rows=rows autocomplete=field.autocomplete autocapitalize="none"
                spellcheck="false" aria-invalid=wrong aria-describedby=described>{typed}</textarea>
        }
        .into_any()
    })
}

/// What is wrong with a form as a whole.
pub fn form_problem(flash: &Flash) -> Option<AnyView> {
    let message = flash.problem("")?.to_owned();
    Some(view! { <p class="notice wrong" role="alert">{message}</p> }.into_any())
}

/// That nobody can log in over plain http, with the way to the address that works.
pub fn https_wanted(address: Option<String>) -> Option<AnyView> {
    let address = address?;
    let notice = view! {
        <p class="notice wrong">
            "This page was opened without https, so you can’t log in here. " <a href=address>"Use https"</a>
        </p>
    };
    Some(notice.into_any())
}

fn field(field: &Field, flash: &Flash, focus: bool) -> AnyView {
    let Field {
        name,
        kind,
        autocomplete,
        ..
    } = *field;
    let value = (kind != "password").then(|| flash.typed(name).to_owned());
    around(field, flash, |described, wrong| {
        view! {
            <input
                id=name
                name=name
                type=kind
                value=value
                autocomplete=autocomplete
                autocapitalize=matches!(kind, "email" | "password").then_some("none")
                aria-invalid=wrong
                aria-describedby=described
                autofocus=focus
            />
        }
        .into_any()
    })
}

/// The label over a field, and below it what is wrong and a line of help. `input` is told the ids of those, and whether
/// something is wrong.
fn around(
    field: &Field,
    flash: &Flash,
    input: impl FnOnce(Option<String>, Option<&'static str>) -> AnyView,
) -> AnyView {
    let Field {
        name,
        label,
        kind,
        help,
        ..
    } = *field;
    let problem = flash.problem(name).map(str::to_owned);
    // What is wrong with a password says what is wanted of one.
    let told = kind == "password" && problem.is_some();
    let help_id = (!help.is_empty() && !told).then(|| format!("{name}-help"));
    let problem_id = problem.as_ref().map(|_| format!("{name}-problem"));
    let described = [problem_id.clone(), help_id.clone()].into_iter().flatten();
    let described = described.collect::<Vec<_>>().join(" ");
    let described = (!described.is_empty()).then_some(described);
    view! {
        <div class="field">
            <label for=name>{label}</label>
            {input(described, problem.as_ref().map(|_| "true"))}
            {problem.map(|message| view! { <p class="problem" id=problem_id>{message}</p> })}
            {help_id.map(|id| view! { <p class="help" id=id>{help}</p> })}
        </div>
    }
    .into_any()
}
