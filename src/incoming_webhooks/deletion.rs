//! Facebook's request to delete the data that it gave us about a person
//! (developers.facebook.com/docs/development/create-an-app/app-dashboard/data-deletion-callback).

use axum::extract::rejection::FormRejection;
use axum::extract::{Extension, Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use crate::auth::identity::{self, IdentityError};
use crate::context::{Ctx, ReachedAt};
use domain::identity::IdentityProvider;

#[derive(Deserialize)]
pub(super) struct Asked {
    signed_request: String,
}

/// A page for the person, and their confirmation code.
#[derive(Serialize)]
struct Answer {
    url: String,
    confirmation_code: String,
}

/// Handles a deletion request. Its signature is proof enough, because only Facebook and we can make it.
pub(super) async fn asked(
    State(ctx): State<Ctx>,
    reached: Option<Extension<ReachedAt>>,
    form: Result<Form<Asked>, FormRejection>,
) -> Response {
    let form = match form {
        Ok(Form(form)) => form,
        Err(rejection) => return rejection.status().into_response(),
    };
    let code = identity::delete_told(&ctx, IdentityProvider::Facebook, &form.signed_request);
    match code.await {
        Ok(code) => {
            let here = reached.map_or_else(|| ctx.config.base_url(), |Extension(at)| at.0);
            axum::Json(Answer {
                url: format!("{here}/data-deletion"),
                confirmation_code: code,
            })
            .into_response()
        }
        Err(IdentityError::Rejected(_) | IdentityError::Stray) => {
            StatusCode::NOT_FOUND.into_response()
        }
        Err(IdentityError::Provider(..)) => StatusCode::UNAUTHORIZED.into_response(),
        Err(IdentityError::Auth(error)) => {
            tracing::error!(%error, "a deletion could not be done");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}
