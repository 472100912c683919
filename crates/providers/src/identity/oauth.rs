//! The authorization code grant with PKCE (RFC 6749, 4.1; RFC 7636), using the `oauth2` crate.

use oauth2::basic::{
    BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse,
    BasicTokenType,
};
use oauth2::{
    AuthType, AuthUrl, AuthorizationCode, Client, ClientId, ClientSecret, CsrfToken,
    EndpointNotSet, EndpointSet, ExtraTokenFields, PkceCodeChallenge, PkceCodeVerifier,
    RedirectUrl, RequestTokenError, Scope, StandardRevocableToken, StandardTokenResponse,
    TokenResponse, TokenUrl,
};
use serde::{Deserialize, Serialize};
use url::Url;

use super::http::{Http, NoAnswer};
use super::source::CodeExchange;
use domain::identity::{AuthorizationRequest, SignInError};
use domain::secret::Secret;
use domain::text::code;

/// The additional field of a token response: OpenID Connect's ID token.
#[derive(Debug, Deserialize, Serialize)]
struct IdToken {
    id_token: Option<String>,
}

impl ExtraTokenFields for IdToken {}

type Answer = StandardTokenResponse<IdToken, BasicTokenType>;

type Ready = Client<
    BasicErrorResponse,
    Answer,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// A client that is registered with a provider, and the provider's endpoints.
#[derive(Clone, Debug)]
pub(super) struct ClientRegistration {
    pub(super) client_id: String,
    pub(super) client_secret: Secret,
    /// The authorization endpoint, for browsers.
    pub(super) authorize: Url,
    /// The token endpoint.
    pub(super) token: Url,
    /// Whether the secret is sent in a header (`client_secret_basic`) rather than in the form.
    pub(super) basic: bool,
}

/// The tokens from a code exchange.
pub(super) struct Tokens {
    pub(super) access: Secret,
    pub(super) id_token: Option<Secret>,
    /// The granted scopes; `None` when they are those that were asked for (RFC 6749, 5.1).
    pub(super) scopes: Option<Vec<String>>,
}

impl ClientRegistration {
    /// Returns the URL that begins a sign-in, and the secrets to keep until its end.
    pub(super) fn begin(
        &self,
        redirect_uri: &str,
        scopes: &[&str],
        with_nonce: bool,
    ) -> Result<AuthorizationRequest, SignInError> {
        let client = self.client(redirect_uri)?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let nonce = CsrfToken::new_random_len(32);
        let scopes = scopes.iter().map(|scope| Scope::new((*scope).to_owned()));
        let mut request = client
            .authorize_url(|| CsrfToken::new_random_len(32))
            .add_scopes(scopes)
            .set_pkce_challenge(challenge);
        if with_nonce {
            request = request.add_extra_param("nonce", nonce.secret().clone());
        }
        let (address, state) = request.url();
        Ok(AuthorizationRequest {
            address: Secret::new(String::from(address)),
            state: Secret::new(state.into_secret()),
            nonce: Secret::new(nonce.into_secret()),
            verifier: Secret::new(verifier.into_secret()),
        })
    }

    /// Exchanges an authorization code for tokens.
    pub(super) async fn exchange(
        &self,
        http: &Http,
        call: CodeExchange<'_>,
    ) -> Result<Tokens, SignInError> {
        let client = self.client(call.redirect_uri)?;
        let send = |request| {
            let http = http.clone();
            async move { http.send(request).await }
        };
        let verifier = PkceCodeVerifier::new(call.verifier.expose().to_owned());
        let answer = client
            .exchange_code(AuthorizationCode::new(call.code.expose().to_owned()))
            .set_pkce_verifier(verifier)
            .request_async(&send)
            .await
            .map_err(|error| token_refusal(&error))?;
        let id_token = answer.extra_fields().id_token.clone();
        Ok(Tokens {
            access: Secret::new(answer.access_token().secret().clone()),
            id_token: id_token.map(Secret::new),
            scopes: answer
                .scopes()
                .map(|all| all.iter().map(|scope| scope.as_ref().to_owned()).collect()),
        })
    }

    fn client(&self, redirect_uri: &str) -> Result<Ready, SignInError> {
        let redirect_uri = RedirectUrl::new(redirect_uri.to_owned());
        let redirect_uri = redirect_uri
            .map_err(|_| SignInError::Misconfigured("our own address is none".into()))?;
        Ok(Client::new(ClientId::new(self.client_id.clone()))
            .set_client_secret(ClientSecret::new(self.client_secret.expose().to_owned()))
            .set_auth_type(match self.basic {
                true => AuthType::BasicAuth,
                false => AuthType::RequestBody,
            })
            .set_auth_uri(AuthUrl::from_url(self.authorize.clone()))
            .set_token_uri(TokenUrl::from_url(self.token.clone()))
            .set_redirect_uri(redirect_uri))
    }
}

/// Reads a provider's refusal. Keeps only its short code, because its sentences are for programmers and can say
/// anything.
fn token_refusal(error: &RequestTokenError<NoAnswer, BasicErrorResponse>) -> SignInError {
    match error {
        RequestTokenError::ServerResponse(said) => {
            let code = code(said.error().as_ref());
            match code.as_str() {
                "invalid_grant" => SignInError::CodeRejected(code),
                "temporarily_unavailable" | "server_error" => SignInError::Unavailable(code),
                _ => SignInError::Misconfigured(code),
            }
        }
        // Facebook's errors have their own format.
        RequestTokenError::Parse(_, body) => match serde_json::from_slice::<GraphAnswer>(body) {
            Ok(said) => said.error.to_error(),
            Err(_) => SignInError::Unavailable("the token answer cannot be read".into()),
        },
        RequestTokenError::Request(_) | RequestTokenError::Other(_) => {
            SignInError::Unavailable("no token answer".into())
        }
    }
}

/// An error of Facebook's Graph API.
#[derive(Deserialize)]
struct GraphAnswer {
    error: GraphError,
}

#[derive(Deserialize)]
struct GraphError {
    code: i64,
}

impl GraphError {
    /// Maps Facebook's codes (developers.facebook.com/docs/graph-api/guides/error-handling): 2 and 4 are temporary, 100
    /// rejects the code.
    fn to_error(&self) -> SignInError {
        let code = format!("code {}", self.code);
        match self.code {
            2 | 4 => SignInError::Unavailable(code),
            100 => SignInError::CodeRejected(code),
            _ => SignInError::Misconfigured(code),
        }
    }
}
