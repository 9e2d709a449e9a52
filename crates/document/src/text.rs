use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use compact_str::CompactString;

/// A JavaScript string.
///
/// Nearly always well-formed Unicode, kept as UTF-8. JavaScript allows lone surrogates, and a payload may carry them as
/// escapes (`"\ud800"`); such a string is kept as [WTF-8], which is UTF-8 extended by three-byte forms of the lone
/// surrogates. The bytes of a string are therefore unique, and strings compare and hash by them.
///
/// [WTF-8]: https://simonsapin.github.io/wtf-8/
#[derive(Clone)]
pub struct Text(Repr);

#[derive(Clone)]
enum Repr {
    /// Up to 24 bytes in place: most names and values are so short.
    WellFormed(CompactString),
    /// WTF-8 with at least one lone surrogate.
    IllFormed(Box<[u8]>),
}

impl Text {
    /// The string, unless it has lone surrogates.
    pub fn as_str(&self) -> Option<&str> {
        match &self.0 {
            Repr::WellFormed(text) => Some(text),
            Repr::IllFormed(_) => None,
        }
    }

    /// The string with lone surrogates replaced by U+FFFD.
    pub fn to_string_lossy(&self) -> Cow<'_, str> {
        match &self.0 {
            Repr::WellFormed(text) => Cow::Borrowed(text),
            Repr::IllFormed(_) => {
                let chars = char::decode_utf16(self.utf16())
                    .map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER));
                Cow::Owned(chars.collect())
            }
        }
    }

    /// The string, or itself again if it has lone surrogates.
    pub fn into_string(self) -> Result<String, Text> {
        match self.0 {
            Repr::WellFormed(text) => Ok(text.into_string()),
            Repr::IllFormed(_) => Err(self),
        }
    }

    /// UTF-8, or WTF-8 if there are lone surrogates.
    pub fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Repr::WellFormed(text) => text.as_bytes(),
            Repr::IllFormed(bytes) => bytes,
        }
    }

    /// A string from WTF-8; `None` if the bytes are not well-formed WTF-8.
    pub fn from_wtf8(bytes: &[u8]) -> Option<Text> {
        if let Ok(text) = std::str::from_utf8(bytes) {
            return Some(Text::from(text));
        }
        let mut previous_was_high = false;
        let mut rest = bytes;
        while !rest.is_empty() {
            let surrogate = surrogate_at(rest);
            // A pair would have to be one four-byte character.
            if previous_was_high && surrogate.is_some_and(|unit| unit >= 0xDC00) {
                return None;
            }
            previous_was_high = surrogate.is_some_and(|unit| unit < 0xDC00);
            let length = match surrogate {
                Some(_) => 3,
                None => well_formed_prefix(rest)?,
            };
            rest = &rest[length..];
        }
        Some(Text(Repr::IllFormed(bytes.into())))
    }

    /// A string from UTF-16 code units, whatever they are.
    pub fn from_utf16(units: impl IntoIterator<Item = u16>) -> Text {
        let mut builder = TextBuilder::default();
        for unit in units {
            builder.push_unit(unit);
        }
        builder.finish()
    }

    /// The UTF-16 code units, which are the elements of a string in JavaScript.
    pub fn utf16(&self) -> impl Iterator<Item = u16> + '_ {
        self.pieces().flat_map(|piece| {
            let (text, surrogate) = match piece {
                Piece::Str(text) => (text, None),
                Piece::Surrogate(unit) => ("", Some(unit)),
            };
            text.encode_utf16().chain(surrogate)
        })
    }

    /// The length in JavaScript: the number of UTF-16 code units.
    pub fn utf16_len(&self) -> usize {
        self.utf16().count()
    }

    /// Whether there are no characters.
    pub fn is_empty(&self) -> bool {
        self.as_bytes().is_empty()
    }

    /// The well-formed stretches and the lone surrogates between them.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = Piece<'_>> {
        let mut rest = self.as_bytes();
        std::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            if let Some(unit) = surrogate_at(rest) {
                rest = &rest[3..];
                return Some(Piece::Surrogate(unit));
            }
            let valid = match std::str::from_utf8(rest) {
                Ok(text) => text,
                Err(error) => std::str::from_utf8(&rest[..error.valid_up_to()]).unwrap_or_default(),
            };
            rest = &rest[valid.len()..];
            Some(Piece::Str(valid))
        })
    }
}

/// A part of a string: see [`Text::pieces`].
pub(crate) enum Piece<'a> {
    Str(&'a str),
    Surrogate(u16),
}

/// The surrogate encoded in the first three bytes, if there is one.
fn surrogate_at(bytes: &[u8]) -> Option<u16> {
    match bytes {
        [0xED, second @ 0xA0..=0xBF, third @ 0x80..=0xBF, ..] => {
            Some(0xD000 | u16::from(second & 0x3F) << 6 | u16::from(third & 0x3F))
        }
        _ => None,
    }
}

/// The length of the valid UTF-8 at the start; `None` if there is none.
fn well_formed_prefix(bytes: &[u8]) -> Option<usize> {
    let length = match std::str::from_utf8(bytes) {
        Ok(text) => text.len(),
        Err(error) => error.valid_up_to(),
    };
    (length > 0).then_some(length)
}

