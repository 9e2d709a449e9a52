//! Who and what there is: accounts, contracts, and how much goes on.

use std::collections::BTreeSet;

use serde_json::Value;
use sqlx::AnyConnection;

use super::settings::Settings;
use super::{bucket, telling};
use crate::IndexError;
use crate::event::{Event, IndexedBlock, IndexedTransaction};
use crate::store::{Cache, Field, Journal, row};

row! {
    /// An account that sent something, or that something happened to.
    pub struct Account in "accounts", key 1 {
        /// Its name.
        account: String,
        /// When it first had to do with the chain, in seconds since 1970.
        first_time: i64,
        /// When it last sent something; 0 if it never did.
        last_time: i64,
        /// How many transactions it sent.
        transactions: i64,
    }
}

row! {
    /// A contract.
    pub struct ContractRow in "contracts", key 1 {
        /// Its name.
        name: String,
        /// The name in small letters.
        name_key: String,
        /// Who deployed it.
        deployer: String,
        /// 1 for one that is part of the node.
        is_native: i64,
        /// When it was deployed, in seconds since 1970.
        time: i64,
        /// When its code was put there last.
        updated: i64,
        /// How often a transaction called it.
        calls: i64,
    }
}

row! {
    /// Transactions that accounts sent in a span of time.
    pub struct Activity in "activity", key 2 {
        /// How long it is, in seconds: a minute or a day.
        period: i64,
        /// When it begins, in seconds since 1970.
        time: i64,
        /// How many.
        transactions: i64,
        /// How many of them failed.
        failed: i64,
    }
}

/// The spans of time that transactions are counted in.
const PERIODS: [i64; 2] = [60, 86_400];
/// The sender of what the chain does by itself.
const NODE: &str = "null";
/// The contract that deploys contracts.
const DEPLOYER: &str = "contract";

/// What a transaction has to do with those that there are.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Met {
    /// Accounts that had nothing to do with the chain before.
    pub(crate) new_accounts: i64,
    /// Its sender had sent nothing on that day before.
    pub(crate) is_first_of_day: bool,
    /// It called a contract that there is.
    pub(crate) calls_contract: bool,
}

/// The accounts, contracts and counters that blocks change.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    accounts: Cache<Account>,
    contracts: Cache<ContractRow>,
    activity: Cache<Activity>,
}

impl Directory {
    /// Reads the rows that these blocks may change.
    pub(crate) async fn load(
        &mut self,
        connection: &mut AnyConnection,
        blocks: &[IndexedBlock],
    ) -> Result<(), IndexError> {
        let (mut names, mut contracts) = (BTreeSet::new(), BTreeSet::new());
        let mut activity = BTreeSet::new();
        for block in blocks {
            activity.extend(PERIODS.map(|period| activity_key(period, block.time)));
            for transaction in &block.transactions {
                contracts.insert(transaction.contract.as_str());
                contracts.extend(deployed(transaction));
                names.extend(people(transaction));
            }
        }
        let key = |name: &str| vec![Field::from(name)];
        self.accounts
            .load(connection, names.into_iter().map(key))
            .await?;
        self.contracts
            .load(connection, contracts.into_iter().map(key))
            .await?;
        self.activity.load(connection, activity).await
    }

