//! When the code of contracts was put there: each deployment, each update.

use sqlx::AnyConnection;

use super::directory::deployed;
use crate::IndexError;
use crate::event::{IndexedBlock, IndexedTransaction};
use crate::store::{self, row};

row! {
    /// A version of a contract's code. The code itself is in the transaction.
    pub struct ContractVersion in "contract_versions", key 1 {
        /// Sorts like history, and tells the block.
        id: i64,
        /// The contract.
        contract: String,
        /// The transaction that brought it.
        transaction_id: String,
        /// Seconds since 1970.
        time: i64,
        /// `deploy` or `update`, which do the same.
        action: String,
        /// Who sent it.
        sender: String,
    }
}

/// What is to be added.
#[derive(Debug, Default)]
pub(crate) struct Versions(Vec<ContractVersion>);

impl Versions {
    /// Takes in the transaction at a place of the block.
    pub(crate) fn add(
        &mut self,
        block: &IndexedBlock,
        place: usize,
        transaction: &IndexedTransaction,
    ) {
        // contracts that are part of the node have no code
        let has_code = transaction
            .text("code")
            .is_some_and(|code| !code.is_empty());
        let Some(name) = deployed(transaction).filter(|_| has_code) else {
            return;
        };
        self.0.push(ContractVersion {
            id: block.id(place),
            contract: name.to_owned(),
            transaction_id: transaction.id.clone(),
            time: block.time,
            action: transaction.action.clone(),
            sender: transaction.sender.clone(),
        });
    }

    /// Writes what was added.
    pub(crate) async fn write(&mut self, connection: &mut AnyConnection) -> Result<(), IndexError> {
        store::put(connection, &std::mem::take(&mut self.0)).await
    }
}
