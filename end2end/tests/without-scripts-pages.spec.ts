import { ada, expect, logInToDemo, test } from "../passbook";

test("what was wrong in a sign-up is marked, and the rest is kept", async ({ page }) => {
  await page.goto("/sign-up");
  await page.getByLabel("First name").fill(ada.firstName);
  await page.getByLabel("Last name").fill(ada.lastName);
  await page.getByLabel("Email").fill("not an address");
  await page.getByLabel("Birthday").fill(ada.birthday);
  await page.getByLabel("Password", { exact: true }).fill("short");
  await page.getByRole("button", { name: "Sign up" }).click();

  const email = page.getByLabel("Email");
  await expect(email).toHaveAttribute("aria-invalid", "true");
  await expect(email).toHaveAccessibleDescription(/email/);
  await expect(email).toBeFocused();
  await expect(email).toHaveValue("not an address");
  await expect(page.getByLabel("First name")).toHaveValue(ada.firstName);
  await expect(page.getByLabel("Birthday")).toHaveValue(ada.birthday);
  const password = page.getByLabel("Password", { exact: true });
  await expect(password).toHaveAttribute("aria-invalid", "true");
  await expect(password).toHaveValue("");
  expect(page.url()).not.toContain("?");

  await email.fill(ada.email);
  await password.fill(ada.password);
  await page.getByRole("button", { name: "Sign up" }).click();
  await expect(page.getByRole("heading", { name: "Your passbook is empty" })).toBeVisible();
});

test.describe("the demo person", () => {
  test.use({ programArguments: ["--demo"] });

  test("transactions are searched, narrowed and leafed through by address", async ({ page, passbook }) => {
    await logInToDemo(page, passbook);
    await page.goto("/transactions");
    const rows = page.locator(".days li");
    await page.getByRole("link", { name: "Older" }).click();
    await expect(page).toHaveURL(/after=/);
    await page.getByRole("link", { name: "First page" }).click();
    await expect(page).toHaveURL(/\/transactions$/);

    const name = (await page.locator(".days .name").first().textContent())!;
    await page.getByRole("searchbox").fill(name);
    await page.getByRole("button", { name: "Apply" }).click();
    await expect(page).toHaveURL(/[?&]q=/);
    await expect(page.getByRole("searchbox")).toHaveValue(name);
    await expect(rows.first()).toContainText(name);

    await page.goto("/transactions");
    await page.getByText("More filters").click();
    await page.getByLabel("Min amount").fill("1000");
    await page.getByLabel("From").fill("2020-01-01");
    await page.getByRole("button", { name: "Apply" }).click();
    await expect(page).toHaveURL(/min=1000/);
    await expect(page.getByText("More filters (2)")).toBeVisible();
    await expect(page.getByLabel("From")).toHaveValue("2020-01-01");
    for (const amount of await page.locator(".days .money").allTextContents()) {
      expect(Number(amount.replace(/[^\d.]/g, "")), amount).toBeGreaterThanOrEqual(1000);
    }

    await page.goto("/transactions?from=2026-13-40");
    await expect(page.getByLabel("From")).toHaveAttribute("aria-invalid", "true");
    await page.getByRole("link", { name: "Clear filters" }).click();
    await expect(rows.first()).toBeVisible();
  });

  test("a question is answered by a filter and its totals", async ({ page, passbook }) => {
    await logInToDemo(page, passbook);
    await page.goto("/transactions");
    const totals = page.locator(".totals");
    await expect(totals).toHaveText(/^[\d,]+ transactions.* out.* in/);
    const counted = async () => parseInt((await totals.textContent())!.replace(/,/g, ""), 10);
    const all = await counted();
    await page.getByLabel("Category").selectOption({ label: "Food and drink" });
    await page.getByRole("button", { name: "Apply" }).click();
    await page.getByRole("link", { name: "Last month" }).click();
    await expect(page.getByRole("link", { name: "Last month" })).toHaveAttribute("aria-current", "true");
    // A month has one heading, which adds up to the same as the list.
    await expect(page.locator("h2.month")).toHaveCount(1);
    const told = (await page.locator(".totals .sum").allTextContents()).map((sum) => sum.trim());
    expect(told.length).toBeGreaterThan(0);
    const ofMonth = await page.locator("h2.month .sum").allTextContents();
    expect(ofMonth.map((sum) => sum.trim())).toEqual(told);
    await page.getByRole("link", { name: "Remove filter: Food and drink" }).click();
    await expect(page).not.toHaveURL(/category/);
    await expect(page).toHaveURL(/from=/);
    await page.getByRole("link", { name: "Clear all" }).click();
    await expect(page).toHaveURL(/\/transactions$/);
    // The demo goes on meanwhile, so that there may be more than at first.
    expect(await counted()).toBeGreaterThanOrEqual(all);
  });

  test("the appearance is switched, on this browser", async ({ page, passbook }) => {
    await logInToDemo(page, passbook);
    const paper = () => page.locator("html").evaluate((html) => getComputedStyle(html).backgroundColor);
    await page.emulateMedia({ colorScheme: "light" });
    await page.goto("/settings");
    const light = await paper();
    await page.getByLabel("Dark").check();
    await page.getByRole("button", { name: "Save" }).click();
    await expect(page.getByRole("status")).toContainText("Saved for this browser.");
    await expect(page.getByLabel("Dark")).toBeChecked();
    expect(await paper()).not.toBe(light);
    await page.goto("/transactions");
    expect(await paper()).not.toBe(light);
  });
});
