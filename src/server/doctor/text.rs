//! Formats the doctor's findings for a terminal.

use crate::operator::view::{Check, Tone};

/// The width of a line, in characters.
const WIDTH: usize = 80;
/// The indent of the lines that belong to a check.
const INDENT: &str = "  ";

/// Formats a block for each check, a line for each good one, and a summary.
pub(super) fn text(checks: &[Check]) -> String {
    let (good, others): (Vec<_>, Vec<_>) =
        checks.iter().partition(|it| it.state.tone == Tone::Good);
    let mut text: String = others.into_iter().map(block).collect();
    text.extend(good.into_iter().map(line));
    if !text.is_empty() {
        text.push('\n');
    }
    text + &summary(checks)
}

fn block(check: &Check) -> String {
    let mut block = format!("{}: {}\n", check.state.words, check.what);
    for paragraph in check.words.lines() {
        for line in wrapped(paragraph, WIDTH - INDENT.len()) {
            block.push_str(&format!("{INDENT}{line}\n"));
        }
    }
    // On one line, however long, so that it can be copied.
    if let Some(line) = &check.line {
        block.push_str(&format!("\n{INDENT}{INDENT}{line}\n"));
    }
    block + "\n"
}

fn line(check: &Check) -> String {
    let line = format!("{}: {}: {}", check.state.words, check.what, check.words);
    let line = match line.chars().count() {
        0..=WIDTH => line,
        _ => line.chars().take(WIDTH - 1).chain(['…']).collect(),
    };
    line + "\n"
}

/// Wraps words to lines of at most `width` characters; a longer word gets its own line.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut();
        match line {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Formats the summary: `2 things to put right, 1 to look at, 1 note, 11 good`.
fn summary(checks: &[Check]) -> String {
    let count = |tone| checks.iter().filter(|it| it.state.tone == tone).count();
    let wrong = match count(Tone::Wrong) {
        0 => "No problems".to_owned(),
        1 => "1 problem".to_owned(),
        n => format!("{n} problems"),
    };
    let notes = match count(Tone::Plain) {
        0 => String::new(),
        1 => ", 1 note".to_owned(),
        n => format!(", {n} notes"),
    };
    let (look, good) = (count(Tone::Warn), count(Tone::Good));
    format!("{wrong}, {look} to check{notes}, {good} good")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_check_is_a_block_and_a_good_one_a_line() {
        let long = "word ".repeat(30);
        let checks = [
            Check::wrong("Key file", format!("It is open.\n{long}")).with_line("chmod 600 key"),
            Check::wrong("Proxy", "/a/path/".repeat(12)),
            Check::warn("Clock", "It is late."),
            Check::note("Backup", "Apart."),
            Check::good("Sign-up", "Closed."),
            Check::good("Public URL", "x".repeat(90)),
        ];
        let text = text(&checks);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "Needs attention: Key file");
        assert_eq!(lines[1], "  It is open.");
        assert_eq!(lines[2].chars().count(), 76);
        assert!(text.contains("word\n\n    chmod 600 key\n\nNeeds attention: Proxy\n"));
        assert!(text.contains("\nCheck this: Clock\n  It is late.\n\nNote: Backup\n"));
        assert!(text.contains("\nGood: Sign-up: Closed.\nGood: Public URL: xxx"));
        let end = "2 problems, 1 to check, 1 note, 2 good";
        assert!(text.ends_with(&format!("…\n\n{end}")), "{text}");
        let whole = |line: &&&str| !line.contains("/a/path");
        let longest = lines.iter().filter(whole).map(|line| line.chars().count());
        assert_eq!(longest.max(), Some(WIDTH));
    }

    #[test]
    fn nothing_wrong_is_said_as_such() {
        let text = text(&[Check::good("Clock", "It is noon.")]);
        assert_eq!(
            text,
            "Good: Clock: It is noon.\n\nNo problems, 0 to check, 1 good"
        );
    }
}
