//! Hosted Link, as a person uses it with scripts off.

use crate::browser::Browser;
use crate::page::{Form, Page};

pub const PLATYPUS: &str = "ins_109508";
pub const TARTAN: &str = "ins_109511";

impl Browser {
    /// Links a bank, from the button to the connection's page; returns the connection's id.
    pub async fn link(&mut self, institution: &str, user: &str, password: &str) -> String {
        let page = self.link_to_the_end(institution, user, password).await;
        connection_of(&page)
    }

    /// Links a bank; returns the page of ours that it ends on.
    pub async fn link_to_the_end(&mut self, institution: &str, user: &str, password: &str) -> Page {
        let page = self.at_the_bank(institution).await;
        let page = self.log_in_at_bank(&page, user, password).await;
        let page = self.allow(page).await;
        self.come_back(&page).await
    }

    /// Presses "Link a bank"; returns the page of ours that leads to the bank's.
    pub async fn begin_to_link(&mut self) -> Page {
        let page = self.get("/accounts").await;
        let chooses = page.attribute("a[href^='/link/new']", "href");
        let page = self.get(&chooses.expect("the way to link")).await;
        self.send(&page.form_of_purpose("new").with("hosted", "yes"))
            .await
    }

    /// Goes on to the bank's page and chooses the institution.
    pub async fn at_the_bank(&mut self, institution: &str) -> Page {
        let page = self.begin_to_link().await;
        let page = self.on_to_the_bank(&page).await;
        let page = self.answer(&page, &[]).await;
        self.answer(&page, &[("institution", institution)]).await
    }

    /// Follows the button on our page to the bank's first page.
    pub async fn on_to_the_bank(&mut self, page: &Page) -> Page {
        let hosted = page.attribute("a.button.main", "href");
        let hosted = hosted.unwrap_or_else(|| panic!("no way to the bank: {}", page.body));
        self.get(&hosted).await
    }

    /// Types a name and a password at the bank.
    pub async fn log_in_at_bank(&mut self, page: &Page, user: &str, password: &str) -> Page {
        self.answer(page, &[("username", user), ("password", password)])
            .await
    }

    /// Agrees to every remaining step.
    pub async fn allow(&mut self, mut page: Page) -> Page {
        for _ in 0..5 {
            if page.count("form.step") == 0 {
                return page;
            }
            page = self.answer(&page, &[]).await;
        }
        panic!("the bank asks and asks: {}", page.body);
    }

    /// Leaves the bank's page without a result.
    pub async fn leave(&mut self, page: &Page) -> Page {
        self.answer(page, &[("go", "exit")]).await
    }

    /// Follows the link on the bank's last page back to ours.
    pub async fn come_back(&mut self, page: &Page) -> Page {
        let back = page.attribute("a.primary", "href");
        let back = back.unwrap_or_else(|| panic!("no way back: {}", page.body));
        self.get(&back).await
    }

    /// Submits the form on a page of the bank to the page's own address.
    pub async fn answer(&mut self, page: &Page, fields: &[(&str, &str)]) -> Page {
        assert_eq!(page.status, 200, "{}", page.body);
        let mut form: Form = page.form("form.step");
        form.action.clone_from(&page.path);
        for (name, value) in fields {
            form = form.with(name, value);
        }
        self.send(&form).await
    }
}

/// Returns the connection that this page shows.
pub fn connection_of(page: &Page) -> String {
    let id = page.path.strip_prefix("/connections/");
    id.unwrap_or_else(|| panic!("{} is no connection: {}", page.path, page.body))
        .to_owned()
}
