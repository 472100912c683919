//! Form fields with their labels, typed values and problems.

use leptos::prelude::*;

use super::head;
use crate::app::flash::Flash;
use crate::ledger::view::Choice;

/// A form field.
#[derive(Clone, Copy, Debug, Default)]
pub struct Field {
    /// Its name in the form.
    pub name: &'static str,
    /// Its label.
    pub label: &'static str,
    /// The input's type. A password is never sent back to the page.
    pub kind: &'static str,
    /// HTML's autofill tokens, for browsers and password managers.
    pub autocomplete: &'static str,
    /// A line of help; empty if there is none.
    pub help: &'static str,
}

/// Draws all fields of a form, and focuses the first one with a problem, or the first one if there is none.
pub fn fields(fields: &[Field], flash: &Flash) -> Vec<AnyView> {
    let wrong = fields.iter().position(|f| flash.problem(f.name).is_some());
    let first = wrong.unwrap_or_default();
    let each = fields.iter().enumerate();
    each.map(|(i, f)| field(f, flash, i == first)).collect()
}

/// Draws the fields of a form below other content: only a field with a problem gets the focus, so that pages do not
/// open scrolled to the end.
pub fn fields_below(fields: &[Field], flash: &Flash) -> Vec<AnyView> {
    let wrong = fields.iter().position(|f| flash.problem(f.name).is_some());
    let each = fields.iter().enumerate();
    each.map(|(i, f)| field(f, flash, Some(i) == wrong))
        .collect()
}

/// Draws a multi-line text field.
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

/// Draws the problem of the form as a whole, if it has one.
pub fn form_problem(flash: &Flash) -> Option<AnyView> {
    let message = flash.problem("")?.to_owned();
    Some(view! { <p class="notice wrong" role="alert">{message}</p> }.into_any())
}

/// Draws a warning that logging in does not work over plain http, with a link to `address`; nothing if that is `None`.
pub fn https_warning(address: Option<String>) -> Option<AnyView> {
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

/// Draws a field's label, its problem and its help around an input.
fn around(
    field: &Field,
    flash: &Flash,
    input: impl FnOnce(Option<String>, Option<&'static str>) -> AnyView,
) -> AnyView {
    // A password's problem already says what a good one needs.
    let told = field.kind == "password" && flash.problem(field.name).is_some();
    let help = if told { "" } else { field.help };
    labelled(field.name, field.label, help, flash, input)
}

/// Draws the options of a select.
pub fn options(choices: &[Choice], chosen: &str) -> AnyView {
    let option = |choice: &Choice| {
        let selected = choice.value == chosen;
        view! { <option value=choice.value.clone() selected=selected>{choice.label.clone()}</option> }
    };
    choices.iter().map(option).collect_view().into_any()
}

/// Draws a label, a problem and a line of help around an input; no help if it is empty. `input` gets the ids for
/// `aria-describedby` and the value of `aria-invalid`.
pub fn labelled(
    name: &'static str,
    label: &'static str,
    help: &str,
    flash: &Flash,
    input: impl FnOnce(Option<String>, Option<&'static str>) -> AnyView,
) -> AnyView {
    let problem = flash.problem(name).map(str::to_owned);
    let help_id = (!help.is_empty()).then(|| format!("{name}-help"));
    let problem_id = problem.as_ref().map(|_| format!("{name}-problem"));
    let described = [problem_id.clone(), help_id.clone()].into_iter().flatten();
    let described = described.collect::<Vec<_>>().join(" ");
    let described = (!described.is_empty()).then_some(described);
    let help = help.to_owned();
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
