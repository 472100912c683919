// Runs schemathesis against Passbook with the token of a person who has linked a bank: `with-passbook.mjs COMMAND
// ARGUMENT…`. The built-in bank runs as a separate program, which creates public tokens on request. Passbook uses it as
// Plaid, as MX and as sources of exchange rates.
import { spawn } from "node:child_process";
import { once } from "node:events";

import { startBank, startPassbook } from "../program.mjs";

const LINK_LIMIT_MS = 60_000;

const [command, ...args] = process.argv.slice(2);
const bank = await startBank();
const keys = { client_id: "me", secret: "hush" };
const plaid = { PLAID_CLIENT_ID: keys.client_id, PLAID_SECRET: keys.secret, PLAID_BASE_URL: bank.url };
const mx = { MX_CLIENT_ID: keys.client_id, MX_API_KEY: keys.secret, MX_BASE_URL: bank.url };
// Without rate limits, which would hide the program's own answers.
const rates = { PASSBOOK_RATES: "live", COINBASE_BASE_URL: bank.url, FRANKFURTER_BASE_URL: bank.url };
const env = { PASSBOOK_API_RATE: "0", PASSBOOK_SIGNUP: "open", ...plaid, ...mx, ...rates };
const passbook = await startPassbook({ env });
let code = 1;
try {
  const person = { username: "countess", password: "copper lantern walks north" };
  await api("/users/auth/register", { body: { ...person, email: "ada@example.org" } });
  const { access } = await api("/users/auth/token", { body: person });
  await link(access);
  const header = ["--header", `Authorization: Bearer ${access}`];
  const where = [`${passbook.url}/api/openapi.json`, "--url", `${passbook.url}/api/v1`];
  const child = spawn(command, [...args, ...header, ...where], { stdio: "inherit" });
  [code] = await once(child, "exit");
} finally {
  if (code !== 0) console.error(passbook.output());
  await passbook.stop();
  await bank.stop();
}
process.exit(code ?? 1);

/** Links a bank and waits until its accounts and transactions are there. */
async function link(access) {
  const wanted = { ...keys, institution_id: "ins_109508", initial_products: ["transactions"] };
  const { public_token } = await ask(`${bank.url}/sandbox/public_token/create`, { body: wanted });
  const { connection } = await api("/connections", { access, body: { public_token, metadata: {} } });
  const until = Date.now() + LINK_LIMIT_MS;
  for (;;) {
    const status = await api(`/connections/${connection.id}/status`, { access });
    if (status.transactions_status === "complete") return;
    if (Date.now() > until) throw new Error(`the bank was not linked in time: ${JSON.stringify(status)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function api(path, what) {
  return ask(`${passbook.url}/api/v1${path}`, what);
}

async function ask(url, { access, body }) {
  const headers = { ...(body && { "Content-Type": "application/json" }), ...(access && { Authorization: `Bearer ${access}` }) };
  const answer = await fetch(url, { method: body ? "POST" : "GET", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}
