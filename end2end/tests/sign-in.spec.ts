// Logging in with Google and Facebook.
import { expectAccessible } from "../accessible";
import { ada, expect, signUp, test } from "../passbook";
import { continueWith, signInTests } from "../sign-in-tests";

signInTests();

test("every page of it can be read and operated by everybody, on a phone too", async ({ page }) => {
  test.slow();
  await page.setViewportSize({ width: 360, height: 780 });
  await signUp(page);
  await page.goto("/settings/log-in-methods");
  await expectAccessible(page, "log-in methods");
  await page.getByRole("link", { name: "Connect Google" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Connect Google" })).toBeVisible();
  await expectAccessible(page, "connect a provider");
  await page.goto("/settings");
  await page.getByRole("main").getByRole("button", { name: "Log out" }).click();
  await expectAccessible(page, "log in");
  await continueWith(page, "Google", { typed: { email: ada.email, given: "Somebody", family: "Else" } });
  await expect(page.getByRole("heading", { name: "You already have an account" })).toBeVisible();
  await expectAccessible(page, "an account that is there already");
  await page.goto("/log-in");
  await continueWith(page, "Google", { person: "mei" });
  await page.getByRole("button", { name: "Sign up" }).click();
  await expect(page.getByText("Enter your email address.")).toBeVisible();
  await expectAccessible(page, "complete your profile");
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
});
