// Whoever runs a Passbook: by the printed link to the pages under /admin, and what can be done there.
import { expectAccessible } from "../accessible";
import { ada, becomeOperator, expect, test } from "../passbook";

// The demo person has banks, and so there is something to look over.
test.use({ programArguments: ["--demo"] });

test("the operator replays a webhook and retries a job", async ({ page, passbook }) => {
  await becomeOperator(page, passbook);
  await page.getByRole("link", { name: "Webhooks" }).click();
  const webhook = page.getByRole("link", { name: /^TRANSACTIONS: / }).first();
  await expect(async () => {
    await page.reload();
    await expect(webhook).toBeVisible({ timeout: 500 });
  }).toPass();
  await webhook.click();
  await expect(page.getByText("Not so far.")).toBeVisible();
  await expect(page.getByRole("region", { name: /body/i })).toContainText('"webhook_type"');
  await page.getByRole("button", { name: "Replay" }).click();
  await expect(page.getByRole("status")).toContainText("Replayed. A sync of the connection was asked for.");
  await expect(page.getByText(`by ${ada.email}: a sync was asked for`)).toBeVisible();

  await page.goto("/admin/jobs");
  await page.getByRole("link", { name: "Sync", exact: true }).first().click();
  const runs = page.locator("main li.line");
  await expect(runs.first()).toBeVisible();
  const newest = await runs.first().locator("time").getAttribute("datetime");
  await page.getByRole("button", { name: /^Run now/ }).click();
  await expect(page.getByRole("status")).toContainText("Asked for.");
  await expect(async () => {
    await page.reload();
    expect(await runs.first().locator("time").getAttribute("datetime")).not.toBe(newest);
    await expect(runs.first()).toContainText("Done", { timeout: 500 });
  }).toPass();
});

test("the operator's pages are accessible, light and dark", async ({ page, passbook }) => {
  test.slow();
  await becomeOperator(page, passbook);
  await expectAccessible(page, "/admin");
  const paths = ["/become-operator?code=x", "/settings", "/admin/users", "/admin/connections", "/admin/usage"];
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
