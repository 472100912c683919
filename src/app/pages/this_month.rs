//! The overview's card of this month: what came in, what went out, and for what.

use leptos::prelude::*;

use crate::app::parts::figure;
use crate::app::parts::filter::address;
use crate::ledger::view::{Filter, SpentIn, ThisMonth};

/// Draws a card for each currency.
pub fn cards(months: &[ThisMonth]) -> Option<AnyView> {
    let several = months.len() > 1;
    let each = months.iter().map(|month| card(month, several));
    let cards = || view! { <div class="months">{each.collect_view()}</div> }.into_any();
    (!months.is_empty()).then(cards)
}

/// Draws the card of one currency, which is named if there are several.
fn card(month: &ThisMonth, several: bool) -> AnyView {
    let whole = Filter {
        from: month.from.clone(),
        to: month.to.clone(),
        ..Filter::default()
    };
    let compared = month.compared.clone();
    let heading = match several {
        true => format!("This month, {}", month.outgoing.currency),
        false => "This month".to_owned(),
    };
    view! {
        <section class="this-month">
            <div class="heading">
                <h2 class="band-title">{heading}</h2>
                <a class="soft" href=address(&whole)>"See all"</a>
            </div>
            <dl class="in-and-out">
                <div><dt>"In"</dt><dd>{figure::balance(&month.incoming)}</dd></div>
                <div>
                    <dt>"Out"</dt>
                    <dd>
                        {figure::balance(&month.outgoing)}
                        {(!compared.is_empty()).then(|| view! { <span class="soft">{compared}</span> })}
                    </dd>
                </div>
            </dl>
            {(!month.categories.is_empty()).then(|| view! {
                <ul class="spent">{month.categories.iter().map(|spent| line(spent, &whole)).collect_view()}</ul>
            })}
        </section>
    }
    .into_any()
}

fn line(spent: &SpentIn, whole: &Filter) -> AnyView {
    let of_category = address(&Filter {
        category: spent.code.clone(),
        ..whole.clone()
    });
    let label = spent.label.clone();
    let name = match spent.code.is_empty() {
        true => view! { <span>{label}</span> }.into_any(),
        false => view! { <a href=of_category>{label}</a> }.into_any(),
    };
    let before = spent.before.as_ref().map(|before| {
        view! { <span class="soft">{format!("{} last month", before.text)}</span> }
    });
    view! {
        <li>
            <span class="name">{name}</span>
            <span class="amount">{figure::balance(&spent.figure)} {before}</span>
            <svg class="share" viewBox="0 0 1000 6" preserveAspectRatio="none" aria-hidden="true">
                <rect width=spent.share.max(8) height="6"/>
            </svg>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::drawn::html;
    use crate::app::tests::invented;

    #[test]
    fn a_category_leads_to_its_transactions_of_the_month() {
        let month = invented::overview().this_month.swap_remove(0);
        let page = html(|| card(&month, false));
        assert_eq!(
            page.one(".spent a").attr("href"),
            Some("/transactions?from=2026-11-01&to=2026-11-21&category=FOOD_AND_DRINK")
        );
        assert_eq!(page.count(".spent li"), month.categories.len());
    }
}
