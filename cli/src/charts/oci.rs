//! OCI registries: tags, a manifest, and the package as one of its layers.

use fairlead_world::Digest;
use serde::Deserialize;

use super::http::{self, Response};
use super::{ChartError, HttpError, choose};

/// The media type of a chart's package.
const PACKAGE: &str = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// The most pages of tags that are read.
const MAX_PAGES: usize = 100;

#[derive(Deserialize)]
struct Tags {
    #[serde(default)]
    tags: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Manifest {
    #[serde(default)]
    layers: Vec<Layer>,
}

#[derive(Deserialize)]
struct Layer {
    #[serde(rename = "mediaType")]
    media_type: String,
    digest: String,
}

#[derive(Deserialize)]
struct Token {
    #[serde(alias = "access_token")]
    token: String,
}

/// Finds the best version of a chart and fetches its package; `None` where no version fits.
pub(super) fn find(address: &str, requested: &str) -> Result<Option<(String, Vec<u8>)>, ChartError> {
    let mut registry = Registry::new(address)?;
    let tags = registry.tags()?;
    // A tag cannot have a plus sign: Helm writes an underscore for it.
    let versions: Vec<String> = tags.iter().map(|tag| tag.replace('_', "+")).collect();
    let Some(chosen) = choose(requested, versions.iter().map(String::as_str)) else { return Ok(None) };
    let manifest = registry.get(&format!("manifests/{}", chosen.replace('+', "_")), MANIFEST)?;
    let manifest: Manifest = registry.read(&manifest, "manifest")?;
    let layer = manifest.layers.into_iter().find(|layer| layer.media_type == PACKAGE);
    let layer = layer.ok_or_else(|| registry.wrong("the manifest has no chart in it"))?;
    let expected = Digest::parse(&layer.digest).map_err(|error| registry.wrong(&error.to_string()))?;
    let package = registry.get(&format!("blobs/{}", layer.digest), "*/*")?.body;
    let found = Digest::of(&package);
    if found != expected {
        return Err(ChartError::Digest { url: address.to_owned(), expected, found });
    }
    Ok(Some((chosen.to_owned(), package)))
}

/// One repository of a registry.
struct Registry {
    /// Everything before `manifests/…`, `blobs/…` and `tags/…`.
    base: String,
    /// The origin, for links that begin with a slash.
    origin: String,
    authorization: Option<String>,
}

impl Registry {
    fn new(address: &str) -> Result<Registry, ChartError> {
        let rest = address.strip_prefix("oci://").unwrap_or(address);
        let (host, path) = rest.split_once('/').ok_or_else(|| HttpError::Address(address.to_owned()))?;
        let scheme = if http::is_loopback(http::host(host)) { "http" } else { "https" };
        let origin = format!("{scheme}://{host}");
        Ok(Registry {
            base: format!("{origin}/v2/{}", path.trim_end_matches('/')),
            origin,
            authorization: None,
        })
    }

    fn tags(&mut self) -> Result<Vec<String>, ChartError> {
        let mut tags = Vec::new();
        let mut next = Some(format!("{}/tags/list", self.base));
        for _ in 0..MAX_PAGES {
            let Some(url) = next else { break };
            let response = self.fetch(&url, "application/json")?;
            tags.extend(self.read::<Tags>(&response, "list of tags")?.tags.unwrap_or_default());
            next = response.link.as_deref().and_then(|link| self.next_page(link));
        }
        Ok(tags)
    }

    /// The address in `<…>; rel="next"`, where it is on the same server.
    fn next_page(&self, link: &str) -> Option<String> {
        let target = link.split_once('<')?.1.split_once('>')?.0;
        target.starts_with('/').then(|| format!("{}{target}", self.origin))
    }

    fn get(&mut self, path: &str, accept: &str) -> Result<Response, ChartError> {
        self.fetch(&format!("{}/{path}", self.base), accept)
    }

    /// Gets an address, with an anonymous token where the registry asks for one.
    fn fetch(&mut self, url: &str, accept: &str) -> Result<Response, ChartError> {
        let mut response = http::get(url, accept, self.authorization.as_deref())?;
        if let (401, Some(challenge), None) = (response.status, &response.challenge, &self.authorization) {
            let token =
                token_address(challenge).ok_or_else(|| self.wrong("the registry asks for credentials"))?;
            let answer = http::body(&token, "application/json")?;
            let token: Token =
                serde_json::from_slice(&answer).map_err(|error| self.wrong(&error.to_string()))?;
            self.authorization = Some(format!("Bearer {}", token.token));
            response = http::get(url, accept, self.authorization.as_deref())?;
        }
        match response.status {
            200 => Ok(response),
            status => Err(HttpError::Status { url: url.to_owned(), status }.into()),
        }
    }

    fn read<T: for<'a> Deserialize<'a>>(&self, response: &Response, what: &str) -> Result<T, ChartError> {
        serde_json::from_slice(&response.body).map_err(|error| self.wrong(&format!("its {what}: {error}")))
    }

    fn wrong(&self, reason: &str) -> ChartError {
        ChartError::Answer { url: self.base.clone(), reason: reason.to_owned() }
    }
}

/// Where a `Bearer` challenge says that tokens are to be had.
fn token_address(challenge: &str) -> Option<String> {
    let parameters = challenge.strip_prefix("Bearer ")?;
    let value = |name: &str| {
        let rest = parameters.split_once(&format!("{name}=\""))?.1;
        Some(rest.split_once('"')?.0)
    };
    let realm = value("realm")?;
    let query: Vec<String> = ["service", "scope"]
        .into_iter()
        .filter_map(|name| Some(format!("{name}={}", value(name)?)))
        .collect();
    Some(format!("{realm}?{}", query.join("&")))
}

#[cfg(test)]
mod tests {
    use super::token_address;

    #[test]
    fn a_bearer_challenge_names_where_tokens_are_had() {
        let challenge =
            "Bearer realm=\"https://auth.example/token\",service=\"reg\",scope=\"repository:a/b:pull\"";
        assert_eq!(
            token_address(challenge).as_deref(),
            Some("https://auth.example/token?service=reg&scope=repository:a/b:pull")
        );
        assert_eq!(token_address("Basic realm=\"x\""), None);
    }
}
