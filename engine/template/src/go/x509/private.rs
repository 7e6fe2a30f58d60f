//! Private keys of all kinds: making, reading, writing, signing.

use ed25519_dalek::{Signer as _, SigningKey as Ed25519Key};
use p256::ecdsa::SigningKey as EcKey;

use super::der::{OBJECT, OCTET_STRING, Reader, algorithm, bits, element, null, oid, sequence, small};
use super::rsa::RsaKey;
use super::{Random, decode_pem, dsa, encode_pem};

/// The kinds of keys that can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// RSA with so many bits.
    Rsa(u64),
    /// DSA with 2048 bits.
    Dsa,
    /// ECDSA on the curve P-256.
    Ecdsa,
    /// Ed25519.
    Ed25519,
}

/// A private key.
#[derive(Debug, Clone)]
pub struct PrivateKey(Inner);

#[derive(Debug, Clone)]
enum Inner {
    Rsa(Box<RsaKey>),
    /// Kept as it is encoded, because nothing is ever signed with it.
    Dsa(Vec<u8>),
    Ecdsa(Box<EcKey>),
    Ed25519(Box<Ed25519Key>),
}

impl PrivateKey {
    /// Makes a key.
    pub fn generate(kind: Kind, random: Random<'_>) -> Self {
        let mut seed = || {
            let mut seed = [0; 32];
            random(&mut seed);
            seed
        };
        Self(match kind {
            Kind::Rsa(bits) => Inner::Rsa(Box::new(RsaKey::generate(random, bits))),
            Kind::Dsa => Inner::Dsa(dsa::generate(random)),
            Kind::Ecdsa => loop {
                // Nearly every number is a key; those beyond the order of the curve are not.
                if let Ok(key) = EcKey::from_slice(&seed()) {
                    break Inner::Ecdsa(Box::new(key));
                }
            },
            Kind::Ed25519 => Inner::Ed25519(Box::new(Ed25519Key::from_bytes(&seed()))),
        })
    }

    /// Reads a key from its armour; the error is Go's text.
    pub fn from_pem(text: &str) -> Result<Self, String> {
        let Some(block) = decode_pem(text) else { return Err("no PEM data in input".to_owned()) };
        let inner = match &*block.label {
            "PRIVATE KEY" => pkcs8(&block.bytes)
                .ok_or("decoding PEM as PKCS#8: asn1: structure error: not a supported key")?,
            "RSA PRIVATE KEY" => RsaKey::from_der(&block.bytes)
                .map(|key| Inner::Rsa(Box::new(key)))
                .ok_or("parsing RSA private key from PEM: asn1: structure error: not an RSA key")?,
            "EC PRIVATE KEY" => ec(&block.bytes, None).ok_or(
                "parsing EC private key from PEM: asn1: structure error: not a key on a supported curve",
            )?,
            "DSA PRIVATE KEY" => Reader(&block.bytes)
                .sequence()
                .map(|_| Inner::Dsa(block.bytes.clone()))
                .ok_or("parsing DSA private key from PEM: asn1: structure error: not a DSA key")?,
            label => {
                return Err(match label.strip_suffix(" PRIVATE KEY") {
                    Some(kind) => format!("invalid private key type {kind}"),
                    None => format!("no private key data in PEM block of type {label}"),
                });
            }
        };
        Ok(Self(inner))
    }

    /// Writes the key in its armour: in the format of its kind, or PKCS #8 where it has none.
    pub fn to_pem(&self) -> String {
        match &self.0 {
            Inner::Rsa(key) => encode_pem("RSA PRIVATE KEY", &key.to_der()),
            Inner::Dsa(der) => encode_pem("DSA PRIVATE KEY", der),
            Inner::Ecdsa(key) => encode_pem("EC PRIVATE KEY", &ec_der(key)),
            Inner::Ed25519(key) => {
                let seed = element(OCTET_STRING, &element(OCTET_STRING, &key.to_bytes()));
                encode_pem("PRIVATE KEY", &sequence(&[small(0), algorithm(oid::ED25519, None), seed]))
            }
        }
    }

