//! How runs are counted: how late they began, and how they ended.

use domain::job::JobKind;
use passbook::queue::{self, Done};

use super::quiet::QuietApp;
use crate::metrics::text::Scrape;

impl QuietApp {
    fn counted(&self) -> Scrape {
        Scrape::read(self.ctx.metrics.text(Default::default()))
    }
}

const SYNCS: (&str, &str) = ("kind", "sync");

#[tokio::test]
async fn lateness_is_from_when_a_run_was_due() {
    let quiet = QuietApp::start().await;
    let (id, _) = quiet.link().await;
    quiet.work_off().await;
    let late = "passbook_job_lateness_seconds_sum";
    assert_eq!(quiet.counted().get(late, &[SYNCS]), Some(0.0));
    quiet.ask_for(JobKind::Sync, id.as_str()).await;
    quiet.pass(90);
    quiet.work_off().await;
    assert_eq!(quiet.counted().get(late, &[SYNCS]), Some(90.0));

    // A wait that the provider asked for does not count as lateness.
    quiet
        .proxy
        .fails("/item/get", 429, Some("600"), "ITEM_GET_LIMIT");
    quiet.ask_for(JobKind::Sync, id.as_str()).await;
    quiet.work_off().await;
    quiet.proxy.lets_through("/item/get");
    quiet.ask_for(JobKind::Sync, id.as_str()).await;
    let due = quiet.sync_of(&id).await.due_at.expect("armed");
    let wait = due.duration_since(quiet.clock.now()).as_secs();
    assert!(wait >= 599, "{wait}");
    quiet.pass(wait + 8);
    quiet.work_off().await;
    let sum = quiet.counted().get(late, &[SYNCS]).expect("a sum");
    assert!((97.0..99.0).contains(&sum), "{sum}");
}

#[tokio::test]
async fn runs_and_syncs_end_done_failed_held_back_or_lost() {
    let quiet = QuietApp::start().await;
    let (id, _) = quiet.link().await;
    quiet.work_off().await;
    let ended = |name: &str, outcome: &str| {
        let scrape = quiet.counted();
        let labels = [("outcome", outcome)];
        let of = match name {
            "passbook_job_runs_total" => vec![SYNCS, labels[0]],
            _ => vec![("provider", "plaid"), labels[0]],
        };
        scrape.get(name, &of).unwrap_or_default()
    };
    let both = |outcome| {
        (
            ended("passbook_job_runs_total", outcome),
            ended("passbook_syncs_total", outcome),
        )
    };
    assert_eq!(both("done"), (1.0, 1.0));

    quiet
        .proxy
        .fails("/item/get", 500, None, "INTERNAL_SERVER_ERROR");
    quiet.ask_for(JobKind::Sync, id.as_str()).await;
    quiet.work_off().await;
    assert_eq!(both("failed"), (1.0, 1.0));
    quiet.proxy.lets_through("/item/get");
    quiet.pass(3_600);

    for _ in 0..60 {
        quiet.ask_for(JobKind::Sync, id.as_str()).await;
        quiet.work().await;
    }
    let (runs, syncs) = both("held_back");
    assert!(runs >= 1.0 && runs == syncs, "{runs} {syncs}");
    assert_eq!(both("failed"), (1.0, 1.0), "giving way is no failure");

    quiet.pass(3_600);
    quiet.ask_for(JobKind::Sync, id.as_str()).await;
    let taken = queue::run_due(&quiet.ctx, |ctx, _| async move {
        ctx.store.release_all_leases(ctx.clock.now()).await?;
        Ok(Done::default())
    });
    assert!(taken.await.expect("the database answers"));
    assert_eq!(both("lost"), (1.0, 0.0));
}
