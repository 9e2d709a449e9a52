use std::fmt;

use serde::{de, ser};
use thiserror::Error;

use super::VERSION;
use crate::MAX_DEPTH;

/// Why a document cannot be encoded, or bytes not be decoded.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Error {
    /// The first byte is of no known format.
    #[error("expected a document of version {VERSION}, found version {0}")]
    Version(u8),
    /// The bytes end within a value.
    #[error("expected more bytes, found the end of the document")]
    UnexpectedEnd,
    /// No name or value begins so.
    #[error("expected the first byte of a name or value, found {0:#04x}")]
    Tag(u8),
    /// A number or length is not in its range.
    #[error("expected a number in its shortest form")]
    Number,
    /// The bytes of a string are not UTF-8, or not WTF-8 where lone surrogates are announced.
    #[error("expected the bytes of a string, found something else")]
    String,
    /// A decimal is not in canonical form.
    #[error("expected a canonical decimal, found {0:#034x}")]
    Decimal(u128),
    /// An object has the same field twice.
    #[error("expected distinct fields, found one twice")]
    RepeatedField,
    /// Arrays and objects nest too deeply.
    #[error("nested deeper than {MAX_DEPTH} levels")]
    TooDeep,
    /// An array or object takes more than 4 GiB.
    #[error("an array or object of {0} bytes is too large")]
    TooLarge(usize),
    /// An integer that a JavaScript number cannot hold.
    #[error("expected an integer up to 2^53 - 1 in magnitude, found {0}")]
    Integer(i128),
    /// What is serialised at the top is not an object.
    #[error("expected an object as a document, found {0}")]
    NotAnObject(&'static str),
    /// What serde's implementations say.
    #[error("{0}")]
    Custom(String),
}

impl ser::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Error {
        Error::Custom(message.to_string())
    }
}

impl de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Error {
        Error::Custom(message.to_string())
    }
}
