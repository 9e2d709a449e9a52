//! What happened on each day, in a few numbers: so that nobody has to count histories.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::AnyConnection;

use super::directory::Met;
use super::{bucket, directory};
use crate::event::{Event, IndexedBlock, IndexedTransaction};
use crate::store::{self, Cache, Field, Journal, Row, row};
use crate::{Amount, IndexError};

row! {
    /// A day, which begins at midnight in UTC.
    pub struct Day in "days", key 1 {
        /// When it begins, in seconds since 1970.
        day: i64,
        /// Transactions that accounts sent.
        transactions: i64,
        /// How many of them failed.
        failed: i64,
        /// Accounts that sent something.
        active_accounts: i64,
        /// Accounts that had to do with the chain for the first time.
        new_accounts: i64,
        /// Tokens that were created.
        new_tokens: i64,
        /// Transactions that accounts had sent by its end.
        all_transactions: i64,
        /// Accounts that there were at its end.
        all_accounts: i64,
    }
}

row! {
    /// Transactions of a day that called a contract.
    pub struct DayCalls in "daily_calls", key 2 {
        /// When the day begins, in seconds since 1970.
        day: i64,
        /// The contract; empty for those that there was no room for, and for contracts that do not exist.
        contract: String,
        /// How many.
        transactions: i64,
        /// How many of them failed.
        failed: i64,
    }
}

row! {
    /// Transactions of a day that failed for a reason.
    pub struct DayFailures in "daily_failures", key 2 {
        /// When the day begins, in seconds since 1970.
        day: i64,
        /// The first error, cut where it is long; empty for those that there was no room for.
        reason: String,
        /// How many.
        transactions: i64,
    }
}

row! {
    /// Fees of a day that were burnt.
    pub struct DayBurns in "daily_burns", key 2 {
        /// When the day begins, in seconds since 1970.
        day: i64,
        /// The token.
        symbol: String,
        /// How many were burnt.
        quantity: Amount,
    }
}

/// Seconds of a day.
const DAY: i64 = 86_400;
/// Contracts, reasons and tokens that a day has rows for: whoever pays for transactions decides how many there are, and pages
/// read all of them.
const MOST: usize = 48;
/// The longest reason that is kept, in bytes.
const LONGEST: usize = 120;

/// The days that blocks change.
#[derive(Debug, Default)]
pub(crate) struct Days {
    days: Cache<Day>,
    calls: Named<DayCalls>,
    failures: Named<DayFailures>,
    burns: Named<DayBurns>,
    /// The last day there is; it comes from the database once.
    latest: Option<Option<Day>>,
}

/// Rows of days, so many names for each day at most.
#[derive(Debug)]
struct Named<R> {
    rows: Cache<R>,
    /// How many names the days have that are known.
    names: BTreeMap<i64, usize>,
}

impl<R> Default for Named<R> {
    fn default() -> Named<R> {
        Named {
            rows: Cache::default(),
            names: BTreeMap::new(),
        }
    }
}

impl<R: Row + Clone + serde::Serialize> Named<R> {
    async fn load(
        &mut self,
        connection: &mut AnyConnection,
        days: &BTreeSet<i64>,
    ) -> Result<(), IndexError> {
        let unknown: Vec<i64> = days
            .iter()
            .filter(|day| !self.names.contains_key(day))
            .copied()
            .collect();
        let values: Vec<Vec<Field>> = unknown.iter().map(|day| vec![(*day).into()]).collect();
        for day in unknown {
            self.names.insert(day, 0);
        }
        for row in store::find::<R>(connection, &["day"], &values, "").await? {
            if let Some(Field::Int(day)) = row.key().first() {
                *self.names.entry(*day).or_default() += 1;
            }
            self.rows.know(row);
        }
        Ok(())
    }

    /// The key of a name's row, if that is there or there is room for it.
    fn key(&mut self, day: i64, name: &str) -> Option<Vec<Field>> {
        let key = vec![day.into(), name.into()];
        if self.rows.get(&key).is_some() {
            return Some(key);
        }
        let names = self.names.entry(day).or_default();
        (*names < MOST).then(|| {
            *names += 1;
            key
        })
    }

    /// The same, or that of all for which there is no room.
    fn key_or_rest(&mut self, day: i64, name: &str) -> Vec<Field> {
        self.key(day, name)
            .unwrap_or_else(|| vec![day.into(), "".into()])
    }

    fn settle(&mut self, limit: usize) {
        if self.rows.settle(limit) || self.names.len() > limit {
            self.rows = Cache::default();
            self.names.clear();
        }
    }
}

impl Days {
    /// Reads the rows that these blocks may change.
    pub(crate) async fn load(
        &mut self,
        connection: &mut AnyConnection,
        blocks: &[IndexedBlock],
    ) -> Result<(), IndexError> {
        let days: BTreeSet<i64> = blocks.iter().map(|block| bucket(block.time, DAY)).collect();
        let keys = days.iter().map(|day| vec![(*day).into()]);
        self.days.load(connection, keys).await?;
        self.calls.load(connection, &days).await?;
        self.failures.load(connection, &days).await?;
        self.burns.load(connection, &days).await?;
        if self.latest.is_none() {
            let statement = format!(
                "SELECT {} FROM days ORDER BY day DESC LIMIT 1",
                Day::COLUMNS.join(",")
            );
            let found = store::query(statement, &[], true)
                .fetch_optional(&mut *connection)
                .await?;
            self.latest = Some(found.as_ref().map(Day::read).transpose()?);
        }
        Ok(())
    }

