//! Private and public keys and their texts.

use std::fmt;

use secp256k1::SecretKey;
use thiserror::Error;

use crate::{
    hash::{Digest, ripemd160},
    signature::Signature,
};

/// Why a text is no key.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum KeyError {
    /// A public key of another net, or no key at all.
    #[error("expected a public key starting with {expected}, found {found:?}")]
    Prefix {
        /// The prefix of the chain.
        expected: String,
        /// The start of the text.
        found: String,
    },
    /// The text has characters outside of base58.
    #[error("expected base58 text, found a key with other characters")]
    Base58,
    /// The bytes behind the text are too few or too many.
    #[error("expected {expected} bytes in a key, found {found}")]
    Length {
        /// Bytes of such a key with its checksum.
        expected: usize,
        /// Bytes of the text.
        found: usize,
    },
    /// A mistyped key.
    #[error("expected a key with a matching checksum, found a mistyped or damaged one")]
    Checksum,
    /// A private key's first byte is not 0x80.
    #[error("expected version byte 0x80 in a private key, found {0:#04x}")]
    Version(u8),
    /// The number is zero or not below the order of the curve.
    #[error("expected a private key between 1 and the order of the curve, found a number outside")]
    Range,
}

/// What a key derived from an account's master password may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// May change the account's keys.
    Owner,
    /// May move funds.
    Active,
    /// May post, vote and follow.
    Posting,
    /// Encrypts memos; authorizes nothing.
    Memo,
}

impl Role {
    /// All roles, in the order wallets list them.
    pub const ALL: [Self; 4] = [Self::Owner, Self::Active, Self::Posting, Self::Memo];

    /// The role's name as it goes into the key derivation.
    pub fn name(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Active => "active",
            Self::Posting => "posting",
            Self::Memo => "memo",
        }
    }
}

/// A private key. Its `Debug` form does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct PrivateKey(SecretKey);

/// Version byte of private key texts, the same as Bitcoin's main net.
const WIF_VERSION: u8 = 0x80;

impl PrivateKey {
    /// The key with these bytes, big endian.
    ///
    /// # Errors
    /// When the number is zero or not below the order of the curve.
    pub fn from_bytes(bytes: [u8; 32]) -> Result<Self, KeyError> {
        SecretKey::from_secret_bytes(bytes)
            .map(Self)
            .map_err(|_| KeyError::Range)
    }

    /// The key every client derives from a text: SHA-256 of its UTF-8 bytes.
    pub fn from_seed(seed: &str) -> Self {
        let mut hash = Digest::of(&[seed.as_bytes()]);
        // One in 2^127 hashes is no key. No text is known whose hash is one; hashing again keeps this total.
        loop {
            match Self::from_bytes(hash.0) {
                Ok(key) => return key,
                Err(_) => hash = Digest::of(&[&hash.0]),
            }
        }
    }

    /// The key of an account's role under a master password: the seed is account, role and password, joined.
    ///
    /// White space in the password counts, as for dsteem and dhive (steem-js collapses it).
    pub fn from_login(account: &str, role: Role, password: &str) -> Self {
        Self::from_seed(&format!("{account}{}{password}", role.name()))
    }

    /// Reads the wallet import format: 51 characters starting with `5`.
    ///
    /// # Errors
    /// Says what is wrong with the text; never repeats it, since it may be a secret.
    pub fn from_wif(text: &str) -> Result<Self, KeyError> {
        let bytes = decode_base58::<37>(text)?;
        let (payload, checksum) = bytes.split_at(33);
        let hash = Digest::of(&[&Digest::of(&[payload]).0]);
        if hash.0[..4] != *checksum {
            return Err(KeyError::Checksum);
        }
        if payload[0] != WIF_VERSION {
            return Err(KeyError::Version(payload[0]));
        }
        let mut secret = [0; 32];
        secret.copy_from_slice(&payload[1..]);
        Self::from_bytes(secret)
    }

    /// The key as text, for wallets.
    pub fn to_wif(&self) -> String {
        let mut bytes = Vec::with_capacity(37);
        bytes.push(WIF_VERSION);
        bytes.extend_from_slice(&self.0.to_secret_bytes());
        let checksum = Digest::of(&[&Digest::of(&[&bytes]).0]);
        bytes.extend_from_slice(&checksum.0[..4]);
        bs58::encode(bytes).into_string()
    }

    /// The form wallets give master passwords: `P` and a key text. Derive roles from it with [`Self::from_login`].
    pub fn to_master_password(&self) -> String {
        format!("P{}", self.to_wif())
    }

    /// The raw key, big endian.
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0.to_secret_bytes()
    }

    /// The public key that belongs to it.
    pub fn public_key(&self) -> PublicKey {
        PublicKey(self.0.public_key().serialize())
    }

    /// Signs a digest; see [`Signature`] for the form. The same key and digest always give the same signature.
    pub fn sign(&self, digest: &Digest) -> Signature {
        Signature::create(&self.0, digest)
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey(of {})", self.public_key())
    }
}

