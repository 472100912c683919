// Using only the keyboard, from the log-in to a linked bank; the single-key shortcuts; copying.
import { type Locator, type Page } from "@playwright/test";

import { expectAccessible } from "../accessible";
import { expectLinked, linkPane } from "../link";
import { demoLogin, expect, logInToDemo, needIslands, test } from "../passbook";

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

test("single keys search, move and edit, and can be turned off", async ({ page, passbook }) => {
  await logInToDemo(page, passbook);
  await page.keyboard.press("/");
  const search = page.getByRole("searchbox");
  await expect(search).toBeFocused();
  expect(new URL(page.url()).pathname).toBe("/transactions");
  // A field gets what is typed.
  await page.keyboard.type("jek?/");
  await expect(search).toHaveValue("jek?/");
  await search.evaluate((field: HTMLInputElement) => {
    field.value = "";
    field.blur();
  });

  const rows = page.locator("main .rows > li a.row");
  for (const [key, at] of [["k", 0], ["j", 1], ["j", 2], ["k", 1]] as const) {
    await page.keyboard.press(key);
    await expect(rows.nth(at), `${key} to row ${at}`).toBeFocused();
  }
  await page.keyboard.press("Control+j");
  await page.keyboard.press("Alt+k");
  await expect(rows.nth(1)).toBeFocused();
  const href = await rows.nth(1).getAttribute("href");
  await page.keyboard.press("e");
  await page.waitForURL((url) => url.pathname + url.search === href);
  await page.keyboard.press("e");
  await expect(page.locator("main form.own").getByRole("textbox").first()).toBeFocused();

  await page.goto("/settings");
  await page.keyboard.press("?");
  const overview = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(overview).toBeVisible();
  await expectAccessible(page, "the overview of the keys");
  await overview.getByRole("checkbox").uncheck();
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await page.goto("/about");
  await page.keyboard.press("?");
  await expect(overview).toBeHidden();
  await page.getByRole("main").getByRole("button", { name: "Keyboard shortcuts" }).click();
  await expect(overview.getByRole("checkbox")).not.toBeChecked();
  await overview.getByRole("checkbox").check();
  await overview.getByRole("button", { name: "Close" }).click();
  await page.keyboard.press("?");
  await expect(overview).toBeVisible();
});

test("a new API key is copied by keyboard", async ({ page, passbook, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await logInToDemo(page, passbook);
  await page.goto("/settings/programs");
  await page.getByLabel("Name", { exact: true }).fill("Spreadsheet");
  await page.getByRole("button", { name: "Create key" }).click();
  const copy = page.getByRole("button", { name: "Copy API key" });
  await copy.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("status").filter({ hasText: "Copied" })).toBeVisible();
  const key = (await page.locator("#new-key").textContent())!;
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(key);
  await expectAccessible(page, "a key that was copied");
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
