// Untrusted text in a real browser: no page runs a script, navigates away or violates its policy.
import { type Page } from "@playwright/test";

import { linkInPane } from "../link";
import { account, linksOf } from "../pages";
import { ada, becomeOperator, expect, fillInSignUp, needIslands, test } from "../passbook";

needIslands();

/** Breaks out wherever text is written unescaped, and then runs a script, navigates away or starts an island. */
const MARKUP = [
  "Thanks</title></textarea></noscript></script>-->",
  "<script>window.evil=1</script><img src=x onerror='window.evil=2'><svg onload='window.evil=3'>",
  "<meta http-equiv=refresh content='0;url=http://evil.example/'><base href='http://evil.example/'>",
  "\" onfocus=window.evil=4 autofocus x=\"' onfocus=window.evil=5 autofocus x='",
].join("");
/** A person's names and a webhook's description must be short. */
const SHORT = "</title><script>window.evil=6</script><meta http-equiv=refresh content=0;url=//evil.example>";
const ADDRESS = "javascript:window.evil=7";

test("nothing that strangers wrote runs, leads away or meets the policy", async ({ page, context, passbook }) => {
  test.slow();
  const trouble: string[] = [];
  await context.exposeBinding("reported", (_, what: string) => trouble.push(what));
  await context.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => {
      const { reported } = window as unknown as { reported: (what: string) => void };
      reported(`${event.documentURI}: ${event.violatedDirective} met ${event.blockedURI}`);
    });
  });
  context.on("request", (request) => {
    if (new URL(request.url()).hostname === "evil.example") trouble.push(`asked for ${request.url()}`);
  });
  page.on("dialog", (dialog) => void trouble.push(`a dialog: ${dialog.message()}`));

  await becomeOperator(page, passbook, { ...ada, firstName: SHORT, lastName: ADDRESS });
  const island = await islandOf(page);
  await page.goto("/");
  await linkInPane(page, {
    institution: "First Platypus Bank",
    username: "user_custom",
    password: JSON.stringify({ override_accounts: [MARKUP + island, ADDRESS].map(account) }),
  });
  await writeEverywhere(page);

  const seen = new Set(["/", "/transactions", "/accounts", "/settings", "/settings/programs", "/settings/webhooks"]);
  for (const path of ["/settings/password", "/admin/webhooks/refused", "/sandbox", "/api/docs"]) seen.add(path);
  let carried = 0;
  // A transaction is the same page wherever it was opened from.
  const pageOf = (path: string) => path.replace(/([?&])back=[^&]*/, "$1");
  const pages = new Set([...seen].map(pageOf));
  // The loop also visits what is added to the set meanwhile.
  for (const path of seen) {
    await page.goto(path, { waitUntil: "networkidle" });
    expect(new URL(page.url()).pathname + new URL(page.url()).search, path).toBe(path);
    expect(await page.evaluate(() => "evil" in window), path).toBe(false);
    carried += (await page.locator("body").innerText()).includes("evil") ? 1 : 0;
    for (const next of await linksOf(page)) {
      if (seen.size >= 120 || pages.has(pageOf(next))) continue;
      pages.add(pageOf(next));
      seen.add(next);
    }
  }
  expect(seen.size).toBeGreaterThan(30);
  expect(carried).toBeGreaterThan(12);
  expect(trouble).toEqual([]);
});

test("a title is the text that it was", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("link", { name: "Sign up" }).first().click();
  await fillInSignUp(page);
  await linkInPane(page, {
    institution: "First Platypus Bank",
    username: "user_custom",
    password: JSON.stringify({ override_accounts: [account("Tom & Jerry’s <b>\"Savings\"</b></title>")] }),
  });
  await page.goto("/accounts");
  await page.locator("a[href^='/accounts/']").first().click();
  await expect(page).toHaveTitle("Tom & Jerry’s <b>\"Savings\"</b></title> · Passbook");
});

/** Returns the markup of a real island that would load a foreign script. */
async function islandOf(page: Page) {
  const module = await (await page.request.get("/pkg/passbook.js")).text();
  const [name = "LinkPane_0"] = /LinkPane_\w+/.exec(module) ?? [];
  const props = JSON.stringify({ token: "x", script: "http://evil.example/evil.js", returned: false });
  return `<leptos-island data-component="${name}" data-props='${props}'></leptos-island>`;
}

/** Fills in every form whose text pages show later, for a person and a webhook. */
async function writeEverywhere(page: Page) {
  await page.goto("/transactions");
  await page.locator("a[href^='/transactions/']").first().click();
  await page.getByLabel("Name").fill(SHORT);
  await page.getByLabel("Note").fill(`</textarea>${SHORT}`);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByLabel("Note")).toHaveValue(`</textarea>${SHORT}`);

  await page.goto("/sandbox");
  const item = (await page.locator("main a[href*='/items/']").first().getAttribute("href"))!.split("/").pop()!;
  const forms: [string, Record<string, string>][] = [
    ["/sandbox/do/webhook/send", { item_id: item, webhook_type: MARKUP, webhook_code: ADDRESS }],
    ["/forms/key", { name: "</title><script>window.evil=8</script>", read: "yes", lasts: "30" }],
    ["/forms/webhook-add", { url: "https://example.org/?</title><script>evil()</script>", description: SHORT }],
  ];
  for (const [path, form] of forms) {
    const sent = await page.request.post(path, { form });
    expect(sent.status(), `${path}: ${await sent.text()}`).toBe(200);
  }
}
