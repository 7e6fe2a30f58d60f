//! OCI registries: anonymous tokens, a manifest, and the package as one of its layers.

use fairlead_world::Digest;
use serde::Deserialize;

use super::http::{self, Response};
use super::{ChartError, HttpError};

/// The media type of a chart's package.
const PACKAGE: &str = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

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

/// Fetches the package of `host/repository:tag`.
pub(super) fn package(reference: &str) -> Result<Vec<u8>, ChartError> {
    let address = || HttpError::Address(format!("oci://{reference}"));
    let (host, rest) = reference.split_once('/').ok_or_else(address)?;
    let (repository, tag) = rest.rsplit_once(':').ok_or_else(address)?;
    let base = format!("https://{host}/v2/{repository}");
    let manifest = format!("{base}/manifests/{tag}");
    let wrong = |reason: String| ChartError::Answer { url: manifest.clone(), reason };
    let answer: Manifest =
        serde_json::from_slice(&get(&manifest, MANIFEST)?).map_err(|error| wrong(error.to_string()))?;
    let layer = answer.layers.into_iter().find(|layer| layer.media_type == PACKAGE);
    let layer = layer.ok_or_else(|| wrong("the manifest has no chart in it".to_owned()))?;
    let expected = Digest::parse(&layer.digest).map_err(|error| wrong(error.to_string()))?;
    let package = get(&format!("{base}/blobs/{expected}"), "*/*")?;
    match Digest::of(&package) {
        found if found == expected => Ok(package),
        found => Err(wrong(format!("the layer hashes to {found}, and the manifest names {expected}"))),
    }
}

/// Gets an address of a registry, with an anonymous token where it asks for one. A registry on this machine is reached
/// without TLS.
pub(super) fn get(url: &str, accept: &str) -> Result<Vec<u8>, ChartError> {
    let url = match url.strip_prefix("https://") {
        Some(rest) if http::is_loopback(http::host(rest)) => format!("http://{rest}"),
        _ => url.to_owned(),
    };
    let mut response = http::get(&url, accept, None)?;
    if let Response { status: 401, challenge: Some(challenge), .. } = &response {
        let wrong = |reason: String| ChartError::Answer { url: url.clone(), reason };
        let realm =
            token_address(challenge).ok_or_else(|| wrong("the registry asks for credentials".to_owned()))?;
        let answer = http::body(&realm, "application/json")?;
        let token: Token = serde_json::from_slice(&answer).map_err(|error| wrong(error.to_string()))?;
        response = http::get(&url, accept, Some(&format!("Bearer {}", token.token)))?;
    }
    match response.status {
        200 => Ok(response.body),
        status => Err(HttpError::Status { url, status }.into()),
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
