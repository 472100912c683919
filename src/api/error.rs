//! Error responses in the format of RFC 9457: one document for programs, with every problem in it.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::auth::{AuthError, FieldProblem};
use crate::ledger::{ChangesError, LedgerError, START_AGAIN};
use crate::outgoing_webhooks::NotifyError;
use crate::queue::JobError;
use crate::sync::SyncError;
use domain::problem::{Problem, Reason};

/// The media type of a problem (RFC 9457, 3).
pub const MEDIA_TYPE: &str = "application/problem+json";

/// An error in the format of RFC 9457.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemDocument {
    /// The kind of problem: a URL in this API's documentation.
    #[schema(format = "uri-reference")]
    pub r#type: String,
    /// The kind of problem in a few words.
    pub title: String,
    /// The HTTP status of the response.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// What happened, and what to do.
    pub detail: String,
    /// With status 401, always `Invalid Authentication Credentials`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub message: Option<String>,
    /// Every problem of the request's fields.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<FieldError>,
    /// Further members, depending on the kind of problem.
    #[serde(flatten)]
    #[schema(ignore)]
    pub more: Map<String, Value>,
}

/// A problem of one field of the request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// Where the field is: `body`, `query`, `path` or `header`.
    pub r#in: &'static str,
    /// The field, such as `username` or `metadata.institution`; empty when the problem concerns all of it.
    pub field: String,
    /// What to send instead.
    pub detail: String,
}

/// An error to be returned.
#[derive(Clone, Debug)]
pub struct ApiError {
    kind: Kind,
    detail: String,
    errors: Vec<FieldError>,
    retry_after: Option<u64>,
    more: Map<String, Value>,
}

/// The kinds of problems, each with its status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The body is not valid JSON.
    Malformed,
    /// The caller is not authenticated.
    Unauthorized,
    /// The key lacks the scope, or the operation is closed to all callers.
    Forbidden,
    /// It does not exist or belongs to another person.
    NotFound,
    /// The address does not support the method.
    Method,
    /// The request conflicts with the current state.
    Conflict,
    /// The body is too large.
    TooLarge,
    /// The content type is not JSON.
    MediaType,
    /// Fields are invalid.
    Invalid,
    /// Too many requests.
    TooMany,
    /// An internal error.
    Failed,
    /// The bank or provider refused, or cannot be reached.
    Bank,
    /// Too busy at the moment.
    Unavailable,
    /// The request took too long.
    TimedOut,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 14] = [
        Self::Malformed,
        Self::Unauthorized,
        Self::Forbidden,
        Self::NotFound,
        Self::Method,
        Self::Conflict,
        Self::TooLarge,
        Self::MediaType,
        Self::Invalid,
        Self::TooMany,
        Self::Failed,
        Self::Bank,
        Self::Unavailable,
        Self::TimedOut,
    ];

    /// Returns the HTTP status of the kind.
    #[must_use]
    pub fn status(self) -> StatusCode {
        self.parts().0
    }

    /// Returns the last segment of the kind's URL.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.parts().1
    }

    /// Returns the kind in a few words.
    #[must_use]
    pub fn title(self) -> &'static str {
        self.parts().2
    }

    /// Returns the general advice, a sentence or two.
    #[must_use]
    pub fn advice(self) -> &'static str {
        self.parts().3
    }

    fn parts(self) -> (StatusCode, &'static str, &'static str, &'static str) {
        type S = StatusCode;
        match self {
            Self::Malformed => (
                S::BAD_REQUEST,
                "malformed",
                "Malformed request",
                "The body must be a single JSON document.",
            ),
            Self::Unauthorized => (
                S::UNAUTHORIZED,
                "unauthorized",
                "Not authenticated",
                "Send `Authorization: Bearer` with a valid access token or API key.",
            ),
            Self::Forbidden => (
                S::FORBIDDEN,
                "forbidden",
                "Not allowed",
                "The key doesn't have the scope, or this isn't allowed here.",
            ),
            Self::NotFound => (
                S::NOT_FOUND,
                "not-found",
                "Not found",
                "The path doesn't exist, or the id isn't one of yours.",
            ),
            Self::Method => (
                S::METHOD_NOT_ALLOWED,
                "method",
                "Method not allowed",
                "The Allow header lists the methods that work here.",
            ),
            Self::Conflict => (
                S::CONFLICT,
                "conflict",
                "Conflict",
                "The request conflicts with the current state.",
            ),
            Self::TooLarge => (
                S::PAYLOAD_TOO_LARGE,
                "too-large",
                "Request too large",
                "The body can be at most 64 KiB.",
            ),
            Self::MediaType => (
                S::UNSUPPORTED_MEDIA_TYPE,
                "media-type",
                "Unsupported media type",
                "Send JSON with the header `Content-Type: application/json`.",
            ),
            Self::Invalid => (
                S::UNPROCESSABLE_ENTITY,
                "invalid",
                "Invalid request",
                "All problems are listed in `errors`.",
            ),
            Self::TooMany => (
                S::TOO_MANY_REQUESTS,
                "too-many",
                "Too many requests",
                "Wait as many seconds as the Retry-After header says.",
            ),
            Self::Failed => (
                S::INTERNAL_SERVER_ERROR,
                "failed",
                "Something went wrong",
                "The problem was logged. Try again.",
            ),
            Self::Bank => (
                S::BAD_GATEWAY,
                "bank",
                "The bank returned an error or isn't responding",
                "Nothing is lost. The provider's error code is in `code`.",
            ),
            Self::Unavailable => (
                S::SERVICE_UNAVAILABLE,
                "unavailable",
                "Too busy right now",
                "Try again in a few seconds.",
            ),
            Self::TimedOut => (
                S::GATEWAY_TIMEOUT,
                "timed-out",
                "That took too long",
                "Try again in a minute.",
            ),
        }
    }

    /// Returns the kind of a bare HTTP status.
    pub(super) fn from_status(status: StatusCode) -> Self {
        let known = Self::ALL.into_iter().find(|kind| kind.status() == status);
        known.unwrap_or(match status {
            status if status.is_client_error() => Self::Malformed,
            _ => Self::Failed,
        })
    }
}