    /// Takes in a transaction, and says whom it has met.
    pub(crate) fn add(
        &mut self,
        block: &IndexedBlock,
        transaction: &IndexedTransaction,
        settings: &Settings,
        journal: &mut Journal,
    ) -> Met {
        let sends = is_sent(block, transaction);
        let mut met = Met::default();
        for name in people(transaction) {
            let sent = sends && name == transaction.sender;
            // whom a contract pays may be a contract
            if !sent && settings.contracts.contains(name) {
                continue;
            }
            self.meet(block, name, sent, &mut met, journal);
        }
        if let Some(name) = deployed(transaction) {
            let key = vec![name.into()];
            let known = self.contracts.get(&key).cloned();
            let native = settings.native.contains(name);
            let mut contract = known.unwrap_or_else(|| ContractRow {
                name: name.to_owned(),
                name_key: name.to_lowercase(),
                deployer: transaction.sender.clone(),
                is_native: native.into(),
                time: block.time,
                updated: block.time,
                calls: 0,
            });
            contract.updated = block.time;
            self.contracts.put(contract, journal);
        }
        if !sends {
            return met;
        }
        let key = vec![transaction.contract.as_str().into()];
        if let Some(mut contract) = self.contracts.get(&key).cloned() {
            met.calls_contract = true;
            contract.calls += 1;
            self.contracts.put(contract, journal);
        }
        for period in PERIODS {
            let key = activity_key(period, block.time);
            let known = self.activity.get(&key).cloned();
            let mut activity = known.unwrap_or_else(|| Activity {
                period,
                time: bucket(block.time, period),
                transactions: 0,
                failed: 0,
            });
            activity.transactions += 1;
            activity.failed += i64::from(transaction.error.is_some());
            self.activity.put(activity, journal);
        }
        met
    }

    fn meet(
        &mut self,
        block: &IndexedBlock,
        name: &str,
        sent: bool,
        met: &mut Met,
        journal: &mut Journal,
    ) {
        let known = self.accounts.get(&vec![name.into()]);
        if known.is_some() && !sent {
            return;
        }
        met.new_accounts += i64::from(known.is_none());
        let mut account = known.cloned().unwrap_or_else(|| Account {
            account: name.to_owned(),
            first_time: block.time,
            last_time: 0,
            transactions: 0,
        });
        if sent {
            let day = |time| bucket(time, PERIODS[1]);
            met.is_first_of_day |= day(account.last_time) != day(block.time);
            account.last_time = block.time;
            account.transactions += 1;
        }
        self.accounts.put(account, journal);
    }

    /// Writes what changed.
    pub(crate) async fn write(&mut self, connection: &mut AnyConnection) -> Result<(), IndexError> {
        self.accounts.write(connection).await?;
        self.contracts.write(connection).await?;
        self.activity.write(connection).await
    }

    /// What was written is in the database for good.
    pub(crate) fn settle(&mut self, limit: usize) {
        self.accounts.settle(limit);
        self.contracts.settle(limit);
        self.activity.settle(limit);
    }
}

fn activity_key(period: i64, time: i64) -> Vec<Field> {
    vec![period.into(), bucket(time, period).into()]
}

/// Whether an account has sent a transaction: what a chain begins with nobody has sent.
pub(super) fn is_sent(block: &IndexedBlock, transaction: &IndexedTransaction) -> bool {
    !transaction.is_virtual && transaction.sender != NODE && block.number > 0
}

/// The contract that a transaction deploys or updates.
pub(super) fn deployed(transaction: &IndexedTransaction) -> Option<&str> {
    let is_one = transaction.contract == DEPLOYER
        && ["deploy", "update"].contains(&transaction.action.as_str())
        && transaction.error.is_none();
    transaction.text("name").filter(|_| is_one)
}

/// The accounts that a transaction has to do with.
fn people(transaction: &IndexedTransaction) -> BTreeSet<&str> {
    let mut names = BTreeSet::from([transaction.sender.as_str()]);
    for event in &transaction.events {
        names.extend(named(event));
    }
    names.retain(|name| (3..=16).contains(&name.len()) && *name != NODE);
    names
}

/// The accounts among what an event names; what may be a contract is left out.
fn named(event: &Event) -> Vec<&str> {
    let fields: &[&str] = match (event.contract.as_str(), event.event.as_str()) {
        ("tokens", "transferToContract") => &["from"],
        ("tokens", "transferFromContract") => &["to"],
        ("tokens", "issueToContract") => &[],
        ("tokens", _) => &["from", "to", "account"],
        _ => &telling::ACCOUNT_FIELDS,
    };
    let mut names: Vec<_> = fields.iter().map(|field| event.text(field)).collect();
    let winners = event.data.get("winners").and_then(Value::as_array);
    let winners = winners.into_iter().flatten();
    names.extend(winners.filter_map(|winner| winner.get("winner")?.as_str()));
    names
}
