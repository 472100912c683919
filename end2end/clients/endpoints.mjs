// Lists every endpoint of Plaid's API with the access token that its request takes, read from the npm package's own
// source. The built-in bank keeps this list, and a client check compares the two. After an update of the package:
//   node end2end/clients/endpoints.mjs > crates/bank/src/api/endpoints.txt
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

// In order of precedence: at most one of these counts in a request.
const TOKENS = ["access_token", "access_tokens"];

/** Returns the list as text, one endpoint a line: method, path, token field (`?` if optional, `-` if there is none). */
export function endpoints() {
  const source = readFileSync(join(dirname(createRequire(import.meta.url).resolve("plaid/package.json")), "api.ts"), "utf8");
  const calls = source.slice(
    source.indexOf("export const PlaidApiAxiosParamCreator"),
    source.indexOf("export const PlaidApiFp"),
  );
  const call = /async \((?:\w+\??: (\w+))?[^)]*\): Promise<RequestArgs> => \{[^`]*?localVarPath = `([^`]+)`[^]*?method: '(\w+)'/g;
  const lines = [...calls.matchAll(call)].map(([, type, path, method]) => `${method} ${path} ${tokenOf(source, type)}`);
  return `${lines.sort().join("\n")}\n`;
}

function tokenOf(source, type) {
  const start = source.indexOf(`export interface ${type} {`);
  if (start < 0) return "-";
  const fields = source.slice(start, source.indexOf("\n}", start));
  for (const name of TOKENS) {
    const found = new RegExp(`^ {4}'?${name}'?(\\??):`, "m").exec(fields);
    if (found) return `${name}${found[1]}`;
  }
  return "-";
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.stdout.write(endpoints());
