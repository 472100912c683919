// The official Node client against a running `passbook sandbox`: every endpoint that the built-in bank speaks.
// PLAID_BASE_URL says where it is; without it nothing is called, because the client would fall back to Plaid itself.

import assert from "node:assert/strict";
import { createHash, createPublicKey, verify } from "node:crypto";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { Configuration, PlaidApi } from "plaid";

const base = process.env.PLAID_BASE_URL;
if (!base) {
  console.error("PLAID_BASE_URL is not set: start `passbook sandbox` and give its address");
  process.exit(2);
}

const client = new PlaidApi(
  new Configuration({
    basePath: base,
    baseOptions: {
      headers: { "PLAID-CLIENT-ID": "smoke", "PLAID-SECRET": "smoke", "Plaid-Version": "2020-09-14" },
      timeout: 20_000,
    },
  }),
);

const steps = [];
const step = (name, run) => steps.push({ name, run });

// A receiver for webhooks, so that signatures are checked as a caller would check them.
const received = [];
const receiver = createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    received.push({ jwt: request.headers["plaid-verification"], body: Buffer.concat(chunks) });
    response.writeHead(200).end();
  });
});
await new Promise((done) => receiver.listen(0, "127.0.0.1", done));
const webhook = `http://127.0.0.1:${receiver.address().port}/hook`;

async function until(what, check) {
  for (let tries = 0; tries < 100; tries++) {
    const value = await check();
    if (value) return value;
    await sleep(100);
  }
  throw new Error(`${what} did not come within 10 seconds`);
}

const webhookOf = (code) =>
  until(`webhook ${code}`, () =>
    received.find(({ body }) => JSON.parse(body.toString("utf8")).webhook_code === code),
  );

async function refused(call, code) {
  const answer = await call.then(
    () => assert.fail(`expected ${code}`),
    (error) => error.response?.data ?? Promise.reject(error),
  );
  assert.equal(answer.error_code, code, answer.error_message);
  for (const key of ["error_type", "error_message", "request_id"]) assert.equal(typeof answer[key], "string", key);
  assert.ok("display_message" in answer);
}

async function item(options = {}) {
  const created = await client.sandboxPublicTokenCreate({
    institution_id: "ins_109508",
    initial_products: ["transactions"],
    options: { transactions: { days_requested: 730 }, ...options },
  });
  const exchanged = await client.itemPublicTokenExchange({ public_token: created.data.public_token });
  return exchanged.data;
}

async function syncAll(access_token, cursor, count = 100) {
  const all = { added: [], modified: [], removed: [] };
  for (;;) {
    const { data } = await client.transactionsSync({ access_token, cursor, count });
    for (const list of Object.keys(all)) all[list].push(...data[list]);
    cursor = data.next_cursor;
    if (!data.has_more) return { ...all, cursor, status: data.transactions_update_status };
  }
}

// Asked gently: the bank lets an Item be synced 50 times a minute, as Plaid does.
async function whole(access_token) {
  await until("all history", async () => {
    const { data } = await client.transactionsSync({ access_token, count: 1 });
    if (data.transactions_update_status === "HISTORICAL_UPDATE_COMPLETE") return true;
    await sleep(400);
    return false;
  });
  return syncAll(access_token, undefined, 500);
}

const link = {
  client_name: "Smoke",
  language: "en",
  country_codes: ["US"],
  user: { client_user_id: "smoke" },
  products: ["transactions"],
};

let plain;
let dynamic;