    /// Takes in a transaction: whom it has met, and whether it called a contract that there is.
    pub(crate) fn add(
        &mut self,
        block: &IndexedBlock,
        transaction: &IndexedTransaction,
        met: &Met,
        journal: &mut Journal,
    ) {
        let day = bucket(block.time, DAY);
        let sent = directory::is_sent(block, transaction);
        let creates = block.number > 0 && super::tokens::is_done(transaction, "create");
        if sent || creates || met.new_accounts > 0 {
            let mut row = self.day(day);
            row.transactions += i64::from(sent);
            row.all_transactions += i64::from(sent);
            row.failed += i64::from(sent && transaction.error.is_some());
            row.active_accounts += i64::from(met.is_first_of_day);
            row.new_accounts += met.new_accounts;
            row.all_accounts += met.new_accounts;
            row.new_tokens += i64::from(creates);
            self.latest = Some(Some(row.clone()));
            self.days.put(row, journal);
        }
        if sent {
            self.count(day, transaction, met, journal);
        }
    }

    /// A day as it is so far.
    fn day(&self, day: i64) -> Day {
        if let Some(known) = self.days.get(&vec![day.into()]) {
            return known.clone();
        }
        let latest = self.latest.as_ref().and_then(Option::as_ref);
        Day {
            day,
            transactions: 0,
            failed: 0,
            active_accounts: 0,
            new_accounts: 0,
            new_tokens: 0,
            all_transactions: latest.map_or(0, |latest| latest.all_transactions),
            all_accounts: latest.map_or(0, |latest| latest.all_accounts),
        }
    }

    /// Counts a transaction that an account sent.
    fn count(
        &mut self,
        day: i64,
        transaction: &IndexedTransaction,
        met: &Met,
        journal: &mut Journal,
    ) {
        let contract = match met.calls_contract {
            true => transaction.contract.as_str(),
            false => "",
        };
        let key = self.calls.key_or_rest(day, contract);
        let known = self.calls.rows.get(&key).cloned();
        let mut row = known.unwrap_or_else(|| DayCalls {
            day,
            contract: name_of(&key),
            transactions: 0,
            failed: 0,
        });
        row.transactions += 1;
        row.failed += i64::from(transaction.error.is_some());
        self.calls.rows.put(row, journal);
        if let Some(error) = &transaction.error {
            let key = self.failures.key_or_rest(day, &short(error));
            let known = self.failures.rows.get(&key).cloned();
            let mut row = known.unwrap_or_else(|| DayFailures {
                day,
                reason: name_of(&key),
                transactions: 0,
            });
            row.transactions += 1;
            self.failures.rows.put(row, journal);
        }
        for event in transaction
            .events
            .iter()
            .filter(|_| is_paid_for(transaction))
        {
            self.burn(day, event, journal);
        }
    }

    fn burn(&mut self, day: i64, event: &Event, journal: &mut Journal) {
        let burns = event.is_of_tokens("transfer") && event.text("to") == super::tokens::BURNS;
        let Some(quantity) = event.quantity().filter(|_| burns) else {
            return;
        };
        let Some(key) = self.burns.key(day, event.text("symbol")) else {
            return;
        };
        let known = self.burns.rows.get(&key).cloned();
        let mut row = known.unwrap_or_else(|| DayBurns {
            day,
            symbol: name_of(&key),
            quantity: Amount::ZERO,
        });
        row.quantity = row.quantity.plus(quantity);
        self.burns.rows.put(row, journal);
    }

    /// Writes what changed.
    pub(crate) async fn write(&mut self, connection: &mut AnyConnection) -> Result<(), IndexError> {
        self.days.write(connection).await?;
        self.calls.rows.write(connection).await?;
        self.failures.rows.write(connection).await?;
        self.burns.rows.write(connection).await
    }

    /// What was written is in the database for good.
    pub(crate) fn settle(&mut self, limit: usize) {
        self.days.settle(limit);
        self.calls.settle(limit);
        self.failures.settle(limit);
        self.burns.settle(limit);
    }
}

/// Whether what a transaction burns is a fee, not what it was sent for.
fn is_paid_for(transaction: &IndexedTransaction) -> bool {
    !(transaction.contract == "tokens" && transaction.action == "transfer")
}

/// The name in a key.
fn name_of(key: &[Field]) -> String {
    match key.last() {
        Some(Field::Text(name)) => name.clone(),
        _ => String::new(),
    }
}

/// An error, short enough to be counted by. Scripts say what they like.
fn short(error: &str) -> String {
    let mut text = String::new();
    for letter in error.chars() {
        if text.len() + letter.len_utf8() > LONGEST {
            break;
        }
        text.push(if letter.is_control() { ' ' } else { letter });
    }
    match text.trim() {
        "" => "?".to_owned(),
        text => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_short_and_plain() {
        assert_eq!(short("overdrawn balance"), "overdrawn balance");
        assert_eq!(short(" a\0b\n"), "a b");
        assert_eq!(short("\u{7}"), "?");
        let long = short(&"é".repeat(100));
        assert_eq!(long.len(), LONGEST);
    }
}
