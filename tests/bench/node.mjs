// Runs a WASI program in V8, with the clock that counts only while the program runs: what other programs do, and the
// threads that compile, leave no mark on what it measures.
import { readFile } from "node:fs/promises";
import { WASI } from "node:wasi";

const [program, ...rest] = process.argv.slice(2);
const wasi = new WASI({
  version: "preview1",
  args: [program, ...rest],
  preopens: { "/": "/" },
  returnOnExit: true,
});
const imports = wasi.getImportObject();
let memory;
imports.wasi_snapshot_preview1.clock_time_get = (_clock, _precision, result) => {
  const { user, system } = process.threadCpuUsage();
  new DataView(memory.buffer).setBigUint64(result, BigInt(user + system) * 1000n, true);
  return 0;
};
const instance = await WebAssembly.instantiate(await WebAssembly.compile(await readFile(program)), imports);
memory = instance.exports.memory;
process.exitCode = wasi.start(instance);
