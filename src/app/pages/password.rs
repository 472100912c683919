//! "Change the password".

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use crate::app::flash::Flash;
use crate::app::forms::programs::ChangePassword;
use crate::app::parts::field::{Field, fields, form_problem};
use crate::app::parts::frame::{Page, Tab, framed};

const FIELDS: [Field; 2] = [
    Field {
        name: "present",
        label: "The password now",
        kind: "password",
        autocomplete: "current-password",
        help: "",
    },
    Field {
        name: "new",
        label: "The new password",
        kind: "password",
        autocomplete: "new-password",
        help: "At least 15 characters. A phrase of four or five words is best.",
    },
];

/// The page.
pub fn password() -> AnyView {
    framed(Tab::Settings, |flash| async move {
        Ok(Page::new("Change the password", drawn(&flash)))
    })
}

/// The page of a form that came back, or of an empty one.
pub fn drawn(flash: &Flash) -> AnyView {
    view! {
        <p class="back"><a href="/settings">"Settings"</a></p>
        <div class="lead"><h1 class="title">"Change the password"</h1></div>
        <section class="narrow">
            {form_problem(flash)}
            <form class="sheet form" method="post" action=ChangePassword::url() novalidate>
                {fields(&FIELDS, flash)}
                <label class="radio" for="keys">
                    <input type="checkbox" id="keys" name="keys" value="yes"/>
                    "End the keys of other programs too"
                </label>
                <button class="button main" type="submit">"Change it"</button>
            </form>
            <p class="soft">"Your other browsers, and programs that hold tokens of yours, have to log in again."</p>
        </section>
    }
    .into_any()
}
