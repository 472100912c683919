import { test } from "../passbook";
import { tryEverything } from "../trying";

test.use({ programArguments: ["--demo"] });

test("the demo is looked around in and tried from beginning to end", async ({ page }) => {
  await tryEverything(page, async () => {
    await page.getByRole("link", { name: "Continue to your bank" }).click();
    await page.waitForURL(/\/sandbox\//);
    return page;
  });
});
