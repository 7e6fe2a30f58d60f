//! Manifests: the one layer that is a chart's package.

use fairlead_world::Digest;
use serde::Deserialize;

use crate::limits;

/// The kinds of manifest that a chart has.
pub(super) const ACCEPT: &str = "application/vnd.oci.image.manifest.v1+json, \
     application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.index.v1+json";

const CONFIG: &str = "application/vnd.cncf.helm.config.v1+json";
const PACKAGE: &str = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
const OLD_PACKAGE: &str = "application/tar+gzip";

/// The layer that is the package.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Layer {
    pub(super) digest: Digest,
    pub(super) size: usize,
}

#[derive(Deserialize)]
struct Manifest {
    config: Option<Descriptor>,
    #[serde(default)]
    layers: Vec<Descriptor>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    #[serde(default)]
    media_type: String,
    digest: String,
    // Wider than what may be held in memory, on every target.
    size: u64,
}

/// Finds the package in a manifest.
pub(super) fn chart_layer(manifest: &[u8]) -> Result<Layer, String> {
    let manifest: Manifest =
        serde_json::from_slice(manifest).map_err(|error| format!("the manifest cannot be read: {error}"))?;
    if manifest.config.is_none_or(|config| config.media_type != CONFIG) {
        return Err(format!("could not load config with mediatype {CONFIG}"));
    }
    let mut layers = manifest.layers.into_iter();
    let layer = layers.find(|layer| layer.media_type == PACKAGE || layer.media_type == OLD_PACKAGE);
    let layer = layer.ok_or_else(|| format!("manifest does not contain a layer with mediatype {PACKAGE}"))?;
    let digest = Digest::parse(&layer.digest).map_err(|_| "the package's digest is no SHA-256".to_owned())?;
    let size = usize::try_from(layer.size).ok().filter(|size| *size <= limits::PACKAGE_BYTES);
    let size = size.ok_or_else(|| {
        format!("the package has {} bytes, more than {}", layer.size, limits::PACKAGE_BYTES)
    })?;
    Ok(Layer { digest, size })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(layers: &str) -> Result<Layer, String> {
        let config =
            "{\"mediaType\":\"application/vnd.cncf.helm.config.v1+json\",\"digest\":\"x\",\"size\":2}";
        chart_layer(format!("{{\"schemaVersion\":2,\"config\":{config},\"layers\":[{layers}]}}").as_bytes())
    }

    #[test]
    fn the_chart_is_one_layer_of_several() {
        let digest = format!("sha256:{}", "ab".repeat(32));
        let layer = |kind: &str, digest: &str, size: usize| {
            format!("{{\"mediaType\":\"{kind}\",\"digest\":\"{digest}\",\"size\":{size}}}")
        };
        let provenance = layer("application/vnd.cncf.helm.chart.provenance.v1.prov", "sha256:y", 1);
        let good = format!("{provenance},{}", layer(PACKAGE, &digest, 7));
        assert_eq!(read(&good), Ok(Layer { digest: Digest::parse(&digest).unwrap(), size: 7 }));
        assert!(read(&provenance).unwrap_err().starts_with("manifest does not contain a layer"));
        assert!(read(&layer(PACKAGE, "sha512:ab", 7)).unwrap_err().contains("SHA-256"));
        assert!(read(&layer(PACKAGE, &digest, limits::PACKAGE_BYTES + 1)).unwrap_err().contains("more than"));
        assert!(chart_layer(b"{\"manifests\":[]}").unwrap_err().starts_with("could not load config"));
        assert!(chart_layer(b"<html>").unwrap_err().starts_with("the manifest cannot be read"));
    }
}
