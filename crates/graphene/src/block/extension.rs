//! Versions and what witnesses report in headers.

use serde_json::{Value, json};
use thiserror::Error;

use super::parsed;
use crate::{
    json::{self, Field, JsonError, JsonForm},
    time::Time,
    wire::{DecodeError, Reader, Writer, unexpected},
};

/// A version of the node's software or protocol: major, hard fork, revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Version {
    /// Major version.
    pub major: u8,
    /// Hard fork.
    pub hardfork: u8,
    /// Revision.
    pub revision: u16,
}

/// What a witness reports in a block's header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderExtension {
    /// Nothing.
    Void,
    /// The version the witness runs.
    Version(Version),
    /// When the witness wants a hard fork to happen.
    HardforkVote {
        /// Which.
        version: Version,
        /// When.
        time: Time,
    },
}

impl Version {
    fn packed(self) -> u32 {
        u32::from(self.major) << 24 | u32::from(self.hardfork) << 16 | u32::from(self.revision)
    }

    fn unpacked(packed: u32) -> Self {
        let [major, hardfork, high, low] = packed.to_be_bytes();
        Self {
            major,
            hardfork,
            revision: u16::from_be_bytes([high, low]),
        }
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.hardfork, self.revision)
    }
}

impl std::str::FromStr for Version {
    type Err = InvalidVersion;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parse = || {
            let mut parts = text.split('.');
            let version = Self {
                major: parts.next()?.parse().ok()?,
                hardfork: parts.next()?.parse().ok()?,
                revision: parts.next()?.parse().ok()?,
            };
            parts.next().is_none().then_some(version)
        };
        parse().ok_or_else(|| InvalidVersion(text.chars().take(40).collect()))
    }
}

/// A text that is no version.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("expected a version like 1.27.0, found {0:?}")]
pub struct InvalidVersion(String);

impl HeaderExtension {
    pub(super) fn write(&self, out: &mut Writer<'_>) {
        match self {
            Self::Void => out.varint(0),
            Self::Version(version) => {
                out.varint(1);
                version.packed().write(out);
            }
            Self::HardforkVote { version, time } => {
                out.varint(2);
                version.packed().write(out);
                time.write(out);
            }
        }
    }

    pub(super) fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let offset = input.offset();
        match input.varint()? {
            0 => Ok(Self::Void),
            1 => Ok(Self::Version(Version::unpacked(u32::read(input)?))),
            2 => {
                let version = Version::unpacked(u32::read(input)?);
                Ok(Self::HardforkVote {
                    version,
                    time: Time::read(input)?,
                })
            }
            tag => Err(unexpected(
                offset,
                "a header extension between 0 and 2",
                tag.to_string(),
            )),
        }
    }

    pub(super) fn to_json(self, form: JsonForm) -> Value {
        let (name, value) = match self {
            Self::Void => ("void_t", json!({})),
            Self::Version(version) => ("version", json!(version.to_string())),
            Self::HardforkVote { version, time } => (
                "hardfork_version_vote",
                json!({ "hf_version": version.to_string(), "hf_time": time }),
            ),
        };
        match form {
            JsonForm::Legacy => json!([name, value]),
            JsonForm::Appbase => json!({ "type": name, "value": value }),
        }
    }

    pub(crate) fn from_json(value: &Value) -> Result<Self, JsonError> {
        const VERSION: &str = "a version like 1.27.0";
        let (tag, value) = json::tagged(value)?;
        match (tag.as_str(), json::integer(tag)) {
            (Some("void_t"), _) | (_, Some(0)) => Ok(Self::Void),
            (Some("version"), _) | (_, Some(1)) => json::parsed(value, VERSION).map(Self::Version),
            (Some("hardfork_version_vote"), _) | (_, Some(2)) => {
                let map = json::object(value)?;
                Ok(Self::HardforkVote {
                    version: parsed(map, "hf_version", VERSION)?,
                    time: parsed(map, "hf_time", "a time like 2026-01-10T12:34:50")?,
                })
            }
            _ => Err(JsonError::new(
                "void_t, version or hardfork_version_vote",
                tag,
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{chain::Chain, wire::AssetForm};

    const VERSION: Version = Version {
        major: 1,
        hardfork: 27,
        revision: 258,
    };

    fn check(extension: HeaderExtension, bytes: &str, legacy: Value, appbase: Value) {
        let chain = Chain::hive();
        let mut out = Writer::new(&chain, AssetForm::Legacy);
        extension.write(&mut out);
        let written = out.into_bytes();
        assert_eq!(hex::encode(&written), bytes);
        let mut input = Reader::new(&written, &chain, AssetForm::Legacy);
        assert_eq!(HeaderExtension::read(&mut input), Ok(extension));
        for (form, json) in [(JsonForm::Legacy, legacy), (JsonForm::Appbase, appbase)] {
            assert_eq!(extension.to_json(form), json);
            assert_eq!(HeaderExtension::from_json(&json), Ok(extension));
        }
    }

    #[test]
    fn versions_and_votes_in_all_forms() {
        check(
            HeaderExtension::Void,
            "00",
            json!(["void_t", {}]),
            json!({ "type": "void_t", "value": {} }),
        );
        check(
            HeaderExtension::Version(VERSION),
            "0102011b01",
            json!(["version", "1.27.258"]),
            json!({ "type": "version", "value": "1.27.258" }),
        );
        let vote = json!({ "hf_version": "1.27.258", "hf_time": "1970-01-01T00:00:01" });
        check(
            HeaderExtension::HardforkVote {
                version: VERSION,
                time: Time(1),
            },
            "0202011b0101000000",
            json!(["hardfork_version_vote", vote]),
            json!({ "type": "hardfork_version_vote", "value": vote }),
        );
    }

    #[test]
    fn tags_may_be_numbers_and_unknown_ones_are_refused() {
        assert_eq!(
            HeaderExtension::from_json(&json!([1, "1.27.258"])),
            Ok(HeaderExtension::Version(VERSION))
        );
        for value in [
            json!([3, "x"]),
            json!(["future", 1]),
            json!(["version", "1.27"]),
            json!(["version", "1.2.3.4"]),
        ] {
            assert!(HeaderExtension::from_json(&value).is_err(), "{value}");
        }
    }
}
