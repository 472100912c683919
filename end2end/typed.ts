// Linking a bank whose log-in is typed into a form of Passbook's.
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

/** Types a log-in into the page's own form; the form beneath the window is opened first. */
export async function typeLogIn(page: Page, password: string, username = "mxuser") {
  const form = page.locator("form:has([name^=values])");
  const folded = page.getByText("Log in without the window");
  // The page may still be on its way when its heading is there.
  await expect(async () => {
    if (!(await form.isVisible()) && (await folded.isVisible())) await folded.click();
    await expect(form).toBeVisible({ timeout: 1_000 });
  }).toPass();
  const fields = form.locator("input:not([type=hidden])");
  await fields.nth(0).fill(username);
  await fields.nth(1).fill(password);
  await form.getByRole("button", { name: "Log in" }).click();
}

/** From "Link a bank" to the connection's page. */
export async function linkTyped(page: Page, password: string) {
  await findBank(page);
  await typeLogIn(page, password);
  await page.waitForURL(/\/connections\//);
}
