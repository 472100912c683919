//! The sign-in pages.

use leptos::prelude::*;

use super::asked::{Asked, ERRORS, WRONG};
use crate::bank::{IdentityProvider, InventedPerson, PEOPLE};
use crate::document::head;

/// What can be shared of an e-mail address.
const EMAILS: [(&str, &str); 5] = [
    ("", "this person’s own"),
    ("verified", "verified"),
    ("unverified", "not verified"),
    ("none", "none"),
    ("hostile", "a malicious one"),
];
/// What can be shared of a name.
const NAMES: [(&str, &str); 5] = [
    ("", "this person’s own"),
    ("given", "first name only"),
    ("family", "last name only"),
    ("none", "none"),
    ("hostile", "malicious ones, with a malicious picture"),
];
/// What can be shared of a birthday.
const BIRTHDAYS: [(&str, &str); 6] = [
    ("", "this person’s own"),
    ("full", "with the year"),
    ("no_year", "without the year"),
    ("year", "year only"),
    ("none", "none"),
    ("impossible", "an impossible date"),
];

/// Renders the form that asks who signs in and what to share.
pub(super) fn ask(
    base: &str,
    provider: IdentityProvider,
    asked: &Asked,
    is_nobody: bool,
) -> String {
    let trouble = is_nobody.then(|| {
        view! {
            <div class="note bad" role="alert" id="trouble">
                <strong>"Who’s signing in?"</strong>
                <p>"Choose a person, or enter an email or a name."</p>
            </div>
        }
    });
    let invalid = is_nobody.then_some("true");
    let people = PEOPLE
        .iter()
        .zip(0..)
        .map(|(one, place)| person(one, place == 0 && !is_nobody))
        .collect_view();
    let right = [("", "a valid code")];
    let back = right.into_iter().chain(ERRORS).chain(WRONG);
    let body = view! {
        <form method="post" class="step" autocomplete="off">
            <div class="scroll">
                <h1>{heading(provider)}</h1>
                {demo(provider)}
                <p>
                    <strong>{asked.site()}</strong> " wants to know who you are. Its client ID is "
                    <code>{asked.client_id()}</code> "."
                </p>
                {trouble}
                <fieldset class="options">
                    <legend>"Who’s signing in?"</legend>
                    {people}
                </fieldset>
                <fieldset>
                    <legend>"Or someone else"</legend>
                    {typed("Email", "typed_email", "254", invalid)}
                    {typed("First name", "typed_given", "200", invalid)}
                    {typed("Last name", "typed_family", "200", invalid)}
                </fieldset>
                <fieldset>
                    <legend>"What to share"</legend>
                    {choice("Email", "email", EMAILS)}
                    {choice("Names", "names", NAMES)}
                    {choice("Birthday", "birthday", BIRTHDAYS)}
                </fieldset>
                <fieldset>
                    <legend>"What to send back"</legend>
                    {choice("Response to the app", "back", back)}
                </fieldset>
            </div>
            <div class="foot">
                <button class="primary" name="go" value="continue">"Continue"</button>
                <button class="second" name="go" value="cancel">"Cancel"</button>
            </div>
        </form>
    };
    document(base, &heading(provider), None, body.into_any())
}

/// Renders the page that redirects to the program.
pub(super) fn leave(base: &str, provider: IdentityProvider, to: &str) -> String {
    let body = view! {
        <div class="scroll middle">
            <h1>"Taking you back"</h1>
            {demo(provider)}
            <p class="soft" role="status">"One moment…"</p>
        </div>
        <div class="foot"><a class="primary" href=to.to_owned()>"Continue"</a></div>
    };
    document(base, "Taking you back", Some(to), body.into_any())
}

/// Renders the page for an invalid request.
pub(super) fn error_page(base: &str, provider: IdentityProvider, words: &'static str) -> String {
    let body = view! {
        <div class="scroll">
            <h1>"We can’t sign you in"</h1>
            {demo(provider)}
            <div class="note bad" role="alert"><strong>{words}</strong></div>
            <p class="soft">"Go back and start again."</p>
        </div>
    };
    document(base, "We can’t sign you in", None, body.into_any())
}

fn heading(provider: IdentityProvider) -> String {
    match provider {
        IdentityProvider::Oidc => "Sign in with the demo provider".to_owned(),
        named => format!("Sign in with a demo of {}", named.words()),
    }
}

fn demo(provider: IdentityProvider) -> impl IntoView + use<> {
    let words = match provider {
        IdentityProvider::Oidc => "This is a demo of an identity provider.".to_owned(),
        named => format!("This is a demo. It is not {}.", named.words()),
    };
    view! { <p class="note">{words} " These people are made up, and you won’t need a password."</p> }
}

fn person(person: &InventedPerson, is_first: bool) -> impl IntoView + use<> {
    let names: Vec<&str> = [person.given, person.family]
        .into_iter()
        .flatten()
        .collect();
    let name = match names.is_empty() {
        true => "No name".to_owned(),
        false => names.join(" "),
    };
    let email = person.email.unwrap_or("no email");
    view! {
        <label>
            <input type="radio" name="person" value=person.id checked=is_first/>
            <span class="grow"><b>{name}</b><small>{email} " · " {person.words}</small></span>
        </label>
    }
}

fn typed(
    label: &'static str,
    name: &'static str,
    most: &'static str,
    invalid: Option<&'static str>,
) -> impl IntoView + use<> {
    let described = invalid.map(|_| "trouble");
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <input type="text" id=name name=name maxlength=most autocapitalize="none" spellcheck="false" autocomplete="off"
                aria-invalid=invalid aria-describedby=described/>
        </div>
    }
}

fn choice(
    label: &'static str,
    name: &'static str,
    options: impl IntoIterator<Item = (&'static str, &'static str)>,
) -> AnyView {
    let options: Vec<_> = options
        .into_iter()
        .map(|(value, words)| view! { <option value=value>{words}</option> })
        .collect();
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <select id=name name=name autocomplete="off">{options}</select>
        </div>
    }
    .into_any()
}

fn document(base: &str, title: &str, onward: Option<&str>, body: AnyView) -> String {
    let onward =
        onward.map(|to| view! { <meta http-equiv="refresh" content=format!("0;url={to}")/> });
    let html = view! {
        <html lang="en" class="hosted identity">
            <head>
                {head(base, title.to_owned(), &["identity.css"])}
                {onward}
            </head>
            <body><div class="pane"><main>{body}</main></div></body>
        </html>
    };
    format!("<!DOCTYPE html>{}", html.to_html())
}
