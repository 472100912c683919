//! A figure: its median, its spread, and the machine's load.

use std::fs;

/// Several takes of one figure.
pub struct Figure<'a> {
    /// What was measured.
    pub name: &'a str,
    /// The unit.
    pub unit: &'a str,
    /// The value of each take.
    pub takes: Vec<f64>,
    /// The promised value, if any.
    pub target: Option<Target>,
}

/// The promised bound of a figure.
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
    /// Prints the figure.
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

/// Prints a figure.
pub fn tell(name: &str, unit: &str, takes: Vec<f64>, target: Option<Target>) {
    Figure {
        name,
        unit,
        takes,
        target,
    }
    .tell();
}

/// Returns the median of sorted takes.
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

/// Returns the load average of the last minute, if the system reports it.
fn load() -> String {
    fs::read_to_string("/proc/loadavg")
        .ok()
        .and_then(|line| line.split(' ').next().map(str::to_owned))
        .unwrap_or_else(|| "?".into())
}