    /// Encodes the algorithm and the public key for a certificate: both together, and the key's own bytes.
    pub(super) fn public_info(&self) -> Option<(Vec<u8>, Vec<u8>)> {
        let (algorithm, key) = match &self.0 {
            Inner::Rsa(key) => (algorithm(oid::RSA, Some(null())), key.public_der()),
            Inner::Ecdsa(key) => (algorithm(oid::EC, Some(element(OBJECT, oid::P256))), ec_point(key)),
            Inner::Ed25519(key) => (algorithm(oid::ED25519, None), key.verifying_key().to_bytes().to_vec()),
            Inner::Dsa(_) => return None,
        };
        Some((sequence(&[algorithm, bits(&key)]), key))
    }

    /// Encodes the algorithm that [`PrivateKey::sign`] uses.
    pub(super) fn signature_algorithm(&self) -> Option<Vec<u8>> {
        Some(match &self.0 {
            Inner::Rsa(_) => algorithm(oid::SHA256_WITH_RSA, Some(null())),
            Inner::Ecdsa(_) => algorithm(oid::SHA256_WITH_ECDSA, None),
            Inner::Ed25519(_) => algorithm(oid::ED25519, None),
            Inner::Dsa(_) => return None,
        })
    }

    /// Signs a message.
    pub(super) fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        match &self.0 {
            Inner::Rsa(key) => key.sign(message),
            Inner::Ecdsa(key) => {
                let signature: p256::ecdsa::Signature = key.try_sign(message).ok()?;
                Some(signature.to_der().as_bytes().to_vec())
            }
            Inner::Ed25519(key) => Some(key.sign(message).to_bytes().to_vec()),
            Inner::Dsa(_) => None,
        }
    }
}

fn ec_point(key: &EcKey) -> Vec<u8> {
    key.verifying_key().to_encoded_point(false).as_bytes().to_vec()
}

fn ec_der(key: &EcKey) -> Vec<u8> {
    sequence(&[
        small(1),
        element(OCTET_STRING, &key.to_bytes()),
        element(0xa0, &element(OBJECT, oid::P256)),
        element(0xa1, &bits(&ec_point(key))),
    ])
}

/// Reads an EC key; the curve is named inside, or by the envelope.
fn ec(der: &[u8], curve: Option<&[u8]>) -> Option<Inner> {
    let mut fields = Reader(der).sequence()?;
    fields.integer()?;
    let scalar = fields.take(OCTET_STRING)?;
    let named = fields.next().filter(|field| field.0 == 0xa0).and_then(|field| Reader(field.1).take(OBJECT));
    if named.or(curve) != Some(oid::P256) {
        return None;
    }
    // Short scalars may have been written without their leading zeros.
    let start = scalar.len().checked_sub(32);
    let padded = match start {
        Some(start) => scalar.get(start..)?.to_vec(),
        None => [vec![0; 32 - scalar.len()], scalar.to_vec()].concat(),
    };
    EcKey::from_slice(&padded).ok().map(|key| Inner::Ecdsa(Box::new(key)))
}

fn pkcs8(der: &[u8]) -> Option<Inner> {
    let mut fields = Reader(der).sequence()?;
    fields.integer()?;
    let mut algorithm = fields.sequence()?;
    let kind = algorithm.take(OBJECT)?;
    let key = fields.take(OCTET_STRING)?;
    match kind {
        oid::RSA => RsaKey::from_der(key).map(|key| Inner::Rsa(Box::new(key))),
        oid::EC => ec(key, algorithm.take(OBJECT)),
        oid::ED25519 => {
            let seed: [u8; 32] = Reader(key).take(OCTET_STRING)?.try_into().ok()?;
            Some(Inner::Ed25519(Box::new(Ed25519Key::from_bytes(&seed))))
        }
        _ => None,
    }
}
