import { linkPane } from "../link";
import { needIslands, test } from "../passbook";
import { tryEverything } from "../trying";

needIslands();
test.use({ programArguments: ["--demo"] });

test("the demo is looked around in and tried from beginning to end", async ({ page }) => {
  await tryEverything(page, async () => linkPane(page));
});
