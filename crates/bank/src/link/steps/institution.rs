//! Searching for an institution and choosing one.

use serde_json::json;

use super::select_institution;
use crate::link::answers::Answers;
use crate::link::flow::Step;
use crate::link::visit::Visit;
use crate::world::{self, Health};

/// The longest query in characters; long enough for any name.
const QUERY_LENGTH: usize = 100;

pub(super) fn take(visit: &mut Visit, answers: &Answers) {
    let chosen = answers.get("institution");
    if chosen.is_empty() {
        search(visit, answers.get("q"));
        return;
    }
    let offered = visit.offered();
    let Some(institution) = offered.iter().find(|institution| institution.id == chosen) else {
        return;
    };
    select_institution(visit, institution.id);
    if institution.health == Health::Unsupported {
        visit.turn_to(Step::Unsupported);
        visit.stumble("INSTITUTION_NO_LONGER_SUPPORTED", None);
    } else if institution.oauth {
        visit.go(Step::OAuth);
    } else {
        visit.go(Step::Credentials);
    }
}

fn search(visit: &mut Visit, query: &str) {
    visit.flow.query = query.trim().chars().take(QUERY_LENGTH).collect();
    let query = json!(visit.flow.query);
    visit.event("SEARCH_INSTITUTION", [("institution_search_query", query)]);
}

impl Visit {
    /// Returns the institutions that this token may link and that match the query.
    pub(in crate::link) fn offered(&self) -> Vec<&'static world::Institution> {
        let countries: Vec<&str> = self
            .token
            .country_codes
            .iter()
            .map(String::as_str)
            .collect();
        let products: Vec<&str> = self.token.products.iter().map(String::as_str).collect();
        if !self.flow.query.is_empty() {
            return world::search(&self.flow.query, &countries, &products);
        }
        world::institutions()
            .iter()
            .filter(|institution| {
                let here = institution
                    .country_codes
                    .iter()
                    .any(|code| countries.contains(code));
                here && products
                    .iter()
                    .all(|product| institution.products.contains(product))
            })
            .collect()
    }
}
