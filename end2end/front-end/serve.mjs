// Serves Budget's files, and settings.json with the address of Passbook and the client ID. Any web server can do the
// same: nothing here is secret.
//
//   node end2end/front-end/serve.mjs CLIENT_ID [PASSBOOK]
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";

const PORT = 5173;
const FILES = {
  "/": ["index.html", "text/html; charset=utf-8"],
  "/budget.css": ["budget.css", "text/css; charset=utf-8"],
  "/budget.js": ["budget.js", "text/javascript; charset=utf-8"],
  "/elements.js": ["elements.js", "text/javascript; charset=utf-8"],
  "/passbook.js": ["passbook.js", "text/javascript; charset=utf-8"],
};

/** Serves Budget on a port of this machine; `settings` may be completed later. */
export async function serve(settings, port = PORT) {
  const server = createServer(async (request, response) => {
    const [path] = request.url.split("?");
    const headers = { "Content-Security-Policy": policy(settings), "Cache-Control": "no-store" };
    if (path === "/settings.json") {
      response.writeHead(200, { ...headers, "Content-Type": "application/json" }).end(JSON.stringify(settings));
    } else if (Object.hasOwn(FILES, path)) {
      const [file, type] = FILES[path];
      const content = await readFile(new URL(file, import.meta.url));
      response.writeHead(200, { ...headers, "Content-Type": type }).end(content);
    } else {
      response.writeHead(404, headers).end();
    }
  });
  await new Promise((resolve, reject) => server.once("error", reject).listen(port, "127.0.0.1", resolve));
  const stop = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${server.address().port}`, stop };
}

/** Allows scripts and styles from here only, calls to Passbook only, and images of banks as data URLs. */
function policy({ passbook }) {
  const rules = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `connect-src 'self' ${passbook}`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return rules.join("; ");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [clientId, passbook = "http://127.0.0.1:3000"] = process.argv.slice(2);
  if (!clientId) {
    console.error("Name the client ID that `passbook app add` has told: node end2end/front-end/serve.mjs CLIENT_ID");
    process.exit(1);
  }
  // A copied address ends in a slash; an origin, as Passbook names itself, does not.
  const { url } = await serve({ passbook: new URL(passbook).origin, clientId });
  console.log(`Budget is at ${url}/`);
}
