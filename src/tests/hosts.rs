//! The host names that Passbook answers to: a foreign name that points to this machine is refused.

use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::app::{ADA, TestApp, browsers};
use crate::browser::Browser;
use crate::process::{Spawned, command};

const FOREIGN: [&str; 3] = ["evil.example", "127.0.0.1.evil.example:80", "EVIL.example."];

#[tokio::test]
async fn no_address_but_the_health_check_answers_a_foreign_host() {
    let app = TestApp::start().await;
    let mut browser = app.signed_up(&ADA).await;
    let mut paths: Vec<String> = app.routes().keys().cloned().collect();
    paths.extend(["/nothing", "/healthz/", "/admin", "/assets/x"].map(str::to_owned));
    for path in paths {
        let path = path.replace(['{', '}', '*'], "");
        for host in FOREIGN {
            for method in [Method::GET, Method::POST] {
                let page = ask(&mut browser, method.clone(), &path, host).await;
                let refused = page == 421;
                assert_eq!(
                    refused,
                    path != "/healthz",
                    "{method} {path} {host}: {page}"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_host_that_is_set_and_the_public_one_are_answered() {
    let settings = [
        ("PASSBOOK_PUBLIC_URL", "https://money.example.org"),
        ("PASSBOOK_HOSTS", "passbook.lan"),
    ];
    let app = TestApp::with(&settings).await;
    let mut browser = app.browser();
    for host in [
        "money.example.org",
        "Passbook.LAN:3000",
        "localhost",
        "192.168.1.5:3000",
        "[::1]:3000",
    ] {
        let status = ask(&mut browser, Method::GET, "/log-in", host).await;
        assert_eq!(status, 200, "{host}");
    }
    let headers = [("host", "example.org")];
    let page = browser.ask(Method::GET, "/log-in", None, &headers).await;
    assert_eq!(page.status, 421);
    assert!(page.body.contains("PASSBOOK_HOSTS"), "{}", page.body);
    assert!(!page.text("h1").is_empty(), "{}", page.body);
}

#[tokio::test]
async fn a_tunnel_is_refused_and_no_fault() {
    let app = TestApp::start().await;
    let browser = app.signed_up(&ADA).await;
    let name = app.session_cookie();
    let request = format!(
        "CONNECT localhost:443 HTTP/1.1\r\nhost: localhost\r\ncookie: {name}={}\r\nconnection: close\r\n\r\n",
        browser.cookies[&name]
    );
    let mut stream = TcpStream::connect(app.address()).await.expect("connected");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut said = [0; 12];
    stream.read_exact(&mut said).await.expect("an answer");
    assert_eq!(&said, b"HTTP/1.1 400");
}

#[tokio::test]
async fn a_bank_that_stands_alone_knows_its_names_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut bank = command(folder.path(), &["sandbox", "--listen", "127.0.0.1:0"]);
    let mut bank = Spawned::start(bank.env("PASSBOOK_HOSTS", "bank.lan"));
    let first = bank.line().await;
    let url = first
        .strip_prefix("Sandbox bank is at ")
        .expect("its address");
    let get = async |path: &str, host: &str| {
        let asked = browsers().get(format!("{url}{path}")).header("host", host);
        asked.send().await.expect("an answer").status().as_u16()
    };
    let (panel, api) = ("/", "/institutions/get");
    for host in ["evil.example", "evil.example:4000", "lan"] {
        assert_eq!(get(panel, host).await, 421, "{host}");
        assert_eq!(get(api, host).await, 421, "{host}");
    }
    for host in ["bank.lan:4000", "localhost", "127.0.0.1"] {
        assert_eq!(get(panel, host).await, 200, "{host}");
        assert_ne!(get(api, host).await, 421, "{host}");
    }
    let call =
        json!({"client_id": "a", "secret": "b", "count": 1, "offset": 0, "country_codes": ["US"]});
    let call = browsers().post(format!("{url}{api}")).json(&call).send();
    let answer: Value = call.await.expect("an answer").json().await.expect("JSON");
    assert!(answer["institutions"].is_array(), "{answer}");
}

async fn ask(browser: &mut Browser, method: Method, path: &str, host: &str) -> u16 {
    let body = (method == Method::POST).then(String::new);
    browser
        .ask(method, path, body, &[("host", host)])
        .await
        .status
}
