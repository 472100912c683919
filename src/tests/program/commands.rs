//! The other commands.

use crate::app::{ADA, browsers};
use crate::hosted_link::PLATYPUS;
use crate::process::{Process, Spawned, command, output};

#[tokio::test]
async fn help_and_invite_and_the_bank_alone_work() {
    let folder = tempfile::tempdir().expect("a folder");
    let help = output(folder.path(), &["--help"], &[]).await;
    let said = String::from_utf8_lossy(&help.stdout).into_owned();
    assert_eq!(help.status.code(), Some(0));
    for word in [
        "serve",
        "sandbox",
        "invite",
        "admin",
        "app ",
        "rotate-key",
        "PASSBOOK_LISTEN",
        "PLAID_SECRET",
        "RUST_LOG",
    ] {
        assert!(said.contains(word), "{word} is not in: {said}");
    }
    assert_eq!(
        output(folder.path(), &["--nonsense"], &[])
            .await
            .status
            .code(),
        Some(2)
    );

    let invite = output(
        folder.path(),
        &["invite"],
        &[("PASSBOOK_PUBLIC_URL", "https://money.example.org")],
    )
    .await;
    let said = String::from_utf8_lossy(&invite.stdout).into_owned();
    assert_eq!(
        invite.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&invite.stderr)
    );
    let (address, code) = said.split_once('\n').expect("two lines");
    assert_eq!(address, "https://money.example.org/sign-up");
    assert!(
        code.starts_with("Invitation code (for one person"),
        "{said}"
    );

    let mut bank = command(folder.path(), &["sandbox", "--listen", "127.0.0.1:0"]);
    let mut bank = Spawned::start(&mut bank);
    let first = bank.line().await;
    let url = first
        .strip_prefix("Sandbox bank is at ")
        .expect("its address")
        .to_owned();
    let question = serde_json::json!({"client_id": "a", "secret": "b", "institution_id": PLATYPUS, "country_codes": ["US"]});
    let answer = browsers()
        .post(format!("{url}/institutions/get_by_id"))
        .json(&question)
        .send()
        .await
        .expect("an answer");
    let answer: serde_json::Value = answer.json().await.expect("JSON");
    assert_eq!(answer["institution"]["name"], "First Platypus Bank");
}

#[tokio::test]
async fn an_invitation_is_made_while_it_runs_and_lets_one_in() {
    let mut process = Process::serve(&[("PASSBOOK_SIGNUP", "invite")]).await;
    let made = output(process.folder(), &["invite"], &[]).await;
    let said = String::from_utf8_lossy(&made.stdout).trim().to_owned();
    let (_, code) = said.rsplit_once(' ').expect("a code");
    let mut browser = process.browser();
    assert_eq!(browser.sign_up(&ADA, code).await.path, "/");
    assert_eq!(process.terminate().await, Some(0));
}

#[tokio::test]
async fn the_demo_person_has_no_place_where_others_can_come() {
    let folder = tempfile::tempdir().expect("a folder");
    let refused: [&[(&str, &str)]; 3] = [
        &[("PASSBOOK_LISTEN", "0.0.0.0:0")],
        &[
            ("PASSBOOK_LISTEN", "127.0.0.1:0"),
            ("PASSBOOK_PUBLIC_URL", "https://money.example.org"),
        ],
        &[
            ("PASSBOOK_LISTEN", "127.0.0.1:0"),
            ("PLAID_CLIENT_ID", "a"),
            ("PLAID_SECRET", "b"),
        ],
    ];
    for settings in refused {
        let ended = output(folder.path(), &["serve", "--demo"], settings).await;
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert_eq!(ended.status.code(), Some(1), "{settings:?}: {said}");
        assert!(said.contains("--demo"), "{said}");
    }
}

