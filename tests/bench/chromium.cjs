// Runs the measuring program in headless Chromium, in a worker as a page would, and prints what it prints.
//
//   node chromium.cjs CHROMIUM PROFILE PROGRAM measure 3|4 SECONDS CHART PACKAGE
const { createServer } = require("node:http");
const { readFileSync, readdirSync } = require("node:fs");
const { dirname, join, relative } = require("node:path");
const { chromium } = require("playwright-core");

const [executablePath, profile, program, command, helm, seconds, chart, package] = process.argv.slice(2);
const shim = dirname(require.resolve("@bjorn3/browser_wasi_shim"));
const flags = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];
const types = { html: "text/html", js: "text/javascript", wasm: "application/wasm", json: "application/json" };

// The chart and its package as the program's disk: paths with what is in them, in base64.
function disk() {
  const entries = readdirSync(chart, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const files = entries.map((entry) => {
    const path = join(entry.parentPath, entry.name);
    return [`chart/${relative(chart, path)}`, readFileSync(path).toString("base64")];
  });
  return JSON.stringify([...files, ["package.tgz", readFileSync(package).toString("base64")]]);
}

function content(path) {
  if (path === "/") return ["html", "<!doctype html><title>measure</title>"];
  if (path === "/worker.js") return ["js", readFileSync(join(__dirname, "worker.js"))];
  if (path === "/program.wasm") return ["wasm", readFileSync(program)];
  if (path === "/disk.json") return ["json", disk()];
  const script = /^\/shim\/([a-z_0-9]+\.js)$/.exec(path);
  return script && ["js", readFileSync(join(shim, script[1]))];
}

function serve(request, response) {
  const found = content(request.url);
  if (!found) return response.writeHead(404).end();
  response.writeHead(200, {
    "content-type": types[found[0]],
    // Pages of their own process have a clock of 5 microseconds instead of 100.
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
  });
  response.end(found[1]);
}

function run(args) {
  return new Promise((resolve, reject) => {
    const worker = new Worker("/worker.js", { type: "module" });
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(args);
  });
}

async function main() {
  const server = createServer(serve).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const context = await chromium.launchPersistentContext(profile, { executablePath, headless: true, args: flags });
  try {
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    const { code, lines, complaints } = await page.evaluate(run, [program, command, helm, seconds, "/chart", "/package.tgz"]);
    lines.forEach((line) => console.log(line));
    complaints.forEach((line) => console.error(line));
    process.exitCode = code;
  } finally {
    await context.close();
    server.close();
  }
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
