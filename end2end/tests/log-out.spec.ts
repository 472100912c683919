// What a log-out leaves in a real browser, and what it must not touch.
import { expect, fillInSignUp, signUp, test } from "../passbook";
import { startPassbook } from "../program.mjs";

test("a log-out leaves no page to go back to, and another Passbook on the host stays logged in", async ({
  page,
  context,
}) => {
  await signUp(page);
  const other = await startPassbook({ args: [], env: {} });
  const there = await context.newPage();
  await there.goto(`${other.url}/sign-up`);
  await fillInSignUp(there);
  await page.goto("/settings");
  await page.getByLabel("Dark").check();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-appearance", "dark");

  await page.getByRole("button", { name: "Log out" }).first().click();
  await expect(page.getByRole("heading", { name: "Log in" })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole("heading", { name: "Log in" })).toBeVisible();
  await expect(page.locator("html"), "other cookies stay").toHaveAttribute("data-appearance", "dark");

  await there.goto(`${other.url}/settings`);
  await expect(there.getByRole("button", { name: "Log out" }).first()).toBeVisible();
  await other.stop();
});
