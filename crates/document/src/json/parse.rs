use thiserror::Error;

use crate::text::TextBuilder;
use crate::{MAX_DEPTH, Object, Text, Value};

/// Why a text is not JSON.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ParseError {
    /// Something else stands where the grammar wants this.
    #[error("expected {expected} at byte {offset}, found {found}")]
    Unexpected {
        /// What the grammar wants.
        expected: &'static str,
        /// Where, in bytes from the start.
        offset: usize,
        /// What stands there.
        found: String,
    },
    /// More than [`MAX_DEPTH`] arrays and objects in each other.
    #[error("nested deeper than {MAX_DEPTH} levels at byte {offset}")]
    TooDeep {
        /// Where, in bytes from the start.
        offset: usize,
    },
}

/// What `JSON.parse` makes of a text.
///
/// Exactly the language of ECMAScript: no comments, no trailing commas, no byte order mark; of a repeated key the last
/// value counts at the first place; array indices come first; numbers are the nearest doubles, too large ones infinite;
/// escapes may make lone surrogates; `__proto__` is a key like any other. The one difference is [`MAX_DEPTH`].
///
/// # Errors
///
/// If the text is not JSON, or nests too deeply.
pub fn parse(text: &str) -> Result<Value, ParseError> {
    Parser { text, at: 0 }.document()
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

/// An array or object whose end has not been seen yet. Kept in a list, so that nesting does not use up the stack.
enum Open {
    Array(Vec<Value>),
    /// The fields so far, and the name of the one whose value comes next.
    Object(Vec<(Text, Value)>, Text),
}

/// How a value begins.
enum Begin {
    Whole(Value),
    Open(Open),
}

impl<'a> Parser<'a> {
    fn document(mut self) -> Result<Value, ParseError> {
        let mut open: Vec<Open> = Vec::new();
        loop {
            let mut value = match self.begin(open.len())? {
                Begin::Whole(value) => value,
                Begin::Open(container) => {
                    open.push(container);
                    continue;
                }
            };
            // Hand the finished value to what encloses it, which may finish that, too.
            loop {
                let Some(container) = open.pop() else {
                    self.skip_space();
                    return if self.at == self.text.len() {
                        Ok(value)
                    } else {
                        Err(self.unexpected("the end"))
                    };
                };
                match self.proceed(container, value)? {
                    Begin::Whole(finished) => value = finished,
                    Begin::Open(container) => {
                        open.push(container);
                        break;
                    }
                }
            }
        }
    }

    /// Reads a scalar or an empty container, or the start of a container up to its first value.
    fn begin(&mut self, depth: usize) -> Result<Begin, ParseError> {
        self.skip_space();
        match self.peek() {
            Some(b'[' | b'{') if depth == MAX_DEPTH => Err(ParseError::TooDeep { offset: self.at }),
            Some(b'[') => {
                self.at += 1;
                self.skip_space();
                if self.eat(b']') {
                    return Ok(Begin::Whole(Value::Array(Vec::new())));
                }
                Ok(Begin::Open(Open::Array(Vec::new())))
            }
            Some(b'{') => {
                self.at += 1;
                self.skip_space();
                if self.eat(b'}') {
                    return Ok(Begin::Whole(Value::Object(Object::new())));
                }
                let key = self.key()?;
                Ok(Begin::Open(Open::Object(Vec::new(), key)))
            }
            _ => self.scalar().map(Begin::Whole),
        }
    }

    /// Adds a value to its container and reads on to the next value or to the end of the container.
    fn proceed(&mut self, container: Open, value: Value) -> Result<Begin, ParseError> {
        self.skip_space();
        match container {
            Open::Array(mut items) => {
                items.push(value);
                match self.peek() {
                    Some(b',') => {
                        self.at += 1;
                        Ok(Begin::Open(Open::Array(items)))
                    }
                    Some(b']') => {
                        self.at += 1;
                        Ok(Begin::Whole(Value::Array(items)))
                    }
                    _ => Err(self.unexpected("',' or ']'")),
                }
            }
            Open::Object(mut entries, key) => {
                entries.push((key, value));
                match self.peek() {
                    Some(b',') => {
                        self.at += 1;
                        self.skip_space();
                        let key = self.key()?;
                        Ok(Begin::Open(Open::Object(entries, key)))
                    }
                    Some(b'}') => {
                        self.at += 1;
                        Ok(Begin::Whole(Value::Object(Object::from_entries(entries))))
                    }
                    _ => Err(self.unexpected("',' or '}'")),
                }
            }
        }
    }

    /// A property name and the colon behind it.
    fn key(&mut self) -> Result<Text, ParseError> {
        if self.peek() != Some(b'"') {
            return Err(self.unexpected("a property name"));
        }
        let key = self.string()?;
        self.skip_space();
        if !self.eat(b':') {
            return Err(self.unexpected("':'"));
        }
        Ok(key)
    }

    fn scalar(&mut self) -> Result<Value, ParseError> {
        match self.peek() {
            Some(b'"') => self.string().map(Value::String),
            Some(b'-' | b'0'..=b'9') => self.number().map(Value::Number),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
            _ => Err(self.unexpected("a value")),
        }
    }

    fn word(&mut self, word: &'static str, value: Value) -> Result<Value, ParseError> {
        if !self.text[self.at..].starts_with(word) {
            return Err(self.unexpected("a value"));
        }
        self.at += word.len();
        Ok(value)
    }

    fn number(&mut self) -> Result<f64, ParseError> {
        let start = self.at;
        self.eat(b'-');
        if !self.eat(b'0') {
            self.digits()?;
        }
        let mut integer = true;
        if self.eat(b'.') {
            integer = false;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            integer = false;
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        let text = &self.text[start..self.at];
        // Up to 15 digits are exact in a double; negative zero has to stay one.
        if integer && text.len() <= 15 && text != "-0" {
            let magnitude = text
                .bytes()
                .filter(|byte| *byte != b'-')
                .fold(0, |n, byte| n * 10 + i64::from(byte - b'0'));
            return Ok(if text.starts_with('-') {
                -magnitude
            } else {
                magnitude
            } as f64);
        }
        Ok(text
            .parse()
            .expect("the grammar of JSON numbers is within that of Rust"))
    }

    fn digits(&mut self) -> Result<(), ParseError> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start {
            Err(self.unexpected("a digit"))
        } else {
            Ok(())
        }
    }

    fn string(&mut self) -> Result<Text, ParseError> {
        self.at += 1;
        let plain = self.plain();
        if self.eat(b'"') {
            return Ok(Text::from(plain));
        }
        let mut builder = TextBuilder::default();
        builder.push_str(plain);
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(builder.finish());
                }
                Some(b'\\') => {
                    self.at += 1;
                    builder.push_unit(self.escape()?);
                }
                _ => return Err(self.unexpected("the end of the string")),
            }
            builder.push_str(self.plain());
        }
    }

    /// Characters up to the next quote, backslash or control character.
    fn plain(&mut self) -> &'a str {
        let rest = &self.text.as_bytes()[self.at..];
        let length = rest
            .iter()
            .position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1F))
            .unwrap_or(rest.len());
        let plain = &self.text[self.at..self.at + length];
        self.at += length;
        plain
    }

    /// What stands behind a backslash, as a UTF-16 code unit.
    fn escape(&mut self) -> Result<u16, ParseError> {
        let unit = match self.peek() {
            Some(byte @ (b'"' | b'\\' | b'/')) => u16::from(byte),
            Some(b'b') => 0x08,
            Some(b'f') => 0x0C,
            Some(b'n') => 0x0A,
            Some(b'r') => 0x0D,
            Some(b't') => 0x09,
            Some(b'u') => {
                self.at += 1;
                return self.hex_unit();
            }
            _ => return Err(self.unexpected("an escape")),
        };
        self.at += 1;
        Ok(unit)
    }

    fn hex_unit(&mut self) -> Result<u16, ParseError> {
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16));
            let Some(digit) = digit else {
                return Err(self.unexpected("a hexadecimal digit"));
            };
            unit = unit << 4 | digit as u16;
            self.at += 1;
        }
        Ok(unit)
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn unexpected(&self, expected: &'static str) -> ParseError {
        let found = match self.text[self.at..].chars().next() {
            Some(character) => format!("{character:?}"),
            None => "the end".to_owned(),
        };
        ParseError::Unexpected {
            expected,
            offset: self.at,
            found,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(text: &str, expect: Expect) {
        expect.assert_eq(
            &parse(text).map_or_else(|error| error.to_string(), |value| value.stringify()),
        );
    }

    #[test]
    fn errors_say_what_is_wrong_and_where() {
        check("", expect!["expected a value at byte 0, found the end"]);
        check("[1,]", expect!["expected a value at byte 3, found ']'"]);
        check(
            "{\"a\":1,}",
            expect!["expected a property name at byte 7, found '}'"],
        );
        check(
            "{a:1}",
            expect!["expected a property name at byte 1, found 'a'"],
        );
        check("{\"a\" 1}", expect!["expected ':' at byte 5, found '1'"]);
        check("[1 2]", expect!["expected ',' or ']' at byte 3, found '2'"]);
        check("01", expect!["expected the end at byte 1, found '1'"]);
        check("-", expect!["expected a digit at byte 1, found the end"]);
        check("1.", expect!["expected a digit at byte 2, found the end"]);
        check("1e+", expect!["expected a digit at byte 3, found the end"]);
        check(
            "\"\\x\"",
            expect!["expected an escape at byte 2, found 'x'"],
        );
        check(
            "\"\\u12g4\"",
            expect!["expected a hexadecimal digit at byte 5, found 'g'"],
        );
        check(
            "\"\u{1}\"",
            expect![[r"expected the end of the string at byte 1, found '\u{1}'"]],
        );
        check(
            "\u{FEFF}1",
            expect![[r"expected a value at byte 0, found '\u{feff}'"]],
        );
        check("truth", expect!["expected a value at byte 0, found 't'"]);
        check("é", expect!["expected a value at byte 0, found 'é'"]);
    }

    #[test]
    fn nesting_is_bounded() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let text = nested(MAX_DEPTH);
        assert_eq!(parse(&text).unwrap().stringify(), text);
        assert_eq!(
            parse(&nested(MAX_DEPTH + 1)),
            Err(ParseError::TooDeep { offset: MAX_DEPTH })
        );
        assert_eq!(
            parse(&"{\"a\":".repeat(1_000_000)),
            Err(ParseError::TooDeep {
                offset: MAX_DEPTH * 5
            })
        );
    }

    #[test]
    fn prototype_is_an_ordinary_key() {
        check(
            r#"{"__proto__":{"a":1},"constructor":2}"#,
            expect![[r#"{"__proto__":{"a":1},"constructor":2}"#]],
        );
    }
}
