//! The description of the API (OpenAPI 3.1), made from the routes: only described routes exist. What all operations
//! have in common is added here once.

mod headers;

use serde_json::{Value, json};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Server};
use utoipa::{PartialSchema, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::problem::{Document as ProblemDocument, FieldError, MEDIA_TYPE};
use super::{
    Door, accounts, activity, banks, changes, connections, credentials, institutions, jobs,
    link_tokens, me, quotes, tokens, transactions, webhooks, widget,
};

const ABOUT: &str = "What a browser shows of Passbook, for other programs.\n\n\
Amounts are decimal texts with a currency, positive into the account; what is owed is negative. Times are RFC 3339. \
Every error is a problem document (RFC 9457) that lists all that is wrong. Ids of other people answer like unknown \
ones. Fields, parameters and bodies that nobody asked for are refused, and so is text with a NUL in it. Writes take an \
`Idempotency-Key`, those that answer a secret excepted.\n\n\
How a link stands is told in the same words for every provider. `link_status` is `success`, `processing`, \
`wrong_credentials`, `challenged`, `other_error`, `unlinking` or `unlinked` (before: `linked` and `needs_attention` for \
the first five), with the `reason`. `transactions_status` is `downloading`, `failed` or `complete` (before: `waiting` and \
`partial` for the first), and null until the bank first lets the person in.\n\n\
A bank whose log-in is typed in the program: `GET /banks` finds it, `GET /banks/{provider}/{institution_id}` tells what its \
log-in asks for, `POST /connections/credentials` links it, and `GET /connections/{id}/status` tells what comes of it. \
Credentials and answers are passed on to the provider and kept nowhere.\n\n\
Exchange rates come by WebSocket too, at `/ws/rates`, without a log-in: a greeting, then the newest rate of each pair every \
minute, as JSON like a `Quote` with `type` (`greeting` or `rate`) and `age_seconds`. The text `exit` ends it.";

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
        .routes(routes!(me::show))
        .routes(routes!(accounts::list))
        .routes(routes!(accounts::one))
        .routes(routes!(transactions::list))
        .routes(routes!(transactions::one, transactions::edit))
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
            bearer("An access token of `POST /users/auth/token`."),
        )
        .security_scheme(
            "key",
            bearer(
                "A key that a person made in the settings, with the scopes it was given, until it expires.",
            ),
        )
        .schema(ProblemDocument::name(), ProblemDocument::schema())
        .schema(FieldError::name(), FieldError::schema())
        .build();
    let ours = OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("Passbook")
                .version("1")
                .description(Some(ABOUT))
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
    let open = operation["security"][0] == json!({});
    let writes = method != "get";
    let has_body = !operation["requestBody"].is_null();
    let keyed = writes && operation["x-secret"] != json!(true);
    let mut may = vec![(
        "429",
        "Too many requests: wait as the header Retry-After says.",
    )];
    if !open {
        may.push(("401", "The token or key is missing or not good."));
        may.push(("403", "The key lacks the scope."));
    }
    if path.contains('{') {
        may.push(("404", "There is none, or it is somebody else's."));
    }
    if has_body {
        may.push(("400", "The body is no JSON."));
        may.push(("413", "The body is too large."));
        may.push(("415", "The body is not said to be JSON."));
    }
    // Unknown fields and parameters are refused too.
    may.push((
        "422",
        "Something that was sent is not right; all of it is listed.",
    ));
    if keyed {
        may.push((
            "409",
            "The same write is under way, or does not go together with what is there.",
        ));
    }
    may.push(("503", "Too busy at this moment."));
    let Some(responses) = operation["responses"].as_object_mut() else {
        return;
    };
    for (status, words) in may {
        responses.entry(status).or_insert_with(|| problem(words));
    }
    headers::tell(responses, open, keyed);
    if keyed {
        let header = json!({
            "name": "Idempotency-Key", "in": "header", "required": false,
            "description": "Any text that names this write: sent again with the same, it is done once and answered the same, for a day.",
            "schema": { "type": "string", "minLength": 1, "maxLength": 255 }
        });
        match operation["parameters"].as_array_mut() {
            Some(parameters) => parameters.push(header),
            None => operation["parameters"] = json!([header]),
        }
    }
}

fn problem(words: &str) -> Value {
    let schema = json!({ "$ref": "#/components/schemas/Problem" });
    json!({ "description": words, "content": { MEDIA_TYPE: { "schema": schema } } })
}
