//! `api.checkSignature`: whether a key signed a payload.
//!
//! It is lenient as dhive is: what stands behind the digits of a signature or hash does not matter, nor do the prefix
//! of the key's text and the byte of the signature that tells how to recover the key, since the key is given.

use tartan_document::Value;
use tartan_graphene::{Digest, PublicKey, Signature};

/// Characters of the prefix that the text of a public key has, `STM` for example, in UTF-16 units.
const PREFIX: usize = 3;

/// Whether `public_key`, a text with any prefix of three characters, made the signature, 130 hexadecimal digits, over
/// the payload.
///
/// A payload that is text is signed as its SHA-256, or is that hash itself in hexadecimal if `is_sha256`. Any other
/// payload is taken as the text that `JSON.stringify` makes of it. False for whatever is malformed, and for payloads
/// that are numbers or booleans.
pub fn check_signature(
    payload: &Value,
    signature: &str,
    public_key: &str,
    is_sha256: bool,
) -> bool {
    let text = match payload {
        Value::String(text) => text.to_string_lossy().into_owned(),
        Value::Bool(_) | Value::Number(_) => return false,
        _ => payload.stringify(),
    };
    let digest = if is_sha256 {
        leading_bytes(&text).map(Digest)
    } else {
        Some(Digest::of(&[text.as_bytes()]))
    };
    let signature = leading_bytes(signature).map(Signature);
    match (digest, signature, read_key(public_key)) {
        (Some(digest), Some(signature), Some(key)) => signature.is_by(&key, &digest),
        _ => false,
    }
}

/// The bytes that a text starts with as pairs of hexadecimal digits, if there are exactly so many.
fn leading_bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    let is_digits = |pair: &&[u8]| pair.len() == 2 && pair.iter().all(u8::is_ascii_hexdigit);
    let pairs = text.as_bytes().chunks(2).take_while(is_digits);
    // One pair more than wanted is as wrong as many.
    if pairs.take(N + 1).count() != N {
        return None;
    }
    let mut bytes = [0; N];
    hex::decode_to_slice(&text[..N * 2], &mut bytes).ok()?;
    Some(bytes)
}

fn read_key(text: &str) -> Option<PublicKey> {
    let mut units = 0;
    let prefix = text.chars().take_while(|character| {
        units += character.len_utf16();
        units <= PREFIX
    });
    let length = prefix.map(char::len_utf8).sum();
    PublicKey::from_text(&text[length..], "").ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tartan_graphene::PrivateKey;

    /// What dhive 1.3.5 answers, called as the host of the reference calls it.
    #[test]
    fn answers_are_those_of_dhive() {
        type Case = (String, serde_json::Value, String, String, bool, bool);
        let data: Vec<Case> =
            serde_json::from_str(include_str!("../../tests/data/signatures.json")).unwrap();
        assert!(data.len() > 30);
        for (name, payload, signature, key, is_sha256, expected) in data {
            let payload = tartan_document::parse(&payload.to_string()).unwrap();
            let answer = check_signature(&payload, &signature, &key, is_sha256);
            assert_eq!(answer, expected, "{name}");
        }
    }

    #[test]
    fn a_key_confirms_its_own_signature_only() {
        let (alice, bob) = (PrivateKey::from_seed("alice"), PrivateKey::from_seed("bob"));
        let digest = Digest::of(&[b"round 7"]);
        let signature = alice.sign(&digest).to_string();
        let check = |payload: &str, key: &PrivateKey, is_sha256| {
            let key = key.public_key().to_text("STM");
            check_signature(&Value::from(payload), &signature, &key, is_sha256)
        };
        assert!(check("round 7", &alice, false));
        assert!(check(&digest.to_string(), &alice, true));
        assert!(!check("round 7", &bob, false));
        assert!(!check("round 7", &alice, true));
        assert!(!check(&digest.to_string(), &alice, false));
    }
}
