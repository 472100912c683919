//! A line over days: drawn on the server, read under the pointer and by keyboard where scripts run, and with
//! its figures in a table for everybody.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use leptos::prelude::*;

use super::scale::Scale;
use super::scripts::wake;
use crate::app::shell::has_islands;
use crate::ledger::view::Point;
use domain::money::{Currency, Money};
use islands::ChartReader;

/// More points than this are no finer on a screen, and each is a row of the table.
const MOST_POINTS: usize = 180;
const MOST_DATES: usize = 5;

/// The line, its rules, its dates and its table; `what` says what it shows. One day is no line yet.
pub fn chart(id: &str, what: &str, points: &[Point], class: &'static str) -> AnyView {
    let points = thinned(points, MOST_POINTS);
    let [_, .., last] = points.as_slice() else {
        return view! {
            <p class="soft no-line">"The line over time begins today and grows by a point a day."</p>
        }
        .into_any();
    };
    let values = || points.iter().map(|point| point.figure.minor);
    let currency = Currency::from_codes(Some(&last.figure.currency), None);
    let unit = 10_i64.pow(currency.exponent().min(9));
    let scale = Scale::around(
        values().min().unwrap_or(0),
        values().max().unwrap_or(0),
        unit,
    );
    let drawn = Drawn::of(&points, scale);
    let rules = scale
        .rules()
        .map(|minor| Money::new(minor, currency.clone()).halves());
    let reader = has_islands().then(|| view! { <ChartReader id=id.to_owned()/> {wake()} });
    view! {
        <figure class=format!("chart {class}") id=id.to_owned() aria-label=what.to_owned()>
            <div class="plot">
                <svg viewBox="0 0 1000 1000" preserveAspectRatio="none" aria-hidden="true" focusable="false">
                    <path class="rule" d="M0 115H1000M0 500H1000M0 884H1000"/>
                    <path class="fill" d=drawn.fill/>
                    <path class="line" d=drawn.line/>
                    <path class="end" d=drawn.end/>
                </svg>
                <ul class="rules" aria-hidden="true">
                    {rules.map(|(whole, cents)| view! { <li>{label(whole, &cents)}</li> })}
                </ul>
                {reader}
                <p class="dates" aria-hidden="true">
                    {dates(&points)
                        .into_iter()
                        .map(|date| view! { <span>{date}</span> })
                        .collect_view()}
                </p>
            </div>
            {table(what, &points, scale)}
        </figure>
    }
    .into_any()
}

struct Drawn {
    line: String,
    fill: String,
    end: String,
}

impl Drawn {
    fn of(points: &[&Point], scale: Scale) -> Self {
        let last = points.len().saturating_sub(1).max(1);
        let mut line = String::with_capacity(points.len() * 10);
        let mut down = 0;
        for (i, point) in points.iter().enumerate() {
            let across = i * 1000 / last;
            down = scale.down(point.figure.minor);
            let pen = if i == 0 { 'M' } else { 'L' };
            let _ = write!(line, "{pen}{across} {down}");
        }
        Self {
            fill: format!("{line}V1000H0Z"),
            // A line of no length with round ends is a dot that stays round however the picture is stretched.
            end: format!("M1000 {down}h0"),
            line,
        }
    }
}

/// A few of the days, the year only where there are two of them.
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

/// Whole units, unless the rules are so close that the decimals tell them apart.
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

fn table(what: &str, points: &[&Point], scale: Scale) -> AnyView {
    let row = |point: &&Point| {
        view! {
            <tr data-down=scale.down(point.figure.minor)>
                <th scope="row">{point.label.clone()}</th>
                <td>{point.figure.text.clone()}</td>
            </tr>
        }
    };
    view! {
        <details class="figures">
            <summary>"Show as a table"</summary>
            <div class="scroll" tabindex="0" role="region" aria-label=format!("{what}, as a table")>
                <table>
                    <caption class="hidden">{what.to_owned()}</caption>
                    <thead><tr><th scope="col">"Day"</th><th scope="col">"Figure"</th></tr></thead>
                    <tbody>{points.iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}

/// At most so many of the items, evenly spread, the first and the last among them.
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
