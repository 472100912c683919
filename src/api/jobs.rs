//! The operations on background jobs.

use axum::extract::State;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::Door;
use super::bodies::{JobJson, JobStatus, RunJson};
use super::error::{ApiError, Kind};
use super::input::{Path, Query, Sense, foreign_cursor};
use crate::auth::Caller;
use crate::queue;
use domain::id::JobId;
use domain::job::{JobQuery, JobState, Whose};

const PAGE: u32 = 50;

/// The filter and page of a list of jobs.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// Only jobs with this status.
    #[param(inline)]
    status: Option<JobStatus>,
    /// The `next_cursor` of the previous page.
    #[param(max_length = 200)]
    cursor: Option<String>,
    /// How many jobs to return; 50 by default.
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: Option<u32>,
}

/// A page of background jobs.
#[derive(Debug, Serialize, ToSchema)]
pub struct Jobs {
    /// The jobs, the newest first.
    jobs: Vec<JobJson>,
    /// The `cursor` for the next page; null on the last page.
    next_cursor: Option<String>,
}

/// A job with its runs.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobWithRuns {
    #[serde(flatten)]
    job: JobJson,
    /// Every run that is still recorded, the newest first.
    runs: Vec<RunJson>,
}

/// List the person's background jobs, the newest first.
#[utoipa::path(get, path = "/jobs", tag = "Jobs", security(("token" = []), ("key" = ["read"])),
    params(Wanted), responses((status = 200, body = Jobs, description = "A page of jobs.")))]
pub async fn list(
    State(door): State<Door>,
    Extension(caller): Extension<Caller>,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Jobs>, ApiError> {
    let query = JobQuery {
        state: wanted.status.map(|status| match status {
            JobStatus::Running => JobState::Running,
            JobStatus::Due => JobState::Due,
            JobStatus::Waiting => JobState::Waiting,
            JobStatus::Retrying => JobState::Retrying,
            JobStatus::Idle => JobState::Idle,
        }),
        kind: None,
        after: wanted.cursor.as_deref().and_then(JobId::parse),
        limit: wanted.limit.unwrap_or(PAGE),
    };
    let page = queue::jobs(&door.ctx, Whose::Person(&caller.user.id), &query).await?;
    Ok(Json(Jobs {
        jobs: page.jobs.into_iter().map(JobJson::from).collect(),
        next_cursor: page.next.map(|id| id.to_string()),
    }))
}

/// Get a job, its state and its runs.
#[utoipa::path(get, path = "/jobs/{id}", tag = "Jobs", security(("token" = []), ("key" = ["read"])),
    params(("id" = String, Path, description = "The job's id.")),
    responses((status = 200, body = JobWithRuns, description = "The job and its runs.")))]
pub async fn one(
    State(door): State<Door>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Json<JobWithRuns>, ApiError> {
    let id = JobId::parse(&id).ok_or_else(|| ApiError::new(Kind::NotFound))?;
    let (job, runs) = queue::job(&door.ctx, Whose::Person(&caller.user.id), &id).await?;
    Ok(Json(JobWithRuns {
        job: job.into(),
        runs: runs.into_iter().map(RunJson::from).collect(),
    }))
}

impl Sense for Wanted {
    fn nonsense(sent: &Map<String, Value>) -> Vec<(String, String)> {
        let foreign = foreign_cursor(sent, |text| JobId::parse(text).is_some());
        foreign.into_iter().collect()
    }
}
