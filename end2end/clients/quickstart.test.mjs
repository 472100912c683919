// The calls of Plaid's Quickstart with the settings of its own `.env.example`: PLAID_PRODUCTS=auth,transactions,signal
// and PLAID_COUNTRY_CODES=US,CA. Its page has a button for each call. If the bank has no data for a call, the page
// shows an error, never an unknown path.
import assert from "node:assert/strict";
import { before, test } from "node:test";

import { Configuration, PlaidApi } from "plaid";

import { walkThroughLink } from "./link.mjs";

const bank = process.env.CLIENT_BANK;
const products = "auth,transactions,signal".split(",");
const country_codes = "US,CA".split(",");
const headers = { "PLAID-CLIENT-ID": "a-client", "PLAID-SECRET": "a-secret", "Plaid-Version": "2020-09-14" };
const plaid = new PlaidApi(new Configuration({ basePath: bank, baseOptions: { headers, timeout: 20_000 } }));
const today = new Date().toISOString().slice(0, 10);
const monthAgo = new Date(Date.now() - 30 * 86_400_000).toISOString().slice(0, 10);

let access_token;
let account_id;

before(async () => {
  const { link_token } = (
    await plaid.linkTokenCreate({
      user: { client_user_id: "user-id" },
      client_name: "Plaid Quickstart",
      products,
      country_codes,
      language: "en",
    })
  ).data;
  const public_token = await walkThroughLink(bank, link_token);
  ({ access_token } = (await plaid.itemPublicTokenExchange({ public_token })).data);
});

test("Link offers banks with the default products, and the Item has them", async () => {
  const { item } = (await plaid.itemGet({ access_token })).data;
  assert.deepEqual([...item.billed_products].sort(), [...products].sort());
  const { institution_id } = item;
  const read = await plaid.institutionsGetById({ institution_id, country_codes: ["US"] });
  assert.ok(products.every((product) => read.data.institution.products.includes(product)));
});

test("accounts and balances", async () => {
  const { accounts } = (await plaid.accountsGet({ access_token })).data;
  account_id = accounts[0].account_id;
  assert.ok(account_id);
  assert.equal((await plaid.accountsBalanceGet({ access_token })).data.accounts.length, accounts.length);
});

test("transactions, page by page from a null cursor", async () => {
  const deadline = Date.now() + 20_000;
  let cursor = null;
  let added = [];
  // The Quickstart waits while the next cursor is empty.
  for (let more = true; more; ) {
    const page = (await plaid.transactionsSync({ access_token, cursor })).data;
    cursor = page.next_cursor;
    if (cursor === "") {
      assert.ok(Date.now() < deadline, "transactions never came");
      await new Promise((resolve) => setTimeout(resolve, 200));
      continue;
    }
    added = added.concat(page.added);
    more = page.has_more;
  }
  assert.ok(added.length > 0);
});

const refused = {
  auth: () => plaid.authGet({ access_token }),
  identity: () => plaid.identityGet({ access_token }),
  holdings: () => plaid.investmentsHoldingsGet({ access_token }),
  "investment transactions": () =>
    plaid.investmentsTransactionsGet({ access_token, start_date: monthAgo, end_date: today }),
  liabilities: () => plaid.liabilitiesGet({ access_token }),
  "an asset report": () => plaid.assetReportCreate({ access_tokens: [access_token], days_requested: 10, options: {} }),
  statements: () => plaid.statementsList({ access_token }),
  "signal, for a transfer": () =>
    plaid.signalEvaluate({ access_token, account_id, client_transaction_id: "txn-1", amount: 100 }),
  "a transfer's authorization": () =>
    plaid.transferAuthorizationCreate({
      access_token,
      account_id,
      type: "debit",
      network: "ach",
      amount: "1.00",
      ach_class: "ppd",
      user: { legal_name: "FirstName LastName" },
    }),
  "a transfer": () =>
    plaid.transferCreate({ access_token, account_id, authorization_id: "none", description: "Debit" }),
  "a payment's recipient": () => plaid.paymentInitiationRecipientCreate({ name: "Somebody", iban: "GB33BUKB20201555555555" }),
  "a payment": () => plaid.paymentInitiationPaymentGet({ payment_id: "none" }),
  income: () => plaid.incomeVerificationPaystubsGet({ access_token }),
  "a user": () => plaid.userCreate({ client_user_id: "user-id" }),
  "a base report": () => plaid.craCheckReportBaseReportGet({ user_token: "none" }),
};
for (const [what, ask] of Object.entries(refused)) {
  test(`${what}: a product that is not enabled`, async () => {
    const error = await ask().then(
      () => assert.fail("it was not refused"),
      (error) => error,
    );
    const { error_type, error_code, error_message, display_message, request_id } = error.response.data;
    assert.deepEqual([error.response.status, error_type, error_code], [400, "INVALID_INPUT", "INVALID_PRODUCT"]);
    assert.match(error_message, /^client is not authorized to access the following products: \["\w+"\]$/);
    assert.equal(display_message, null);
    assert.ok(request_id);
  });
}
