// MX's own Node client, unchanged, against the built-in bank: from creating a user to reading transactions to deleting
// the user. CLIENT_BANK is the bank's address.
import assert from "node:assert/strict";
import { before, test } from "node:test";

import {
  AccountsApi,
  Configuration,
  InstitutionsApi,
  MembersApi,
  TransactionsApi,
  UsersApi,
  WidgetsApi,
} from "mx-platform-node";

const LIMIT_MS = 20_000;
const PAGE = 40;
const ACCEPT = "application/vnd.mx.api.v1+json";
const configuration = new Configuration({
  username: "a-client",
  password: "a-key",
  basePath: process.env.CLIENT_BANK,
  baseOptions: { headers: { Accept: ACCEPT }, timeout: LIMIT_MS },
});
const accounts = new AccountsApi(configuration);
const institutions = new InstitutionsApi(configuration);
const members = new MembersApi(configuration);
const transactions = new TransactionsApi(configuration);
const users = new UsersApi(configuration);
const widgets = new WidgetsApi(configuration);

let user;

before(async () => {
  user = await newUser();
});

async function newUser() {
  const { data } = await users.createUser({ user: { metadata: "of a test" } });
  assert.match(data.user.guid, /^USR-/);
  return data.user.guid;
}

/** Creates a member of the test bank. */
async function member(password, of = user) {
  const { credentials } = (await institutions.listInstitutionCredentials("mxbank")).data;
  const values = { LOGIN: "mxuser", PASSWORD: password };
  const typed = credentials.map(({ guid, field_name }) => ({ guid, value: values[field_name] }));
  const made = await members.createMember(of, { member: { institution_code: "mxbank", credentials: typed } });
  assert.equal(made.status, 202);
  return made.data.member.guid;
}

