// The window of a provider needs scripts: without them there is the form alone.
import { expect, signUp, test } from "../passbook";
import { findBank } from "../typed";
import { typedLinks } from "../typed-tests";

typedLinks();

test("the form stands open, and no window is shown", async ({ page }) => {
  await signUp(page);
  await findBank(page);
  await expect(page.getByLabel("Password")).toBeVisible();
  await expect(page.locator("iframe")).toBeHidden();
  await expect(page.getByText("never passes through Passbook")).toBeHidden();
});
