// An account that is opened at a bank which is linked already.
import { expectLinked, firstPlatypus, linkInPane, linkPane, logIn } from "../link";
import { openLoginAtBank } from "../panel";
import { expect, needIslands, signUp, test } from "../passbook";

needIslands();

test("an account that opens at a bank is offered, chosen in the pane, and there with its rows", async ({ page }) => {
  test.slow();
  await signUp(page);
  await linkInPane(page);
  await openLoginAtBank(page, firstPlatypus.institution);
  const open = page.locator("form").filter({ has: page.getByRole("button", { name: "Open an account" }) });
  await open.getByLabel("Name").fill("Holiday fund");
  await open.getByLabel("Balance").fill("250.00");
  await open.getByLabel("Last digits").fill("4242");
  await open.getByRole("button", { name: "Open an account" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: "Holiday fund ··4242" })).toContainText("not shared");

  const offer = page.getByRole("note").filter({ hasText: "has accounts that Passbook does not show yet" });
  await expect(async () => {
    await page.goto("/");
    await expect(offer).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 30_000 });
  await page.goto("/accounts");
  await expect(page.getByText("Everyday Checking")).toBeVisible();
  await expect(page.getByText("Holiday fund")).toHaveCount(0);

  await page.goto("/");
  await offer.getByRole("button", { name: "Choose accounts" }).click();
  const link = linkPane(page);
  await logIn(link, firstPlatypus);
  const choice = link.getByRole("checkbox", { name: "Holiday fund" });
  await expect(choice).not.toBeChecked();
  await choice.check();
  await link.getByRole("button", { name: "Continue" }).click();
  await link.getByRole("button", { name: "Allow and finish" }).click();
  await page.waitForURL(/\/connections\//);
  await expect(page.getByText("Done. What is new is on its way.")).toBeVisible();
  await expectLinked(page);

  const account = page.getByRole("link", { name: /Holiday fund/ });
  await expect(async () => {
    await page.goto("/accounts");
    await expect(account).toContainText("250.00", { timeout: 1_000 });
  }).toPass({ timeout: 30_000 });
  await account.click();
  await page.getByRole("link", { name: "All of this account" }).click();
  await expect(async () => {
    await page.reload();
    await expect(page.locator(".days li").first()).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 30_000 });
  await page.goto("/");
  await expect(page.getByRole("heading", { name: "Net worth" })).toBeVisible();
  await expect(offer).toHaveCount(0);
});
