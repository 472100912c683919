// `make pictures`: not a test, but a look at every page as a person sees it.
import { defineConfig } from "@playwright/test";

import { browserOptions } from "../passbook";

export default defineConfig({
  testDir: ".",
  outputDir: "../../target/end2end",
  workers: 2,
  fullyParallel: true,
  timeout: 600_000,
  reporter: "list",
  use: { ...browserOptions },
  projects: (["light", "dark"] as const).flatMap((colorScheme) => [
    { name: `desktop-${colorScheme}`, use: { colorScheme, viewport: { width: 1440, height: 900 } } },
    { name: `phone-${colorScheme}`, use: { colorScheme, viewport: { width: 360, height: 780 }, deviceScaleFactor: 2 } },
  ]),
});
