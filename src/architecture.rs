//! Holds the rooms to the diagram in ARCHITECTURE.md: who may name whom.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Each room and what it may name. What is not listed is forbidden.
const MAY_NAME: [(&str, &[&str]); 25] = [
    // Ground.
    ("domain", &[]),
    ("clock", &[]),
    ("telemetry", &[]),
    ("config", &["domain"]),
    ("vault", &["domain"]),
    (
        "context",
        &["clock", "config", "outbound", "providers", "store", "vault"],
    ),
    // Edges: they never name each other.
    ("store", &["domain"]),
    ("providers", &["clock", "domain"]),
    ("outbound", &["domain"]),
    // Use-cases.
    ("queue", &["context", "domain", "store"]),
    ("auth", &["clock", "config", "context", "domain", "store"]),
    ("ledger", &["clock", "context", "domain", "store"]),
    (
        "notify",
        &["context", "domain", "ledger", "outbound", "store"],
    ),
    (
        "sync",
        &[
            "context",
            "domain",
            "ledger",
            "notify",
            "providers",
            "queue",
            "store",
        ],
    ),
    (
        "operator",
        &[
            "config", "context", "domain", "ledger", "queue", "store", "sync",
        ],
    ),
    // Doors: they name use-cases, never edges, never each other.
    (
        "api",
        &[
            "auth", "context", "domain", "ledger", "notify", "queue", "sync",
        ],
    ),
    (
        "app",
        &[
            "auth", "context", "domain", "islands", "ledger", "notify", "operator", "sync",
        ],
    ),
    (
        "jobs",
        &["auth", "context", "domain", "notify", "queue", "sync"],
    ),
    ("webhooks", &["context", "sync"]),
    ("islands", &["browser"]),
    // The built-in bank is a world of its own.
    ("sandbox", &["clock"]),
    // Assembly.
    (
        "server",
        &[
            "api",
            "app",
            "auth",
            "clock",
            "config",
            "context",
            "domain",
            "jobs",
            "outbound",
            "providers",
            "sandbox",
            "store",
            "sync",
            "vault",
            "webhooks",
        ],
    ),
    (
        "cli",
        &[
            "auth",
            "clock",
            "config",
            "domain",
            "sandbox",
            "server",
            "telemetry",
        ],
    ),
    ("lib", &[]),
    ("main", &[]),
];

#[test]
fn no_room_names_what_it_may_not() {
    let mut forbidden = Vec::new();
    for file in rust_files(Path::new("src")) {
        let room = room_of(&file);
        if matches!(room.as_str(), "architecture" | "tests") {
            continue;
        }
        let allowed = MAY_NAME
            .iter()
            .find(|(name, _)| *name == room)
            .map(|(_, may)| *may);
        let allowed = allowed.unwrap_or_else(|| panic!("{room} is not in the diagram"));
        for named in rooms_named(&fs::read_to_string(&file).expect("a source file")) {
            if named != room && !allowed.contains(&named.as_str()) {
                forbidden.push(format!("{} names {named}", file.display()));
            }
        }
    }
    assert!(forbidden.is_empty(), "{}", forbidden.join("\n"));
}

#[test]
fn only_the_stores_speak_sql() {
    // The built-in bank hands its transaction from call to call; the statements are in its store.
    let speaks = |file: &PathBuf| {
        let text = fs::read_to_string(file).expect("a source file");
        text.contains("sqlx::query") || text.contains("QueryBuilder")
    };
    let elsewhere: Vec<_> = rust_files(Path::new("src"))
        .into_iter()
        .filter(speaks)
        .filter(|file| {
            let path = file.to_string_lossy();
            ![
                "src/store/",
                "src/sandbox/store",
                "src/tests/",
                "src/architecture.rs",
            ]
            .iter()
            .any(|may| path.starts_with(may))
        })
        .collect();
    assert!(elsewhere.is_empty(), "{elsewhere:?}");
}

#[test]
fn only_lib_asks_for_the_platform() {
    let asks = |file: &PathBuf| {
        fs::read_to_string(file)
            .expect("a source file")
            .contains("cfg(target_arch")
    };
    let files: Vec<_> = rust_files(Path::new("src"))
        .into_iter()
        .filter(asks)
        .collect();
    let ours = [
        PathBuf::from("src/architecture.rs"),
        PathBuf::from("src/lib.rs"),
    ];
    assert!(files.iter().all(|file| ours.contains(file)), "{files:?}");
}

#[test]
fn the_diagram_is_the_one_in_the_documentation() {
    let page = fs::read_to_string("ARCHITECTURE.md").expect("the page");
    for (room, may) in MAY_NAME
        .iter()
        .filter(|(room, _)| !matches!(*room, "lib" | "main"))
    {
        let list = if may.is_empty() {
            "nothing".to_owned()
        } else {
            may.join(", ")
        };
        let row = format!("| `{room}` | {list} |");
        assert!(page.contains(&row), "ARCHITECTURE.md lacks the row\n{row}");
    }
}

fn rust_files(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
    files
}

/// `src/store/jobs.rs` is in the room `store`, `src/lib.rs` is the room `lib`.
fn room_of(file: &Path) -> String {
    let first = file.components().nth(1).expect("below src");
    first
        .as_os_str()
        .to_string_lossy()
        .trim_end_matches(".rs")
        .to_owned()
}

/// Every room that stands after `crate::`, in braces or alone, in `use` and in the middle of code.
fn rooms_named(text: &str) -> BTreeSet<String> {
    let mut rooms = BTreeSet::new();
    for after in text.split("crate::").skip(1) {
        let name = |text: &str| -> String {
            text.trim_start()
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect()
        };
        if let Some(list) = after.strip_prefix('{') {
            let mut depth = 1;
            let mut item = String::new();
            for c in list.chars() {
                match c {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    _ => {}
                }
                if depth == 0 || (c == ',' && depth == 1) {
                    rooms.insert(name(&item));
                    item.clear();
                    if depth == 0 {
                        break;
                    }
                } else {
                    item.push(c);
                }
            }
        } else {
            rooms.insert(name(after));
        }
    }
    rooms.retain(|room| !room.is_empty() && room.chars().all(|c| !c.is_uppercase()));
    rooms
}
