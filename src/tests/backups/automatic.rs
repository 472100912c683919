//! Backups that are made automatically.

use std::path::Path;

use domain::job::{JobKind, JobQuery, RunOutcome, Whose};
use jiff::SignedDuration;
use passbook::queue;

use super::folder::{Keys, done};
use crate::app::{TestApp, eventually};
use crate::process::output;

fn backups(dir: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(dir).expect("a folder");
    let mut names: Vec<_> = entries
        .map(|entry| {
            let name = entry.expect("an entry").file_name();
            name.to_string_lossy().into_owned()
        })
        .collect();
    names.sort();
    names
}

/// Waits until the job has ended this many times, and returns its newest run.
async fn run(app: &TestApp, runs: i64) -> domain::job::JobRun {
    eventually("a backup", || async {
        let query = JobQuery {
            kind: Some(JobKind::Backup),
            limit: 1,
            ..JobQuery::default()
        };
        let found = queue::jobs(app.ctx(), Whose::Anybody, &query).await;
        let job = found.expect("jobs").jobs.into_iter().next()?;
        let run = job.last_run?;
        (run.fence >= runs && run.finished_at.is_some()).then_some(run)
    })
    .await
}

#[tokio::test]
async fn one_is_made_each_day_and_the_newest_are_kept() {
    let dir = tempfile::tempdir().expect("a folder");
    let keys = Keys::make(dir.path());
    let dir = dir.path().join("backups");
    std::fs::create_dir(&dir).expect("a folder");
    std::fs::write(dir.join("notes.txt"), "not a backup").expect("written");
    let settings = [
        ("PASSBOOK_BACKUP_DIR", dir.to_str().expect("a path")),
        ("PASSBOOK_BACKUP_KEEP", "2"),
        ("PASSBOOK_BACKUP_RECIPIENTS", &keys.recipient),
    ];
    // A backup made while the clock was ahead does not count, and displaces no other.
    let ahead = dir.join("passbook-0123abcd-20990101T000000Z.tar.gz.age");
    std::fs::write(&ahead, "x").expect("written");
    let mut app = TestApp::with(&settings).await;
    let first = run(&app, 1).await;
    assert_eq!(first.outcome, RunOutcome::Done, "{first:?}");
    let made = backups(&dir);
    let [notes, _, _] = made.as_slice() else {
        panic!("{made:?}")
    };
    assert_eq!(notes, "notes.txt");
    let is_of = |name: &&String| name.contains(&*app.ctx().instance);
    let first = made.iter().find(is_of).expect("one").clone();

    // No second one within the day, even after a restart; then one each day.
    app = app.restarted().await;
    passbook_looks(&app).await;
    assert_eq!(backups(&dir), made);
    for runs in 2..=3 {
        app.pass(SignedDuration::from_hours(24));
        passbook_looks(&app).await;
        let run = run(&app, runs).await;
        assert_eq!(run.outcome, RunOutcome::Done, "{run:?}");
    }
    let kept = backups(&dir);
    assert_eq!(kept.len(), 4, "the two newest: {kept:?}");
    assert!(!kept.contains(&first) && ahead.exists());
    let [identity, file] = keys.opening();
    let newest = kept
        .iter()
        .filter(|name| name.contains(&*app.ctx().instance));
    let newest = dir.join(newest.max().expect("one"));
    let newest = newest.display().to_string();
    let check = ["restore", "--check", &newest, &identity, &file];
    let mut here = settings.to_vec();
    let data = app.folder.path().display().to_string();
    here.push(("PASSBOOK_DATA_DIR", &data));
    let said = done(app.folder.path(), &check, &here).await;
    assert!(said.contains("is good"), "{said}");
}

/// Does what the timetable does every hour.
async fn passbook_looks(app: &TestApp) {
    let asked = passbook::backup::request_due(app.ctx()).await;
    asked.expect("asked");
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_told_and_tried_again() {
    let dir = tempfile::tempdir().expect("a folder");
    let keys = Keys::make(dir.path());
    let dir = dir.path().join("not/mounted");
    let settings = [
        ("PASSBOOK_BACKUP_DIR", dir.to_str().expect("a path")),
        ("PASSBOOK_BACKUP_RECIPIENTS", &keys.recipient),
    ];
    let app = TestApp::with(&settings).await;
    let failed = run(&app, 1).await;
    assert_eq!(failed.outcome, RunOutcome::Failed);
    let message = failed.message.expect("words");
    assert!(
        message.contains("not/mounted (PASSBOOK_BACKUP_DIR) cannot be read"),
        "{message}"
    );
    assert!(!dir.exists(), "it is not made");
    let mut admin = app.admin().await;
    let jobs = admin.get("/admin/jobs?kind=backup").await;
    let job = jobs.attribute("main a[href^='/admin/jobs/']", "href");
    let page = admin.get(&job.expect("the job")).await;
    assert!(
        page.text("main").contains("No backup was made") && !page.text("main").contains("The bank"),
        "{}",
        page.text("main")
    );

    std::fs::create_dir_all(&dir).expect("it is mounted");
    app.pass(SignedDuration::from_hours(4));
    passbook_looks(&app).await;
    let done = run(&app, 2).await;
    assert_eq!(done.outcome, RunOutcome::Done, "{done:?}");
    assert_eq!(backups(&dir).len(), 1);
}

#[tokio::test]
async fn settings_that_do_not_go_together_are_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let keys = Keys::make(folder.path());
    let recipient = ("PASSBOOK_BACKUP_RECIPIENTS", keys.recipient.as_str());
    let dir = ("PASSBOOK_BACKUP_DIR", "backups");
    for (settings, words) in [
        (vec![dir], "because backups are encrypted"),
        (
            vec![dir, ("PASSBOOK_BACKUP_RECIPIENTS", "age1x")],
            "must be age public keys",
        ),
        (
            vec![recipient, ("PASSBOOK_BACKUP_PASSPHRASE_FILE", "x")],
            "not both",
        ),
        (
            vec![dir, recipient, ("PASSBOOK_BACKUP_HOURS", "0")],
            "PASSBOOK_BACKUP_HOURS must be a number from 1 to",
        ),
        (
            vec![dir, recipient, ("PASSBOOK_BACKUP_KEEP", "none")],
            "PASSBOOK_BACKUP_KEEP must be a number from 1 to",
        ),
    ] {
        let ended = output(folder.path(), &["serve"], &settings).await;
        let said = super::folder::told(&ended);
        assert_eq!(ended.status.code(), Some(1), "{said}");
        assert!(said.contains(words), "{said}");
    }
}
