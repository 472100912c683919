// A provider's frame needs scripts: without them there is only the form.
import { expect, signUp, test } from "../passbook";
import { findBank } from "../typed";
import { typedLinks } from "../typed-tests";

typedLinks();

test("the form stands open, and no window is shown", async ({ page }) => {
  await signUp(page);
  await findBank(page);
  await expect(page.getByLabel("Password")).toBeVisible();
  await expect(page.locator("iframe")).toBeHidden();
  await expect(page.getByText("never through Passbook")).toBeHidden();
});
