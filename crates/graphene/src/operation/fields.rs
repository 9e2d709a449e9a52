//! The two representations of the plain values that operations are made of.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{Beneficiary, ChainProperties, Price};
use crate::{
    asset::Asset,
    chain::Chain,
    json::{self, Field, FieldName, JsonError, Style, items},
    keys::PublicKey,
    time::Time,
    wire::{DecodeError, Reader, Writer, unexpected},
};

macro_rules! integer {
    ($($type:ty: $expected:literal),*) => {$(
        impl Field for $type {
            fn write(&self, out: &mut Writer<'_>) {
                out.raw(&self.to_le_bytes());
            }

            fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
                Ok(Self::from_le_bytes(input.array()?))
            }

            fn to_json(&self, _: Style<'_>) -> Option<Value> {
                Some(Value::from(*self))
            }

            fn from_json(value: &Value, _: &Chain) -> Result<Self, JsonError> {
                json::integer(value)
                    .and_then(|number| Self::try_from(number).ok())
                    .ok_or_else(|| JsonError::new($expected, value))
            }
        }
    )*};
}

integer! {
    u8: "an integer between 0 and 255",
    u16: "an integer between 0 and 65535",
    u32: "an integer between 0 and 4294967295",
    i16: "an integer between -32768 and 32767"
}

impl Field for bool {
    fn write(&self, out: &mut Writer<'_>) {
        out.raw(&[u8::from(*self)]);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        input.flag()
    }

    fn to_json(&self, _: Style<'_>) -> Option<Value> {
        Some(Value::Bool(*self))
    }

    fn from_json(value: &Value, _: &Chain) -> Result<Self, JsonError> {
        match value {
            Value::Bool(value) => Ok(*value),
            Value::String(text) if text == "true" => Ok(true),
            Value::String(text) if text == "false" => Ok(false),
            _ => Err(JsonError::new("true or false", value)),
        }
    }
}

impl Field for String {
    fn write(&self, out: &mut Writer<'_>) {
        out.sized(self.as_bytes());
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let offset = input.offset();
        let bytes = input.sized()?;
        std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| {
            unexpected(
                offset,
                "UTF-8 text",
                format!("the bytes {}", hex::encode(&bytes[..bytes.len().min(40)])),
            )
        })
    }

    fn to_json(&self, _: Style<'_>) -> Option<Value> {
        Some(Value::String(self.clone()))
    }

    fn from_json(value: &Value, _: &Chain) -> Result<Self, JsonError> {
        json::text(value).map(str::to_owned)
    }
}

/// Bytes; hexadecimal in JSON.
impl Field for Vec<u8> {
    fn write(&self, out: &mut Writer<'_>) {
        out.sized(self);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(input.sized()?.to_vec())
    }

    fn to_json(&self, _: Style<'_>) -> Option<Value> {
        Some(Value::String(hex::encode(self)))
    }

    fn from_json(value: &Value, _: &Chain) -> Result<Self, JsonError> {
        hex::decode(json::text(value)?).map_err(|_| JsonError::new("bytes in hexadecimal", value))
    }
}

impl Field for Time {
    fn write(&self, out: &mut Writer<'_>) {
        self.0.write(out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        u32::read(input).map(Self)
    }

    fn to_json(&self, _: Style<'_>) -> Option<Value> {
        Some(Value::String(self.to_string()))
    }

    fn from_json(value: &Value, _: &Chain) -> Result<Self, JsonError> {
        json::parsed(value, "a time like 2026-01-10T12:34:50")
    }
}

impl Field for PublicKey {
    fn write(&self, out: &mut Writer<'_>) {
        out.raw(&self.0);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        input.array().map(Self)
    }

    fn to_json(&self, style: Style<'_>) -> Option<Value> {
        Some(Value::String(self.to_text(&style.chain.prefix)))
    }

    fn from_json(value: &Value, chain: &Chain) -> Result<Self, JsonError> {
        Self::from_text(json::text(value)?, &chain.prefix)
            .map_err(|error| JsonError::new(format!("a public key ({error})"), value))
    }
}

impl<T: Field> Field for Option<T> {
    fn write(&self, out: &mut Writer<'_>) {
        self.is_some().write(out);
        if let Some(value) = self {
            value.write(out);
        }
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        input.flag()?.then(|| T::read(input)).transpose()
    }

    fn to_json(&self, style: Style<'_>) -> Option<Value> {
        self.as_ref().and_then(|value| value.to_json(style))
    }

