//! Embeds the browser's files in the program: the islands, the stylesheet and `public/`. The program can then be copied
//! anywhere as a single file; `src/server/assets.rs` serves them.
//!
//! The islands are taken as they are from `target/site/pkg` (or `PASSBOOK_SITE/pkg`). A build without them is complete
//! too.

// Cargo reads directives from standard output.
#![allow(clippy::print_stdout)]

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));

    let mut table = Table::new(&out);
    table.stylesheet(&read_style(&root.join("style/main.css"))?)?;
    table.directory(&watched(&site(&root).join("pkg"))?, "/pkg", "no-cache")?;
    table.directory(&watched(&root.join("public"))?, "", "public, max-age=3600")?;
    table.finish()
}

/// Returns the directory of the islands, beside the other build output.
fn site(root: &Path) -> PathBuf {
    for variable in ["PASSBOOK_SITE", "CARGO_TARGET_DIR"] {
        println!("cargo::rerun-if-env-changed={variable}");
    }
    let target = || env::var_os("CARGO_TARGET_DIR").map_or("target".into(), PathBuf::from);
    let site = env::var_os("PASSBOOK_SITE").map_or_else(|| target().join("site"), PathBuf::from);
    root.join(site)
}

/// Makes Cargo watch a directory. It must exist, because Cargo always counts a missing one as changed.
fn watched(directory: &Path) -> io::Result<PathBuf> {
    fs::create_dir_all(directory)?;
    println!("cargo::rerun-if-changed={}", directory.display());
    Ok(directory.to_owned())
}

/// Reads a stylesheet with the files that it imports inlined, which saves the browser a round trip for each.
fn read_style(file: &Path) -> io::Result<String> {
    println!("cargo::rerun-if-changed={}", file.display());
    let mut whole = String::new();
    for line in fs::read_to_string(file)?.lines() {
        match line
            .strip_prefix("@import \"")
            .and_then(|rest| rest.strip_suffix("\";"))
        {
            Some(name) => whole.push_str(&read_style(&file.with_file_name(name))?),
            None => whole.push_str(line),
        }
        whole.push('\n');
    }
    Ok(whole)
}

/// The table of files, as Rust source.
struct Table<'a> {
    out: &'a Path,
    rows: String,
    stylesheet: String,
    has_islands: bool,
    count: usize,
}

impl<'a> Table<'a> {
    fn new(out: &'a Path) -> Self {
        Self {
            out,
            rows: String::new(),
            stylesheet: String::new(),
            has_islands: false,
            count: 0,
        }
    }

    /// Adds the stylesheet. Its name changes with its content, so that browsers can cache it forever.
    fn stylesheet(&mut self, style: &str) -> io::Result<()> {
        self.stylesheet = format!("/assets/main-{}.css", hash(style.as_bytes()));
        let path = self.stylesheet.clone();
        self.file(
            &path,
            style.as_bytes(),
            "public, max-age=31536000, immutable",
        )
    }

    /// Adds all files under a directory, ordered by name so that the same input gives the same table.
    fn directory(&mut self, directory: &Path, prefix: &str, keep: &str) -> io::Result<()> {
        let mut entries: Vec<_> = fs::read_dir(directory)?.collect::<Result<_, _>>()?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let name = entry
                .file_name()
                .into_string()
                .expect("file names are UTF-8");
            let path = format!("{prefix}/{name}");
            if name.starts_with('.') {
                continue;
            } else if entry.file_type()?.is_dir() {
                self.directory(&entry.path(), &path, keep)?;
            } else {
                self.has_islands |= path == "/pkg/passbook.wasm";
                self.file(&path, &fs::read(entry.path())?, keep)?;
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &str, bytes: &[u8], keep: &str) -> io::Result<()> {
        let (mime, squeezable) = mime(path);
        let plain = self.write(bytes)?;
        let squeezed = if squeezable {
            squeeze(bytes)?
        } else {
            Vec::new()
        };
        let brotli = if squeezable && squeezed.len() < bytes.len() {
            format!("Some(include_bytes!({:?}))", self.write(&squeezed)?)
        } else {
            "None".to_owned()
        };
        writeln!(
            self.rows,
            "    Asset {{ path: {path:?}, mime: {mime:?}, keep: {keep:?}, hash: {:?}, \
             plain: include_bytes!({plain:?}), brotli: {brotli} }},",
            hash(bytes)
        )
        .map_err(io::Error::other)
    }

    /// Copies a file to be included, so that a change in the middle of a build cannot disagree with its hash.
    fn write(&mut self, bytes: &[u8]) -> io::Result<PathBuf> {
        let file = self.out.join(format!("asset-{}", self.count));
        self.count += 1;
        fs::write(&file, bytes)?;
        Ok(file)
    }

    fn finish(self) -> io::Result<()> {
        let Self {
            out,
            rows,
            stylesheet,
            has_islands,
            ..
        } = self;
        let text = format!(
            "static ASSETS: &[Asset] = &[\n{rows}];\n\
             const STYLESHEET: &str = {stylesheet:?};\n\
             const HAS_ISLANDS: bool = {has_islands};\n"
        );
        fs::write(out.join("assets.rs"), text)
    }
}

/// Returns the media type, and whether compression makes the file smaller.
fn mime(path: &str) -> (&'static str, bool) {
    match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "css" => ("text/css; charset=utf-8", true),
        "html" => ("text/html; charset=utf-8", true),
        "ico" => ("image/x-icon", true),
        "jpg" | "jpeg" => ("image/jpeg", false),
        "js" => ("text/javascript; charset=utf-8", true),
        "json" => ("application/json", true),
        "png" => ("image/png", false),
        "svg" => ("image/svg+xml", true),
        "txt" => ("text/plain; charset=utf-8", true),
        // With any other type, the browser compiles the module only after it has loaded all of it.
        "wasm" => ("application/wasm", true),
        "webmanifest" => ("application/manifest+json", true),
        "webp" => ("image/webp", false),
        "woff2" => ("font/woff2", false),
        _ => ("application/octet-stream", false),
    }
}

fn squeeze(bytes: &[u8]) -> io::Result<Vec<u8>> {
    const BEST: u32 = 11;
    const WINDOW: u32 = 22;
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 4096, BEST, WINDOW);
    writer.write_all(bytes)?;
    Ok(writer.into_inner())
}

/// Hashes with FNV-1a, which tells versions of a file apart and need not resist attackers.
fn hash(bytes: &[u8]) -> String {
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}
