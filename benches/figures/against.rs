//! Compares Passbook with the control. They take turns, so that other load on the machine affects both.

use std::time::Duration;

use crate::Outcome;
use crate::browser::{Served, crowd};
use crate::program::Program;
use crate::report::{Target, tell};

/// How long each side is asked in a round.
pub const LASTING: Duration = Duration::from_millis(1_200);
/// The number of rounds.
pub const ROUNDS: usize = 5;

/// A program, and the request that it is sent.
pub type Side<'a> = (&'a Program, &'a [u8]);

/// Has `browsers` clients ask Passbook, then the control, again and again.
pub fn compare(name: &str, passbook: Side<'_>, control: Side<'_>, browsers: usize) -> Outcome<()> {
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(crowd(passbook.0, passbook.1, browsers, LASTING)?);
        bare.push(crowd(control.0, control.1, browsers, LASTING)?);
    }
    let of = |what: &str| format!("{name}, {browsers} at once: {what}");
    let rates = |served: &[Served]| served.iter().map(|s| s.rate).collect::<Vec<_>>();
    tell(&of("Passbook"), "pages/s", rates(&ours), None);
    tell(&of("control"), "pages/s", rates(&bare), None);
    let half = Some(Target::AtLeast(0.5));
    let ratios = ours.iter().zip(&bare).map(|(a, b)| a.rate / b.rate);
    tell(&of("Passbook ÷ control"), "", ratios.collect(), half);
    // Processor time a page stays true on a busy machine.
    let busy = |served: &[Served]| served.iter().map(|s| s.busy_ms).collect::<Vec<_>>();
    tell(&of("Passbook, processor"), "ms/page", busy(&ours), None);
    tell(&of("control, processor"), "ms/page", busy(&bare), None);
    let ratios = ours.iter().zip(&bare).map(|(a, b)| b.busy_ms / a.busy_ms);
    tell(
        &of("Passbook ÷ control, pages a processor second"),
        "",
        ratios.collect(),
        half,
    );
    Ok(())
}
