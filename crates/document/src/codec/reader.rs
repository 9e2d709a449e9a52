use super::*;
use crate::{Decimal128, Kind, Text, names};

/// Takes the bytes of a document, array or object apart.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

/// A value whose content, if it is an array or object, has not been looked at.
pub(super) enum Token<'a> {
    Null,
    Bool(bool),
    Integer(i64),
    Number(f64),
    Decimal(Decimal128),
    Date(i64),
    String(RawKey<'a>),
    Array(Reader<'a>),
    Object(Reader<'a>),
}

impl Token<'_> {
    pub(super) fn kind(&self) -> Kind {
        match self {
            Token::Null => Kind::Null,
            Token::Bool(_) => Kind::Bool,
            Token::Integer(_) | Token::Number(_) | Token::Decimal(_) => Kind::Number,
            Token::Date(_) => Kind::Date,
            Token::String(_) => Kind::String,
            Token::Array(_) => Kind::Array,
            Token::Object(_) => Kind::Object,
        }
    }
}

impl<'a> RawKey<'a> {
    pub(super) fn new(bytes: &'a [u8], ill_formed: bool) -> RawKey<'a> {
        RawKey { bytes, ill_formed }
    }

    pub(super) fn to_text(self) -> Result<Text, Error> {
        match self.ill_formed {
            false => std::str::from_utf8(self.bytes)
                .map(Text::from)
                .map_err(|_| Error::String),
            true => Text::from_wtf8(self.bytes).ok_or(Error::String),
        }
    }
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader { rest: bytes }
    }

    /// The fields of a document.
    pub(super) fn document(bytes: &'a [u8]) -> Result<Reader<'a>, Error> {
        let mut reader = Reader::new(bytes);
        match reader.byte()? {
            VERSION => Ok(reader),
            version => Err(Error::Version(version)),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn remaining(&self) -> &'a [u8] {
        self.rest
    }

    /// Whether the next value is `null`.
    pub(super) fn at_null(&self) -> bool {
        self.rest.first() == Some(&NULL)
    }

    /// The name of the next field.
    pub(super) fn key(&mut self) -> Result<RawKey<'a>, Error> {
        let header = self.byte()?;
        let length = match header {
            NUMBERED_NAME.. => {
                let name = names::name(header - NUMBERED_NAME).ok_or(Error::Tag(header))?;
                return Ok(RawKey::new(name, false));
            }
            LONG_NAME | ILL_FORMED_LONG_NAME => {
                usize::try_from(self.varint()?).map_err(|_| Error::UnexpectedEnd)?
            }
            short => usize::from(short >> 1),
        };
        Ok(RawKey::new(self.take(length)?, header & 1 == 1))
    }

    /// Whether the next field has this name, whose number is this one. Passes over the name.
    pub(super) fn key_is(&mut self, name: &[u8], number: Option<u8>) -> Result<bool, Error> {
        match self.rest.split_first() {
            Some((header @ NUMBERED_NAME.., rest)) => {
                self.rest = rest;
                Ok(number == Some(header - NUMBERED_NAME))
            }
            _ => Ok(self.key()?.bytes == name),
        }
    }

    /// The next value.
    pub(super) fn token(&mut self) -> Result<Token<'a>, Error> {
        Ok(match self.byte()? {
            tag @ SHORT_STRING..=0xFF => {
                let bytes = self.take(usize::from(tag - SHORT_STRING))?;
                Token::String(RawKey::new(bytes, false))
            }
            tag @ SMALL_INTEGER..SHORT_STRING => Token::Integer(i64::from(tag - SMALL_INTEGER)),
            NULL => Token::Null,
            FALSE => Token::Bool(false),
            TRUE => Token::Bool(true),
            NUMBER => Token::Number(f64::from_bits(u64::from_le_bytes(self.array()?))),
            INTEGER => {
                let zigzag = self.varint()?;
                let integer = (zigzag >> 1) as i64 ^ -((zigzag & 1) as i64);
                if integer.unsigned_abs() >= 1 << 53 {
                    return Err(Error::Number);
                }
                Token::Integer(integer)
            }
            DECIMAL_BITS => {
                let bits = u128::from_le_bytes(self.array()?);
                Token::Decimal(Decimal128::from_bits(bits).ok_or(Error::Decimal(bits))?)
            }
            DATE_MILLIS => Token::Date(i64::from_le_bytes(self.array()?)),
            tag @ (STRING | ILL_FORMED_STRING) => {
                let length = usize::try_from(self.varint()?).map_err(|_| Error::UnexpectedEnd)?;
                Token::String(RawKey::new(self.take(length)?, tag == ILL_FORMED_STRING))
            }
            ARRAY => Token::Array(self.container()?),
            OBJECT => Token::Object(self.container()?),
            tag => return Err(Error::Tag(tag)),
        })
    }

    /// Passes over the next value.
    pub(super) fn skip(&mut self) -> Result<(), Error> {
        let length = match self.byte()? {
            tag @ SHORT_STRING..=0xFF => usize::from(tag - SHORT_STRING),
            SMALL_INTEGER..SHORT_STRING | NULL | FALSE | TRUE => 0,
            NUMBER | DATE_MILLIS => 8,
            DECIMAL_BITS => 16,
            INTEGER => return self.varint().map(drop),
            STRING | ILL_FORMED_STRING => {
                usize::try_from(self.varint()?).map_err(|_| Error::UnexpectedEnd)?
            }
            ARRAY | OBJECT => return self.container().map(drop),
            tag => return Err(Error::Tag(tag)),
        };
        self.take(length).map(drop)
    }

    fn container(&mut self) -> Result<Reader<'a>, Error> {
        let length = u32::from_le_bytes(self.array()?) as usize;
        self.take(length).map(Reader::new)
    }

    fn varint(&mut self) -> Result<u64, Error> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7F);
            if bits << shift >> shift != bits || byte == 0 && shift > 0 {
                return Err(Error::Number);
            }
            number |= bits << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(Error::Number)
    }

    fn byte(&mut self) -> Result<u8, Error> {
        let (byte, rest) = self.rest.split_first().ok_or(Error::UnexpectedEnd)?;
        self.rest = rest;
        Ok(*byte)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let (bytes, rest) = self.rest.split_first_chunk().ok_or(Error::UnexpectedEnd)?;
        self.rest = rest;
        Ok(*bytes)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Error> {
        let (bytes, rest) = self
            .rest
            .split_at_checked(length)
            .ok_or(Error::UnexpectedEnd)?;
        self.rest = rest;
        Ok(bytes)
    }
}
