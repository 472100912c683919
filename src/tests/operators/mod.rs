//! Whoever runs a Passbook: how they become one, what only they see, and what they can do.

mod apps;
mod gate;
mod grants;
mod inbox;
mod jobs;
mod oversight;

use passbook::auth::operators;

use crate::app::{Person, TestApp};
use crate::browser::Browser;

pub const GRACE: Person = Person {
    first_name: "Grace",
    last_name: "Hill",
    email: "grace@example.org",
    user_name: "",
    birthday: "1979-05-04",
    password: "velvet harbor counts eleven",
};

/// Makes somebody an operator as `passbook admin grant` does.
pub async fn grant(app: &TestApp, person: &Person) {
    let granted = operators::grant_in(&app.ctx().config, &app.clock, person.email).await;
    assert!(granted.expect("it is granted"));
}

/// The same the other way.
pub async fn revoke(app: &TestApp, person: &Person) {
    let revoked = operators::revoke_in(&app.ctx().config, person.email).await;
    assert!(revoked.expect("it is revoked"));
}

/// A browser of somebody who has signed up and runs this Passbook.
pub async fn operator(app: &TestApp) -> Browser {
    let browser = app.signed_up(&GRACE).await;
    grant(app, &GRACE).await;
    browser
}
