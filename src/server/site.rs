//! Leptos's options for this site, from the embedded `Leptos.toml`.

use leptos_config::{LeptosOptions, errors::LeptosConfigError, get_config_from_str};

/// Returns the options; `LEPTOS_*` variables override the file.
///
/// # Errors
/// When such a variable is invalid.
pub fn options() -> Result<LeptosOptions, LeptosConfigError> {
    get_config_from_str(include_str!("../../Leptos.toml"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::assets;
    use leptos::prelude::*;

    /// `Leptos.toml` is for the server and Cargo.toml for cargo-leptos; the options they share must agree.
    #[test]
    fn the_two_files_agree() {
        let manifest = get_config_from_str(include_str!("../../Cargo.toml")).expect("it has them");
        let ours = options().expect("it has them");
        assert_eq!(format!("{ours:?}"), format!("{manifest:?}"));
        assert_eq!(&*ours.output_name, "passbook");
    }

    /// Leptos appends `_bg` to the module's name when the server is compiled without LEPTOS_OUTPUT_NAME.
    #[tokio::test]
    async fn pages_link_the_files_that_are_served() {
        let options = options().expect("it has them");
        let html =
            Owner::new().with(|| view! { <HydrationScripts options islands=true/> }.to_html());
        for name in ["/pkg/passbook.js", "/pkg/passbook.wasm"] {
            assert!(html.contains(&format!("href=\"{name}\"")), "{html}");
            assert_eq!(assets::is_served(name), assets::has_islands(), "{name}");
        }
    }
}
