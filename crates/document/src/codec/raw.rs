use smallvec::SmallVec;

use super::reader::{Reader, Token};
use super::{Error, read_value};
use crate::order::KeyPart;
use crate::{Decimal128, Kind, Text, Value, names};

/// The bytes of a document, to look at single fields without decoding the others.
#[derive(Clone, Copy, Debug)]
pub struct RawDocument<'a> {
    fields: Reader<'a>,
}

/// The fields of a document, found by one look through it: for whoever wants several.
#[derive(Clone, Debug, Default)]
pub struct RawFields<'a>(SmallVec<[(&'a [u8], RawValue<'a>); 16]>);

impl<'a> RawFields<'a> {
    /// Those of the document with these bytes, in the place of what is there.
    ///
    /// # Errors
    ///
    /// If the bytes are damaged.
    pub fn read(&mut self, bytes: &'a [u8]) -> Result<&RawFields<'a>, Error> {
        self.0.clear();
        let mut reader = Reader::document(bytes)?;
        while !reader.is_empty() {
            let name = reader.key()?.bytes;
            self.0.push((name, RawValue { reader }));
            reader.skip()?;
        }
        Ok(self)
    }

    /// A field.
    pub fn field(&self, name: &str) -> Option<RawValue<'a>> {
        let name = name.as_bytes();
        let found = self.0.iter().find(|(found, _)| *found == name);
        found.map(|(_, value)| *value)
    }
}

/// A value within a [`RawDocument`].
#[derive(Clone, Copy, Debug)]
pub struct RawValue<'a> {
    reader: Reader<'a>,
}

/// The bytes of a name or string within a [`RawDocument`], UTF-8 unless it has lone surrogates.
#[derive(Clone, Copy, Debug)]
pub struct RawKey<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) ill_formed: bool,
}

impl<'a> RawKey<'a> {
    /// The bytes, of which it has not been checked that they are UTF-8 or WTF-8.
    pub fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The string, if it is well-formed.
    pub fn as_str(&self) -> Option<&'a str> {
        std::str::from_utf8(self.bytes).ok()
    }
}

impl<'a> RawDocument<'a> {
    /// A look at the bytes of a document.
    ///
    /// # Errors
    ///
    /// If they are of another version of the format. Other damage shows when it is come across.
    pub fn new(bytes: &'a [u8]) -> Result<RawDocument<'a>, Error> {
        Ok(RawDocument {
            fields: Reader::document(bytes)?,
        })
    }

    /// The fields in order.
    pub fn fields(
        &self,
    ) -> impl Iterator<Item = Result<(RawKey<'a>, RawValue<'a>), Error>> + use<'a> {
        fields(self.fields)
    }

    /// A field.
    ///
    /// # Errors
    ///
    /// If the bytes before it are damaged.
    pub fn field(&self, name: &str) -> Result<Option<RawValue<'a>>, Error> {
        find(self.fields, name.as_bytes())
    }

    /// A field of a field and so on: names, and indices of elements, joined by dots.
    ///
    /// # Errors
    ///
    /// If the bytes before it are damaged.
    pub fn get(&self, path: &str) -> Result<Option<RawValue<'a>>, Error> {
        let mut parts = path.split('.');
        let mut found = self.field(parts.next().unwrap_or_default())?;
        for part in parts {
            let Some(value) = found else { break };
            found = value.get(part)?;
        }
        Ok(found)
    }
}

fn fields<'a>(
    mut reader: Reader<'a>,
) -> impl Iterator<Item = Result<(RawKey<'a>, RawValue<'a>), Error>> + use<'a> {
    std::iter::from_fn(move || {
        if reader.is_empty() {
            return None;
        }
        let mut next = || {
            let key = reader.key()?;
            let value = RawValue { reader };
            reader.skip()?;
            Ok((key, value))
        };
        let field = next();
        if field.is_err() {
            reader = Reader::new(&[]);
        }
        Some(field)
    })
}

