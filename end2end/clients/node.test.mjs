// Plaid's own Node client against the built-in bank: calls every endpoint that the bank has, once. CLIENT_BANK is the
// bank's address.
import assert from "node:assert/strict";
import { createHash, createPublicKey, verify } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { before, test } from "node:test";

import { Configuration, PlaidApi } from "plaid";

const LIMIT_MS = 20_000;
const FIRST_PLATYPUS = "ins_109508";
const COUNTRIES = ["US"];

const headers = { "PLAID-CLIENT-ID": "a-client", "PLAID-SECRET": "a-secret", "Plaid-Version": "2020-09-14" };
const plaid = new PlaidApi(
  new Configuration({ basePath: process.env.CLIENT_BANK, baseOptions: { headers, timeout: LIMIT_MS } }),
);

let access_token;

before(async () => {
  ({ access_token } = await link());
});

async function link(options = {}) {
  const created = await plaid.sandboxPublicTokenCreate({
    institution_id: FIRST_PLATYPUS,
    initial_products: ["transactions"],
    options,
  });
  const { public_token } = created.data;
  return (await plaid.itemPublicTokenExchange({ public_token })).data;
}

/** Follows the cursor until all history is there. */
async function history(token) {
  const deadline = Date.now() + LIMIT_MS;
  for (;;) {
    const added = [];
    let cursor;
    let page;
    do {
      page = (await plaid.transactionsSync({ access_token: token, cursor, count: 100 })).data;
      added.push(...page.added);
      cursor = page.next_cursor;
    } while (page.has_more);
    if (page.transactions_update_status === "HISTORICAL_UPDATE_COMPLETE") return added;
    assert.ok(Date.now() < deadline, `the history was never complete: ${page.transactions_update_status}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function refusal(promise) {
  const error = await promise.then(
    () => assert.fail("it was not refused"),
    (error) => error,
  );
  return { status: error.response?.status, ...error.response?.data };
}

test("a Link token is made and read", async () => {
  const made = await plaid.linkTokenCreate({
    client_name: "A test",
    user: { client_user_id: "somebody" },
    products: ["transactions"],
    country_codes: COUNTRIES,
    language: "en",
    hosted_link: {},
  });
  assert.match(made.data.link_token, /^link-sandbox-/);
  assert.ok(made.data.hosted_link_url);
  const read = await plaid.linkTokenGet({ link_token: made.data.link_token });
  assert.equal(read.data.link_token, made.data.link_token);
  assert.equal(read.data.metadata.client_name, "A test");
});

test("an Item has accounts with balances", async () => {
  const item = (await plaid.itemGet({ access_token })).data.item;
  assert.equal(item.institution_id, FIRST_PLATYPUS);
  const { accounts } = (await plaid.accountsGet({ access_token })).data;
  const checking = accounts.find((account) => account.subtype === "checking");
  assert.equal(checking.type, "depository");
  assert.equal(checking.balances.iso_currency_code, "USD");
  assert.equal(typeof checking.balances.current, "number");
  const now = (await plaid.accountsBalanceGet({ access_token })).data.accounts;
  assert.deepEqual(now.map((account) => account.account_id).sort(), accounts.map((account) => account.account_id).sort());
});

test("both ways of reading transactions give the same ones", async () => {
  const synced = await history(access_token);
  assert.ok(synced.length > 0);
  const request = { access_token, start_date: "2000-01-01", end_date: new Date().toISOString().slice(0, 10) };
  const got = [];
  let total;
  do {
    const page = await plaid.transactionsGet({ ...request, options: { count: 500, offset: got.length } });
    total = page.data.total_transactions;
    got.push(...page.data.transactions);
  } while (got.length < total);
  const ids = (rows) => rows.map((row) => row.transaction_id).sort();
  assert.deepEqual(ids(got), ids(synced));
  assert.ok((await plaid.transactionsRefresh({ access_token })).data.request_id);
});

test("a transaction of one's own arrives", async () => {
  const dynamic = await link({ override_username: "user_transactions_dynamic", override_password: "a-password" });
  const before = await history(dynamic.access_token);
  const today = new Date().toISOString().slice(0, 10);
  const transaction = { date_transacted: today, date_posted: today, amount: 12.34, description: "Test Bookshop" };
  await plaid.sandboxTransactionsCreate({ access_token: dynamic.access_token, transactions: [transaction] });
  const after = await history(dynamic.access_token);
  assert.ok(before.every((row) => row.name !== "Test Bookshop"));
  assert.equal(after.find((row) => row.name === "Test Bookshop")?.amount, 12.34);
});

test("institutions are listed, found and read", async () => {
  const listed = await plaid.institutionsGet({ count: 3, offset: 4, country_codes: COUNTRIES });
  assert.equal(listed.data.institutions.length, 3);
  const read = await plaid.institutionsGetById({ institution_id: FIRST_PLATYPUS, country_codes: COUNTRIES });
  assert.equal(read.data.institution.name, "First Platypus Bank");
  const found = await plaid.institutionsSearch({ query: "platypus", products: null, country_codes: COUNTRIES });
  assert.ok(found.data.institutions.some((institution) => institution.institution_id === FIRST_PLATYPUS));
  assert.ok((await plaid.categoriesGet({})).data.categories.length > 0);
});

test("webhooks are signed", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const webhook = `http://127.0.0.1:${server.address().port}/hook`;
  try {
    const own = await link();
    const updated = await plaid.itemWebhookUpdate({ access_token: own.access_token, webhook });
    assert.equal(updated.data.item.webhook, webhook);
    const arrived = nextWebhook(server, "NEW_ACCOUNTS_AVAILABLE");
    await plaid.sandboxItemFireWebhook({ access_token: own.access_token, webhook_code: "NEW_ACCOUNTS_AVAILABLE" });
    await assertSigned(await arrived);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

function nextWebhook(server, code) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${code} never arrived`)), LIMIT_MS);
    server.on("request", async (request, response) => {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      response.end();
      const body = Buffer.concat(chunks);
      if (JSON.parse(body).webhook_code !== code) return;
      clearTimeout(timer);
      resolve({ body, token: request.headers["plaid-verification"] });
    });
  });
}

async function assertSigned({ body, token }) {
  const [header, claims, signature] = token.split(".");
  const parsed = (part) => JSON.parse(Buffer.from(part, "base64url"));
  assert.equal(parsed(header).alg, "ES256");
  const { key } = (await plaid.webhookVerificationKeyGet({ key_id: parsed(header).kid })).data;
  const { kty, crv, x, y } = key;
  const publicKey = { key: createPublicKey({ key: { kty, crv, x, y }, format: "jwk" }), dsaEncoding: "ieee-p1363" };
  assert.ok(verify("sha256", Buffer.from(`${header}.${claims}`), publicKey, Buffer.from(signature, "base64url")));
  assert.equal(parsed(claims).request_body_sha256, createHash("sha256").update(body).digest("hex"));
}

test("a login is reset, a token is changed, an Item is removed", async () => {
  const own = await link();
  assert.equal((await plaid.sandboxItemResetLogin({ access_token: own.access_token })).data.reset_login, true);
  const locked = await refusal(plaid.accountsBalanceGet({ access_token: own.access_token }));
  assert.equal(locked.error_code, "ITEM_LOGIN_REQUIRED");

  const { new_access_token } = (await plaid.itemAccessTokenInvalidate({ access_token: own.access_token })).data;
  const old = await refusal(plaid.itemGet({ access_token: own.access_token }));
  assert.equal(old.error_code, "INVALID_ACCESS_TOKEN");
  assert.ok((await plaid.itemRemove({ access_token: new_access_token })).data.request_id);
  const gone = await refusal(plaid.itemGet({ access_token: new_access_token }));
  assert.equal(gone.error_code, "ITEM_NOT_FOUND");
});

test("a refusal says what is wrong", async () => {
  const wrong = await refusal(plaid.itemGet({ access_token: "access-sandbox-00000000-0000-0000-0000-000000000000" }));
  assert.equal(wrong.status, 400);
  assert.equal(wrong.error_type, "INVALID_INPUT");
  assert.equal(wrong.error_code, "INVALID_ACCESS_TOKEN");
  assert.ok(wrong.request_id);
});
