//! Tells cargo to rebuild when the migrations folder changes, which `sqlx::migrate!` reads at compile time.

// Cargo reads directives from standard output.
#![allow(clippy::print_stdout)]

fn main() {
    println!("cargo::rerun-if-changed=../../migrations");
}
