//! Forms for a bank: its log-in fields, or its questions. Labels and pictures are the bank's. Typed values are never
//! filled in again.

use leptos::prelude::*;

use super::field::form_problem;
use crate::app::flash::Flash;
use domain::provider::{
    Challenge, ChallengeKind, ChallengeOption, CredentialField, FieldKind, Picture,
};

/// A form for a bank.
#[derive(Clone, Debug)]
pub struct BankForm {
    /// The path that it posts to.
    pub action: &'static str,
    /// Its hidden fields: name and value.
    pub hidden: Vec<(&'static str, String)>,
    /// The button's label.
    pub button: String,
    /// Whether its first field gets the focus.
    pub focus: bool,
}

/// Draws the fields of a bank's log-in.
pub fn log_in(form: BankForm, fields: &[CredentialField], flash: &Flash) -> AnyView {
    let fields = fields.iter().enumerate();
    let fields = fields
        .map(|(at, field)| credential((at, form.focus && at == 0), field))
        .collect();
    form_view(form, fields, flash)
}

/// Draws all questions of a bank.
pub fn questions(form: BankForm, asked: &[Challenge], flash: &Flash) -> AnyView {
    let asked = asked.iter().enumerate();
    let asked = asked
        .map(|(at, asked)| question((at, form.focus && at == 0), asked))
        .collect();
    form_view(form, asked, flash)
}

fn form_view(form: BankForm, fields: Vec<AnyView>, flash: &Flash) -> AnyView {
    let hidden = form.hidden.into_iter();
    let hidden = hidden.map(|(name, value)| view! { <input type="hidden" name=name value=value/> });
    view! {
        <form class="form" method="post" action=form.action>
            {form_problem(flash)}
            {hidden.collect_view()}
            {fields}
            <p class="actions"><button class="button main" type="submit">{form.button}</button></p>
        </form>
    }
    .into_any()
}

/// Draws a field with a hidden input for its id at the bank. The keys of both begin with a letter, because a key that
/// begins with a digit is read as a list index.
fn field(at: usize, id: &str, label: &str, input: AnyView) -> AnyView {
    view! {
        <div class="field">
            {named(at, id)}
            <label for=id_of(at)>{words(label)}</label>
            {input}
        </div>
    }
    .into_any()
}

fn named(at: usize, id: &str) -> AnyView {
    view! { <input type="hidden" name=format!("ids[f{at}]") value=id.to_owned()/> }.into_any()
}

fn id_of(at: usize) -> String {
    format!("bank-{at}")
}

fn name_of(at: usize) -> String {
    format!("values[f{at}]")
}

fn words(label: &str) -> String {
    match label.trim() {
        "" => "Your answer".into(),
        label => label.to_owned(),
    }
}

fn credential((at, focus): (usize, bool), asked: &CredentialField) -> AnyView {
    let input = match &asked.kind {
        FieldKind::Text => typed((at, focus), "text", "off"),
        // Otherwise browsers would fill in the password that they know for this site, which is Passbook's.
        FieldKind::Password => typed((at, focus), "password", "new-password"),
        FieldKind::Options(options) => {
            let options = options.iter().map(|option| {
                view! { <option value=option.value.clone()>{option.label.clone()}</option> }
            });
            view! {
                <select id=id_of(at) name=name_of(at) required=true>{options.collect_view()}</select>
            }
            .into_any()
        }
    };
    field(at, &asked.id, &asked.label, input)
}

fn typed((at, focus): (usize, bool), kind: &'static str, autocomplete: &'static str) -> AnyView {
    view! {
        <input id=id_of(at) name=name_of(at) type=kind autocomplete=autocomplete autocapitalize="none"
            spellcheck="false" required=true autofocus=focus/>
    }
    .into_any()
}

fn question((at, focus): (usize, bool), asked: &Challenge) -> AnyView {
    match &asked.kind {
        ChallengeKind::Text => field(
            at,
            &asked.id,
            &asked.label,
            typed((at, focus), "text", "off"),
        ),
        ChallengeKind::Code => field(
            at,
            &asked.id,
            &asked.label,
            typed((at, focus), "text", "one-time-code"),
        ),
        ChallengeKind::Picture(shown) => {
            let input = view! { {picture(shown, "A picture from your bank")} {typed((at, focus), "text", "off")} };
            field(at, &asked.id, &asked.label, input.into_any())
        }
        ChallengeKind::Options(options) => {
            let options = options.iter().map(|it| choice(at, it, None)).collect();
            choices(at, asked, "choices", options)
        }
        ChallengeKind::Pictures(options) => {
            let options = options.iter();
            let options = options
                .map(|(it, shown)| choice(at, it, Some(shown)))
                .collect();
            choices(at, asked, "choices pictures", options)
        }
    }
}

fn choices(at: usize, asked: &Challenge, class: &'static str, options: Vec<AnyView>) -> AnyView {
    view! {
        <fieldset class=class>
            <legend>{words(&asked.label)}</legend>
            {named(at, &asked.id)}
            {options}
        </fieldset>
    }
    .into_any()
}

fn choice(at: usize, option: &ChallengeOption, shown: Option<&Picture>) -> AnyView {
    let alt = match option.label.trim() {
        "" => "A picture from your bank",
        _ => "",
    };
    view! {
        <label class="radio">
            <input type="radio" name=name_of(at) value=option.value.clone() required=true/>
            {shown.map(|shown| picture(shown, alt))}
            <span>{option.label.clone()}</span>
        </label>
    }
    .into_any()
}

/// Draws a picture as a data URL: the content security policy allows no images from elsewhere.
fn picture(shown: &Picture, alt: &'static str) -> AnyView {
    let address = format!("data:{};base64,{}", shown.media_type, shown.base64);
    view! { <img class="asked" src=address alt=alt/> }.into_any()
}
