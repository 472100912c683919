//! Background work and what came of it.

use axum::extract::{Path, State};
use axum::{Extension, Json};
use serde::Serialize;
use utoipa::ToSchema;

use super::Door;
use super::problem::Problem;
use super::words::JobJson;
use crate::auth::Caller;
use crate::sync;

/// All background work.
#[derive(Debug, Serialize, ToSchema)]
pub struct Jobs {
    jobs: Vec<JobJson>,
}

/// All background work for the caller, what ended last first.
#[utoipa::path(get, path = "/jobs", tag = "Jobs", security(("token" = []), ("key" = ["read"])),
    responses((status = 200, body = Jobs, description = "Every piece of work.")))]
pub async fn list(
    State(door): State<Door>,
    Extension(caller): Extension<Caller>,
) -> Result<Json<Jobs>, Problem> {
    let jobs = sync::jobs(&door.ctx, &caller.user).await?;
    let jobs = jobs.into_iter().map(JobJson::from).collect();
    Ok(Json(Jobs { jobs }))
}

/// One piece of work: how it stands, and what came of it.
#[utoipa::path(get, path = "/jobs/{id}", tag = "Jobs", security(("token" = []), ("key" = ["read"])),
    params(("id" = String, Path, description = "Its id.")),
    responses((status = 200, body = JobJson, description = "The work.")))]
pub async fn one(
    State(door): State<Door>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Json<JobJson>, Problem> {
    let job = sync::job(&door.ctx, &caller.user, &id).await?;
    Ok(Json(job.into()))
}
