// Runs schemathesis against Passbook with its demo person's token: `with-passbook.mjs COMMAND ARGUMENT…`.
import { spawn } from "node:child_process";
import { once } from "node:events";

import { startPassbook } from "../program.mjs";

const [command, ...args] = process.argv.slice(2);
// The limits would answer for the program.
const passbook = await startPassbook({ env: { PASSBOOK_API_RATE: "0" } });
let code = 1;
try {
  const person = { username: "countess", password: "copper lantern walks north" };
  await post("register", { ...person, email: "ada@example.org" });
  const { access } = await post("token", person);
  const header = ["--header", `Authorization: Bearer ${access}`];
  const where = [`${passbook.url}/api/openapi.json`, "--url", `${passbook.url}/api/v1`];
  const child = spawn(command, [...args, ...header, ...where], { stdio: "inherit" });
  [code] = await once(child, "exit");
} finally {
  if (code !== 0) console.error(passbook.output());
  await passbook.stop();
}
process.exit(code ?? 1);

async function post(door, body) {
  const answer = await fetch(`${passbook.url}/api/v1/users/auth/${door}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${door}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}
