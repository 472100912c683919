//! A strict parser of Prometheus's text format
//! (prometheus.io/docs/instrumenting/exposition_formats/#text-format-details).

use std::collections::{BTreeMap, BTreeSet};

/// A series: its name and its sorted labels.
type Series = (String, BTreeMap<String, String>);

/// The content of one scrape.
pub struct Scrape {
    pub text: String,
    pub values: BTreeMap<Series, f64>,
    /// Each family with its type.
    pub families: BTreeMap<String, String>,
}

impl Scrape {
    /// Parses a scrape; panics at anything that `promtool check metrics` rejects.
    pub fn read(text: String) -> Self {
        let mut scrape = Self {
            text: String::new(),
            values: BTreeMap::new(),
            families: BTreeMap::new(),
        };
        assert!(text.ends_with('\n'), "it ends in the middle of a line");
        let (mut helped, mut over, mut family) = (BTreeSet::new(), BTreeSet::new(), String::new());
        for line in text.lines() {
            if let Some(help) = line.strip_prefix("# HELP ") {
                let (name, words) = help.split_once(' ').expect("a name and words");
                assert!(words.len() > 10 && words.ends_with('.'), "{line}");
                assert!(helped.insert(name.to_owned()), "{line}: twice");
                assert!(name.starts_with("passbook_"), "{line}");
                over.insert(std::mem::replace(&mut family, name.to_owned()));
                assert!(!over.contains(name), "{line}: not together");
            } else if let Some(kind) = line.strip_prefix("# TYPE ") {
                let (name, kind) = kind.split_once(' ').expect("a name and a type");
                assert_eq!(name, family, "{line}");
                let known = ["counter", "gauge", "histogram"].contains(&kind);
                assert!(
                    known && name.ends_with("_total") == (kind == "counter"),
                    "{line}"
                );
                let before = scrape.families.insert(name.to_owned(), kind.to_owned());
                assert_eq!(before, None, "{line}: twice");
            } else {
                scrape.sample(line, &family);
            }
        }
        scrape.histograms_add_up();
        Self { text, ..scrape }
    }

    fn sample(&mut self, line: &str, family: &str) {
        let (series, value) = line.rsplit_once(' ').expect("a series and a value");
        let (name, labels) = match series.split_once('{') {
            Some((name, rest)) => (name, rest.strip_suffix('}').expect("labels that end")),
            None => (series, ""),
        };
        let plain = |c: char| c.is_ascii_lowercase() || c == '_';
        assert!(name.chars().all(plain), "{line}");
        let kind = self.families.get(family).expect("a type before it");
        let rest = name.strip_prefix(family).expect("a sample of its family");
        match kind.as_str() {
            "histogram" => assert!(["_bucket", "_sum", "_count"].contains(&rest), "{line}"),
            _ => assert_eq!(rest, "", "{line}"),
        }
        let mut read = BTreeMap::new();
        for label in labels.split_terminator("\",") {
            let (key, value) = label.split_once("=\"").expect("a label");
            let value = value.trim_end_matches('"');
            assert!(
                key.chars().all(plain) && !value.contains(['"', '\\']),
                "{line}"
            );
            assert_eq!(
                read.insert(key.to_owned(), value.to_owned()),
                None,
                "{line}"
            );
        }
        let value = value.parse().expect("a number");
        let before = self.values.insert((name.to_owned(), read), value);
        assert_eq!(before, None, "{line}: twice");
    }

    /// Asserts that each bucket includes those before it, and that the last equals the count.
    fn histograms_add_up(&self) {
        let mut buckets: BTreeMap<Series, Vec<(f64, f64)>> = BTreeMap::new();
        for ((name, labels), value) in &self.values {
            let mut labels = labels.clone();
            if let Some(up_to) = labels.remove("le") {
                let up_to = up_to.replace("+Inf", "inf").parse().expect("a bound");
                let of = (name.replace("_bucket", "_count"), labels);
                buckets.entry(of).or_default().push((up_to, *value));
            }
        }
        for (count, mut buckets) in buckets {
            buckets.sort_by(|a, b| a.0.total_cmp(&b.0));
            assert!(
                buckets.is_sorted_by(|a, b| a.1 <= b.1),
                "{count:?}: {buckets:?}"
            );
            let last = buckets.last().expect("a bucket");
            assert_eq!(*last, (f64::INFINITY, self.values[&count]), "{count:?}");
        }
    }

    /// Returns the sum of the series with this name and these labels; `None` if there are none.
    pub fn get(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let wanted = |of: &BTreeMap<String, String>| {
            let has = |(key, value): &(&str, &str)| of.get(*key).is_some_and(|of| of == value);
            labels.iter().all(has)
        };
        let found = self
            .values
            .iter()
            .filter(|((its, of), _)| its == name && wanted(of));
        let found: Vec<f64> = found.map(|(_, value)| *value).collect();
        (!found.is_empty()).then(|| found.iter().sum())
    }

    /// Returns every value of a label.
    pub fn labels(&self, label: &str) -> BTreeSet<&str> {
        let all = self.values.keys();
        all.filter_map(|(_, labels)| labels.get(label).map(String::as_str))
            .collect()
    }
}
