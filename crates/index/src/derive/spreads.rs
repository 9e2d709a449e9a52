//! How tokens are spread among the accounts that hold them.

use std::collections::BTreeSet;

use sqlx::AnyConnection;

use super::holders::Held;
use super::tokens::{BURNS, symbols};
use crate::event::IndexedBlock;
use crate::store::{self, Cache, Field, Journal, row};
use crate::{Amount, IndexError};

row! {
    /// The accounts that hold about the same of a token.
    pub struct SpreadStep in "spreads", key 2 {
        /// The token.
        symbol: String,
        /// Sorts like what they hold, which differs by a sixteenth at most.
        step: i64,
        /// How many there are.
        accounts: i64,
        /// What they have together.
        total: Amount,
    }
}

/// The steps that blocks change.
#[derive(Debug, Default)]
pub(crate) struct Spreads {
    steps: Cache<SpreadStep>,
    /// The tokens all of whose steps are known.
    known: BTreeSet<String>,
}

impl Spreads {
    /// Reads the rows that these blocks may change.
    pub(crate) async fn load(
        &mut self,
        connection: &mut AnyConnection,
        blocks: &[IndexedBlock],
    ) -> Result<(), IndexError> {
        let unknown = symbols(blocks);
        let unknown = unknown
            .iter()
            .filter(|symbol| !self.known.contains(**symbol));
        let unknown: Vec<String> = unknown.map(|symbol| (*symbol).to_owned()).collect();
        let values: Vec<Vec<Field>> = unknown
            .iter()
            .map(|symbol| vec![symbol.as_str().into()])
            .collect();
        for step in store::find(connection, &["symbol"], &values, "").await? {
            self.steps.know(step);
        }
        self.known.extend(unknown);
        Ok(())
    }

    /// Takes in what a transaction changed of holdings.
    pub(crate) fn add(&mut self, held: &[Held], journal: &mut Journal) {
        let of_accounts = held
            .iter()
            .filter(|held| held.is_user && held.name != BURNS);
        for Held {
            symbol,
            before,
            after,
            ..
        } in of_accounts
        {
            if before.is_positive() {
                self.change(symbol, *before, -1, journal);
            }
            if after.is_positive() {
                self.change(symbol, *after, 1, journal);
            }
        }
    }

    /// Somebody comes to hold an amount, or holds it no more.
    fn change(&mut self, symbol: &str, amount: Amount, accounts: i64, journal: &mut Journal) {
        let step = amount.step();
        let key: Vec<Field> = vec![symbol.into(), step.into()];
        let mut row = self.steps.get(&key).cloned().unwrap_or_else(|| SpreadStep {
            symbol: symbol.to_owned(),
            step,
            accounts: 0,
            total: Amount::ZERO,
        });
        row.accounts += accounts;
        row.total = match accounts > 0 {
            true => row.total.plus(amount),
            false => row.total.minus(amount),
        };
        let left = (row.accounts > 0).then_some(row);
        self.steps.set(key, left, journal);
    }

    /// Writes what changed.
    pub(crate) async fn write(&mut self, connection: &mut AnyConnection) -> Result<(), IndexError> {
        self.steps.write(connection).await
    }

    /// What was written is in the database for good.
    pub(crate) fn settle(&mut self, limit: usize) {
        if self.steps.settle(limit) || self.known.len() > limit {
            self.known.clear();
        }
    }
}
