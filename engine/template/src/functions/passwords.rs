//! Hashed and derived passwords, and encryption with a password.

use aes::Aes256;
use cbc::cipher::block_padding::{NoPadding, Pkcs7};
use cbc::cipher::{BlockDecryptMut, BlockEncryptMut, KeyIvInit};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::args::{bytes, int, text};
use super::stream::Stream;
use crate::context::Context;
use crate::function::{Effect, FnError, Function};
use crate::go::base64::{decode64, encode64};
use crate::go::bcrypt;
use crate::value::{Type, Value};

const S: Type = Type::String;

/// The functions of this family.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("bcrypt", &[S], |context, args| Ok(hash(context, bytes(args, 0))?.into()))
        .effect(Effect::Random),
    Function::new("htpasswd", &[S, S], htpasswd).effect(Effect::Random),
    Function::new("derivePassword", &[Type::Any, S, S, S, S], derive),
    Function::new("encryptAES", &[S, S], encrypt).effect(Effect::Random),
    Function::new("decryptAES", &[S, S], decrypt),
];

/// Hashes with a random salt; a failure becomes the text.
fn hash(context: &mut Context<'_>, password: &[u8]) -> Result<String, FnError> {
    if password.len() > bcrypt::MAX_PASSWORD_BYTES {
        return Ok(
            "failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes".to_owned()
        );
    }
    context.burn(1 << 20)?;
    let mut salt = [0; 16];
    Stream::new(context)?.fill(&mut salt);
    Ok(bcrypt::hash(password, salt))
}

fn htpasswd(context: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let user = text(args, 0);
    if user.contains(':') {
        return Ok(format!("invalid username: {user}").into());
    }
    Ok(format!("{user}:{}", hash(context, bytes(args, 1))?).into())
}

/// What the Master Password algorithm mixes into every key.
const MASTER_SEED: &[u8] = b"com.lyndir.masterpassword";

/// Derives a site's password as the Master Password algorithm does.
fn derive(context: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let counter = int(args, 0) as u32;
    let kind = text(args, 1);
    let Some(templates) = templates(&kind) else {
        return Ok(format!("cannot find password template {kind}").into());
    };
    // The key takes 32 MiB of memory and about as many steps.
    context.burn(1 << 24)?;
    let named = |name: &[u8]| [MASTER_SEED, &(name.len() as u32).to_be_bytes(), name].concat();
    let parameters = scrypt::Params::new(15, 8, 2, 64).map_err(|error| FnError::new(error.to_string()))?;
    let mut key = [0; 64];
    scrypt::scrypt(bytes(args, 2), &named(bytes(args, 3)), &parameters, &mut key)
        .map_err(|error| FnError::new(error.to_string()))?;
    let mut message = named(bytes(args, 4));
    message.extend_from_slice(&counter.to_be_bytes());
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).map_err(|error| FnError::new(error.to_string()))?;
    mac.update(&message);
    let seed = mac.finalize().into_bytes();
    let template = templates[usize::from(seed[0]) % templates.len()];
    let letter = |(class, byte): (char, &u8)| {
        let letters = characters(class);
        char::from(letters[usize::from(*byte) % letters.len()])
    };
    Ok(template.chars().zip(seed.iter().skip(1)).map(letter).collect::<String>().into())
}

/// The shapes that passwords of a kind may have; each letter stands for a class of characters.
fn templates(kind: &str) -> Option<&'static [&'static str]> {
    Some(match kind {
        "maximum" => &["anoxxxxxxxxxxxxxxxxx", "axxxxxxxxxxxxxxxxxno"],
        "long" => &[
            "CvcvnoCvcvCvcv",
            "CvcvCvcvnoCvcv",
            "CvcvCvcvCvcvno",
            "CvccnoCvcvCvcv",
            "CvccCvcvnoCvcv",
            "CvccCvcvCvcvno",
            "CvcvnoCvccCvcv",
            "CvcvCvccnoCvcv",
            "CvcvCvccCvcvno",
            "CvcvnoCvcvCvcc",
            "CvcvCvcvnoCvcc",
            "CvcvCvcvCvccno",
            "CvccnoCvccCvcv",
            "CvccCvccnoCvcv",
            "CvccCvccCvcvno",
            "CvcvnoCvccCvcc",
            "CvcvCvccnoCvcc",
            "CvcvCvccCvccno",
            "CvccnoCvcvCvcc",
            "CvccCvcvnoCvcc",
            "CvccCvcvCvccno",
        ],
        "medium" => &["CvcnoCvc", "CvcCvcno"],
        "short" => &["Cvcn"],
        "basic" => &["aaanaaan", "aannaaan", "aaannaaa"],
        "pin" => &["nnnn"],
        _ => return None,
    })
}

fn characters(class: char) -> &'static [u8] {
    match class {
        'V' => b"AEIOU",
        'C' => b"BCDFGHJKLMNPQRSTVWXYZ",
        'v' => b"aeiou",
        'c' => b"bcdfghjklmnpqrstvwxyz",
        'A' => b"AEIOUBCDFGHJKLMNPQRSTVWXYZ",
        'a' => b"AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz",
        'n' => b"0123456789",
        'o' => b"@&%?,=[]_:-+*$#!'^~;()/.",
        _ => b"AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()",
    }
}

/// The password itself is the key: cut or filled with zeros to 32 bytes.
fn key(password: &[u8]) -> [u8; 32] {
    let mut key = [0; 32];
    for (to, from) in key.iter_mut().zip(password) {
        *to = *from;
    }
    key
}

fn encrypt(context: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let plain = bytes(args, 1);
    if plain.is_empty() {
        return Ok("".into());
    }
    context.reserve(plain.len().saturating_mul(2))?;
    let mut start = [0; 16];
    Stream::new(context)?.fill(&mut start);
    let cipher = cbc::Encryptor::<Aes256>::new(&key(bytes(args, 0)).into(), &start.into());
    let encrypted = cipher.encrypt_padded_vec_mut::<Pkcs7>(plain);
    Ok(encode64(&[&start[..], &encrypted].concat()).into())
}

fn decrypt(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    if bytes(args, 1).is_empty() {
        return Ok("".into());
    }
    let encrypted = decode64(bytes(args, 1)).map_err(|error| FnError::new(error.to_string()))?;
    let Some((start, body)) = encrypted.split_first_chunk::<16>() else {
        let capacity = encrypted.capacity();
        return Err(format!("runtime error: slice bounds out of range [:16] with capacity {capacity}").into());
    };
    if body.is_empty() {
        return Err("runtime error: index out of range [-1]".into());
    }
    let cipher = cbc::Decryptor::<Aes256>::new(&key(bytes(args, 0)).into(), start.into());
    let Ok(mut plain) = cipher.decrypt_padded_vec_mut::<NoPadding>(body) else {
        return Err("crypto/cipher: input not full blocks".into());
    };
    let padding = usize::from(plain.last().copied().unwrap_or(0));
    let Some(length) = plain.len().checked_sub(padding) else {
        let end = plain.len() as i64 - padding as i64;
        return Err(format!("runtime error: slice bounds out of range [:{end}]").into());
    };
    plain.truncate(length);
    Ok(Value::bytes(plain))
}
