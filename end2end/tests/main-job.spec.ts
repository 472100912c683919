import { firstPlatypus, linkPane, walkThroughLink } from "../link";
import { expect, logOut, signUp, test } from "../passbook";

test.beforeEach(async ({ request }) => {
  const islands = await request.get("/pkg/passbook.wasm");
  test.skip(islands.status() === 404 && !process.env.CI, "built without islands, for want of a toolchain");
});

test("sign up, link a bank in the pane, see the money, log out", async ({ page }) => {
  await signUp(page);

  await page.getByRole("button", { name: "Link a bank" }).first().click();
  await walkThroughLink(linkPane(page), firstPlatypus);

  // The first sync shows its progress by itself.
  await expect(page.getByRole("heading", { name: "All your transactions are here" })).toBeVisible({ timeout: 30_000 });
  await page.getByRole("link", { name: "See the overview" }).click();
  await expect(page.getByRole("heading", { name: "First Platypus Bank" })).toBeVisible();
  await expect(page.getByText("Everyday Checking").first()).toBeVisible();

  await page.getByRole("link", { name: "Transactions" }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: "Transactions" })).toBeVisible();
  await expect(page.getByText(/[−+]?\$\d+\.\d\d/).first()).toBeVisible();

  await logOut(page);
});
