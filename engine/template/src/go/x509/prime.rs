//! Random numbers and primes.

use num_bigint::BigUint;

use super::Random;

/// Primes to divide by first: most candidates have a small factor.
const SMALL: u32 = 20_000;

/// How many odd numbers after a random start are looked at before another start is drawn.
const WINDOW: u32 = 2048;

/// Rounds of the Miller-Rabin test, after which a random composite of that size has passed with a chance below
/// 2^-100 (FIPS 186-5, appendix B.3; the smaller numbers are the subgroups of DSA).
fn rounds(bits: u64) -> usize {
    match bits {
        1536.. => 4,
        1024.. => 5,
        512.. => 7,
        _ => 40,
    }
}

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
        for step in unsieved(&start, &small) {
            let number = &start + step;
            if number.bits() == bits && passes(&number, random) {
                return number;
            }
        }
    }
}

/// Returns the even distances after an odd start at which no small prime divides.
fn unsieved(start: &BigUint, small: &[u32]) -> impl Iterator<Item = u32> {
    let mut composite = vec![false; WINDOW as usize];
    for prime in small {
        let rest = remainder(start, *prime);
        // The first even distance that makes the number a multiple of the prime.
        let missing = (prime - rest) % prime;
        let first = if missing.is_multiple_of(2) { missing } else { missing + prime } / 2;
        for slot in composite.iter_mut().skip(first as usize).step_by(*prime as usize) {
            *slot = true;
        }
    }
    (0..WINDOW).zip(composite).filter(|(_, composite)| !composite).map(|(at, _)| at * 2)
}

/// Answers whether a large odd number is prime, but for a negligible chance.
pub(super) fn is_prime(number: &BigUint, random: Random<'_>) -> bool {
    !SIEVE.iter().any(|prime| remainder(number, *prime) == 0) && passes(number, random)
}

/// Divisors that cost less to try than they save.
const SIEVE: [u32; 14] = [3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47];

/// The Miller-Rabin test.
fn passes(number: &BigUint, random: Random<'_>) -> bool {
    let one = BigUint::from(1_u8);
    let less = number - &one;
    let twos = less.trailing_zeros().unwrap_or(0);
    let odd = &less >> twos;
    (0..rounds(number.bits())).all(|_| {
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
