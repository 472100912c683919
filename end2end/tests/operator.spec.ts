// The admin: from the printed code to the pages under /admin, and what can be done there.
import { type Page } from "@playwright/test";

import { expectAccessible } from "../accessible";
import { ada, becomeOperator, expect, test } from "../passbook";

// The demo person has banks, so there is something to see.
test.use({ programArguments: ["--demo"] });

test("the operator replays a webhook", async ({ page, passbook }) => {
  await becomeOperator(page, passbook);
  await page.getByRole("link", { name: "Webhooks" }).click();
  const webhook = page.getByRole("link", { name: /^TRANSACTIONS: / }).first();
  await expect(async () => {
    await page.reload();
    await expect(webhook).toBeVisible({ timeout: 500 });
  }).toPass();
  await webhook.click();
  await expect(page.getByText("Not replayed yet.")).toBeVisible();
  await expect(page.getByRole("region", { name: /body/i })).toContainText('"webhook_type"');
  await page.getByRole("button", { name: "Replay" }).click();
  await expect(page.getByRole("status")).toContainText("Replayed. A sync has started.");
  await expect(page.getByText(`by ${ada.email}: started a sync`)).toBeVisible();
});

test("the operator sees a job fail and has it done once the bank is well", async ({ page, passbook }) => {
  test.slow();
  await becomeOperator(page, passbook);
  await page.goto("/admin/jobs");
  const sync = page.getByRole("link", { name: "Sync", exact: true }).first();
  const state = page.locator("main .top .state");
  const runs = page.locator("main li.line");
  await expect(async () => {
    await page.reload();
    await expect(sync).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 30_000 });
  const job = (await sync.getAttribute("href"))!;
  await expect(async () => {
    await page.goto(job);
    await expect(state).toHaveText("Scheduled", { timeout: 500 });
  }).toPass({ timeout: 30_000 });

  // A problem that only the admin can fix is retried after hours; only the button retries it now.
  await page.goto("/sandbox");
  const faults = page.locator("#faults");
  await faults.getByRole("combobox", { name: "Fault" }).selectOption("error");
  await faults.getByRole("combobox", { name: "API call" }).selectOption("/transactions/sync");
  await faults.getByRole("textbox", { name: "Error code" }).fill("INVALID_API_KEYS");
  await faults.getByLabel("Until cleared").check();
  await faults.getByRole("button", { name: "Add fault" }).click();
  await expect(faults.getByRole("listitem")).toContainText("INVALID_API_KEYS");

  await runNow(page, job);
  await expect(async () => {
    await page.goto(job);
    await expect(state).toHaveText(/^Failed/, { timeout: 500 });
  }).toPass({ timeout: 30_000 });
  await expect(runs.first()).toContainText("Failed");
  await expect(runs.first()).toContainText(/The bank .*INVALID_API_KEYS, request /);
  const failing = page.getByRole("listitem").filter({ has: page.locator(`a[href="${job}"]`) });
  // A request made meanwhile may run it once more, and then it is briefly missing from the list.
  await expect(async () => {
    await page.goto("/admin/jobs?state=retrying");
    await expect(failing).toContainText(/Failed (once|\d+ times).*INVALID_API_KEYS/, { timeout: 500 });
  }).toPass({ timeout: 30_000 });

  await page.goto("/sandbox");
  await faults.getByRole("button", { name: "Clear all" }).click();
  await expect(faults.getByRole("listitem")).toHaveCount(0);
  await runNow(page, job);
  await expect(async () => {
    await page.goto(job);
    await expect(state).toHaveText("Scheduled", { timeout: 500 });
  }).toPass({ timeout: 30_000 });
  await expect(runs.first()).toContainText("Done");
  await expect(runs.filter({ hasText: "INVALID_API_KEYS" }).first()).toContainText("Failed");
});

test("the operator's pages are accessible, light and dark", async ({ page, passbook }) => {
  test.slow();
  await becomeOperator(page, passbook);
  await expectAccessible(page, "/admin");
  const paths = ["/become-operator", "/settings", "/admin/users", "/admin/connections", "/admin/usage"];
  paths.push("/admin/connections?show=trouble", "/admin/webhooks/refused", "/admin/calls", "/admin/calls?failed=yes");
  for (const kind of ["webhooks", "jobs"]) {
    const one = page.locator(`main a[href^="/admin/${kind}/"]:not([href$="/refused"])`).first();
    await expect(async () => {
      await page.goto(`/admin/${kind}`);
      await expect(one).toBeVisible({ timeout: 500 });
    }).toPass();
    paths.push(`/admin/${kind}`, (await one.getAttribute("href"))!);
  }
  for (const path of paths) {
    await page.goto(path);
    await expectAccessible(page, path);
  }
});

async function runNow(page: Page, job: string) {
  await page.goto(job);
  await page.getByRole("button", { name: /^Run now/ }).click();
  await expect(page.getByRole("status")).toContainText("Queued.");
}
