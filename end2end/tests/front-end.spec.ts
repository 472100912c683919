// The example front end: a page on another origin, which gets access by OAuth and uses the API for everything else.
import type { Page } from "@playwright/test";

import { expectAccessible } from "../accessible";
import { consent, logInOnTheWay, test } from "../apps";
import { ada, expect, fillInSignUp, signUp } from "../passbook";

// Banks are polled every three seconds, and some ask several challenges.
test.describe.configure({ timeout: 120_000 });

const PHONE = { width: 360, height: 780 };
const NO_ACCESS = "Budget no longer has access to your Passbook account. Log in again to go on.";

test("sign up on the way, link a bank that asks something, see the money, log out", async ({ page, passbook, frontEnd }) => {
  await page.setViewportSize(PHONE);
  await page.goto(frontEnd.url);
  await expectAccessible(page, "the welcome");
  await page.getByRole("button", { name: "Log in with Passbook" }).click();
  await page.getByRole("link", { name: "Sign up" }).click();
  await fillInSignUp(page);
  await allow(page);
  await expect(page.getByText("No accounts yet.")).toBeVisible();
  await expect(page.getByText(`${ada.email}, Passbook at `)).toBeVisible();
  // The code is neither in the address nor in the history.
  expect(page.url()).toBe(frontEnd.url);

  await findBank(page);
  await logInAt(page, "mxuser", "challenge");
  const question = page.getByLabel("What city were you born in?");
  await expect(page.getByRole("heading", { name: "MX Bank has a question" })).toBeVisible();
  await expectAccessible(page, "a question");
  await answer(page, "challenge");
  await expect(page.getByLabel("What was the name of your first pet?")).toBeVisible();
  await page.getByRole("textbox").fill("correct");
  await page.getByRole("button", { name: "Continue" }).click();
  const linked = page.getByText("MX Bank is linked.");
  await expect(linked.or(question)).toBeVisible({ timeout: 60_000 });
  // The bank may ask again before it gives all its history.
  if (await question.isVisible()) await answer(page, "correct");
  await expect(linked).toBeVisible({ timeout: 60_000 });
  await expectAccessible(page, "the money");
  const rows = page.locator(".row");
  await expect(rows.filter({ hasText: "MX Bank ··" }).first()).toContainText(/US\$[\d,]+\.\d\d/);
  await expect(page.locator("h3 ~ .row .money").first()).toHaveText(/^[+−-]US\$[\d,]+\.\d\d$/);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);

  const asked = page.waitForRequest(/\/api\/v1\/accounts/);
  await page.getByRole("button", { name: "Refresh" }).click();
  const headers = { authorization: (await (await asked).headerValue("authorization"))! };
  expect((await page.request.get(`${passbook.url}/api/v1/accounts`, { headers })).status()).toBe(200);
  await page.getByRole("button", { name: "Log out" }).click();
  await expect(page.getByText("You’re logged out.")).toBeVisible();
  await expect(rows).toHaveCount(0);
  expect((await page.request.get(`${passbook.url}/api/v1/accounts`, { headers })).status()).toBe(401);
});

test("a refused log-in is told in the API’s words, and another is taken", async ({ page, frontEnd }) => {
  await logIn(page, frontEnd.url);
  await findBank(page);
  await logInAt(page, "mxuser", "INVALID");
  await expect(page.getByRole("alert")).toContainText("MX Bank ", { timeout: 30_000 });
  await page.getByRole("button", { name: "Back to your accounts" }).click();
  await expect(page.getByText("MX Bank needs your attention")).toBeVisible();
  await page.getByRole("button", { name: "Continue" }).click();
  await logInAt(page, "mxuser", "anything");
  await expect(page.getByText("MX Bank is linked.")).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText("MX Bank needs your attention")).toBeHidden();
});

test("what a bank writes stays text", async ({ page, frontEnd }) => {
  const name = "<img src=x onerror=\"document.title='theirs'\">";
  const accounts = [{ type: "depository", subtype: "checking", starting_balance: 10, meta: { name } }];
  await logIn(page, frontEnd.url);
  await findBank(page, "First Platypus Bank");
  await logInAt(page, "user_custom", JSON.stringify({ override_accounts: accounts }));
  await expect(page.getByText("First Platypus Bank is linked.")).toBeVisible({ timeout: 60_000 });
  await expect(page.locator(".row").filter({ hasText: name })).toBeVisible();
  await expect(page.getByRole("img")).toHaveCount(0);
  await expect(page).toHaveTitle("Budget");
});

test("don’t allow it, and it says so", async ({ page, frontEnd }) => {
  await signUp(page);
  await page.goto(frontEnd.url);
  await page.getByRole("button", { name: "Log in with Passbook" }).click();
  await page.getByRole("button", { name: "Don’t allow" }).click();
  await expect(page.getByRole("alert")).toHaveText("You didn’t allow Budget to use your Passbook account. Nothing was shared.");
  await expect(page.getByRole("button", { name: "Log in with Passbook" })).toBeVisible();
  expect(page.url()).toBe(frontEnd.url);
});

