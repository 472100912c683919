//! The words of mails, and the messages made of them.
//!
//! A mail has no name that its sender could choose freely to write to strangers: those of banks and webhooks are put on
//! one line and cut, and a person's own name is left out, because anyone can sign up with anyone's address.

use lettre::message::header::{ContentType, HeaderName, HeaderValue, MIME_VERSION_1_0};
use lettre::message::{Mailbox, Message};
use url::Url;

use domain::id::MailId;
use domain::mail::{MailGroup, MailKind};
use domain::secret::Secret;
use domain::text::{isolated, one_line};
use store::MailToSend;

/// The most letters of a name.
const LONGEST_NAME: usize = 80;
/// The most letters of a sentence that is not made here.
const LONGEST_SENTENCE: usize = 300;

/// Where a message comes from.
pub(super) struct Origin<'a> {
    /// The sender.
    pub(super) from: &'a Mailbox,
    /// The mail's id, which makes the message's: a mail that arrives twice can be recognized.
    pub(super) id: &'a MailId,
    /// Passbook's address.
    pub(super) base_url: &'a str,
}

/// A mail in words.
pub(super) struct Letter {
    subject: String,
    body: String,
}

/// Writes a mail. `code` is the code that it carries.
pub(super) fn letter(
    mail: &MailToSend,
    kind: MailKind,
    code: Option<&Secret>,
    base_url: &str,
) -> Letter {
    let fact = |name: &str| mail.fact(name);
    let when = mail.created_at.strftime("%-d %b %Y, %H:%M UTC");
    let (subject, text) = match kind {
        MailKind::PasswordReset => reset(code, base_url),
        MailKind::NewLogIn => {
            let browser = named(fact("browser"), "an app or unknown browser");
            let address = named(fact("address"), "an unknown address");
            let text = format!(
                "Someone logged in to your Passbook from a new device:\n\nDevice: {browser}\nIP address: {address}\n\
                 Time: {when}\n\nIf this was you, there’s nothing to do. {}",
                not_you(base_url)
            );
            ("New log-in to your Passbook".to_owned(), text)
        }
        MailKind::PasswordChanged => security("Your password was changed", &when, base_url),
        MailKind::TwoStepOn => security("Two-step verification was turned on", &when, base_url),
        MailKind::TwoStepOff => security("Two-step verification was turned off", &when, base_url),
        MailKind::TwoStepReset => {
            let what = "Two-step verification was turned off by this Passbook’s admin";
            security(what, &when, base_url)
        }
        MailKind::BankNeedsYou => {
            let bank = named(fact("institution"), "Your bank");
            let message = cut(fact("message"), LONGEST_SENTENCE);
            let id = path_part(fact("connection"));
            let text = format!("{bank} {message}\n\nOpen the bank: {base_url}/connections/{id}");
            (format!("{bank} needs you"), text)
        }
        MailKind::WebhookOff => {
            let name = named(fact("description"), "One of your webhooks");
            let id = path_part(fact("webhook"));
            let text = format!(
                "{name} was turned off, because messages to it couldn’t be delivered.\n\n\
                 See why, and turn it on again: {base_url}/settings/webhooks/{id}"
            );
            ("A webhook was turned off".to_owned(), text)
        }
    };
    let body = format!("{text}\n\n-- \n{}\n", footer(kind, base_url));
    Letter { subject, body }
}

fn reset(code: Option<&Secret>, base_url: &str) -> (String, String) {
    let code = code.map_or("", Secret::expose);
    let text = format!(
        "Someone asked to reset the password of your Passbook account. To set a new one, open\n\n\
         {base_url}/reset-password/new\n\nand enter this code:\n\n{code}\n\n\
         It works once, for 30 minutes. If you didn’t ask for it, ignore this email: your password stays as it is. \
         Never give the code to anyone."
    );
    ("Reset your Passbook password".to_owned(), text)
}

/// A change of how a person gets in.
fn security(what: &str, when: &impl std::fmt::Display, base_url: &str) -> (String, String) {
    let text = format!(
        "{what}.\n\nTime: {when}\n\nIf you did this, there’s nothing to do. {}",
        not_you(base_url)
    );
    (what.to_owned(), text)
}

fn not_you(base_url: &str) -> String {
    format!(
        "If it wasn’t you, change your password at {base_url}/settings/password, or reset it at \
         {base_url}/reset-password, and look at {base_url}/activity."
    )
}

fn footer(kind: MailKind, base_url: &str) -> String {
    let why =
        format!("You get this email because you have an account on the Passbook at {base_url}.");
    match kind.group() {
        MailGroup::Security => why,
        MailGroup::Banks | MailGroup::Webhooks => {
            format!("{why} Choose your emails: {base_url}/settings/mail")
        }
    }
}

/// Puts a name on one line, cuts it, and keeps it from turning the text around it. `without` stands for an empty one.
fn named(name: &str, without: &str) -> String {
    match cut(name, LONGEST_NAME) {
        name if name.is_empty() => without.to_owned(),
        name => isolated(&name).into_owned(),
    }
}

fn cut(text: &str, longest: usize) -> String {
    let line = one_line(text);
    let line = line.trim();
    if line.chars().count() <= longest {
        return line.to_owned();
    }
    let kept: String = line.chars().take(longest).collect();
    format!("{kept}…")
}

/// An id in an address; nothing if it could be anything else.
fn path_part(id: &str) -> &str {
    let is_id = id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_id { id } else { "" }
}

