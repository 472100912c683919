// Logging in with Passbook, and calling its API, from a page that has no server behind it and can keep no secret. The
// person logs in on Passbook's own page, so that password is never typed here: OAuth 2.0 with PKCE (RFC 6749, 7636).

/** Where Passbook is, and the client ID that this page is registered with there. */
export const { passbook, clientId } = await (await fetch("settings.json")).json();
// The address that is registered too, letter by letter.
const redirectUri = `${location.origin}/`;
const NO_ACCESS = "Budget no longer has access to your Passbook account. Log in again to go on.";

// What /oauth/token answered, in memory only: whatever script ever gets to run on this page can read localStorage and
// carry a refresh token away. The price is that reloading the page logs the person out of it.
let tokens;
let renewal; // The promise of the next tokens, while they are being fetched.

/** Whether there are tokens. */
export const isLoggedIn = () => tokens !== undefined;

/** Leaves for Passbook, which sends the person back here. */
export async function logIn() {
  const [state, verifier] = [random(), random()];
  // For the way there and back. Only this tab can read it, and it is worth nothing without the code.
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

/** Whether the address of this page is an answer of Passbook's. */
export function isAnswer(query) {
  return query.has("code") || query.has("error");
}

/** Takes Passbook's answer from the address of this page, and gets tokens for it. */
export async function comeBack(answer) {
  history.replaceState(null, "", redirectUri); // No code stays in the address bar or in the history.
  const attempt = JSON.parse(sessionStorage.getItem("attempt"));
  sessionStorage.removeItem("attempt");
  // `state` proves that this tab has asked: without it, a link could log people in to an account of its maker's. `iss`
  // proves that this Passbook has answered and no other server (RFC 9207).
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

/** Forgets the tokens and ends them at Passbook: with the refresh token the access token ends too. */
export async function logOut() {
  const { refresh_token: token } = tokens;
  tokens = undefined;
  await oauth("revoke", { token });
}

/** GETs from the API, or POSTs a body to it. An error says what the API says. */
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
    // Unless another call has got new ones meanwhile.
    if (tokens === used) await renew();
    answer = await send();
  }
  const json = await answer.json();
  if (answer.ok) return json;
  throw new Error([json.detail, ...(json.errors ?? []).map((error) => error.detail)].join(" "));
}

/** Gets the next tokens, for all calls at once: a refresh token is good once, and its second use ends the access. */
function renew() {
  renewal ??= oauth("token", { grant_type: "refresh_token", refresh_token: tokens.refresh_token })
    .then((next) => (tokens &&= next))
    .catch((error) => {
      // What else can go wrong may go right in a moment.
      if (!["invalid_grant", "invalid_client"].includes(error.code)) throw error;
      tokens = undefined;
      throw new Error(NO_ACCESS);
    })
    .finally(() => (renewal = undefined));
  return renewal;
}

/** Asks one of the OAuth endpoints. A page says who it is by its client ID alone. */
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
