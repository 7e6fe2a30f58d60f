//! From an address to what carries requests there.

use fairlead_fetch::{Address, Body, Guarded, Native, Policy};
use fairlead_git::RepositoryError;
use fairlead_git::push::{Http, Transport};
use fairlead_git::wire::Service;

use super::RemoteError;
use super::credential::{Access, Known};
use super::ssh::Ssh;

/// Whatever an address asks for.
#[derive(Debug)]
pub(crate) enum Carrier {
    /// Smart HTTP.
    Http(Box<Http<Native>>),
    /// The system's ssh.
    Ssh(Ssh),
}

/// What carries requests to the repository at an address.
pub(super) fn to(address: &str, access: &Access) -> Result<Carrier, RemoteError> {
    if let Some(ssh) = Ssh::parse(address)? {
        return Ok(Carrier::Ssh(ssh));
    }
    let address = Address::parse(address)?;
    let fetch = Guarded::native(Policy::own_machine());
    let Known { credential, renew } = access.to(&address)?;
    let http = Http::new(fetch, address, credential.as_ref())?;
    Ok(Carrier::Http(Box::new(match renew {
        Some(renew) => http.renewed_by(renew),
        None => http,
    })))
}

/// The address of a repository on its provider's pages, whatever git reaches it by.
pub(super) fn page(address: &str) -> Result<Address, RemoteError> {
    match Ssh::parse(address)? {
        Some(ssh) => Ok(Address::parse(&ssh.page())?),
        None => Ok(Address::parse(address)?),
    }
}

impl Transport for Carrier {
    fn name(&self) -> &str {
        match self {
            Carrier::Http(http) => http.name(),
            Carrier::Ssh(ssh) => ssh.name(),
        }
    }

    async fn advertisement(&self, service: Service) -> Result<Body, RepositoryError> {
        match self {
            Carrier::Http(http) => http.advertisement(service).await,
            Carrier::Ssh(ssh) => ssh.advertisement(service).await,
        }
    }

    async fn request(&self, service: Service, body: Body) -> Result<Body, RepositoryError> {
        match self {
            Carrier::Http(http) => http.request(service, body).await,
            Carrier::Ssh(ssh) => ssh.request(service, body).await,
        }
    }
}
