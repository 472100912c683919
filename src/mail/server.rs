//! The conversation with the mail server (SMTP, RFC 5321).

use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use url::{Host, Url};

use crate::config::Mail;

/// How long the server may take for one answer, and for a whole mail.
const ANSWER: Duration = Duration::from_secs(20);
const WHOLE: Duration = Duration::from_secs(60);

/// What became of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sent {
    /// The server took it.
    Taken,
    /// The server refuses it for good. Holds a word.
    Refused(String),
    /// The server refuses it for now. Holds a word.
    Delayed(String),
    /// The server cannot be used, for whatever mail. Holds a word.
    Unusable(String),
}

/// The admin's mail server. Each mail has a connection of its own.
pub(super) struct MailServer(AsyncSmtpTransport<Tokio1Executor>);

impl MailServer {
    /// `None` if the settings cannot be used, such as a password whose escapes are no text.
    pub(super) fn from_settings(settings: &Mail, base_url: &str) -> Option<Self> {
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(settings.url.expose());
        let builder = builder.ok()?.timeout(Some(ANSWER));
        Some(Self(builder.hello_name(own_name(base_url)).build()))
    }

    /// Sends a message. Never returns the server's own words, which may be anyone's.
    pub(super) async fn send(&self, message: Message) -> Sent {
        match tokio::time::timeout(WHOLE, self.0.send(message)).await {
            Ok(Ok(_)) => Sent::Taken,
            Ok(Err(error)) => failed(&error),
            Err(_) => Sent::Unusable("timeout".into()),
        }
    }
}

fn failed(error: &Error) -> Sent {
    // The server does not know addresses with such letters (SMTPUTF8, RFC 6531).
    if error.is_client() {
        return Sent::Refused("address".into());
    }
    let said = error.status().map(u16::from);
    if said.is_none() {
        tracing::warn!(
            timeout = error.is_timeout(),
            tls = error.is_tls(),
            "the mail server cannot be used"
        );
    }
    match said {
        Some(code) => answered(code),
        None if error.is_timeout() => Sent::Unusable("timeout".into()),
        None if error.is_tls() => Sent::Unusable("tls".into()),
        None => Sent::Unusable("unreachable".into()),
    }
}

/// Understands the server's code. With a refused log-in the mail is not what is wrong (RFC 4954, 6).
fn answered(code: u16) -> Sent {
    let word = code.to_string();
    match code {
        421 | 530 | 534 | 535 | 538 => Sent::Unusable(word),
        500.. => Sent::Refused(word),
        _ => Sent::Delayed(word),
    }
}

/// The name with which Passbook greets: that of its own address.
fn own_name(base_url: &str) -> ClientId {
    let url = Url::parse(base_url).ok();
    match url.as_ref().and_then(Url::host) {
        Some(Host::Domain(name)) => ClientId::Domain(name.to_owned()),
        Some(Host::Ipv4(ip)) => ClientId::Ipv4(ip),
        Some(Host::Ipv6(ip)) => ClientId::Ipv6(ip),
        None => ClientId::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_say_whether_to_try_again() {
        for refused in [550, 552, 553, 554, 571] {
            assert_eq!(answered(refused), Sent::Refused(refused.to_string()));
        }
        for delayed in [450, 451, 452] {
            assert_eq!(answered(delayed), Sent::Delayed(delayed.to_string()));
        }
        for unusable in [421, 530, 535] {
            assert_eq!(answered(unusable), Sent::Unusable(unusable.to_string()));
        }
    }

    #[test]
    fn passbook_greets_with_its_own_name() {
        let greets = |url: &str| own_name(url).to_string();
        assert_eq!(greets("https://money.example.org"), "money.example.org");
        assert_eq!(greets("http://127.0.0.1:3000"), "[127.0.0.1]");
    }
}
