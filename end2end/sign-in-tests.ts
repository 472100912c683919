// Logging in with Google and Facebook, as the built-in bank simulates them, with scripts and without.
import { type Page } from "@playwright/test";

import { ada, expect, fillInSignUp, test } from "./passbook";

type Choices = { person?: string; email?: string; typed?: { email: string; given: string; family: string }; cancel?: boolean };

/** Declares all of them, for a file that decides whether scripts run. */
export function signInTests() {
  test.use({ programArguments: ["--demo"] });

  for (const provider of ["Google", "Facebook"]) {
    test(`${provider} signs somebody up who shares everything, and lets them in again`, async ({ page }) => {
      await page.goto("/sign-up?next=/accounts");
      await continueWith(page, provider, { person: "amelie" });
      await expect(page).toHaveURL(/\/accounts/);
      await expect(page.getByRole("heading", { level: 1, name: "Accounts" })).toBeVisible();
      await expect(page.locator(".person").getByText("Amélie Dubois")).toBeVisible();
      await logOut(page);
      await continueWith(page, provider, { person: "amelie" });
      await expect(page.locator(".person").getByText("Amélie Dubois")).toBeVisible();
    });
  }

  for (const [provider, person, email] of [
    ["Google", "mei", ""],
    ["Facebook", "mei", ""],
    ["Google", "jonas", "jonas+demo@example.org"],
  ]) {
    test(`what ${provider} does not tell of ${person} is asked for, and a mistake loses nothing`, async ({ page }) => {
      await page.goto("/sign-up");
      await continueWith(page, provider, { person });
      await expect(page.getByRole("heading", { level: 1, name: "Complete your profile" })).toBeVisible();
      await expect(page.getByLabel("Email")).toHaveValue(email);
      await page.getByLabel("Email").fill("nobody");
      await page.getByRole("button", { name: "Sign up" }).click();
      await expect(page.getByText("Enter an email address like ada@example.org.")).toBeVisible();
      await expect(page.getByLabel("Email")).toHaveValue("nobody");
      await page.getByLabel("Email").fill(`${person}@example.org`);
      await page.getByLabel("Birthday").fill("2001-10-01");
      await page.getByRole("button", { name: "Sign up" }).click();
      await expect(page.getByRole("link", { name: "Link a bank" }).first()).toBeVisible();
    });
  }

  test("an account with the same address is connected after its password, and disconnected in Settings", async ({ page }) => {
    await page.goto("/sign-up");
    await fillInSignUp(page);
    await expect(page.getByRole("link", { name: "Link a bank" }).first()).toBeVisible();
    await logOut(page);
    const asAda = { typed: { email: ada.email, given: "Somebody", family: "Else" } };
    await continueWith(page, "Google", asAda);
    await expect(page.getByRole("heading", { level: 1, name: "You already have an account" })).toBeVisible();
    await page.getByLabel("Password").fill("not the right one at all");
    await page.getByRole("button", { name: "Log in and connect" }).click();
    await expect(page.getByText("That email or username and password don’t match.")).toBeVisible();
    await page.getByLabel("Password").fill(ada.password);
    await page.getByRole("button", { name: "Log in and connect" }).click();
    await expect(page.locator(".person").getByText("Ada Byron")).toBeVisible();
    await logOut(page);
    await continueWith(page, "Google", asAda);
    await expect(page.locator(".person").getByText("Ada Byron")).toBeVisible();

    await page.goto("/settings");
    await page.getByRole("link", { name: "Log-in methods" }).click();
    await expect(page.getByRole("listitem").filter({ hasText: "Google" }).filter({ hasText: ada.email })).toBeVisible();
    await page.getByRole("link", { name: "Connect Facebook" }).click();
    // The log-in a moment ago is a confirmation.
    await page.getByRole("button", { name: "Connect Facebook" }).click();
    await decide(page, { person: "nadia" });
    await expect(page.getByText("Facebook is connected. You can log in with it from now on.")).toBeVisible();
    await page.getByRole("link", { name: "Disconnect Google" }).click();
    await page.getByRole("button", { name: "Disconnect Google" }).click();
    await expect(page.getByText("Google is disconnected.")).toBeVisible();
    await expect(page.getByRole("link", { name: "Connect Google" })).toBeVisible();
  });

  test("who only wanted to log in is asked before an account is made", async ({ page }) => {
    await page.goto("/log-in?next=/accounts");
    await continueWith(page, "Google", { person: "amelie" });
    await expect(page.getByRole("heading", { level: 1, name: "Complete your profile" })).toBeVisible();
    await page.getByRole("button", { name: "Sign up" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Accounts" })).toBeVisible();
  });

  test("who says no there is told so, and an address that is not verified connects nothing", async ({ page }) => {
    for (const provider of ["Google", "Facebook"]) {
      await page.goto("/log-in");
      await continueWith(page, provider, { cancel: true });
      await expect(page.getByRole("alert")).toContainText(`You cancelled logging in with ${provider}.`);
    }
    await page.goto("/sign-up");
    await fillInSignUp(page);
    await expect(page.getByRole("link", { name: "Link a bank" }).first()).toBeVisible();
    await logOut(page);
    const typed = { email: ada.email, given: "Somebody", family: "Else" };
    await continueWith(page, "Google", { typed, email: "unverified" });
    await expect(page.getByRole("alert")).toContainText("Google hasn’t confirmed it’s yours");
    await expect(page.getByRole("heading", { level: 1, name: "Log in" })).toBeVisible();
  });
}

/** Goes from the log-in or sign-up page to the provider and back. */
export async function continueWith(page: Page, provider: string, choices: Choices) {
  await page.getByRole("button", { name: `Continue with ${provider}` }).click();
  await decide(page, choices);
}

/** Makes a person's choices on the provider's page. */
export async function decide(page: Page, { person, email, typed, cancel }: Choices) {
  await page.waitForURL(/\/sandbox\/identity\//);
  if (person) await page.locator(`input[name=person][value=${person}]`).check({ force: true });
  if (email) await page.locator("select[name=email]").selectOption(email);
  if (typed) {
    await page.locator("[name=typed_email]").fill(typed.email);
    await page.locator("[name=typed_given]").fill(typed.given);
    await page.locator("[name=typed_family]").fill(typed.family);
  }
  await page.getByRole("button", { name: cancel ? "Cancel" : "Continue", exact: true }).click();
  await page.waitForURL((url) => !/\/sandbox\/|\/sign-in/.test(url.pathname));
}

async function logOut(page: Page) {
  await page.getByRole("button", { name: "Log out" }).first().click();
  await expect(page.getByRole("heading", { level: 1, name: "Log in" })).toBeVisible();
}
