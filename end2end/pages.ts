// Iterating over pages, and accounts for a bank that sends what the test wants.
import type { Page } from "@playwright/test";

/** Returns an account for a custom person at the built-in bank; without `holds`, the bank chooses its balance. */
export function account(name: string, holds?: number) {
  const day = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const row = { date_transacted: day, date_posted: day, amount: 12.5, currency: "USD", description: name };
  return {
    type: "depository",
    subtype: "checking",
    currency: "USD",
    starting_balance: holds,
    meta: { name, official_name: name },
    transactions: [row, { ...row, amount: 3 }],
  };
}

/** Returns the pages of ours that a page links to. An archive is no page. */
export async function linksOf(page: Page) {
  const hrefs = await page.locator("a[href]:not([download])").evaluateAll((all) =>
    all.map((link) => (link as HTMLAnchorElement).href),
  );
  return hrefs
    .map((href) => new URL(href))
    .filter((url) => url.origin === new URL(page.url()).origin && !/^\/(link|logo|sandbox\/logo|api)\/|\.tar\.gz$/.test(url.pathname))
    .map((url) => url.pathname + url.search);
}
