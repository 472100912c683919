import { linkInPane } from "../link";
import { expect, logOut, needIslands, signUp, test } from "../passbook";

needIslands();

test("sign up, link a bank in the pane, see the money, log out", async ({ page }) => {
  await signUp(page);
  await linkInPane(page);

  await page.getByRole("link", { name: "Go to overview" }).click();
  await expect(page.getByRole("heading", { name: "First Platypus Bank" })).toBeVisible();
  await expect(page.getByText("Everyday Checking").filter({ visible: true }).first()).toBeVisible();

  await page.getByRole("link", { name: "Transactions" }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: "Transactions" })).toBeVisible();
  await expect(page.getByText(/[−+]?\$\d+\.\d\d/).first()).toBeVisible();

  await logOut(page);
});
