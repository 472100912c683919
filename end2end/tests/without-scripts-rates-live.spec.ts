import type { Page } from "@playwright/test";

import { becomeOperator, expect, test } from "../passbook";

// A rate comes at each full minute, and the page reloads a minute after it was loaded.
const TWO_MINUTES = { timeout: 130_000 };

test("without scripts the page follows two minutes' rates and tells of a source that refuses", async ({ page, context, passbook }) => {
  test.setTimeout(480_000);
  await becomeOperator(page, passbook);
  const live = await context.newPage();
  const figure = live.locator("#rate-figure");
  await setRate(page, "50000");
  await live.goto("/rates/live");
  await expect(figure).toHaveText("50,000.00", TWO_MINUTES);
  await setRate(page, "51234.5");
  await expect(figure).toHaveText("51,234.50", TWO_MINUTES);
  const faults = page.locator("#rates form").filter({ has: page.getByRole("button", { name: "Add fault" }) });
  await faults.locator("[name=source]").selectOption("any");
  await faults.getByLabel("Fault").selectOption("server_error");
  await faults.getByLabel("Until cleared").check();
  await faults.getByRole("button").click();
  await expect(live.locator("#rate-note")).toContainText("isn’t responding. This rate is from", TWO_MINUTES);
  await expect(figure).toHaveText("51,234.50");
});

async function setRate(panel: Page, rate: string) {
  await panel.goto("/sandbox");
  const form = panel.locator("#rates form").filter({ has: panel.getByRole("button", { name: "Set rate" }) });
  await form.getByLabel("Rate").fill(rate);
  await form.getByRole("button").click();
  await expect(panel.locator("#rates")).toContainText("It’s fixed.");
}