impl Letter {
    /// Makes the message; `None` if the recipient's address cannot be used.
    pub(super) fn message(&self, recipient: &str, origin: &Origin<'_>) -> Option<Message> {
        let url = Url::parse(origin.base_url).ok();
        let host = url.as_ref().and_then(Url::host_str).unwrap_or("localhost");
        // So that no absence notice answers (RFC 3834, 5).
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        Message::builder()
            .from(origin.from.clone())
            .to(Mailbox::new(None, recipient.parse().ok()?))
            .subject(one_line(&self.subject))
            .message_id(Some(format!("<{}@{host}>", origin.id)))
            .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()))
            .header(MIME_VERSION_1_0)
            .header(ContentType::TEXT_PLAIN)
            .body(self.body.clone())
            .ok()
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use domain::id::UserId;

    const HOSTILE: &str = "Bank\r\nBcc: eve@example.org\r\n\r\n\u{202e}evil\u{0}\u{2028}";

    fn mail(kind: MailKind, facts: &[(&str, &str)]) -> MailToSend {
        let facts = facts.iter();
        MailToSend {
            id: MailId::generate(),
            user_id: UserId::generate(),
            recipient: "ada@example.org".into(),
            kind: Some(kind),
            sealed_code: None,
            created_at: Timestamp::UNIX_EPOCH,
            attempts: 0,
            facts: facts
                .map(|(name, value)| ((*name).to_owned(), (*value).into()))
                .collect(),
        }
    }

    /// Returns the subject, the body and the whole message.
    fn written(kind: MailKind, facts: &[(&str, &str)], code: Option<&str>) -> [String; 3] {
        let (mail, code) = (mail(kind, facts), code.map(Secret::new));
        let letter = letter(&mail, kind, code.as_ref(), "https://money.example.org");
        let from: Mailbox = "Passbook <passbook@example.org>".parse().expect("a sender");
        let origin = Origin {
            from: &from,
            id: &mail.id,
            base_url: "https://money.example.org",
        };
        let message = letter.message("ada@example.org", &origin);
        let whole = message.expect("a message").formatted();
        let whole = String::from_utf8(whole).expect("text");
        [letter.subject, letter.body, whole]
    }

    /// Returns the names of a message's headers.
    fn headers(message: &str) -> Vec<&str> {
        let (head, _) = message.split_once("\r\n\r\n").expect("a head");
        let lines = head
            .split("\r\n")
            .filter(|line| !line.starts_with([' ', '\t']));
        lines
            .filter_map(|line| Some(line.split_once(':')?.0))
            .collect()
    }

    #[test]
    fn every_mail_has_one_recipient_and_the_same_headers_whatever_names_say() {
        let long = HOSTILE.repeat(500);
        for kind in MailKind::ALL {
            for hostile in [HOSTILE, &long, ""] {
                let names = [
                    "browser",
                    "address",
                    "institution",
                    "message",
                    "connection",
                    "description",
                    "webhook",
                ];
                let facts = names.map(|name| (name, hostile));
                let [subject, body, whole] = written(kind, &facts, Some("abcd-efgh"));
                assert!(!subject.contains(['\r', '\n']), "{subject:?}");
                assert!(subject.chars().count() < 120, "{subject}");
                assert!(body.chars().count() < 1_500, "{}", body.len());
                assert!(!body.contains(['\u{202e}', '\u{0}']), "{body:?}");
                let mut found = headers(&whole);
                found.sort_unstable();
                let wanted = [
                    "Auto-Submitted",
                    "Content-Transfer-Encoding",
                    "Content-Type",
                    "Date",
                    "From",
                    "MIME-Version",
                    "Message-ID",
                    "Subject",
                    "To",
                ];
                assert_eq!(found, wanted, "{whole}");
            }
        }
    }

    #[test]
    fn the_code_is_in_the_text_and_in_no_address() {
        let [_, body, _] = written(MailKind::PasswordReset, &[], Some("abcd-efgh"));
        assert!(body.contains("\nabcd-efgh\n"), "{body}");
        assert!(body.contains("https://money.example.org/reset-password/new\n"));
        assert_eq!(body.matches("abcd").count(), 1);
    }

    #[test]
    fn a_bank_that_needs_the_person_is_named_and_leads_to_its_page() {
        let facts = [
            ("institution", "First Platypus Bank"),
            ("message", "needs you to log in again."),
            ("connection", "01arz3ndektsv4rrffq69g5fab"),
        ];
        let [subject, body, _] = written(MailKind::BankNeedsYou, &facts, None);
        assert_eq!(subject, "First Platypus Bank needs you");
        assert!(body.starts_with("First Platypus Bank needs you to log in again.\n"));
        let page = "https://money.example.org/connections/01arz3ndektsv4rrffq69g5fab\n";
        assert!(body.contains(page), "{body}");
        assert!(body.contains("/settings/mail"), "{body}");
    }

    #[test]
    fn only_an_address_becomes_a_recipient() {
        let mail = mail(MailKind::PasswordChanged, &[]);
        let letter = letter(
            &mail,
            MailKind::PasswordChanged,
            None,
            "http://127.0.0.1:3000",
        );
        let from: Mailbox = "passbook@example.org".parse().expect("a sender");
        let origin = Origin {
            from: &from,
            id: &mail.id,
            base_url: "http://127.0.0.1:3000",
        };
        for bad in [
            "",
            "ada",
            "ada@example.org\r\nBcc: eve@example.org",
            "a@b, c@d",
        ] {
            assert!(letter.message(bad, &origin).is_none(), "{bad:?}");
        }
    }
}
