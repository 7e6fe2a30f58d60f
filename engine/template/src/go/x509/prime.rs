//! Random numbers and primes.

use num_bigint::BigUint;

use super::Random;

/// Rounds of the Miller-Rabin test: a composite passes with a chance below 4^-20.
const ROUNDS: usize = 20;

/// Primes to divide by first: most candidates have a small factor.
const SMALL: u32 = 4000;

/// Returns a number of exactly so many bits, its two highest ones set so that a product of two has full length.
pub(super) fn candidate(random: Random<'_>, bits: u64) -> BigUint {
    let mut number = below_power(random, bits);
    number.set_bit(bits - 1, true);
    number.set_bit(bits - 2, true);
    number.set_bit(0, true);
    number
}

/// Returns a number below 2^bits.
pub(super) fn below_power(random: Random<'_>, bits: u64) -> BigUint {
    let mut bytes = vec![0; bits.div_ceil(8) as usize];
    random(&mut bytes);
    let surplus = bytes.len() as u64 * 8 - bits;
    if let Some(first) = bytes.first_mut() {
        *first &= 0xff >> surplus;
    }
    BigUint::from_bytes_be(&bytes)
}

/// Returns a number from 1 up to but without `limit`.
pub(super) fn nonzero_below(random: Random<'_>, limit: &BigUint) -> BigUint {
    loop {
        let number = below_power(random, limit.bits());
        if number != BigUint::ZERO && number < *limit {
            return number;
        }
    }
}

/// Returns a prime of so many bits.
pub(super) fn prime(random: Random<'_>, bits: u64) -> BigUint {
    let small = small_primes();
    loop {
        let start = candidate(random, bits);
        let rests: Vec<u32> = small.iter().map(|prime| remainder(&start, *prime)).collect();
        // A window of odd numbers after a random start, sieved by what is known of the start.
        for step in (0..4096_u32).step_by(2) {
            let divisible = small.iter().zip(&rests).any(|(prime, rest)| (rest + step) % prime == 0);
            if divisible {
                continue;
            }
            let number = &start + step;
            if number.bits() == bits && is_prime(&number, random) {
                return number;
            }
        }
    }
}

/// Answers whether a large odd number is prime, but for a negligible chance.
pub(super) fn is_prime(number: &BigUint, random: Random<'_>) -> bool {
    if small_primes().iter().any(|prime| remainder(number, *prime) == 0) {
        return false;
    }
    let one = BigUint::from(1_u8);
    let less = number - &one;
    let twos = less.trailing_zeros().unwrap_or(0);
    let odd = &less >> twos;
    (0..ROUNDS).all(|_| {
        let base = nonzero_below(random, &less);
        let mut power = base.modpow(&odd, number);
        if power == one || power == less {
            return true;
        }
        for _ in 1..twos {
            power = &power * &power % number;
            if power == less {
                return true;
            }
        }
        false
    })
}

fn remainder(number: &BigUint, prime: u32) -> u32 {
    let rest = number % prime;
    rest.iter_u32_digits().next().unwrap_or(0)
}

fn small_primes() -> Vec<u32> {
    let mut primes: Vec<u32> = Vec::new();
    for number in (3..SMALL).step_by(2) {
        if primes.iter().take_while(|prime| *prime * *prime <= number).all(|prime| number % prime != 0) {
            primes.push(number);
        }
    }
    primes
}
