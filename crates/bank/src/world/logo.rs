//! Generated logos: a rounded square in the institution's colour with a simple emblem.

use std::io::Write;

use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};

use super::Institution;
use super::dice::Dice;

/// The side of Plaid's logos, in pixels.
const SIDE: usize = 152;
/// Every pixel is the mean of this number of samples squared, for smooth edges.
const SAMPLES: usize = 3;

/// Returns the logo of an institution as a PNG of 152 by 152 pixels. It is always the same for the same institution.
#[must_use]
pub fn logo_png(institution: &Institution) -> Vec<u8> {
    let emblem = Emblem::for_institution(institution);
    let colour = rgb(institution.primary_color);
    let mut pixels = Vec::with_capacity(SIDE * (SIDE * 4 + 1));
    for y in 0..SIDE {
        // The filter type of the row: none.
        pixels.push(0);
        for x in 0..SIDE {
            pixels.extend(pixel(emblem, colour, x, y));
        }
    }
    png(&pixels).unwrap_or_default()
}

/// The emblem in the square.
#[derive(Clone, Copy)]
enum Emblem {
    Waves,
    Checks,
    Stripes,
    Tartan,
    Teeth,
    Panes,
    Rings,
    Hill,
    Sun,
    Arches,
    Diamond,
    Petals,
}

impl Emblem {
    fn for_institution(institution: &Institution) -> Self {
        const ALL: [Emblem; 12] = [
            Emblem::Waves,
            Emblem::Checks,
            Emblem::Stripes,
            Emblem::Tartan,
            Emblem::Teeth,
            Emblem::Panes,
            Emblem::Rings,
            Emblem::Hill,
            Emblem::Sun,
            Emblem::Arches,
            Emblem::Diamond,
            Emblem::Petals,
        ];
        match institution.id {
            "ins_109508" => Self::Waves,
            "ins_109509" => Self::Checks,
            "ins_109510" => Self::Stripes,
            "ins_109511" | "ins_43" => Self::Tartan,
            "ins_109512" => Self::Teeth,
            "ins_135858" => Self::Panes,
            "ins_127287" => Self::Rings,
            "ins_117650" => Self::Diamond,
            "ins_900101" => Self::Sun,
            "ins_900102" => Self::Petals,
            "ins_900201" => Self::Arches,
            "ins_900202" => Self::Stripes,
            "ins_900203" => Self::Petals,
            "ins_900204" => Self::Hill,
            "ins_900205" | "ins_132363" | "ins_132361" => Self::Waves,
            "ins_130016" => Self::Rings,
            "ins_132241" => Self::Panes,
            "ins_116834" => Self::Arches,
            "ins_117181" => Self::Checks,
            id => *Dice::seeded(&[id, "emblem"])
                .pick(&ALL)
                .unwrap_or(&Self::Hill),
        }
    }

    /// Returns how much of a point the emblem covers, from 0 to 1. The square extends from -1 to 1 in both directions.
    fn cover(self, x: f32, y: f32) -> f32 {
        let radius = x.hypot(y);
        let disc = if radius < 0.66 { 1.0 } else { 0.0 };
        let on = |yes: bool| if yes { 1.0 } else { 0.0 };
        match self {
            Self::Waves => {
                let crest =
                    |level: f32| (y - level - 0.11 * (x * 6.2 + level * 4.0).sin()).abs() < 0.09;
                disc * on(crest(-0.34) || crest(0.0) || crest(0.34))
            }
            Self::Checks => {
                let (a, b) = (band(x, 0.44), band(y, 0.44));
                on(x.abs() < 0.66 && y.abs() < 0.66) * (0.5 * on(a) + 0.5 * on(b))
            }
            Self::Stripes => disc * on(band(x + y, 0.36)),
            Self::Tartan => {
                let line = |v: f32| (v.abs() < 0.15) || ((v.abs() - 0.42).abs() < 0.05);
                on(x.abs() < 0.66 && y.abs() < 0.66) * (0.55 * on(line(x)) + 0.45 * on(line(y)))
            }
            Self::Teeth => {
                let (u, v) = (fraction(x * 2.3), fraction(y * 2.3));
                on(x.abs() < 0.65 && y.abs() < 0.65)
                    * on((u < 0.5) == (v < 0.5) || (u + v - 1.0).abs() < 0.16)
            }
            Self::Panes => on(x.abs() < 0.58 && y.abs() < 0.58 && x.abs() > 0.06 && y.abs() > 0.06),
            Self::Rings => on((radius - 0.56).abs() < 0.075 || (radius - 0.3).abs() < 0.075),
            Self::Hill => {
                let near = (x + 0.3).hypot(y - 0.75) < 0.72 || (x - 0.42).hypot(y - 0.8) < 0.6;
                let sun = (x - 0.22).hypot(y + 0.26) < 0.16;
                disc * (on(near) + on(sun && !near))
            }
            Self::Sun => {
                let ray = fraction(y.atan2(x) / std::f32::consts::TAU * 12.0) < 0.5;
                on(radius < 0.32 || (radius > 0.42 && radius < 0.68 && ray))
            }
            Self::Arches => {
                let ring = |r: f32| (x.hypot(y - 0.3) - r).abs() < 0.08;
                on(y < 0.3 && (ring(0.16) || ring(0.4) || ring(0.64)))
            }
            Self::Diamond => {
                let size = x.abs() + y.abs();
                on(size < 0.3 || (size > 0.44 && size < 0.68))
            }
            Self::Petals => {
                let angle = y.atan2(x);
                on(radius < 0.22 + 0.44 * (angle * 2.5).cos().abs() && radius > 0.12)
            }
        }
    }
}