/** Polls a member until its run is over or it is challenged. */
async function settled(guid, of = user) {
  const deadline = Date.now() + LIMIT_MS;
  for (;;) {
    const seen = (await members.readMemberStatus(guid, of)).data.member;
    if (seen.connection_status === "CHALLENGED" || !seen.is_being_aggregated) return seen;
    assert.ok(Date.now() < deadline, `the run never ended: ${seen.connection_status}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function refusal(promise) {
  const error = await promise.then(
    () => assert.fail("it was not refused"),
    (error) => error,
  );
  return { status: error.response?.status, message: error.response?.data?.error?.message };
}

test("users are found, changed and deleted", async () => {
  const id = `test-${Date.now()}`;
  await users.createUser({ user: { id, email: "somebody@example.com" } });
  const found = (await users.listUsers(1, 25, id)).data;
  assert.equal(found.pagination.total_entries, 1);
  const [{ guid }] = found.users;
  const changed = await users.updateUser(guid, { user: { metadata: "changed" } });
  assert.equal(changed.data.user.metadata, "changed");
  assert.equal((await users.readUser(guid)).data.user.email, "somebody@example.com");
  assert.equal((await refusal(users.createUser({ user: { id } }))).status, 409);
  assert.equal((await users.deleteUser(ACCEPT, guid)).status, 204);
  assert.equal((await refusal(users.readUser(guid))).status, 404);
});

test("institutions are found and read", async () => {
  const found = (await institutions.listInstitutions("mx bank", undefined, 1, 10)).data;
  assert.equal(found.institutions[0].code, "mxbank");
  assert.equal(found.pagination.per_page, 10);
  assert.equal((await institutions.readInstitution("mxbank")).data.institution.name, "MX Bank");
  const { credentials } = (await institutions.listInstitutionCredentials("mxbank")).data;
  assert.deepEqual(credentials.map((one) => one.field_name), ["LOGIN", "PASSWORD"]);
  assert.equal((await refusal(institutions.listInstitutionCredentials("nobank"))).status, 404);
});

test("a member connects, and its money is read in pages", async () => {
  const guid = await member("anything");
  assert.equal((await settled(guid)).connection_status, "CONNECTED");
  const read = (await members.readMember(guid, user)).data.member;
  assert.equal(read.name, "MX Bank");
  assert.ok((await members.listMembers(user)).data.members.some((one) => one.guid === guid));
  assert.equal((await members.listMemberCredentials(guid, user)).data.credentials.length, 2);

  const own = (await accounts.listMemberAccounts(user, guid)).data.accounts;
  const checking = own.find((account) => account.type === "CHECKING");
  assert.equal(checking.currency_code, "USD");
  assert.equal(typeof checking.balance, "number");

  const guids = new Set();
  let pages;
  for (let page = 1; page <= 3; page += 1) {
    const { data } = await transactions.listTransactionsByMember(guid, user, page, PAGE, "2000-01-01");
    assert.equal(data.transactions.length, PAGE);
    for (const row of data.transactions) {
      assert.ok(row.amount >= 0 && ["CREDIT", "DEBIT"].includes(row.type));
      assert.ok(own.some((account) => account.guid === row.account_guid));
      guids.add(row.guid);
    }
    pages = data.pagination.total_pages;
  }
  assert.equal(guids.size, 3 * PAGE);
  assert.ok(pages >= 3);
  const all = (await transactions.listTransactions(user, 1, 1000, "2000-01-01")).data;
  assert.ok(all.pagination.total_entries > 2 * PAGE);

  const before = (await transactions.listTransactionsByMember(guid, user, 1, 10, "2000-01-01")).data.pagination;
  assert.equal((await transactions.extendHistory(guid, user)).status, 202);
  assert.equal((await settled(guid)).connection_status, "CONNECTED");
  const after = (await transactions.listTransactionsByMember(guid, user, 1, 10, "2000-01-01")).data.pagination;
  assert.ok(after.total_entries > 3 * before.total_entries);
  assert.equal((await members.aggregateMember(guid, user)).status, 202);
});

test("challenges are answered, in two rounds", async () => {
  const of = await newUser();
  const guid = await member("challenge", of);
  const first = await settled(guid, of);
  assert.equal(first.connection_status, "CHALLENGED");
  for (const value of ["challenge", "correct"]) {
    await settled(guid, of);
    const { challenges } = (await members.listMemberChallenges(guid, of)).data;
    const answers = challenges.map((one) => ({ guid: one.guid, value }));
    const resumed = await members.resumeAggregation(guid, of, { member: { challenges: answers } });
    assert.equal(resumed.status, 202);
  }
  assert.equal((await settled(guid, of)).connection_status, "CONNECTED");
  assert.equal((await members.listMemberChallenges(guid, of)).status, 204);
});

test("a wrong password is denied and mended", async () => {
  const of = await newUser();
  const guid = await member("INVALID", of);
  assert.equal((await settled(guid, of)).connection_status, "DENIED");
  const { credentials } = (await members.listMemberCredentials(guid, of)).data;
  const values = { LOGIN: "mxuser", PASSWORD: "right" };
  const typed = credentials.map((one) => ({ guid: one.guid, value: values[one.field_name] }));
  await members.updateMember(guid, of, { member: { credentials: typed } });
  assert.equal((await settled(guid, of)).connection_status, "CONNECTED");
});

test("a member of a bank with its own site is allowed there", async () => {
  const of = await newUser();
  const body = { member: { institution_code: "mxbank_oauth", is_oauth: true, credentials: [] } };
  const made = (await members.createMember(of, body)).data.member;
  assert.equal(made.connection_status, "PENDING");
  const { data } = await widgets.requestOAuthWindowURI(made.guid, of);
  const page = await fetch(data.member.oauth_window_uri);
  assert.equal(page.status, 200);
  const headers = { "Content-Type": "application/x-www-form-urlencoded" };
  await fetch(page.url, { method: "POST", headers, body: "go=allow" });
  assert.equal((await settled(made.guid, of)).connection_status, "CONNECTED");
});

test("a Connect widget is opened once", async () => {
  const { data } = await widgets.requestConnectWidgetURL(user, { config: { current_institution_code: "mxbank" } });
  const url = data.user.connect_widget_url;
  assert.equal((await fetch(url)).status, 200);
  assert.equal((await fetch(url)).status, 404);
  const other = await widgets.requestWidgetURL(user, { widget_url: { widget_type: "connect_widget" } });
  assert.equal((await fetch(other.data.widget_url.url)).status, 200);
});

test("wrong keys and wrong versions are refused", async () => {
  const with_ = (change) =>
    new UsersApi(
      new Configuration({
        username: "a-client",
        password: "a-key",
        basePath: process.env.CLIENT_BANK,
        baseOptions: { headers: { Accept: ACCEPT } },
        ...change,
      }),
    ).listUsers();
  const nobody = await refusal(with_({ username: "", password: "" }));
  assert.equal(nobody.status, 401);
  assert.ok(nobody.message);
  assert.equal((await refusal(with_({ baseOptions: { headers: { Accept: "text/plain" } } }))).status, 406);
});

test("a member is deleted, and its money with it", async () => {
  const of = await newUser();
  const guid = await member("anything", of);
  await settled(guid, of);
  assert.equal((await members.deleteMember(guid, of)).status, 204);
  assert.equal((await refusal(members.readMemberStatus(guid, of))).status, 404);
  assert.equal((await accounts.listUserAccounts(of)).data.pagination.total_entries, 0);
});
