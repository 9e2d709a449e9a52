use serde::Deserialize;
use serde::de::value::BorrowedStrDeserializer;
use serde::de::{self, DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess, Visitor};

use super::reader::{Reader, Token};
use super::special::SpecialMap;
use super::{Error, RawKey};
use crate::MAX_DEPTH;

/// Reads what the bytes of a document hold into anything with serde. `&str` borrows from the bytes; fields which the
/// type does not have are passed over.
///
/// # Errors
///
/// If the bytes are not those of a document, or the document is not what the type wants.
pub fn from_slice<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> Result<T, Error> {
    T::deserialize(DocumentDeserializer {
        fields: Reader::document(bytes)?,
    })
}

/// The document itself, which is an object without the first byte and length of one.
struct DocumentDeserializer<'de> {
    fields: Reader<'de>,
}

impl<'de> de::Deserializer<'de> for DocumentDeserializer<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visit_object(self.fields, 1, visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_enum(EnumAccess {
            fields: self.fields,
            depth: 1,
        })
    }

    fn is_human_readable(&self) -> bool {
        false
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

/// The next value of a reader, which is a field or element of a container at this depth.
struct ValueDeserializer<'a, 'de> {
    reader: &'a mut Reader<'de>,
    depth: usize,
}

/// Where an integer is wanted, whole numbers count that are kept as doubles: negative zero, and those beyond 2^53.
macro_rules! integers {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            match self.reader.clone().token()? {
                Token::Number(number) if number.fract() == 0.0 && number.abs() < i64::MAX as f64 => {
                    self.reader.skip()?;
                    match number as i64 {
                        negative @ ..0 => visitor.visit_i64(negative),
                        number => visitor.visit_u64(number.unsigned_abs()),
                    }
                }
                _ => self.deserialize_any(visitor),
            }
        }
    )*};
}

impl<'de> de::Deserializer<'de> for ValueDeserializer<'_, 'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.reader.token()? {
            Token::Null => visitor.visit_unit(),
            Token::Bool(value) => visitor.visit_bool(value),
            Token::Integer(value) => match u64::try_from(value) {
                Ok(value) => visitor.visit_u64(value),
                Err(_) => visitor.visit_i64(value),
            },
            Token::Number(value) => visitor.visit_f64(value),
            Token::Decimal(value) => visitor.visit_map(SpecialMap::Decimal(value)),
            Token::Date(value) => visitor.visit_map(SpecialMap::Date(value)),
            Token::String(RawKey {
                bytes,
                ill_formed: false,
            }) => {
                visitor.visit_borrowed_str(std::str::from_utf8(bytes).map_err(|_| Error::String)?)
            }
            Token::String(RawKey {
                bytes,
                ill_formed: true,
            }) => visitor.visit_borrowed_bytes(bytes),
            Token::Array(_) if self.depth == MAX_DEPTH => Err(Error::TooDeep),
            Token::Array(reader) => {
                let mut elements = Elements {
                    reader,
                    depth: self.depth + 1,
                };
                let value = visitor.visit_seq(&mut elements)?;
                if elements.reader.is_empty() {
                    Ok(value)
                } else {
                    Err(de::Error::custom("expected an array with fewer elements"))
                }
            }
            Token::Object(reader) => visit_object(reader, self.depth + 1, visitor),
        }
    }

    integers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.reader.at_null() {
            self.reader.skip()?;
            return visitor.visit_none();
        }
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.reader.token()? {
            Token::String(name) => {
                let name = name.as_str().ok_or(Error::String)?;
                visitor.visit_enum(name.into_deserializer())
            }
            Token::Object(fields) => visitor.visit_enum(EnumAccess {
                fields,
                depth: self.depth + 1,
            }),
            token => Err(de::Error::custom(format_args!(
                "expected a variant, found a {}",
                token.kind()
            ))),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.reader.skip()?;
        visitor.visit_unit()
    }

    fn is_human_readable(&self) -> bool {
        false
    }

    serde::forward_to_deserialize_any! {
        bool f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier
    }
}

