//! Hashes and the identifiers made of them.

use std::{fmt, str::FromStr};

use ripemd::Ripemd160;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

/// A text that is not the hexadecimal form of an identifier.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("expected {expected} hexadecimal digits, found {found:?}")]
pub struct InvalidHash {
    expected: usize,
    found: String,
}

macro_rules! hash {
    ($(#[$doc:meta])* $Name:ident, $bytes:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $Name(pub [u8; $bytes]);

        impl $Name {
            /// The raw bytes.
            pub fn as_bytes(&self) -> &[u8; $bytes] {
                &self.0
            }
        }

        impl fmt::Display for $Name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let mut text = [0; $bytes * 2];
                hex::encode_to_slice(self.0, &mut text).expect("the buffer has two digits for each byte");
                f.write_str(std::str::from_utf8(&text).expect("hexadecimal digits are ASCII"))
            }
        }

        impl fmt::Debug for $Name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($Name), "({})"), self)
            }
        }

        impl FromStr for $Name {
            type Err = InvalidHash;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let mut bytes = [0; $bytes];
                match hex::decode_to_slice(text, &mut bytes) {
                    Ok(()) => Ok(Self(bytes)),
                    Err(_) => Err(InvalidHash { expected: $bytes * 2, found: text.chars().take(80).collect() }),
                }
            }
        }

        impl Serialize for $Name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $Name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(de::Error::custom)
            }
        }
    };
}

hash! {
    /// A SHA-256 hash: what is signed, or a leaf or node of a Merkle tree.
    Digest, 32
}
hash! {
    /// A transaction's id: the first 20 bytes of SHA-256 over its serialization without signatures.
    TransactionId, 20
}
hash! {
    /// A block's id: its number, big endian, then 16 bytes of SHA-224 over its signed header.
    BlockId, 20
}
hash! {
    /// RIPEMD-160 of the top of the Merkle tree over a block's transactions; zeros for a block without any.
    MerkleRoot, 20
}

impl Digest {
    /// SHA-256 over the parts, one after the other.
    pub fn of(parts: &[&[u8]]) -> Self {
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update(part);
        }
        Self(hasher.finalize().into())
    }
}

impl BlockId {
    /// The number inside the id; 0 for the predecessor of the first block.
    pub fn number(&self) -> u32 {
        u32::from_be_bytes([self.0[0], self.0[1], self.0[2], self.0[3]])
    }

    /// What a transaction says to refer to this block (TaPoS): the low 16 bits of its number, and bytes 4 to 7 of its
    /// id as a little-endian number.
    pub fn reference(&self) -> (u16, u32) {
        let number = u16::from_be_bytes([self.0[2], self.0[3]]);
        let prefix = u32::from_le_bytes([self.0[4], self.0[5], self.0[6], self.0[7]]);
        (number, prefix)
    }
}

pub(crate) fn ripemd160(bytes: &[u8]) -> [u8; 20] {
    Ripemd160::digest(bytes).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_round_trip_as_text() {
        let text = "05cf62ab3f2151a60e601ed86bdb43137949873d";
        let id: BlockId = text.parse().unwrap();
        assert_eq!(id.to_string(), text);
        assert_eq!(id.number(), 97_477_291);
    }

    #[test]
    fn identifiers_of_a_wrong_length_say_what_was_expected() {
        let error = "05cf".parse::<BlockId>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "expected 40 hexadecimal digits, found \"05cf\""
        );
    }

    #[test]
    fn references_of_the_vectors() {
        let id: BlockId = "05cf62ab3f2151a60e601ed86bdb43137949873d".parse().unwrap();
        assert_eq!(id.reference(), (25_259, 2_790_334_783));
    }
}
