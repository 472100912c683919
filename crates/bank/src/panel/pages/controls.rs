//! Fields of the panel's forms. Each is inside its label, so it needs no id.

use leptos::prelude::*;

/// A form that makes a call for an Item or for the whole bank.
pub(super) fn form(base: &str, deed: &str, item: Option<&str>, body: AnyView) -> AnyView {
    let action = format!("{base}/do/{deed}");
    let item = item.map(|id| view! { <input type="hidden" name="item_id" value=id.to_owned()/> });
    view! { <form method="post" action=action>{item} {body}</form> }.into_any()
}

/// A submit button.
pub(super) fn button(words: &str) -> AnyView {
    view! { <button class="second">{words.to_owned()}</button> }.into_any()
}

/// A hidden field.
pub(super) fn hidden(name: &'static str, value: &str) -> AnyView {
    view! { <input type="hidden" name=name value=value.to_owned()/> }.into_any()
}

/// A text field.
pub(super) fn text(label: &'static str, name: &'static str, hint: &'static str) -> AnyView {
    let hint = (!hint.is_empty()).then(|| view! { <small>{hint}</small> });
    view! {
        <label>
            <span>{label} " " {hint}</span>
            <input type="text" name=name autocomplete="off" maxlength="200"/>
        </label>
    }
    .into_any()
}

/// An amount field.
pub(super) fn amount(label: &'static str, name: &'static str, hint: &'static str) -> AnyView {
    view! {
        <label>
            <span>{label} " " <small>{hint}</small></span>
            <input type="text" inputmode="decimal" name=name autocomplete="off" maxlength="40"/>
        </label>
    }
    .into_any()
}

/// A date field.
pub(super) fn day(label: &'static str, name: &'static str) -> AnyView {
    view! { <label><span>{label}</span> <input type="date" name=name/></label> }.into_any()
}

/// A field for a whole number.
pub(super) fn number(label: &'static str, name: &'static str, value: &'static str) -> AnyView {
    view! {
        <label>
            <span>{label}</span>
            <input type="text" inputmode="numeric" pattern="[0-9]*" name=name value=value autocomplete="off"/>
        </label>
    }
    .into_any()
}

/// A checkbox.
pub(super) fn tick(label: &'static str, name: &'static str) -> AnyView {
    view! { <label class="tick-box"><input type="checkbox" name=name value="true"/> <span>{label}</span></label> }
        .into_any()
}

/// A selection. Each option is the value sent and its label.
pub(super) fn choice<'a>(
    label: &'static str,
    name: &'static str,
    options: impl IntoIterator<Item = (&'a str, String)>,
) -> AnyView {
    chosen(label, name, options, None)
}

/// A selection with a preselected option.
pub(super) fn chosen<'a>(
    label: &'static str,
    name: &'static str,
    options: impl IntoIterator<Item = (&'a str, String)>,
    present: Option<&str>,
) -> AnyView {
    let options: Vec<_> = options
        .into_iter()
        .map(|(value, words)| {
            let selected = present == Some(value);
            view! { <option value=value.to_owned() selected=selected>{words}</option> }
        })
        .collect();
    view! { <label><span>{label}</span> <select name=name>{options}</select></label> }.into_any()
}