impl ApiError {
    /// Makes a problem with the kind's general advice.
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        Self::saying(kind, kind.advice())
    }

    /// Makes a problem with a detail of its own.
    #[must_use]
    pub fn saying(kind: Kind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            detail: detail.into(),
            errors: Vec::new(),
            retry_after: None,
            more: Map::new(),
        }
    }

    /// Makes a problem from invalid fields.
    #[must_use]
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        Self {
            errors,
            ..Self::new(Kind::Invalid)
        }
    }

    /// Adds the number of seconds to wait before a retry.
    #[must_use]
    pub fn after(self, seconds: u64) -> Self {
        Self {
            retry_after: Some(seconds),
            ..self
        }
    }

    /// Adds a further member.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.more.insert(name.to_owned(), value.into());
        self
    }

    /// Converts a form's problems to the field names that programs use.
    #[must_use]
    pub fn field_errors(problems: Vec<FieldProblem>) -> Vec<FieldError> {
        let told =
            |problem: FieldProblem| FieldError::body(field_of(problem.field), problem.message);
        problems.into_iter().map(told).collect()
    }

    /// Returns its HTTP status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.kind.status()
    }
}

impl FieldError {
    /// Makes a problem of a field in the body.
    #[must_use]
    pub fn body(field: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new("body", field, detail)
    }

    /// Makes a problem of a query parameter.
    #[must_use]
    pub fn query(field: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::new("query", field, detail)
    }

    /// Whether it concerns this field of the body, or a part of it.
    pub(super) fn is_of_body(&self, field: &str) -> bool {
        let rest = self.field.strip_prefix(field);
        self.r#in == "body" && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }

    pub(super) fn new(
        place: &'static str,
        field: impl Into<String>,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            r#in: place,
            field: field.into(),
            detail: detail.into(),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = self.kind.status();
        let document = ProblemDocument {
            r#type: format!("/api/docs#problem-{}", self.kind.word()),
            title: self.kind.title().to_owned(),
            status: status.as_u16(),
            detail: self.detail,
            message: (self.kind == Kind::Unauthorized)
                .then(|| "Invalid Authentication Credentials".to_owned()),
            errors: self.errors,
            more: self.more,
        };
        let body = serde_json::to_vec(&document).unwrap_or_default();
        let mut response = (status, [(header::CONTENT_TYPE, MEDIA_TYPE)], body).into_response();
        let headers = response.headers_mut();
        if self.kind == Kind::Unauthorized {
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer realm=\"passbook\""),
            );
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<LedgerError> for ApiError {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::NotFound => Self::new(Kind::NotFound),
            LedgerError::Form(mistakes) => {
                let told = mistakes.into_iter().map(|(f, d)| FieldError::body(f, d));
                Self::invalid(told.collect())
            }
            LedgerError::ExportUnderWay => Self::new(Kind::TooMany),
            LedgerError::TooSlow
            | LedgerError::Csv(_)
            | LedgerError::File(_)
            | LedgerError::Store(_) => failed(&error),
        }
    }
}

