//! The admin: how a person becomes one, what only an admin sees and can do.

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

/// Makes a person an admin, as `passbook admin grant` does.
pub async fn grant(app: &TestApp, person: &Person) {
    let granted = operators::grant_in(&app.ctx().config, &app.clock, person.email).await;
    assert!(granted.expect("it is granted"));
}

/// Ends that, as `passbook admin revoke` does.
pub async fn revoke(app: &TestApp, person: &Person) {
    let revoked = operators::revoke_in(&app.ctx().config, person.email).await;
    assert!(revoked.expect("it is revoked"));
}

/// Returns a browser of a person who has signed up and is an admin.
pub async fn operator(app: &TestApp) -> Browser {
    let browser = app.signed_up(&GRACE).await;
    grant(app, &GRACE).await;
    browser
}
