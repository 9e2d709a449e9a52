//! Reading blocks from JSON text, building only what is wanted.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{self, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Value, value::RawValue};

use super::{
    MainBlock, MainBlockError, MainOperation, MainTransaction, Verification, wanted::Wanted,
};
use crate::{
    block::{
        BlockError, BlockHeader, HeaderExtension, SignedBlockHeader, merkle_root, verify::forms,
    },
    chain::Chain,
    hash::{BlockId, MerkleRoot, TransactionId},
    json::items,
    signature::Signature,
    time::Time,
    transaction::SignedTransaction,
    wire::AssetForm,
};

/// What a node answers for one block: the block, `{"block":…}` or nothing.
pub(super) fn answer(text: &str) -> Result<Option<RawBlock<'_>>, MainBlockError> {
    #[derive(Deserialize)]
    struct Answer<'a> {
        #[serde(borrow, default)]
        block: Option<&'a RawValue>,
        #[serde(borrow, default)]
        previous: Option<&'a RawValue>,
    }

    let text = text.trim();
    if text == "null" || text == "{}" {
        return Ok(None);
    }
    // A block's first field is `previous`, so this does not look at the transactions of a bare block.
    if is_wrapped(text) {
        let answer: Answer<'_> = serde_json::from_str(text)?;
        if answer.previous.is_none() {
            return answer
                .block
                .map_or(Ok(None), |block| nothing_or_block(block.get()));
        }
    }
    Ok(Some(RawBlock::parse(text)?))
}

fn nothing_or_block(text: &str) -> Result<Option<RawBlock<'_>>, MainBlockError> {
    if text == "null" {
        Ok(None)
    } else {
        Ok(Some(RawBlock::parse(text)?))
    }
}

/// Whether the first key is `block`.
fn is_wrapped(text: &str) -> bool {
    text.strip_prefix('{')
        .is_some_and(|rest| rest.trim_start().starts_with("\"block\""))
}

/// What a node answers for a range.
pub(super) fn range(text: &str) -> Result<Vec<RawBlock<'_>>, MainBlockError> {
    #[derive(Deserialize)]
    struct Answer<'a> {
        #[serde(borrow, default)]
        blocks: Vec<&'a RawValue>,
    }

    let answer: Answer<'_> = serde_json::from_str(text)?;
    answer
        .blocks
        .into_iter()
        .map(|block| RawBlock::parse(block.get()))
        .collect()
}

/// A block, read down to the operations.
pub(super) struct RawBlock<'a> {
    text: &'a str,
    fields: Fields<'a>,
}

#[derive(Deserialize)]
struct Fields<'a> {
    #[serde(deserialize_with = "from_text")]
    previous: BlockId,
    #[serde(deserialize_with = "from_text")]
    timestamp: Time,
    #[serde(borrow)]
    witness: Text<'a>,
    #[serde(deserialize_with = "from_text")]
    transaction_merkle_root: MerkleRoot,
    #[serde(borrow, default)]
    extensions: Option<&'a RawValue>,
    #[serde(borrow)]
    witness_signature: Text<'a>,
    #[serde(borrow)]
    transactions: Vec<RawTransaction<'a>>,
    #[serde(default)]
    block_id: Option<BlockId>,
    #[serde(default)]
    transaction_ids: Option<Vec<TransactionId>>,
}

#[derive(Deserialize)]
struct RawTransaction<'a> {
    #[serde(borrow)]
    operations: Vec<RawOperation<'a>>,
    #[serde(default)]
    transaction_id: Option<TransactionId>,
}

/// A string, borrowed unless it has escapes.
struct Text<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor).map(Self)
    }
}

/// Reads a value from a string without an allocation.
fn from_text<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: std::str::FromStr<Err: fmt::Display>,
{
    Text::deserialize(deserializer)?
        .0
        .parse()
        .map_err(de::Error::custom)
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}

/// An operation: what it is and its fields' text, or nothing for one the sidechain does not read.
struct RawOperation<'a>(Option<(Wanted, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for RawOperation<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OperationVisitor)
    }
}

struct OperationVisitor;

/// A name that is not a string names no operation.
struct Name(Option<Wanted>);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_str(TextVisitor)
            .map(|name| Self(Wanted::from_name(&name)))
    }
}

impl<'de> Visitor<'de> for OperationVisitor {
    type Value = RawOperation<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an operation: [name, fields] or {\"type\", \"value\"}")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let operation = match seq.next_element::<Name>()? {
            Some(Name(Some(wanted))) => seq
                .next_element::<&RawValue>()?
                .map(|value| (wanted, value)),
            _ => None,
        };
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(RawOperation(operation))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut name = None;
        let mut value = None;
        while let Some(key) = map.next_key::<Key>()? {
            match key {
                Key::Type => name = map.next_value::<Name>()?.0,
                Key::Value => value = Some(map.next_value::<&RawValue>()?),
                Key::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(RawOperation(name.zip(value)))
    }
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "lowercase")]
enum Key {
    Type,
    Value,
    #[serde(other)]
    Other,
}

