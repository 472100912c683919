//! The bytes that a browser loads for the islands of each page, as sent with brotli.

use std::collections::BTreeSet;

use crate::Outcome;
use crate::books::{self, Books};
use crate::browser::{Connection, get, post};
use crate::program::Program;
use crate::report::{Figure, Target, heading};

/// Takes the figures.
pub fn measure() -> Outcome<()> {
    let books = books::with(1_000)?;
    let program = Program::passbook(&books.dir)?;
    let mut connection = Connection::to(program.address)?;
    heading("What a page loads from /pkg, compressed with brotli");
    for (page, has_island) in pages(&mut connection, &books)? {
        // These pages redirect a person who is logged in.
        let cookie = match page.as_str() {
            "/log-in" | "/sign-up" => "",
            _ => &books.cookie,
        };
        let html = read(&mut connection, &get(&page, cookie, "identity"))?;
        let html = String::from_utf8_lossy(&html);
        let mut bytes = 0;
        for file in files(&html) {
            bytes += read(&mut connection, &get(&file, "", "br"))?.len();
        }
        #[expect(clippy::cast_precision_loss, reason = "files are small")]
        let kilobytes = bytes as f64 / 1_024.0;
        Figure {
            name: &page,
            unit: "KB of 1,024 bytes",
            takes: vec![kilobytes],
            target: Some(Target::AtMost(if has_island { 75.0 } else { 0.0 })),
        }
        .tell();
    }
    Ok(())
}

/// Returns one page of each kind, and whether it has an island.
fn pages(connection: &mut Connection, books: &Books) -> Outcome<Vec<(String, bool)>> {
    let mut found = |on: &str, prefix: &str| -> Outcome<String> {
        let html = read(connection, &get(on, &books.cookie, "identity"))?;
        let html = String::from_utf8_lossy(&html).into_owned();
        let start = html
            .find(&format!("href=\"{prefix}"))
            .ok_or("no such link")?
            + 6;
        let end = html[start..].find('"').ok_or("no such link")?;
        Ok(html[start..start + end].to_owned())
    };
    let account = found("/accounts", "/accounts/")?;
    let bank = found("/accounts", "/connections/")?;
    let transaction = found("/transactions", "/transactions/")?;
    let begun = connection.ask(&post("/forms/link", &books.cookie, "purpose=new"))?;
    let link = begun.location.ok_or("no link was begun")?;
    let link = link
        .find("/link/")
        .map_or(link.clone(), |at| link[at..].to_owned());
    Ok(vec![
        ("/".into(), true),
        (account, true),
        (bank, true),
        (link, true),
        ("/transactions".into(), false),
        (transaction, false),
        ("/accounts".into(), false),
        ("/link/already".into(), false),
        ("/settings".into(), false),
        ("/log-in".into(), false),
        ("/sign-up".into(), false),
    ])
}

fn read(connection: &mut Connection, request: &[u8]) -> Outcome<Vec<u8>> {
    let answer = connection.ask(request)?;
    match answer.status {
        200 => Ok(answer.body),
        status => Err(format!("answered {status}").into()),
    }
}

/// Returns every file of the islands that a page names.
fn files(html: &str) -> BTreeSet<String> {
    html.match_indices("/pkg/")
        .map(|(at, _)| {
            let rest = &html[at..];
            let end = rest.find(['"', '\'', ' ', '?', ')']).unwrap_or(rest.len());
            rest[..end].to_owned()
        })
        .collect()
}
