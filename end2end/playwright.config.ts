import { defineConfig } from "@playwright/test";

import { browserOptions } from "./passbook";

const desktop = { width: 1440, height: 900 };
const phone = { width: 360, height: 780 };

export default defineConfig({
  testDir: "./tests",
  outputDir: "../target/end2end",
  forbidOnly: !!process.env.CI,
  fullyParallel: true,
  // Each runs a browser and a program; more would only wait for one another.
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: "list",
  // Screenshots of every step would take an eighth of the time.
  use: { ...browserOptions, trace: { mode: "retain-on-failure", screenshots: false } },
  projects: [
    { name: "desktop", use: { viewport: desktop }, testIgnore: /without-scripts/ },
    { name: "phone", use: { viewport: phone, hasTouch: true }, testMatch: /main-job|typed\.spec/, testIgnore: /without-scripts/ },
    { name: "without scripts", use: { viewport: desktop, javaScriptEnabled: false }, testMatch: /without-scripts/ },
  ],
});
