//! Signatures from which the signer's key can be recovered.

use std::{fmt, str::FromStr};

use secp256k1::{
    SecretKey,
    ecdsa::{RecoverableSignature, RecoveryId},
};
use thiserror::Error;

use crate::{hash::Digest, keys::PublicKey};

/// A signature of a transaction or a block: one header byte (31 plus the recovery id), r, s.
///
/// Some clients write 27 plus the recovery id, the mark of an uncompressed key. Nodes take both alike, and both are
/// found in blocks.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Signature(pub [u8; 65]);

/// Why a signature is refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SignatureError {
    /// Not 65 bytes in hexadecimal.
    #[error("expected a signature of 130 hexadecimal digits, found {0:?}")]
    Text(String),
    /// The header byte marks no recovery id.
    #[error("expected a signature header between 27 and 34, found {0}")]
    Header(u8),
    /// The other of the two valid values of s; refused so that nobody can alter a transaction in flight.
    #[error("expected a canonical signature (s in the lower half), found a high s")]
    HighS,
    /// r or s is out of range, or they belong to no point.
    #[error("expected a signature from which a key can be recovered, found one without")]
    Unrecoverable,
    /// Two signatures of one transaction by the same key.
    #[error("duplicate signature included: {0} signed twice")]
    Duplicate(PublicKey),
}

/// Header byte of recovery id 0 for a compressed public key: what we write.
const HEADER: u8 = 31;
/// Header bytes that nodes read. The recovery id is in the two lowest bits of the distance from the first.
const HEADERS: std::ops::Range<u8> = 27..35;

/// Half of the order of secp256k1, the largest s that is accepted since hard fork 20.
const HALF_ORDER: [u8; 32] = [
    0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0x5d, 0x57, 0x6e, 0x73, 0x57, 0xa4, 0x50, 0x1d, 0xdf, 0xe9, 0x2f, 0x46, 0x68, 0x1b, 0x20, 0xa0,
];

impl Signature {
    /// Signs with RFC 6979 nonces and the extra data SHA-256(digest, attempt), attempts counted from 1, until the
    /// result has the form that nodes before hard fork 20 demanded and all later ones accept. This is what dsteem and
    /// dhive do, so the bytes are theirs.
    pub(crate) fn create(key: &SecretKey, digest: &Digest) -> Self {
        let mut attempt = 1_u8;
        loop {
            let extra = Digest::of(&[&digest.0, &[attempt]]);
            let signature = RecoverableSignature::sign_ecdsa_recoverable_with_noncedata(
                secp256k1::Message::from_digest(digest.0),
                key,
                &extra.0,
            );
            let (recovery, compact) = signature.serialize_compact();
            let mut bytes = [0; 65];
            bytes[0] = HEADER + u8::from(recovery);
            bytes[1..].copy_from_slice(&compact);
            let signature = Self(bytes);
            // About every second attempt succeeds. After 255 failures the last one still has the form in force today.
            if signature.is_strictly_canonical() || attempt == u8::MAX {
                return signature;
            }
            attempt += 1;
        }
    }

    /// Whether s is in the lower half: the rule since hard fork 20.
    pub fn is_canonical(&self) -> bool {
        self.0[33..] <= HALF_ORDER[..]
    }

    /// The rule before hard fork 20: neither r nor s has its top bit set or a superfluous leading zero byte.
    pub fn is_strictly_canonical(&self) -> bool {
        let strict =
            |number: &[u8]| number[0] & 0x80 == 0 && !(number[0] == 0 && number[1] & 0x80 == 0);
        strict(&self.0[1..33]) && strict(&self.0[33..])
    }

    /// The key that made this signature over the digest.
    ///
    /// # Errors
    /// When the header byte is not 27 to 34, s is high, or no key fits.
    pub fn recover(&self, digest: &Digest) -> Result<PublicKey, SignatureError> {
        let header = self.0[0];
        if !HEADERS.contains(&header) {
            return Err(SignatureError::Header(header));
        }
        if !self.is_canonical() {
            return Err(SignatureError::HighS);
        }
        let recovery = RecoveryId::from_u8_masked(header - HEADERS.start);
        RecoverableSignature::from_compact(&self.0[1..], recovery)
            .and_then(|signature| signature.recover(secp256k1::Message::from_digest(digest.0)))
            .map(|key| PublicKey(key.serialize()))
            .map_err(|_| SignatureError::Unrecoverable)
    }

    /// Whether this key made this signature over the digest, whatever the header byte says. A high s is refused.
    pub fn is_by(&self, key: &PublicKey, digest: &Digest) -> bool {
        let signature = secp256k1::ecdsa::Signature::from_compact(&self.0[1..]);
        let key = secp256k1::PublicKey::from_byte_array_compressed(key.0);
        match (signature, key) {
            (Ok(signature), Ok(key)) => signature
                .verify(secp256k1::Message::from_digest(digest.0), &key)
                .is_ok(),
            _ => false,
        }
    }
}

impl FromStr for Signature {
    type Err = SignatureError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bytes = [0; 65];
        match hex::decode_to_slice(text, &mut bytes) {
            Ok(()) => Ok(Self(bytes)),
            Err(_) => Err(SignatureError::Text(text.chars().take(140).collect())),
        }
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature({self})")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::keys::PrivateKey;

    proptest! {
        #[test]
        fn the_signer_is_recovered(seed in ".*", message: [u8; 32]) {
            let key = PrivateKey::from_seed(&seed);
            let digest = Digest(message);
            let signature = key.sign(&digest);
            prop_assert!(signature.is_canonical() && signature.is_strictly_canonical());
            prop_assert_eq!(signature.recover(&digest), Ok(key.public_key()));
            prop_assert!(signature.is_by(&key.public_key(), &digest));
            prop_assert!(!signature.is_by(&key.public_key(), &Digest::of(&[&message])));
            prop_assert_eq!(signature, key.sign(&digest));
            prop_assert_eq!(signature.to_string().parse(), Ok(signature));
        }

        #[test]
        fn recovery_never_panics(bytes: [u8; 32], r: [u8; 32], s: [u8; 32], header: u8) {
            let mut signature = [header; 65];
            signature[1..33].copy_from_slice(&r);
            signature[33..].copy_from_slice(&s);
            let _ = Signature(signature).recover(&Digest(bytes));
        }
    }

    #[test]
    fn the_limit_of_s_is_exact() {
        let mut bytes = [1; 65];
        bytes[33..].copy_from_slice(&HALF_ORDER);
        assert!(Signature(bytes).is_canonical());
        bytes[64] += 1;
        assert!(!Signature(bytes).is_canonical());
    }

    #[test]
    fn texts_of_a_wrong_length_are_refused() {
        for text in [
            "",
            "1f",
            "zz",
            &"1f".repeat(64),
            &"1f".repeat(66),
            &"zz".repeat(65),
        ] {
            assert_eq!(
                text.parse::<Signature>(),
                Err(SignatureError::Text(text.chars().take(140).collect()))
            );
        }
    }
}
