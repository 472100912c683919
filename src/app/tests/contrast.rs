//! Tests the stylesheet's colour contrast: WCAG 2.2 requires 4.5:1 for text and 3:1 for controls.

use std::collections::HashMap;

const STYLE: &str = include_str!("../../../style/main.css");
const TEXT: f64 = 4.5;
const OPERATED: f64 = 3.0;

const PAIRS: [(&str, &[&str], f64); 23] = [
    ("ink", &["paper", "sheet", "band", "warn-sheet"], TEXT),
    ("soft", &["paper", "sheet", "band"], TEXT),
    ("in", &["paper", "sheet"], TEXT),
    ("accent", &["sheet", "paper"], TEXT),
    ("on-accent", &["accent"], TEXT),
    ("warn", &["warn-sheet", "sheet"], TEXT),
    ("wrong", &["paper", "sheet", "wrong-sheet"], TEXT),
    ("soft-on-warn", &["warn-sheet"], TEXT),
    ("edge", &["paper", "sheet"], OPERATED),
    ("ink", &["raised"], TEXT),
    ("raised-edge", &["paper", "sheet", "raised"], OPERATED),
    ("orange", &["orange-sheet"], TEXT),
    ("red", &["red-sheet"], TEXT),
    ("pink", &["pink-sheet"], TEXT),
    ("violet", &["violet-sheet"], TEXT),
    ("blue", &["blue-sheet"], TEXT),
    ("teal", &["teal-sheet"], TEXT),
    ("green", &["green-sheet"], TEXT),
    ("gold", &["gold-sheet"], TEXT),
    ("grey", &["grey-sheet"], TEXT),
    ("wrong", &["sheet"], OPERATED),
    ("accent", &["bar"], OPERATED),
    ("accent", &["warn-sheet"], OPERATED),
];

#[test]
fn every_colour_can_be_read_on_what_it_stands_on() {
    let colours = colours();
    for (over, unders, least) in PAIRS {
        for under in unders {
            for scheme in [0, 1] {
                let ratio = contrast(colours[over][scheme], colours[*under][scheme]);
                let name = ["light", "dark"][scheme];
                assert!(ratio >= least, "{over} on {under}, {name}: {ratio:.2}");
            }
        }
    }
}

#[test]
fn the_letter_of_every_mark_can_be_read() {
    let tones: Vec<_> = STYLE
        .split(".tone-")
        .skip(1)
        .map(|rest| hex(&rest[rest.find('#').expect("a colour")..]))
        .collect();
    assert_eq!(tones.len(), 12);
    for tone in tones {
        let ratio = contrast(tone, [255; 3]);
        assert!(ratio >= TEXT, "{tone:?}: {ratio:.2}");
    }
}

type Rgb = [u8; 3];

/// Returns the custom properties that differ between light and dark, as `[light, dark]`.
fn colours() -> HashMap<&'static str, [Rgb; 2]> {
    let lines = STYLE
        .lines()
        .filter_map(|line| line.trim().strip_prefix("--"));
    let both = lines.filter_map(|line| {
        let (name, value) = line.split_once(": light-dark(")?;
        let (light, dark) = value.split_once(", ")?;
        Some((name, [hex(light), hex(dark)]))
    });
    both.collect()
}

fn hex(text: &str) -> Rgb {
    let part = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).expect("two digits");
    [part(1), part(3), part(5)]
}

/// Returns the contrast ratio as WCAG defines it (w3.org/TR/WCAG22/#dfn-contrast-ratio).
fn contrast(a: Rgb, b: Rgb) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance(colour: Rgb) -> f64 {
    let [r, g, b] = colour.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 {
            part / 12.92
        } else {
            ((part + 0.055) / 1.055).powf(2.4)
        }
    });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}
