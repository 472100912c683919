// Live exchange rates: one each minute, a connection that drops, a source that refuses.
import type { Page, WebSocketRoute } from "@playwright/test";

import { becomeOperator, expect, needIslands, test } from "../passbook";

needIslands();

// Rates come at each full minute.
const A_MINUTE = { timeout: 75_000 };

test("a rate follows the market by itself, and its chart grows with it", async ({ page, context, passbook }) => {
  test.setTimeout(270_000);
  await becomeOperator(page, passbook);
  await setRate(page, "50000");
  const live = await context.newPage();
  await live.goto("/rates/live?pair=BTC-USD");
  await expect(state(live)).toHaveText("Live");
  await expect(figure(live)).toHaveText("50,000.00", A_MINUTE);
  // With the second rate there is a line to draw, for which the page reloads once.
  await expect(live.locator("#chart-rate")).toBeVisible();

  await live.evaluate(() => document.body.setAttribute("data-same", "yes"));
  await setRate(page, "51234.5");
  const points = live.locator("#chart-rate tbody tr");
  const before = await points.count();
  await readByKeyboard(live);
  await readByPointer(live);
  const age = live.locator("#rate-age");
  const old = await age.textContent();
  await expect(age).not.toHaveText(old!);
  await expect(figure(live)).toHaveText("51,234.50", A_MINUTE);
  await expect(live.locator("#rate-said")).toHaveText("BTC/USD: 51,234.50");
  await expect(age).toHaveText(/^(just now|\d+ seconds? ago)$/);
  await expect(points).toHaveCount(before + 1);
  await expect(points.first().locator("td")).toHaveText("51,234.50");
  await expect(live.locator("body"), "nothing was loaded again").toHaveAttribute("data-same", "yes");
  await live.reload();
  await expect(figure(live), "the server writes it just so").toHaveText("51,234.50");

  await stopSources(page);
  const note = live.locator("#rate-note");
  await expect(note).toContainText("Coinbase isn’t responding. This rate is from", A_MINUTE);
  await expect(note).toContainText("a new one will appear here");
  await expect(figure(live)).toHaveText("51,234.50");
  await expect(state(live)).toHaveText("Live");
});

test("a connection that drops is opened again", async ({ page }) => {
  const sockets: WebSocketRoute[] = [];
  let [answers, tries] = [true, 0];
  await page.routeWebSocket("**/ws/rates", (socket) => {
    tries += 1;
    if (!answers) return void socket.close();
    sockets.push(socket);
    socket.connectToServer();
  });
  await page.goto("/rates/live");
  await expect(figure(page)).not.toHaveText("");
  await expect(state(page)).toHaveText("Live");

  answers = false;
  await sockets[0]!.close({ code: 1001 });
  await expect(state(page)).toHaveText("Reconnecting…");
  await expect.poll(() => tries, "it tries again and again").toBeGreaterThan(3);
  answers = true;
  await expect(state(page)).toHaveText("Live");

  answers = false;
  await sockets.at(-1)!.close({ code: 1001 });
  await expect.poll(() => tries, "it waits for longer by now").toBeGreaterThan(6);
  answers = true;
  await page.evaluate(() => window.dispatchEvent(new Event("online")));
  await expect(state(page)).toHaveText("Live", { timeout: 1_000 });
});

test("what is told is written as the server writes it, and is never more than text", async ({ page }) => {
  let told: WebSocketRoute | undefined;
  await page.routeWebSocket("**/ws/rates", (socket) => {
    told = socket;
  });
  await page.goto("/rates/live");
  await expect.poll(() => told).toBeDefined();
  const tell = (rate: object) => told!.send(JSON.stringify({ type: "rate", ...rate }));
  const rate = {
    from_curr_code: "BTC",
    to_curr_code: "USD",
    exchange_rate: "1234567.123456789012345678900",
    bid_price: null,
    ask_price: "1234568",
    source: "alphavantage",
    source_time: "2026-03-07T09:05:03Z",
    age_seconds: 125,
  };
  tell({ ...rate, from_curr_code: "ETH", exchange_rate: "1" });
  tell(rate);
  await expect(figure(page)).toHaveText("1,234,567.1234567890123456789");
  await expect(page.locator("#rate-bid")).toHaveText("Not available");
  await expect(page.locator("#rate-ask")).toHaveText("1,234,568.00");
  await expect(page.locator("#rate-source")).toHaveText("Alpha Vantage");
  await expect(page.locator("#rate-time")).toHaveText(/^7 Mar 2026, \d\d:05:03 \S+$/);
  await expect(page.locator("#rate-age")).toHaveText("2 minutes ago");
  tell({ ...rate, exchange_rate: "<b>1", source: "<img src=x>" });
  await expect(page.locator("#rate-source")).toHaveText("<img src=x>");
  await expect(figure(page)).toHaveText("<b>1");
  for (const odd of ["", "[]", "null", "{", "{}", '{"type":"rate"}']) told!.send(odd);
  tell({ ...rate, exchange_rate: "2", age_seconds: 300 });
  await expect(figure(page)).toHaveText("2.00");
  await expect(page.locator("#rate-age[data-old]")).toHaveText("5 minutes ago");
});

function state(page: Page) {
  return page.locator("#rate-state");
}

/** Returns the visible figure without its currency. */
function figure(page: Page) {
  return page.locator("#rate-figure");
}

async function setRate(panel: Page, rate: string) {
  await panel.goto("/sandbox");
  const form = panel.locator("#rates form").filter({ has: panel.getByRole("button", { name: "Set rate" }) });
  await form.getByLabel("Rate").fill(rate);
  await form.getByRole("button").click();
  await expect(panel.locator("#rates")).toContainText("It’s fixed.");
}

async function stopSources(panel: Page) {
  const form = panel.locator("#rates form").filter({ has: panel.getByRole("button", { name: "Add fault" }) });
  await form.locator("[name=source]").selectOption("any");
  await form.getByLabel("Fault").selectOption("server_error");
  await form.getByLabel("Until cleared").check();
  await form.getByRole("button").click();
}

async function readByKeyboard(page: Page) {
  const plot = page.getByRole("slider", { name: "BTC/USD over the last 24 hours" });
  await plot.focus();
  await expect(plot).toHaveAttribute("aria-valuetext", /^\d.*, \d\d:\d\d: 50,000\.00$/);
  await expect(page.locator("#chart-rate output")).toBeVisible();
  await page.keyboard.press("Home");
  await expect(plot).toHaveAttribute("aria-valuenow", "0");
  await expect(page.locator("#chart-rate .reader")).toHaveAttribute("data-side", "right");
  await page.keyboard.press("Escape");
  await expect(page.locator("#chart-rate output")).toBeHidden();
}

async function readByPointer(page: Page) {
  const box = (await page.locator("#chart-rate svg").boundingBox())!;
  await page.mouse.move(box.x + box.width - 2, box.y + box.height / 2);
  await expect(page.locator("#chart-rate output")).toContainText("50,000.00");
  await page.mouse.move(box.x + 2, box.y + box.height / 2);
  await expect(page.getByRole("slider")).toHaveAttribute("aria-valuenow", "0");
  await page.mouse.move(0, 0);
  await expect(page.locator("#chart-rate output")).toBeHidden();
}
