//! What the node's functions charge on metered networks, in the units of [`meter::cost`](crate::meter::cost), before
//! they do their work. Part of consensus, as the prices of the language are.
//!
//! | what | units |
//! | --- | --- |
//! | a value that crosses into a realm | 2 for each value in it, 1 for every [`BYTES_PER_UNIT`] of text |
//! | a search | [`SEARCH`]; for each row looked at, and again for every 64 bytes of it, [`ROW`] and 1 for each condition of the query; the rows found cross |
//! | whether there is a table | [`LOOK`] |
//! | a row written or removed | [`WRITE`], and 1 for every byte of text in it and 8 for every value |
//! | a table or an index | [`TABLE`] |
//! | an event | [`EVENT`], and as for an error |
//! | an error | 1 for every byte of text in it and 8 for every value: it stays in the chain's records |
//! | an exception that ends the action | 1 for every byte of its name and message |
//! | a call of another contract | [`CALL`], what it uses, and [`ROW`] for each row that a native one searches through |
//! | a block of the chain | [`BLOCK`], and twice what its crossing costs |
//! | `api.BigNumber` | [`BIG_NUMBER`], and what the operation costs |
//! | `api.SHA256` | [`HASH`] and 1 for every [`HASHED_PER_UNIT`] bytes |
//! | `api.checkSignature` | [`SIGNATURE`] |
//! | a validator | [`VALIDATOR`] and 1 for every 8 bytes |
//! | `api.random` | [`RANDOM`], [`SEED`] the first time |
//!
//! The prices follow the processor time that each thing takes, flush to disk included, so that a budget has about the same
//! bound whatever it is spent on (`cargo xtask bench prices`, 96 cases): a unit takes about 45 ns, most things 15 to 70,
//! none of them more than 115. A budget of a million units is 0.05 s of work, 0.12 s at most. What stays in the chain's
//! records or takes up memory costs more than its time: 3 ns a unit for long events.

use tartan_document::Value;

pub(super) const BYTES_PER_UNIT: u64 = 32;
pub(super) const SEARCH: u64 = 128;
pub(super) const ROW: u64 = 8;
pub(super) const WRITE: u64 = 128;
/// Whether there is a table.
pub(super) const LOOK: u64 = 40;
pub(super) const EVENT: u64 = 32;
pub(super) const TABLE: u64 = 1_000;
pub(super) const CALL: u64 = 512;
pub(super) const BIG_NUMBER: u64 = 40;
pub(super) const HASH: u64 = 16;
pub(super) const HASHED_PER_UNIT: u64 = 64;
pub(super) const SIGNATURE: u64 = 2_000;
pub(super) const VALIDATOR: u64 = 16;
pub(super) const RANDOM: u64 = 8;
pub(super) const SEED: u64 = 256;
/// Looking into a block, whose record is decoded for it.
pub(super) const BLOCK: u64 = 1_000;

/// Conditions of a query: the members of all objects in it. (A list of `$in` is one of them, however long.)
pub(super) fn conditions(query: &Value) -> u64 {
    match query {
        Value::Array(values) => values.iter().map(conditions).sum(),
        Value::Object(object) => object.values().map(|value| 1 + conditions(value)).sum(),
        _ => 0,
    }
}

/// What a value consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Extent {
    /// Values, those within it included.
    pub(crate) values: u64,
    /// Bytes of its texts and of the names of its members.
    pub(crate) bytes: u64,
    /// Bytes of the longest of them.
    pub(crate) longest: usize,
}

impl Extent {
    pub(crate) fn of(value: &Value) -> Extent {
        let mut extent = Extent::default();
        extent.add(value);
        extent
    }

    /// For crossing between a realm and the node.
    pub(super) fn crossing(&self) -> u64 {
        2 * self.values + self.bytes / BYTES_PER_UNIT
    }

    /// For being kept, in a row or in the chain's records.
    pub(super) fn kept(&self) -> u64 {
        8 * self.values + self.bytes
    }

    pub(super) fn add(&mut self, value: &Value) {
        self.values += 1;
        match value {
            Value::String(text) => {
                self.add_text(text.as_str().map_or_else(|| 4 * text.utf16_len(), str::len))
            }
            Value::Array(values) => values.iter().for_each(|value| self.add(value)),
            Value::Object(object) => {
                for (name, value) in object.iter() {
                    self.add_text(name.as_str().map_or(32, str::len));
                    self.add(value);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
            Value::Decimal(_) | Value::Date(_) => self.bytes += BYTES_PER_UNIT,
        }
    }

    fn add_text(&mut self, bytes: usize) {
        self.bytes += bytes as u64;
        self.longest = self.longest.max(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_the_members() {
        let of = |query: &str| conditions(&tartan_document::parse(query).expect("JSON"));
        assert_eq!(of("{}"), 0);
        assert_eq!(of(r#"{"a":1}"#), 1);
        assert_eq!(of(r#"{"a":{"$in":[1,2,3,4,5]}}"#), 2);
        assert_eq!(of(r#"{"$or":[{"a":1},{"b":{"$gt":1,"$lt":2}}]}"#), 5);
    }

    #[test]
    fn an_extent_counts_values_and_texts() {
        let value = tartan_document::parse(r#"{"a":[1,"bcd",null],"name":"x"}"#).expect("JSON");
        let extent = Extent {
            values: 6,
            bytes: 1 + 3 + 4 + 1,
            longest: 4,
        };
        assert_eq!(Extent::of(&value), extent);
        assert_eq!((extent.crossing(), extent.kept()), (12, 57));
    }
}
