//! `api.validator`: what validator.js answers, 13.12 on Hive and 10.11 on Steem.
//!
//! Texts are valid UTF-16 here: a script's lone surrogates should be handed over as U+FFFD, which no check treats
//! differently.

use std::net::{Ipv4Addr, Ipv6Addr};

use thiserror::Error;

mod blacklist;

pub use blacklist::blacklist;

/// Which release of the library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Release {
    /// 10.11: Steem's.
    V10,
    /// 13.12: Hive's.
    V13,
}

/// Why a validator has no answer: the message of the exception.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ValidatorError {
    /// A `TypeError`: the first argument is no string.
    #[error("{0}")]
    NotText(String),
    /// A `SyntaxError`: the characters of `blacklist` are no class of a regular expression. As V8 of Node 20 says it.
    #[error("Invalid regular expression: /[{0}]+/g: {1}")]
    Pattern(String, &'static str),
}

impl ValidatorError {
    /// The name of the exception in JavaScript.
    pub fn name(&self) -> &'static str {
        match self {
            ValidatorError::NotText(_) => "TypeError",
            ValidatorError::Pattern(..) => "SyntaxError",
        }
    }
}

/// The exception for a first argument that is no string, given what `typeof` says of it, `null` for null, or the name
/// of its constructor for objects (`Object`, `Array`).
pub fn not_text(release: Release, kind: &str) -> ValidatorError {
    let is_primitive = matches!(
        kind,
        "undefined" | "boolean" | "number" | "bigint" | "symbol" | "function"
    );
    ValidatorError::NotText(match release {
        Release::V13 => format!("Expected a string but received a {kind}"),
        Release::V10 if is_primitive => format!("Expected string but received a {kind}."),
        Release::V10 => format!("Expected string but received {kind}."),
    })
}

