import { beginToLink, firstPlatypus, walkThroughLink } from "../link";
import { expect, logOut, signUp, test } from "../passbook";

test("sign up, link a bank on the bank's pages, see the money, log out", async ({ page }) => {
  await signUp(page);

  await beginToLink(page);
  await page.getByRole("link", { name: "Continue to your bank" }).click();
  await page.waitForURL(/\/sandbox\//);
  await walkThroughLink(page, firstPlatypus);
  await page.waitForURL((url) => !url.pathname.startsWith("/sandbox/"));

  // Without scripts, progress is what a reload shows.
  await expect(async () => {
    await page.goto("/");
    await expect(page.getByText("Everyday Checking").first()).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 20_000 });
  await expect(page.getByRole("heading", { name: "First Platypus Bank" })).toBeVisible();

  await page.getByRole("link", { name: "Transactions" }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: "Transactions" })).toBeVisible();
  await expect(page.getByText(/[−+]?\$\d+\.\d\d/).first()).toBeVisible();

  await logOut(page);
});
