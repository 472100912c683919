//! The scripts, style sheets and pictures.

use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::{IntoResponse, Response};

use super::Link;
use super::unavailable::Gone;
use crate::world::{self, Institution};

/// Answers `GET /link/v2/stable/link-initialize.js`: the script that defines `Plaid.create`.
pub(super) async fn initialize(State(_): State<Link>) -> Response {
    asset(
        "text/javascript; charset=utf-8",
        include_str!("link-initialize.js").into(),
    )
}

/// Answers `GET /link-pane.js`: the pages' script.
pub(super) async fn pane() -> Response {
    asset(
        "text/javascript; charset=utf-8",
        include_str!("pane.js").into(),
    )
}

/// Answers `GET /link.css`.
pub(super) async fn style() -> Response {
    asset("text/css; charset=utf-8", include_str!("link.css").into())
}

/// Answers `GET /link-icon.svg`: the pages' icon.
pub(super) async fn icon() -> Response {
    asset("image/svg+xml", include_str!("link-icon.svg").into())
}

/// Answers `GET /logo/{id}.png`.
pub(super) async fn logo(Path(file): Path<String>) -> Result<Response, Gone> {
    let institution = named(&file, ".png")?;
    Ok(asset("image/png", world::logo_png(institution)))
}

/// Answers `GET /brand/{id}.css`: an institution's colour. It is a style sheet because the pages allow no inline style.
pub(super) async fn brand(Path(file): Path<String>) -> Result<Response, Gone> {
    let institution = named(&file, ".css")?;
    let colour = institution.primary_color;
    let text = if is_light(colour) { "#000" } else { "#fff" };
    let sheet = format!(":root {{ --brand: {colour}; --on-brand: {text}; }}\n");
    Ok(asset("text/css; charset=utf-8", sheet.into()))
}

fn named(file: &str, ending: &str) -> Result<&'static Institution, Gone> {
    let id = file.strip_suffix(ending).ok_or(Gone::Unknown)?;
    world::institution(id).ok_or(Gone::Unknown)
}

fn asset(kind: &'static str, body: Vec<u8>) -> Response {
    let headers = [
        (CONTENT_TYPE, kind),
        (CACHE_CONTROL, "public, max-age=300"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, body).into_response()
}

/// Whether black is more readable than white on `#rrggbb`: relative luminance above 0.179 (WCAG 2.2, 1.4.3).
fn is_light(colour: &str) -> bool {
    let channel = |at: usize| {
        let byte = colour
            .get(at..at + 2)
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        let value = f64::from(byte.unwrap_or(0)) / 255.0;
        if value <= 0.040_45 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5) > 0.179
}

#[cfg(test)]
mod tests {
    use super::is_light;

    #[test]
    fn text_on_a_banks_colour_can_be_read() {
        assert!(is_light("#ffd400"));
        assert!(!is_light("#0b3a6b"));
        assert!(!is_light("broken"));
    }
}
