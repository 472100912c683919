// Checks a page in light and dark by axe-core's rules for WCAG 2.2 A and AA.
import AxeBuilder from "@axe-core/playwright";
import { type Page, expect } from "@playwright/test";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/** Only these rules can differ between light and dark. */
const RULES_OF_COLOUR = ["color-contrast", "link-in-text-block"];

export async function expectAccessible(page: Page, what: string) {
  const axe = () => new AxeBuilder({ page });
  const checks = { light: axe().withTags(RULES), dark: axe().withRules(RULES_OF_COLOUR) };
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const { violations } = await checks[colorScheme].analyze();
    const found = violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.target.join(" ")}: ${node.failureSummary}`),
    );
    expect.soft(found, `${what}, ${colorScheme}`).toEqual([]);
  }
}
