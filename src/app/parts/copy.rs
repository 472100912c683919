//! Buttons that copy a text. They appear only where scripts run; without them, a click on the text selects all of it.

use leptos::prelude::*;

use super::scripts::{self, File};

/// Draws a text as code with a button that copies it. `what` names it for screen readers: "API key". `id` must be the
/// only one on its page.
pub fn code(id: &str, text: &str, what: &str) -> AnyView {
    view! {
        <span class="copied">
            <code id=id.to_owned()>{text.to_owned()}</code>
            {button(id, what, "copy")}
        </span>
    }
    .into_any()
}

/// Draws a button that copies the text of the element with this id, and the place that says so.
pub fn button(id: &str, what: &str, class: &'static str) -> AnyView {
    let what = format!(" {what}");
    view! {
        <button class=class type="button" data-copies=id.to_owned() hidden>
            "Copy" <span class="hidden">{what}</span>
        </button>
        <span class="soft told" role="status"></span>
        {scripts::file(File::Copy)}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::drawn::html;

    #[test]
    fn the_button_is_hidden_names_its_text_and_has_a_place_to_say_so() {
        let page = html(|| code("new-key", "pbk_<b>1</b>", "API key"));
        assert_eq!(page.text("#new-key"), "pbk_<b>1</b>");
        let button = page.one("button[data-copies=new-key]");
        assert!(button.attr("hidden").is_some());
        let words: String = button.text().collect();
        assert_eq!(
            words.split_whitespace().collect::<Vec<_>>(),
            ["Copy", "API", "key"]
        );
        assert_eq!(page.text("button + [role=status]"), "");
    }
}
