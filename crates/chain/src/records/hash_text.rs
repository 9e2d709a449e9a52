use std::fmt;
use std::str::FromStr;

use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use sha2::{Digest, Sha256};

/// The number of hexadecimal digits of a SHA-256.
const DIGITS: usize = 64;

/// A hash as records show it: 64 lower-case hexadecimal digits, nothing where there is no hash yet, or the `0` that
/// stands before the first block.
///
/// Hashes are taken over such texts, so the text is what is kept.
#[derive(Clone, Copy)]
pub struct HashText {
    length: u8,
    digits: [u8; DIGITS],
}

impl HashText {
    /// No hash.
    pub const EMPTY: HashText = HashText {
        length: 0,
        digits: [0; DIGITS],
    };

    /// The `0` that stands before the first block.
    pub const ZERO: HashText = {
        let mut digits = [0; DIGITS];
        digits[0] = b'0';
        HashText { length: 1, digits }
    };

    /// The text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).expect("made of ASCII digits only")
    }

    /// The text's bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.digits[..usize::from(self.length)]
    }

    /// Whether there is no hash.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The text of a SHA-256.
    pub fn from_digest(digest: &[u8; 32]) -> HashText {
        let mut digits = [0; DIGITS];
        hex::encode_to_slice(digest, &mut digits).expect("64 digits hold 32 bytes");
        HashText {
            length: DIGITS as u8,
            digits,
        }
    }

    /// The hash of one text.
    pub fn of(text: impl AsRef<[u8]>) -> HashText {
        let mut hasher = Hasher::new();
        hasher.update(text);
        hasher.finish()
    }
}

/// A text is not a hash.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected up to {DIGITS} lower-case hexadecimal digits, found {0:?}")]
pub struct NotAHash(String);

impl FromStr for HashText {
    type Err = NotAHash;

    fn from_str(text: &str) -> Result<HashText, NotAHash> {
        let hexadecimal = |b: &u8| b.is_ascii_digit() || (b'a'..=b'f').contains(b);
        if text.len() > DIGITS || !text.as_bytes().iter().all(hexadecimal) {
            return Err(NotAHash(text.chars().take(80).collect()));
        }
        let mut digits = [0; DIGITS];
        digits[..text.len()].copy_from_slice(text.as_bytes());
        Ok(HashText {
            length: text.len() as u8,
            digits,
        })
    }
}

impl PartialEq for HashText {
    fn eq(&self, other: &HashText) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for HashText {}

impl Default for HashText {
    fn default() -> HashText {
        HashText::EMPTY
    }
}

impl fmt::Display for HashText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for HashText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.as_str())
    }
}

impl PartialEq<str> for HashText {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

/// As text in JSON; in binary formats a full hash is its 32 bytes.
impl Serialize for HashText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            return serializer.serialize_str(self.as_str());
        }
        let mut digest = [0; DIGITS / 2];
        match hex::decode_to_slice(self.as_bytes(), &mut digest) {
            Ok(()) => serializer.serialize_bytes(&digest),
            Err(_) => serializer.serialize_bytes(self.as_bytes()),
        }
    }
}

impl<'de> Deserialize<'de> for HashText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_str(HashVisitor)
        } else {
            deserializer.deserialize_bytes(HashVisitor)
        }
    }
}

struct HashVisitor;

impl Visitor<'_> for HashVisitor {
    type Value = HashText;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a hash")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<HashText, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<HashText, E> {
        if let Ok(digest) = <&[u8; DIGITS / 2]>::try_from(bytes) {
            return Ok(HashText::from_digest(digest));
        }
        std::str::from_utf8(bytes)
            .map_err(E::custom)?
            .parse()
            .map_err(E::custom)
    }
}

/// SHA-256 over texts, piece by piece.
#[derive(Clone, Default)]
pub struct Hasher(Sha256);

impl Hasher {
    /// Nothing taken in yet.
    pub fn new() -> Hasher {
        Hasher(Sha256::new())
    }

    /// Takes in a text.
    pub fn update(&mut self, text: impl AsRef<[u8]>) {
        self.0.update(text);
    }

    /// Takes in a whole number in decimal.
    pub fn update_number(&mut self, number: u64) {
        let mut digits = [0; 20];
        let mut at = digits.len();
        let mut rest = number;
        loop {
            at -= 1;
            digits[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        self.update(&digits[at..]);
    }

    /// The hash of everything taken in.
    pub fn finish(self) -> HashText {
        HashText::from_digest(&self.0.finalize().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_what_it_is_given() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(HashText::of("").as_str(), empty);
        assert_eq!(
            HashText::of(empty),
            empty
                .parse::<HashText>()
                .map(|h| HashText::of(h.as_str()))
                .unwrap()
        );
    }

    #[test]
    fn numbers_are_decimal() {
        for number in [0, 7, 10, 96_287_448, u64::MAX] {
            let mut hasher = Hasher::new();
            hasher.update_number(number);
            assert_eq!(hasher.finish(), HashText::of(number.to_string()));
        }
    }

    #[test]
    fn knows_what_is_not_a_hash() {
        assert_eq!("0".parse::<HashText>().unwrap().as_str(), "0");
        assert_eq!(HashText::default().as_str(), "");
        assert!("ABC".parse::<HashText>().is_err());
        assert!("0".repeat(65).parse::<HashText>().is_err());
        assert_eq!(
            "not a hash".parse::<HashText>().unwrap_err().to_string(),
            "expected up to 64 lower-case hexadecimal digits, found \"not a hash\""
        );
    }
}
