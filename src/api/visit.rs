//! The program's description of itself.

use axum::http::{HeaderMap, header};
use domain::activity::Visit;

use crate::context::ClientAddress;

/// Returns the address and `User-Agent` of a program, for its person's activity.
pub(super) fn visit(address: &ClientAddress, headers: &HeaderMap) -> Visit {
    let agent = headers.get(header::USER_AGENT);
    let agent = agent
        .and_then(|agent| agent.to_str().ok())
        .unwrap_or_default();
    let name = agent.split(['/', ' ']).next().unwrap_or_default();
    let name: String = name.chars().take(40).collect();
    Visit {
        address: address.0.clone(),
        browser: if name.is_empty() {
            "a program".to_owned()
        } else {
            format!("{name} (a program)")
        },
    }
}
