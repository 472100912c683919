import { createHmac } from "node:crypto";

import type { Page } from "@playwright/test";

import { ada, expect, logOut, signUp, test } from "./passbook";

/** What protects an account, in one session of a new person, with and without scripts. */
export function accountTests() {
  test("two-step verification, log-ins elsewhere and the end of the account", async ({ page, browser, passbook }) => {
    test.slow();
    const person = ada;
    await signUp(page);
    const { secret, recovery } = await test.step("it is turned on with an app", () => turnOn(page));
    await test.step("a log-in needs a code", async () => {
      await logOut(page);
      await logIn(page, person);
      await enterCode(page, "000000");
      await expect(page.getByText("That code is wrong or was already used.")).toBeVisible();
      // The code of the next half minute, because the current one turned it on.
      await enterCode(page, codeOf(secret, Date.now() + 30_000));
      await expect(page.getByRole("heading", { name: "No transactions yet" })).toBeVisible();
    });
    await test.step("a recovery code works in place of a phone, elsewhere, and is logged out from here", async () => {
      const elsewhere = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
      await elsewhere.goto(`${passbook.url}/log-in`);
      await logIn(elsewhere, person);
      await enterCode(elsewhere, recovery[0]!);
      await elsewhere.goto(`${passbook.url}/settings`);
      await page.goto("/settings/sessions");
      await page.getByRole("button", { name: /^Log out everywhere else/ }).click();
      await expect(page.getByRole("status")).toBeVisible();
      await elsewhere.goto(`${passbook.url}/settings`);
      await expect(elsewhere.getByRole("button", { name: "Log in" })).toBeVisible();
      await elsewhere.context().close();
    });
    await test.step("the account is deleted", async () => {
      await page.goto("/settings/delete-account");
      await page.getByLabel("Your email").fill(person.email);
      await page.getByRole("button", { name: "Delete my account" }).click();
      await expect(page.getByRole("heading", { name: "Log in" })).toBeVisible();
      await page.getByLabel(/email/i).fill(person.email);
      await page.getByLabel("Password", { exact: true }).fill(person.password);
      await page.getByRole("button", { name: "Log in" }).click();
      await expect(page.getByText("don’t match")).toBeVisible();
    });
  });
}

async function turnOn(page: Page) {
  await page.goto("/settings/two-step");
  await page.getByRole("button", { name: "Set up" }).click();
  await expect(page.getByRole("img", { name: /QR code/ })).toBeVisible();
  const secret = (await page.locator("#authenticator-key").textContent())!.replaceAll(" ", "");
  await page.getByLabel("Code", { exact: true }).fill(codeOf(secret, Date.now()));
  await page.getByRole("button", { name: "Turn on" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Two-step verification is on." })).toBeVisible();
  const recovery = (await page.locator("#new-codes").textContent())!.trim().split(/\s+/);
  expect(recovery).toHaveLength(10);
  return { secret, recovery };
}

async function logIn(page: Page, person: typeof ada) {
  await page.getByLabel(/email/i).fill(person.email);
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByRole("heading", { name: "Enter your code" })).toBeVisible();
}

async function enterCode(page: Page, code: string) {
  await page.getByLabel("Code", { exact: true }).fill(code);
  await page.getByRole("button", { name: "Log in" }).click();
}

/** The code that an authenticator app shows at a time in milliseconds (RFC 6238). */
function codeOf(secret: string, at: number) {
  const bits = [...secret].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"));
  const key = Buffer.from(bits.join("").match(/.{8}/g)!.map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const mac = createHmac("sha1", key).update(step).digest();
  const number = mac.readUInt32BE(mac[19]! & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}
