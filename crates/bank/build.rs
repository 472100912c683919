//! Rebuilds the crate when a migration changes; cargo does not know that `sqlx::migrate!` reads the folder.

// Cargo reads standard output.
#![allow(clippy::print_stdout)]

fn main() {
    println!("cargo::rerun-if-changed=migrations");
}
