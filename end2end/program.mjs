// Starts the built program in an empty folder with only the given settings, and waits until it prints its address.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The built program. */
export const PROGRAM = process.env.PASSBOOK_PROGRAM ?? fileURLToPath(new URL("../target/debug/passbook", import.meta.url));
const START_LIMIT_MS = 30_000;
// The program promises to stop within ten seconds.
const STOP_LIMIT_MS = 10_000;

/** Starts Passbook with its own bank on a free port. */
export function startPassbook(options = {}) {
  const { args = [], env = {} } = options;
  return start(["serve", ...args], { PASSBOOK_LISTEN: "127.0.0.1:0", ...env }, /^Passbook is at (\S+)$/m);
}

/** Starts the built-in bank on its own, on a free port. */
export function startBank() {
  return start(["sandbox", "--listen", "127.0.0.1:0"], {}, /^Sandbox bank is at (\S+)$/m);
}

/** Returns a free port, for addresses that must be known before the start. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const holder = createServer().once("error", reject);
    holder.listen(0, "127.0.0.1", () => {
      const { port } = holder.address();
      holder.close(() => resolve(port));
    });
  });
}

async function start(args, settings, announcement) {
  const folder = await mkdtemp(join(tmpdir(), "passbook-"));
  const env = { PATH: process.env.PATH, PASSBOOK_DATA_DIR: join(folder, "data"), ...settings };
  const child = spawn(PROGRAM, args, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  const said = { out: "", all: "" };
  const exited = new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(signal ?? code));
  });
  const announced = new Promise((resolve) => {
    child.stdout.setEncoding("utf8").on("data", (text) => {
      said.out += text;
      said.all += text;
      const found = announcement.exec(said.out);
      if (found) resolve(found[1].replace(/\/$/, ""));
    });
  });
  child.stderr.setEncoding("utf8").on("data", (text) => (said.all += text));

  const stop = async () => {
    child.kill("SIGTERM");
    const code = await bounded(exited, STOP_LIMIT_MS);
    if (code === undefined) child.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
    if (code !== 0) throw new Error(`passbook ${args[0]} did not stop well (${code ?? "too slow"}):\n${said.all}`);
  };
  const url = await bounded(Promise.race([announced, exited.then(() => undefined)]), START_LIMIT_MS);
  if (url === undefined) {
    child.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
    throw new Error(`passbook ${args.join(" ")} did not start:\n${said.all}`);
  }
  return { url, stop, output: () => said.all, folder, env };
}

async function bounded(promise, limit) {
  let timer;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, limit)));
  const result = await Promise.race([promise, late]);
  clearTimeout(timer);
  return result;
}
