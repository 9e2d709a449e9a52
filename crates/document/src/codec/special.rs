//! How decimals and dates pass through serde, which has no such kinds.
//!
//! Written, they are newtype structs of these names; read, maps with one entry whose key is bytes that no string can
//! have. Neither can be made by the data of a user.

use std::fmt;

use serde::Deserialize;
use serde::de::value::{BorrowedBytesDeserializer, I64Deserializer};
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess};

use super::Error;
use crate::{Decimal128, Text};

/// The newtype struct around the bits of a decimal.
pub(crate) const DECIMAL: &str = "tartan_document::Decimal128";
/// The newtype struct around the milliseconds of a date.
pub(crate) const DATE: &str = "tartan_document::Date";

const DECIMAL_KEY: &[u8] = b"\xFFdecimal";
const DATE_KEY: &[u8] = b"\xFFdate";

/// The key of a map: the name of a field, or that the map stands for something else.
pub(crate) enum MapKey {
    Field(Text),
    Decimal,
    Date,
}

impl<'de> Deserialize<'de> for MapKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<MapKey, D::Error> {
        deserializer.deserialize_any(MapKeyVisitor)
    }
}

struct MapKeyVisitor;

impl de::Visitor<'_> for MapKeyVisitor {
    type Value = MapKey;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<MapKey, E> {
        Ok(MapKey::Field(Text::from(text)))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<MapKey, E> {
        Ok(MapKey::Field(Text::from(text)))
    }

    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<MapKey, E> {
        match bytes {
            DECIMAL_KEY => Ok(MapKey::Decimal),
            DATE_KEY => Ok(MapKey::Date),
            _ => match Text::from_wtf8(bytes) {
                Some(text) => Ok(MapKey::Field(text)),
                None => Err(E::invalid_value(de::Unexpected::Bytes(bytes), &self)),
            },
        }
    }
}

/// The decimal that is the value under [`MapKey::Decimal`].
pub(crate) fn decimal_content<'de, A: MapAccess<'de>>(map: &mut A) -> Result<Decimal128, A::Error> {
    map.next_value::<DecimalBytes>().map(|bytes| bytes.0)
}

struct DecimalBytes(Decimal128);

impl<'de> Deserialize<'de> for DecimalBytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<DecimalBytes, D::Error> {
        struct Visitor;

        impl de::Visitor<'_> for Visitor {
            type Value = DecimalBytes;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the 16 bytes of a decimal")
            }

            fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<DecimalBytes, E> {
                let bits = <[u8; 16]>::try_from(bytes).ok().map(u128::from_le_bytes);
                let decimal = bits.and_then(Decimal128::from_bits);
                decimal
                    .map(DecimalBytes)
                    .ok_or_else(|| E::invalid_value(de::Unexpected::Bytes(bytes), &self))
            }
        }

        deserializer.deserialize_bytes(Visitor)
    }
}

/// The map as which a decimal or date is read.
pub(super) enum SpecialMap {
    Decimal(Decimal128),
    Date(i64),
    End,
}

impl<'de> MapAccess<'de> for SpecialMap {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let key = match self {
            SpecialMap::Decimal(_) => DECIMAL_KEY,
            SpecialMap::Date(_) => DATE_KEY,
            SpecialMap::End => return Ok(None),
        };
        seed.deserialize(BorrowedBytesDeserializer::new(key))
            .map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        match std::mem::replace(self, SpecialMap::End) {
            SpecialMap::Decimal(decimal) => {
                let bytes = decimal.to_bits().to_le_bytes();
                seed.deserialize(de::value::BytesDeserializer::new(&bytes))
            }
            SpecialMap::Date(millis) => seed.deserialize(I64Deserializer::new(millis)),
            SpecialMap::End => Err(de::Error::custom("expected a key before a value")),
        }
    }
}
