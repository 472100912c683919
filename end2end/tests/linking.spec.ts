import { allowAtBank, beginToLink, chooseBank, expectLinked, firstPlatypus, leaveLink, linkPane, logIn, platypusOAuth, shareAccounts } from "../link";
import { expect, needIslands, signUp, test } from "../passbook";
import { freePort } from "../program.mjs";

needIslands();

test("the bank sends a code, and a wrong one is told", async ({ page }) => {
  await signUp(page);
  await beginToLink(page);
  const link = linkPane(page);
  await chooseBank(link, firstPlatypus.institution);
  await logIn(link, { username: "user_good", password: "mfa_device" });

  await expect(link.getByRole("heading", { name: "How should we send your code?" })).toBeVisible();
  await link.getByRole("radio").first().check();
  await link.getByRole("button", { name: "Continue" }).click();
  await link.getByLabel("Code from the bank").fill("4321");
  await link.getByRole("button", { name: "Continue" }).click();
  await expect(link.getByRole("alert")).toContainText("That isn’t right.");
  await link.getByLabel("Code from the bank").fill("1234");
  await link.getByRole("button", { name: "Continue" }).click();

  await shareAccounts(link);
  await expectLinked(page);
});

test("the bank asks a question, or for a choice", async ({ page }) => {
  await signUp(page);
  await beginToLink(page);
  const link = linkPane(page);
  await chooseBank(link, firstPlatypus.institution);
  await logIn(link, { username: "user_good", password: "mfa_questions_1_1" });
  await link.getByLabel("What is your answer to question 1?").fill("answer_0_1");
  await link.getByRole("button", { name: "Continue" }).click();
  await expect(link.getByRole("alert")).toContainText("That isn’t right.");
  await link.getByRole("button", { name: "Back" }).click();

  await logIn(link, { username: "user_good", password: "mfa_selections" });
  await link.getByRole("radio", { name: "No" }).check();
  await link.getByRole("button", { name: "Continue" }).click();
  await expect(link.getByRole("alert")).toContainText("That isn’t right.");
  await link.getByRole("button", { name: "Back" }).click();

  await logIn(link, { username: "user_good", password: "mfa_questions_1_1" });
  await link.getByLabel("What is your answer to question 1?").fill("answer_0_0");
  await link.getByRole("button", { name: "Continue" }).click();
  await shareAccounts(link);
  await expectLinked(page);
});

test("what the bank refuses is told in words, in the pane and after it", async ({ page }) => {
  await signUp(page);
  await beginToLink(page);
  const link = linkPane(page);
  await chooseBank(link, firstPlatypus.institution);
  await logIn(link, { username: "user_good", password: "error_ITEM_LOCKED" });

  const refusal = link.getByRole("alert");
  await expect(refusal).toContainText("ITEM_LOCKED");
  await expect(refusal).not.toHaveText(/^ITEM_LOCKED/);
  const request = /Request (\w+)/.exec((await refusal.textContent()) ?? "")?.[1];
  expect(request).toBeTruthy();
  await leaveLink(link);

  await page.waitForURL((url) => url.pathname === "/");
  const notice = page.getByRole("alert");
  await expect(notice).toContainText("First Platypus Bank");
  await expect(notice).toContainText(`ITEM_LOCKED, request ${request}`);
  await expect(page.getByRole("link", { name: "Link a bank" }).first()).toBeVisible();
});

test("the pane is left by its button and by Escape, and can be opened again", async ({ page }) => {
  await signUp(page);
  const begin = () => beginToLink(page);
  const link = linkPane(page);
  const expectNothingLinked = async () => {
    await page.waitForURL((url) => url.pathname === "/");
    await expect(page.getByRole("status")).toContainText("No bank linked.");
    await expect(page.locator("dialog[open]")).toHaveCount(0);
  };

  await begin();
  await expect(link.getByRole("button", { name: "Continue" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expectNothingLinked();

  // After something was typed, it asks for confirmation.
  await begin();
  await chooseBank(link, firstPlatypus.institution);
  await expect(link.getByLabel("Username")).toBeFocused();
  await page.keyboard.press("Escape");
  await link.getByRole("button", { name: "Keep going" }).click();
  await expect(link.getByLabel("Username")).toBeFocused();
  await link.getByRole("button", { name: "Close" }).click();
  await expect(link.getByRole("button", { name: "Keep going" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expectNothingLinked();

  await begin();
  await chooseBank(link, firstPlatypus.institution);
  await logIn(link, firstPlatypus);
  await shareAccounts(link);
  await expectLinked(page);
});

test("a bank that logs people in on its own site, in a window of its own", async ({ page }) => {
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

test("a log-in that is refused at the bank's own site links nothing", async ({ page }) => {
  await signUp(page);
  await beginToLink(page);
  const link = linkPane(page);
  await chooseBank(link, platypusOAuth.institution);
  const window = page.waitForEvent("popup");
  await link.getByRole("button", { name: "Continue to Platypus OAuth Bank" }).click();
  await (await window).getByRole("button", { name: "Cancel" }).click();

  await expect(link.getByRole("alert")).toContainText("ACCESS_NOT_GRANTED");
  await leaveLink(link);
  await expect(page.getByRole("alert")).toContainText("ACCESS_NOT_GRANTED");
});

test.describe("with a redirect URI", () => {
  test.use({
    programSettings: async ({}, use) => {
      const port = await freePort();
      const at = `127.0.0.1:${port}`;
      await use({ PASSBOOK_LISTEN: at, PLAID_REDIRECT_URI: `http://${at}/link/oauth` });
    },
  });

  test("a bank takes the whole window and brings it back", async ({ page }) => {
    await signUp(page);
    await beginToLink(page);
    const link = linkPane(page);
    await chooseBank(link, platypusOAuth.institution);
    await link.getByRole("button", { name: "Continue to Platypus OAuth Bank" }).click();
    await allowAtBank(page, platypusOAuth);

    await page.waitForURL(/\/link\/oauth\?oauth_state_id=/);
    await linkPane(page).getByRole("button", { name: "Allow and finish" }).click();
    await expectLinked(page);
  });
});

test("a pane whose script did not come is told, and tried again", async ({ page }) => {
  await signUp(page);
  // An empty script, because the browser reports an error for one that cannot be loaded.
  await page.route("**/link-initialize.js", (route) => route.fulfill({ contentType: "text/javascript", body: "" }));
  await beginToLink(page);
  await expect(page.locator("#link-status")).toContainText("couldn’t be loaded");
  await page.unroute("**/link-initialize.js");
  await page.getByRole("button", { name: "Open again" }).click();
  await expect(linkPane(page).getByRole("button", { name: "Continue" })).toBeVisible();
});
