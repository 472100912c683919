// Walks through the bank's Link as a browser without scripts does: posts forms and follows redirects.

/** Links First Platypus Bank with the token and returns the public token that Link hands to the page. */
export async function walkThroughLink(bank, token, institution = "ins_109508") {
  const start = new URL("/link/start", bank);
  start.search = new URLSearchParams({ token, embed: "1", origin: "http://127.0.0.1:1" });
  let page = await open(start);
  page = await answer(page);
  if (!page.html.includes(`value="${institution}"`)) throw new Error(`Link does not offer ${institution}`);
  page = await answer(page, [["institution", institution]]);
  page = await answer(page, [["username", "user_good"], ["password", "pass_good"]]);
  const accounts = [...page.html.matchAll(/name="account" value="([^"]+)"/g)].map(([, key]) => ["account", key]);
  if (accounts.length === 0) throw new Error(`Link offers no accounts:\n${page.html}`);
  page = await answer(page, accounts);
  page = await answer(page);
  const message = /data-message="([^"]*)"/.exec(page.html)?.[1].replaceAll("&quot;", '"') ?? "null";
  const result = JSON.parse(message)?.result;
  if (result?.kind !== "success") throw new Error(`Link came to ${message}`);
  return result.public_token;
}

async function open(url, form) {
  const answered = await fetch(url, form && { method: "POST", body: new URLSearchParams(form) });
  const html = await answered.text();
  if (!answered.ok) throw new Error(`${answered.status} from Link:\n${html}`);
  return { url: answered.url, html };
}

function answer({ url, html }, fields = []) {
  const step = /name="step" value="([^"]+)"/.exec(html)?.[1] ?? "";
  return open(url, [["step", step], ...fields]);
}
