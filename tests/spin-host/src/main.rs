//! Serves a Spin application's HTTP trigger on one address, for tests.
//!
//! This is a stand-in, not Spin: it reads the application's `spin.toml` and gives its component what Spin would, a
//! fresh instance for each request through `wasi:http/handler@0.3.0`, on the same runtime that Spin is built on.
//! A component that imports an interface which is not served here is refused when the host starts.
//!
//! ```text
//! fairlead-spin-host spin.toml 127.0.0.1:3000
//! ```

mod application;
mod component;
mod server;

use anyhow::{Context as _, Result};
use tokio::net::TcpListener;

use crate::application::Application;
use crate::component::Service;

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let manifest = arguments.next().context("the first argument is the path of a spin.toml")?;
    let address = arguments.next().context("the second argument is the address to listen on")?;

    let application = Application::open(manifest.as_ref())?;
    let service = Service::load(&application)?;
    let listener =
        TcpListener::bind(&address).await.with_context(|| format!("cannot listen on {address}"))?;
    println!("Serving {} on http://{}", application.name(), listener.local_addr()?);
    server::serve(listener, service).await
}
