//! Serves a Spin application's HTTP trigger on one address, for tests.
//!
//! This is a stand-in, not Spin: it reads the application's `spin.toml` and gives its component what Spin would, a
//! fresh instance for each request through `wasi:http/handler@0.3.0`, on the same runtime that Spin is built on, with
//! `spin:sqlite@3.1.0` on files and `spin:variables@3.0.0` from the manifest and the environment.
//! A component that imports an interface which is not served here is refused when the host starts.
//!
//! ```text
//! fairlead-spin-host spin.toml 127.0.0.1:3000 FOLDER
//! ```

mod application;
mod component;
mod server;
mod spin;

use anyhow::{Context as _, Result};
use tokio::net::TcpListener;

use crate::application::Application;
use crate::component::Service;

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let manifest = arguments.next().context("the first argument is the path of a spin.toml")?;
    let address = arguments.next().context("the second argument is the address to listen on")?;
    let data = arguments.next().context("the third argument is the folder of the databases")?;

    let application = Application::open(manifest.as_ref())?;
    std::fs::create_dir_all(&data).with_context(|| format!("cannot make the folder {data}"))?;
    let name = application.name().to_owned();
    let service = Service::load(application, data.into())?;
    let listener =
        TcpListener::bind(&address).await.with_context(|| format!("cannot listen on {address}"))?;
    println!("Serving {name} on http://{}", listener.local_addr()?);
    server::serve(listener, service).await
}
