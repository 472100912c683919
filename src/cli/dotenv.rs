//! The `.env` file in the current folder, or in the nearest one above it.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::server;

/// Reads the file into the environment, without replacing variables that are already set. Returns the file's path if
/// there is one. A `$` is taken literally: secrets contain it, and a variable's value in its place would be a surprise.
///
/// # Errors
/// Names the file, line and variable that cannot be parsed, and never a value.
pub(super) fn load() -> Result<Option<PathBuf>, String> {
    let Ok(here) = std::env::current_dir() else {
        return Ok(None);
    };
    for folder in here.ancestors() {
        let file = folder.join(".env");
        match fs::read_to_string(&file) {
            Ok(text) => {
                let text = with_literal_dollars(text.strip_prefix('\u{feff}').unwrap_or(&text));
                return match dotenvy::from_read(text.as_bytes()) {
                    Ok(()) => Ok(Some(file)),
                    Err(error) => Err(explained(&file, &text, &error)),
                };
            }
            Err(error) => match error.kind() {
                ErrorKind::NotFound | ErrorKind::IsADirectory => {}
                ErrorKind::PermissionDenied => return Err(server::explain_denied(&file)),
                ErrorKind::InvalidData => {
                    return Err(format!("{} is not UTF-8 text.", file.display()));
                }
                _ => return Err(format!("{} cannot be read: {error}", file.display())),
            },
        }
    }
    Ok(None)
}

/// Whether the file is not in the current folder, and so may not have been meant.
pub(super) fn from_above(file: &Path) -> bool {
    let here = std::env::current_dir().ok();
    file.parent() != here.as_deref()
}

/// Escapes each `$` that would otherwise be replaced by a variable's value.
fn with_literal_dollars(text: &str) -> String {
    let mut done = String::with_capacity(text.len());
    // The kind of quotes that the character is in, or `#` in a comment.
    let mut inside = None;
    let mut before = '\n';
    for c in text.chars() {
        let escaped = before == '\\';
        match (inside, c) {
            (Some('#'), '\n') => inside = None,
            (Some('#'), _) => {}
            (None, '#') if before.is_whitespace() => inside = Some('#'),
            (None | Some('"'), '$') if !escaped => done.push('\\'),
            (None, '"' | '\'') if !escaped => inside = Some(c),
            (Some('"'), '"') if !escaped => inside = None,
            (Some('\''), '\'') => inside = None,
            _ => {}
        }
        done.push(c);
        // A backslash after a backslash escapes nothing.
        before = if escaped && c == '\\' { '\0' } else { c };
    }
    done
}

fn explained(file: &Path, text: &str, error: &dotenvy::Error) -> String {
    let file = file.display();
    let dotenvy::Error::LineParse(bad, _) = error else {
        return format!("{file} cannot be read.");
    };
    let found = text.match_indices(bad.as_str()).map(|(at, _)| at);
    let place = found.filter_map(|at| place_of(text, at, bad.len())).next();
    let (number, name) = place.unwrap_or_default();
    let number = number.map_or_else(String::new, |number| format!(", line {number}"));
    let name = name.map_or_else(String::new, |name| format!(" ({name})"));
    format!(
        "{file}{number}{name} cannot be read. Each line must be NAME=value. Put single quotes around a value with spaces, quotes, backslashes or #."
    )
}

/// Returns the line number and variable of a bad part. The part must be the whole line or its whole value; otherwise
/// `None`.
fn place_of(text: &str, at: usize, length: usize) -> Option<(Option<usize>, Option<&str>)> {
    let begin = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let before = text[begin..at].trim();
    let after = &text[at + length..];
    let whole = (before.is_empty() || before.ends_with('='))
        && (after.trim_start_matches('\r').is_empty() || after.starts_with(['\n', '\r']));
    let number = text[..begin].matches('\n').count() + 1;
    whole.then(|| (Some(number), name_in(&text[begin..])))
}

/// Returns the text before the `=` if it looks like one of our variables. It could otherwise be part of a value.
fn name_in(line: &str) -> Option<&str> {
    let (name, _) = line.split_once('=')?;
    let name = name.trim();
    let name = name.strip_prefix("export ").unwrap_or(name).trim();
    let plain = |c: char| c.is_ascii_uppercase() || c == '_';
    (!name.is_empty() && name.chars().all(plain)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, String)> {
        let text = with_literal_dollars(text);
        let read: Result<Vec<_>, _> = dotenvy::from_read_iter(text.as_bytes()).collect();
        read.expect("good lines")
    }

    #[test]
    fn a_dollar_is_a_dollar() {
        for (written, meant) in [
            ("A=pa$$word", "pa$$word"),
            ("A=$HOME", "$HOME"),
            ("A=${HOME}x", "${HOME}x"),
            ("A=\"a $HOME b\"", "a $HOME b"),
            ("A='a $HOME b'", "a $HOME b"),
            (r"A=a\$b", "a$b"),
            (r#"A="a\\$b""#, r"a\$b"),
            ("A=$ # what's $HOME", "$"),
            ("# don't $HOME\nA=$x", "$x"),
            ("export A='it''s $'", "its $"),
        ] {
            assert_eq!(
                read(written),
                [("A".to_owned(), meant.to_owned())],
                "{written}"
            );
        }
    }

    #[test]
    fn a_bad_line_is_told_by_number_and_name_and_never_by_its_value() {
        for (text, told) in [
            (
                "A=1\n\n# B\nPLAID_SECRET=hush hush\n",
                ".env, line 4 (PLAID_SECRET) ",
            ),
            ("# hush\nhush\n", ".env, line 2 cannot"),
            (
                "A='1\n2'\nexport PASSBOOK_LISTEN='hush\n",
                ".env, line 3 (PASSBOOK_LISTEN) ",
            ),
            ("hush$hush=hush hush", ".env, line 1 cannot"),
        ] {
            let text = with_literal_dollars(text);
            let error = dotenvy::from_read_iter(text.as_bytes()).find_map(Result::err);
            let said = explained(Path::new(".env"), &text, &error.expect("a bad line"));
            assert!(said.starts_with(told), "{said}");
            assert!(!said.contains("hush"), "{said}");
        }
    }
}
