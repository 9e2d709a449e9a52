//! Serde for [`Text`], [`Value`] and [`Object`].
//!
//! To formats for people (JSON) decimals and dates go in their extended form, and lone surrogates, which Rust's strings
//! cannot hold, as U+FFFD: where the exact bytes matter use [`Value::stringify`] or [`Value::to_raw`]. Reading takes
//! values as they are; extended forms are interpreted by [`Value::from_extended`].

use std::fmt;

use serde::de::{self, Deserializer, MapAccess, SeqAccess};
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::codec::{DATE, MapKey, decimal_content};
use crate::value::safe_integer;
use crate::{Object, Text, Value};

impl Value {
    /// The exact text of [`Value::stringify`], for embedding in something that `serde_json` writes.
    pub fn to_raw(&self) -> Box<RawValue> {
        RawValue::from_string(self.stringify()).expect("stringify writes JSON")
    }
}

impl Object {
    /// The exact text of [`Object::stringify`], for embedding in something that `serde_json` writes.
    pub fn to_raw(&self) -> Box<RawValue> {
        RawValue::from_string(self.stringify()).expect("stringify writes JSON")
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.as_str() {
            Some(text) => serializer.serialize_str(text),
            None if serializer.is_human_readable() => {
                serializer.serialize_str(&self.to_string_lossy())
            }
            None => serializer.serialize_bytes(self.as_bytes()),
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(value) => serializer.serialize_bool(*value),
            Value::Number(value) => serialize_number(*value, serializer),
            Value::Decimal(value) => value.serialize(serializer),
            Value::Date(value) if !serializer.is_human_readable() => {
                serializer.serialize_newtype_struct(DATE, value)
            }
            Value::Date(_) => self.to_extended().serialize(serializer),
            Value::String(value) => value.serialize(serializer),
            Value::Array(items) => items.serialize(serializer),
            Value::Object(object) => object.serialize(serializer),
        }
    }
}

fn serialize_number<S: Serializer>(number: f64, serializer: S) -> Result<S::Ok, S::Error> {
    match safe_integer(number) {
        Some(integer) => serializer.serialize_i64(integer),
        None if !serializer.is_human_readable() => serializer.serialize_f64(number),
        None if number == 0.0 => serializer.serialize_i64(0),
        None if number.is_finite() => serializer.serialize_f64(number),
        None => serializer.serialize_unit(),
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len()))?;
        for (key, value) in self.iter() {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Text, D::Error> {
        deserializer.deserialize_string(TextVisitor)
    }
}

struct TextVisitor;

impl de::Visitor<'_> for TextVisitor {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Text, E> {
        Ok(Text::from(text))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Text, E> {
        Ok(Text::from(text))
    }

    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Text, E> {
        Text::from_wtf8(bytes).ok_or_else(|| E::invalid_value(de::Unexpected::Bytes(bytes), &self))
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Object, D::Error> {
        let value = deserializer.deserialize_map(ValueVisitor)?;
        let kind = value.kind();
        value
            .into_object()
            .ok_or_else(|| de::Error::custom(format_args!("expected an object, found a {kind}")))
    }
}

struct ValueVisitor;

impl<'de> de::Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Number(value))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::from(text))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Value, E> {
        Ok(Value::from(text))
    }

    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Value, E> {
        TextVisitor.visit_bytes(bytes).map(Value::String)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        Value::deserialize(deserializer)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<Value, D::Error> {
        Value::deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(key) = map.next_key()? {
            match key {
                MapKey::Field(key) => entries.push((key, map.next_value()?)),
                MapKey::Decimal => return decimal_content(&mut map).map(Value::Decimal),
                MapKey::Date => return map.next_value().map(Value::Date),
            }
        }
        Ok(Value::Object(Object::from_entries(entries)))
    }
}
