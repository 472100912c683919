// Banks whose log-in is typed on Passbook's page, or in a provider's frame on it.
import { expectAccessible } from "../accessible";
import { expectLinked, firstPlatypus, linkPane, walkThroughLink } from "../link";
import { expect, needIslands, signUp, test } from "../passbook";
import { startBank } from "../program.mjs";
import { expectLinkedAfter, findBank, linkTyped, typeLogIn } from "../typed";
import { typedLinks } from "../typed-tests";

needIslands();
typedLinks();

test("the provider's window goes on by itself once the bank is linked", async ({ page }) => {
  await signUp(page);
  await findBank(page);
  await expect(page.getByText("never through Passbook")).toBeVisible();
  // The form for typing without the frame is collapsed.
  await expect(page.locator("#typed-here")).not.toHaveAttribute("open");
  await expectAccessible(page, "the log-in with a window");
  const window = page.frameLocator("#bank-frame");
  await window.getByLabel("Username").fill("mxuser");
  await window.getByLabel("Password").fill("options");
  await window.getByRole("button", { name: "Log in" }).click();
  await window.getByRole("radio", { name: "This one", exact: true }).check();
  await window.getByRole("button", { name: "Continue" }).click();
  await page.waitForURL(/\/connections\//, { timeout: 30_000 });
  await expectLinkedAfter(page, () => page.getByRole("radio", { name: "This one", exact: true }).check());
});

test("a message from anywhere but the window does nothing", async ({ page }) => {
  await signUp(page);
  await findBank(page);
  await expect(page.locator("#typed-here")).not.toHaveAttribute("open");
  const sent: string[] = [];
  page.on("request", (request) => sent.push(request.url()));
  await page.evaluate(async () => {
    const heard = new Promise((resolve) => addEventListener("message", resolve, { once: true }));
    postMessage({ mx: true, type: "mx/connect/memberConnected", metadata: {} }, "*");
    await heard;
  });
  await expect(page.getByRole("heading", { name: "Log in to MX Bank" })).toBeVisible();
  expect(sent.filter((url) => url.includes("/forms/"))).toEqual([]);
});

test("a bank that both providers reach is chosen by either", async ({ page }) => {
  await signUp(page);
  const search = async () => {
    await page.goto("/link/new?from=/accounts");
    await page.getByLabel("Your bank’s name").fill(firstPlatypus.institution);
    await page.getByRole("button", { name: "Search" }).click();
    return page.getByRole("listitem").filter({ hasText: firstPlatypus.institution });
  };
  const found = await search();
  await expect(found).toContainText("You can link this bank through");
  await expectAccessible(page, "what was found");
  await found.getByRole("link", { name: /Continue with MX/ }).click();
  await typeLogIn(page, "pass_good", "user_good");
  await expectLinked(page);

  await (await search()).getByRole("button", { name: "Continue with Plaid" }).click();
  await walkThroughLink(linkPane(page), firstPlatypus);
  await page.waitForURL(/\/connections\/|\/link\/already/);
});

test("a name that no bank has is told", async ({ page }) => {
  await signUp(page);
  await page.goto("/link/new?q=%3Cb%3Eno+such+bank");
  await expect(page.getByText("No bank named “<b>no such bank” was found.")).toBeVisible();
});

test("the pages of a log-in that is typed here are for everybody", async ({ page }) => {
  await signUp(page);
  await page.goto("/link/new");
  await expectAccessible(page, "which bank");
  await page.goto("/");
  await linkTyped(page, "INVALID");
  await expect(page.getByRole("heading", { level: 1, name: "Not linked yet" })).toBeVisible({ timeout: 30_000 });
  await expectAccessible(page, "a wrong log-in");
  await typeLogIn(page, "image");
  await expect(page.locator("img.asked").first()).toBeVisible({ timeout: 30_000 });
  await expectAccessible(page, "what a bank asks");
});

test.describe("with the bank on another origin", () => {
  let bank: Awaited<ReturnType<typeof startBank>>;
  test.use({
    programSettings: async ({}, use) => {
      bank = await startBank();
      await use({ MX_BASE_URL: bank.url, MX_CLIENT_ID: "x", MX_API_KEY: "y", PASSBOOK_SIGNUP: "open" });
      await bank.stop();
    },
  });

  test("the bank asks everything that it can ask, all at once", async ({ page }) => {
    const headers = { "PLAID-CLIENT-ID": "any", "PLAID-SECRET": "any", "content-type": "application/json" };
    const asked = { challenges: ["TEXT", "TOKEN", "OPTIONS", "IMAGE_DATA", "IMAGE_OPTIONS"] };
    const told = await fetch(`${bank.url}/misbehave/member/next`, { method: "POST", headers, body: JSON.stringify(asked) });
    expect(told.status, await told.text()).toBe(200);

    await signUp(page);
    await linkTyped(page, "anything");
    await expect(page.getByRole("heading", { level: 1, name: "Your bank has questions" })).toBeVisible({ timeout: 30_000 });
    await expectAccessible(page, "five questions");
    await page.getByLabel("What city were you born in?").fill("correct");
    const code = page.getByLabel("Please enter the code that was sent to your phone.");
    await expect(code).toHaveAttribute("autocomplete", "one-time-code");
    await code.fill("correct");
    await page.getByRole("group", { name: "Which of these is right?" }).getByLabel("This one", { exact: true }).check();
    await page.getByLabel("What do you see in this picture?").fill("correct");
    const pictures = page.getByRole("group", { name: "Which picture did you choose?" });
    await expect(pictures.locator("img")).toHaveCount(3);
    await pictures.getByLabel("This one", { exact: true }).check();
    await page.getByRole("button", { name: "Continue" }).click();
    await expectLinked(page);
  });

  test("the window works across origins", async ({ page }) => {
    await signUp(page);
    await findBank(page);
    const window = page.frameLocator("#bank-frame");
    await window.getByLabel("Username").fill("mxuser");
    await window.getByLabel("Password").fill("anything");
    await window.getByRole("button", { name: "Log in" }).click();
    await page.waitForURL(/\/connections\//, { timeout: 30_000 });
    await expectLinked(page);
  });
});
