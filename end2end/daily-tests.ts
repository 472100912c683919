import type { Page } from "@playwright/test";

import { expect, logInToDemo, test } from "./passbook";

/** What people do every day, in one session of the demo person. With scripts a filter's selects apply themselves. */
export function dailyTests(scripts: boolean) {
  test.use({ programArguments: ["--demo"] });

  test("questions, edits, accounts and transfers", async ({ page, passbook }) => {
    test.slow();
    await logInToDemo(page, passbook);
    await test.step("groceries last month are answered by totals", () => askForGroceries(page, scripts));
    await test.step("one edit is applied to all of its name, and undone", () => editOthers(page));
    await test.step("accounts are reordered and hidden", () => arrange(page));
    await test.step("a transfer is recognized, and undone", () => denyTransfer(page));
  });
}

async function askForGroceries(page: Page, scripts: boolean) {
  await page.goto("/transactions");
  await page.getByLabel("Category").selectOption("FOOD_AND_DRINK_GROCERIES");
  if (!scripts) await page.getByRole("button", { name: "Apply" }).click();
  await expect(page).toHaveURL(/category=FOOD_AND_DRINK_GROCERIES/);
  await page.getByRole("link", { name: "Last month" }).click();
  await expect(page.locator("h2.month")).toHaveCount(1);
  await expect(page.locator(".totals")).toHaveText(/^\d+ transactions.*−\$[\d.,]+ out/);
  for (const row of await page.locator(".days a.row .what > .soft").allTextContents()) expect(row).toContain("Groceries");
}

async function editOthers(page: Page) {
  await page.locator(".days a.row").first().click();
  const name = (await page.locator("h1").textContent())!;
  await page.getByLabel("Category").selectOption("PERSONAL_CARE_GYMS_AND_FITNESS_CENTERS");
  await page.getByRole("button", { name: "Save" }).click();
  const others = page.getByRole("button", { name: /^Also for the other [\d,]+ from/ });
  const count = /other ([\d,]+) from/.exec((await others.textContent())!)![1];
  await others.click();
  await expect(page.getByRole("status")).toContainText(`Changed ${count} transactions.`);
  await expect(others).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("status")).toContainText(`Undone for ${count} transactions.`);
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  await expect(others).toBeVisible();
  await page.getByLabel("Category").selectOption("");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(others).toHaveCount(0);
}

async function arrange(page: Page) {
  await page.goto("/accounts");
  const names = page.locator(".group").first().locator("a.row .name");
  const before = await names.allTextContents();
  await page.getByRole("link", { name: "Reorder accounts" }).click();
  await page.getByRole("button", { name: `Move up: ${before[1]}` }).click();
  await page.getByRole("link", { name: "Done" }).click();
  await expect(names.first()).toHaveText(before[1]!);
  await names.first().click();
  await page.getByText("Edit account").click();
  await page.getByLabel("Name").fill("Rainy days");
  await page.getByLabel("Hide this account").check();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Rainy days" })).toBeVisible();
  await page.goto("/accounts");
  await expect(names.first()).toHaveText(before[0]!);
  await page.getByText("1 hidden account").click();
  await expect(page.locator(".hidden-accounts .name")).toHaveText("Rainy days");
}

async function denyTransfer(page: Page) {
  await page.goto("/transactions?q=card+autopay&category=LOAN_PAYMENTS");
  const row = page.locator(".days a.row").filter({ hasText: "Transfer to" }).first();
  await expect(row.locator(".money")).toHaveClass(/neutral/);
  await row.click();
  await page.getByRole("button", { name: "Not a transfer" }).click();
  await expect(page.getByText("You said that this is not a transfer")).toBeVisible();
  await page.getByRole("button", { name: "It is a transfer" }).click();
  await expect(page.getByRole("link", { name: /^Transfer to / })).toBeVisible();
}