test("an answer with another state, of another server, or to no question is ignored", async ({ page, passbook, frontEnd }) => {
  const exchanges: string[] = [];
  page.on("request", (request) => request.url().endsWith("/oauth/token") && exchanges.push(request.url()));
  await signUp(page);
  for (const wrong of ["state", "iss"]) {
    await page.goto(frontEnd.url);
    await page.getByRole("button", { name: "Log in with Passbook" }).click();
    await expect(consent(page)).toBeVisible();
    const state = new URL(page.url()).searchParams.get("state")!;
    const right = { code: "x".repeat(43), state, iss: passbook.url };
    const address = `${frontEnd.url}?${new URLSearchParams({ ...right, [wrong]: "https://evil.example" })}`;
    await page.goto(address);
    await expectIgnored(page, frontEnd.url);
    // That forgets the attempt, so the right answer comes too late.
    await page.goto(`${frontEnd.url}?${new URLSearchParams(right)}`);
    await expectIgnored(page, frontEnd.url);
  }
  expect(exchanges).toEqual([]);
});

test.describe("where it is refused", () => {
  test.use({ refusals: /status of 40[01]/ });

  test("access that the person removes is noticed, and the log-in offered again", async ({ page, context, frontEnd }) => {
    await logIn(page, frontEnd.url);
    const settings = await context.newPage();
    await settings.goto("/settings/programs");
    await settings.getByRole("button", { name: "Remove access for Budget" }).click();
    await expect(settings.getByText("You haven’t given any app access.")).toBeVisible();
    await page.getByRole("button", { name: "Refresh" }).click();
    await expect(page.getByRole("alert")).toHaveText(NO_ACCESS);
    await page.getByRole("button", { name: "Log in with Passbook" }).click();
    await allow(page);
    await expect(page.getByRole("heading", { name: "Your accounts" })).toBeVisible();
  });

  test("an access token that has run out is renewed once for all calls", async ({ page, frontEnd }) => {
    await logIn(page, frontEnd.url);
    const [first, good] = [new Set<string>(), new Set<string>()];
    await page.route(/\/api\/v1\//, async (route) => {
      const url = route.request().url();
      const headers = route.request().headers();
      if (!first.has(url)) headers.authorization = "Bearer run-out";
      first.add(url);
      await route.continue({ headers });
    });
    let renewals = 0;
    page.on("request", (request) => request.url().endsWith("/oauth/token") && renewals++);
    page.on("response", (answer) => first.has(answer.url()) && answer.ok() && good.add(answer.url()));
    await page.getByRole("button", { name: "Refresh" }).click();
    await expect.poll(() => good.size).toBe(4);
    await expect(page.getByText("No accounts yet.")).toBeVisible();
    await expect(page.getByRole("alert")).toBeHidden();
    expect([first.size, renewals]).toEqual([4, 1]);
  });

  test("an app that is not registered is told by Passbook, and the person stays there", async ({ page, passbook, frontEnd }) => {
    await signUp(page);
    frontEnd.settings.clientId = "01arz3ndektsv4rrffq69g5fav";
    await page.goto(frontEnd.url);
    await page.getByRole("button", { name: "Log in with Passbook" }).click();
    await expect(page.getByRole("heading", { name: "This app can’t be used here" })).toBeVisible();
    await expect(page.getByRole("main")).toContainText("isn’t registered with this Passbook");
    expect(new URL(page.url()).origin).toBe(passbook.url);
  });
});

async function expectIgnored(page: Page, frontEnd: string) {
  await expect(page.getByRole("alert")).toContainText("wasn’t the answer to a log-in that began here");
  expect(page.url()).toBe(frontEnd);
}

/** Signs up at Passbook and logs in to the front end. */
async function logIn(page: Page, frontEnd: string) {
  await signUp(page);
  await page.context().clearCookies();
  await page.goto(frontEnd);
  await page.getByRole("button", { name: "Log in with Passbook" }).click();
  await logInOnTheWay(page);
  await allow(page);
  await expect(page.getByRole("heading", { name: "Your accounts" })).toBeVisible();
}

async function allow(page: Page) {
  await expect(consent(page)).toBeVisible();
  await page.getByRole("button", { name: "Allow", exact: true }).click();
}

async function findBank(page: Page, name = "MX Bank") {
  await page.getByRole("button", { name: "Link a bank" }).click();
  await page.getByLabel("Your bank’s name").fill(name);
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByRole("listitem").getByRole("button", { name, exact: true }).click();
  await expect(page.getByRole("heading", { name: `Log in to ${name}` })).toBeVisible();
}

async function logInAt(page: Page, username: string, password: string) {
  const fields = page.locator("form input");
  await fields.nth(0).fill(username);
  await fields.nth(1).fill(password);
  await page.getByRole("button", { name: "Log in", exact: true }).click();
}

async function answer(page: Page, words: string) {
  await page.getByLabel("What city were you born in?").fill(words);
  await page.getByRole("button", { name: "Continue" }).click();
}
