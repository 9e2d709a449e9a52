//! Reading a data file back.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tartan_graphene::{AssetForm, BlockHeader, SignedBlockHeader, SignedTransaction, merkle_root};

use super::MainChain;
use super::genesis::{Genesis, witness_key};
use super::log::{BlockRecord, Log, LogError, Record};
use super::production::Trust;
use super::store::{Accepted, StoredBlock};

/// How often progress is reported.
const REPORT_EVERY: Duration = Duration::from_secs(2);

/// Brings `chain`, which is at genesis, to the state of the data file, and continues the file from there.
pub(super) fn replay(chain: &mut MainChain, path: &Path) -> Result<(), LogError> {
    let began = Instant::now();
    let mut reported = began;
    let mut empty = true;
    chain.state.undo_session();
    let log = Log::open(path, |line, record| {
        let corrupt = |reason: String| LogError::Corrupt {
            path: path.to_owned(),
            line,
            reason,
        };
        match record {
            Record::Genesis(genesis) if empty => {
                empty = false;
                return begin(chain, path, genesis);
            }
            Record::Genesis(_) => {
                return Err(corrupt(
                    "expected one genesis record, found another".to_owned(),
                ));
            }
            _ if empty => {
                return Err(corrupt(
                    "expected a genesis record first, found another".to_owned(),
                ));
            }
            Record::Block(block) => repeat(chain, block).map_err(corrupt)?,
            Record::Cheat(cheat) => {
                chain
                    .apply_cheat(&cheat)
                    .map_err(|error| corrupt(error.to_string()))?;
                chain.cheats.push((chain.head_number(), cheat));
            }
            Record::Revert { to, forget } => {
                if to > chain.head_number() || to + 1 < chain.store.first() {
                    return Err(corrupt(format!(
                        "expected a block of the chain, found {to}"
                    )));
                }
                chain.state.push_session();
                chain.go_back(to, forget);
            }
        }
        if reported.elapsed() > REPORT_EVERY {
            reported = Instant::now();
            let rate = f64::from(chain.head_number() - chain.store.first())
                / began.elapsed().as_secs_f64();
            tracing::info!(block = chain.head_number(), "replaying, {rate:.0} blocks/s");
        }
        Ok(())
    })?;
    chain.state.push_session();
    chain.log = Some(log);
    if empty {
        let genesis = Record::Genesis(chain.genesis.clone());
        chain.append(&genesis);
    } else {
        tracing::info!(path = %path.display(), block = chain.head_number(), "continuing the chain of the data file");
    }
    Ok(())
}

fn begin(chain: &mut MainChain, path: &Path, found: Genesis) -> Result<(), LogError> {
    if !chain
        .genesis
        .continues(&found, chain.config.start_time.is_some())
    {
        let text = |genesis: &Genesis| {
            let Genesis {
                flavor,
                chain_id,
                first_block,
                time,
                accounts,
                ..
            } = genesis;
            format!(
                "{flavor} {chain_id} from block {first_block} at {time} with {} accounts",
                accounts.len()
            )
        };
        return Err(LogError::Foreign {
            path: path.to_owned(),
            expected: text(&chain.genesis),
            found: text(&found),
        });
    }
    chain.genesis = found;
    chain.last_irreversible = chain.genesis.first_block - 1;
    chain.state = chain.genesis.state(&chain.protocol);
    Ok(())
}

/// Makes the recorded block again and compares its id.
fn repeat(chain: &mut MainChain, record: BlockRecord) -> Result<(), String> {
    let mut transactions = Vec::with_capacity(record.transactions.len());
    for (index, json) in record.transactions.iter().enumerate() {
        let transaction = SignedTransaction::from_json(json, &chain.protocol)
            .map_err(|error| error.to_string())?;
        let form = if record.hf26.contains(&index) {
            AssetForm::Hf26
        } else {
            AssetForm::Legacy
        };
        let id = transaction
            .transaction
            .id(&chain.protocol, form)
            .map_err(|error| error.to_string())?;
        transactions.push(Accepted {
            transaction,
            id,
            form,
        });
    }
    let leaves: Vec<_> = transactions
        .iter()
        .filter_map(|accepted| {
            accepted
                .transaction
                .merkle_leaf(&chain.protocol, accepted.form)
                .ok()
        })
        .collect();
    let header = BlockHeader {
        previous: chain.head_id(),
        timestamp: record.timestamp,
        witness: record.witness.clone(),
        transaction_merkle_root: merkle_root(&leaves),
        extensions: Vec::new(),
    };
    let witness_signature = record
        .signature
        .parse()
        .map_err(|_| "expected a signature".to_owned())?;
    let header = SignedBlockHeader {
        header,
        witness_signature,
    };
    if header.id() != record.id {
        return Err(format!(
            "expected block {}, found {}",
            record.id,
            header.id()
        ));
    }
    let (transactions, virtual_ops) = chain.apply_block(
        &record.witness,
        record.timestamp,
        transactions,
        Trust::Forced,
    );
    let key = witness_key(&record.witness, &chain.config.master_password).public_key();
    let protocol = Arc::clone(&chain.protocol);
    chain.adopt(Arc::new(StoredBlock::new(
        header,
        key,
        transactions,
        virtual_ops,
        protocol,
    )));
    Ok(())
}
