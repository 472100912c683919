// Runs a command while the built-in bank runs on its own: `with-bank.mjs COMMAND ARGUMENT…`. The bank's address is in
// CLIENT_BANK.
import { spawn } from "node:child_process";
import { once } from "node:events";

import { startBank } from "../program.mjs";

const [command, ...args] = process.argv.slice(2);
const bank = await startBank();
let code = 1;
try {
  const child = spawn(command, args, { stdio: "inherit", env: { ...process.env, CLIENT_BANK: bank.url } });
  [code] = await once(child, "exit");
} finally {
  if (code !== 0) console.error(bank.output());
  await bank.stop();
}
process.exit(code ?? 1);
