// Chooses the browser for the tests: PASSBOOK_CHROMIUM, else the machine's own Chromium or Chrome, else the one that
// Playwright downloads. Run as a program, it makes sure that there is one.
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const APPLICATIONS = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];
const DOWNLOAD_LIMIT_MS = 300_000;

/** Returns the installed browser, or undefined for Playwright's own. */
export function installedBrowser() {
  if (process.env.PASSBOOK_CHROMIUM) return process.env.PASSBOOK_CHROMIUM;
  const folders = (process.env.PATH ?? "").split(delimiter);
  const candidates = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...candidates, ...APPLICATIONS].find(isExecutable);
}

async function ensureBrowser() {
  if (installedBrowser() || (await downloadedBrowser())) return;
  const here = fileURLToPath(new URL(".", import.meta.url));
  const isRoot = process.getuid?.() === 0;
  if (isRoot && existsSync("/usr/bin/apt-get")) {
    console.log("passbook: installing Chromium for the browser tests");
    const apt = join(here, "../.ci/apt");
    spawnSync(apt, ["chromium", "fonts-liberation"], { stdio: "inherit" });
    if (installedBrowser()) return;
  }
  console.log("passbook: downloading Chromium for the browser tests");
  const options = { cwd: here, stdio: "ignore", timeout: DOWNLOAD_LIMIT_MS };
  spawnSync("npx", ["--no-install", "playwright", "install", "chromium"], options);
  if (await downloadedBrowser()) return;
  console.error("passbook: the browser tests need Chromium or Chrome: install one, or set PASSBOOK_CHROMIUM");
  process.exit(1);
}

async function downloadedBrowser() {
  const { chromium } = await import("@playwright/test");
  return existsSync(chromium.executablePath());
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await ensureBrowser();
