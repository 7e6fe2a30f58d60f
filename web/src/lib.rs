//! The page: the engine runs in the browser and shows what a project would generate, before anything is committed.

#![cfg(target_arch = "wasm32")]

mod preview;
mod view;

use fairlead_delivery::generate::Options;
use fairlead_world::{Blob, MemoryWorld, PathError, RepoPath};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::preview::Preview;

/// The example that the page shows.
const PROJECT: &str = "shop";

/// Renders the example project into the page's `preview` element, and says in the console what it cannot show.
#[wasm_bindgen(start)]
pub fn start() {
    let shown = open().map_err(|error| error.to_string()).and_then(|(world, root)| {
        let preview = Preview::of(&world, &root, &Options::default());
        view::show(&preview).map_err(|error| format!("{error:?}"))
    });
    if let Err(error) = shown {
        gloo::console::error!(error);
    }
}

/// The examples as a repository, and the folder of the one that is shown.
fn open() -> Result<(MemoryWorld, RepoPath), PathError> {
    let mut world = MemoryWorld::new();
    for (path, bytes) in fairlead_examples::FILES {
        world.insert(RepoPath::parse(path)?, Blob::from(*bytes));
    }
    for bytes in fairlead_examples::CONTENTS {
        world.insert_content(Blob::from(*bytes));
    }
    Ok((world, RepoPath::parse(PROJECT)?))
}
