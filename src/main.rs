//! The program's entry point; all its code is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    passbook::cli::run()
}