fn visit_object<'de, V: Visitor<'de>>(
    reader: Reader<'de>,
    depth: usize,
    visitor: V,
) -> Result<V::Value, Error> {
    if depth > MAX_DEPTH {
        return Err(Error::TooDeep);
    }
    visitor.visit_map(Fields { reader, depth })
}

struct Elements<'de> {
    reader: Reader<'de>,
    depth: usize,
}

impl<'de> SeqAccess<'de> for &mut Elements<'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        if self.reader.is_empty() {
            return Ok(None);
        }
        seed.deserialize(ValueDeserializer {
            reader: &mut self.reader,
            depth: self.depth,
        })
        .map(Some)
    }
}

struct Fields<'de> {
    reader: Reader<'de>,
    depth: usize,
}

impl<'de> MapAccess<'de> for Fields<'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        if self.reader.is_empty() {
            return Ok(None);
        }
        let key = self.reader.key()?;
        seed.deserialize(NameDeserializer { key }).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(ValueDeserializer {
            reader: &mut self.reader,
            depth: self.depth,
        })
    }
}

/// The name of a field; as the key of a map also the integer or unit variant written so.
struct NameDeserializer<'de> {
    key: RawKey<'de>,
}

impl<'de> NameDeserializer<'de> {
    fn name(&self) -> Result<&'de str, Error> {
        self.key.as_str().ok_or(Error::String)
    }
}

macro_rules! integer_names {
    ($($method:ident => $visit:ident),*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            match self.name()?.parse() {
                Ok(number) => visitor.$visit(number),
                Err(_) => self.deserialize_any(visitor),
            }
        }
    )*};
}

impl<'de> de::Deserializer<'de> for NameDeserializer<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.key.ill_formed {
            return visitor.visit_borrowed_bytes(self.key.bytes);
        }
        visitor.visit_borrowed_str(self.name()?)
    }

    integer_names! {
        deserialize_i8 => visit_i8, deserialize_i16 => visit_i16, deserialize_i32 => visit_i32,
        deserialize_i64 => visit_i64, deserialize_i128 => visit_i128,
        deserialize_u8 => visit_u8, deserialize_u16 => visit_u16, deserialize_u32 => visit_u32,
        deserialize_u64 => visit_u64, deserialize_u128 => visit_u128
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_enum(self.name()?.into_deserializer())
    }

    // Fields of structs are told apart by their bytes, whatever these are.
    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_borrowed_bytes(self.key.bytes)
    }

    fn is_human_readable(&self) -> bool {
        false
    }

    serde::forward_to_deserialize_any! {
        bool f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct ignored_any
    }
}

/// An enum's variant with content: an object with the variant's name as its only field.
struct EnumAccess<'de> {
    fields: Reader<'de>,
    depth: usize,
}

impl<'de> de::EnumAccess<'de> for EnumAccess<'de> {
    type Error = Error;
    type Variant = EnumAccess<'de>;

    fn variant_seed<V: DeserializeSeed<'de>>(
        mut self,
        seed: V,
    ) -> Result<(V::Value, EnumAccess<'de>), Error> {
        let name = self.fields.key()?.as_str().ok_or(Error::String)?;
        let variant = seed.deserialize(BorrowedStrDeserializer::<Error>::new(name))?;
        Ok((variant, self))
    }
}

impl<'de> EnumAccess<'de> {
    fn content<T>(
        mut self,
        read: impl FnOnce(ValueDeserializer<'_, 'de>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if self.depth > MAX_DEPTH {
            return Err(Error::TooDeep);
        }
        let content = read(ValueDeserializer {
            reader: &mut self.fields,
            depth: self.depth,
        })?;
        if self.fields.is_empty() {
            Ok(content)
        } else {
            Err(de::Error::custom(
                "expected a variant, found an object with several fields",
            ))
        }
    }
}

impl<'de> de::VariantAccess<'de> for EnumAccess<'de> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        self.content(|content| Deserialize::deserialize(content))
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        self.content(|content| seed.deserialize(content))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Error> {
        self.content(|content| de::Deserializer::deserialize_any(content, visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.content(|content| de::Deserializer::deserialize_any(content, visitor))
    }
}
