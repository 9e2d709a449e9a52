//! What V8 of Node 20 says of a text that is no JSON.

/// How deep arrays and objects may nest before the text is not looked at any further.
const MAX_DEPTH: usize = 10_000;
/// UTF-16 units quoted before and behind an unexpected character.
const CONTEXT: usize = 10;
/// Texts that come from values which are none.
const SPECIAL: [&str; 4] = ["[object Object]", "NaN", "Infinity", "undefined"];

/// The message of the `SyntaxError` that `JSON.parse` throws for a text; `None` if the text is JSON.
///
/// Node 18 words it shorter, Node 22 adds line and column.
pub fn json_error(text: &str) -> Option<String> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut reader = Reader {
        units: &units,
        at: 0,
    };
    let problem = reader.document().err()?;
    let at = reader.at;
    Some(match problem {
        Problem::At(message) => format!("{message} in JSON at position {at}"),
        Problem::Behind => {
            format!("Unexpected non-whitespace character after JSON at position {at}")
        }
        Problem::Unexpected => match reader.peek() {
            None => "Unexpected end of JSON input".to_owned(),
            Some('0'..='9' | '-') => format!("Unexpected number in JSON at position {at}"),
            Some('"') => format!("Unexpected string in JSON at position {at}"),
            Some(_) if SPECIAL.contains(&text) => format!("\"{text}\" is not valid JSON"),
            Some(_) => unexpected_token(&units, at),
        },
    })
}

/// Quotes the character and what is around it.
fn unexpected_token(units: &[u16], at: usize) -> String {
    let quote = |from: usize, to: usize| String::from_utf16_lossy(&units[from..to]);
    let token = quote(at, at + 1);
    let (before, context, behind) = if units.len() <= 2 * CONTEXT {
        ("", quote(0, units.len()), "")
    } else if at < CONTEXT {
        ("", quote(0, at + CONTEXT), "...")
    } else if at < units.len() - CONTEXT {
        ("...", quote(at - CONTEXT, at + CONTEXT), "...")
    } else {
        ("...", quote(at - CONTEXT, units.len()), "")
    };
    format!("Unexpected token '{token}', {before}\"{context}\"{behind} is not valid JSON")
}

enum Problem {
    /// Nothing that begins a value, or another character than a literal goes on with, or the end.
    Unexpected,
    /// Something with a message of its own.
    At(&'static str),
    /// More than one value.
    Behind,
}

use Problem::{At, Unexpected};

type Result = std::result::Result<(), Problem>;

struct Reader<'a> {
    units: &'a [u16],
    /// Where reading has come to, and stops when something is wrong.
    at: usize,
}