impl From<ChangesError> for ApiError {
    fn from(error: ChangesError) -> Self {
        match error {
            ChangesError::Parameter(name, detail) => {
                Self::invalid(vec![FieldError::query(name, detail)])
            }
            ChangesError::StartAgain => Self::saying(Kind::Conflict, START_AGAIN),
            ChangesError::Store(_) => failed(&error),
        }
    }
}

impl From<NotifyError> for ApiError {
    fn from(error: NotifyError) -> Self {
        match error {
            NotifyError::NotFound => Self::new(Kind::NotFound),
            NotifyError::Form(mistakes) => {
                let told = mistakes.into_iter().map(|(f, d)| FieldError::body(f, d));
                Self::invalid(told.collect())
            }
            NotifyError::Secret | NotifyError::Store(_) => failed(&error),
        }
    }
}

impl From<SyncError> for ApiError {
    fn from(error: SyncError) -> Self {
        match error {
            SyncError::NotFound | SyncError::NoLongerLinked => Self::new(Kind::NotFound),
            SyncError::NotLinkedYet => Self::saying(Kind::Conflict, "The bank isn't linked yet."),
            SyncError::Provider(problem) => Self::from(problem),
            SyncError::Store(_) => failed(&error),
        }
    }
}

impl From<JobError> for ApiError {
    fn from(error: JobError) -> Self {
        match error {
            JobError::NotFound => Self::new(Kind::NotFound),
            JobError::Refused(why) => Self::saying(Kind::Conflict, why),
            JobError::Store(_) => failed(&error),
        }
    }
}

impl From<Problem> for ApiError {
    fn from(problem: Problem) -> Self {
        let (kind, whose) = match problem.reason {
            Reason::AlreadyLinked => (Kind::Conflict, "This bank"),
            _ => (Kind::Bank, "The bank"),
        };
        let told = Self::saying(kind, format!("{whose} {}", problem.message))
            .with("code", problem.code)
            .with("reason", problem.reason.as_str());
        let told = match problem.request_id {
            Some(id) => told.with("bank_request_id", id),
            None => told,
        };
        match problem.retry_after {
            Some(seconds) => told.after(seconds),
            None => told,
        }
    }
}

impl From<AuthError> for ApiError {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::Form(problems) => Self::invalid(Self::field_errors(problems)),
            AuthError::Throttled { retry_after } => Self::new(Kind::TooMany).after(retry_after),
            AuthError::Mismatch => Self::saying(
                Kind::Unauthorized,
                "That email or username and password don't match.",
            ),
            AuthError::CodeNeeded => Self::saying(
                Kind::Forbidden,
                "Two-step verification is on: send a code of the authenticator app too.",
            )
            .with("code", "step_up_required"),
            AuthError::TwoStepMissing => Self::saying(
                Kind::Forbidden,
                "This Passbook requires two-step verification. Log in with a browser and set it up first.",
            )
            .with("code", "two_step_required"),
            AuthError::BadToken => Self::new(Kind::Unauthorized),
            AuthError::SignUpClosed(sentence) => Self::saying(Kind::Forbidden, sentence),
            AuthError::Busy => Self::new(Kind::Unavailable).after(5),
            AuthError::Store(_) => failed(&error),
        }
    }
}

/// Returns the API's name for a form's field.
fn field_of(field: &str) -> &str {
    match field {
        "user_name" => "username",
        other => other,
    }
}

/// Logs an internal error, once and here at the boundary, and keeps its text from the caller.
pub fn failed(error: &(dyn std::error::Error + 'static)) -> ApiError {
    tracing::error!(error, "a request of a program failed");
    ApiError::new(Kind::Failed)
}
