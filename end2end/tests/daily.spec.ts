import { dailyTests } from "../daily-tests";
import { test } from "../passbook";

test.describe("on a desktop", () => dailyTests(true));

test.describe("on a phone", () => {
  test.use({ viewport: { width: 360, height: 780 }, hasTouch: true });
  dailyTests(true);
});
