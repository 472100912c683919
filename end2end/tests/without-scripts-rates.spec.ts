import { expect, signUp, test } from "../passbook";

test("rates are read and leafed through by address, by anyone", async ({ page }) => {
  await expect(async () => {
    await page.goto("/rates/live");
    await expect(page.locator("#rate-figure")).toHaveText(/^[\d,]+\.\d\d+$/, { timeout: 500 });
  }).toPass();
  // In place of a script, the browser reloads the page every minute.
  await expect(page.locator('meta[http-equiv="refresh"]')).toHaveAttribute("content", "60");
  await expect(page.locator("#rate-state")).toBeHidden();

  await page.getByRole("link", { name: "Rate history" }).click();
  await expect(page).toHaveURL(/\/rates\/history\?pair=BTC-USD$/);
  await expect(page.locator(".rates tbody tr").first()).toContainText("Coinbase");
  await page.getByRole("link", { name: "Month" }).click();
  await expect(page).toHaveURL(/range=month$/);
  await expect(page.getByRole("link", { name: "Month" })).toHaveAttribute("aria-current", "true");
  await page.getByLabel("To").fill("2020-01-01");
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(page.getByText("No rates for this period.")).toBeVisible();
  await expect(page.getByLabel("To")).toHaveValue("2020-01-01");
  await page.goto("/rates/history?from=x&page=7");
  await expect(page.getByLabel("From")).toHaveAccessibleDescription(/date like/);
  await expect(page.getByLabel("From")).toHaveValue("x");
  await page.goto("/rates/history?page=7");
  await expect(page.getByText("There is only one page.")).toBeVisible();
  await page.getByRole("link", { name: "First" }).click();
  await expect(page.locator(".rates tbody tr").first()).toBeVisible();
});

test("the overview leads to the rates and they lead back", async ({ page }) => {
  await signUp(page);
  await page.getByRole("link", { name: "Exchange rates" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("BTC");
  await page.getByRole("main").getByRole("link", { name: "Overview" }).click();
  await expect(page.getByRole("heading", { name: "Your passbook is empty" })).toBeVisible();
});
