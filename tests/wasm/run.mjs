// Runs a test program built for wasm32-wasip1, as cargo's runner for that target: the engine's own tests on WASM.
//
// It gets the repository's folder, because case files are found by absolute paths, and the environment, because
// that is where `FAIRLEAD_BLESS` is. Nothing else of the machine is there.
import { readFile } from "node:fs/promises";
import { WASI } from "node:wasi";

const root = process.env.FAIRLEAD_ROOT ?? process.cwd();
const [program, ...rest] = process.argv.slice(2);
const wasi = new WASI({
  version: "preview1",
  args: [program, ...rest],
  env: process.env,
  preopens: { [root]: root, ".": process.cwd() },
  returnOnExit: true,
});
const module = await WebAssembly.compile(await readFile(program));
const instance = await WebAssembly.instantiate(module, wasi.getImportObject());
try {
  process.exitCode = wasi.start(instance);
} catch (trap) {
  // A panic and a stack overflow both arrive here: what they said is on standard error already.
  console.error(`trap: ${trap.stack ?? trap}`);
  process.exitCode = 1;
}
