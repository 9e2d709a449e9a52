//! The blocks, ready to be served.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

use serde_json::{Map, Value, json};
use tartan_graphene::{
    Asset, AssetForm, BlockFacts, BlockId, Chain as Protocol, JsonForm, PublicKey, SignedBlock,
    SignedBlockHeader, SignedTransaction, Time, TransactionId,
};

/// A transaction that was found good, with what was found out about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Accepted {
    /// The transaction.
    pub transaction: SignedTransaction,
    /// Its id.
    pub id: TransactionId,
    /// The serialization its signatures are for.
    pub form: AssetForm,
}

/// Something the chain did by itself.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct VirtualOp {
    pub(crate) name: &'static str,
    pub(crate) fields: Vec<(&'static str, VirtualField)>,
    /// The transaction that caused it, with its index and the operation's index.
    pub(crate) cause: Option<(TransactionId, u32, u32)>,
}

/// A value of a virtual operation.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum VirtualField {
    Text(String),
    Number(u64),
    Signed(i64),
    Asset(Asset),
}

impl VirtualOp {
    /// The operation in the given form of JSON.
    pub(crate) fn to_json(&self, protocol: &Protocol, form: JsonForm) -> Value {
        let mut fields = Map::new();
        for (name, field) in &self.fields {
            let value = match field {
                VirtualField::Text(text) => json!(text),
                VirtualField::Number(number) => big_number(i128::from(*number)),
                VirtualField::Signed(number) => big_number(i128::from(*number)),
                VirtualField::Asset(asset) => asset.to_json(protocol, form),
            };
            fields.insert((*name).to_owned(), value);
        }
        match form {
            JsonForm::Legacy => json!([self.name, fields]),
            JsonForm::Appbase => {
                json!({ "type": format!("{}_operation", self.name), "value": fields })
            }
        }
    }

    /// The accounts it concerns, each once.
    pub(crate) fn accounts(&self) -> BTreeSet<&str> {
        const NAMES: [&str; 7] = [
            "producer",
            "voter",
            "author",
            "creator",
            "new_account_name",
            "from_account",
            "to_account",
        ];
        let concerned = self.fields.iter().filter_map(|(name, field)| match field {
            VirtualField::Text(text) if NAMES.contains(name) => Some(text.as_str()),
            _ => None,
        });
        concerned.collect()
    }
}

/// A number as nodes write it: a string when it needs more than 32 bits.
pub(crate) fn big_number(number: i128) -> Value {
    match i64::try_from(number) {
        Ok(small) if small.unsigned_abs() <= u64::from(u32::MAX) => json!(small),
        _ => json!(number.to_string()),
    }
}

/// A block of the chain.
#[derive(Debug)]
pub struct StoredBlock {
    /// The block.
    pub block: SignedBlock,
    /// The block's id.
    pub id: BlockId,
    /// The witness's key.
    pub signing_key: PublicKey,
    /// The ids of its transactions.
    pub transaction_ids: Vec<TransactionId>,
    /// The serialization each of its transactions was signed in.
    pub forms: Vec<AssetForm>,
    pub(crate) virtual_ops: Vec<VirtualOp>,
    protocol: Arc<Protocol>,
    condenser: OnceLock<String>,
    appbase: OnceLock<String>,
}

impl StoredBlock {
    pub(crate) fn new(
        header: SignedBlockHeader,
        signing_key: PublicKey,
        transactions: Vec<Accepted>,
        virtual_ops: Vec<VirtualOp>,
        protocol: Arc<Protocol>,
    ) -> Self {
        let id = header.id();
        let transaction_ids = transactions.iter().map(|accepted| accepted.id).collect();
        let forms = transactions.iter().map(|accepted| accepted.form).collect();
        let transactions = transactions
            .into_iter()
            .map(|accepted| accepted.transaction)
            .collect();
        StoredBlock {
            block: SignedBlock {
                header,
                transactions,
            },
            id,
            signing_key,
            transaction_ids,
            forms,
            virtual_ops,
            protocol,
            condenser: OnceLock::new(),
            appbase: OnceLock::new(),
        }
    }

    /// The block's number.
    pub fn number(&self) -> u32 {
        self.id.number()
    }

    /// The id of the block before.
    pub fn previous(&self) -> BlockId {
        self.block.header.header.previous
    }

