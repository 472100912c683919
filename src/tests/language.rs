//! Errors have one language: a provider's own codes are known only in its own room.

use std::path::{Path, PathBuf};

use domain::problem::{Problem, Reason};
use domain::usage::HELD_BACK;

/// Every code that the provider's room knows, below its type.
const CODES: &str = include_str!("../../crates/providers/src/plaid/problems/as_before.txt");
/// Folders that may name a provider's codes, and those that are not part of the program.
const ELSEWHERE: [&str; 4] = ["providers", "bank", "tests", "target"];

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let (stem, is_code) = (name.trim_end_matches(".rs"), name.ends_with(".rs"));
        if path.is_dir() && !ELSEWHERE.contains(&&*name) {
            files(&path, found);
        } else if is_code && !["tests", "invented"].contains(&stem) {
            found.push(path);
        }
    }
}

#[test]
fn no_room_but_the_provider_s_knows_its_codes_or_its_name() {
    let ours = |code: &&str| {
        Reason::ALL
            .iter()
            .any(|it| Problem::ours(*it).code == **code)
    };
    let theirs: Vec<&str> = CODES
        .split_whitespace()
        .filter_map(|word| Some(word.split_once(':')?.1))
        // A colon in a sentence has no code behind it.
        .filter(|code| !code.is_empty())
        .filter(|code| !ours(code) && ![HELD_BACK, "SOMETHING_NEW", "UNKNOWN"].contains(code))
        .chain(["plaid", "INVALID_FIELD", "INSTITUTION_MIGRATION"])
        .collect();
    let mut found = Vec::new();
    for folder in ["src", "crates"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        files(&folder, &mut found);
    }
    assert!(found.len() > 200, "{} files", found.len());
    for path in found {
        let text = std::fs::read_to_string(&path).expect("text");
        let code = text.split("\n#[cfg(test)]\nmod ").next().unwrap_or(&text);
        for line in code.lines().filter(|line| !line.contains("example = ")) {
            for word in &theirs {
                let quoted =
                    line.contains(&format!("\"{word}\"")) || line.contains(&format!("'{word}'"));
                assert!(!quoted, "{}: {line}", path.display());
            }
        }
    }
}
