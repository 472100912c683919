//! Institutions, and what their log-ins ask for.

use super::asking::Asked;
use super::challenges::fields;
use super::problems::bad_answer;
use super::{Mx, convert, paths, wire};
use domain::feed::Institution;
use domain::problem::Problem;
use domain::provider::CredentialField;

/// MX takes no more at once, and a larger number for 25.
const AT_ONCE: u8 = 50;

/// Institutions whose names hold what was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    /// Those of this page.
    pub institutions: Vec<OfferedInstitution>,
    /// Whether there is another page.
    pub has_more: bool,
}

/// An institution that can be linked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferedInstitution {
    /// It.
    pub institution: Institution,
    /// Whether it has a log-in of its own, and takes no credentials.
    pub has_own_login: bool,
}

impl Mx {
    /// Institutions that give transactions and whose names hold a text, by page from 1.
    ///
    /// # Errors
    /// MX's refusal.
    pub async fn institutions(&self, name: &str, page: u32) -> Result<Offered, Problem> {
        let asked = Asked::of(paths::INSTITUTIONS, &[])
            .with("name", name)
            .with("page", page)
            .with("records_per_page", AT_ONCE)
            .with("supported_products", "transactions");
        let answer: wire::InstitutionsAnswer = self.read(asked).await?;
        let pages = answer.pagination.total_pages.unwrap_or(0);
        let open = answer.institutions.into_iter();
        let open = open.filter(|it| !it.is_hidden && !it.is_disabled_by_client);
        let institutions = open.filter_map(|it| {
            let has_own_login = it.supports_oauth;
            Some(OfferedInstitution {
                institution: convert::institution(it, None)?,
                has_own_login,
            })
        });
        Ok(Offered {
            institutions: institutions.collect(),
            has_more: u64::from(page) < pages,
        })
    }

    /// What an institution's log-in asks for.
    ///
    /// # Errors
    /// MX's refusal.
    pub async fn credential_fields(
        &self,
        institution: &str,
    ) -> Result<Vec<CredentialField>, Problem> {
        let asked = Asked::of(paths::CREDENTIALS, &[institution]).with("records_per_page", 1000);
        let answer: wire::CredentialsAnswer = self.read(asked).await?;
        Ok(fields(answer.credentials))
    }

    pub(super) async fn one_institution(&self, id: &str) -> Result<Institution, Problem> {
        let asked = Asked::of(paths::INSTITUTION, &[id]);
        let answer: wire::InstitutionAnswer = self.read(asked).await?;
        let read = convert::institution(answer.institution, Some(id));
        read.ok_or_else(|| bad_answer("an institution without a name"))
    }
}
