// Apps registered with a Passbook: what they ask of people, and where people return to.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";

import { type Page, expect } from "@playwright/test";

import { serve } from "./front-end/serve.mjs";
import { type Passbook, ada, test as base } from "./passbook";
import { PROGRAM } from "./program.mjs";

const STATE = "any state & more";
const VERIFIER = "a-verifier-of-forty-three-letters-and-a-few-more";

type App = {
  clientId: string;
  /** The redirect URI. */
  back: string;
  /** The query of every return so far. */
  came: URLSearchParams[];
  /** Returns the address that the app sends people to, with these parameters replaced. */
  question: (other?: Record<string, string>) => string;
  /** Exchanges a code and returns the response. */
  exchange: (code: string) => Promise<Response>;
};
type FrontEnd = { url: string; settings: { passbook: string; clientId: string } };

/** A test with a registered app, and one with the example front end. */
export const test = base.extend<{ app: App; frontEnd: FrontEnd }>({
  app: async ({ passbook }, use) => {
    const { stop, ...place } = await landing();
    const clientId = await registerApp(passbook, place.back, "read,sync,manage");
    const exchange = (code: string) => exchanged(passbook, clientId, place.back, code);
    await use({ clientId, ...place, exchange, question: (other) => question(passbook, clientId, place.back, other) });
    await stop();
  },
  frontEnd: async ({ passbook }, use) => {
    const settings = { passbook: passbook.url, clientId: "" };
    const server = await serve(settings, 0);
    settings.clientId = await registerApp(passbook, `${server.url}/`, "read,manage");
    await use({ url: `${server.url}/`, settings });
    await server.stop();
  },
});

/** Registers an app without a secret, as the admin does; returns its client ID. */
export async function registerApp(passbook: Passbook, back: string, scopes: string, name = "Budget") {
  const options = ["--name", name, "--redirect-uri", back, "--scopes", scopes, "--public"];
  const place = { cwd: passbook.folder, env: passbook.env };
  const { stderr } = await promisify(execFile)(PROGRAM, ["app", "add", ...options], place);
  return /client ID is ([0-9a-z]{26})/.exec(stderr)![1]!;
}

/** Logs in as Ada and goes on to wherever that leads. */
export async function logInOnTheWay(page: Page) {
  await expect(page.getByRole("heading", { level: 1, name: "Log in" })).toBeVisible();
  await page.getByLabel(/e-?mail/i).fill(ada.email);
  await page.getByLabel("Password", { exact: true }).fill(ada.password);
  await page.getByRole("button", { name: "Log in" }).click();
}

/** Returns the heading of the consent page. */
export function consent(page: Page, name = "Budget") {
  return page.getByRole("heading", { level: 1, name: `Allow ${name} to use your account?` });
}

/** Asserts that `state` came back unchanged. */
export function expectState(told: URLSearchParams) {
  expect(told.get("state")).toBe(STATE);
}

function question(passbook: Passbook, clientId: string, back: string, other: Record<string, string> = {}) {
  const asked = new URLSearchParams({
    response_type: "code",
    client_id: clientId,
    redirect_uri: back,
    scope: "read sync manage",
    state: STATE,
    code_challenge: createHash("sha256").update(VERIFIER).digest("base64url"),
    code_challenge_method: "S256",
    ...other,
  });
  return `${passbook.url}/oauth/authorize?${asked}`;
}

function exchanged(passbook: Passbook, clientId: string, back: string, code: string) {
  const app = { client_id: clientId, redirect_uri: back, code_verifier: VERIFIER };
  const body = new URLSearchParams({ grant_type: "authorization_code", code, ...app });
  return fetch(`${passbook.url}/oauth/token`, { method: "POST", body });
}

const PAGE = '<!doctype html><html lang="en"><title>Budget</title><link rel="icon" href="data:,"><h1>Back at Budget</h1>';

/** Serves an app's page and records each visit. */
async function landing() {
  const came: URLSearchParams[] = [];
  const server = createServer((request, response) => {
    came.push(new URL(request.url!, "http://127.0.0.1").searchParams);
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(PAGE);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stop = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { back: `http://127.0.0.1:${(server.address() as AddressInfo).port}/back`, came, stop };
}
