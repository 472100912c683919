import { expectAccessible } from "../accessible";
import { consent, registerApp, test } from "../apps";
import { consents } from "../consent-tests";
import { expect, signUp } from "../passbook";

consents();

const WIDTHS = { desktop: { width: 1440, height: 900 }, phone: { width: 320, height: 780 } };
const LONGEST_NAME = "Kontoauszugsgebührenrückerstattungsübersichtsverwaltungsheft";

test("the question is accessible and fits, however long the app’s name is", async ({ page, passbook, app }) => {
  const long = await registerApp(passbook, app.back, "read", LONGEST_NAME);
  await signUp(page);
  for (const [width, size] of Object.entries(WIDTHS)) {
    await page.setViewportSize(size);
    await page.goto(app.question());
    await expectAccessible(page, `the question on a ${width}`);
    await page.goto(app.question({ client_id: long, scope: "read" }));
    await expect(consent(page, LONGEST_NAME)).toBeVisible();
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow, `too wide on a ${width}`).toBeLessThanOrEqual(0);
  }
});
