//! Compares every connection and formats the result as a table for the command line.

use super::survey::survey;
use crate::context::Ctx;
use crate::ledger;
use crate::queue::RunError;
use crate::sync::SyncError;
use domain::check::Check;
use domain::id::ConnectionId;

/// The result of comparing connections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The table, for people to read.
    pub text: String,
    /// The number of connections whose rows differ from their banks'.
    pub different: usize,
    /// The number of comparisons that failed. A damaged database file counts as one.
    pub not_made: usize,
}

/// Compares one connection or all of them. Writes nothing.
///
/// # Errors
/// [`SyncError::NotFound`] when there is no such connection.
pub async fn report_all(ctx: &Ctx, only: Option<&ConnectionId>) -> Result<Report, SyncError> {
    let faults = ctx.store.file_faults().await?;
    let mut report = Report {
        text: ledger::history::file_in_words(&faults),
        different: 0,
        not_made: usize::from(!faults.is_empty()),
    };
    let all = ctx.store.connections_to_check().await?;
    let wanted: Vec<&ConnectionId> = match only {
        Some(id) => all.iter().filter(|known| *known == id).collect(),
        None => all.iter().collect(),
    };
    if let (Some(_), []) = (only, wanted.as_slice()) {
        return Err(SyncError::NotFound);
    }
    if wanted.is_empty() {
        report.text.push_str("\nNo bank is linked.\n");
    }
    for id in wanted {
        let (name, check) = compared(ctx, id).await?;
        report.different += usize::from(check.differs());
        report.not_made += usize::from(check.problem.is_some());
        let told = ledger::history::check_in_words(ctx, &name, id.as_str(), &check);
        report.text.push_str(&told);
    }
    Ok(report)
}

async fn compared(ctx: &Ctx, id: &ConnectionId) -> Result<(String, Check), SyncError> {
    match survey(ctx, None, id).await {
        Ok(Some(survey)) => Ok((
            survey.connection.institution_name.clone(),
            survey.check(ctx),
        )),
        Ok(None) => Err(SyncError::NotFound),
        Err(RunError::Provider(problem)) => {
            let number = problem.request_id.map(|id| format!(", request {id}"));
            let number = number.unwrap_or_default();
            let told = format!("{} ({}{number})", problem.message, problem.code);
            let books = ctx.store.books_to_check(id).await?;
            let books = books.ok_or(SyncError::NotFound)?;
            let name = books.connection.institution_name;
            Ok((name, Check::not_made(ctx.clock.now(), told)))
        }
        Err(RunError::Store(error)) => Err(error.into()),
        Err(RunError::Subject | RunError::Crashed) => Err(SyncError::NotFound),
    }
}
