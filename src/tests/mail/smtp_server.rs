//! A mail server that keeps what it gets: SMTP (RFC 5321) without TLS.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::app::{TestApp, eventually};

/// A mail as it came.
#[derive(Clone, Debug, Default)]
pub struct Mail {
    pub from: String,
    pub to: Vec<String>,
    /// Its headers and its text, as sent.
    whole: String,
}

/// The mails so far, and the answer to every recipient instead of "OK".
#[derive(Debug, Default)]
struct Inbox {
    mails: Vec<Mail>,
    refusal: Option<&'static str>,
    /// How often a recipient was named.
    asked: usize,
}

/// The mail server.
pub struct SmtpServer {
    address: SocketAddr,
    inbox: Arc<Mutex<Inbox>>,
}

impl SmtpServer {
    /// Listens on any free port.
    pub async fn open() -> Self {
        Self::at(SocketAddr::from(([127, 0, 0, 1], 0))).await
    }

    /// Listens at an address.
    pub async fn at(address: SocketAddr) -> Self {
        let listener = TcpListener::bind(address).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let inbox: Arc<Mutex<Inbox>> = Arc::default();
        let kept = Arc::clone(&inbox);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(converse(stream, Arc::clone(&kept)));
            }
        });
        Self { address, inbox }
    }

    /// Returns an address at which nothing listens.
    pub async fn nowhere() -> SocketAddr {
        let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let listener = TcpListener::bind(anywhere).await.expect("a port");
        listener.local_addr().expect("an address")
    }

    /// Starts a program that sends its mails here.
    pub async fn app(&self) -> TestApp {
        app_with(self.address, &[]).await
    }

    /// The same with more settings.
    pub async fn app_with(&self, more: &[(&str, &str)]) -> TestApp {
        app_with(self.address, more).await
    }

    /// Returns the value of `SMTP_URL` for it.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// Answers this to every recipient, until it is `None`.
    pub fn refuse(&self, with: Option<&'static str>) {
        locked(&self.inbox).refusal = with;
    }

    /// Returns how often a recipient was named.
    pub fn asked(&self) -> usize {
        locked(&self.inbox).asked
    }

    /// Returns the mails so far.
    pub fn mails(&self) -> Vec<Mail> {
        locked(&self.inbox).mails.clone()
    }

    /// Waits until so many mails have come, and returns them.
    pub async fn after(&self, app: &TestApp, mails: usize) -> Vec<Mail> {
        eventually("mails", || async {
            app.ctx().work.notify_waiters();
            let came = self.mails();
            (came.len() >= mails).then_some(came)
        })
        .await
    }

    /// Waits until a mail with this subject has come, and returns the last one.
    pub async fn about(&self, app: &TestApp, subject: &str) -> Mail {
        eventually(subject, || async {
            app.ctx().work.notify_waiters();
            let mut came = self.mails().into_iter();
            came.rfind(|mail| mail.header("Subject") == subject)
        })
        .await
    }
}

/// Starts a program that sends its mails to this address.
pub async fn app_with(address: SocketAddr, more: &[(&str, &str)]) -> TestApp {
    let url = format!("smtp://{address}");
    TestApp::build()
        .setting("SMTP_URL", &url)
        .setting("SMTP_FROM", "Passbook <passbook@example.org>")
        .settings(more)
        .start()
        .await
}

impl Mail {
    /// Returns a header; empty if there is none. Long ones that were folded are not understood.
    pub fn header(&self, name: &str) -> &str {
        let (head, _) = self.whole.split_once("\r\n\r\n").expect("a head");
        let mut lines = head.split("\r\n");
        let found = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        found.unwrap_or_default()
    }

    /// Returns the text.
    pub fn text(&self) -> String {
        let (_, body) = self.whole.split_once("\r\n\r\n").expect("a head");
        let bytes = match self.header("Content-Transfer-Encoding") {
            "quoted-printable" => unquoted(body),
            "base64" => STANDARD.decode(body.replace("\r\n", "")).expect("base64"),
            _ => body.as_bytes().to_vec(),
        };
        let text = String::from_utf8(bytes).expect("text");
        text.replace("\r\n", "\n")
    }

    /// Returns the code that it carries.
    pub fn code(&self) -> String {
        let text = self.text();
        let is_code = |line: &&str| line.len() == 39 && line.split('-').count() == 8;
        let code = text.lines().find(is_code);
        code.unwrap_or_else(|| panic!("no code in {text}"))
            .to_owned()
    }
}

/// Quoted-printable (RFC 2045, 6.7).
fn unquoted(body: &str) -> Vec<u8> {
    let joined = body.replace("=\r\n", "");
    let mut bytes = joined.bytes();
    let mut text = Vec::new();
    while let Some(byte) = bytes.next() {
        if byte != b'=' {
            text.push(byte);
            continue;
        }
        let digits: String = bytes.by_ref().take(2).map(char::from).collect();
        text.push(u8::from_str_radix(&digits, 16).expect("two digits"));
    }
    text
}

/// Talks with one client.
async fn converse(stream: TcpStream, inbox: Arc<Mutex<Inbox>>) {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    let mut mail = Mail::default();
    let mut answer = "220 mail.example.org ready".to_owned();
    loop {
        if writer
            .write_all(format!("{answer}\r\n").as_bytes())
            .await
            .is_err()
        {
            return;
        }
        let Ok(Some(line)) = lines.next_line().await else {
            return;
        };
        answer = match line.split_once(':').map_or(line.as_str(), |(verb, _)| verb) {
            "MAIL FROM" => {
                mail = Mail {
                    from: in_brackets(&line),
                    ..Mail::default()
                };
                "250 OK".into()
            }
            "RCPT TO" => {
                mail.to.push(in_brackets(&line));
                let mut inbox = locked(&inbox);
                inbox.asked += 1;
                inbox.refusal.unwrap_or("250 OK").into()
            }
            "DATA" => {
                let go_on = writer.write_all(b"354 Go on\r\n").await;
                let Some(whole) = data(&mut lines).await.filter(|_| go_on.is_ok()) else {
                    return;
                };
                mail.whole = whole;
                locked(&inbox).mails.push(mail.clone());
                "250 Kept".into()
            }
            "QUIT" => {
                let _ = writer.write_all(b"221 Bye\r\n").await;
                return;
            }
            greeting if greeting.starts_with("EHLO ") => {
                assert_eq!(greeting, "EHLO [127.0.0.1]", "it says who it is");
                "250 mail.example.org".into()
            }
            _ => "500 What?".into(),
        };
    }
}

type Lines = tokio::io::Lines<BufReader<tokio::net::tcp::OwnedReadHalf>>;

/// Reads a message up to its end, a line with a dot.
async fn data(lines: &mut Lines) -> Option<String> {
    let mut whole = String::new();
    loop {
        let line = lines.next_line().await.ok()??;
        if line == "." {
            return Some(whole);
        }
        // A dot at the beginning of a line is doubled (RFC 5321, 4.5.2).
        whole += line.strip_prefix('.').unwrap_or(&line);
        whole += "\r\n";
    }
}

fn in_brackets(line: &str) -> String {
    let inner = line
        .split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'));
    inner.map_or_else(String::new, |(inner, _)| inner.to_owned())
}

fn locked(inbox: &Mutex<Inbox>) -> MutexGuard<'_, Inbox> {
    inbox.lock().unwrap_or_else(PoisonError::into_inner)
}
