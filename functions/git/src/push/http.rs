//! Smart HTTP: the protocol's two kinds of request.

use std::cell::RefCell;
use std::rc::Rc;

use fairlead_fetch::{Address, Body, Fetch, Guarded, Redirects};
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method, Response};

use super::answer;
use super::credential::{Credential, CredentialError, Renew};
use super::transport::Transport;
use crate::RepositoryError;
use crate::wire::Service;

/// A repository's address on an HTTP server. The credential is bound to its origin: no other server is asked at all.
#[derive(Debug)]
pub struct Http<F> {
    fetch: Guarded<F>,
    name: String,
    /// Where the repository is: elsewhere on the same server after a redirect.
    address: RefCell<Address>,
    authorization: RefCell<Option<HeaderValue>>,
    credential: RefCell<Option<Credential>>,
    renew: Option<Rc<dyn Renew>>,
}

/// The longest request of a reader, which may have to be sent twice.
const MAX_REQUEST: usize = 16 << 20;

impl<F: Fetch> Http<F> {
    /// A repository by its address, such as `https://git.example.com/team/shop.git`.
    ///
    /// # Errors
    /// Where the credential cannot be sent.
    pub fn new(
        fetch: Guarded<F>,
        address: Address,
        credential: Option<&Credential>,
    ) -> Result<Http<F>, CredentialError> {
        let authorization = RefCell::new(credential.map(Credential::header).transpose()?);
        let credential = RefCell::new(credential.cloned());
        let (name, address) = (address.to_string(), RefCell::new(address));
        Ok(Http { fetch, name, address, authorization, credential, renew: None })
    }

    /// The same with a credential that is renewed once where the server no longer takes it.
    #[must_use]
    pub fn renewed_by(self, renew: Rc<dyn Renew>) -> Http<F> {
        Http { renew: Some(renew), ..self }
    }

    /// Renews the credential after this error, where it can help.
    async fn renews(&self, error: &RepositoryError) -> Result<bool, RepositoryError> {
        let (Some(renew), RepositoryError::Unauthorized { status: 401, .. }) = (&self.renew, error) else {
            return Ok(false);
        };
        let failed = |why: String| RepositoryError::Unreached { repository: self.name.clone(), why };
        let refused = self.credential.borrow().clone();
        let credential = renew.renew(refused.as_ref()).await.map_err(|error| failed(error.to_string()))?;
        let header = credential.header().map_err(|error| failed(error.to_string()))?;
        self.authorization.replace(Some(header));
        self.credential.replace(Some(credential));
        Ok(true)
    }

    async fn advertise(&self, service: Service) -> Result<Body, RepositoryError> {
        let name = service.name();
        let suffix = format!("info/refs?service={name}");
        let at = self.address.borrow().below(&suffix);
        let (from, answer) = self.fetch.get(&at, &self.headers(service), Redirects::SameOrigin).await?;
        let body = self.body(answer, &format!("application/x-{name}-advertisement")).await?;
        // A repository that was renamed is asked at its new address from here on.
        if let Some(moved) = from.to_string().strip_suffix(&format!("/{suffix}"))
            && let Ok(moved) = Address::parse(moved)
        {
            self.address.replace(moved);
        }
        Ok(body)
    }

    async fn send(&self, service: Service, body: Body) -> Result<Body, RepositoryError> {
        let name = service.name();
        let mut headers = self.headers(service);
        let kind = format!("application/x-{name}-request");
        let kind = HeaderValue::from_str(&kind).ok();
        headers.extend(kind.map(|kind| (CONTENT_TYPE, kind)));
        let accept = format!("application/x-{name}-result");
        headers.extend(HeaderValue::from_str(&accept).ok().map(|accept| (ACCEPT, accept)));
        headers.extend(body.length().map(|length| (CONTENT_LENGTH, HeaderValue::from(length))));
        let at = self.address.borrow().below(name);
        let answer = self.fetch.send(Method::POST, &at, &headers, body).await?;
        self.body(answer, &accept).await
    }

    fn headers(&self, service: Service) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(USER_AGENT, HeaderValue::from_static(crate::AGENT));
        if service == Service::UploadPack {
            headers.insert("git-protocol", HeaderValue::from_static("version=2"));
        }
        if let Some(authorization) = &*self.authorization.borrow() {
            headers.insert(AUTHORIZATION, authorization.clone());
        }
        headers
    }

    /// The body of a good answer, which must be of the type that the protocol gives it.
    async fn body(&self, answer: Response<Body>, kind: &str) -> Result<Body, RepositoryError> {
        let (head, body) = answer.into_parts();
        if !head.status.is_success() {
            return Err(answer::refused(&self.name, head.status, &head.headers, body).await);
        }
        let found = head.headers.get(CONTENT_TYPE).and_then(|found| found.to_str().ok()).unwrap_or_default();
        if found.split(';').next().unwrap_or_default().trim() != kind {
            let shown: String = found.chars().take(60).collect();
            let why =
                format!("it answers `{shown}` instead of `{kind}`: is that the address of a git repository?");
            return Err(RepositoryError::Answer { repository: self.name.clone(), why });
        }
        Ok(body)
    }
}

impl<F: Fetch> Transport for Http<F> {
    fn name(&self) -> &str {
        &self.name
    }

    async fn advertisement(&self, service: Service) -> Result<Body, RepositoryError> {
        match self.advertise(service).await {
            Err(error) if self.renews(&error).await? => self.advertise(service).await,
            answer => answer,
        }
    }

    async fn request(&self, service: Service, body: Body) -> Result<Body, RepositoryError> {
        // Before a push the server has just shown its refs to the same credential.
        if self.renew.is_none() || service == Service::ReceivePack {
            return self.send(service, body).await;
        }
        let named = |source| RepositoryError::Body { repository: self.name.clone(), source };
        let request = body.collect(MAX_REQUEST).await.map_err(named)?;
        match self.send(service, request.clone().into()).await {
            Err(error) if self.renews(&error).await? => self.send(service, request.into()).await,
            answer => answer,
        }
    }
}