/// Whether there is at least one character and all are `A` to `Z` or `a` to `z`.
pub fn is_alpha(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// Whether there is at least one character and all are digits or `A` to `Z` or `a` to `z`.
pub fn is_alphanumeric(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Whether the text is its own upper-case form: so are the empty text and digits.
pub fn is_uppercase(text: &str) -> bool {
    // Special casing of Unicode may change the number of characters.
    text.chars()
        .all(|character| character.to_uppercase().eq([character]))
}

/// Whether the text is an address of the internet protocol of this version, 4 or 6 or either if there is none.
///
/// The version is what `String` makes of the argument; other versions have no addresses.
pub fn is_ip(release: Release, text: &str, version: &str) -> bool {
    match (version, release) {
        ("", _) => is_ip(release, text, "4") || is_ip(release, text, "6"),
        ("4", Release::V13) => text.parse::<Ipv4Addr>().is_ok(),
        ("4", Release::V10) => is_ipv4_v10(text),
        ("6", Release::V13) => is_ipv6(text),
        ("6", Release::V10) => is_ipv6_v10(text),
        _ => false,
    }
}

/// RFC 4291's texts with an optional zone as in RFC 4007.
fn is_ipv6(text: &str) -> bool {
    let (address, zone) = match text.split_once('%') {
        Some((address, zone)) => (address, Some(zone)),
        None => (text, None),
    };
    let is_zone_byte = |byte: u8| byte.is_ascii_alphanumeric() || b"-.:".contains(&byte);
    zone.is_none_or(|zone| !zone.is_empty() && zone.bytes().all(is_zone_byte))
        && address.parse::<Ipv6Addr>().is_ok()
}

/// Release 10 takes leading zeros.
fn is_ipv4_v10(text: &str) -> bool {
    let is_part = |part: &str| {
        let is_number = (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        is_number && part.parse::<u16>().is_ok_and(|number| number <= 255)
    };
    text.split('.').count() == 4 && text.split('.').all(is_part)
}

/// Release 10 knows no zones, and takes some texts that are no addresses: what omits zeros may have too many blocks.
fn is_ipv6_v10(text: &str) -> bool {
    if text == "::" {
        return true;
    }
    let mut blocks: Vec<&str> = text.split(':').take(10).collect();
    let ends_in_ipv4 = blocks.last().is_some_and(|block| is_ipv4_v10(block));
    let expected = if ends_in_ipv4 { 7 } else { 8 };
    if blocks.len() > expected {
        return false;
    }
    let mut omits = true;
    if text.starts_with("::") {
        blocks.drain(..2);
    } else if text.ends_with("::") {
        blocks.truncate(blocks.len() - 2);
    } else {
        omits = false;
    }
    let last = blocks.len().saturating_sub(1);
    for (at, block) in blocks.iter().enumerate() {
        if block.is_empty() && at > 0 && at < last {
            if omits {
                return false;
            }
            omits = true;
        } else if ends_in_ipv4 && at == last {
            // Checked above.
        } else if !is_hexadecimal_block(block) {
            return false;
        }
    }
    if omits {
        !blocks.is_empty()
    } else {
        blocks.len() == expected
    }
}

fn is_hexadecimal_block(block: &str) -> bool {
    (1..=4).contains(&block.len()) && block.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether the text is a domain name with a top-level domain: at least two labels; the last one of letters only, at
/// least two, or `xn` with at least two letters, digits or hyphens.
///
/// Letters are those of ASCII and nearly all beyond: see the ranges. Lengths are in UTF-16 units.
pub fn is_fqdn(release: Release, text: &str) -> bool {
    let Some((domain, top)) = text.rsplit_once('.') else {
        return false;
    };
    match release {
        Release::V13 => is_top_level(top, is_top_level_letter) && text.split('.').all(is_label),
        Release::V10 => {
            let short = text
                .split('.')
                .all(|label| label.encode_utf16().count() <= 63);
            short
                && is_top_level(top, is_letter)
                && !top.encode_utf16().any(|unit| SPACES_V10.contains(&unit))
                && domain.split('.').all(is_label)
        }
    }
}

/// What release 10 takes for spaces besides those of ECMAScript: the two halves of the language tag space among them.
const SPACES_V10: [u16; 3] = [0x200b, 0xdb40, 0xdc20];

fn is_top_level(label: &str, is_letter: fn(char) -> bool) -> bool {
    let letters = label.encode_utf16().count() >= 2 && label.chars().all(is_letter);
    let punycode = || {
        let (Some(prefix), Some(rest)) = (label.get(..2), label.get(2..)) else {
            return false;
        };
        prefix.eq_ignore_ascii_case("xn")
            && rest.len() >= 2
            && rest
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    (letters || punycode()) && !label.chars().any(is_space)
}

/// Characters beyond the basic plane count by their surrogates, which this range has.
fn is_letter(character: char) -> bool {
    character.is_ascii_alphabetic() || character >= '\u{a1}'
}

/// Letters of a top-level domain in release 13, which has no surrogates among them.
fn is_top_level_letter(character: char) -> bool {
    character.is_ascii_alphabetic()
        || matches!(character,
            '\u{a1}'..='\u{a8}' | '\u{aa}'..='\u{d7ff}'
                | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{ffef}')
}

fn is_label(label: &str) -> bool {
    let is_allowed =
        |character: char| character.is_ascii_digit() || character == '-' || is_letter(character);
    let full_width = |character: char| ('\u{ff01}'..='\u{ff5e}').contains(&character);
    (1..=63).contains(&label.encode_utf16().count())
        && label
            .chars()
            .all(|character| is_allowed(character) && !full_width(character))
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// `\s` of ECMAScript.
fn is_space(character: char) -> bool {
    character == '\u{feff}' || (character != '\u{85}' && character.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn v(answer: bool) -> Value {
        Value::Bool(answer)
    }

    /// Each line: function, text, second argument, answer of validator.js 13.12.0, answer of 10.11.0.
    #[test]
    fn answers_are_those_of_validator_js() {
        type Case = (String, String, String, Value, Value);
        let data: Vec<Case> =
            serde_json::from_str(include_str!("../../tests/data/validator.json")).unwrap();
        assert!(data.len() > 500);
        for (function, text, argument, v13, v10) in data {
            for (release, expected) in [(Release::V13, v13), (Release::V10, v10)] {
                let answer = match function.as_str() {
                    "isAlpha" => v(is_alpha(&text)),
                    "isAlphanumeric" => v(is_alphanumeric(&text)),
                    "isUppercase" => v(is_uppercase(&text)),
                    "isIP" => v(is_ip(release, &text, &argument)),
                    "isFQDN" => v(is_fqdn(release, &text)),
                    "blacklist" => match blacklist(&text, &argument) {
                        Ok(text) => Value::String(text),
                        Err(error) => Value::String(format!("{}: {error}", error.name())),
                    },
                    _ => unreachable!("{function}"),
                };
                assert_eq!(
                    answer, expected,
                    "{function} {text:?} {argument:?} {release:?}"
                );
            }
        }
    }

    #[test]
    fn other_kinds_than_text_are_named() {
        let check = |release, kind, expected: &str| {
            assert_eq!(not_text(release, kind).to_string(), expected);
        };
        check(
            Release::V13,
            "undefined",
            "Expected a string but received a undefined",
        );
        check(
            Release::V13,
            "Object",
            "Expected a string but received a Object",
        );
        check(
            Release::V10,
            "number",
            "Expected string but received a number.",
        );
        check(Release::V10, "null", "Expected string but received null.");
        check(Release::V10, "Array", "Expected string but received Array.");
        assert_eq!(not_text(Release::V10, "null").name(), "TypeError");
    }
}
