//! The rules for account names.

use std::{fmt, str::FromStr};

use thiserror::Error;

/// A valid account name: 3 to 16 characters, segments separated by dots, each of at least 3 characters, starting
/// with a letter, ending with a letter or digit, with letters, digits and hyphens between.
///
/// Operations hold plain strings, because blocks may name what is no account (an empty `to`, for example);
/// [`AccountName::check`] tells whether such a string would be accepted in a new operation.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountName(String);

/// Why a text is no account name.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum InvalidAccountName {
    /// Shorter than 3 or longer than 16 bytes.
    #[error("expected an account name of 3 to 16 characters, found {0:?}")]
    Length(String),
    /// A segment between dots is too short or has a character where it must not be.
    #[error(
        "expected segments of at least 3 characters (a letter, then letters, digits or hyphens, not ending in a hyphen) in an account name, found {0:?}"
    )]
    Segment(String),
}

impl AccountName {
    /// Checks a text without keeping it.
    ///
    /// # Errors
    /// Says which rule the text breaks.
    pub fn check(text: &str) -> Result<(), InvalidAccountName> {
        if !(3..=16).contains(&text.len()) {
            return Err(InvalidAccountName::Length(shorten(text)));
        }
        if text.split('.').all(is_segment) {
            Ok(())
        } else {
            Err(InvalidAccountName::Segment(shorten(text)))
        }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_segment(segment: &str) -> bool {
    let bytes = segment.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else {
        return false;
    };
    bytes.len() >= 3
        && first.is_ascii_lowercase()
        && (last.is_ascii_lowercase() || last.is_ascii_digit())
        && bytes
            .iter()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-')
}

fn shorten(text: &str) -> String {
    text.chars().take(40).collect()
}

impl FromStr for AccountName {
    type Err = InvalidAccountName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::check(text)?;
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for AccountName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for AccountName {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, valid: bool) {
        assert_eq!(AccountName::check(name).is_ok(), valid, "{name:?}");
    }

    #[test]
    fn ordinary_names() {
        for name in [
            "bob",
            "alice",
            "hive-engine",
            "a1b",
            "initminer",
            "tartan.test",
            "abc.def.ghi",
            "sixteen-letters1",
            "a--b",
        ] {
            check(name, true);
        }
    }

    #[test]
    fn names_that_break_a_rule() {
        for name in [
            "",
            "ab",
            "seventeen-letters",
            "Alice",
            "1abc",
            "-abc",
            "abc-",
            "abc.",
            ".abc",
            "abc.de",
            "abc..def",
            "ab c",
            "abc_d",
            "żółw",
        ] {
            check(name, false);
        }
    }
}
