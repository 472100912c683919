//! Parts of the admin pages: states, paging and section links. `address` also serves other pages.

use leptos::prelude::*;

use super::events;
use crate::operator::view::{State, Tone};

/// Draws a state: the words say it, the dot and its colour only repeat it.
pub fn state(state: &State) -> AnyView {
    let class = match state.tone {
        Tone::Good => "state good",
        Tone::Plain => "state plain-state",
        Tone::Warn => "state warn",
        Tone::Wrong => "state wrong",
    };
    view! { <span class=class>{state.words.clone()}</span> }.into_any()
}

/// Links to the first and to the next page; nothing if there is only one.
pub fn pages(path: &str, query: &[(&str, &str)], after: &str, older: Option<&str>) -> AnyView {
    let newest = (!after.is_empty()).then(|| address(path, query));
    let older = older.map(|place| address(path, &[query, &[("after", place)]].concat()));
    (newest.is_some() || older.is_some())
        .then(|| events::pages(newest, older))
        .into_any()
}

/// Returns a path with a query of the values that are not empty.
pub fn address(path: &str, query: &[(&str, &str)]) -> String {
    let mut said = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in query.iter().filter(|(_, value)| !value.is_empty()) {
        said.append_pair(name, value);
    }
    match said.finish().as_str() {
        "" => path.to_owned(),
        query => format!("{path}?{query}"),
    }
}

/// Draws links to a few related pages, one of which is the page `here`.
pub fn sections(
    label: &'static str,
    class: &'static str,
    entries: &[(&'static str, &'static str)],
    here: &str,
) -> AnyView {
    let entry = |(path, name): &(&'static str, &'static str)| {
        let current = (*path == here).then_some("true");
        view! { <li><a href=*path aria-current=current data-name=*name>{*name}</a></li> }
    };
    view! {
        <nav class=class aria-label=label><ul>{entries.iter().map(entry).collect_view()}</ul></nav>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::drawn::html;

    #[test]
    fn the_first_page_has_no_way_back_and_the_last_none_on() {
        let drawn = |after: &str, older: Option<&str>| {
            let query = [("show", "trouble"), ("connection", "")];
            let (after, older) = (after.to_owned(), older.map(str::to_owned));
            let page = html(move || pages("/admin/x", &query, &after, older.as_deref()));
            let links = page.all("a").into_iter();
            links
                .map(|a| a.attr("href").unwrap_or_default().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(drawn("", None), [""; 0]);
        assert_eq!(drawn("", Some("7.1")), ["/admin/x?show=trouble&after=7.1"]);
        assert_eq!(drawn("7.1", None), ["/admin/x?show=trouble"]);
    }
}
