// The longest names that a bank could send, at every width: no page scrolls sideways, and no button touches anything.
import { type FrameLocator, type Locator, type Page } from "@playwright/test";

import { beginToLink, chooseBank, expectLinked, firstPlatypus, linkPane, logIn } from "../link";
import { account, linksOf } from "../pages";
import { ada, becomeOperator, expect, needIslands, test } from "../passbook";

needIslands();

const WIDTHS = [320, 360, 390, 768, 1280];
const LONGEST = `AMAZON.COM*2H4RT0AB3${"Kontoauszugsgebührenrückerstattung".repeat(6)}`;
const { institution: BANK } = firstPlatypus;

test("no page is wider than the window, whatever a bank sends", async ({ page, passbook }) => {
  test.setTimeout(240_000);
  for (const path of ["/log-in", "/sign-up", "/reset-password/new", "/api/docs", "/rates/live", "/rates/history", "/rates/history?from=x"]) await look(page, path);
  await becomeOperator(page, passbook, { ...ada, firstName: LONGEST.slice(0, 60), lastName: LONGEST.slice(0, 60) });
  await linkWithLongWords(page);
  await writeEverywhere(page);

  const queue = ["/", "/transactions", "/accounts", "/settings", "/sandbox", "/link/already"];
  const seen = new Set<string>();
  // The loop also visits what is added to the list meanwhile.
  for (const path of queue) {
    // A list is the same page whatever narrows it.
    const narrows = /(?<=^\/transactions\?.*)(from|to|category|account|tag|pending)=(&|$)/g;
    const kind = path.replace(/[0-9a-z]{26}|(?<=\/)\d+/g, "one").replace(/=[^&]*/g, "=").replace(narrows, "");
    if (seen.has(kind)) continue;
    seen.add(kind);
    await look(page, path);
    queue.push(...(await linksOf(page)));
  }
  expect(seen, "the list's second page").toContain("/transactions?after=");
  expect(seen.size).toBeGreaterThan(30);
});

/** Opens a page and checks it at every width. */
async function look(page: Page, path: string) {
  await page.goto(path);
  await fits(page, page.locator("html"), path);
}

/** Asserts that a document fits its window at every width, with the longest name for the bank. */
async function fits(page: Page, html: Locator, what: string) {
  await html.evaluate(rename, [BANK, LONGEST]);
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 780 });
    const found = [...(await html.evaluate(tooWide)), ...(await html.evaluate(touching))];
    expect.soft(found, `${what} at ${width} px`).toEqual([]);
  }
}

/** Replaces the bank's name everywhere. */
function rename(root: Element, [from, to]: string[]) {
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode as Text;
    // Change only what differs: a page that renders itself must find the rest as it was.
    if (text.data.includes(from!)) text.data = text.data.replaceAll(from!, to!);
  }
}

/** Returns the elements that make a document scroll sideways. */
function tooWide(root: Element): string[] {
  const width = root.clientWidth;
  const boxes = [root, ...document.querySelectorAll(".pane, .pane :is(.scroll, .list)")];
  if (boxes.every((box) => box.scrollWidth <= box.clientWidth)) return [];
  const beyond = [...document.body.querySelectorAll("*")].filter((it) => it.getBoundingClientRect().right > width + 0.5);
  return [`${root.scrollWidth} px wide`, ...beyond.slice(-5).map((it) => it.outerHTML.slice(0, 200))];
}

/** Returns the buttons that touch what is above or below them. */
function touching(): string[] {
  const shown = (it: Element) => it.checkVisibility() && it.getClientRects().length > 0;
  const all = (what: string) => [...document.querySelectorAll(what)].filter(shown);
  const others = all("h1, h2, h3, .button, .sheet, .rows, .days, .facts, .empty-list, .notice");
  const found: string[] = [];
  for (const button of all("a.button, button.button")) {
    const b = button.getBoundingClientRect();
    for (const other of others) {
      if (other === button || other.contains(button)) continue;
      const o = other.getBoundingClientRect();
      const beside = o.left >= b.right || b.left >= o.right;
      const gap = Math.max(o.top - b.bottom, b.top - o.bottom);
      if (!beside && gap < 5) found.push(`“${button.textContent}” is ${gap} px from ${other.outerHTML.slice(0, 120)}`);
    }
  }
  return found;
}

/** Links a bank in the pane and checks each of its pages. */
async function linkWithLongWords(page: Page) {
  await page.goto("/");
  await look(page, "/");
  await beginToLink(page);
  const pane = linkPane(page);
  await expect(pane.getByRole("button", { name: "Continue" })).toBeVisible();
  await fitsIn(page, pane, "Link's first page");
  await chooseBank(pane, BANK);
  await expect(pane.getByLabel("Username")).toBeVisible();
  await fitsIn(page, pane, "Link's log-in");
  const accounts = ["Checking", "Savings"].map((name) => account(`${name}${LONGEST}`, 999_999_999_999.99));
  // More than one page of the list.
  accounts[0]!.transactions.push(...Array.from({ length: 60 }, () => accounts[0]!.transactions[0]!));
  await logIn(pane, { username: "user_custom", password: JSON.stringify({ override_accounts: accounts }) });
  await expect(pane.getByRole("checkbox").first()).toBeVisible();
  await fitsIn(page, pane, "Link's accounts");
  for (const box of await pane.getByRole("checkbox").all()) await box.check();
  await pane.getByRole("button", { name: "Continue" }).click();
  await expect(pane.getByRole("button", { name: "Allow and finish" })).toBeVisible();
  await fitsIn(page, pane, "Link's consent");
  await pane.getByRole("button", { name: "Allow and finish" }).click();
  await expectLinked(page);
}

async function fitsIn(page: Page, pane: FrameLocator, what: string) {
  await fits(page, page.locator("html"), `the page under ${what}`);
  await fits(page, pane.locator("html"), what);
}

/** Fills in every form whose text pages show later. */
async function writeEverywhere(page: Page) {
  await page.goto("/transactions");
  await page.locator("a[href^='/transactions/']").first().click();
  await page.getByLabel("Name").fill(LONGEST.slice(0, 100));
  await page.getByLabel("Note").fill(LONGEST);
  await page.getByLabel("Tags").fill("Kontoauszugsgebührenrückerst");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByLabel("Note")).toHaveValue(LONGEST);
  const forms: [string, Record<string, string>][] = [
    ["/forms/key", { name: LONGEST.slice(0, 60), read: "yes", lasts: "30" }],
    ["/forms/webhook-add", { url: `https://${"kontoauszug".repeat(5)}.example.org/${LONGEST}`, description: LONGEST.slice(0, 60) }],
  ];
  for (const [path, form] of forms) {
    const sent = await page.request.post(path, { form });
    expect(sent.status(), `${path}: ${await sent.text()}`).toBe(200);
  }
}
