// A proxy in front of the bank that forwards everything and keeps the access token, which Passbook never shows. With
// it, a test can do at the bank what Passbook has no button for.
import { createServer, request } from "node:http";

export async function recordTokens(bank) {
  const seen = { accessToken: "" };
  const door = createServer(async (asked, answer) => {
    const parts = [];
    for await (const part of asked) parts.push(part);
    const body = Buffer.concat(parts);
    seen.accessToken = /"access_token":"([^"]+)"/.exec(body.toString())?.[1] ?? seen.accessToken;
    const onward = request(new URL(asked.url, bank), { method: asked.method, headers: asked.headers }, (answered) => {
      answer.writeHead(answered.statusCode, answered.headers);
      answered.pipe(answer);
    });
    onward.once("error", () => answer.destroy());
    onward.end(body);
  });
  await new Promise((resolve) => door.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${door.address().port}`;

  /** Calls the bank's API for the last Item seen. */
  const call = async (path) => {
    const body = JSON.stringify({ client_id: "x", secret: "y", access_token: seen.accessToken });
    const answer = await fetch(bank + path, { method: "POST", headers: { "content-type": "application/json" }, body });
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  };
  const stop = () => {
    door.closeAllConnections();
    return new Promise((resolve) => door.close(resolve));
  };
  return { url, call, stop };
}