fn find<'a>(mut reader: Reader<'a>, name: &[u8]) -> Result<Option<RawValue<'a>>, Error> {
    let number = names::number(name);
    while !reader.is_empty() {
        if reader.key_is(name, number)? {
            return Ok(Some(RawValue { reader }));
        }
        reader.skip()?;
    }
    Ok(None)
}

impl<'a> RawValue<'a> {
    fn token(&self) -> Result<Token<'a>, Error> {
        self.reader.clone().token()
    }

    /// Its encoded bytes: equal bytes are equal values.
    ///
    /// # Errors
    ///
    /// If its bytes are damaged; so with the other methods.
    pub fn encoded(&self) -> Result<&'a [u8], Error> {
        let all = self.reader.remaining();
        let mut reader = self.reader;
        reader.skip()?;
        Ok(&all[..all.len() - reader.remaining().len()])
    }

    /// Which kind of value it is.
    ///
    /// # Errors
    ///
    /// If its bytes are damaged; so with the other methods.
    pub fn kind(&self) -> Result<Kind, Error> {
        self.token().map(|token| token.kind())
    }

    /// The string, if it is a well-formed one.
    pub fn as_str(&self) -> Result<Option<&'a str>, Error> {
        match self.token()? {
            Token::String(text) if !text.ill_formed => text.as_str().ok_or(Error::String).map(Some),
            _ => Ok(None),
        }
    }

    /// The string, if it is one.
    pub fn as_text(&self) -> Result<Option<Text>, Error> {
        match self.token()? {
            Token::String(text) => text.to_text().map(Some),
            _ => Ok(None),
        }
    }

    /// The number, if it is one.
    pub fn as_f64(&self) -> Result<Option<f64>, Error> {
        Ok(match self.token()? {
            Token::Integer(value) => Some(value as f64),
            Token::Number(value) => Some(value),
            _ => None,
        })
    }

    /// The number, if it is a whole one up to 2^53 - 1 in magnitude.
    pub fn as_i64(&self) -> Result<Option<i64>, Error> {
        Ok(match self.token()? {
            Token::Integer(value) => Some(value),
            _ => None,
        })
    }

    /// The decimal, if it is one.
    pub fn as_decimal(&self) -> Result<Option<Decimal128>, Error> {
        Ok(match self.token()? {
            Token::Decimal(value) => Some(value),
            _ => None,
        })
    }

    /// The boolean, if it is one.
    pub fn as_bool(&self) -> Result<Option<bool>, Error> {
        Ok(match self.token()? {
            Token::Bool(value) => Some(value),
            _ => None,
        })
    }

    /// What its key is made of; `None` for an object or array, which have to be decoded for it.
    pub fn as_key_part(&self) -> Result<Option<KeyPart<'a>>, Error> {
        Ok(Some(match self.token()? {
            Token::Null => KeyPart::Null,
            Token::Bool(value) => KeyPart::Bool(value),
            Token::Integer(value) => KeyPart::Number(value as f64),
            Token::Number(value) => KeyPart::Number(value),
            Token::Decimal(value) => KeyPart::Decimal(value),
            Token::Date(millis) => KeyPart::Date(millis),
            Token::String(text) => KeyPart::String(text.bytes),
            Token::Object(_) | Token::Array(_) => return Ok(None),
        }))
    }

    /// The field of an object, or the element of an array at the index written so.
    pub fn get(&self, name: &str) -> Result<Option<RawValue<'a>>, Error> {
        match self.token()? {
            Token::Object(fields) => find(fields, name.as_bytes()),
            Token::Array(mut reader) => {
                let Some(index) = crate::array_index(name.as_bytes()) else {
                    return Ok(None);
                };
                for _ in 0..index {
                    if reader.is_empty() {
                        break;
                    }
                    reader.skip()?;
                }
                Ok((!reader.is_empty()).then_some(RawValue { reader }))
            }
            _ => Ok(None),
        }
    }

    /// The value, decoded.
    pub fn to_value(&self) -> Result<Value, Error> {
        read_value(self.token()?, 1)
    }
}