impl<'a> RawBlock<'a> {
    fn parse(text: &'a str) -> Result<Self, MainBlockError> {
        Ok(Self {
            text,
            fields: serde_json::from_str(text)?,
        })
    }
}

/// Turns a read block into what the sidechain wants of it.
pub(super) fn block(
    raw: &RawBlock<'_>,
    chain: &Chain,
    number: u32,
    verification: Verification,
) -> Result<MainBlock, MainBlockError> {
    let fields = &raw.fields;
    let found = fields.previous.number().wrapping_add(1);
    if found != number {
        return Err(MainBlockError::Number {
            expected: number,
            found,
        });
    }
    if verification == Verification::Full {
        MainBlock::verify(raw.text, chain)?;
    }
    let id = match fields.block_id {
        Some(claimed) if verification != Verification::Header => claimed,
        claimed => {
            let computed = fields.signed_header()?.id();
            match claimed {
                Some(claimed) if claimed != computed => {
                    return Err(BlockError::Id { computed, claimed }.into());
                }
                _ => computed,
            }
        }
    };
    if id.number() != number {
        return Err(MainBlockError::Number {
            expected: number,
            found: id.number(),
        });
    }
    let ids = transaction_ids(raw, chain)?;
    let transactions = fields
        .transactions
        .iter()
        .zip(ids)
        .map(|(raw, id)| MainTransaction {
            id,
            operations: raw
                .operations
                .iter()
                .map(|operation| operation.read(chain))
                .collect(),
        });
    Ok(MainBlock {
        number,
        id,
        previous: fields.previous,
        timestamp: fields.timestamp,
        transactions: transactions.collect(),
    })
}

impl Fields<'_> {
    fn signed_header(&self) -> Result<SignedBlockHeader, MainBlockError> {
        let extensions = match self.extensions {
            None => Vec::new(),
            Some(raw) => items(
                &serde_json::from_str(raw.get())?,
                HeaderExtension::from_json,
            )?,
        };
        let header = BlockHeader {
            previous: self.previous,
            timestamp: self.timestamp,
            witness: self.witness.0.clone().into_owned(),
            transaction_merkle_root: self.transaction_merkle_root,
            extensions,
        };
        let witness_signature: Signature =
            self.witness_signature.0.parse().map_err(BlockError::from)?;
        Ok(SignedBlockHeader {
            header,
            witness_signature,
        })
    }
}

/// The ids the node tells, in the block or in each transaction; computed where it does not.
fn transaction_ids(
    raw: &RawBlock<'_>,
    chain: &Chain,
) -> Result<Vec<TransactionId>, MainBlockError> {
    let transactions = raw.fields.transactions.len();
    if let Some(ids) = &raw.fields.transaction_ids {
        return if ids.len() == transactions {
            Ok(ids.clone())
        } else {
            Err(MainBlockError::IdCount {
                transactions,
                ids: ids.len(),
            })
        };
    }
    let given: Option<Vec<_>> = raw
        .fields
        .transactions
        .iter()
        .map(|transaction| transaction.transaction_id)
        .collect();
    match given {
        Some(ids) => Ok(ids),
        None => computed_ids(raw.text, chain),
    }
}

/// Computes the ids in the form of assets with which the transactions make up the Merkle root; in the legacy form if
/// none does.
fn computed_ids(text: &str, chain: &Chain) -> Result<Vec<TransactionId>, MainBlockError> {
    #[derive(Deserialize)]
    struct Transactions {
        transactions: Vec<Value>,
        #[serde(default)]
        transaction_merkle_root: Option<MerkleRoot>,
    }

    let block: Transactions = serde_json::from_str(text)?;
    let signed: Vec<SignedTransaction> = block
        .transactions
        .iter()
        .map(|value| SignedTransaction::from_json(value, chain))
        .collect::<Result<_, _>>()?;
    let fits = |form: &&AssetForm| {
        let leaves = signed
            .iter()
            .map(|signed| signed.merkle_leaf(chain, **form));
        let root = leaves
            .collect::<Result<Vec<_>, _>>()
            .map(|leaves| merkle_root(&leaves));
        root.ok() == block.transaction_merkle_root
    };
    let form = match forms(chain) {
        [only] => only,
        several => several.iter().find(fits).unwrap_or(&AssetForm::Legacy),
    };
    let id = |(index, signed): (usize, &SignedTransaction)| {
        signed
            .transaction
            .id(chain, *form)
            .map_err(|_| MainBlockError::NoTransactionId(index))
    };
    signed.iter().enumerate().map(id).collect()
}

impl RawOperation<'_> {
    fn read(&self, chain: &Chain) -> MainOperation {
        let Some((wanted, value)) = self.0 else {
            return MainOperation::Other;
        };
        wanted
            .read(value.get(), chain)
            .unwrap_or(MainOperation::Other)
    }
}
