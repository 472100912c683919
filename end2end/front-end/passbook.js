// Logs in with Passbook and calls its API from a page without a server, which can keep no secret. The person logs in on
// Passbook's own page, so the password is never typed here: OAuth 2.0 with PKCE (RFC 6749, 7636).

/** The address of Passbook, and the client ID that this page is registered with there. */
export const { passbook, clientId } = await (await fetch("settings.json")).json();
// Must match the registered address exactly.
const redirectUri = `${location.origin}/`;
const NO_ACCESS = "Budget no longer has access to your Passbook account. Log in again to go on.";

// The response of /oauth/token, in memory only: any script that gets to run on this page can read localStorage and
// steal a refresh token. The price is that reloading the page logs the person out of it.
let tokens;
let renewal; // The promise of the next tokens, while they are being fetched.

/** Returns whether there are tokens. */
export const isLoggedIn = () => tokens !== undefined;

/** Goes to Passbook, which sends the person back here. */
export async function logIn() {
  const [state, verifier] = [random(), random()];
  // Kept for the return. Only this tab can read it, and it is worthless without the code.
  sessionStorage.setItem("attempt", JSON.stringify({ state, verifier }));
  const challenge = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  const question = new URLSearchParams({
    response_type: "code",
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: "read manage",
    state,
    code_challenge: base64url(challenge),
    code_challenge_method: "S256",
  });
  location.assign(`${passbook}/oauth/authorize?${question}`);
}

/** Returns whether this page's address contains a response from Passbook. */
export function isAnswer(query) {
  return query.has("code") || query.has("error");
}

/** Takes Passbook's response from this page's address and exchanges it for tokens. */
export async function comeBack(answer) {
  history.replaceState(null, "", redirectUri); // No code stays in the address bar or in the history.
  const attempt = JSON.parse(sessionStorage.getItem("attempt"));
  sessionStorage.removeItem("attempt");
  // `state` proves that this tab asked: without it, a link could log people in to an attacker's account. `iss` proves
  // that this Passbook answered and no other server (RFC 9207).
  if (!attempt || answer.get("state") !== attempt.state || answer.get("iss") !== passbook) {
    throw new Error("That wasn’t the answer to a log-in that began here, so Budget ignored it. Log in again.");
  }
  if (answer.get("error") === "access_denied") {
    throw new Error("You didn’t allow Budget to use your Passbook account. Nothing was shared.");
  }
  if (answer.has("error")) throw new Error(`Passbook refused: ${answer.get("error_description")}.`);
  tokens = await oauth("token", {
    grant_type: "authorization_code",
    code: answer.get("code"),
    redirect_uri: redirectUri,
    code_verifier: attempt.verifier,
  });
}

/** Forgets the tokens and revokes them at Passbook: revoking the refresh token ends the access token too. */
export async function logOut() {
  const { refresh_token: token } = tokens;
  tokens = undefined;
  await oauth("revoke", { token });
}

/** GETs from the API, or POSTs a body to it. Errors carry the API's message. */
export async function api(path, body) {
  const send = () => {
    if (!tokens) throw new Error(NO_ACCESS);
    const headers = { Authorization: `Bearer ${tokens.access_token}` };
    if (!body) return reach(`/api/v1${path}`, { headers });
    headers["Content-Type"] = "application/json";
    return reach(`/api/v1${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  };
  const used = tokens;
  let answer = await send();
  if (answer.status === 401) {
    // Unless another call has renewed them meanwhile.
    if (tokens === used) await renew();
    answer = await send();
  }
  const json = await answer.json();
  if (answer.ok) return json;
  throw new Error([json.detail, ...(json.errors ?? []).map((error) => error.detail)].join(" "));
}

/** Renews the tokens once for all calls: a refresh token works once, and a second use ends the access. */
function renew() {
  renewal ??= oauth("token", { grant_type: "refresh_token", refresh_token: tokens.refresh_token })
    .then((next) => (tokens &&= next))
    .catch((error) => {
      // Other errors may be temporary.
      if (!["invalid_grant", "invalid_client"].includes(error.code)) throw error;
      tokens = undefined;
      throw new Error(NO_ACCESS);
    })
    .finally(() => (renewal = undefined));
  return renewal;
}

/** Calls an OAuth endpoint. A public client identifies itself by its client ID alone. */
async function oauth(endpoint, fields) {
  const body = new URLSearchParams({ client_id: clientId, ...fields });
  const answer = await reach(`/oauth/${endpoint}`, { method: "POST", body });
  const text = await answer.text();
  const json = text ? JSON.parse(text) : {};
  if (answer.ok) return json;
  throw Object.assign(new Error(`Passbook refused: ${json.error_description}.`), { code: json.error });
}

async function reach(path, request) {
  const answer = fetch(passbook + path, request);
  return answer.catch(() => {
    throw new Error("Passbook can’t be reached. Try again in a moment.");
  });
}

function random() {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

function base64url(bytes) {
  const text = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
