//! QR codes, as SVG.

use std::fmt::Write as _;

use leptos::prelude::*;
use qrcode::{Color, QrCode};

/// The width of the empty border in modules (ISO/IEC 18004).
const BORDER: usize = 4;

/// Draws a text as a QR code, named `what` for screen readers; nothing if the text is too long for one. It is dark on
/// light in both appearances, because some cameras read no others.
pub fn code(text: &str, what: &'static str) -> Option<AnyView> {
    let code = QrCode::new(text).ok()?;
    let whole = code.width() + 2 * BORDER;
    let dark = path(&code);
    let view = view! {
        <svg class="qr" role="img" aria-label=what viewBox=format!("0 0 {whole} {whole}") shape-rendering="crispEdges">
            <rect width=whole height=whole fill="#fff"></rect>
            <path d=dark fill="#000"></path>
        </svg>
    };
    Some(view.into_any())
}

/// Returns the dark modules as one path of unit squares, each row's neighbours as one rectangle.
fn path(code: &QrCode) -> String {
    let (width, colors) = (code.width(), code.to_colors());
    let mut path = String::new();
    for (y, row) in colors.chunks(width).enumerate() {
        let mut x = 0;
        while x < width {
            let run = row[x..].iter().take_while(|color| **color == Color::Dark);
            let run = run.count();
            if run > 0 {
                let (left, top) = (x + BORDER, y + BORDER);
                // Writing to a string cannot fail.
                let _ = write!(path, "M{left} {top}h{run}v1h-{run}z");
            }
            x += run.max(1);
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::drawn::html;

    #[test]
    fn the_path_has_every_dark_module() {
        let code = QrCode::new("otpauth://totp/Passbook").expect("a code");
        let dark = code
            .to_colors()
            .iter()
            .filter(|color| **color == Color::Dark)
            .count();
        let path = path(&code);
        let runs = path
            .split('h')
            .skip(1)
            .filter_map(|rest| rest.split('v').next());
        let drawn: usize = runs.map(|run| run.parse::<usize>().unwrap_or(0)).sum();
        assert_eq!(drawn, dark);
    }

    #[test]
    fn a_text_that_is_too_long_draws_nothing() {
        let page = html(|| code(&"a".repeat(9_000), "too long").into_any());
        assert_eq!(page.count("svg"), 0);
        let page = html(|| code("short", "a code").into_any());
        assert_eq!(page.one("svg").attr("aria-label"), Some("a code"));
    }
}
