// The bank on another origin, as Plaid is: what the content security policy must allow, and no more.
import { allowAtBank, beginToLink, chooseBank, expectLinked, firstPlatypus, linkInPane, linkPane, logIn, platypusOAuth } from "../link";
import { expect, needIslands, settingsFor, signUp, test } from "../passbook";
import { startBank } from "../program.mjs";
import { recordTokens } from "../recorder.mjs";

needIslands();

test.describe("another origin", () => {
  test.use({ bankElsewhere: true });

  test("the pane works across origins", async ({ page, passbook }) => {
    await signUp(page);
    const pane = page.waitForEvent("framenavigated", (frame) => frame.url().includes("/link/session/"));
    await linkInPane(page);
    expect(new URL((await pane).url()).origin).not.toBe(passbook.url);
  });

  test("a bank's own window works across origins", async ({ page }) => {
    await signUp(page);
    await beginToLink(page);
    const link = linkPane(page);
    await chooseBank(link, platypusOAuth.institution);
    const window = page.waitForEvent("popup");
    await link.getByRole("button", { name: "Continue to Platypus OAuth Bank" }).click();
    const site = await window;
    const closed = site.waitForEvent("close");
    await allowAtBank(site, platypusOAuth);
    await closed;

    await link.getByRole("button", { name: "Allow and finish" }).click();
    await expectLinked(page);
  });
});

test.describe("an expired log-in", () => {
  let bank: Awaited<ReturnType<typeof startBank>>;
  let door: Awaited<ReturnType<typeof recordTokens>>;
  test.use({
    programSettings: async ({}, use) => {
      bank = await startBank();
      door = await recordTokens(bank.url);
      await use(settingsFor(door.url));
      await door.stop();
      await bank.stop();
    },
  });

  test("is told, repaired in the pane, and then forgotten", async ({ page }) => {
    await signUp(page);
    await linkInPane(page);
    await door.call("/sandbox/item/reset_login");
    await page.goto("/accounts");
    await page.getByText("Manage").click();
    await page.getByRole("button", { name: "Sync now" }).click();
    const told = page.getByRole("note").filter({ hasText: "First Platypus Bank" });
    await expect(async () => {
      await page.goto("/");
      await expect(told).toBeVisible({ timeout: 1_000 });
    }).toPass({ timeout: 20_000 });

    await told.getByRole("button", { name: "Log in again" }).click();
    const link = linkPane(page);
    await expect(link.getByRole("heading", { name: "Log in to First Platypus Bank again" })).toBeVisible();
    await logIn(link, firstPlatypus);
    await link.getByRole("button", { name: "Allow and finish" }).click();
    await page.waitForURL(/\/connections\//);
    await expect(page.getByRole("status").first()).toContainText("All set.");
    await expectLinked(page);
    // The sync that clears it may still be running.
    await expect(async () => {
      await page.goto("/");
      await expect(page.getByRole("heading", { name: "Net worth" })).toBeVisible();
      await expect(told).toHaveCount(0, { timeout: 500 });
    }).toPass({ timeout: 20_000 });
  });
});
