// Passbook as an OAuth 2.0 server, tested with an independent client library: discovery, a code with PKCE, tokens, the
// API, refreshed tokens, introspection, revocation.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";

import * as oauth from "oauth4webapi";

import { PROGRAM, startPassbook } from "../program.mjs";

const BACK = "http://127.0.0.1/back";
// Passbook is served over plain HTTP here.
const insecure = { [oauth.allowInsecureRequests]: true };
const ada = { first_name: "Ada", last_name: "Byron", email: "ada@example.org", birthday: "1990-12-10" };
const password = "copper lantern walks north";

let passbook;
let server;
let cookies;

before(async () => {
  passbook = await startPassbook();
  const issuer = new URL(passbook.url);
  const answer = await oauth.discoveryRequest(issuer, { algorithm: "oauth2", ...insecure });
  server = await oauth.processDiscoveryResponse(issuer, answer);
  cookies = new Map();
  const page = await send("/forms/sign-up", { ...ada, password });
  assert.match(await page.text(), /Link a bank/, "she is signed up");
});

after(() => passbook.stop());

describe("an independent client", { concurrency: false }, () => {
  for (const [kind, options] of [["on a server", []], ["in a browser", ["--public"]]]) {
    test(`gets in ${kind}`, async () => {
      const { client, auth } = await register(options);
      const verifier = oauth.generateRandomCodeVerifier();
      const state = oauth.generateRandomState();
      const asks = new URL(server.authorization_endpoint);
      asks.search = new URLSearchParams({
        response_type: "code",
        client_id: client.client_id,
        redirect_uri: BACK,
        scope: "read",
        state,
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: "S256",
      }).toString();
      const parameters = oauth.validateAuthResponse(server, client, await allowed(asks), state);

      const given = await oauth.authorizationCodeGrantRequest(
        server, client, auth, parameters, BACK, verifier, insecure,
      );
      const tokens = await oauth.processAuthorizationCodeResponse(server, client, given);
      assert.deepEqual([tokens.scope, tokens.expires_in], ["read", 1800]);
      assert.equal(await reads(tokens.access_token), 200);

      const more = await oauth.refreshTokenGrantRequest(server, client, auth, tokens.refresh_token, insecure);
      const next = await oauth.processRefreshTokenResponse(server, client, more);
      assert.equal(await reads(next.access_token), 200);

      const asked = await oauth.introspectionRequest(server, client, auth, next.access_token, insecure);
      if (kind === "on a server") {
        const told = await oauth.processIntrospectionResponse(server, client, asked);
        assert.deepEqual([told.active, told.scope, told.client_id], [true, "read", client.client_id]);
      } else {
        assert.equal(asked.status, 401);
      }

      const revoked = await oauth.revocationRequest(server, client, auth, next.refresh_token, insecure);
      await oauth.processRevocationResponse(revoked);
      assert.equal(await reads(next.access_token), 401);
    });
  }

  test("is told no when the person says no", async () => {
    const { client } = await register(["--public"]);
    const asks = new URL(server.authorization_endpoint);
    const verifier = oauth.generateRandomCodeVerifier();
    asks.search = new URLSearchParams({
      response_type: "code",
      client_id: client.client_id,
      redirect_uri: BACK,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
    }).toString();
    const back = await allowed(asks, "deny");
    const refused = () => oauth.validateAuthResponse(server, client, back);
    assert.throws(refused, (error) => error.error === "access_denied");
  });
});

/** Registers an app as the admin does. */
async function register(options) {
  const scopes = ["--scopes", "read,sync,manage"];
  const command = ["app", "add", "--name", "Budget", "--redirect-uri", BACK, ...scopes, ...options];
  const { stdout, stderr } = await promisify(execFile)(PROGRAM, command, { cwd: passbook.folder, env: passbook.env });
  const id = /[0-9a-z]{26}/.exec(stderr + stdout)[0];
  const secret = /^[\w-]{43}$/m.exec(stdout)?.[0];
  assert.equal(secret === undefined, options.includes("--public"), stdout);
  const auth = secret ? oauth.ClientSecretBasic(secret) : oauth.None();
  return { client: { client_id: id }, auth };
}

/** Answers an app's question as the person; returns where they are sent. */
async function allowed(asks, answer = "allow") {
  const question = await (await ask(asks, {})).text();
  const request = /name="request" value="([^"]*)"|value="([^"]*)" name="request"/.exec(question);
  assert.ok(request, question);
  const page = await send("/forms/consent", { request: plain(request[1] ?? request[2]), answer });
  const html = await page.text();
  const leads = /content="0;url=([^"]+)"/.exec(html);
  assert.ok(leads, html);
  return new URL(plain(leads[1]));
}

function plain(html) {
  return html.replaceAll("&amp;", "&");
}

async function reads(token) {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`${passbook.url}/api/v1/accounts`, { headers });
  return answer.status;
}

/** Posts a form as a browser does and follows redirects. */
async function send(path, fields) {
  let answer = await ask(path, { method: "POST", body: new URLSearchParams(fields) });
  while (answer.status >= 300 && answer.status < 400) answer = await ask(answer.headers.get("location"), {});
  return answer;
}

async function ask(path, options) {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const headers = { cookie, origin: passbook.url };
  const answer = await fetch(new URL(path, passbook.url), { ...options, headers, redirect: "manual" });
  for (const line of answer.headers.getSetCookie()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
    cookies.set(name, value);
  }
  return answer;
}
