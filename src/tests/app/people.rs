//! The people of the tests, and how they come to a running program.

use domain::access::{KeyLifetime, Scopes};
use domain::user::User;
use passbook::auth::{api_keys, operators};

use super::TestApp;
use crate::browser::Browser;

/// A person as entered in the sign-up form.
#[derive(Clone, Copy)]
pub struct Person {
    pub first_name: &'static str,
    pub last_name: &'static str,
    pub email: &'static str,
    pub user_name: &'static str,
    pub birthday: &'static str,
    pub password: &'static str,
}

pub const ADA: Person = Person {
    first_name: "Ada",
    last_name: "Byron",
    email: "Ada@Example.org",
    user_name: "countess",
    birthday: "1985-12-10",
    password: "copper lantern walks north",
};

pub const EVE: Person = Person {
    first_name: "Eve",
    last_name: "Moss",
    email: "eve@example.org",
    user_name: "",
    birthday: "1992-02-29",
    password: "seven quiet herons drumming",
};

/// Who becomes an admin where a test needs one.
pub const GRACE: Person = Person {
    first_name: "Grace",
    last_name: "Hill",
    email: "grace@example.org",
    user_name: "",
    birthday: "1979-05-04",
    password: "velvet harbor counts eleven",
};

impl TestApp {
    /// Returns a browser without a log-in.
    pub fn browser(&self) -> Browser {
        Browser::new(self.http.clone(), self.address(), &self.running.url)
    }

    /// Returns a browser of a person who has just signed up.
    pub async fn signed_up(&self, person: &Person) -> Browser {
        let mut browser = self.browser();
        let page = browser.sign_up(person, "").await;
        assert_eq!(page.path, "/", "{}", page.body);
        browser
    }

    /// Returns a browser of a person who has just logged in.
    pub async fn logged_in(&self, person: &Person) -> Browser {
        let mut browser = self.browser();
        let page = browser.log_in(person.email, person.password).await;
        assert_eq!(page.path, "/", "{}", page.body);
        browser
    }

    /// Returns a browser of a person who has signed up and is an admin.
    pub async fn admin(&self) -> Browser {
        let browser = self.signed_up(&GRACE).await;
        self.grant(&GRACE).await;
        browser
    }

    /// Makes a person an admin, as `passbook admin grant` does.
    pub async fn grant(&self, person: &Person) {
        let granted = operators::grant_in(&self.ctx().config, &self.clock, person.email).await;
        assert!(granted.expect("it is granted"));
    }

    /// Ends that, as `passbook admin revoke` does.
    pub async fn revoke(&self, person: &Person) {
        let revoked = operators::revoke_in(&self.ctx().config, person.email).await;
        assert!(revoked.expect("it is revoked"));
    }

    /// Returns a person as the use-cases know them.
    pub async fn user(&self, person: &Person) -> User {
        let folded = person.email.to_lowercase();
        let found = self.ctx().store.user_to_log_in(&folded).await;
        found.expect("it answers").expect("a person").0
    }

    /// Creates a key for a person that does not expire.
    pub async fn key(&self, person: &Person, scopes: Scopes) -> String {
        let (person, lasts) = (self.user(person).await, Some(KeyLifetime::Unlimited));
        let key = api_keys::make(self.ctx(), &person, "Test", scopes, lasts).await;
        key.expect("a key").expose().to_owned()
    }
}
