// docs/sandbox.md: another program's page loads Link from the built-in bank. Its two files are run as printed.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { chooseBank, firstPlatypus, linkPane, shareAccounts } from "../link";
import { expect, test } from "../passbook";
import { freePort, startBank } from "../program.mjs";

// Next to `node_modules`, where the example finds Plaid's package.
const HERE = fileURLToPath(new URL("..", import.meta.url));

let bank: Awaited<ReturnType<typeof startBank>>;
let folder: string;
let server: ChildProcess;

test.beforeEach(async ({ page }) => {
  bank = await startBank();
  const port = await freePort();
  folder = await mkdtemp(join(HERE, "node_modules", ".sandbox-docs-"));
  const manual = await readFile(join(HERE, "../docs/sandbox.md"), "utf8");
  for (const [, name, text] of manual.matchAll(/<!-- example: (\S+) -->\n```\w+\n([^]*?)```/g)) {
    await writeFile(join(folder, name), text);
  }
  const env = { PATH: process.env.PATH, BANK: bank.url, PORT: String(port) };
  server = spawn(process.execPath, ["server.mjs"], { cwd: folder, env, stdio: "inherit" });
  const own = `http://127.0.0.1:${port}/`;
  await expect(async () => {
    expect((await fetch(own)).ok).toBe(true);
  }).toPass({ timeout: 15_000 });
  await page.goto(own);
  await page.getByRole("button", { name: "Link a bank" }).click();
});

test.afterEach(async () => {
  const gone = once(server, "exit");
  if (server.kill()) await gone;
  await rm(folder, { recursive: true, force: true });
  await bank.stop();
});

test("a page of another program opens Link and links a bank", async ({ page }) => {
  const link = linkPane(page);
  await chooseBank(link, firstPlatypus.institution);
  await link.getByRole("button", { name: "Fill in test log-in" }).click();
  await expect(link.getByLabel("Password")).toHaveValue(firstPlatypus.password);
  await link.getByRole("button", { name: "Log in" }).click();
  await shareAccounts(link);
  await expect(page.locator("#result")).toContainText("Linked: ");
  await expect(page.locator("#result")).toContainText("Checking");
});

test("a page that is left says so", async ({ page }) => {
  await expect(linkPane(page).getByRole("button", { name: "Continue" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.locator("#result")).toHaveText("Nothing was linked");
});
