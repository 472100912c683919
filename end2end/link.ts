// The way through Link's pages, the same in the pane and as Hosted Link.
import { type FrameLocator, type Page, expect } from "@playwright/test";

type Login = { institution: string; username: string; password: string };

export const firstPlatypus: Login = {
  institution: "First Platypus Bank",
  username: "user_good",
  password: "pass_good",
};

/** From consent to the end, taking every account that is offered. */
export async function walkThroughLink(link: Page | FrameLocator, login: Login) {
  await link.getByRole("button", { name: "Continue" }).click();
  await link.getByLabel("Search by name").fill(login.institution);
  await link.getByLabel("Search by name").press("Enter");
  await link.getByRole("button", { name: login.institution }).first().click();
  await link.getByLabel("User name").fill(login.username);
  await link.getByLabel("Password").fill(login.password);
  await link.getByRole("button", { name: "Log in" }).click();
  await expect(link.getByRole("heading", { name: "Which accounts?" })).toBeVisible();
  for (const account of await link.getByRole("checkbox").all()) await account.check();
  await link.getByRole("button", { name: "Continue" }).click();
  await link.getByRole("button", { name: "Allow and finish" }).click();
}

/** Link's pane over the page. */
export function linkPane(page: Page): FrameLocator {
  return page.locator("dialog iframe").contentFrame();
}
