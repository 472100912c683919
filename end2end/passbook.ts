// What the browser tests share: a program of their own, a browser that complains of nothing, and people.
import { type BrowserContext, type Page, test as base, expect } from "@playwright/test";

import { installedBrowser } from "./browser.mjs";
import { startPassbook } from "./program.mjs";

/** The browser, without the sandbox that root cannot have and without calls home. */
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

type Passbook = { url: string; output: () => string };
type Program = { passbook: Passbook; programArguments: string[] };

/** A test with its own Passbook; `page.goto("/")` is its first page. */
export const test = base.extend<Program>({
  programArguments: [[], { option: true }],
  passbook: async ({ programArguments }, use) => {
    const { stop, ...passbook } = await startPassbook({ args: programArguments });
    await use(passbook);
    await stop();
  },
  baseURL: async ({ passbook }, use) => use(passbook.url),
  context: async ({ context }, use) => {
    const complaints = collectComplaints(context);
    await use(context);
    expect(complaints, "what the browser complained of").toEqual([]);
  },
});

export { expect };

/** Errors of scripts, refusals of the content security policy, resources that failed to load. */
function collectComplaints(context: BrowserContext): string[] {
  const complaints: string[] = [];
  context.on("console", (message) => {
    // Leptos only warns when an island's HTML and its code do not know each other.
    const isDeadIsland = message.text().startsWith("Could not find WASM function");
    if (message.type() === "error" || isDeadIsland) {
      complaints.push(`${message.page()?.url()}: ${message.text()}`);
    }
  });
  context.on("weberror", (error) => complaints.push(`${error.page()?.url()}: ${error.error().stack}`));
  return complaints;
}

/** Somebody who has not signed up yet. */
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
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.getByLabel("First name").fill(person.firstName);
  await page.getByLabel("Last name").fill(person.lastName);
  await page.getByLabel("E-mail").fill(person.email);
  await page.getByLabel("Birthday").fill(person.birthday);
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await page.getByRole("button", { name: "Sign up" }).click();
  await expect(page.getByRole("button", { name: "Link a bank" }).first()).toBeVisible();
}

export async function logOut(page: Page) {
  // A phone has it in the settings only.
  await page.getByRole("link", { name: "Settings" }).filter({ visible: true }).first().click();
  await page.getByRole("button", { name: "Log out" }).filter({ visible: true }).first().click();
  await expect(page.getByRole("button", { name: "Log in" })).toBeVisible();
  // What was seen is not to be had again by going back.
  await page.goto("/transactions");
  await expect(page.getByRole("button", { name: "Log in" })).toBeVisible();
}
