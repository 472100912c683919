//! Parsing of paths and query strings.

/// Returns the percent-decoded segments of a path, without empty ones.
pub(super) fn segments(path: &str) -> Vec<String> {
    let decoded = |part: &str| {
        let pair = format!("a={}", part.replace('+', "%2B"));
        let mut pairs = url::form_urlencoded::parse(pair.as_bytes());
        pairs
            .next()
            .map_or_else(String::new, |(_, value)| value.into_owned())
    };
    path.split('/')
        .filter(|part| !part.is_empty())
        .map(decoded)
        .collect()
}

/// Returns the fields of a query string, in order.
pub(super) fn query(text: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(text.as_bytes())
        .into_owned()
        .collect()
}
