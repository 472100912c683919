// After the first link: the same bank again, its log-in again, and a different choice of accounts.
import { type Page } from "@playwright/test";

import { beginToLink, expectLinked, firstPlatypus, linkInPane, linkPane, logIn, walkThroughLink } from "../link";
import { expect, needIslands, signUp, test } from "../passbook";

needIslands();

test("a bank that is linked already is noticed and repaired, and nothing is there twice", async ({ page }) => {
  test.slow();
  await signUp(page);
  await linkInPane(page);
  const before = await counted(page);

  await page.goto("/accounts");
  await beginToLink(page);
  await walkThroughLink(linkPane(page), firstPlatypus);
  await expect(page.getByRole("heading", { name: "First Platypus Bank is already linked" })).toBeVisible();
  await expect(page.getByText("Everyday Checking")).toBeVisible();

  await page.getByRole("button", { name: "Log in again" }).click();
  const link = linkPane(page);
  await logIn(link, firstPlatypus);
  await link.getByRole("button", { name: "Allow and finish" }).click();
  await page.waitForURL(/\/connections\//);
  await expect(page.getByText("All set. Catching up now.")).toBeVisible();
  await expectLinked(page);
  expect(await counted(page)).toEqual(before);
});

test("an account that is taken away is counted no more, and comes back with its rows once", async ({ page }) => {
  test.slow();
  await signUp(page);
  await linkInPane(page);
  const before = await counted(page);
  const closed = page.getByRole("listitem").filter({ hasText: "no longer shared" });

  await chooseAccounts(page, false);
  await expect(async () => {
    await page.goto("/accounts");
    await expect(closed).toHaveCount(1, { timeout: 1_000 });
  }).toPass({ timeout: 20_000 });
  await expect(closed).toContainText("Everyday Checking");
  await page.goto("/");
  expect(await netWorth(page)).not.toBe(before.netWorth);

  await chooseAccounts(page, true);
  await expect(async () => {
    await page.goto("/accounts");
    await expect(closed).toHaveCount(0, { timeout: 1_000 });
  }).toPass({ timeout: 20_000 });
  await expect(page.getByText("Everyday Checking")).toHaveCount(1);
  expect(await counted(page)).toEqual(before);
});

async function chooseAccounts(page: Page, checking: boolean) {
  await page.goto("/accounts");
  await page.getByRole("button", { name: "Add or remove accounts" }).click();
  const link = linkPane(page);
  await logIn(link, firstPlatypus);
  await link.getByRole("checkbox", { name: "Everyday Checking" }).setChecked(checking);
  await link.getByRole("button", { name: "Continue" }).click();
  await link.getByRole("button", { name: "Allow and finish" }).click();
  await page.waitForURL(/\/connections\//);
  await expect(page.getByText("All set. Catching up now.")).toBeVisible();
}

/** Returns the accounts, the rows of the checking account and the net worth. */
async function counted(page: Page) {
  await page.goto("/accounts");
  const accounts = await page.locator(".groups .rows > li").count();
  await page.getByRole("link", { name: /Everyday Checking/ }).click();
  await page.getByRole("link", { name: "See all" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Transactions" })).toBeVisible();
  let rows = await page.locator(".days li").count();
  const older = page.getByRole("link", { name: "Older" });
  while ((await older.count()) > 0) {
    await page.goto((await older.getAttribute("href"))!);
    rows += await page.locator(".days li").count();
  }
  await page.goto("/");
  return { accounts, rows, netWorth: await netWorth(page) };
}

async function netWorth(page: Page) {
  return page.locator(".worth .figure").first().textContent();
}
