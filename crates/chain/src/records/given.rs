use std::sync::Arc;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use tartan_document::{Object, Value};
use tartan_runtime::LOST_LOG;

use super::{Block, HashText, Transaction, TransactionId};

/// The record of a block that no chain made: a sandbox was given it, for tests of programs that read chains. It is
/// shown as it was given; what its fields say is read as far as they are what a block has.
#[derive(Debug, Clone, PartialEq)]
pub struct GivenBlock(Arc<Object>);

// a number that is not equal to itself cannot come from JSON
impl Eq for GivenBlock {}

impl GivenBlock {
    /// Keeps a record. Its `_id`, if it has one, gives way to the place in the chain.
    pub fn new(mut record: Object) -> GivenBlock {
        record.remove("_id");
        GivenBlock(Arc::new(record))
    }

    /// The block that follows from the record, at the place its number says.
    pub fn into_block(self) -> Block {
        let record = &*self.0;
        let text = |field: &str| record.get_str(field).unwrap_or_default().to_string();
        let hash = |field: &str| text(field).parse().unwrap_or(HashText::EMPTY);
        let number = record.get("blockNumber").and_then(Value::as_u64);
        // the names of the fields are those of the network, which differ in one word
        let named = |start: &str, end: &str| {
            let value = ["Hive", "Steem"].map(|word| record.get(&format!("{start}{word}{end}")));
            value.into_iter().flatten().next()
        };
        let changes = named("otherHashChangeRef", "Blocks").and_then(Value::as_array);
        Block {
            number: number.unwrap_or_default(),
            ref_block: named("ref", "BlockNumber").and_then(Value::as_u64),
            ref_block_id: owned(named("ref", "BlockId")),
            prev_ref_block_id: owned(named("prevRef", "BlockId")),
            previous_hash: hash("previousHash"),
            previous_database_hash: hash("previousDatabaseHash"),
            timestamp: text("timestamp"),
            transactions: transactions(record.get("transactions"), |transaction| {
                let number = ["refHiveBlockNumber", "refSteemBlockNumber"];
                number
                    .iter()
                    .find_map(|field| transaction.get(field)?.as_u64())
            }),
            virtual_transactions: Vec::new(),
            hash: hash("hash"),
            database_hash: hash("databaseHash"),
            merkle_root: hash("merkleRoot"),
            round: record.get("round").and_then(Value::as_u64),
            round_hash: text("roundHash"),
            witness: text("witness"),
            signing_key: text("signingKey"),
            round_signature: text("roundSignature"),
            per_user_limit: record.get("enablePerUserTxLimit").and_then(Value::as_bool),
            other_hash_changes: changes
                .into_iter()
                .flatten()
                .filter_map(Value::as_u64)
                .collect(),
            place: number.unwrap_or_default(),
            given: Some(self.clone()),
        }
    }

    pub(super) fn json(&self) -> String {
        Value::Object((*self.0).clone()).stringify()
    }

    pub(super) fn set_hash_changes(&mut self, field: &str, changes: &[u64]) {
        let list: Vec<Value> = changes
            .iter()
            .map(|number| Value::Number(*number as f64))
            .collect();
        Arc::make_mut(&mut self.0).insert(field, Value::Array(list));
    }

    pub(super) fn verify(&mut self, verification: &Object) {
        let record = Arc::make_mut(&mut self.0);
        for (field, value) in verification
            .iter()
            .filter(|(field, _)| *field != "blockNumber")
        {
            record.insert(field.clone(), value.clone());
        }
    }

    /// The record of the transaction at this place.
    pub(crate) fn transaction(&self, place: usize) -> Option<&Object> {
        self.0
            .get("transactions")?
            .as_array()?
            .get(place)?
            .as_object()
    }

    /// Writes the record with its place in front.
    pub(super) fn serialize<S: Serializer>(
        &self,
        place: u64,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("_id", &place)?;
        for (field, value) in self.0.iter() {
            map.serialize_entry(&field.to_string_lossy(), value)?;
        }
        map.end()
    }
}

fn owned(value: Option<&Value>) -> String {
    value
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_string()
}

fn transactions(
    list: Option<&Value>,
    ref_block: impl Fn(&Object) -> Option<u64>,
) -> Vec<Transaction> {
    let nothing = Object::new();
    let list = list.and_then(Value::as_array).into_iter().flatten();
    list.map(|transaction| {
        // one that is no object keeps its place, for those behind it are found by theirs
        let record = transaction.as_object().unwrap_or(&nothing);
        let text = |field: &str| record.get_str(field).map(str::to_string);
        let hash = |field: &str| text(field).and_then(|text| text.parse().ok());
        Transaction {
            ref_block: ref_block(record),
            id: match text("transactionId") {
                Some(id) => TransactionId::Text(id),
                None => {
                    let number = record.get("transactionId").and_then(Value::as_u64);
                    TransactionId::Number(number.unwrap_or_default())
                }
            },
            sender: text("sender"),
            contract: text("contract"),
            action: text("action"),
            payload: text("payload"),
            executed_code_hash: text("executedCodeHash").unwrap_or_default(),
            hash: hash("hash").unwrap_or_default(),
            database_hash: hash("databaseHash").unwrap_or_default(),
            logs: text("logs").unwrap_or_else(|| LOST_LOG.to_string()),
        }
    })
    .collect()
}

/// The record of a transaction of such a block, with what says where it is in front.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GivenTransactionJson<'a> {
    pub(crate) record: &'a Object,
    pub(crate) block_number: u64,
    pub(crate) index: Option<Option<u64>>,
}

impl Serialize for GivenTransactionJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("blockNumber", &self.block_number)?;
        if let Some(index) = self.index {
            map.serialize_entry("transactionIndex", &index)?;
        }
        for (field, value) in self.record.iter() {
            map.serialize_entry(&field.to_string_lossy(), value)?;
        }
        map.end()
    }
}
