//! Settings of the mail server.

use std::net::Ipv4Addr;

use lettre::message::Mailbox;
use url::Url;

use super::reader::Reader;
use domain::secret::Secret;

/// The mail server and the sender.
#[derive(Clone, Debug)]
pub struct Mail {
    /// `SMTP_URL`: the server's address, with the user's name and password if it wants them. With TLS, except on this
    /// machine.
    pub url: Secret,
    /// `SMTP_FROM`: the sender of all mails.
    pub from: Mailbox,
}

const WANTED_URL: &str = "an address like smtps://user:password@mail.example.org:465 or \
    smtp://mail.example.org:587?tls=required, with special characters of the password as in a URL (smtp without \
    tls=required works for this machine only)";
const WANTED_FROM: &str =
    "an email address, like passbook@example.org or Passbook <passbook@example.org>";

impl Mail {
    pub(super) fn from_reader(reader: &mut Reader<'_>) -> Option<Self> {
        match (reader.text("SMTP_URL"), reader.text("SMTP_FROM")) {
            (Some(url), Some(_)) => {
                let from: Option<Mailbox> = reader.parsed("SMTP_FROM", WANTED_FROM);
                let usable = Url::parse(&url).is_ok_and(|url| is_usable(&url));
                if !usable {
                    reader.complain("SMTP_URL", WANTED_URL);
                }
                let url = Secret::new(url);
                from.filter(|_| usable).map(|from| Self { url, from })
            }
            (None, None) => None,
            (url, _) => {
                let (set, missing) = match url {
                    Some(_) => ("SMTP_URL", "SMTP_FROM"),
                    None => ("SMTP_FROM", "SMTP_URL"),
                };
                reader.problems.push(format!(
                    "{set} is set, but {missing} is not. Set both, or neither."
                ));
                None
            }
        }
    }
}

/// Whether mails can be sent to this address without anyone on the way reading them.
fn is_usable(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let safe = match (url.scheme(), url.query()) {
        ("smtps", None) | ("smtp", Some("tls=required")) => true,
        ("smtp", None) => is_this_machine(host),
        _ => false,
    };
    let plain = matches!(url.path(), "" | "/") && url.fragment().is_none();
    let whole_log_in = url.username().is_empty() == url.password().is_none();
    safe && plain && whole_log_in && !host.is_empty()
}

/// The host of such an address is text: only http's and a few others are parsed as numbers.
fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse().is_ok_and(|ip: Ipv4Addr| ip.is_loopback())
}
