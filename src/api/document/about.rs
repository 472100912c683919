//! What the description says about all operations together, by topic. The reference page and the OpenAPI document both
//! show it; code is between backticks.

/// A topic: its heading and its text.
pub struct Topic {
    /// The heading.
    pub heading: &'static str,
    /// Its paragraphs.
    pub paragraphs: &'static [&'static str],
}

/// Every topic, in the order to read them.
pub const TOPICS: [Topic; 5] = [
    Topic {
        heading: "Authentication",
        paragraphs: &[
            "Send an API key or an access token with each request, as `Authorization: Bearer`. People create API keys in \
             Settings, with scopes and an expiry. A program in which people log in with their password gets a pair of tokens from \
             `POST /users/auth/token`: an access token that lasts 30 minutes, and a refresh token to get the next pair. An \
             app that should not see the password uses OAuth 2.0.",
            "There are three scopes: `read` reads, `sync` asks for a sync or a fresh exchange rate, and `manage` links and \
             unlinks banks, edits transactions and manages webhooks. A token that a person got with their password has full access.",
        ],
    },
    Topic {
        heading: "Conventions",
        paragraphs: &[
            "Amounts are decimal strings with a currency: positive into the account, negative out of it, and debts are \
             negative. Times are RFC 3339.",
            "Lists come in pages. If there are more results, the response has a `next_cursor`; send it as `cursor` to \
             get the next page.",
            "Unknown fields, parameters and bodies are rejected, and so is text with NUL characters. Ids of other people \
             are treated like unknown ids.",
            "Writes accept the header `Idempotency-Key`, any text that identifies the request. Repeating the \
             request with the same key within a day returns the first response and does nothing again. Requests that return \
             a secret don’t accept the header.",
        ],
    },
    Topic {
        heading: "Linking a bank with credentials",
        paragraphs: &[
            "To link a bank with credentials that people enter in your program: `GET /banks` finds the bank, \
             `GET /banks/{provider}/{institution_id}` returns its log-in fields, `POST /connections/credentials` links it, \
             and `GET /connections/{id}/status` reports the result. Credentials and answers are passed on to the provider \
             and never stored.",
        ],
    },
    Topic {
        heading: "The state of a connection",
        paragraphs: &[
            "The state uses the same words for every provider. `link_status` is `success`, `processing`, \
             `wrong_credentials`, `challenged`, `other_error`, `unlinking` or `unlinked`, with a `reason`. \
             `transactions_status` is `downloading`, `failed` or `complete`, and null until the bank first lets the person \
             in.",
        ],
    },
    Topic {
        heading: "Live exchange rates",
        paragraphs: &[
            "Exchange rates are also sent by WebSocket at `/ws/rates`, without a log-in: a greeting, then the latest rate \
             of each pair every minute, as JSON like a `Quote` with `type` (`greeting` or `rate`) and `age_seconds`. Send \
             the text `exit` to disconnect.",
        ],
    },
];

/// Returns all topics as Markdown, for the OpenAPI document.
pub fn as_markdown() -> String {
    let topics = TOPICS.map(|topic| {
        let text = topic.paragraphs.join("\n\n");
        format!("## {}\n\n{text}", topic.heading)
    });
    format!(
        "Passbook’s data for your own programs: everything that people see in a browser.\n\n{}",
        topics.join("\n\n")
    )
}
