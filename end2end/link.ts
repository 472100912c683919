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
  await link.getByRole("searchbox", { name: /search/i }).fill(login.institution);
  // Without scripts the list is filtered when the form is sent.
  await link.getByRole("searchbox", { name: /search/i }).press("Enter");
  await link.getByRole("button", { name: login.institution, exact: true }).click();
  await link.getByLabel("Username").fill(login.username);
  await link.getByLabel("Password").fill(login.password);
  await link.getByRole("button", { name: "Submit" }).click();
  const accounts = link.getByRole("checkbox");
  await expect(accounts.first()).toBeVisible();
  for (const account of await accounts.all()) await account.check();
  await link.getByRole("button", { name: "Continue" }).click();
  await link.getByRole("button", { name: /connect|finish|allow/i }).click();
}

/** Link's pane over the page. */
export function linkPane(page: Page): FrameLocator {
  return page.locator("dialog iframe").contentFrame();
}
