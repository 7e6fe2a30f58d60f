//! Password hashes of the form `$2a$10$…`.

use blowfish::Blowfish;

/// The longest password that can be hashed.
pub const MAX_PASSWORD_BYTES: usize = 72;

/// The logarithm of the number of rounds.
const COST: u32 = 10;

const ALPHABET: &[u8; 64] = b"./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// Hashes a password of at most [`MAX_PASSWORD_BYTES`]; what is beyond does not count.
pub fn hash(password: &[u8], salt: [u8; 16]) -> String {
    let mut key: Vec<u8> = password.iter().copied().take(MAX_PASSWORD_BYTES).collect();
    key.push(0);
    let mut state: Blowfish = Blowfish::bc_init_state();
    state.salted_expand_key(&salt, &key);
    for _ in 0..1_u32 << COST {
        state.bc_expand_key(&key);
        state.bc_expand_key(&salt);
    }
    let mut digest = Vec::with_capacity(24);
    for pair in b"OrpheanBeholderScryDoubt".chunks(8) {
        let word =
            |at: usize| pair.iter().skip(at).take(4).fold(0_u32, |word, byte| word << 8 | u32::from(*byte));
        let mut words = [word(0), word(4)];
        for _ in 0..64 {
            words = state.bc_encrypt(words);
        }
        digest.extend(words.iter().flat_map(|word| word.to_be_bytes()));
    }
    // The last byte is left out, as it always was.
    digest.truncate(23);
    format!("$2a${COST:02}${}{}", encode(&salt), encode(&digest))
}

/// Base64 with an alphabet of its own and without padding.
fn encode(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let bits = (0..3).fold(0_u32, |bits, at| bits << 8 | u32::from(chunk.get(at).copied().unwrap_or(0)));
        for at in 0..=chunk.len() {
            out.push(char::from(ALPHABET[(bits >> (18 - 6 * at)) as usize & 63]));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_other_implementations() {
        // From the test vectors that most implementations share, with the cost that is used here.
        let salt =
            [0x10, 0x41, 0x04, 0x10, 0x41, 0x04, 0x10, 0x41, 0x04, 0x10, 0x41, 0x04, 0x10, 0x41, 0x04, 0x10];
        assert_eq!(encode(&salt), "CCCCCCCCCCCCCCCCCCCCC.");
        assert_eq!(hash(b"U*U", salt).len(), 60);
    }
}
