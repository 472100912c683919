//! Checks that rooms depend on each other only as the table in ARCHITECTURE.md allows.

mod circles;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The crates that only some rooms may name. Every room may name the domain. Cargo enforces the edges between crates.
const CRATES: [&str; 5] = ["bank", "islands", "providers", "routes", "store"];

/// The rooms through which requests and jobs come in.
const DOORS: [&str; 4] = ["api", "app", "jobs", "incoming_webhooks"];

/// Each room with the rooms and crates that it may name. Everything not listed is forbidden.
const MAY_NAME: [(&str, &[&str]); 25] = [
    // Ground.
    ("telemetry", &[]),
    ("document", &[]),
    ("config", &[]),
    ("vault", &[]),
    ("metrics", &[]),
    ("version", &["store"]),
    (
        "context",
        &[
            "config",
            "metrics",
            "outbound_http",
            "providers",
            "store",
            "vault",
        ],
    ),
    // An edge, like the store and provider crates.
    ("outbound_http", &[]),
    // Use-cases.
    ("queue", &["context", "metrics", "store"]),
    ("auth", &["config", "context", "providers", "store"]),
    ("ledger", &["context", "store"]),
    (
        "outgoing_webhooks",
        &["context", "ledger", "outbound_http", "store"],
    ),
    (
        "sync",
        &[
            "context",
            "ledger",
            "metrics",
            "outgoing_webhooks",
            "providers",
            "queue",
            "store",
        ],
    ),
    ("rates", &["context", "providers", "store"]),
    ("backup", &["config", "context", "queue", "store", "vault"]),
    ("mail", &["config", "context", "store"]),
    (
        "operator",
        // It needs `auth` to register apps, because `auth` lets them in.
        &[
            "auth", "backup", "config", "context", "ledger", "queue", "store", "sync",
        ],
    ),
    // Doors: they name use-cases, but no edges and no other door.
    (
        "api",
        &[
            "auth",
            "context",
            "document",
            "ledger",
            "outgoing_webhooks",
            "queue",
            "rates",
            "routes",
            "sync",
        ],
    ),
    (
        "app",
        &[
            "auth",
            "context",
            "document",
            "islands",
            "ledger",
            "mail",
            "outgoing_webhooks",
            "operator",
            "rates",
            "routes",
            "sync",
            "version",
        ],
    ),
    (
        "jobs",
        &[
            "auth",
            "backup",
            "context",
            "mail",
            "outgoing_webhooks",
            "queue",
            "rates",
            "sync",
        ],
    ),
    ("incoming_webhooks", &["auth", "context", "routes", "sync"]),
    // Assembly.
    (
        "server",
        &[
            "api",
            "app",
            "auth",
            "backup",
            "bank",
            "config",
            "context",
            "document",
            "jobs",
            "metrics",
            "operator",
            "outbound_http",
            "providers",
            "rates",
            "routes",
            "store",
            "sync",
            "vault",
            "incoming_webhooks",
        ],
    ),
    (
        "cli",
        &["auth", "bank", "config", "server", "telemetry", "version"],
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

/// Every room may name the context, and the context contains the store, the providers, the built-in bank and
/// `outbound_http`.
#[test]
fn no_door_reaches_the_edges_through_the_context() {
    let mut reached = Vec::new();
    for file in rust_files(Path::new("src")) {
        if !DOORS.contains(&room_of(&file).as_str()) {
            continue;
        }
        let text = fs::read_to_string(&file).expect("a source file");
        for edge in ["store", "providers", "built_in", "outbound_http"] {
            if reaches(&text, edge) {
                reached.push(format!("{} reaches {edge}", file.display()));
            }
        }
    }
    assert!(reached.is_empty(), "{}", reached.join("\n"));
}

#[test]
fn every_way_to_a_field_of_the_context_is_seen() {
    for reaching in [
        "ctx.store.begin()",
        "ctx\n    .providers\n    .plaid",
        "let Ctx { store, .. } = ctx;",
        "let Ctx {\n    clock, store: books, ..\n} = &ctx;",
    ] {
        assert!(
            reaches(reaching, "store") || reaches(reaching, "providers"),
            "{reaching}"
        );
    }
    for other in [
        "flag.store(true)",
        "session_store::Result",
        "ctx.clock.store()",
    ] {
        assert!(!reaches(other, "store"), "{other}");
    }
}

#[test]
fn the_bank_speaks_sql_in_its_store_only() {
    // Other modules pass its transaction from call to call, but the statements are in its store.
    let speaks = |file: &PathBuf| {
        let text = fs::read_to_string(file).expect("a source file");
        text.contains("sqlx::query") || text.contains("QueryBuilder")
    };
    let elsewhere: Vec<_> = rust_files(Path::new("crates/bank/src"))
        .into_iter()
        .filter(speaks)
        .filter(|file| {
            !["crates/bank/src/store", "crates/bank/src/tests"]
                .iter()
                .any(|may| file.starts_with(may))
        })
        .collect();
    assert!(elsewhere.is_empty(), "{elsewhere:?}");
}

#[test]
fn only_the_islands_ask_for_the_platform() {
    let asks = |file: &PathBuf| {
        let text = fs::read_to_string(file).expect("a source file");
        text.contains("cfg(target_arch")
    };
    let files: Vec<_> = ["src", "crates"]
        .into_iter()
        .flat_map(|folder| rust_files(Path::new(folder)))
        .filter(asks)
        .collect();
    let ours = ["src/architecture/mod.rs", "crates/islands/src/lib.rs"].map(PathBuf::from);
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

/// Returns the room of a file: `store` for `src/store/jobs.rs`, `lib` for `src/lib.rs`.
fn room_of(file: &Path) -> String {
    let first = file.components().nth(1).expect("below src");
    first
        .as_os_str()
        .to_string_lossy()
        .trim_end_matches(".rs")
        .to_owned()
}

/// Whether code reads a field of this name: `.store` that is not a method call, or a pattern of `Ctx`.
fn reaches(text: &str, field: &str) -> bool {
    let whole = |after: &str| !after.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    let by_dot = text
        .split(&format!(".{field}"))
        .skip(1)
        .any(|after| whole(after) && !after.starts_with('('));
    let taken_apart = text.split("Ctx {").skip(1).any(|after| {
        let pattern = after.split('}').next().unwrap_or_default();
        let mut fields = pattern.split(',');
        fields.any(|it| {
            it.split(':')
                .next()
                .is_some_and(|name| name.trim() == field)
        })
    });
    by_dot || taken_apart
}

/// Returns every room that follows `crate::`, and every crate that a path begins with.
fn rooms_named(text: &str) -> BTreeSet<String> {
    let mut named = rooms_after_crate(text);
    for name in CRATES {
        let path = format!("{name}::");
        let found = text.match_indices(&path);
        let mut before = found.map(|(at, _)| text[..at].trim_end_matches("::"));
        let begins = |before: &str| !before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        if before.any(begins) || text.contains(&format!("use {name};")) {
            named.insert(name.to_owned());
        }
    }
    named
}

/// Returns the rooms that follow `crate::`, with or without braces, in `use` and in the middle of code.
fn rooms_after_crate(text: &str) -> BTreeSet<String> {
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
