//! Who may act for an account, and whether a set of keys may.

#[cfg(test)]
mod tests;
mod verify;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

pub use self::verify::{AccountAuthorities, AuthorityError, AuthorityProvider, Rules, verify};
use crate::{
    chain::Chain,
    json::{self, Field, FieldName, JsonError, JsonForm, Style},
    keys::PublicKey,
    wire::{DecodeError, Reader, Writer},
};

/// The keys and accounts that together may act: the weights of those who signed must reach the threshold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Authority {
    /// The weight to reach; 0 is reached by nobody's signature.
    pub weight_threshold: u32,
    /// Accounts that lend their own authority, with weights.
    pub account_auths: BTreeMap<String, u16>,
    /// Keys with weights.
    pub key_auths: BTreeMap<PublicKey, u16>,
}

/// What a transaction needs: accounts by level, and authorities it spells out itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequiredAuthorities {
    /// Accounts whose owner authority is needed.
    pub owner: BTreeSet<String>,
    /// Accounts whose active authority is needed.
    pub active: BTreeSet<String>,
    /// Accounts whose posting authority is needed.
    pub posting: BTreeSet<String>,
    /// Authorities given in the operation itself: account recovery and witness keys.
    pub other: Vec<Authority>,
}

impl Authority {
    /// The authority of a single key.
    pub fn key(key: PublicKey) -> Self {
        Self {
            weight_threshold: 1,
            account_auths: BTreeMap::new(),
            key_auths: BTreeMap::from([(key, 1)]),
        }
    }

    /// The authority of a single other account.
    pub fn account(name: &str) -> Self {
        Self {
            weight_threshold: 1,
            account_auths: BTreeMap::from([(name.to_owned(), 1)]),
            key_auths: BTreeMap::new(),
        }
    }

    /// Keys and accounts together.
    pub fn members(&self) -> usize {
        self.account_auths.len() + self.key_auths.len()
    }

    /// Whether no set of signatures can reach the threshold.
    pub fn is_impossible(&self) -> bool {
        let weights = self.account_auths.values().chain(self.key_auths.values());
        weights.map(|weight| u64::from(*weight)).sum::<u64>() < u64::from(self.weight_threshold)
    }

    /// JSON, the same in both forms.
    pub fn to_json(&self, chain: &Chain) -> Value {
        self.json(Style {
            chain,
            form: JsonForm::Legacy,
        })
    }

    /// Reads JSON; weights may be strings.
    ///
    /// # Errors
    /// Says what was expected and where.
    pub fn from_json(value: &Value, chain: &Chain) -> Result<Self, JsonError> {
        let map = json::object(value)?;
        Ok(Self {
            weight_threshold: Self::THRESHOLD.get(map, chain)?,
            account_auths: Self::ACCOUNTS.get(map, chain)?,
            key_auths: Self::KEYS.get(map, chain)?,
        })
    }

    const THRESHOLD: FieldName = FieldName {
        steem: "weight_threshold",
        hive: "weight_threshold",
    };
    const ACCOUNTS: FieldName = FieldName {
        steem: "account_auths",
        hive: "account_auths",
    };
    const KEYS: FieldName = FieldName {
        steem: "key_auths",
        hive: "key_auths",
    };

    fn json(&self, style: Style<'_>) -> Value {
        let mut map = Map::new();
        Self::THRESHOLD.put(&self.weight_threshold, style, &mut map);
        Self::ACCOUNTS.put(&self.account_auths, style, &mut map);
        Self::KEYS.put(&self.key_auths, style, &mut map);
        Value::Object(map)
    }
}

impl Field for Authority {
    fn write(&self, out: &mut Writer<'_>) {
        self.weight_threshold.write(out);
        self.account_auths.write(out);
        self.key_auths.write(out);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            weight_threshold: u32::read(input)?,
            account_auths: BTreeMap::read(input)?,
            key_auths: BTreeMap::read(input)?,
        })
    }

    fn to_json(&self, style: Style<'_>) -> Option<Value> {
        Some(self.json(style))
    }

    fn from_json(value: &Value, chain: &Chain) -> Result<Self, JsonError> {
        Authority::from_json(value, chain)
    }
}
