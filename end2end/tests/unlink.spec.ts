// How a connection ends: its data is kept or deleted.
import { type Page } from "@playwright/test";

import { beginToLink, expectLinked, firstPlatypus, linkInPane, linkPane, walkThroughLink } from "../link";
import { expect, needIslands, signUp, test } from "../passbook";

needIslands();

const tartan = { ...firstPlatypus, institution: "Tartan Bank" };
const KEEP = "Keep my transactions and history";
const DELETE = "Delete everything from this bank permanently";

test("a bank is unlinked, keeping its rows or deleting them", async ({ page }) => {
  test.slow();
  await signUp(page);
  await linkInPane(page);
  const kept = connectionOf(page, firstPlatypus.institution);
  const deleted = connectionOf(page, tartan.institution);
  await page.goto("/accounts");
  const accounts = await page.locator(".groups li").filter({ hasText: firstPlatypus.institution }).count();
  await beginToLink(page);
  await walkThroughLink(linkPane(page), tartan);
  await expectLinked(page);

  await page.goto("/accounts");
  await kept.getByRole("link", { name: "First Platypus Bank" }).click();
  await unlink(page, firstPlatypus.institution, KEEP);
  await expect(async () => {
    await page.goto("/accounts");
    await expect(kept).toContainText(/Unlinked on .* are kept\./, { timeout: 1_000 });
  }).toPass({ timeout: 30_000 });
  await expect(kept.getByRole("listitem")).toHaveCount(accounts);
  await expect(kept.getByRole("button", { name: "Sync now" })).toHaveCount(0);
  await expect(kept.getByRole("link", { name: "Unlink" })).toHaveCount(0);
  await deleted.getByText("Manage").click();
  await expect(deleted.getByRole("button", { name: "Sync now" })).toBeVisible();
  await kept.getByRole("link", { name: /Everyday Checking/ }).click();
  await page.getByRole("link", { name: "See all" }).click();
  await expect(page.locator(".days li").first()).toBeVisible();

  await page.goto("/accounts");
  await deleted.getByRole("link", { name: "Tartan Bank" }).click();
  const connection = new URL(page.url()).pathname;
  await unlink(page, tartan.institution, DELETE);
  await expect(async () => {
    await page.goto("/accounts");
    await expect(kept).toBeVisible();
    await expect(deleted).toHaveCount(0, { timeout: 500 });
  }).toPass({ timeout: 30_000 });
  await expect(kept.getByRole("listitem")).toHaveCount(accounts);
  // Fetched rather than opened, because the browser would report the 404 as an error.
  expect((await page.request.get(connection)).status()).toBe(404);
});

/** From the connection's page to the accounts. */
async function unlink(page: Page, institution: string, rows: string) {
  await page.getByRole("link", { name: "Unlink" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Unlink this bank?" })).toBeVisible();
  await expect(page.getByRole("main")).toContainText(institution);
  await expect(page.getByRole("main")).toContainText("Passbook will stop reading these accounts and delete its access.");
  await expect(page.getByRole("radio", { name: KEEP })).toBeChecked();
  await page.getByRole("radio", { name: rows }).check();
  await page.getByRole("button", { name: "Unlink" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Accounts" })).toBeVisible();
  await expect(page.getByRole("status")).toContainText("Bank unlinked.");
}

function connectionOf(page: Page, institution: string) {
  return page.locator("section.connection").filter({ has: page.getByRole("heading", { name: institution }) });
}
