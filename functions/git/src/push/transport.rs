//! What carries requests to a git server.

use fairlead_fetch::Body;

use crate::RepositoryError;
use crate::wire::Service;

/// Carries requests to one repository's server, and answers back. It knows addresses and credentials; what is in the
/// requests it does not.
///
/// The futures need not be `Send`: an edge isolate has one thread.
#[expect(async_fn_in_trait, reason = "no caller asks for Send, and some hosts could not promise it")]
pub trait Transport {
    /// What to call the repository in messages: its address, without credentials.
    fn name(&self) -> &str;

    /// What the server says first: its refs, or for readers what protocol v2 offers.
    ///
    /// # Errors
    /// Where the repository cannot be reached or may not be seen.
    async fn advertisement(&self, service: Service) -> Result<Body, RepositoryError>;

    /// The answer to one request; readers speak protocol v2 where the server offered it.
    ///
    /// # Errors
    /// Likewise. [`RepositoryError::may_have_arrived`] tells whether the server may have carried it out.
    async fn request(&self, service: Service, body: Body) -> Result<Body, RepositoryError>;
}

impl<T: Transport + ?Sized> Transport for &T {
    fn name(&self) -> &str {
        (**self).name()
    }

    async fn advertisement(&self, service: Service) -> Result<Body, RepositoryError> {
        (**self).advertisement(service).await
    }

    async fn request(&self, service: Service, body: Body) -> Result<Body, RepositoryError> {
        (**self).request(service, body).await
    }
}