/// A public key: a compressed point of secp256k1, or the null key. Keys sort by their bytes, as nodes sort them.
///
/// The bytes are not checked to be a point: nodes do not either, and only keys recovered from signatures matter.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PublicKey(pub [u8; 33]);

/// The prefix of both main nets; [`PublicKey`]'s `Display` uses it.
const DEFAULT_PREFIX: &str = "STM";

impl PublicKey {
    /// Zeros: as a witness's signing key it means "produces no blocks".
    pub const NULL: Self = Self([0; 33]);

    /// Reads a key text with the chain's prefix.
    ///
    /// # Errors
    /// Says what is wrong with the text.
    pub fn from_text(text: &str, prefix: &str) -> Result<Self, KeyError> {
        let encoded = text.strip_prefix(prefix).ok_or_else(|| KeyError::Prefix {
            expected: prefix.to_owned(),
            found: text.chars().take(8).collect(),
        })?;
        let bytes = decode_base58::<37>(encoded)?;
        let (payload, checksum) = bytes.split_at(33);
        if ripemd160(payload)[..4] != *checksum {
            return Err(KeyError::Checksum);
        }
        let mut key = [0; 33];
        key.copy_from_slice(payload);
        Ok(Self(key))
    }

    /// The key as text: the prefix, then base58 of the bytes and 4 bytes of their RIPEMD-160.
    pub fn to_text(&self, prefix: &str) -> String {
        let mut bytes = self.0.to_vec();
        bytes.extend_from_slice(&ripemd160(&self.0)[..4]);
        format!("{prefix}{}", bs58::encode(bytes).into_string())
    }

    /// Whether this is [`PublicKey::NULL`].
    pub fn is_null(&self) -> bool {
        *self == Self::NULL
    }
}

/// Base58 of exactly `N` bytes. The length is bounded first, since decoding takes quadratic time.
fn decode_base58<const N: usize>(text: &str) -> Result<[u8; N], KeyError> {
    let mut bytes = [0; N];
    if text.len() > N * 2 {
        return Err(KeyError::Length {
            expected: N,
            found: text.len() * 3 / 4,
        });
    }
    match bs58::decode(text).onto(&mut bytes) {
        Ok(length) if length == N => Ok(bytes),
        Ok(found) => Err(KeyError::Length { expected: N, found }),
        Err(bs58::decode::Error::BufferTooSmall) => Err(KeyError::Length {
            expected: N,
            found: N + 1,
        }),
        Err(_) => Err(KeyError::Base58),
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text(DEFAULT_PREFIX))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIF: &str = "5JEBi2GhgFE2FF9aK48ryLAUVnENYd7Uh8UwcHo4A4psyoDENkT";

    #[test]
    fn null_key_has_the_text_nodes_give_it() {
        let text = "STM1111111111111111111111111111111114T1Anm";
        assert_eq!(PublicKey::NULL.to_string(), text);
        assert!(PublicKey::from_text(text, "STM").unwrap().is_null());
    }

    #[test]
    fn mistyped_private_keys_are_refused_without_showing_them() {
        let mistyped = WIF.replace("EBi2", "EBi3");
        let error = PrivateKey::from_wif(&mistyped).unwrap_err();
        assert_eq!(error, KeyError::Checksum);
        assert!(!error.to_string().contains("EBi3"));
        assert_eq!(PrivateKey::from_wif("0OIl").unwrap_err(), KeyError::Base58);
        assert_eq!(
            PrivateKey::from_wif("").unwrap_err(),
            KeyError::Length {
                expected: 37,
                found: 0
            }
        );
    }

    #[test]
    fn the_debug_form_hides_a_private_key() {
        let key = PrivateKey::from_wif(WIF).unwrap();
        assert_eq!(
            format!("{key:?}"),
            "PrivateKey(of STM8NL5JErnpmQCN9iJnGyi7vfjj3Tq9gVBivvh12BXUKgMiEhBsZ)"
        );
    }

    #[test]
    fn a_public_key_of_another_net_is_refused() {
        let key = PrivateKey::from_wif(WIF).unwrap().public_key();
        let error = PublicKey::from_text(&key.to_text("TST"), "STM").unwrap_err();
        assert_eq!(
            error.to_string(),
            "expected a public key starting with STM, found \"TST8NL5J\""
        );
    }

    #[test]
    fn zero_is_no_private_key() {
        assert_eq!(
            PrivateKey::from_bytes([0; 32]).unwrap_err(),
            KeyError::Range
        );
        assert_eq!(
            PrivateKey::from_bytes([0xff; 32]).unwrap_err(),
            KeyError::Range
        );
    }

    #[test]
    fn a_master_password_is_a_key_text_after_p() {
        let key = PrivateKey::from_seed("anything");
        let password = key.to_master_password();
        assert_eq!(
            PrivateKey::from_wif(password.strip_prefix('P').unwrap()),
            Ok(key)
        );
    }
}
