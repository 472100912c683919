// The way through Link's pages, which is the same in the pane and in Hosted Link.
import { type FrameLocator, type Page, expect } from "@playwright/test";

/** Link's pages: in the pane, or filling the window. */
type Link = Page | FrameLocator;
type Login = { institution: string; username: string; password: string };

export const firstPlatypus: Login = {
  institution: "First Platypus Bank",
  username: "user_good",
  password: "pass_good",
};

/** A bank that logs people in on its own site. */
export const platypusOAuth: Login = { ...firstPlatypus, institution: "Platypus OAuth Bank" };

/** Goes to "Link a bank" and on to Plaid's window. */
export async function beginToLink(page: Page) {
  await page.getByRole("link", { name: "Link a bank" }).first().click();
  // When only Plaid is set up, the button says just "Continue".
  await page.getByRole("button", { name: /^(Continue|Open Plaid’s window)$/ }).click();
}

/** Presses "Link a bank", walks through the pane and waits until the first sync is over. */
export async function linkInPane(page: Page, login = firstPlatypus) {
  await beginToLink(page);
  await walkThroughLink(linkPane(page), login);
  await expectLinked(page);
}

/** From consent to the end, sharing every account that is offered. */
export async function walkThroughLink(link: Link, login: Login) {
  await chooseBank(link, login.institution);
  await logIn(link, login);
  await shareAccounts(link);
}

export async function chooseBank(link: Link, institution: string) {
  await link.getByRole("button", { name: "Continue" }).click();
  await link.getByLabel("Search by name").fill(institution);
  await link.getByLabel("Search by name").press("Enter");
  await link.getByRole("button", { name: institution }).first().click();
}

/** Logs in at the bank, in Link or on the bank's own site. */
export async function logIn(link: Link, { username, password }: Omit<Login, "institution">) {
  await link.getByLabel("Username").fill(username);
  await link.getByLabel("Password").fill(password);
  await link.getByRole("button", { name: "Log in" }).click();
}

/** From the choice of accounts to the end. */
export async function shareAccounts(link: Link) {
  await expect(link.getByRole("heading", { name: "Choose accounts to share" })).toBeVisible();
  for (const account of await link.getByRole("checkbox").all()) await account.check();
  await link.getByRole("button", { name: "Continue" }).click();
  await link.getByRole("button", { name: "Allow and finish" }).click();
}

/** Leaves Link where it asks for confirmation. */
export async function leaveLink(link: Link) {
  await link.getByRole("button", { name: "Close" }).click();
  await expect(link.getByRole("heading", { name: "Stop linking?" })).toBeVisible();
  await link.getByRole("main").getByRole("button", { name: "Stop" }).click();
}

/** Logs in on the bank's own site and allows what it asks. */
export async function allowAtBank(site: Page, login: Login) {
  await expect(site.getByRole("heading", { name: "Log in to online banking" })).toBeVisible();
  await logIn(site, login);
  await expect(site.getByRole("heading", { name: "Share accounts with Passbook?" })).toBeVisible();
  await site.getByRole("button", { name: "Allow" }).first().click();
}

/** Waits on the connection's page until the first sync is complete; its progress updates automatically. */
export async function expectLinked(page: Page) {
  await expect(page.getByRole("heading", { name: "You’re all set" })).toBeVisible({ timeout: 60_000 });
}

/** Returns Link's pane over the page. */
export function linkPane(page: Page): FrameLocator {
  return page.locator("dialog iframe").contentFrame();
}
