// Link may call back twice in one tick: the first callback counts.
import { beginToLink, expectLinked } from "../link";
import { needIslands, settingsFor, signUp, test } from "../passbook";
import { startBank } from "../program.mjs";

needIslands();

let bank: Awaited<ReturnType<typeof startBank>>;
test.use({
  programSettings: async ({}, use) => {
    bank = await startBank();
    await use(settingsFor(bank.url));
    await bank.stop();
  },
});

test("an exit in the same tick as a success does not throw the link away", async ({ page }) => {
  const token = await publicToken();
  const body = `window.Plaid = { create: (settings) => ({ open() {
    settings.onSuccess(${JSON.stringify(token)}, { institution: null, accounts: [] });
    settings.onExit(null, { institution: null });
  } }) };`;
  await page.route("**/link-initialize.js", (route) => route.fulfill({ contentType: "text/javascript", body }));
  await signUp(page);
  await beginToLink(page);
  await expectLinked(page);
});

/** Returns a public token, as Link would hand over for a linked bank. */
async function publicToken(): Promise<string> {
  const wanted = {
    client_id: "x",
    secret: "y",
    institution_id: "ins_109508",
    initial_products: ["transactions"],
    options: { override_username: "user_good", transactions: { days_requested: 730 } },
  };
  const answer = await fetch(`${bank.url}/sandbox/public_token/create`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(wanted),
  });
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()).public_token;
}