    /// The block's time.
    pub fn timestamp(&self) -> Time {
        self.block.header.header.timestamp
    }

    /// The witness that made it.
    pub fn witness(&self) -> &str {
        &self.block.header.header.witness
    }

    /// Its transactions with their ids.
    pub fn transactions(&self) -> impl Iterator<Item = Accepted> {
        let found = self.transaction_ids.iter().zip(&self.forms);
        self.block
            .transactions
            .iter()
            .zip(found)
            .map(|(transaction, (id, form))| Accepted {
                transaction: transaction.clone(),
                id: *id,
                form: *form,
            })
    }

    /// The header as both APIs show it.
    pub fn header_json(&self) -> Value {
        self.block.header.header.to_json(JsonForm::Legacy)
    }

    /// The block as `condenser_api.get_block` answers it, serialized once.
    pub fn condenser_json(&self) -> &str {
        self.condenser
            .get_or_init(|| self.to_json(JsonForm::Legacy).to_string())
    }

    /// The block as `block_api.get_block` answers it, serialized once.
    pub fn block_api_json(&self) -> &str {
        self.appbase
            .get_or_init(|| self.to_json(JsonForm::Appbase).to_string())
    }

    /// The block in the given form.
    pub(crate) fn to_json(&self, form: JsonForm) -> Value {
        let facts = BlockFacts {
            block_id: Some(self.id),
            signing_key: Some(self.signing_key),
            transaction_ids: Some(self.transaction_ids.clone()),
        };
        self.block.to_json(&self.protocol, form, &facts)
    }

    /// A transaction with its place, as `get_transaction` answers it.
    pub(crate) fn transaction_json(&self, index: usize, form: JsonForm) -> Value {
        let Some(transaction) = self.block.transactions.get(index) else {
            return Value::Null;
        };
        let mut value = transaction.to_json(&self.protocol, form);
        if let Some(object) = value.as_object_mut() {
            object.insert("transaction_id".into(), json!(self.transaction_ids[index]));
            object.insert("block_num".into(), json!(self.number()));
            object.insert("transaction_num".into(), json!(index));
        }
        value
    }
}

/// All blocks by number, and their transactions by id.
#[derive(Debug)]
pub(crate) struct BlockStore {
    first: u32,
    blocks: Vec<Arc<StoredBlock>>,
    transactions: HashMap<TransactionId, (u32, u32)>,
}

impl BlockStore {
    pub(crate) fn new(first: u32) -> Self {
        BlockStore {
            first,
            blocks: Vec::new(),
            transactions: HashMap::new(),
        }
    }

    pub(crate) fn first(&self) -> u32 {
        self.first
    }

    pub(crate) fn head(&self) -> Option<&Arc<StoredBlock>> {
        self.blocks.last()
    }

    pub(crate) fn get(&self, number: u32) -> Option<&Arc<StoredBlock>> {
        let index = number.checked_sub(self.first)?;
        self.blocks.get(usize::try_from(index).ok()?)
    }

    pub(crate) fn push(&mut self, block: Arc<StoredBlock>) {
        for (index, id) in (0..).zip(&block.transaction_ids) {
            self.transactions.insert(*id, (block.number(), index));
        }
        self.blocks.push(block);
    }

    /// Takes away the blocks after `number`, oldest first.
    pub(crate) fn truncate(&mut self, number: u32) -> Vec<Arc<StoredBlock>> {
        let keep = number.saturating_sub(self.first.saturating_sub(1)) as usize;
        let dropped = self.blocks.split_off(keep.min(self.blocks.len()));
        for id in dropped.iter().flat_map(|block| &block.transaction_ids) {
            self.transactions.remove(id);
        }
        dropped
    }

    /// Number of the block and index of the transaction with this id.
    pub(crate) fn find(&self, id: &TransactionId) -> Option<(u32, u32)> {
        self.transactions.get(id).copied()
    }

    /// Whether a transaction refers to a block of this chain (TaPoS): the newest block, no newer than `head`, whose
    /// number ends in these 16 bits has this prefix.
    pub(crate) fn has_reference(&self, head: u32, number: u16, prefix: u32) -> bool {
        let distance = head.wrapping_sub(u32::from(number)) & 0xffff;
        head.checked_sub(distance)
            .and_then(|number| self.get(number))
            .is_some_and(|block| block.id.reference() == (number, prefix))
    }
}
