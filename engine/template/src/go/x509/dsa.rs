//! DSA: making keys, with a modulus of 2048 and a subgroup of 256 bits.

use num_bigint::BigUint;

use super::der::{integer, sequence, small};
use super::{Random, prime};

const MODULUS_BITS: u64 = 2048;
const SUBGROUP_BITS: u64 = 256;

/// Makes new parameters and a key, encoded as a sequence of version, p, q, g, y and x.
pub(super) fn generate(random: Random<'_>) -> Vec<u8> {
    let (p, q) = parameters(random);
    let one = BigUint::from(1_u8);
    let exponent = (&p - &one) / &q;
    let mut base = BigUint::from(2_u8);
    let generator = loop {
        let power = base.modpow(&exponent, &p);
        if power != one {
            break power;
        }
        base += 1_u8;
    };
    let private = prime::nonzero_below(random, &q);
    let public = generator.modpow(&private, &p);
    sequence(&[small(0), integer(&p), integer(&q), integer(&generator), integer(&public), integer(&private)])
}

/// Finds primes p and q such that q divides p - 1.
fn parameters(random: Random<'_>) -> (BigUint, BigUint) {
    loop {
        let q = prime::prime(random, SUBGROUP_BITS);
        let double = &q << 1_u8;
        for _ in 0..4 * MODULUS_BITS {
            let number = prime::candidate(random, MODULUS_BITS);
            let p = &number - (&number % &double) + 1_u8;
            if p.bits() == MODULUS_BITS && prime::is_prime(&p, random) {
                return (p, q);
            }
        }
    }
}
