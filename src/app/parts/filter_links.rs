//! The ranges of days, active filters and totals that are shown between a list's filter and its rows.

use leptos::prelude::*;

use super::figure;
use super::filter::{address, first_page};
use crate::ledger::view::{Choice, Filter, ListTotals, QuickRange, Sums, TransactionPage};
use domain::wording;

/// Draws the ranges; the chosen one is marked.
pub fn ranges(filter: &Filter, ranges: &[QuickRange]) -> AnyView {
    let link = |range: &QuickRange| {
        let chosen = range.from == filter.from && range.to == filter.to;
        let to = address(&Filter {
            from: range.from.clone(),
            to: range.to.clone(),
            ..first_page(filter)
        });
        let label = range.label.clone();
        view! { <li><a href=to aria-current=chosen.then_some("true")>{label}</a></li> }
    };
    let links = ranges.iter().map(link).collect_view();
    view! { <nav class="ranges" aria-label="Date range"><ul>{links}</ul></nav> }.into_any()
}

/// Draws the active filters, each as a link to the list without it; nothing if there is none.
pub fn active(filter: &Filter, page: &TransactionPage) -> Option<AnyView> {
    let active = active_filters(filter, page);
    if active.is_empty() {
        return None;
    }
    let chip = |(label, without): (String, Filter)| {
        view! {
            <li>
                <a href=address(&without)>
                    <span class="hidden">"Remove filter: "</span><span class="label">{label}</span><span aria-hidden="true">"×"</span>
                </a>
            </li>
        }
    };
    let chips = active.into_iter().map(chip).collect_view();
    let chips = view! {
        <ul class="chips" aria-label="Active filters">
            {chips}
            <li><a class="clear" href="/transactions">"Clear all"</a></li>
        </ul>
    };
    Some(chips.into_any())
}

/// Draws what the list is narrowed to, for paper, where the filters are not shown.
pub fn printed(filter: &Filter, page: &TransactionPage) -> AnyView {
    let active = active_filters(filter, page);
    let labels: Vec<_> = active.into_iter().map(|(label, _)| label).collect();
    let words = match labels.as_slice() {
        [] => "All transactions".to_owned(),
        labels => labels.join(", "),
    };
    view! { <p class="printed">{words}</p> }.into_any()
}

/// Draws what everything in a list adds up to: the count, and for each currency what went out and what came in.
pub fn totals(totals: &ListTotals) -> AnyView {
    view! {
        <p class="totals">
            <strong>{totals.count.clone()}</strong>
            {totals.sums.iter().map(sums).collect_view()}
            {totals.transfers.clone().map(|count| view! { <span class="soft">{count}</span> })}
        </p>
    }
    .into_any()
}

/// Draws what went out and what came in.
pub fn sums(sums: &Sums) -> AnyView {
    let outgoing = sums.outgoing.as_ref().map(|sum| {
        view! { <span class="sum">{figure::movement(sum)} <span class="soft">" out"</span></span> }
    });
    let incoming = sums.incoming.as_ref().map(|sum| {
        view! { <span class="sum">{figure::movement(sum)} <span class="soft">" in"</span></span> }
    });
    view! { <span class="pair">{outgoing} " " {incoming}</span> }.into_any()
}

/// Returns the field of a filter.
type Field = fn(&mut Filter) -> &mut String;

/// Returns each active filter in words, with the filter that remains without it.
fn active_filters(filter: &Filter, page: &TransactionPage) -> Vec<(String, Filter)> {
    let first = first_page(filter);
    let named = |choices: &[Choice], value: &str| {
        let found = choices.iter().find(|choice| choice.value == value);
        // Fine categories are indented in the list.
        found.map_or(value, |choice| choice.label.trim()).to_owned()
    };
    let day = |text: &str| {
        let day = text.parse();
        day.map_or_else(|_| text.to_owned(), wording::day)
    };
    let pending = match filter.pending.as_str() {
        "yes" => "Pending",
        "no" => "Posted",
        other => other,
    };
    let all: [(&str, String, Field); 9] = [
        (&filter.q, format!("“{}”", filter.q), |it| &mut it.q),
        (
            &filter.account,
            named(&page.accounts, &filter.account),
            |it| &mut it.account,
        ),
        (
            &filter.category,
            named(&page.categories, &filter.category),
            |it| &mut it.category,
        ),
        (&filter.from, format!("From {}", day(&filter.from)), |it| {
            &mut it.from
        }),
        (&filter.to, format!("To {}", day(&filter.to)), |it| {
            &mut it.to
        }),
        (&filter.min, format!("Min {}", filter.min), |it| &mut it.min),
        (&filter.max, format!("Max {}", filter.max), |it| &mut it.max),
        (&filter.pending, pending.to_owned(), |it| &mut it.pending),
        (&filter.tag, format!("#{}", filter.tag), |it| &mut it.tag),
    ];
    let set = all
        .into_iter()
        .filter(|(value, _, _)| !value.trim().is_empty());
    set.map(|(_, label, field)| {
        let mut without = first.clone();
        field(&mut without).clear();
        (label, without)
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::drawn::html;
    use crate::app::tests::invented;

    #[test]
    fn each_active_filter_is_removed_alone() {
        let filter = Filter {
            q: "coffee".into(),
            from: "2026-11-01".into(),
            min: "5".into(),
            tag: "work".into(),
            after: "2026-11-18.01arz".into(),
            ..Filter::default()
        };
        let page = html(|| active(&filter, &invented::transactions()).into_any());
        let links = page.all(".chips a");
        let links: Vec<_> = links.iter().filter_map(|link| link.attr("href")).collect();
        assert_eq!(
            links,
            [
                "/transactions?from=2026-11-01&min=5&tag=work",
                "/transactions?q=coffee&min=5&tag=work",
                "/transactions?q=coffee&from=2026-11-01&tag=work",
                "/transactions?q=coffee&from=2026-11-01&min=5",
                "/transactions",
            ]
        );
        let words = page.text(".chips");
        for label in ["“coffee”", "From 1 Nov 2026", "Min 5", "#work"] {
            assert!(words.contains(label), "{label} in {words}");
        }
        assert!(active(&Filter::default(), &invented::transactions()).is_none());
        let of =
            |filter: &Filter| html(|| printed(filter, &invented::transactions())).text("p.printed");
        assert_eq!(of(&filter), "“coffee”, From 1 Nov 2026, Min 5, #work");
        assert_eq!(of(&Filter::default()), "All transactions");
    }

    #[test]
    fn a_range_keeps_the_other_filters_and_the_chosen_one_is_marked() {
        let ranges_of = invented::transactions().ranges;
        let filter = Filter {
            q: "coffee".into(),
            from: ranges_of[0].from.clone(),
            to: ranges_of[0].to.clone(),
            ..Filter::default()
        };
        let page = html(|| ranges(&filter, &ranges_of));
        assert_eq!(page.text("[aria-current]"), "This month");
        let links = page.all(".ranges a");
        assert!(
            links
                .iter()
                .all(|link| link.attr("href").is_some_and(|to| to.contains("q=coffee")))
        );
    }
}
