//! A figure: its median, its spread, the machine's load beside it.

use std::fs;

/// Several takes of one figure.
pub struct Figure<'a> {
    /// What was measured.
    pub name: &'a str,
    /// In what.
    pub unit: &'a str,
    /// What each take gave.
    pub takes: Vec<f64>,
    /// What it should be, if something was promised.
    pub target: Option<Target>,
}

/// What a figure should be.
#[derive(Clone, Copy)]
pub enum Target {
    /// At least this.
    AtLeast(f64),
    /// At most this.
    AtMost(f64),
}

/// Begins a table.
pub fn heading(title: &str) {
    println!("\n{title}");
    println!(
        "{:<72} {:>10} {:>21} {:>3} {:>6}  target",
        "", "median", "least to most", "n", "load"
    );
}

impl Figure<'_> {
    /// Writes the figure down.
    pub fn tell(mut self) {
        self.takes.sort_by(f64::total_cmp);
        let (Some(least), Some(most)) = (self.takes.first(), self.takes.last()) else {
            return;
        };
        let middle = median(&self.takes);
        let target = match self.target {
            None => String::new(),
            Some(Target::AtLeast(least)) => verdict(middle >= least, &format!("≥ {least}")),
            Some(Target::AtMost(most)) => verdict(middle <= most, &format!("≤ {most}")),
        };
        let name = match self.unit {
            "" => self.name.to_owned(),
            unit => format!("{}, {unit}", self.name),
        };
        let spread = format!("{} to {}", short(*least), short(*most));
        println!(
            "{:<72} {:>10} {:>21} {:>3} {:>6}  {target}",
            name,
            short(middle),
            spread,
            self.takes.len(),
            load()
        );
    }
}

/// Writes a figure down.
pub fn tell(name: &str, unit: &str, takes: Vec<f64>, target: Option<Target>) {
    Figure {
        name,
        unit,
        takes,
        target,
    }
    .tell();
}

/// The middle of takes that are in order.
pub fn median(sorted: &[f64]) -> f64 {
    let half = sorted.len() / 2;
    match sorted.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => sorted[half],
        _ => f64::midpoint(sorted[half - 1], sorted[half]),
    }
}

fn verdict(good: bool, target: &str) -> String {
    format!("{target} {}", if good { "met" } else { "MISSED" })
}

fn short(value: f64) -> String {
    match value.abs() {
        v if v >= 100.0 => format!("{value:.0}"),
        v if v >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// The load average of the last minute, where the system tells it.
fn load() -> String {
    fs::read_to_string("/proc/loadavg")
        .ok()
        .and_then(|line| line.split(' ').next().map(str::to_owned))
        .unwrap_or_else(|| "?".into())
}
