// The built-in bank's list of Plaid's endpoints and products matches the installed package.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { Products } from "plaid";

import { endpoints } from "./endpoints.mjs";

const LIST = new URL("../../crates/bank/src/api/endpoints.txt", import.meta.url);
const PRODUCTS = new URL("../../crates/bank/src/world/products.rs", import.meta.url);

test("every endpoint is known, with the access token that it takes", () => {
  const known = readFileSync(LIST, "utf8");
  assert.ok(known.split("\n").length > 300);
  assert.equal(known, endpoints(), "run: node end2end/clients/endpoints.mjs > crates/bank/src/api/endpoints.txt");
});

test("every product is known", () => {
  const known = [...readFileSync(PRODUCTS, "utf8").matchAll(/^ {4}"(\w+)",$/gm)].map(([, name]) => name);
  assert.deepEqual(known.sort(), Object.values(Products).sort());
});

test("every method of the client is answered, and never as if there were no such endpoint", async () => {
  const headers = { "Content-Type": "application/json", "PLAID-CLIENT-ID": "any", "PLAID-SECRET": "any" };
  const answered = {};
  for (const line of endpoints().trim().split("\n")) {
    const [method, path, token] = line.split(" ");
    const body = method === "GET" ? undefined : JSON.stringify(token === "access_token" ? { access_token: "x" } : {});
    const answer = await fetch(process.env.CLIENT_BANK + path.replace(/\{\w+\}/, "one"), { method, headers, body });
    const { error_code = "" } = await answer.json();
    assert.notEqual(error_code, "NOT_FOUND", line);
    assert.ok(answer.status < 500, line);
    answered[error_code] = (answered[error_code] ?? 0) + 1;
  }
  assert.ok(answered.INVALID_PRODUCT > 200, JSON.stringify(answered));
  assert.ok(answered.INVALID_ACCESS_TOKEN > 30, JSON.stringify(answered));
});
