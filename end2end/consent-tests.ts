// Tests of the consent page, where a person allows or denies an app, with scripts and without.
import { expect, type Page } from "@playwright/test";

import { consent, expectState, logInOnTheWay, test } from "./apps";
import { ada, fillInSignUp, signUp } from "./passbook";

const SCOPES = [
  "See your name and email, and your accounts, balances and transactions",
  "Check your banks for new transactions",
  "Link and unlink banks, and edit the names, categories, notes and tags of your transactions",
];

export function consents() {
  test("log in on the way, allow the app, and it gets a code", async ({ page, context, passbook, app }) => {
    await signUp(page);
    await context.clearCookies();
    await page.goto(app.question());
    await logInOnTheWay(page);
    await expect(consent(page)).toBeVisible();
    await expect(page.getByRole("main")).toContainText(`logged in as ${ada.email}`);
    await expect(page.getByRole("listitem")).toHaveText(SCOPES);
    await page.getByRole("button", { name: "Allow", exact: true }).click();

    await expectBack(page, app.back);
    expect(app.came).toHaveLength(1);
    const [told] = app.came;
    expect([...told!.keys()].sort()).toEqual(["code", "iss", "state"]);
    expect(told!.get("iss")).toBe(passbook.url);
    expectState(told!);
    const exchanged = await app.exchange(told!.get("code")!);
    expect(await exchanged.json()).toMatchObject({ token_type: "Bearer", scope: "read sync manage" });

    await page.goto("/oauth/answered");
    await expect(page.getByRole("heading", { name: "You’ve already answered" })).toBeVisible();
    expect(app.came).toHaveLength(1);
  });

  test("sign up on the way, and be asked for what the app wants and no more", async ({ page, app }) => {
    await page.goto(app.question({ scope: "read" }));
    await page.getByRole("link", { name: "Sign up" }).click();
    await fillInSignUp(page);
    await expect(consent(page)).toBeVisible();
    await expect(page.getByRole("listitem")).toHaveText(SCOPES.slice(0, 1));
    expect(app.came).toEqual([]);
  });

  test("don’t allow the app, and it is told so", async ({ page, passbook, app }) => {
    await signUp(page);
    await page.goto(app.question());
    await page.getByRole("button", { name: "Don’t allow" }).click();
    await expectBack(page, app.back);
    const [told] = app.came;
    expect([...told!.keys()].sort()).toEqual(["error", "error_description", "iss", "state"]);
    expect(told!.get("error")).toBe("access_denied");
    expect(told!.get("iss")).toBe(passbook.url);
    expectState(told!);
    await page.goto("/settings/programs");
    await expect(page.getByText("You haven’t given any app access.")).toBeVisible();
  });

  test.describe("an address that is not registered", () => {
    test.use({ refusals: /status of 400/ });

    test("is told here, and leads nowhere", async ({ page, app }) => {
      await signUp(page);
      const onlyAlmost = [`${app.back}/more`, app.back.replace("127.0.0.1", "localhost")];
      for (const address of [...onlyAlmost, "https://evil.example/back"]) {
        const answer = await page.goto(app.question({ redirect_uri: address }));
        expect(answer!.status(), address).toBe(400);
        await expect(page.getByRole("heading", { level: 1, name: "This app can’t be used here" })).toBeVisible();
        await expect(page.getByRole("button", { name: /allow/i })).toHaveCount(0);
        await expect(page.locator("meta[http-equiv=refresh]")).toHaveCount(0);
        const links = page.getByRole("main").getByRole("link");
        for (const link of await links.all()) await expect(link).toHaveAttribute("href", "/");
      }
      expect(app.came).toEqual([]);
    });
  });
}

async function expectBack(page: Page, back: string) {
  await page.waitForURL((url) => url.href.startsWith(`${back}?`));
  await expect(page.getByRole("heading", { name: "Back at Budget" })).toBeVisible();
}
