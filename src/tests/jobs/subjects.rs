//! What work is about: one person's is no other's.

use std::collections::HashSet;

use passbook::domain::job::JobKind;
use passbook::ledger;

use super::quiet::Quiet;
use crate::hosted_link::PLATYPUS;

#[tokio::test]
async fn a_person_s_pages_read_only_their_own_work() {
    let quiet = Quiet::start().await;
    let (first, _) = quiet.link().await;
    quiet.work_off().await;
    let (second, _) = quiet.link().await;
    let eve = quiet.another_person().await;
    let (hers, _) = quiet.link_for(&eve.id, PLATYPUS).await;
    quiet.ask_for(JobKind::Check, first.as_str()).await;

    let (store, now) = (&quiet.ctx.store, quiet.clock.now());
    for (user, linked) in [(&quiet.user, &second), (&eve, &hers)] {
        let busy = store.busy_connections(&user.id, JobKind::Sync, now).await;
        let busy = busy.expect("the database answers");
        assert_eq!(busy, HashSet::from([linked.clone()]));
        let listed = ledger::records::connections(&quiet.ctx, user).await;
        for record in listed.expect("the database answers") {
            assert_eq!(record.syncing, record.connection.id == *linked);
        }
    }
    for (id, syncing) in [(&first, false), (&second, true)] {
        let record = ledger::records::connection(&quiet.ctx, &quiet.user, id.as_str()).await;
        assert_eq!(record.expect("it is there").syncing, syncing);
    }
}
