// Pages load the script of the keyboard's shortcuts, and WebAssembly only where an island needs it.
import { type Page, type Request } from "@playwright/test";

import { beginToLink } from "../link";
import { expect, logInToDemo, needIslands, test } from "../passbook";

needIslands();
test.use({ programArguments: ["--demo"] });

test("pages without an island load no WebAssembly, and those with one do", async ({ page, passbook }) => {
  for (const path of ["/log-in", "/sign-up"]) expect(await scriptsOf(page, path), path).toEqual([]);
  expect(await scriptsOf(page, "/rates/live"), "live rates").toContain("/pkg/passbook.wasm");
  await logInToDemo(page, passbook);
  await page.goto("/accounts");
  const account = await page.locator("a[href^='/accounts/']").first().getAttribute("href");
  // On the first day the account has no chart, so no island either.
  for (const path of ["/", account!, "/transactions", "/accounts", "/settings", "/link/already"]) {
    const ours = path === "/transactions" ? ["/filter.js", "/keys.js"] : ["/keys.js"];
    expect((await scriptsOf(page, path)).sort(), path).toEqual(ours);
    expect((await (await page.request.get(path)).text()).match(/<script/g), path).toHaveLength(ours.length);
  }
  // Fetched rather than opened, because the browser would report the 404 as an error.
  const missing = await page.request.get("/no/such/page");
  expect(await missing.text()).not.toContain("/pkg/");
  await page.goto("/accounts");
  await beginToLink(page);
  await page.waitForURL(/\/link\/[0-9a-z]{26}/);
  const path = new URL(page.url()).pathname;
  expect(await scriptsOf(page, path), path).toContain("/pkg/passbook.wasm");
});

/** Returns the paths of everything a page loads that can run. */
async function scriptsOf(page: Page, path: string) {
  const runs: string[] = [];
  const listen = (request: Request) => {
    const { pathname } = new URL(request.url());
    if (request.resourceType() === "script" || pathname.endsWith(".wasm")) runs.push(pathname);
  };
  page.on("request", listen);
  await page.goto(path, { waitUntil: "networkidle" });
  page.off("request", listen);
  return runs;
}
