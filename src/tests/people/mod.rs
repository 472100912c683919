//! Signing up, logging in, staying logged in.

mod cookies;
mod invitations;
mod log_in;
mod sessions;
mod sign_up;
mod throttle;

use crate::page::Page;

/// What a form that was refused says, by field.
fn problems(page: &Page) -> Vec<(String, String)> {
    let wrong = page.attributes("[aria-invalid=true]", "name");
    let said = |name: String| {
        let sentence = page.text(&format!("#{name}-problem"));
        (name, sentence)
    };
    wrong.into_iter().map(said).collect()
}