step("/link/token/create and /link/token/get", async () => {
  const made = await client.linkTokenCreate({ ...link, hosted_link: {}, transactions: { days_requested: 730 } });
  assert.match(made.data.link_token, /^link-sandbox-/);
  assert.match(made.data.hosted_link_url, /\/hosted\//);
  assert.ok(Date.parse(made.data.expiration) > Date.now());
  const got = await client.linkTokenGet({ link_token: made.data.link_token });
  assert.deepEqual(got.data.metadata.initial_products, ["transactions"]);
  assert.deepEqual(got.data.link_sessions, []);
});

step("/sandbox/public_token/create and /item/public_token/exchange", async () => {
  plain = await item();
  dynamic = await item({ override_username: "user_transactions_dynamic", override_password: "any", webhook });
  assert.match(plain.access_token, /^access-sandbox-/);
  assert.notEqual(plain.item_id, dynamic.item_id);
  await refused(client.itemPublicTokenExchange({ public_token: "public-sandbox-none" }), "INVALID_PUBLIC_TOKEN");
});

step("/item/get", async () => {
  const { data } = await client.itemGet({ access_token: plain.access_token });
  assert.equal(data.item.institution_name, "First Platypus Bank");
  assert.equal(data.item.error, null);
  await refused(client.itemGet({ access_token: "access-sandbox-none" }), "INVALID_ACCESS_TOKEN");
});

step("/accounts/get", async () => {
  const { data } = await client.accountsGet({ access_token: plain.access_token });
  assert.ok(data.accounts.length > 1);
  const account_ids = [data.accounts[0].account_id];
  const one = await client.accountsGet({ access_token: plain.access_token, options: { account_ids } });
  assert.equal(one.data.accounts.length, 1);
});

step("/accounts/balance/get", async () => {
  const { data } = await client.accountsBalanceGet({ access_token: plain.access_token });
  for (const { balances } of data.accounts) {
    assert.ok(balances.available !== null || balances.current !== null);
  }
});

step("/transactions/sync", async () => {
  const run = await whole(plain.access_token);
  assert.ok(run.added.length > 100, `${run.added.length} rows`);
  assert.equal(new Set(run.added.map((row) => row.transaction_id)).size, run.added.length);
  const again = await syncAll(plain.access_token, run.cursor);
  assert.equal(again.added.length + again.modified.length + again.removed.length, 0);
  await refused(
    client.transactionsSync({ access_token: plain.access_token, cursor: "garbled" }),
    "INVALID_FIELD",
  );
});

step("/transactions/get", async () => {
  const ask = { access_token: plain.access_token, start_date: "2000-01-01", end_date: "2099-12-31" };
  const { data } = await client.transactionsGet({ ...ask, options: { count: 10, offset: 5 } });
  assert.equal(data.transactions.length, 10);
  const run = await whole(plain.access_token);
  assert.equal(data.total_transactions, run.added.length);
});

step("/transactions/refresh", async () => {
  const before = await whole(dynamic.access_token);
  await client.transactionsRefresh({ access_token: dynamic.access_token });
  const after = await syncAll(dynamic.access_token, before.cursor);
  assert.equal(after.modified.length, 1);
  assert.ok(after.added.some((row) => row.pending));
});

step("/sandbox/transactions/create", async () => {
  const { cursor } = await whole(dynamic.access_token);
  // Yesterday here, because the bank's day may not have begun where it is already tomorrow.
  const day = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const row = { date_transacted: day, date_posted: day, amount: 12.34, description: "SMOKE" };
  await client.sandboxTransactionsCreate({ access_token: dynamic.access_token, transactions: [row] });
  const after = await syncAll(dynamic.access_token, cursor);
  assert.ok(after.added.some((added) => added.amount === 12.34 && added.name === "SMOKE"));
});

step("/institutions/get", async () => {
  const ask = { count: 3, offset: 4, country_codes: ["US"], options: { include_optional_metadata: true } };
  const { data } = await client.institutionsGet(ask);
  assert.equal(data.institutions.length, 3);
  for (const { url, primary_color } of data.institutions) assert.ok(url && primary_color);
});

step("/institutions/get_by_id", async () => {
  const ask = { institution_id: "ins_109508", country_codes: ["US"] };
  const options = { include_optional_metadata: true, include_status: true };
  const { data } = await client.institutionsGetById({ ...ask, options });
  assert.equal(Buffer.from(data.institution.logo, "base64").subarray(1, 4).toString(), "PNG");
});

step("/institutions/search", async () => {
  const { data } = await client.institutionsSearch({ query: "platypus", products: null, country_codes: ["US"] });
  assert.ok(data.institutions.length > 0 && data.institutions.length <= 10);
});

step("/categories/get", async () => {
  const { data } = await client.categoriesGet({});
  assert.ok(data.categories.length > 0);
});

step("/item/webhook/update and /webhook_verification_key/get", async () => {
  const updated = await client.itemWebhookUpdate({ access_token: plain.access_token, webhook });
  assert.equal(updated.data.item.webhook, webhook);
  const { jwt, body } = await webhookOf("WEBHOOK_UPDATE_ACKNOWLEDGED");
  const [head, claims, signature] = jwt.split(".");
  const read = (part) => JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
  const { data } = await client.webhookVerificationKeyGet({ key_id: read(head).kid });
  const key = createPublicKey({ key: data.key, format: "jwk" });
  const signed = Buffer.from(`${head}.${claims}`);
  const good = verify("sha256", signed, { key, dsaEncoding: "ieee-p1363" }, Buffer.from(signature, "base64url"));
  assert.ok(good, "signature");
  assert.equal(read(claims).request_body_sha256, createHash("sha256").update(body).digest("hex"));
});

step("/sandbox/item/fire_webhook", async () => {
  const ask = { access_token: plain.access_token, webhook_code: "NEW_ACCOUNTS_AVAILABLE", webhook_type: "ITEM" };
  assert.equal((await client.sandboxItemFireWebhook(ask)).data.webhook_fired, true);
  await webhookOf("NEW_ACCOUNTS_AVAILABLE");
});

step("/sandbox/item/reset_login and update mode", async () => {
  const { access_token } = plain;
  assert.equal((await client.sandboxItemResetLogin({ access_token })).data.reset_login, true);
  await refused(client.accountsGet({ access_token }), "ITEM_LOGIN_REQUIRED");
  assert.equal((await client.itemGet({ access_token })).data.item.error.error_code, "ITEM_LOGIN_REQUIRED");
  const { products: _, ...update } = link;
  assert.match((await client.linkTokenCreate({ ...update, access_token })).data.link_token, /^link-sandbox-/);
});

step("/item/access_token/invalidate", async () => {
  const old = dynamic.access_token;
  dynamic.access_token = (await client.itemAccessTokenInvalidate({ access_token: old })).data.new_access_token;
  await refused(client.itemGet({ access_token: old }), "INVALID_ACCESS_TOKEN");
  await client.itemGet({ access_token: dynamic.access_token });
});

step("/item/remove", async () => {
  for (const { access_token } of [plain, dynamic]) {
    await client.itemRemove({ access_token });
    await refused(client.itemRemove({ access_token }), "ITEM_NOT_FOUND");
  }
});

step("fields that are missing or unknown", async () => {
  await refused(client.itemGet({}), "MISSING_FIELDS");
  await refused(client.itemGet({ access_token: "access-sandbox-none", nonsense: 1 }), "UNKNOWN_FIELDS");
});

let failed = 0;
for (const { name, run } of steps) {
  try {
    await run();
    console.log(`ok      ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name}\n        ${JSON.stringify(error.response?.data) ?? error.stack}`);
  }
}
receiver.close();
receiver.closeAllConnections();
console.log(`${steps.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