impl Reader<'_> {
    /// The next character; surrogates are one that JSON does not know.
    fn peek(&self) -> Option<char> {
        let unit = *self.units.get(self.at)?;
        Some(char::from_u32(unit.into()).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn skip_space(&mut self) {
        while let Some(' ' | '\t' | '\n' | '\r') = self.peek() {
            self.at += 1;
        }
    }

    fn take(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    fn document(&mut self) -> Result {
        // The closing brackets that are still to come.
        let mut open: Vec<char> = Vec::new();
        loop {
            // A value comes next.
            self.skip_space();
            let closed = match self.peek() {
                Some('{') => {
                    self.at += 1;
                    self.skip_space();
                    if self.take('}') {
                        true
                    } else {
                        open.push('}');
                        self.key("Expected property name or '}'")?;
                        self.colon(At("Expected ':' after property name"))?;
                        false
                    }
                }
                Some('[') => {
                    self.at += 1;
                    self.skip_space();
                    let empty = self.take(']');
                    if !empty {
                        open.push(']');
                    }
                    empty
                }
                _ => {
                    self.scalar()?;
                    true
                }
            };
            if open.len() > MAX_DEPTH {
                return Err(Unexpected);
            }
            if closed && self.go_on(&mut open)? {
                return Ok(());
            }
        }
    }

    /// Behind a value: to the next one, or to the end, which it says.
    fn go_on(&mut self, open: &mut Vec<char>) -> std::result::Result<bool, Problem> {
        loop {
            self.skip_space();
            let Some(&bracket) = open.last() else {
                return if self.peek().is_none() {
                    Ok(true)
                } else {
                    Err(Problem::Behind)
                };
            };
            if self.take(bracket) {
                open.pop();
                continue;
            }
            let comma = self.take(',');
            match (bracket, comma) {
                (']', true) => return Ok(false),
                (']', false) => return Err(At("Expected ',' or ']' after array element")),
                (_, false) => return Err(At("Expected ',' or '}' after property value")),
                (_, true) => {}
            }
            self.skip_space();
            self.key("Expected double-quoted property name")?;
            self.colon(Unexpected)?;
            return Ok(false);
        }
    }

    fn key(&mut self, expected: &'static str) -> Result {
        if self.peek() != Some('"') {
            return Err(At(expected));
        }
        self.text()
    }

    /// V8 has a message of its own for the first property only.
    fn colon(&mut self, problem: Problem) -> Result {
        self.skip_space();
        if self.take(':') { Ok(()) } else { Err(problem) }
    }

    fn scalar(&mut self) -> Result {
        match self.peek() {
            Some('"') => self.text(),
            Some('t') => self.literal("true"),
            Some('f') => self.literal("false"),
            Some('n') => self.literal("null"),
            Some('-' | '0'..='9') => self.number(),
            _ => Err(Unexpected),
        }
    }

    fn literal(&mut self, word: &str) -> Result {
        let matches = word.chars().all(|character| self.take(character));
        if matches { Ok(()) } else { Err(Unexpected) }
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while let Some('0'..='9') = self.peek() {
            self.at += 1;
        }
        self.at - start
    }

    fn number(&mut self) -> Result {
        self.take('-');
        if self.take('0') {
            if let Some('0'..='9') = self.peek() {
                return Err(Unexpected);
            }
        } else if self.digits() == 0 {
            return Err(At("No number after minus sign"));
        }
        if self.take('.') && self.digits() == 0 {
            return Err(At("Unterminated fractional number"));
        }
        if self.take('e') || self.take('E') {
            if !self.take('-') {
                self.take('+');
            }
            if self.digits() == 0 {
                return Err(At("Exponent part is missing a number"));
            }
        }
        Ok(())
    }

    fn text(&mut self) -> Result {
        self.at += 1;
        loop {
            match self.peek() {
                None => return Err(At("Unterminated string")),
                Some('"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some('\\') => {
                    self.at += 1;
                    self.escape()?;
                }
                Some('\0'..='\x1f') => return Err(At("Bad control character in string literal")),
                Some(_) => self.at += 1,
            }
        }
    }

    fn escape(&mut self) -> Result {
        match self.peek() {
            Some('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't') => self.at += 1,
            Some('u') => {
                self.at += 1;
                for _ in 0..4 {
                    if !self.peek().is_some_and(|digit| digit.is_ascii_hexdigit()) {
                        return Err(At("Bad Unicode escape"));
                    }
                    self.at += 1;
                }
            }
            Some('\0'..='\u{ff}') => return Err(At("Bad escaped character")),
            None | Some(_) => return Err(Unexpected),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts, and what `JSON.parse` of Node 20.20 says of them.
    #[test]
    fn messages_are_those_of_node_20() {
        let data: Vec<(String, Option<String>)> =
            serde_json::from_str(include_str!("../../../tests/data/json_errors.json")).unwrap();
        assert!(data.len() > 300);
        for (text, expected) in data {
            assert_eq!(json_error(&text), expected, "{text:?}");
        }
    }

    #[test]
    fn deep_nesting_is_bounded() {
        assert!(json_error(&"[".repeat(1_000_000)).is_some());
    }
}
