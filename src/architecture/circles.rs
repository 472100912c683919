//! Finds import cycles between files of different folders: to read or change one such file, a reader has to know them
//! all. Cycles within a folder are allowed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

use super::rust_files;

/// The files of a crate by module path. The crate's root has the empty path.
#[derive(Default)]
struct Modules(BTreeMap<String, Module>);

#[derive(Default)]
struct Module {
    folder: PathBuf,
    /// The paths that it uses.
    named: Vec<String>,
    /// Its `use` imports by their last segment, for paths that reach another module through this one.
    imported: BTreeMap<String, String>,
}

impl Modules {
    /// Adds a file, with its path relative to the crate's root. Its unit tests are left out.
    fn add(&mut self, file: &Path, text: &str) {
        let name = file.with_extension("");
        let words = name.iter().map(|word| word.to_string_lossy());
        let words: Vec<_> = words
            .filter(|word| word != "mod" && word != "lib")
            .collect();
        let code = text.split("#[cfg(test)]\nmod tests").next();
        let code = all(r"//.*", code.unwrap_or_default(), "");
        // A visibility is no import.
        let code = all(r"pub\(in [^)]*\)", &code, "pub");
        let mut module = Module {
            folder: file.parent().map(PathBuf::from).unwrap_or_default(),
            ..Module::default()
        };
        for found in regex(r"(pub(?:\([^)]*\))? +)?\buse ([^;]+);").captures_iter(&code) {
            for path in expand(&all(r"\s+", &found[2], " ")) {
                let last = path.rsplit("::").next().unwrap_or_default().to_owned();
                module.imported.insert(last, path.clone());
                // A folder that re-exports its own contents does not depend on them.
                let ours = path.starts_with("crate") || path.starts_with("super");
                if found.get(1).is_none() || ours {
                    module.named.push(path);
                }
            }
        }
        let rest = all(r"\buse [^;]+;", &code, "");
        let paths = regex(r"\b(?:crate|super)(?:::\w+)+");
        let paths = paths.find_iter(&rest).map(|path| path.as_str().to_owned());
        module.named.extend(paths);
        self.0.insert(words.join("::"), module);
    }

    /// Returns the module at which `path`, as used in `from`, ends. Follows re-exports.
    fn resolve(&self, from: &str, path: &str, depth: usize) -> Option<String> {
        let words: Vec<&str> = path.split("::").collect();
        let relative = matches!(words[0], "crate" | "super" | "self");
        let mut at = from.to_owned();
        if !relative && !self.0.contains_key(&below(from, words[0])) {
            return None;
        }
        for word in words {
            let next = below(&at, word);
            match word {
                "crate" => at.clear(),
                "super" => at.truncate(at.rfind("::").unwrap_or(0)),
                "self" => {}
                _ if self.0.contains_key(&next) => at = next,
                _ => {
                    let import = self.0.get(&at).and_then(|module| module.imported.get(word));
                    let import = import.filter(|_| depth > 0);
                    let led = import.and_then(|path| self.resolve(&at, path, depth - 1));
                    return Some(led.unwrap_or(at));
                }
            }
        }
        Some(at)
    }

    /// Returns every module that can be reached from this one. The root is left out: it has everything, and every
    /// module may use it.
    fn reached(&self, from: &str) -> BTreeSet<String> {
        let (mut reached, mut ahead) = (BTreeSet::new(), vec![from.to_owned()]);
        while let Some(at) = ahead.pop() {
            for path in &self.0[&at].named {
                let next = self.resolve(&at, path, 5);
                let next = next.filter(|next| !next.is_empty() && *next != at);
                ahead.extend(next.filter(|next| reached.insert(next.clone())));
            }
        }
        reached
    }

    /// Returns each cycle whose files are not all in one folder.
    fn circles(&self) -> BTreeSet<Vec<String>> {
        let reached = self.0.keys().map(|name| (name, self.reached(name)));
        let reached: BTreeMap<_, _> = reached.collect();
        let circles = reached.iter().map(|(name, all)| {
            let mutual = all.iter().filter(|other| reached[other].contains(*name));
            mutual.cloned().collect::<Vec<_>>()
        });
        let folders = |circle: &Vec<String>| {
            let folders = circle.iter().map(|name| &self.0[name].folder);
            folders.collect::<BTreeSet<_>>().len()
        };
        circles.filter(|circle| folders(circle) > 1).collect()
    }
}

fn below(module: &str, word: &str) -> String {
    format!("{module}::{word}")
        .trim_start_matches("::")
        .to_owned()
}

/// Expands a `use` tree into paths without braces.
fn expand(tree: &str) -> Vec<String> {
    let tree = tree.trim();
    let braced = tree.strip_suffix('}').and_then(|tree| tree.split_once('{'));
    let Some((before, list)) = braced else {
        return vec![tree.split(" as ").next().unwrap_or(tree).to_owned()];
    };
    let mut depth = 0;
    let items = list.split(|c| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        c == ',' && depth == 0
    });
    let items = items.filter(|item| !item.trim().is_empty());
    let paths = items.flat_map(expand);
    paths.map(|path| format!("{before}{path}")).collect()
}

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a pattern")
}

fn all(pattern: &str, text: &str, instead: &str) -> String {
    regex(pattern).replace_all(text, instead).into_owned()
}

#[test]
fn no_files_of_different_folders_import_each_other_in_a_circle() {
    let crates = fs::read_dir("crates").expect("the crates");
    let crates = crates.map(|entry| entry.expect("a crate").path().join("src"));
    for root in crates.chain([PathBuf::from("src")]) {
        let mut modules = Modules::default();
        for file in rust_files(&root) {
            let inside = file.strip_prefix(&root).expect("a file of the crate");
            let is_of_tests = inside.iter().any(|it| it == "tests" || it == "tests.rs");
            if !is_of_tests && inside != Path::new("main.rs") {
                modules.add(inside, &fs::read_to_string(&file).expect("a source file"));
            }
        }
        assert_eq!(modules.circles(), BTreeSet::new(), "{}", root.display());
    }
}

#[test]
fn a_circle_is_found_however_it_is_written() {
    let circles = |files: &[(&str, &str)]| {
        let mut modules = Modules::default();
        for (file, text) in files {
            modules.add(Path::new(file), text);
        }
        modules.circles().into_iter().collect::<Vec<_>>()
    };
    let above = ("a/mod.rs", "pub use one::One;\nmod one;");
    let other = ("b.rs", "use crate::{c, a::{One as First, two}};");
    for back in [
        "use crate::b;",
        "use super::super::b::{\n    Thing,\n};",
        "fn f() { crate::b::f() }",
        "use super::passed_on;",
    ] {
        let passing = ("a/mod.rs", "pub use one::One;\nuse crate::b::passed_on;");
        let above = if back.contains("passed_on") {
            passing
        } else {
            above
        };
        let found = circles(&[above, ("a/one.rs", back), other]);
        assert!(
            found
                .iter()
                .any(|circle| circle.contains(&"a::one".to_owned())),
            "{back}"
        );
    }
    for none in [
        "// use crate::b;",
        "#[cfg(test)]\nmod tests { use crate::b; }",
    ] {
        assert!(
            circles(&[above, ("a/one.rs", none), other]).is_empty(),
            "{none}"
        );
    }
    let neighbours = [
        ("a/one.rs", "use super::two;"),
        ("a/two.rs", "use super::one;"),
    ];
    assert!(circles(&neighbours).is_empty());
}
