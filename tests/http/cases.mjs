// Asks a running hub every case of functions/hub/tests/cases and compares status, headers and body, byte for byte.
//
//   node cases.mjs http://127.0.0.1:8787 functions/hub/tests/cases
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

const [origin, folder] = process.argv.slice(2);
const names = (await readdir(folder)).sort();
for (const name of names) {
  const [request, head, ...body] = (await readFile(join(folder, name), "utf8")).split("\n\n");
  const wrong = await differences(request, head.split("\n"), body.join("\n\n"));
  console.log(`${wrong.length === 0 ? "ok" : "FAILED"} ${name}`);
  for (const line of wrong) console.error(`  ${line}`);
}

async function differences(request, [status, ...headers], body) {
  const [method, path] = request.split(" ");
  const response = await fetch(origin + path, { method, redirect: "manual", signal: AbortSignal.timeout(30_000) });
  const wrong = [];
  if (String(response.status) !== status) wrong.push(`status ${response.status}, expected ${status}`);
  for (const header of headers) {
    const [key, value] = header.split(": ");
    if (response.headers.get(key) !== value) wrong.push(`${key}: ${response.headers.get(key)}, expected ${value}`);
  }
  const text = await response.text();
  if (text !== body) wrong.push(`the body has ${text.length} characters, expected ${body.length}: ${text.slice(0, 400)}`);
  return wrong;
}
