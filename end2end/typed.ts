// Linking a bank whose log-in is typed into one of Passbook's forms.
import { type Page, expect } from "@playwright/test";

export const mxBank = "MX Bank";

/** Searches for a bank on "Link a bank" and goes on to its log-in. */
export async function findBank(page: Page, name = mxBank) {
  await page.getByRole("link", { name: "Link a bank" }).first().click();
  await page.getByLabel("Your bank’s name").fill(name);
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByRole("listitem").filter({ has: page.getByText(name, { exact: true }) }).getByRole("link").click();
  await expect(page.getByRole("heading", { level: 1, name: `Log in to ${name}` })).toBeVisible();
}

/** Types a log-in into the page's own form; if the form under the frame is collapsed, opens it first. */
export async function typeLogIn(page: Page, password: string, username = "mxuser") {
  const form = page.locator("form:has([name^=values])");
  const folded = page.getByText("Log in without the window");
  const fields = form.locator("input:not([type=hidden])");
  // The page may still be loading when its heading is there, and the form collapses only with the frame.
  await expect(async () => {
    if (!(await form.isVisible()) && (await folded.isVisible())) await folded.click();
    await fields.nth(0).fill(username, { timeout: 2_000 });
    await fields.nth(1).fill(password, { timeout: 2_000 });
  }).toPass();
  await form.getByRole("button", { name: "Log in" }).click();
}

/** From "Link a bank" to the connection's page. */
export async function linkTyped(page: Page, password: string) {
  await findBank(page);
  await typeLogIn(page, password);
  await page.waitForURL(/\/connections\//);
}

/** Waits on the connection's page until everything is there, at a bank that asks again before all its history is. */
export async function expectLinkedAfter(page: Page, answer: () => Promise<unknown>) {
  const linked = page.getByRole("heading", { level: 1, name: "You’re all set" });
  const asked = page.getByRole("heading", { level: 1, name: "Your bank has a question" });
  await expect(linked.or(asked)).toBeVisible({ timeout: 60_000 });
  if (await asked.isVisible()) {
    await answer();
    await page.getByRole("button", { name: "Continue" }).click();
  }
  await expect(linked).toBeVisible({ timeout: 60_000 });
}
