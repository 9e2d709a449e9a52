use std::fmt;

use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};

/// The first main-chain block at which a rule is in force; `"never"` in a file for a rule that is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Height(Option<u64>);

impl Height {
    /// In force from this block on.
    pub const fn from(block: u64) -> Height {
        Height(Some(block))
    }

    /// Never in force.
    pub const NEVER: Height = Height(None);

    /// Whether the rule is in force at a block. A block number that is not set (only a sandbox has such) is below
    /// every height, also below 0: the oldest rules apply.
    pub fn reached(self, block: Option<u64>) -> bool {
        matches!((self.0, block), (Some(height), Some(block)) if block >= height)
    }
}

impl Serialize for Height {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Some(height) => serializer.serialize_u64(height),
            None => serializer.serialize_str("never"),
        }
    }
}

impl<'de> Deserialize<'de> for Height {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(HeightVisitor)
    }
}

struct HeightVisitor;

impl Visitor<'_> for HeightVisitor {
    type Value = Height;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a main-chain block number or \"never\"")
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Height, E> {
        u64::try_from(value)
            .map(Height::from)
            .map_err(|_| E::invalid_value(de::Unexpected::Signed(value), &self))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Height, E> {
        Ok(Height::from(value))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Height, E> {
        match value {
            "never" => Ok(Height::NEVER),
            other => Err(E::invalid_value(de::Unexpected::Str(other), &self)),
        }
    }
}

/// From which main-chain block on a rule is in force. The public chains changed their rules this way; a new network
/// has most of them from block 0.
///
/// Source: the height gates of the reference node (protocol, b.9), with exclusive bounds turned into the first block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gates {
    /// Comments whose body is not JSON become calls of `comments.comment` (if that feed is on).
    pub plain_comments: Height,
    /// Transactions of the contract `comments` are recorded even when they logged something.
    pub keep_comments: Height,
    /// Comment metadata is reduced to `app`, `tags` and `ssc` before contracts see it.
    pub metadata_whitelist: Height,
    /// Scripted contracts divide with 20 decimals instead of 3.
    pub decimal_places_20: Height,
    /// Scripted contracts' decimals overflow beyond an exponent of 500.
    pub decimal_range_500: Height,
    /// Account names may have two hyphens in a row.
    pub double_hyphen_names: Height,
    /// Nested calls of `mining.handleNftChange` are skipped.
    pub nft_change_refused: Height,
    /// Code hashes of nested calls are hashed together instead of appended.
    pub code_hash_rehash: Height,
    /// A deployment that cannot be carried out is answered with one fixed sentence.
    pub short_deploy_error: Height,
    /// Every call of a user is preceded by `resourcemanager.burnFee`.
    pub resource_fee: Height,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_height_that_is_not_set_reaches_nothing() {
        assert!(Height::from(0).reached(Some(0)));
        assert!(!Height::from(0).reached(None));
        assert!(!Height::from(5).reached(Some(4)));
        assert!(Height::from(5).reached(Some(5)));
        assert!(!Height::NEVER.reached(Some(u64::MAX)));
    }
}
