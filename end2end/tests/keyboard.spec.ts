// Using only the keyboard, from the log-in to a linked bank.
import { type Locator, type Page } from "@playwright/test";

import { expectLinked, linkPane } from "../link";
import { demoLogin, expect, needIslands, test } from "../passbook";

// More tab stops than any page has.
const MOST_STOPS = 80;

needIslands();
test.use({ programArguments: ["--demo"] });

test("log in, link a bank and leave Link by keyboard alone", async ({ page, passbook }) => {
  const { user, password } = demoLogin(passbook);
  await page.goto("/log-in");
  await expect(page.getByLabel(/email/i)).toBeFocused();
  await page.keyboard.type(user);
  await page.keyboard.press("Tab");
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");

  await expect(page.getByRole("heading", { name: "Recent transactions" })).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
  await press(page, page.getByRole("link", { name: "Link a bank" }), "Enter");
  await expect(page.getByLabel("Your bank’s name")).toBeFocused();
  await press(page, page.getByRole("button", { name: "Open Plaid’s window" }), "Enter");

  const link = linkPane(page);
  await expect(link.getByRole("button", { name: "Continue" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(link.getByLabel("Search by name")).toBeFocused();
  await page.keyboard.type("tartan");
  await press(page, link.getByRole("button", { name: "Tartan Bank" }), "Space");
  await expect(link.getByLabel("Username")).toBeFocused();
  await page.keyboard.type("user_good");
  await page.keyboard.press("Tab");
  await page.keyboard.type("pass_good");
  await page.keyboard.press("Enter");
  await expect(link.getByRole("heading", { name: "Choose accounts to share" })).toBeVisible();
  const first = link.getByRole("checkbox").first();
  await expect(first).toBeFocused();
  await page.keyboard.press("Space");
  await expect(first).not.toBeChecked();
  await page.keyboard.press("Space");
  await expect(first).toBeChecked();
  await press(page, link.getByRole("button", { name: "Continue" }), "Enter");
  await expect(link.getByRole("button", { name: "Allow and finish" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expectLinked(page);

  await press(page, page.getByRole("link", { name: "Go to overview" }), "Enter");
  await press(page, page.getByRole("link", { name: "Link a bank" }), "Enter");
  await press(page, page.getByRole("button", { name: "Open Plaid’s window" }), "Space");
  await expect(link.getByRole("button", { name: "Continue" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.getByText("No bank linked.")).toBeVisible();
});

async function press(page: Page, target: Locator, key: "Enter" | "Space") {
  await tabTo(page, target);
  await page.keyboard.press(key);
}

async function tabTo(page: Page, target: Locator) {
  await expect(target).toBeVisible();
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    if (await target.evaluate((element) => document.hasFocus() && document.activeElement === element)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`${target} cannot be reached by Tab`);
}