#[tokio::test]
async fn operators_are_granted_listed_and_revoked_while_it_runs() {
    let mut process = Process::serve(&[]).await;
    let said = process.said.join("\n");
    let page = format!(
        "{}/become-operator (valid 24 hours). Your code is ",
        process.url
    );
    assert!(
        said.contains("No admin yet.") && said.contains(&page),
        "{said}"
    );
    let mut browser = process.browser();
    browser.sign_up(&ADA, "").await;
    assert_eq!(browser.get("/admin").await.status, 404);
    let folder = process.folder().to_owned();
    let told = async |arguments: &[&str]| {
        let ended = output(&folder, arguments, &[]).await;
        let text = String::from_utf8_lossy(&[ended.stdout, ended.stderr].concat()).into_owned();
        (ended.status.code(), text)
    };
    let (code, said) = told(&["admin", "list"]).await;
    assert!(
        code == Some(0) && said.starts_with("No admins yet."),
        "{said}"
    );
    let (code, said) = told(&["admin", "grant", "nobody@example.org"]).await;
    assert!(
        code == Some(1) && said.contains("no one has signed up as"),
        "{said}"
    );
    let (code, said) = told(&["admin", "grant", ADA.email]).await;
    assert!(
        code == Some(0) && said.contains("is now an admin."),
        "{said}"
    );
    assert_eq!(browser.get("/admin").await.status, 200);
    let (_, said) = told(&["admin", "list"]).await;
    assert!(said.starts_with("Ada@Example.org, since 20"), "{said}");
    let (code, said) = told(&["admin", "revoke", ADA.email]).await;
    assert!(
        code == Some(0) && said.contains("is no longer an admin."),
        "{said}"
    );
    assert_eq!(browser.get("/admin").await.status, 404);
    assert_eq!(process.terminate().await, Some(0));
}

#[tokio::test]
async fn apps_are_registered_listed_and_switched_while_it_runs() {
    let mut process = Process::serve(&[]).await;
    let folder = process.folder().to_owned();
    let told = async |arguments: &[&str]| {
        let ended = output(&folder, &[&["app"], arguments].concat(), &[]).await;
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        (ended.status.code(), text(ended.stdout), text(ended.stderr))
    };
    let (http, url) = (browsers(), format!("{}/oauth/introspect", process.url));
    let let_in = async |id: &str, secret: &str| {
        let sent = http.post(&url).basic_auth(id, Some(secret));
        let sent = sent.header("content-type", "application/x-www-form-urlencoded");
        let answer = sent.body("token=x").send().await.expect("an answer");
        match answer.status().as_u16() {
            200 => true,
            401 => false,
            other => panic!("{other}"),
        }
    };
    let back = "https://budget.example.org/back";
    let add = ["add", "--name", "Budget", "--redirect-uri", back];
    let scopes = |words: &'static str| [&add[..], &["--scopes", words]].concat();
    let (code, said, _) = told(&["list"]).await;
    assert!(
        code == Some(0) && said.starts_with("No apps yet."),
        "{said}"
    );
    for wrong in [scopes("read,everything"), add.to_vec()] {
        let (code, said, why) = told(&wrong).await;
        assert_eq!((code, said.as_str()), (Some(2), ""), "{why}");
    }
    let wrong = ["--name", " ", "--redirect-uri", "http://evil.example/"];
    let (code, said, why) = told(&[&["add"], &wrong[..], &["--scopes", "read"]].concat()).await;
    assert_eq!((code, said.as_str()), (Some(1), ""));
    for part in ["Enter the name", "Use https."] {
        assert!(why.contains(part), "{part} is not in {why}");
    }

    let (code, said, beside) = told(&scopes("sync,read")).await;
    assert_eq!((code, said.len()), (Some(0), 44), "{said}{beside}");
    let secret = said.trim_end();
    assert!(!beside.contains(secret), "{beside}");
    let (_, listed, _) = told(&["list"]).await;
    let id = &listed[..26];
    assert!(
        beside.contains(&format!("Its client ID is {id}.")),
        "{beside}"
    );
    assert_eq!(
        listed,
        format!("{id}  “Budget”, on, has a secret, read,sync, 0 people\n  {back}\n")
    );
    assert!(let_in(id, secret).await);

    let (code, _, _) = told(&["disable", id]).await;
    assert!(code == Some(0) && !let_in(id, secret).await);
    let (_, listed, _) = told(&["list"]).await;
    assert!(listed.contains("“Budget”, off since 20"), "{listed}");
    let (code, _, _) = told(&["enable", id]).await;
    assert!(code == Some(0) && let_in(id, secret).await);
    let (code, said, _) = told(&["secret", id]).await;
    assert_eq!((code, said.len()), (Some(0), 44), "{said}");
    assert!(!let_in(id, secret).await && let_in(id, said.trim_end()).await);

    let public = [scopes("read"), vec!["--public"]].concat();
    let (code, said, beside) = told(&public).await;
    assert_eq!((code, said.as_str()), (Some(0), ""), "it has no secret");
    let (_, listed, _) = told(&["list"]).await;
    let public = &listed[..26];
    assert!(beside.contains(public), "{beside}");
    for arguments in [
        ["secret", public],
        ["secret", "x"],
        ["disable", "01aaaaaaaaaaaaaaaaaaaaaaaa"],
        ["enable", ""],
    ] {
        let (code, said, why) = told(&arguments).await;
        assert_eq!((code, said.as_str()), (Some(1), ""), "{arguments:?}");
        assert!(why.contains("passbook app list"), "{why}");
    }
    assert_eq!(process.terminate().await, Some(0));
}

