import { browserOptions, expect, test } from "../passbook";
import { freePort, startPassbook } from "../program.mjs";

// Not localhost: browsers send secure cookies there over plain HTTP too.
const name = "passbook.test";
const publicUrl = "https://money.example.org";
const { args, ...launch } = browserOptions.launchOptions;

test.use({ launchOptions: { ...launch, args: [...args, `--host-resolver-rules=MAP ${name} 127.0.0.1`] } });

test("a log-in over plain http says why it cannot work and where it does", async ({ browser }) => {
  const port = await freePort();
  const env = { PASSBOOK_LISTEN: `127.0.0.1:${port}`, PASSBOOK_PUBLIC_URL: publicUrl, PASSBOOK_HOSTS: name };
  const passbook = await startPassbook({ env });
  const page = await browser.newPage({ javaScriptEnabled: false });
  await page.goto(`http://${name}:${port}/log-in`);
  await expect(page.getByText("without https")).toBeVisible();
  await page.getByLabel(/e-?mail/i).fill("ada@example.com");
  await page.getByLabel("Password", { exact: true }).fill("nine purple otters read maps");
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByRole("heading", { name: "Use https to log in" })).toBeVisible();
  const way = page.getByRole("link", { name: "Log in over https" });
  await expect(way).toHaveAttribute("href", `${publicUrl}/log-in`);
  await page.close();
  await passbook.stop();
});