    fn from_json(value: &Value, chain: &Chain) -> Result<Self, JsonError> {
        match value {
            Value::Null => Ok(None),
            value => T::from_json(value, chain).map(Some),
        }
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

/// A set of account names, kept sorted.
impl Field for BTreeSet<String> {
    fn write(&self, out: &mut Writer<'_>) {
        out.length(self.len());
        for item in self {
            item.write(out);
        }
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        (0..input.count(1)?).map(|_| String::read(input)).collect()
    }

    fn to_json(&self, _: Style<'_>) -> Option<Value> {
        Some(self.iter().map(String::as_str).collect())
    }

    fn from_json(value: &Value, chain: &Chain) -> Result<Self, JsonError> {
        items(value, |item| String::from_json(item, chain)).map(Self::from_iter)
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }
}

/// A map, kept sorted by key; an array of pairs in JSON.
impl<K: Field + Ord, V: Field> Field for BTreeMap<K, V> {
    fn write(&self, out: &mut Writer<'_>) {
        out.length(self.len());
        for (key, value) in self {
            key.write(out);
            value.write(out);
        }
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        (0..input.count(2)?)
            .map(|_| Ok((K::read(input)?, V::read(input)?)))
            .collect()
    }

    fn to_json(&self, style: Style<'_>) -> Option<Value> {
        Some(
            self.iter()
                .map(|(key, value)| json!([key.to_json(style), value.to_json(style)]))
                .collect(),
        )
    }

    fn from_json(value: &Value, chain: &Chain) -> Result<Self, JsonError> {
        let pairs = items(value, |pair| match json::array(pair)?.as_slice() {
            [key, value] => Ok((K::from_json(key, chain)?, V::from_json(value, chain)?)),
            _ => Err(JsonError::new("a pair of key and value", pair)),
        });
        pairs.map(Self::from_iter)
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }
}

impl ChainProperties {
    const FEE: FieldName = FieldName {
        steem: "account_creation_fee",
        hive: "account_creation_fee",
    };
    const BLOCK_SIZE: FieldName = FieldName {
        steem: "maximum_block_size",
        hive: "maximum_block_size",
    };
    const INTEREST: FieldName = FieldName {
        steem: "sbd_interest_rate",
        hive: "hbd_interest_rate",
    };
}

impl Field for ChainProperties {
    fn write(&self, out: &mut Writer<'_>) {
        self.account_creation_fee.write(out);
        self.maximum_block_size.write(out);
        self.dollar_interest_rate.write(out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            account_creation_fee: Asset::read(input)?,
            maximum_block_size: u32::read(input)?,
            dollar_interest_rate: u16::read(input)?,
        })
    }

    fn to_json(&self, style: Style<'_>) -> Option<Value> {
        let mut map = Map::new();
        Self::FEE.put(&self.account_creation_fee, style, &mut map);
        Self::BLOCK_SIZE.put(&self.maximum_block_size, style, &mut map);
        Self::INTEREST.put(&self.dollar_interest_rate, style, &mut map);
        Some(Value::Object(map))
    }

    fn from_json(value: &Value, chain: &Chain) -> Result<Self, JsonError> {
        let map = json::object(value)?;
        Ok(Self {
            account_creation_fee: Self::FEE.get(map, chain)?,
            maximum_block_size: Self::BLOCK_SIZE.get(map, chain)?,
            dollar_interest_rate: Self::INTEREST.get(map, chain)?,
        })
    }
}

impl Price {
    const BASE: FieldName = FieldName {
        steem: "base",
        hive: "base",
    };
    const QUOTE: FieldName = FieldName {
        steem: "quote",
        hive: "quote",
    };
}

impl Field for Price {
    fn write(&self, out: &mut Writer<'_>) {
        self.base.write(out);
        self.quote.write(out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            base: Asset::read(input)?,
            quote: Asset::read(input)?,
        })
    }

    fn to_json(&self, style: Style<'_>) -> Option<Value> {
        let mut map = Map::new();
        Self::BASE.put(&self.base, style, &mut map);
        Self::QUOTE.put(&self.quote, style, &mut map);
        Some(Value::Object(map))
    }

    fn from_json(value: &Value, chain: &Chain) -> Result<Self, JsonError> {
        let map = json::object(value)?;
        Ok(Self {
            base: Self::BASE.get(map, chain)?,
            quote: Self::QUOTE.get(map, chain)?,
        })
    }
}

impl Beneficiary {
    const ACCOUNT: FieldName = FieldName {
        steem: "account",
        hive: "account",
    };
    const WEIGHT: FieldName = FieldName {
        steem: "weight",
        hive: "weight",
    };
}

impl Field for Beneficiary {
    fn write(&self, out: &mut Writer<'_>) {
        self.account.write(out);
        self.weight.write(out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            account: String::read(input)?,
            weight: u16::read(input)?,
        })
    }

    fn to_json(&self, _: Style<'_>) -> Option<Value> {
        Some(json!({ "account": self.account, "weight": self.weight }))
    }

    fn from_json(value: &Value, chain: &Chain) -> Result<Self, JsonError> {
        let map = json::object(value)?;
        Ok(Self {
            account: Self::ACCOUNT.get(map, chain)?,
            weight: Self::WEIGHT.get(map, chain)?,
        })
    }
}
