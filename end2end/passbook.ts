// What the browser tests share: each has its own program, a browser that must report no errors, and people.
import { type BrowserContext, type Page, test as base, expect } from "@playwright/test";

import { installedBrowser } from "./browser.mjs";
import { startBank, startPassbook } from "./program.mjs";

/** Options of the browser: no sandbox, which root cannot use, and no calls home. */
export const browserOptions = {
  locale: "en-GB",
  launchOptions: {
    executablePath: installedBrowser(),
    args: [
      "--no-sandbox",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  },
};

export type Passbook = { url: string; output: () => string; folder: string; env: NodeJS.ProcessEnv };
type Program = {
  passbook: Passbook;
  programArguments: string[];
  programSettings: Record<string, string>;
  bankElsewhere: boolean;
  refusals: RegExp | undefined;
};

/** A test with its own Passbook; `page.goto("/")` opens its first page. */
export const test = base.extend<Program>({
  programArguments: [[], { option: true }],
  programSettings: [{}, { option: true }],
  // Whether the bank is a separate program on another origin.
  bankElsewhere: [false, { option: true }],
  // The errors that the browser may report, where something is refused.
  refusals: [undefined, { option: true }],
  passbook: async ({ programArguments, programSettings, bankElsewhere }, use) => {
    const bank = bankElsewhere ? await startBank() : undefined;
    const env = { ...(bank && settingsFor(bank.url)), ...programSettings };
    const { stop, ...passbook } = await startPassbook({ args: programArguments, env });
    await use(passbook);
    await stop();
    await bank?.stop();
  },
  baseURL: async ({ passbook }, use) => use(passbook.url),
  context: async ({ context, refusals }, use) => {
    const complaints = collectComplaints(context);
    await use(context);
    const unexpected = complaints.filter((complaint) => !refusals?.test(complaint));
    expect(unexpected, "what the browser complained of").toEqual([]);
  },
});

export { expect };

/** Returns the settings of a Passbook that uses the bank at this address. */
export function settingsFor(bank: string) {
  return { PLAID_BASE_URL: bank, PLAID_CLIENT_ID: "x", PLAID_SECRET: "y", PASSBOOK_SIGNUP: "open" };
}

/** Skips the tests of a file that need the islands if those could not be built. */
export function needIslands() {
  test.beforeEach(async ({ request }) => {
    const islands = await request.get("/pkg/passbook.wasm");
    test.skip(islands.status() === 404 && !process.env.CI, "built without islands, for want of a toolchain");
  });
}

/** Collects script errors, violations of the content security policy, and failed loads. */
function collectComplaints(context: BrowserContext): string[] {
  const complaints: string[] = [];
  context.on("console", (message) => {
    // Leptos only warns when an island's HTML and its code do not match.
    const isDeadIsland = message.text().startsWith("Could not find WASM function");
    if (message.type() === "error" || isDeadIsland) {
      complaints.push(`${message.page()?.url()}: ${message.text()} (${message.location().url})`);
    }
  });
  context.on("weberror", (error) => complaints.push(`${error.page()?.url()}: ${error.error().stack}`));
  return complaints;
}

/** A person who has not signed up yet. */
export const ada = {
  firstName: "Ada",
  lastName: "Byron",
  email: "ada@example.com",
  birthday: "1990-12-10",
  password: "nine purple otters read maps",
};

export async function signUp(page: Page, person = ada) {
  await page.goto("/");
  await page.getByRole("link", { name: "Sign up" }).first().click();
  await fillInSignUp(page, person);
  await expect(page.getByRole("link", { name: "Link a bank" }).first()).toBeVisible();
}

/** Fills in the sign-up page and goes on to wherever it leads. */
export async function fillInSignUp(page: Page, person = ada) {
  await expect(page.getByRole("heading", { level: 1, name: "Sign up" })).toBeVisible();
  await page.getByLabel("First name").fill(person.firstName);
  await page.getByLabel("Last name").fill(person.lastName);
  await page.getByLabel("Email").fill(person.email);
  await page.getByLabel("Birthday").fill(person.birthday);
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await page.getByRole("button", { name: "Sign up" }).click();
}

/** Signs up and becomes the admin with the code that a Passbook without one prints. */
export async function becomeOperator(page: Page, passbook: Passbook, person = ada) {
  await expect.poll(() => OPERATOR_CODE.exec(passbook.output())).not.toBeNull();
  const [, address, code] = OPERATOR_CODE.exec(passbook.output())!;
  await page.goto(address);
  await page.getByRole("link", { name: "Sign up" }).click();
  await fillInSignUp(page, person);
  await page.getByLabel("Code").fill(code);
  await page.getByRole("button", { name: "Become admin" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Admin" })).toBeVisible();
}

const OPERATOR_CODE = /^No admin yet\..* open (\S+) .* code is (\S+)$/m;

// What `passbook serve --demo` prints.
const DEMO_LOGIN = /log in as (\S+) with the password: (.+)$/m;

/** Logs in as the demo person of a Passbook with `programArguments: ["--demo"]`, and waits for the banks' history. */
export async function logInToDemo(page: Page, passbook: Passbook) {
  const { user, password } = demoLogin(passbook);
  await page.goto("/log-in");
  await page.getByLabel(/email/i).fill(user);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByRole("heading", { name: "Recent transactions" })).toBeVisible();
  await demoIsComplete(page);
}

/** Waits on the overview until all transactions of the demo person's two banks have arrived. The newest come first. */
export async function demoIsComplete(page: Page) {
  await expect(async () => {
    await page.goto("/");
    await expect(page.locator(".bank-accounts")).toHaveCount(2, { timeout: 500 });
    await expect(page.getByText("getting your transactions…")).toHaveCount(0, { timeout: 500 });
  }).toPass();
}

export function demoLogin(passbook: Passbook) {
  const [, user = "", password = ""] = DEMO_LOGIN.exec(passbook.output()) ?? [];
  return { user, password };
}

export async function logOut(page: Page) {
  // On a phone it is only in the settings.
  await page.getByRole("link", { name: "Settings" }).filter({ visible: true }).first().click();
  await page.getByRole("button", { name: "Log out" }).filter({ visible: true }).first().click();
  await expect(page.getByRole("button", { name: "Log in" })).toBeVisible();
  // Going back does not show the page again.
  await page.goto("/transactions");
  await expect(page.getByRole("button", { name: "Log in" })).toBeVisible();
}
