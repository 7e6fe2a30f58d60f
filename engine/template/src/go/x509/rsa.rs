//! RSA: making keys and signing.

use num_bigint::BigUint;
use sha2::{Digest, Sha256};

use super::der::{OCTET_STRING, Reader, algorithm, element, integer, null, oid, sequence, small};
use super::{Random, prime};

/// A private key.
#[derive(Debug, Clone)]
pub(super) struct RsaKey {
    modulus: BigUint,
    public: BigUint,
    private: BigUint,
    primes: [BigUint; 2],
}

impl RsaKey {
    /// Makes a key of so many bits with the usual public exponent.
    pub(super) fn generate(random: Random<'_>, bits: u64) -> Self {
        let one = BigUint::from(1_u8);
        let public = BigUint::from(65_537_u32);
        loop {
            let (p, q) = (prime::prime(random, bits / 2), prime::prime(random, bits / 2));
            let totient = (&p - &one) * (&q - &one);
            if p == q {
                continue;
            }
            // The exponent divides one of the factors once in tens of thousands of pairs.
            if let Some(private) = public.modinv(&totient) {
                return Self { modulus: &p * &q, public, private, primes: [p, q] };
            }
        }
    }

    /// Signs a message: PKCS #1 v1.5 with SHA-256. `None` when the key is too small to hold the digest.
    pub(super) fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        let digest = Sha256::digest(message);
        let info = sequence(&[algorithm(oid::SHA256, Some(null())), element(OCTET_STRING, &digest)]);
        let size = self.modulus.bits().div_ceil(8) as usize;
        let filling = size.checked_sub(info.len() + 3).filter(|filling| *filling >= 8)?;
        let block = [&[0, 1][..], &vec![0xff; filling], &[0], &info].concat();
        let signature = BigUint::from_bytes_be(&block).modpow(&self.private, &self.modulus).to_bytes_be();
        Some([vec![0; size.saturating_sub(signature.len())], signature].concat())
    }

    /// Encodes the public key as PKCS #1 does.
    pub(super) fn public_der(&self) -> Vec<u8> {
        sequence(&[integer(&self.modulus), integer(&self.public)])
    }

    /// Encodes the private key as PKCS #1 does.
    pub(super) fn to_der(&self) -> Vec<u8> {
        let [p, q] = &self.primes;
        let one = BigUint::from(1_u8);
        let coefficient = q.modinv(p).unwrap_or_default();
        sequence(&[
            small(0),
            integer(&self.modulus),
            integer(&self.public),
            integer(&self.private),
            integer(p),
            integer(q),
            integer(&(&self.private % (p - &one))),
            integer(&(&self.private % (q - &one))),
            integer(&coefficient),
        ])
    }

    /// Reads a private key as PKCS #1 writes it.
    pub(super) fn from_der(der: &[u8]) -> Option<Self> {
        let mut fields = Reader(der).sequence()?;
        fields.integer()?;
        let mut next = || fields.integer();
        let (modulus, public, private) = (next()?, next()?, next()?);
        let primes = [next()?, next()?];
        let one = BigUint::from(1_u8);
        let sound = primes.iter().all(|prime| *prime > one) && &primes[0] * &primes[1] == modulus;
        sound.then_some(Self { modulus, public, private, primes })
    }
}
