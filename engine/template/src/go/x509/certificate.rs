//! Certificates: making them, and reading of an authority's what its signatures need.

use std::net::IpAddr;

use num_bigint::BigUint;
use sha2::{Digest, Sha256};

use super::der::{
    BIT_STRING, GENERALIZED_TIME, OBJECT, OCTET_STRING, PRINTABLE_STRING, Reader, SEQUENCE, SET, UTC_TIME,
    UTF8_STRING, bits, element, integer, oid, sequence, small,
};
use super::private::PrivateKey;
use crate::go::time::Time;

/// What a certificate says.
#[derive(Debug, Clone)]
pub struct Template {
    /// The subject's common name, which may be empty.
    pub common_name: String,
    /// The addresses it is valid for.
    pub addresses: Vec<IpAddr>,
    /// The names it is valid for.
    pub names: Vec<String>,
    /// From when on it is valid.
    pub not_before: Time,
    /// Until when it is valid.
    pub not_after: Time,
    /// Whether it may sign others.
    pub authority: bool,
    /// A random number of 16 bytes.
    pub serial: [u8; 16],
}

/// Who signs: its name as encoded in its own certificate, and the identifier of its key.
#[derive(Debug, Clone)]
pub struct Authority {
    subject: Vec<u8>,
    key_id: Vec<u8>,
}

impl Authority {
    /// Reads the certificate of an authority.
    pub fn from_der(der: &[u8]) -> Option<Self> {
        let mut certificate = Reader(der).sequence()?.sequence()?;
        // The version is explicit in all certificates that have extensions.
        if certificate.0.first() == Some(&0xa0) {
            certificate.next()?;
        }
        certificate.integer()?;
        let (_signature, _issuer, _validity) =
            (certificate.sequence()?, certificate.sequence()?, certificate.sequence()?);
        let (tag, _, subject) = certificate.next()?;
        certificate.sequence()?;
        let mut key_id = Vec::new();
        while let Some((tag, content, _)) = certificate.next() {
            if tag == 0xa3 {
                key_id = subject_key_id(content).unwrap_or_default();
            }
        }
        (tag == SEQUENCE).then(|| Self { subject: subject.to_vec(), key_id })
    }
}

fn subject_key_id(extensions: &[u8]) -> Option<Vec<u8>> {
    let mut extensions = Reader(extensions).sequence()?;
    while let Some(mut extension) = extensions.sequence() {
        if extension.take(OBJECT)? != oid::SUBJECT_KEY_ID {
            continue;
        }
        let content = extension.take(OCTET_STRING)?;
        return Reader(content).take(OCTET_STRING).map(<[u8]>::to_vec);
    }
    None
}

/// Makes a certificate for `key`, signed by `signer` in the name of `authority`; without one it is self-signed.
///
/// Returns the encoded certificate, or Go's text for what is wrong.
pub fn sign(
    template: &Template,
    key: &PrivateKey,
    authority: Option<&Authority>,
    signer: &PrivateKey,
) -> Result<Vec<u8>, String> {
    let unsupported = || "x509: only RSA, ECDSA and Ed25519 keys supported".to_owned();
    let (public_info, public_key) = key.public_info().ok_or_else(unsupported)?;
    let algorithm = signer.signature_algorithm().ok_or_else(unsupported)?;
    let subject = name(&template.common_name);
    let issuer = authority.map_or_else(|| subject.clone(), |authority| authority.subject.clone());
    let validity = sequence(&[time(&template.not_before), time(&template.not_after)]);
    let mut extensions = extensions(template, &public_key)?;
    // An authority that issues to its own name does not point to itself.
    if let Some(authority) =
        authority.filter(|authority| authority.subject != subject && !authority.key_id.is_empty())
    {
        let id = sequence(&[element(0x80, &authority.key_id)]);
        let at = extensions.len() - usize::from(has_names(template));
        extensions.insert(at, extension(oid::AUTHORITY_KEY_ID, false, &id));
    }
    let body = sequence(&[
        element(0xa0, &small(2)),
        integer(&BigUint::from_bytes_be(&template.serial)),
        algorithm.clone(),
        issuer,
        validity,
        subject,
        public_info,
        element(0xa3, &sequence(&extensions)),
    ]);
    let signature = signer.sign(&body).ok_or("crypto/rsa: message too long for RSA key size")?;
    Ok(sequence(&[body, algorithm, bits(&signature)]))
}

fn has_names(template: &Template) -> bool {
    !template.names.is_empty() || !template.addresses.is_empty()
}

/// The extensions in Go's order; the authority's key belongs before the alternative names.
fn extensions(template: &Template, public_key: &[u8]) -> Result<Vec<Vec<u8>>, String> {
    // Digital signature and key encipherment; an authority may sign certificates, too.
    let usage: &[u8] = if template.authority { &[2, 0xa4] } else { &[5, 0xa0] };
    let purposes = sequence(&[element(OBJECT, oid::SERVER_AUTH), element(OBJECT, oid::CLIENT_AUTH)]);
    let constraints = if template.authority { vec![element(0x01, &[0xff])] } else { Vec::new() };
    let mut out = vec![
        extension(oid::KEY_USAGE, true, &element(BIT_STRING, usage)),
        extension(oid::EXTENDED_KEY_USAGE, false, &purposes),
        extension(oid::BASIC_CONSTRAINTS, true, &sequence(&constraints)),
    ];
    if template.authority {
        let digest = Sha256::digest(public_key);
        out.push(extension(oid::SUBJECT_KEY_ID, false, &element(OCTET_STRING, &digest[..20])));
    }
    if has_names(template) {
        let mut names = Vec::new();
        for name in &template.names {
            if !name.is_ascii() {
                return Err(format!(
                    "x509: {} cannot be encoded as an IA5String",
                    crate::go::quote::quote(name)
                ));
            }
            names.push(element(0x82, name.as_bytes()));
        }
        for address in &template.addresses {
            names.push(match address {
                IpAddr::V4(address) => element(0x87, &address.octets()),
                IpAddr::V6(address) => element(0x87, &address.octets()),
            });
        }
        out.push(extension(oid::ALTERNATIVE_NAME, template.common_name.is_empty(), &sequence(&names)));
    }
    Ok(out)
}

fn extension(oid: &[u8], critical: bool, value: &[u8]) -> Vec<u8> {
    let critical = if critical { element(0x01, &[0xff]) } else { Vec::new() };
    sequence(&[element(OBJECT, oid), critical, element(OCTET_STRING, value)])
}

fn name(common_name: &str) -> Vec<u8> {
    if common_name.is_empty() {
        return sequence(&[]);
    }
    let printable = |byte: u8| byte.is_ascii_alphanumeric() || b" '()+,-./:=?".contains(&byte);
    let tag = if common_name.bytes().all(printable) { PRINTABLE_STRING } else { UTF8_STRING };
    let attribute = sequence(&[element(OBJECT, oid::COMMON_NAME), element(tag, common_name.as_bytes())]);
    sequence(&[element(SET, &attribute)])
}

/// Years from 2050 on need four digits.
fn time(time: &Time) -> Vec<u8> {
    match time.date().0 {
        1950..2050 => element(UTC_TIME, time.format("060102150405Z").as_bytes()),
        _ => element(GENERALIZED_TIME, time.format("20060102150405Z").as_bytes()),
    }
}
