use crate::text::Piece;
use crate::{Object, Text, Value};

impl Value {
    /// What `JSON.stringify` makes of the value, byte for byte.
    ///
    /// Numbers in their shortest form (`1e+21`, `1e-7`, `0` for negative zero, `null` for what is not finite), lone
    /// surrogates as lower-case escapes, `/` and U+007F bare. Decimals and dates in their extended form.
    pub fn stringify(&self) -> String {
        let mut out = String::new();
        self.stringify_into(&mut out);
        out
    }

    /// Appends what [`Value::stringify`] returns.
    pub fn stringify_into(&self, out: &mut String) {
        match self {
            Value::Null => out.push_str("null"),
            Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Value::Number(value) => write_number(*value, out),
            Value::Decimal(_) | Value::Date(_) => self.to_extended().stringify_into(out),
            Value::String(value) => write_string(value, out),
            Value::Array(items) => {
                out.push('[');
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    item.stringify_into(out);
                }
                out.push(']');
            }
            Value::Object(object) => object.stringify_into(out),
        }
    }
}

impl Object {
    /// What `JSON.stringify` makes of the object; see [`Value::stringify`].
    pub fn stringify(&self) -> String {
        let mut out = String::new();
        self.stringify_into(&mut out);
        out
    }

    /// Appends what [`Object::stringify`] returns.
    pub fn stringify_into(&self, out: &mut String) {
        out.push('{');
        for (at, (key, value)) in self.iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            write_string(key, out);
            out.push(':');
            value.stringify_into(out);
        }
        out.push('}');
    }
}

/// <https://tc39.es/ecma262/#sec-numeric-types-number-tostring>, and `null` for what is not finite.
fn write_number(number: f64, out: &mut String) {
    if number.is_finite() {
        out.push_str(ryu_js::Buffer::new().format_finite(number));
    } else {
        out.push_str("null");
    }
}

/// Appends a string as JSON text, in quotes, as `JSON.stringify` writes it.
pub fn quote_into(text: &str, out: &mut String) {
    out.push('"');
    write_escaped(text, out);
    out.push('"');
}

/// <https://tc39.es/ecma262/#sec-quotejsonstring>
pub(crate) fn write_string(text: &Text, out: &mut String) {
    out.push('"');
    match text.as_str() {
        Some(text) => write_escaped(text, out),
        None => {
            for piece in text.pieces() {
                match piece {
                    Piece::Str(text) => write_escaped(text, out),
                    Piece::Surrogate(unit) => write_unit(unit, out),
                }
            }
        }
    }
    out.push('"');
}

fn write_escaped(text: &str, out: &mut String) {
    let mut written = 0;
    for (at, byte) in text.bytes().enumerate() {
        if !matches!(byte, b'"' | b'\\' | 0..=0x1F) {
            continue;
        }
        out.push_str(&text[written..at]);
        written = at + 1;
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            0x08 => out.push_str("\\b"),
            0x09 => out.push_str("\\t"),
            0x0A => out.push_str("\\n"),
            0x0C => out.push_str("\\f"),
            0x0D => out.push_str("\\r"),
            _ => write_unit(u16::from(byte), out),
        }
    }
    out.push_str(&text[written..]);
}

fn write_unit(unit: u16, out: &mut String) {
    out.push_str("\\u");
    for shift in [12, 8, 4, 0] {
        let digit = u32::from(unit >> shift & 0xF);
        out.push(char::from_digit(digit, 16).expect("four bits are a hexadecimal digit"));
    }
}
