// Opens the page in headless Chromium and compares what it shows with the hub's answer for the same project: the
// cells of the matrix, and the paths, sizes and digests of the generated files, rendered here by the browser's engine.
//
//   node exercise.cjs SITE CHROMIUM PROFILE functions/hub/tests/cases/preview-shop.http
const { createHash } = require("node:crypto");
const { createServer } = require("node:http");
const { readFile } = require("node:fs/promises");
const { extname, join, normalize } = require("node:path");
const { chromium } = require("playwright-core");

const [site, executablePath, profile, golden] = process.argv.slice(2);
const types = { ".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".wasm": "application/wasm" };
const flags = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

function check(name, holds, detail = "") {
  console.log(`${holds ? "ok" : "FAILED"} ${name}`);
  if (!holds && detail) console.error(`  ${detail}`);
}

async function serve(request, response) {
  const path = normalize(new URL(request.url, "http://localhost").pathname);
  try {
    const body = await readFile(join(site, path === "/" ? "index.html" : path));
    response.writeHead(200, { "content-type": types[extname(path) || ".html"] ?? "application/octet-stream" });
    response.end(body);
  } catch {
    response.writeHead(404).end();
  }
}

// What the page shows, in the words of the hub's answer.
function shown() {
  const rows = [...document.querySelectorAll("table tr")];
  const columns = [...rows[0].querySelectorAll("th")].slice(1).map((cell) => cell.textContent.split(" "));
  const cells = rows.slice(1).flatMap((row) =>
    [...row.querySelectorAll("td")].map((cell, column) => ({
      workload: row.querySelector("th").textContent,
      tenant: columns[column][0],
      environment: columns[column][1],
      status: cell.dataset.status,
      targets: cell.textContent === "" ? [] : cell.textContent.split(", "),
    })),
  );
  const files = [...document.querySelectorAll("details")].map((file) => ({
    path: file.querySelector("summary").textContent,
    text: file.querySelector("pre").textContent,
  }));
  const codes = [...document.querySelectorAll("li")].map((item) => item.dataset.code);
  return { cells, files, codes, summary: document.querySelector("main p").textContent };
}

async function main() {
  const expected = JSON.parse((await readFile(golden, "utf8")).split("\n\n").slice(2).join("\n\n"));
  const server = createServer(serve).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const context = await chromium.launchPersistentContext(profile, { executablePath, headless: true, args: flags });
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.waitForSelector('main[aria-busy="false"]', { timeout: 60_000 });
  check("nothing is complained about", complaints.length === 0, complaints.join("; "));
  const { cells, files, codes, summary } = await page.evaluate(shown);
  console.error(`  ${summary}`);

  check("the matrix is the hub's", same(cells, expected.cells));
  const manifests = files.map(({ path, text }) => ({
    path,
    size: Buffer.byteLength(text),
    digest: `sha256:${createHash("sha256").update(text).digest("hex")}`,
  }));
  check("the files are the hub's, byte for byte", same(manifests, expected.manifests));
  const messages = [...expected.errors, ...expected.warnings].map((said) => said.code).sort();
  check("the messages are the hub's", same([...codes].sort(), messages), codes.join(" "));

  await context.close();
  server.close();
}

function same(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
