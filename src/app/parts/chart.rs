//! Line charts over time. They are drawn on the server, can be read with the pointer and the keyboard where scripts
//! run, and have their figures in a table for everyone, newest first.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::scale::Scale;
use super::scripts::wake;
use crate::app::shell::has_islands;
use crate::ledger::view::Point;
use domain::money::{Currency, Money};
use islands::ChartReader;

/// The greatest number of points: more are no finer on a screen, and each is a row of the table.
pub const MOST_POINTS: usize = 180;
/// The number of dates below a chart.
pub const MOST_DATES: usize = 5;

/// A chart, ready to be drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plot {
    /// Its points, earliest first; at least two.
    pub dots: Vec<Dot>,
    /// The labels of the three rules, highest first.
    pub rules: [String; 3],
    /// The dates below, evenly spread.
    pub dates: Vec<String>,
    /// The headings of the table's two columns.
    pub heads: [String; 2],
}

/// A point: a row of the table, and its position in thousandths of the width and the height.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dot {
    /// Its date or time in words.
    pub label: String,
    /// Its figure in words.
    pub text: String,
    /// The distance from the left.
    pub across: u16,
    /// The distance from the top.
    pub down: u16,
}

/// Draws the chart of a figure by day, or says that there is none yet. `what` describes the chart, and `figure` heads
/// its table's second column.
pub fn chart(
    id: &str,
    what: &str,
    figure: &'static str,
    points: &[Point],
    class: &'static str,
) -> AnyView {
    match by_day(figure, points) {
        Some(plot) => chart_view(id, what, &plot, class),
        None => view! {
            <p class="soft no-line">"Your chart starts today. Check back tomorrow."</p>
        }
        .into_any(),
    }
}

/// Draws a chart with its rules, dates and table; `what` describes it.
pub fn chart_view(id: &str, what: &str, plot: &Plot, class: &'static str) -> AnyView {
    let lines = Lines::from_dots(&plot.dots);
    let rules = plot.rules.clone();
    let dates = plot.dates.clone().into_iter();
    let reader = has_islands().then(|| view! { <ChartReader id=id.to_owned()/> {wake()} });
    view! {
        <figure class=format!("chart {class}") id=id.to_owned() aria-label=what.to_owned()>
            <div class="plot">
                <svg viewBox="0 0 1000 1000" preserveAspectRatio="none" aria-hidden="true" focusable="false">
                    <path class="rule" d="M0 115H1000M0 500H1000M0 884H1000"/>
                    <path class="fill" d=lines.fill/>
                    <path class="line" d=lines.line/>
                    <path class="end" d=lines.end/>
                </svg>
                <ul class="rules" aria-hidden="true">
                    {rules.map(|rule| view! { <li>{rule}</li> })}
                </ul>
                {reader}
                <p class="dates" aria-hidden="true">
                    {dates.map(|date| view! { <span>{date}</span> }).collect_view()}
                </p>
            </div>
            {table(what, plot)}
        </figure>
    }
    .into_any()
}

/// Returns the chart of daily figures; `None` for fewer than two days.
fn by_day(figure: &'static str, points: &[Point]) -> Option<Plot> {
    let points = thinned(points, MOST_POINTS);
    let [_, .., last] = points.as_slice() else {
        return None;
    };
    let values = || points.iter().map(|point| point.figure.minor);
    let currency = Currency::from_codes(Some(&last.figure.currency), None);
    let unit = 10_i64.pow(currency.exponent().min(9));
    let (least, greatest) = (values().min()?, values().max()?);
    let scale = Scale::around(least, greatest, unit);
    let far = points.len() - 1;
    let dot = |(n, point): (usize, &&Point)| Dot {
        label: point.label.clone(),
        text: point.figure.text.clone(),
        across: u16::try_from(n * 1000 / far).unwrap_or(1000),
        down: scale.down(point.figure.minor),
    };
    Some(Plot {
        dots: points.iter().enumerate().map(dot).collect(),
        rules: scale.rules().map(|minor| {
            let (whole, cents) = Money::new(minor, currency.clone()).halves();
            label(whole, &cents)
        }),
        dates: dates(&points),
        heads: ["Date", figure].map(str::to_owned),
    })
}

struct Lines {
    line: String,
    fill: String,
    end: String,
}

impl Lines {
    fn from_dots(dots: &[Dot]) -> Self {
        let mut line = String::with_capacity(dots.len() * 10);
        for (n, Dot { across, down, .. }) in dots.iter().enumerate() {
            let pen = if n == 0 { 'M' } else { 'L' };
            let _ = write!(line, "{pen}{across} {down}");
        }
        let begins = dots.first().map_or(0, |dot| dot.across);
        let (across, down) = dots.last().map_or((0, 0), |dot| (dot.across, dot.down));
        Self {
            fill: format!("{line}V1000H{begins}Z"),
            // A line of zero length with round ends is a dot that stays round however the SVG is stretched.
            end: format!("M{across} {down}h0"),
            line,
        }
    }
}

/// Returns the labels of a few of the days, without the year if all are in the same one.
fn dates(points: &[&Point]) -> Vec<String> {
    let year = |point: &&Point| point.date.get(..4).unwrap_or_default().to_owned();
    let same = points.iter().map(year).collect::<BTreeSet<_>>();
    let one = same.first().filter(|_| same.len() == 1).cloned();
    let days = thinned(points, MOST_DATES).into_iter();
    let shortened = |label: &str| {
        let without = one.as_ref().and_then(|year| label.strip_suffix(year));
        without.unwrap_or(label).trim().to_owned()
    };
    days.map(|point| shortened(&point.label)).collect()
}

/// Leaves out the decimals if they are zero.
fn label(whole: String, cents: &str) -> String {
    if cents
        .trim_start_matches('.')
        .bytes()
        .all(|digit| digit == b'0')
    {
        whole
    } else {
        whole + cents
    }
}

fn table(what: &str, plot: &Plot) -> AnyView {
    let row = |dot: &Dot| {
        view! {
            <tr data-across=dot.across data-down=dot.down>
                <th scope="row">{dot.label.clone()}</th>
                <td>{dot.text.clone()}</td>
            </tr>
        }
    };
    let heads = plot.heads.clone();
    view! {
        <details class="figures">
            <summary>"View as table"</summary>
            <div class="scroll" tabindex="0" role="region" aria-label=format!("{what}, as a table")>
                <table>
                    <caption class="hidden">{what.to_owned()}</caption>
                    <thead><tr>{heads.map(|head| view! { <th scope="col">{head}</th> })}</tr></thead>
                    <tbody>{plot.dots.iter().rev().map(row).collect_view()}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}

/// Returns at most `most` of the items, evenly spread, including the first and the last.
fn thinned<T>(items: impl IntoIterator<Item = T>, most: usize) -> Vec<T> {
    let mut items: Vec<Option<T>> = items.into_iter().map(Some).collect();
    let (count, last) = (items.len(), items.len().saturating_sub(1));
    if count <= most {
        return items.into_iter().flatten().collect();
    }
    (0..most)
        .filter_map(|i| items[i * last / (most - 1)].take())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thinning_keeps_both_ends() {
        assert_eq!(thinned(0..1000, 5), [0, 249, 499, 749, 999]);
        assert_eq!(thinned(0..3, 5), [0, 1, 2]);
        assert_eq!(thinned(0..0, 5), [0; 0]);
    }
}
