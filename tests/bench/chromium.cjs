// Runs the measuring program in headless Chromium, in a worker as a page would, and prints what it prints. Linux says how
// long the worker's thread has run: what other programs do leaves no mark on it.
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
const types = { text: "text/plain", html: "text/html", js: "text/javascript", wasm: "application/wasm", json: "application/json" };

// The chart and its package as the program's disk: paths with what is in them, in base64.
function disk() {
  const entries = readdirSync(chart, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const files = entries.map((entry) => {
    const path = join(entry.parentPath, entry.name);
    return [`chart/${relative(chart, path)}`, readFileSync(path).toString("base64")];
  });
  return JSON.stringify([...files, ["package.tgz", readFileSync(package).toString("base64")]]);
}

let thread;

// The statistics of the worker's thread, among those of the browser's processes.
function findThread() {
  const numbers = (folder) => readdirSync(folder).filter((name) => /^\d+$/.test(name));
  for (const pid of numbers("/proc")) {
    try {
      if (!readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("--type=renderer")) continue;
      if (!isOurs(pid)) continue;
      for (const task of numbers(`/proc/${pid}/task`)) {
        const folder = `/proc/${pid}/task/${task}`;
        if (readFileSync(`${folder}/comm`, "utf8").startsWith("DedicatedWorker")) return `${folder}/schedstat`;
      }
    } catch {
      // A process that has just ended.
    }
  }
  throw new Error("the worker's thread is not among the browser's");
}

// Whether a process descends from this one.
function isOurs(pid) {
  for (let at = Number(pid); at > 1; ) {
    if (at === process.pid) return true;
    at = Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${at}/status`, "utf8"))[1]);
  }
  return false;
}

function content(path) {
  if (path === "/clock") return ["text", readFileSync((thread ??= findThread()), "utf8").split(" ")[0]];
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
    "cache-control": "no-store",
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
