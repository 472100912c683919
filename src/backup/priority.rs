//! Runs the work of a backup so that pages don't wait for it.

use std::future::Future;

use tokio::runtime::Builder;
use tokio::sync::oneshot;

/// How much the work yields: the lowest priority that Linux has (setpriority(2)).
#[cfg(target_os = "linux")]
const NICE: i32 = 19;

/// Runs work on a thread of its own with the lowest priority. On Linux all threads that it starts inherit it. `None` if
/// there can be no thread, or the work panicked.
pub(super) async fn at_low_priority<T, Work>(
    work: impl FnOnce() -> Work + Send + 'static,
) -> Option<T>
where
    T: Send + 'static,
    Work: Future<Output = T>,
{
    let (tell, told) = oneshot::channel();
    let run = move || {
        // Elsewhere it would slow down the whole process.
        #[cfg(target_os = "linux")]
        let _ = rustix::process::nice(NICE);
        if let Ok(runtime) = Builder::new_current_thread().enable_all().build() {
            // The caller may be gone.
            let _ = tell.send(runtime.block_on(work()));
        }
    };
    let thread = std::thread::Builder::new().name("backup".to_owned());
    thread.spawn(run).ok()?;
    told.await.ok()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    /// Returns the nice value of this thread (proc_pid_stat(5), field 19).
    fn nice() -> i32 {
        let stat = std::fs::read_to_string("/proc/thread-self/stat").expect("a status");
        let (_, fields) = stat.rsplit_once(')').expect("a name");
        let nice = fields.split_whitespace().nth(16).expect("a value");
        nice.parse().expect("a number")
    }

    #[tokio::test]
    async fn the_work_and_its_threads_yield_and_the_caller_does_not() {
        let before = nice();
        let (of_work, of_its_thread) = at_low_priority(async || {
            let its_thread = tokio::task::spawn_blocking(nice).await;
            (nice(), its_thread.expect("a value"))
        })
        .await
        .expect("done");
        assert_eq!((of_work, of_its_thread), (NICE, NICE));
        assert_eq!(nice(), before);
    }
}
