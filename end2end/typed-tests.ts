// Tests of log-ins that are typed on Passbook's page, with scripts and without.
import { expectLinked } from "./link";
import { openLoginAtBank } from "./panel";
import { expect, signUp, test } from "./passbook";
import { expectLinkedAfter, findBank, linkTyped, typeLogIn } from "./typed";

export function typedLinks() {
  // Banks are polled every three seconds, and some ask several challenges.
  test.describe.configure({ timeout: 120_000 });

  test("a log-in that is typed here links the bank", async ({ page }) => {
    await signUp(page);
    await linkTyped(page, "anything");
    await expectLinked(page);
    await page.getByRole("link", { name: "Go to overview" }).click();
    await expect(page.getByRole("heading", { name: "MX Bank" })).toBeVisible();
  });

  test("a wrong password is told, and the right one goes to the same connection", async ({ page }) => {
    await signUp(page);
    await linkTyped(page, "INVALID");
    await expect(page.getByRole("heading", { level: 1, name: "Not linked yet" })).toBeVisible({ timeout: 30_000 });
    const connection = page.url();
    const fields = page.locator("form:has([name^=values]) input:not([type=hidden])");
    for (const field of await fields.all()) await expect(field).toHaveValue("");
    await typeLogIn(page, "anything");
    await expectLinked(page);
    expect(page.url()).toBe(connection);
    await page.goto("/accounts");
    await expect(page.locator("section.connection")).toHaveCount(1);
  });

  test("the bank asks twice, and each answer is taken", async ({ page }) => {
    await signUp(page);
    await linkTyped(page, "challenge");
    for (const [question, answer] of [
      ["What city were you born in?", "challenge"],
      ["What was the name of your first pet?", "correct"],
    ]) {
      await expect(page.getByRole("heading", { level: 1, name: "Your bank has a question" })).toBeVisible({ timeout: 30_000 });
      await page.getByLabel(question!).fill(answer!);
      await page.getByRole("button", { name: "Continue" }).click();
    }
    await expectLinkedAfter(page, () => page.getByLabel("What city were you born in?").fill("correct"));
  });

  test("a question that is answered too late is told, and another log-in goes to the same connection", async ({
    page,
    context,
  }) => {
    await signUp(page);
    await linkTyped(page, "challenge");
    await expect(page.getByRole("heading", { level: 1, name: "Your bank has a question" })).toBeVisible({ timeout: 30_000 });
    const connection = page.url();
    const bank = await context.newPage();
    await openLoginAtBank(bank, "MX Bank");
    await bank.getByRole("combobox", { name: "New status" }).selectOption("EXPIRED");
    await bank.getByRole("button", { name: "Set status" }).click();
    await page.getByLabel("What city were you born in?").fill("challenge");
    await page.getByRole("button", { name: "Continue" }).click();
    await expect(page.getByText("Your bank is no longer asking that.")).toBeVisible();
    await expect(page.getByRole("note")).toContainText("waited too long", { timeout: 30_000 });
    expect(page.url()).toBe(connection);
    await typeLogIn(page, "anything");
    await expectLinked(page);
    expect(page.url()).toBe(connection);
  });

  test("the bank asks for a choice", async ({ page }) => {
    await signUp(page);
    await linkTyped(page, "options");
    const right = page.getByRole("radio", { name: "This one", exact: true });
    await right.check({ timeout: 30_000 });
    await page.getByRole("button", { name: "Continue" }).click();
    await expectLinkedAfter(page, () => right.check());
  });

  test("the bank asks what a picture shows", async ({ page }) => {
    await signUp(page);
    await linkTyped(page, "image");
    await expect(page.locator("img.asked").first()).toBeVisible({ timeout: 30_000 });
    const drawn = (picture: HTMLImageElement) => picture.complete && picture.naturalWidth > 0;
    expect(await page.locator("img.asked").first().evaluate(drawn)).toBe(true);
    const shown = page.getByLabel("What do you see in this picture?");
    await shown.fill("correct");
    await page.getByRole("button", { name: "Continue" }).click();
    await expectLinkedAfter(page, () => shown.fill("correct"));
  });

  test("a log-in that the bank has locked is told, with what to do", async ({ page }) => {
    await signUp(page);
    await linkTyped(page, "LOCKED");
    const told = page.getByRole("note");
    await expect(told).toContainText("locked", { timeout: 30_000 });
    await expect(page.getByRole("button", { name: "Log in" })).toBeVisible();
    await page.goto("/accounts");
    await expect(page.getByRole("note")).toContainText("locked");
    await page.getByRole("link", { name: "Log in again" }).click();
    await expect(page.getByRole("heading", { name: "Log in to MX Bank" })).toBeVisible();
    await typeLogIn(page, "anything");
    await expectLinked(page);
  });

  test("a bank that is away is told, and asked again with another log-in", async ({ page }) => {
    await signUp(page);
    await linkTyped(page, "UNAVAILABLE");
    await expect(page.getByRole("heading", { level: 1, name: "Not linked yet" })).toBeVisible({ timeout: 30_000 });
    await expect(page.getByRole("note")).toContainText("MX Bank");
    await typeLogIn(page, "anything");
    await expectLinked(page);
  });

  test("a bank with a log-in page of its own opens it in a tab", async ({ page, context }) => {
    await signUp(page);
    await findBank(page, "MX Bank (OAuth)");
    await page.getByRole("button", { name: "Continue to MX Bank (OAuth)" }).click();
    const opens = context.waitForEvent("page");
    await page.getByRole("link", { name: "Log in at MX Bank (OAuth)" }).click({ timeout: 30_000 });
    const site = await opens;
    await site.getByRole("button", { name: "Allow", exact: true }).click();
    await expectLinked(page);
  });
}
