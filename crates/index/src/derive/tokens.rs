//! Tokens: who issues them, how many there are, how many accounts hold them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use sqlx::AnyConnection;

use super::holders::Held;
use crate::event::{IndexedBlock, IndexedTransaction};
use crate::store::{Cache, Field, Journal, row};
use crate::{Amount, IndexError};

row! {
    /// A token.
    pub struct Token in "tokens", key 1 {
        /// Its symbol.
        symbol: String,
        /// Its name.
        name: String,
        /// The name in small letters.
        name_key: String,
        /// Who may issue it.
        issuer: String,
        /// Decimals of its amounts.
        decimals: i64,
        /// The most that may ever be issued.
        max_supply: Amount,
        /// What was issued.
        supply: Amount,
        /// What was issued and not burnt.
        circulating: Amount,
        /// Accounts with more than nothing, but for the one that burns.
        holders: i64,
        /// When it was created, in seconds since 1970; 0 where nothing tells.
        time: i64,
    }
}

/// What only the contract's table says of a token that no transaction created.
#[derive(Debug, Clone)]
pub(crate) struct TokenFacts {
    pub(crate) name: String,
    pub(crate) issuer: String,
    pub(crate) decimals: i64,
    pub(crate) max_supply: Amount,
}

/// The tokens that blocks change.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    tokens: Cache<Token>,
    facts: BTreeMap<String, TokenFacts>,
}

/// The account that what is sent to is burnt.
pub(super) const BURNS: &str = "null";

impl Tokens {
    /// Reads the rows that these blocks may change.
    pub(crate) async fn load(
        &mut self,
        connection: &mut AnyConnection,
        blocks: &[IndexedBlock],
    ) -> Result<(), IndexError> {
        let keys: Vec<_> = symbols(blocks).into_iter().map(key).collect();
        self.tokens.load(connection, keys).await
    }

    /// The tokens in these blocks that neither the index knows nor a transaction creates.
    pub(crate) fn unknown(&self, blocks: &[IndexedBlock]) -> Vec<String> {
        let mut unknown = symbols(blocks);
        for transaction in blocks.iter().flat_map(|block| &block.transactions) {
            if is_done(transaction, "create") {
                unknown.remove(transaction.text("symbol").unwrap_or_default());
            }
        }
        let is_unknown = |symbol: &&str| {
            self.tokens.get(&key(symbol)).is_none() && !self.facts.contains_key(*symbol)
        };
        unknown
            .into_iter()
            .filter(is_unknown)
            .map(str::to_owned)
            .collect()
    }

    /// Takes note of what the contract's table says.
    pub(crate) fn know(&mut self, facts: Vec<(String, TokenFacts)>) {
        self.facts.extend(facts);
    }

    /// Takes in a transaction, and what it changed of holdings.
    pub(crate) fn add(
        &mut self,
        block: &IndexedBlock,
        transaction: &IndexedTransaction,
        held: Vec<Held>,
        journal: &mut Journal,
    ) {
        if is_done(transaction, "create")
            && let Some(token) = created(block, transaction)
        {
            self.tokens.put(token, journal);
        }
        if is_done(transaction, "updatePrecision")
            && let Some(symbol) = transaction.text("symbol")
            && let Some(decimals) = transaction.payload.get("precision").and_then(whole)
            && let Some(mut token) = self.tokens.get(&key(symbol)).cloned()
        {
            token.decimals = decimals;
            self.tokens.put(token, journal);
        }
        for event in &transaction.events {
            if event.is_of_tokens("transferOwnership") {
                let mut token = self.token(event.text("symbol"));
                token.issuer = event.text("to").to_owned();
                self.tokens.put(token, journal);
            }
        }
        for held in held {
            self.count(&held, journal);
        }
    }

    /// Counts what somebody holds more, or less.
    fn count(&mut self, held: &Held, journal: &mut Journal) {
        let burns = held.is_user && held.name == BURNS;
        let mut token = self.token(&held.symbol);
        let more = held.after.minus(held.before);
        token.supply = token.supply.plus(more);
        if !burns {
            token.circulating = token.circulating.plus(more);
        }
        if held.is_user && !burns {
            let counts = |amount: Amount| i64::from(amount.is_positive());
            token.holders += counts(held.after) - counts(held.before);
        }
        self.tokens.put(token, journal);
    }

    /// A token as it is known, or from what its contract says.
    fn token(&self, symbol: &str) -> Token {
        if let Some(token) = self.tokens.get(&key(symbol)) {
            return token.clone();
        }
        let facts = self.facts.get(symbol);
        let name = facts.map_or(symbol, |facts| &facts.name);
        Token {
            symbol: symbol.to_owned(),
            name: name.to_owned(),
            name_key: name.to_lowercase(),
            issuer: facts.map_or_else(String::new, |facts| facts.issuer.clone()),
            decimals: facts.map_or(8, |facts| facts.decimals),
            max_supply: facts.map_or(Amount::ZERO, |facts| facts.max_supply),
            supply: Amount::ZERO,
            circulating: Amount::ZERO,
            holders: 0,
            time: 0,
        }
    }

    /// Writes what changed.
    pub(crate) async fn write(&mut self, connection: &mut AnyConnection) -> Result<(), IndexError> {
        self.tokens.write(connection).await
    }

    /// What was written is in the database for good.
    pub(crate) fn settle(&mut self, limit: usize) {
        self.tokens.settle(limit);
    }
}

fn key(symbol: &str) -> Vec<Field> {
    vec![symbol.into()]
}

/// Whether a transaction did this with the contract `tokens`.
pub(super) fn is_done(transaction: &IndexedTransaction, action: &str) -> bool {
    transaction.contract == "tokens" && transaction.action == action && transaction.error.is_none()
}

/// The symbols that blocks tell something of.
pub(super) fn symbols(blocks: &[IndexedBlock]) -> BTreeSet<&str> {
    let mut symbols = BTreeSet::new();
    for transaction in blocks.iter().flat_map(|block| &block.transactions) {
        if is_done(transaction, "create") || is_done(transaction, "updatePrecision") {
            symbols.extend(transaction.text("symbol"));
        }
        let events = transaction.events.iter();
        let of_tokens = events.filter(|event| event.contract == "tokens");
        symbols.extend(of_tokens.map(|event| event.text("symbol")));
    }
    symbols.remove("");
    symbols
}

fn created(block: &IndexedBlock, transaction: &IndexedTransaction) -> Option<Token> {
    let symbol = transaction.text("symbol")?;
    let name = transaction.text("name").unwrap_or(symbol);
    let max_supply = match transaction.payload.get("maxSupply")? {
        Value::String(text) => Amount::parse(text)?,
        other => Amount::parse(&other.to_string())?,
    };
    Some(Token {
        symbol: symbol.to_owned(),
        name: name.to_owned(),
        name_key: name.to_lowercase(),
        issuer: transaction.sender.clone(),
        decimals: transaction.payload.get("precision").and_then(whole)?,
        max_supply,
        supply: Amount::ZERO,
        circulating: Amount::ZERO,
        holders: 0,
        time: block.time,
    })
}

/// A whole number, however old contracts took it.
fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => text.trim().parse().ok(),
        value => value.as_f64().map(|number| number as i64),
    }
}
