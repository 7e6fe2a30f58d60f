//! `fairlead serve`: the API and hosted git repositories over HTTP, from one folder.

use std::net::SocketAddr;
use std::path::PathBuf;

use fairlead_native::{Options, ServeError, Server};

use crate::exit::Exit;

/// Where to listen and where to keep things.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Without a token the server listens on a loopback address alone, and whoever can connect there may do everything.
With FAIRLEAD_TOKEN in the environment it listens anywhere; the token is the password that git asks for, and opens
everything. Put a server that speaks TLS in front of it: this one does not.")]
pub(crate) struct Args {
    /// The address to listen on.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The folder that everything is kept in.
    #[arg(long, value_name = "FOLDER", default_value = "fairlead-data")]
    data: PathBuf,
}

/// Serves until the process ends.
pub(crate) fn run(args: Args) -> Exit {
    // A token among the arguments would be seen by everybody on the machine.
    let token = std::env::var("FAIRLEAD_TOKEN").ok().filter(|token| !token.is_empty());
    let options = Options { listen: args.listen, data: args.data, token };
    match served(&options) {
        Ok(()) => Exit::Done,
        Err(error) => {
            anstream::eprintln!("error: {error}");
            Exit::Failed
        }
    }
}

fn served(options: &Options) -> Result<(), ServeError> {
    let system = |source| ServeError::System { what: "cannot serve".to_owned(), source };
    let server = Server::open(options)?;
    let address = server.address().map_err(system)?;
    anstream::eprintln!("Serving http://{address}/ from {}", options.data.display());
    anstream::eprintln!("Repositories are at http://{address}/git/r/NAME/repo.git; create one with");
    anstream::eprintln!(
        "  curl -H 'content-type: application/json' -d '{{\"name\": \"NAME\"}}' http://{address}/api/v2/repositories"
    );
    server.run().map_err(system)
}
