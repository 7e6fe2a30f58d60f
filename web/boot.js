// Loads the engine. `pkg` is what wasm-bindgen writes from the crate.
import start from "./pkg/fairlead_page.js";

start().catch((error) => {
  document.getElementById("preview").textContent = `The engine could not be loaded: ${error}`;
});
