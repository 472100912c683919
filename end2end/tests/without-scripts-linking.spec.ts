import { allowAtBank, beginToLink, chooseBank, expectLinked, firstPlatypus, leaveLink, platypusOAuth, shareAccounts, walkThroughLink } from "../link";
import { expect, signUp, test } from "../passbook";

test("a bank that logs people in on its own site", async ({ page }) => {
  await signUp(page);
  await beginToLink(page);
  await page.getByRole("link", { name: "Continue to your bank" }).click();
  await chooseBank(page, platypusOAuth.institution);
  await page.getByRole("button", { name: "Continue to Platypus OAuth Bank" }).click();
  await allowAtBank(page, platypusOAuth);
  await page.getByRole("button", { name: "Allow and finish" }).click();
  await expectLinked(page);
});

test("the test log-in is shown, and a button fills it in", async ({ page }) => {
  await signUp(page);
  await beginToLink(page);
  await page.getByRole("link", { name: "Continue to your bank" }).click();
  await chooseBank(page, firstPlatypus.institution);
  await expect(page.getByText(firstPlatypus.password)).toBeVisible();
  await page.getByRole("button", { name: "Fill in test log-in" }).click();
  await expect(page.getByLabel("Username")).toHaveValue(firstPlatypus.username);
  await expect(page.getByLabel("Password")).toHaveValue(firstPlatypus.password);
  await page.getByLabel("Password").press("Enter");
  await shareAccounts(page);
  await expectLinked(page);
});

test.describe("another origin", () => {
  test.use({ bankElsewhere: true });

  test("the bank's pages are reached and left, and progress shows by itself", async ({ page, passbook }) => {
    await signUp(page);
    await beginToLink(page);
    await page.getByRole("link", { name: "Continue to your bank" }).click();
    await page.waitForURL((url) => url.origin !== passbook.url);
    await walkThroughLink(page, firstPlatypus);
    await page.waitForURL((url) => url.origin === passbook.url);
    await expectLinked(page);
  });

  test("the bank's pages are left without linking", async ({ page, passbook }) => {
    await signUp(page);
    await beginToLink(page);
    await page.getByRole("link", { name: "Continue to your bank" }).click();
    await page.waitForURL((url) => url.origin !== passbook.url);
    await leaveLink(page);
    await page.waitForURL((url) => url.origin === passbook.url && url.pathname === "/");
    await expect(page.getByRole("status")).toContainText("No bank linked.");
  });
});
