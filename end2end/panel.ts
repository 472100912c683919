// The built-in bank's own page, on which a person makes it misbehave.
import { type Page, expect } from "@playwright/test";

/** Opens the page of a log-in at this bank; it is the person's own unless the admin looks. */
export async function openLoginAtBank(page: Page, institution: string) {
  await page.goto("/sandbox");
  await page.getByRole("link", { name: institution }).click();
  await expect(page.getByRole("heading", { level: 1, name: institution })).toBeVisible();
}
