// An account at the bank that was not shared when it was linked.
import { type FrameLocator } from "@playwright/test";

import { beginToLink, chooseBank, expectLinked, firstPlatypus, linkPane, logIn } from "../link";
import { openLoginAtBank } from "../panel";
import { expect, needIslands, signUp, test } from "../passbook";

needIslands();

test("an account that a bank tells of is offered, chosen in the pane, and there with its rows", async ({ page }) => {
  test.slow();
  await signUp(page);
  await beginToLink(page);
  await chooseBank(linkPane(page), firstPlatypus.institution);
  await logIn(linkPane(page), firstPlatypus);
  await shareChecking(linkPane(page), false);
  await expectLinked(page);
  const checking = page.getByRole("link", { name: /Everyday Checking/ });
  const offer = page.getByRole("note").filter({ hasText: "has accounts you haven’t added" });
  await page.goto("/accounts");
  await expect(page.getByRole("link", { name: /Rainy Day Savings/ })).toBeVisible();
  await expect(checking).toHaveCount(0);
  await expect(offer).toHaveCount(0);

  await openLoginAtBank(page, firstPlatypus.institution);
  await page.locator("#webhooks").getByRole("combobox", { name: "Webhook" }).selectOption("NEW_ACCOUNTS_AVAILABLE");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await expect(async () => {
    await page.goto("/");
    await expect(offer).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 30_000 });
  await offer.getByRole("button", { name: "Choose accounts" }).click();
  await logIn(linkPane(page), firstPlatypus);
  await shareChecking(linkPane(page), true);
  await page.waitForURL(/\/connections\//);
  await expect(page.getByText("All set. Catching up now.")).toBeVisible();

  await expect(async () => {
    await page.goto("/accounts");
    await expect(checking).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 30_000 });
  await checking.click();
  await page.getByRole("link", { name: "See all" }).click();
  await expect(async () => {
    await page.reload();
    await expect(page.locator(".days li").first()).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 30_000 });
  await page.goto("/");
  await expect(page.getByRole("heading", { name: "Net worth" })).toBeVisible();
  await expect(offer).toHaveCount(0);
});

/** From the choice of accounts to the end, with or without sharing the checking account. */
async function shareChecking(link: FrameLocator, shared: boolean) {
  await expect(link.getByRole("heading", { name: "Choose accounts to share" })).toBeVisible();
  const account = link.getByRole("checkbox", { name: "Everyday Checking" });
  if (shared) await expect(account).not.toBeChecked();
  await account.setChecked(shared);
  await link.getByRole("button", { name: "Continue" }).click();
  await link.getByRole("button", { name: "Allow and finish" }).click();
}