/// Puts a string together from pieces of text and UTF-16 code units, joining surrogate pairs.
#[derive(Default)]
pub(crate) struct TextBuilder {
    bytes: Vec<u8>,
    /// A high surrogate that waits for its partner.
    high: Option<u16>,
    ill_formed: bool,
}

impl TextBuilder {
    pub(crate) fn push_str(&mut self, text: &str) {
        if !text.is_empty() {
            self.settle();
            self.bytes.extend_from_slice(text.as_bytes());
        }
    }

    pub(crate) fn push_unit(&mut self, unit: u16) {
        match (self.high, unit) {
            (Some(high), 0xDC00..=0xDFFF) => {
                self.high = None;
                let code = 0x10000 + (u32::from(high - 0xD800) << 10) + u32::from(unit - 0xDC00);
                self.push_char(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            (_, 0xD800..=0xDBFF) => {
                self.settle();
                self.high = Some(unit);
            }
            (_, 0xDC00..=0xDFFF) => self.push_lone(unit),
            _ => {
                self.settle();
                self.push_char(
                    char::from_u32(u32::from(unit)).unwrap_or(char::REPLACEMENT_CHARACTER),
                );
            }
        }
    }

    pub(crate) fn finish(mut self) -> Text {
        self.settle();
        if self.ill_formed {
            return Text(Repr::IllFormed(self.bytes.into_boxed_slice()));
        }
        let text = String::from_utf8(self.bytes).expect("only whole characters were pushed");
        Text::from(text)
    }

    fn settle(&mut self) {
        if let Some(high) = self.high.take() {
            self.push_lone(high);
        }
    }

    fn push_char(&mut self, character: char) {
        self.bytes
            .extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    }

    fn push_lone(&mut self, unit: u16) {
        self.ill_formed = true;
        let low_bits = |shift: u32| 0x80 | (unit >> shift & 0x3F) as u8;
        self.bytes
            .extend_from_slice(&[0xED, low_bits(6), low_bits(0)]);
    }
}

impl Default for Text {
    fn default() -> Text {
        Text(Repr::WellFormed(CompactString::default()))
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Text {
        Text(Repr::WellFormed(text.into()))
    }
}

impl From<String> for Text {
    fn from(text: String) -> Text {
        Text(Repr::WellFormed(text.into()))
    }
}

impl From<&String> for Text {
    fn from(text: &String) -> Text {
        Text::from(text.as_str())
    }
}

impl From<Cow<'_, str>> for Text {
    fn from(text: Cow<'_, str>) -> Text {
        Text(Repr::WellFormed(text.into()))
    }
}

impl From<char> for Text {
    fn from(character: char) -> Text {
        Text::from(&*character.encode_utf8(&mut [0; 4]))
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Text) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for Text {}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self == *other
    }
}

impl PartialEq<Text> for str {
    fn eq(&self, other: &Text) -> bool {
        other == self
    }
}

impl PartialEq<Text> for &str {
    fn eq(&self, other: &Text) -> bool {
        other == *self
    }
}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Text) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// By bytes, which for well-formed strings is by code point.
impl Ord for Text {
    fn cmp(&self, other: &Text) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

/// With lone surrogates shown as U+FFFD.
impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.to_string_lossy())
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::new();
        crate::json::write_string(self, &mut out);
        f.write_str(&out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(units: &[u16], bytes: &[u8], well_formed: bool) {
        let text = Text::from_utf16(units.iter().copied());
        assert_eq!(text.as_bytes(), bytes);
        assert_eq!(text.as_str().is_some(), well_formed);
        assert_eq!(text.utf16().collect::<Vec<_>>(), units);
        assert_eq!(text.utf16_len(), units.len());
        assert_eq!(Text::from_wtf8(bytes), Some(text));
    }

    #[test]
    fn pairs_are_joined_and_lone_surrogates_kept() {
        check(&[0x61, 0xE9, 0x20AC], "aé€".as_bytes(), true);
        check(&[0xD83D, 0xDE00], "😀".as_bytes(), true);
        check(&[0xD83D], b"\xED\xA0\xBD", false);
        check(&[0xDE00, 0xD83D, 0x61], b"\xED\xB8\x80\xED\xA0\xBDa", false);
        check(
            &[0xD83D, 0xD83D, 0xDE00],
            b"\xED\xA0\xBD\xF0\x9F\x98\x80",
            false,
        );
    }

    #[test]
    fn wtf8_must_be_well_formed() {
        for bytes in [
            &b"\xFF"[..],
            b"\xED\xA0",
            b"\xC0\x80",
            b"\xED\xA0\xBD\xED\xB8\x80",
            b"a\xED\xA0\xBD\x80",
        ] {
            assert_eq!(Text::from_wtf8(bytes), None, "{bytes:x?}");
        }
    }

    #[test]
    fn lone_surrogates_are_replaced_for_display() {
        let text = Text::from_utf16([0x61, 0xD800, 0x62]);
        assert_eq!(text.to_string(), "a\u{FFFD}b");
        assert_eq!(format!("{text:?}"), r#""a\ud800b""#);
        assert!(text.into_string().is_err());
    }
}
