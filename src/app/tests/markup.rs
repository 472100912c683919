//! Tests that text can become markup only in known places; leptos escapes everywhere else.

use std::fs;
use std::path::{Path, PathBuf};

/// Markup that is not escaped or that decides what runs, with the only files that may contain it.
const PLACES: [(&str, &[&str]); 10] = [
    // Does not escape titles, nor the children of its elements.
    ("leptos_meta", &["src/app/parts/head.rs"]),
    // leptos does not escape their children.
    (
        "<textarea",
        &["src/app/parts/edit.rs", "src/app/parts/field.rs"],
    ),
    (
        "<noscript",
        &["src/app/parts/actions.rs", "src/app/parts/head.rs"],
    ),
    ("<style", &[]),
    (
        "<script",
        &[
            "src/app/parts/scripts.rs",
            "crates/bank/src/link/pages/frame.rs",
            // A hostile person's name, which is sent to programs as data.
            "crates/bank/src/bank/identity/profile.rs",
        ],
    ),
    ("HydrationScripts", &["src/app/parts/scripts.rs"]),
    ("AutoReload", &[]),
    ("inner_html", &[]),
    ("<iframe", &["src/app/pages/bank_log_in.rs"]),
    ("srcdoc", &[]),
];

#[test]
fn text_meets_markup_in_known_places_only() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut read = 0;
    for file in ["src", "crates"]
        .map(|folder| drawing(&root.join(folder)))
        .concat()
    {
        let name = file
            .strip_prefix(root)
            .expect("below")
            .display()
            .to_string();
        let text = fs::read_to_string(&file).expect("source");
        let product = text
            .split("#[cfg(test)]\nmod tests")
            .next()
            .unwrap_or_default();
        let lines = product
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        let code: String = lines.collect::<Vec<_>>().join("\n");
        for (word, files) in PLACES {
            let known = files.contains(&name.as_str());
            assert!(known || !code.contains(word), "{name}: {word}");
        }
        read += 1;
    }
    assert!(read > 100, "{read}");
}

/// Returns the source files below a folder, without tests.
fn drawing(folder: &Path) -> Vec<PathBuf> {
    const TESTS: [&str; 2] = ["tests", "tests.rs"];
    let entries = fs::read_dir(folder).expect("a folder").flatten();
    let product = entries.filter(|entry| !TESTS.iter().any(|test| entry.file_name() == *test));
    product
        .flat_map(|entry| match entry.path() {
            path if path.is_dir() => drawing(&path),
            path => vec![path]
                .into_iter()
                .filter(|path| path.extension().is_some_and(|it| it == "rs"))
                .collect(),
        })
        .collect()
}
