//! Documents as bytes: the rows of tables.
//!
//! A row is written often, read oftener, and mostly for one or two of its fields. So the form describes itself, knows
//! the length of everything without looking into it, and can be written from and read into Rust structs directly:
//!
//! - [`encode`] and [`decode`]: objects;
//! - [`to_vec`] and [`from_slice`]: anything with serde, the same bytes as of the equivalent object;
//! - [`RawDocument`]: single fields; [`RawFields`]: several of a document.
//!
//! # Format, version 2
//!
//! A document is the byte `02`, then its fields in order, to the end. A field is its name, then its value. Lengths are LEB128,
//! at most 10 bytes.
//!
//! | first byte | name |
//! | --- | --- |
//! | `00` to `7D` | twice its length in bytes, plus one if it has lone surrogates; then the bytes |
//! | `7E`, `7F` | the same for longer names, without and with lone surrogates: length, bytes |
//! | `80` to `FE` | one of the 127 names that most rows are made of; these are always written so |
//!
//! | first byte | value |
//! | --- | --- |
//! | `00` | `null` |
//! | `01`, `02` | `false`, `true` |
//! | `03` | number: 8 bytes of a double, little endian |
//! | `04` | whole number up to 2^53 - 1 in magnitude: zigzag, LEB128 |
//! | `05` | decimal: 16 bytes of IEEE 754 decimal128 (binary integer encoding), little endian |
//! | `06` | date: 8 bytes, milliseconds since 1970, little endian |
//! | `07` | string: length, UTF-8 |
//! | `08` | string with lone surrogates: length, WTF-8 |
//! | `09` | array: 4 bytes of length, little endian, elements |
//! | `0A` | object: 4 bytes of length, little endian, fields |
//! | `40` to `7F` | whole number 0 to 63 |
//! | `80` to `FF` | string of 0 to 127 bytes |
//!
//! Whole numbers other than negative zero have the shortest of these forms, and so have strings. What is read may come
//! from a damaged disk: any bytes give a document or an error, with work and memory in proportion to their number.

mod de;
mod error;
mod raw;
mod reader;
mod ser;
mod special;
#[cfg(test)]
mod tests;
mod writer;

pub use de::from_slice;
pub use error::Error;
pub use raw::{RawDocument, RawFields, RawKey, RawValue};
pub use ser::{to_vec, write_behind};
pub(crate) use special::{DATE, DECIMAL, MapKey, decimal_content};

use crate::{MAX_DEPTH, Object, Value};
use reader::{Reader, Token};
use writer::Writer;

/// The first byte of every document.
const VERSION: u8 = 2;

/// From here on, the first byte of a name says its length behind itself.
const LONG_NAME: u8 = 0x7E;
const ILL_FORMED_LONG_NAME: u8 = 0x7F;
/// Up to `NUMBERED_NAME + 126`.
const NUMBERED_NAME: u8 = 0x80;

const NULL: u8 = 0x00;
const FALSE: u8 = 0x01;
const TRUE: u8 = 0x02;
const NUMBER: u8 = 0x03;
const INTEGER: u8 = 0x04;
const DECIMAL_BITS: u8 = 0x05;
const DATE_MILLIS: u8 = 0x06;
const STRING: u8 = 0x07;
const ILL_FORMED_STRING: u8 = 0x08;
const ARRAY: u8 = 0x09;
const OBJECT: u8 = 0x0A;
/// Up to `SMALL_INTEGER + 63`.
const SMALL_INTEGER: u8 = 0x40;
/// Up to `SHORT_STRING + 127`.
const SHORT_STRING: u8 = 0x80;

/// The bytes of an object.
///
/// # Errors
///
/// If it nests deeper than [`MAX_DEPTH`], or something in it takes more than 4 GiB.
pub fn encode(object: &Object) -> Result<Vec<u8>, Error> {
    let mut writer = Writer::new();
    write_fields(object, &mut writer, 1)?;
    Ok(writer.finish())
}

fn write_fields(object: &Object, writer: &mut Writer, depth: usize) -> Result<(), Error> {
    if depth > MAX_DEPTH {
        return Err(Error::TooDeep);
    }
    for (key, value) in object.iter() {
        writer.key(key);
        write_value(value, writer, depth)?;
    }
    Ok(())
}

/// Writes a value that is a field or element of a container at this depth.
fn write_value(value: &Value, writer: &mut Writer, depth: usize) -> Result<(), Error> {
    match value {
        Value::Null => writer.null(),
        Value::Bool(value) => writer.bool(*value),
        Value::Number(value) => writer.number(*value),
        Value::Decimal(value) => writer.decimal(*value),
        Value::Date(value) => writer.date(*value),
        Value::String(value) => writer.text(value),
        Value::Array(_) if depth == MAX_DEPTH => return Err(Error::TooDeep),
        Value::Array(items) => {
            let start = writer.open(ARRAY);
            for item in items {
                write_value(item, writer, depth + 1)?;
            }
            writer.close(start)?;
        }
        Value::Object(object) => {
            let start = writer.open(OBJECT);
            write_fields(object, writer, depth + 1)?;
            writer.close(start)?;
        }
    }
    Ok(())
}

/// The object that the bytes are of.
///
/// # Errors
///
/// If they are not the bytes of a document.
pub fn decode(bytes: &[u8]) -> Result<Object, Error> {
    read_fields(Reader::document(bytes)?, 1)
}

fn read_fields(mut reader: Reader<'_>, depth: usize) -> Result<Object, Error> {
    if depth > MAX_DEPTH {
        return Err(Error::TooDeep);
    }
    // Rows of tables mostly have about this many fields.
    let mut entries = Vec::with_capacity(if depth == 1 { 12 } else { 0 });
    while !reader.is_empty() {
        let key = reader.key()?.to_text()?;
        entries.push((key, read_value(reader.token()?, depth)?));
    }
    let count = entries.len();
    let object = Object::from_entries(entries);
    if object.len() < count {
        Err(Error::RepeatedField)
    } else {
        Ok(object)
    }
}

/// The value of a field or element of a container at this depth.
fn read_value(token: Token<'_>, depth: usize) -> Result<Value, Error> {
    Ok(match token {
        Token::Null => Value::Null,
        Token::Bool(value) => Value::Bool(value),
        Token::Integer(value) => Value::Number(value as f64),
        Token::Number(value) => Value::Number(value),
        Token::Decimal(value) => Value::Decimal(value),
        Token::Date(value) => Value::Date(value),
        Token::String(text) => Value::String(text.to_text()?),
        Token::Array(_) if depth == MAX_DEPTH => return Err(Error::TooDeep),
        Token::Array(mut reader) => {
            let mut items = Vec::new();
            while !reader.is_empty() {
                items.push(read_value(reader.token()?, depth + 1)?);
            }
            Value::Array(items)
        }
        Token::Object(reader) => Value::Object(read_fields(reader, depth + 1)?),
    })
}
