//! Nothing else tells cargo that `sqlx::migrate!` reads a folder while the crate is compiled.

// Cargo listens on standard output.
#![allow(clippy::print_stdout)]

fn main() {
    println!("cargo::rerun-if-changed=migrations");
}
