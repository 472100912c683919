//! Facebook: the exchange of codes for access tokens
//! (developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow) and the Graph API's `me`, where every call
//! needs `appsecret_proof` (…/docs/graph-api/guides/secure-requests).

use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::answer;
use super::asked::Asked;
use super::token::falsify;
use crate::bank::{
    Bank, BankError, Birthday, Exchange, Grant, IdentityProvider, NoToken, TokenTrouble,
    is_graph_version, request_id,
};

const FACEBOOK: IdentityProvider = IdentityProvider::Facebook;

/// An error of the Graph API. A `subcode` of 0 means none.
struct GraphError<'a> {
    kind: &'static str,
    code: i64,
    subcode: i64,
    words: &'a str,
}

impl GraphError<'_> {
    const fn oauth(code: i64, words: &'static str) -> GraphError<'static> {
        GraphError {
            kind: "OAuthException",
            code,
            subcode: 0,
            words,
        }
    }

    const fn of_code(subcode: i64, words: &'static str) -> GraphError<'static> {
        GraphError {
            kind: "OAuthException",
            code: 100,
            subcode,
            words,
        }
    }

    const fn of_method(words: &str) -> GraphError<'_> {
        GraphError {
            kind: "GraphMethodException",
            code: 100,
            subcode: 0,
            words,
        }
    }

    fn answer(&self, status: StatusCode) -> Response {
        let mut error = json!({
            "message": self.words, "type": self.kind, "code": self.code, "fbtrace_id": request_id(),
        });
        if self.subcode != 0 {
            error["error_subcode"] = self.subcode.into();
        }
        let mut answer = answer::json(status, &json!({ "error": error }));
        if self.code == 190 {
            let scheme = "OAuth \"Facebook Platform\" \"invalid_token\"";
            answer
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(scheme));
        }
        answer
    }
}

impl IntoResponse for GraphError<'_> {
    fn into_response(self) -> Response {
        self.answer(StatusCode::BAD_REQUEST)
    }
}

/// Answers a call.
pub(super) async fn answer(bank: &Bank, asked: &Asked, wrong: &str) -> Result<Response, BankError> {
    let parts = asked.parts();
    let is_known = parts
        .first()
        .is_some_and(|version| is_graph_version(version));
    match (
        parts.get(1..),
        asked.method == Method::GET || asked.method == Method::POST,
    ) {
        (Some(["oauth", "access_token"]), true) if is_known => token(bank, asked, wrong).await,
        (Some(["me"]), true) if is_known => me(bank, asked).await,
        _ => Ok(GraphError::oauth(2500, "Unknown path components").into_response()),
    }
}

/// Returns the error that a fault specifies. Its code is the given number, or the Graph API's code for a temporary
/// failure.
pub(super) fn ordered(status: StatusCode, code: &str) -> Response {
    let (number, words) = match (status, code.parse()) {
        (_, Ok(number)) => (number, "Simulated error."),
        (StatusCode::TOO_MANY_REQUESTS, _) => (4, "(#4) Application request limit reached"),
        (_, Err(_)) if code == "server_error" => (
            2,
            "An unexpected error has occurred. Please retry your request later.",
        ),
        (_, Err(_)) => (1, code),
    };
    GraphError {
        kind: "OAuthException",
        code: number,
        subcode: 0,
        words,
    }
    .answer(status)
}

async fn token(bank: &Bank, asked: &Asked, wrong: &str) -> Result<Response, BankError> {
    let needed = |name: &str, error: GraphError<'static>| asked.either(name).ok_or(error);
    let call = (|| {
        Ok::<_, GraphError<'static>>(Exchange {
            client_id: needed(
                "client_id",
                GraphError::oauth(101, "Missing client_id parameter."),
            )?,
            redirect_uri: needed(
                "redirect_uri",
                GraphError::oauth(191, "Missing redirect_uri parameter."),
            )?,
            client_secret: needed(
                "client_secret",
                GraphError::oauth(1, "Missing client_secret parameter."),
            )?,
            code: needed("code", GraphError::oauth(1, "Missing authorization code"))?,
            code_verifier: asked.either("code_verifier"),
        })
    })();
    let call = match call {
        Ok(call) => call,
        Err(error) => return Ok(error.into_response()),
    };
    let change = |grant: &mut Grant| falsify(grant, wrong);
    Ok(match bank.exchange_code(FACEBOOK, &call, change).await? {
        Ok((token, _)) => answer::json(
            StatusCode::OK,
            &json!({"access_token": token, "token_type": "bearer", "expires_in": Bank::token_seconds(FACEBOOK)}),
        ),
        Err(why) => refusal(why).into_response(),
    })
}

