//! Transactions, and what happened to each account: the operations that wallets and explorers list.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use sqlx::AnyConnection;

use super::telling::{Told, failure};
use super::words;
use crate::IndexError;
use crate::event::{IndexedBlock, IndexedTransaction, PLACES};
use crate::store::{self, Journal, row};

row! {
    /// A transaction of the sidechain.
    pub struct TransactionRow in "transactions", key 1 {
        /// Sorts like history.
        id: i64,
        /// Its id.
        transaction_id: String,
        /// Seconds since 1970.
        time: i64,
        /// Who sent it.
        sender: String,
        /// The contract.
        contract: String,
        /// The action.
        action: String,
        /// 1 for what the chain did by itself.
        is_virtual: i64,
        /// The first error of its log.
        error: Option<String>,
        /// The largest amount of each token in it: `COOL 10 ENG 0.5`.
        amounts: Option<String>,
    }
}

row! {
    /// Something that happened to accounts.
    pub struct Operation in "operations", key 1 {
        /// Sorts like history.
        id: i64,
        /// The transaction.
        transaction_id: String,
        /// Seconds since 1970.
        time: i64,
        /// What happened: `tokens_transfer`, ….
        operation: String,
        /// The token, where it is about one.
        symbol: Option<String>,
        /// The rest, as a JSON object.
        details: String,
    }
}

row! {
    /// Who was part of an operation.
    pub(crate) struct AccountOperation in "account_operations", key 2 {
        account: String,
        id: i64,
        symbol: Option<String>,
        operation: String,
        time: i64,
        direction: String,
        failed: i64,
    }
}

/// What is to be added.
#[derive(Debug, Default)]
pub(crate) struct Histories {
    transactions: Vec<TransactionRow>,
    operations: Vec<Operation>,
    accounts: Vec<AccountOperation>,
    /// Who was part of the block under way.
    of_block: BTreeSet<String>,
}

impl Histories {
    /// Takes in a transaction and what it told. `place` counts the operations of the block.
    pub(crate) fn add(
        &mut self,
        block: &IndexedBlock,
        transaction: &IndexedTransaction,
        place: &mut usize,
        told: Vec<Told>,
    ) {
        for mut told in told.into_iter().chain(failure(transaction)) {
            let id = block.id(*place);
            *place += 1;
            let mut accounts = std::mem::take(&mut told.accounts);
            accounts.sort();
            accounts.dedup();
            for account in accounts.into_iter().filter(|name| !name.is_empty()) {
                self.of_block.insert(account.clone());
                self.accounts.push(AccountOperation {
                    direction: told.direction(&account).to_owned(),
                    failed: told.failed.into(),
                    account,
                    id,
                    symbol: told.symbol.clone(),
                    operation: told.operation.clone(),
                    time: block.time,
                });
            }
            self.operations.push(Operation {
                id,
                transaction_id: transaction.id.clone(),
                time: block.time,
                operation: told.operation,
                symbol: told.symbol,
                details: Value::Object(told.details).to_string(),
            });
        }
    }

    /// Ends a block: its transactions, and how to take it back.
    pub(crate) fn end(&mut self, block: &IndexedBlock, journal: &mut Journal) {
        let rows = block.transactions.iter().enumerate();
        self.transactions
            .extend(rows.map(|(place, transaction)| TransactionRow {
                id: block.id(place),
                transaction_id: transaction.id.clone(),
                time: block.time,
                sender: transaction.sender.clone(),
                contract: transaction.contract.clone(),
                action: transaction.action.clone(),
                is_virtual: transaction.is_virtual.into(),
                error: transaction.error.clone(),
                amounts: words::amounts(transaction),
            }));
        let accounts: Vec<_> = std::mem::take(&mut self.of_block).into_iter().collect();
        if !accounts.is_empty() {
            journal.note_text("account_operations", json!(accounts).to_string(), None);
        }
    }

    /// Writes what was added.
    pub(crate) async fn write(&mut self, connection: &mut AnyConnection) -> Result<(), IndexError> {
        store::put(connection, &std::mem::take(&mut self.transactions)).await?;
        store::put(connection, &std::mem::take(&mut self.operations)).await?;
        store::put(connection, &std::mem::take(&mut self.accounts)).await
    }
}

/// Takes the operations of a block off these accounts, given as a JSON list.
pub(crate) async fn take_back(
    connection: &mut AnyConnection,
    block: i64,
    accounts: &str,
) -> Result<(), IndexError> {
    let accounts: Vec<String> =
        serde_json::from_str(accounts).map_err(|error| IndexError::Damaged(error.to_string()))?;
    let statement = "DELETE FROM account_operations WHERE account = $1 AND id >= $2 AND id < $3";
    for account in accounts {
        let fields = [
            account.into(),
            (block * PLACES).into(),
            ((block + 1) * PLACES).into(),
        ];
        store::query(statement.to_owned(), &fields, true)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}
