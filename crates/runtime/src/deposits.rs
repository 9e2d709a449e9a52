//! Deposits for what contracts store.
//!
//! ```text
//!   rows a transaction changed ─▶ who pays for how many bytes, per row ─▶ change of each account's bytes ─▶ the contract
//!                                 (remembered beside the row)                                              that holds money
//! ```
//!
//! The sender of the transaction that writes a row pays for its bytes until the row is removed, or written by somebody
//! else: then it has the deposit back. What the node writes itself (ticks, genesis) the contract's owner pays for; where
//! that is the node too, nobody does. Settled once, when the outermost call has ended well; what cannot be paid makes it
//! fail. Rows of native contracts are free.
//!
//! Which rows a call writes is the contract's choice, so the sender's consent goes with the changes: whether the
//! transaction was signed with the active key, and the [`MAX_DEPOSIT`] of its payload. The contract that holds the money
//! decides what they allow.

use std::collections::BTreeMap;

use tartan_document::{Object, Value};
use tartan_state::{Read, Savepoint, Space};

use crate::executor::Frame;
use crate::{Executor, Fatal, Logs, NODE, UNKNOWN_ERROR};

/// The action that moves the money: `{changes: {account: bytes}, contracts: {contract: bytes}, sender, active,
/// maxDeposit}`, more bytes to pay for or, below zero, to have back, by who pays and by whose they are.
pub const SETTLE_DEPOSITS: &str = "settleDeposits";

/// What a payload calls the most that its sender lets the transaction lock.
pub const MAX_DEPOSIT: &str = "maxDeposit";

/// Something that is paid for.
struct Stored {
    /// Under which its payer is noted.
    key: Vec<u8>,
    /// The contract that wrote it, and who owns that.
    contract: String,
    owner: String,
    /// Its present size in bytes; `None`: it was removed.
    size: Option<u32>,
}

impl Executor {
    /// Lets the accounts pay for what changed since `start`. Gives the events of what they paid and had back, or the errors
    /// if one of them cannot.
    pub(crate) fn settle_deposits(
        &mut self,
        frame: &Frame,
        start: &Savepoint,
    ) -> Result<Logs, Fatal> {
        let Some(holder) = self.rules.storage_deposits.clone() else {
            return Ok(Logs::default());
        };
        // only scripts write rows that somebody pays for
        if !self.ran_script && self.new_code.is_none() {
            return Ok(Logs::default());
        }
        self.flush_rows()?;
        let (changes, contracts) = self.note_payers(&frame.sender, start)?;
        if changes.is_empty() && contracts.is_empty() {
            return Ok(Logs::default());
        }
        let mut payload = Object::new();
        payload.insert("changes", changes);
        payload.insert("contracts", contracts);
        payload.insert("sender", Value::from(&*frame.sender));
        payload.insert("active", Value::Bool(frame.active));
        let consent = self.max_deposit.clone().unwrap_or(Value::Null);
        payload.insert(MAX_DEPOSIT, consent);
        let ended = self.enter(frame.settling(&holder), payload)?;
        let mut logs = ended.logs;
        match ended.failed {
            true if logs.errors.is_empty() => logs.errors.push(UNKNOWN_ERROR.to_string()),
            true => {}
            false => logs.errors.clear(),
        }
        Ok(logs)
    }

    /// Notes who pays for what changed since `start`, and gives the change of bytes of each payer and each contract.
    fn note_payers(&mut self, sender: &str, start: &Savepoint) -> Result<(Object, Object), Fatal> {
        let mut changes: BTreeMap<String, i64> = BTreeMap::new();
        let mut contracts: BTreeMap<String, i64> = BTreeMap::new();
        for stored in self.stored_since(start) {
            let payer = match sender {
                NODE => stored.owner,
                sender => sender.to_string(),
            };
            let key = &stored.key;
            let paid = match self.overlay.get(Space::Meta, key)? {
                Some(bytes) => Some(read(bytes)?),
                None => None,
            };
            let due = stored.size.filter(|_| payer != NODE);
            let due = due.map(|size| (size, payer));
            if paid == due {
                continue;
            }
            let held = contracts.entry(stored.contract).or_default();
            if let Some((size, payer)) = paid {
                *changes.entry(payer).or_default() -= i64::from(size);
                *held -= i64::from(size);
            }
            match due {
                Some((size, payer)) => {
                    self.overlay.put(Space::Meta, key, write(size, &payer))?;
                    *changes.entry(payer).or_default() += i64::from(size);
                    *held += i64::from(size);
                }
                None => self.overlay.delete(Space::Meta, key)?,
            }
        }
        Ok((changed(changes), changed(contracts)))
    }

    /// What scripted contracts wrote: rows, and the code of one that is being deployed.
    fn stored_since(&self, start: &Savepoint) -> Vec<Stored> {
        let mut stored = Vec::new();
        let mut owners: BTreeMap<String, String> = BTreeMap::new();
        for (space, key, value) in self
            .overlay
            .changed_since(start, |space| matches!(space, Space::Rows(_)))
        {
            let Space::Rows(id) = space else { continue };
            let Some(table) = self.overlay.catalog().numbered(id) else {
                continue;
            };
            if self.registry.native(&table.contract).is_some() {
                continue;
            }
            let size = value.map(|value| length(key.len() + value.len()));
            let owner = owners
                .entry(table.contract.clone())
                .or_insert_with(|| self.owner_of(&table.contract));
            stored.push(Stored {
                key: [b"deposit/row/", &id.0.to_be_bytes()[..], key].concat(),
                contract: table.contract.clone(),
                owner: owner.clone(),
                size,
            });
        }
        if let Some((contract, size, owner)) = &self.new_code {
            stored.push(Stored {
                key: [b"deposit/code/", contract.as_bytes()].concat(),
                contract: contract.clone(),
                owner: owner.clone(),
                size: Some(length(*size)),
            });
        }
        stored
    }

    /// Who owns a contract; of one that is being deployed, its deployer.
    fn owner_of(&self, contract: &str) -> String {
        match &self.new_code {
            Some((name, _, owner)) if name == contract => owner.clone(),
            _ => crate::ContractRecord::find(&self.overlay, contract)
                .ok()
                .flatten()
                .map_or_else(|| NODE.to_string(), |record| record.owner),
        }
    }
}

/// What changed, as an object.
fn changed(bytes: BTreeMap<String, i64>) -> Object {
    let changed = bytes.into_iter().filter(|(_, bytes)| *bytes != 0);
    changed
        .map(|(name, bytes)| (name, Value::Number(bytes as f64)))
        .collect()
}

fn length(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

/// Size in bytes, big endian, and who paid for them.
fn write(size: u32, payer: &str) -> Vec<u8> {
    [&size.to_be_bytes()[..], payer.as_bytes()].concat()
}

fn read(bytes: &[u8]) -> Result<(u32, String), Fatal> {
    let split = bytes.split_first_chunk::<4>();
    let read = split.and_then(|(size, payer)| {
        let payer = std::str::from_utf8(payer).ok()?;
        Some((u32::from_be_bytes(*size), payer.to_string()))
    });
    read.ok_or_else(|| Fatal::Corrupt {
        what: "the deposit for a row".to_string(),
        reason: "expected a size and an account".to_string(),
    })
}
