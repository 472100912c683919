//! Finds institutions and the fields of their log-ins.

use super::asking::Asked;
use super::challenges::fields;
use super::problems::bad_answer;
use super::token::is_guid;
use super::{Mx, convert, paths, wire};
use domain::feed::Institution;
use domain::problem::{Problem, Reason};
use domain::provider::{CredentialField, Offered, OfferedInstitution};

/// The largest page that MX gives; it treats a larger number as 25.
const AT_ONCE: u8 = 50;

impl Mx {
    /// Returns a page of the institutions that offer transactions and whose names contain a text. Pages are counted
    /// from 1.
    pub(super) async fn search(&self, name: &str, page: u32) -> Result<Offered, Problem> {
        let asked = Asked::new(paths::INSTITUTIONS, &[])
            .with("name", name)
            .with("page", page)
            .with("records_per_page", AT_ONCE)
            .with("supported_products", "transactions");
        let answer: wire::InstitutionsAnswer = self.fetch(asked).await?;
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

    /// Returns the fields of an institution's log-in.
    pub(super) async fn fields_of(
        &self,
        institution: &str,
    ) -> Result<Vec<CredentialField>, Problem> {
        if !is_guid(institution) {
            // Such an id cannot be part of a path, and no institution has it.
            return Err(Problem::ours(Reason::NotOffered));
        }
        let asked = Asked::new(paths::CREDENTIALS, &[institution]).with("records_per_page", 1000);
        let answer: wire::CredentialsAnswer = self.fetch(asked).await?;
        Ok(fields(answer.credentials))
    }

    pub(super) async fn one_institution(&self, id: &str) -> Result<Institution, Problem> {
        let asked = Asked::new(paths::INSTITUTION, &[id]);
        let answer: wire::InstitutionAnswer = self.fetch(asked).await?;
        let read = convert::institution(answer.institution, Some(id));
        read.ok_or_else(|| bad_answer("an institution without a name"))
    }
}