/// Whether a coordinate is in the painted half of a repeated band.
fn band(v: f32, period: f32) -> bool {
    fraction(v / period + 0.25) < 0.5
}

fn fraction(v: f32) -> f32 {
    v - v.floor()
}

fn pixel(emblem: Emblem, colour: [f32; 3], x: usize, y: usize) -> [u8; 4] {
    let at = |pixel: usize, sample: usize| {
        let steps = (pixel * SAMPLES + sample) as f32 + 0.5;
        steps / (SIDE * SAMPLES) as f32 * 2.0 - 1.0
    };
    let (mut paint, mut alpha) = ([0.0_f32; 3], 0.0_f32);
    for sample in 0..SAMPLES * SAMPLES {
        let (sx, sy) = (at(x, sample % SAMPLES), at(y, sample / SAMPLES));
        if !in_square(sx, sy) {
            continue;
        }
        alpha += 1.0;
        let white = emblem.cover(sx, sy).clamp(0.0, 1.0) * 0.94;
        // A slight gradient: the square is lighter at the top.
        let light = 1.06 - 0.12 * (sy + 1.0) / 2.0;
        for (sum, channel) in paint.iter_mut().zip(colour) {
            let ground = (channel * light).min(255.0);
            *sum += ground + (255.0 - ground) * white;
        }
    }
    let all = (SAMPLES * SAMPLES) as f32;
    let [r, g, b] = paint.map(|sum| {
        if alpha > 0.0 {
            (sum / alpha).round() as u8
        } else {
            0
        }
    });
    [r, g, b, (alpha / all * 255.0).round() as u8]
}

/// Whether a point is inside the square with rounded corners.
fn in_square(x: f32, y: f32) -> bool {
    const CORNER: f32 = 0.44;
    let (dx, dy) = (x.abs() - (1.0 - CORNER), y.abs() - (1.0 - CORNER));
    dx <= 0.0 || dy <= 0.0 || dx.hypot(dy) <= CORNER
}

/// Parses `#rrggbb`. Anything else is grey.
fn rgb(hex: &str) -> [f32; 3] {
    let value = hex
        .strip_prefix('#')
        .and_then(|digits| u32::from_str_radix(digits, 16).ok());
    let [_, r, g, b] = value.unwrap_or(0x0080_8080).to_be_bytes();
    [r, g, b].map(f32::from)
}

/// Encodes rows of RGBA, each with a leading filter byte, as a PNG (w3.org/TR/png-3).
fn png(rows: &[u8]) -> std::io::Result<Vec<u8>> {
    let side = u32::try_from(SIDE).unwrap_or_default().to_be_bytes();
    let mut header = [side, side].concat();
    // Eight bits per channel, RGBA, deflate, standard filters, no interlacing.
    header.extend([8, 6, 0, 0, 0]);
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
    packed.write_all(rows)?;
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    for (name, data) in [
        (b"IHDR", header),
        (b"IDAT", packed.finish()?),
        (b"IEND", Vec::new()),
    ] {
        let mut crc = Crc::new();
        crc.update(name);
        crc.update(&data);
        file.extend(u32::try_from(data.len()).unwrap_or_default().to_be_bytes());
        file.extend(name);
        file.extend(data);
        file.extend(crc.sum().to_be_bytes());
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::world::institutions;

    #[test]
    fn every_logo_is_a_png_of_its_own() {
        let logos: Vec<_> = institutions().iter().map(logo_png).collect();
        for logo in &logos {
            assert_eq!(&logo[..8], b"\x89PNG\r\n\x1a\n");
            assert_eq!(&logo[16..24], [0, 0, 0, 152, 0, 0, 0, 152]);
            assert!(
                logo.len() > 600 && logo.len() < 20_000,
                "{} bytes",
                logo.len()
            );
        }
        let distinct: HashSet<_> = logos.iter().collect();
        assert_eq!(distinct.len(), logos.len());
        assert_eq!(logo_png(&institutions()[0]), logos[0]);
    }
}