fn refusal(why: NoToken) -> GraphError<'static> {
    match why {
        NoToken::Unknown => GraphError::of_code(0, "Invalid verification code format."),
        NoToken::Secret => GraphError::oauth(1, "Error validating client secret."),
        NoToken::Used => GraphError::of_code(36009, "This authorization code has been used."),
        NoToken::Expired => GraphError::of_code(36007, "This authorization code has expired."),
        NoToken::RedirectUri => GraphError::of_code(
            36008,
            "Error validating verification code. Please make sure your redirect_uri is identical to the one you used in \
             the OAuth dialog request",
        ),
        NoToken::Verifier => GraphError::of_code(0, "Invalid code verifier."),
    }
}

async fn me(bank: &Bank, asked: &Asked) -> Result<Response, BankError> {
    let Some(token) = asked.either("access_token").or_else(|| asked.bearer()) else {
        let words =
            "An active access token must be used to query information about the current user.";
        return Ok(GraphError::oauth(2500, words).into_response());
    };
    // The token comes first: a proof for an unknown token means nothing.
    let proof = asked.either("appsecret_proof").unwrap_or_default();
    let grant = match bank.grant_of(FACEBOOK, token, Some(proof)).await? {
        Ok(grant) => grant,
        Err(why) => return Ok(no_access(why, proof).into_response()),
    };
    let fields = asked.either("fields").unwrap_or("id,name");
    let mut told = Map::new();
    for field in fields
        .split(',')
        .map(str::trim)
        .filter(|field| !field.is_empty())
    {
        match of(bank, &grant, field) {
            Ok(Some(value)) => {
                told.insert(field.to_owned(), value);
            }
            Ok(None) => {}
            Err(()) => {
                let words = format!("(#100) Tried accessing nonexisting field ({field})");
                return Ok(GraphError {
                    kind: "OAuthException",
                    code: 100,
                    subcode: 0,
                    words: &words,
                }
                .into_response());
            }
        }
    }
    // The id is included whether or not it was requested.
    told.insert("id".to_owned(), grant.subject(FACEBOOK).into());
    Ok(answer::json(StatusCode::OK, &Value::Object(told)))
}

fn no_access(why: TokenTrouble, proof: &str) -> GraphError<'static> {
    match why {
        TokenTrouble::Unknown => GraphError::oauth(
            190,
            "Invalid OAuth access token - Cannot parse access token",
        ),
        TokenTrouble::Expired => GraphError {
            subcode: 463,
            ..GraphError::oauth(190, "Error validating access token: Session has expired.")
        },
        TokenTrouble::Proof if proof.is_empty() => {
            GraphError::of_method("API calls from the server require an appsecret_proof argument")
        }
        TokenTrouble::Proof => {
            GraphError::of_method("Invalid appsecret_proof provided in the API argument")
        }
    }
}

/// Returns a profile field: `None` when the person has none or the permission is missing, `Err` when there is no such
/// field.
fn of(bank: &Bank, grant: &Grant, field: &str) -> Result<Option<Value>, ()> {
    let profile = &grant.profile;
    Ok(match field {
        "id" => Some(grant.subject(FACEBOOK).into()),
        "name" => profile.name().map(Value::from),
        "first_name" => profile.given.clone().map(Value::from),
        "last_name" => profile.family.clone().map(Value::from),
        "middle_name" => None,
        "email" => profile
            .email
            .clone()
            .filter(|_| grant.has("email"))
            .map(Value::from),
        "birthday" => {
            let birthday = profile.birthday.filter(|_| grant.has("user_birthday"));
            birthday.and_then(Birthday::slashes).map(Value::from)
        }
        "picture" => {
            let url = bank.picture_of(grant);
            Some(json!({"data": {"height": 50, "width": 50, "is_silhouette": true, "url": url}}))
        }
        _ => return Err(()),
    })
}
