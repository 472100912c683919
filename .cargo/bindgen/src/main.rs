//! Turns the islands' WebAssembly module into files for the browser: `bindgen MODULE.wasm DIRECTORY NAME` writes
//! `NAME.js` and `NAME.wasm`. It does what the `wasm-bindgen` command does, in half its build time and at the version
//! that Cargo.lock pins.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<()> {
    let arguments: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    let [module, directory, name] = arguments.as_slice() else {
        anyhow::bail!("usage: bindgen MODULE.wasm DIRECTORY NAME");
    };
    let name = name.to_str().context("the name is not text")?;

    // Written next to the directory and then renamed, so that no build embeds half a pair.
    let draft = directory.with_extension("draft");
    if draft.exists() {
        fs::remove_dir_all(&draft)?;
    }
    generate(module, &draft, name)?;
    if directory.exists() {
        fs::remove_dir_all(directory)?;
    }
    fs::rename(&draft, directory)?;
    Ok(())
}

fn generate(module: &Path, directory: &Path, name: &str) -> Result<()> {
    Bindgen::new()
        .input_path(module)
        .out_name(name)
        .web(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .omit_default_module_path(true)
        .generate(directory)
        .with_context(|| format!("{} could not be read", module.display()))?;

    // Leptos links to `NAME.wasm` when the server is built with LEPTOS_OUTPUT_NAME (see .cargo/config.toml), as
    // cargo-leptos does; wasm-bindgen itself names it `NAME_bg.wasm`.
    let wasm = directory.join(format!("{name}.wasm"));
    fs::rename(directory.join(format!("{name}_bg.wasm")), &wasm)?;

    let script = fs::read_to_string(directory.join(format!("{name}.js")))?;
    ensure!(
        !script.contains("_bg.wasm"),
        "the script would fetch the module under its old name"
    );
    Ok(())
}
