//! The description of the API (OpenAPI 3.1), made from the routes: only described routes exist. What all operations
//! have in common is added here once.

pub(super) mod about;
mod headers;

use serde_json::{Value, json};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Server};
use utoipa::{PartialSchema, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::error::{FieldError, MEDIA_TYPE, ProblemDocument};
use super::{
    Door, accounts, activity, banks, bulk_edits, changes, connections, credentials, institutions,
    jobs, link_tokens, me, quotes, tokens, transactions, webhooks, widget,
};

/// The errors that operations have in common, where an operation says nothing else about the status.
pub(super) const COMMON_ERRORS: [(&str, &str); 10] = [
    ("400", "The body isn't valid JSON."),
    ("401", "The token or key is missing or invalid."),
    ("403", "The key doesn't have the scope."),
    ("404", "It doesn't exist, or belongs to someone else."),
    (
        "409",
        "The same request is in progress, or conflicts with the current state.",
    ),
    ("413", "The body is too large."),
    ("415", "The Content-Type isn't JSON."),
    ("422", "The request is invalid. All errors are listed."),
    (
        "429",
        "Too many requests. Wait as long as the Retry-After header says.",
    ),
    ("503", "Too busy right now."),
];

/// The header of writes that may be repeated.
pub(super) const IDEMPOTENCY_KEY: &str = "Idempotency-Key";

/// Returns every operation, with its description.
pub(super) fn routes() -> OpenApiRouter<Door> {
    OpenApiRouter::new()
        .merge(token_routes())
        .routes(routes!(link_tokens::create))
        .routes(routes!(connections::create, connections::list))
        .routes(routes!(connections::one, connections::end))
        .routes(routes!(connections::sync))
        .routes(routes!(connections::status))
        .routes(routes!(banks::search))
        .routes(routes!(banks::fields))
        .routes(routes!(credentials::create))
        .routes(routes!(credentials::again))
        .routes(routes!(credentials::answer))
        .routes(routes!(credentials::own_login))
        .routes(routes!(widget::open))
        .routes(routes!(widget::take))
        .routes(routes!(me::show, me::edit))
        .routes(routes!(accounts::list))
        .routes(routes!(accounts::order))
        .routes(routes!(accounts::one, accounts::edit))
        .routes(routes!(transactions::list))
        .routes(routes!(transactions::one, transactions::edit))
        .routes(routes!(transactions::join, transactions::separate))
        .routes(routes!(bulk_edits::create))
        .routes(routes!(bulk_edits::undo))
        .routes(routes!(institutions::list))
        .routes(routes!(quotes::list, quotes::fetch))
        .routes(routes!(jobs::list))
        .routes(routes!(jobs::one))
        .routes(routes!(activity::list))
        .routes(routes!(changes::list))
        .routes(routes!(webhooks::list, webhooks::create))
        .routes(routes!(webhooks::one, webhooks::delete))
        .routes(routes!(webhooks::rotate))
        .routes(routes!(webhooks::enable))
        .routes(routes!(webhooks::test))
        .routes(routes!(webhooks::deliveries))
        .routes(routes!(webhooks::send_again))
}

/// Returns the operations on tokens.
pub(super) fn token_routes() -> OpenApiRouter<Door> {
    OpenApiRouter::new()
        .routes(routes!(tokens::register))
        .routes(routes!(tokens::token))
        .routes(routes!(tokens::refresh))
        .routes(routes!(tokens::logout))
}

/// Returns the description of the API.
#[must_use]
pub fn description() -> Value {
    complete(routes().into_openapi())
}

/// Adds what all operations have in common.
pub(super) fn complete(of_routes: OpenApi) -> Value {
    let bearer = |words: &str| {
        let mut http = Http::new(HttpAuthScheme::Bearer);
        http.description = Some(words.to_owned());
        SecurityScheme::Http(http)
    };
    let components = ComponentsBuilder::new()
        .security_scheme(
            "token",
            bearer("An access token from `POST /users/auth/token`."),
        )
        .security_scheme(
            "key",
            bearer("An API key created in the settings, with its scopes, until it expires."),
        )
        .schema(ProblemDocument::name(), ProblemDocument::schema())
        .schema(FieldError::name(), FieldError::schema())
        .build();
    let ours = OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("Passbook")
                .version("1")
                .description(Some(about::as_markdown()))
                .build(),
        )
        .servers(Some([Server::new("/api/v1")]))
        .components(Some(components))
        .build();
    let mut whole = ours;
    whole.merge(of_routes);
    let mut document = serde_json::to_value(whole).unwrap_or_default();
    if let Some(paths) = document["paths"].as_object_mut() {
        for (path, item) in paths {
            for (method, operation) in item.as_object_mut().into_iter().flatten() {
                complete_operation(path, method, operation);
            }
        }
    }
    document
}

/// Adds the responses and parameters that all operations of this kind share.
fn complete_operation(path: &str, method: &str, operation: &mut Value) {
    entitle(operation);
    let open = operation["security"][0] == json!({});
    let writes = method != "get";
    let has_body = !operation["requestBody"].is_null();
    let keyed = writes && operation["x-secret"] != json!(true);
    let applies = |status: &str| match status {
        "401" | "403" => !open,
        "404" => path.contains('{'),
        "400" | "413" | "415" => has_body,
        "409" => keyed,
        _ => true,
    };
    let Some(responses) = operation["responses"].as_object_mut() else {
        return;
    };
    for (status, words) in COMMON_ERRORS
        .into_iter()
        .filter(|(status, _)| applies(status))
    {
        responses.entry(status).or_insert_with(|| problem(words));
    }
    headers::tell(responses, open, keyed);
    if keyed {
        let header = json!({
            "name": IDEMPOTENCY_KEY, "in": "header", "required": false,
            "description": "Any text that identifies this request. A repeat with the same key within a day isn't done again, and gets the same response.",
            "schema": { "type": "string", "minLength": 1, "maxLength": 255 }
        });
        match operation["parameters"].as_array_mut() {
            Some(parameters) => parameters.push(header),
            None => operation["parameters"] = json!([header]),
        }
    }
}

/// Makes a title of the summary, which is a comment's first line: one sentence without its full stop. What follows it
/// begins the description.
fn entitle(operation: &mut Value) {
    let Some(summary) = operation["summary"].as_str().map(str::to_owned) else {
        return;
    };
    let (title, rest) = summary.split_once(". ").unwrap_or((&summary, ""));
    operation["summary"] = json!(title.trim_end_matches('.'));
    if !rest.is_empty() {
        let more = operation["description"].as_str().unwrap_or_default();
        operation["description"] = json!(format!("{rest}\n\n{more}").trim_end());
    }
}

fn problem(words: &str) -> Value {
    let schema = json!({ "$ref": "#/components/schemas/Problem" });
    json!({ "description": words, "content": { MEDIA_TYPE: { "schema": schema } } })
}
