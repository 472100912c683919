import { join } from "node:path";

import type { Page, TestInfo } from "@playwright/test";

import { beginToLink, linkPane } from "../link";
import { expect, logInToDemo, signUp, test } from "../passbook";

const FOLDER = process.env.PASSBOOK_PICTURES ?? "../target/pictures";
// Enough for every kind of page, in case links ever form a cycle.
const MOST_PAGES = 60;

test.describe("nobody", () => {
  test("the pages before the log-in", async ({ page }, info) => {
    for (const path of ["/", "/log-in", "/sign-up", "/no-such-page", "/rates/live", "/rates/history"]) {
      await page.goto(path);
      await picture(page, info, `before${path}`);
    }
    await page.goto("/sign-up");
    await page.getByRole("button", { name: "Sign up" }).click();
    await picture(page, info, "before/sign-up-refused");
  });

  test("someone new", async ({ page }, info) => {
    await signUp(page);
    await picture(page, info, "new/overview");
    await page.getByRole("link", { name: "Transactions" }).first().click();
    await picture(page, info, "new/transactions");
    await page.goto("/");
    await beginToLink(page);
    await expect(linkPane(page).getByRole("button").first()).toBeVisible();
    await picture(page, info, "new/link");
  });
});

test.describe("the demo person", () => {
  test.use({ programArguments: ["--demo"] });

  test("every page that a link leads to", async ({ page, passbook }, info) => {
    await logInToDemo(page, passbook);

    const seen = new Set<string>();
    const queue = ["/"];
    while (queue.length > 0 && seen.size < MOST_PAGES) {
      const path = queue.shift()!;
      const kind = path.replace(/[0-9a-z]{26}/g, "one").replace(/\?.*/, "");
      if (seen.has(kind)) continue;
      seen.add(kind);
      await page.goto(path);
      await picture(page, info, `demo${kind}`);
      queue.push(...(await linksOn(page)));
    }
  });
});

async function linksOn(page: Page): Promise<string[]> {
  const links = await page.locator("a[href]:not([download])").evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).href));
  const here = new URL(page.url()).origin;
  return links
    .map((link) => new URL(link))
    .filter((url) => url.origin === here && !url.pathname.startsWith("/sandbox"))
    .map((url) => url.pathname + url.search);
}

/** Saves a picture as `<page>.<project>.png`: the whole page at its full height. */
async function picture(page: Page, info: TestInfo, name: string) {
  await page.evaluate(() => document.fonts.ready);
  // A page must never be wider than the window.
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect.soft(overflow, `${name} is too wide`).toBeLessThanOrEqual(0);
  const file = `${name.replace(/\/$/, "/index").replaceAll("/", "-")}.${info.project.name}.png`;
  await page.screenshot({ path: join(FOLDER, file), fullPage: true, animations: "disabled" });
}
