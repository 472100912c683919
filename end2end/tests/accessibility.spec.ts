// Every page, light and dark, by axe-core's rules for WCAG 2.2 A and AA.
import { expectAccessible } from "../accessible";
import { beginToLink, chooseBank, firstPlatypus, linkInPane, linkPane, logIn, platypusOAuth, walkThroughLink } from "../link";
import { expect, logInToDemo, needIslands, signUp, test } from "../passbook";

needIslands();

test("the pages of Passbook", async ({ page }) => {
  test.slow();
  const open = ["/log-in", "/sign-up", "/reset-password", "/reset-password/new", "/no-such-page", "/rates/live", "/rates/history", "/rates/history?from=x"];
  for (const path of open) {
    await page.goto(path);
    await expectAccessible(page, path);
  }
  await page.goto("/sign-up");
  await page.getByRole("button", { name: "Sign up" }).click();
  await expect(page.locator("[aria-invalid]").first()).toBeVisible();
  await expectAccessible(page, "a sign-up that was refused");
  await signUp(page);
  await expectAccessible(page, "an empty passbook");
  await page.goto("/accounts");
  await expectAccessible(page, "no accounts");
  await page.goto("/transactions");
  await expectAccessible(page, "no transactions");
});

test.describe("with banks", () => {
  test.use({ programArguments: ["--demo"] });

  test("the pages with money on them", async ({ page, passbook }) => {
    test.slow();
    await logInToDemo(page, passbook);
    await expectAccessible(page, "/");
    const paths = ["/accounts", "/transactions", "/settings", "/about", "/link/already", "/transactions?from=x&min=y", "/rates/live", "/rates/history"];
    for (const kind of ["accounts", "connections", "transactions"]) {
      await page.goto(kind === "connections" ? "/accounts" : "/");
      paths.push((await page.locator(`a[href^="/${kind}/"]`).first().getAttribute("href"))!);
    }
    for (const path of paths) {
      await page.goto(path);
      await expectAccessible(page, path);
    }
  });
});

test("the pages of Link", async ({ page }) => {
  test.slow();
  await signUp(page);
  await beginToLink(page);
  const link = linkPane(page);
  const onward = () => link.getByRole("button", { name: "Continue" }).click();
  await expect(link.getByRole("button", { name: "Continue" })).toBeFocused();
  await expectAccessible(page, "consent");
  await onward();
  await expect(link.getByLabel("Search by name")).toBeFocused();
  await expectAccessible(page, "choose your bank");
  await link.getByRole("button", { name: "Unsupported Platypus Bank" }).click();
  await expect(link.getByRole("heading", { name: /can’t be linked/ })).toBeVisible();
  await expectAccessible(page, "a bank that cannot be linked");
  await link.getByRole("button", { name: "Choose another bank" }).click();
  await link.getByRole("button", { name: firstPlatypus.institution }).click();
  await logIn(link, { username: "user_good", password: "wrong" });
  await expect(link.getByRole("alert")).toBeVisible();
  await expectAccessible(page, "a refused log-in");
  await link.getByRole("button", { name: "Close" }).click();
  await expect(link.getByRole("button", { name: "Keep going" })).toBeFocused();
  await expectAccessible(page, "leaving");
  await link.getByRole("button", { name: "Keep going" }).click();

  await logIn(link, { username: "user_good", password: "mfa_device" });
  await expect(link.getByRole("heading", { name: "How should we send your code?" })).toBeVisible();
  await expectAccessible(page, "where a code goes");
  await onward();
  await expect(link.getByLabel("Code from the bank")).toBeFocused();
  await expectAccessible(page, "the code");
  await link.getByRole("button", { name: "Back" }).click();
  for (const password of ["mfa_questions_1_2", "mfa_selections_1_2_3"]) {
    await logIn(link, { username: "user_good", password });
    await expect(link.getByRole("heading", { name: /answers|questions/ })).toBeVisible();
    await expectAccessible(page, password);
    await link.getByRole("button", { name: "Back" }).click();
  }

  await logIn(link, firstPlatypus);
  await expect(link.getByRole("heading", { name: "Choose accounts to share" })).toBeVisible();
  await expectAccessible(page, "which accounts");
  await onward();
  await expect(link.getByRole("button", { name: "Allow and finish" })).toBeFocused();
  await expectAccessible(page, "allow");
});

test("the bank's own site, and a bank that is linked already", async ({ page }) => {
  test.slow();
  await signUp(page);
  await linkInPane(page);
  await page.goto("/");
  await beginToLink(page);
  await walkThroughLink(linkPane(page), firstPlatypus);
  await expect(page.getByRole("heading", { name: /is already linked/ })).toBeVisible();
  await expectAccessible(page, "linked already");

  await page.goto("/");
  await beginToLink(page);
  // The pane covers the page, which offers this form for when no pane opens.
  await expect(linkPane(page).getByRole("button", { name: "Continue" })).toBeFocused();
  await page.locator("form:has([name=hosted])").evaluate((form: HTMLFormElement) => form.submit());
  await expect(page.getByRole("link", { name: "Continue to your bank" })).toBeVisible();
  await expectAccessible(page, "on to the bank's page");
  await page.getByRole("link", { name: "Continue to your bank" }).click();
  await chooseBank(page, platypusOAuth.institution);
  await expect(page.getByRole("button", { name: "Continue to Platypus OAuth Bank" })).toBeVisible();
  await expectAccessible(page, "before the bank's own site");
  await page.getByRole("button", { name: "Continue to Platypus OAuth Bank" }).click();
  await expect(page.getByLabel("Username")).toBeVisible();
  await expectAccessible(page, "the bank's own log-in");
  await logIn(page, platypusOAuth);
  await expect(page.getByRole("heading", { name: "Share accounts with Passbook?" })).toBeVisible();
  await expectAccessible(page, "the bank's own choice");
});
