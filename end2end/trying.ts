// "Try this" from beginning to end, with and without scripts.
import { type FrameLocator, type Page, expect } from "@playwright/test";

import { demoIsComplete } from "./passbook";

/** Logs in as the demo person with one press, and waits until there is something to try. */
async function lookAround(page: Page) {
  await page.goto("/");
  await page.getByRole("button", { name: "Look around as Robin" }).click();
  await expect(page.getByRole("link", { name: "Demo" }).filter({ visible: true })).toBeVisible();
  await demoIsComplete(page);
}

/** Takes every step of the card. `openBank` follows "Log in again" to the bank's page. */
export async function tryEverything(page: Page, openBank: () => Promise<Page | FrameLocator>) {
  await lookAround(page);

  await page.getByRole("button", { name: "Make a transaction" }).click();
  const notice = page.getByRole("status");
  await expect(notice).toContainText("has arrived");
  const [, shop] = /paid at (.+?)\. /.exec((await notice.textContent())!)!;
  await expect(page.locator(".days a.row").filter({ hasText: shop }).first()).toContainText(/−[$£]/);

  await page.getByRole("button", { name: "Let it expire" }).click();
  await expect(page.getByRole("status")).toContainText("has expired");
  await expect(page.getByRole("note")).toContainText("needs you to log in again");
  await page.getByRole("note").getByRole("button", { name: "Log in again" }).click();
  const bank = await openBank();
  await bank.getByRole("button", { name: "Fill in test log-in" }).click();
  await bank.getByRole("button", { name: "Log in", exact: true }).click();
  await bank.getByRole("button", { name: "Allow and finish" }).click();
  await page.waitForURL(/\/connections\//);
  await expect(async () => {
    await page.goto("/");
    await expect(page.getByRole("button", { name: "Let it expire" })).toBeVisible({ timeout: 500 });
  }).toPass();
  await expect(page.getByRole("note")).toHaveCount(0);

  await page.getByRole("button", { name: "Compare" }).click();
  await expect(page.getByRole("heading", { name: "Everything matches" })).toBeVisible();

  await page.goto("/");
  await page.getByRole("button", { name: "Hide" }).click();
  await expect(page.getByRole("heading", { name: "Recent transactions" })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Try this" })).toHaveCount(0);
}
