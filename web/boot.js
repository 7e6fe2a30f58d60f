// Loads the engine. `pkg` is what wasm-bindgen writes from the crate.
import start from "./pkg/fairlead_page.js";

start().catch((error) => {
  const main = document.getElementById("preview");
  main.textContent = `The engine could not be loaded: ${error}`;
  main.setAttribute("aria-busy", "false");
  throw error;
});
