//! Versions of a contract's code: when each was put there, and its source, which is in the block of its transaction.

use serde::Serialize;
use serde_json::Value;
use tartan_chain::{ReadError, decode_source};
use tartan_index::{ContractVersion, block_of};

use crate::error::Error;
use crate::site::Site;

/// A version of a contract's code.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Version {
    /// From 1 on.
    pub(super) number: usize,
    /// The transaction that brought it.
    pub(super) transaction: String,
    /// Number of its block.
    pub(super) block: u64,
    /// Seconds since 1970.
    pub(super) time: i64,
    /// `deploy` or `update`.
    pub(super) action: String,
    /// Who sent it.
    pub(super) sender: String,
}

/// The versions of a contract, the first one first. Contracts that are part of the node have none.
pub(super) async fn of(site: &Site, contract: &str) -> Result<Vec<Version>, Error> {
    let rows = site.index()?.contract_versions(contract).await?;
    let numbered = (1..).zip(rows);
    Ok(numbered
        .map(|(number, row)| Version::new(number, row))
        .collect())
}

impl Version {
    fn new(number: usize, row: ContractVersion) -> Version {
        Version {
            number,
            transaction: row.transaction_id,
            block: u64::try_from(block_of(row.id)).unwrap_or_default(),
            time: row.time,
            action: row.action,
            sender: row.sender,
        }
    }

    /// Its source.
    ///
    /// # Errors
    /// When the node does not have the block any more.
    pub(super) async fn source(&self, site: &Site) -> Result<String, Error> {
        let (number, id) = (self.block, self.transaction.clone());
        let source = site.read(move |reader| {
            let block = reader.block(number)?;
            let found = block.as_ref().and_then(|block| {
                let mut all = block.all_transactions();
                all.find(|one| one.id.to_string() == id)
            });
            let payload = found.and_then(|found| found.payload.as_deref());
            let payload = payload.and_then(|text| serde_json::from_str::<Value>(text).ok());
            let code = payload.and_then(|payload| payload.get("code")?.as_str().map(decode_source));
            Ok::<_, ReadError>(code)
        });
        let lost = || Error::not_found(format!("the block {number} with that source"));
        source.await?.ok_or_else(lost)
    }
}
