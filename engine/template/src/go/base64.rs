//! Base64 and base32 with padding, and Go's word on where a text stops being either.

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Says at which byte a text is malformed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("illegal base{base} data at input byte {at}")]
pub struct CorruptInput {
    /// 32 or 64.
    pub base: u8,
    /// The offset in bytes, as Go counts it.
    pub at: usize,
}

/// Encodes bytes as base64.
pub fn encode64(bytes: &[u8]) -> String {
    encode::<3, 4>(bytes, BASE64, 6)
}

/// Encodes bytes as base32.
pub fn encode32(bytes: &[u8]) -> String {
    encode::<5, 8>(bytes, BASE32, 5)
}

/// Decodes base64; line ends anywhere are skipped.
pub fn decode64(text: &[u8]) -> Result<Vec<u8>, CorruptInput> {
    let corrupt = |at| CorruptInput { base: 64, at };
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let mut at = 0;
    loop {
        let (mut bits, mut digits) = (0_u32, 0_usize);
        while digits < 4 {
            let Some(&byte) = text.get(at) else {
                return if digits == 0 { Ok(out) } else { Err(corrupt(at - digits)) };
            };
            at += 1;
            if let Some(digit) = digit64(byte) {
                bits = bits << 6 | u32::from(digit);
                digits += 1;
            } else if byte == b'=' && digits >= 2 {
                check_end(text, at, digits)?;
                bits <<= 6 * (4 - digits);
                out.extend_from_slice(&bits.to_be_bytes()[1..digits]);
                return Ok(out);
            } else if !is_newline(byte) {
                return Err(corrupt(at - 1));
            }
        }
        out.extend_from_slice(&bits.to_be_bytes()[1..]);
    }
}

/// Checks what follows the first padding character; nothing but padding and line ends may.
fn check_end(text: &[u8], mut at: usize, digits: usize) -> Result<(), CorruptInput> {
    let corrupt = |at| Err(CorruptInput { base: 64, at });
    let skip = |mut at: usize| {
        while text.get(at).is_some_and(|byte| is_newline(*byte)) {
            at += 1;
        }
        at
    };
    if digits == 2 {
        at = skip(at);
        match text.get(at) {
            None => return corrupt(text.len()),
            Some(b'=') => at += 1,
            Some(_) => return corrupt(at - 1),
        }
    }
    at = skip(at);
    if at < text.len() { corrupt(at) } else { Ok(()) }
}

/// Decodes base32; line ends anywhere are skipped.
pub fn decode32(text: &[u8]) -> Result<Vec<u8>, CorruptInput> {
    let text: Vec<u8> = text.iter().copied().filter(|byte| !is_newline(*byte)).collect();
    let corrupt = |at| Err(CorruptInput { base: 32, at });
    let mut out = Vec::with_capacity(text.len() / 8 * 5);
    let mut at = 0;
    while at < text.len() {
        let (mut bits, mut digits, mut last) = (0_u64, 0_usize, false);
        while digits < 8 {
            let Some(&byte) = text.get(at) else { return corrupt(text.len() - digits) };
            at += 1;
            let rest = &text[at..];
            if byte == b'=' && digits >= 2 && rest.len() < 8 {
                if rest.len() + digits < 7 {
                    return corrupt(text.len());
                }
                if let Some(bad) = rest.iter().take(7 - digits).position(|byte| *byte != b'=') {
                    return corrupt(at + bad - 1);
                }
                if matches!(digits, 3 | 6) {
                    return corrupt(at - 1);
                }
                last = true;
                break;
            }
            let Some(digit) = BASE32.iter().position(|own| *own == byte) else { return corrupt(at - 1) };
            bits = bits << 5 | digit as u64;
            digits += 1;
        }
        bits <<= 5 * (8 - digits);
        out.extend_from_slice(&bits.to_be_bytes()[3..3 + digits * 5 / 8]);
        if last {
            break;
        }
    }
    Ok(out)
}

fn encode<const IN: usize, const OUT: usize>(bytes: &[u8], alphabet: &[u8], width: usize) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(IN) * OUT);
    for chunk in bytes.chunks(IN) {
        let mut bits = 0_u64;
        for at in 0..IN {
            bits = bits << 8 | u64::from(chunk.get(at).copied().unwrap_or(0));
        }
        let digits = (chunk.len() * 8).div_ceil(width);
        for at in 0..OUT {
            let digit = (bits >> (width * (OUT - 1 - at))) as usize & (alphabet.len() - 1);
            out.push(if at < digits { char::from(alphabet[digit]) } else { '=' });
        }
    }
    out
}

fn digit64(byte: u8) -> Option<u8> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}

fn is_newline(byte: u8) -> bool {
    byte == b'\n' || byte == b'\r'
}