#[tokio::test]
async fn the_demo_person_is_marked_and_the_link_is_for_somebody_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut demo = command(folder.path(), &["serve", "--demo"]);
    let mut demo = Spawned::start(demo.env("PASSBOOK_LISTEN", "127.0.0.1:0"));
    let mut said = String::new();
    while !said.contains("Its data is in") {
        said = format!("{said}{}\n", demo.line().await);
    }
    assert!(
        said.contains("as yourself (not as the demo person)"),
        "{said}"
    );
    let granted = output(
        folder.path(),
        &["admin", "grant", "demo@passbook.example"],
        &[],
    )
    .await;
    let told = String::from_utf8_lossy(&granted.stderr).into_owned();
    assert_eq!(granted.status.code(), Some(1), "{told}");
    assert!(told.contains("cannot become an admin"), "{told}");
}

#[tokio::test]
async fn the_bank_alone_takes_no_writes_that_other_sites_send() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut bank = command(folder.path(), &["sandbox", "--listen", "127.0.0.1:0"]);
    let mut bank = Spawned::start(&mut bank);
    let first = bank.line().await;
    let url = first.strip_prefix("Sandbox bank is at ").expect("a bank");
    let http = browsers();
    let status = async |path: &str, from: &[(&'static str, &str)]| {
        let body = serde_json::json!({"client_id": "a", "secret": "b"}).to_string();
        let mut sent = http.post(format!("{url}{path}")).body(body);
        for (name, value) in from {
            sent = sent.header(*name, *value);
        }
        sent.send().await.expect("an answer").status().as_u16()
    };
    let another = url.replace("127.0.0.1", "localhost");
    for path in ["/misbehave/item/list", "/sandbox/public_token/create"] {
        for from in [
            [("origin", "https://evil.example")],
            [("origin", another.as_str())],
            [("origin", "null")],
            [("sec-fetch-site", "cross-site")],
            [("sec-fetch-site", "same-site")],
        ] {
            assert_eq!(status(path, &from).await, 403, "{path} {from:?}");
        }
        for from in [
            &[][..],
            &[("origin", url)],
            &[("sec-fetch-site", "same-origin")],
        ] {
            assert_ne!(status(path, from).await, 403, "{path} {from:?}");
        }
    }
    assert_eq!(status("/misbehave/item/list", &[]).await, 200);
}

#[tokio::test]
async fn the_version_names_commit_and_schema() {
    let folder = tempfile::tempdir().expect("a folder");
    let ended = output(folder.path(), &["--version"], &[]).await;
    let said = String::from_utf8_lossy(&ended.stdout).into_owned();
    let schema = std::fs::read_dir("migrations").expect("the folder");
    let last =
        schema.map(|file| file.expect("a file").file_name().to_string_lossy()[..4].to_owned());
    let last: i64 = last.max().expect("one").parse().expect("a number");
    assert!(
        said.starts_with(concat!("passbook ", env!("CARGO_PKG_VERSION"), " (commit ")),
        "{said}"
    );
    assert!(
        said.contains(&format!(", schema {last}, islands: ")),
        "{said}"
    );
}

#[tokio::test]
async fn a_health_check_asks_the_program_that_runs() {
    let mut process = Process::serve(&[]).await;
    let folder = process.folder().to_owned();
    let listen = process.url.trim_start_matches("http://").to_owned();
    let settings = [("PASSBOOK_LISTEN", listen.as_str())];
    let ended = output(&folder, &["healthcheck"], &settings).await;
    assert_eq!((ended.status.code(), ended.stdout.len()), (Some(0), 0));
    process.terminate().await;
    let ended = output(&folder, &["healthcheck"], &settings).await;
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert_eq!(ended.status.code(), Some(1), "{said}");
    assert!(
        said.contains(&format!("Passbook at {listen} is not responding")),
        "{said}"
    );
}
