//! Blocks: headers, ids, Merkle roots, witness signatures.

mod extension;
pub(crate) mod verify;

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha224};

pub use self::{
    extension::{HeaderExtension, InvalidVersion, Version},
    verify::{BlockError, Verified},
};
use crate::{
    chain::Chain,
    hash::{BlockId, Digest, MerkleRoot, TransactionId, ripemd160},
    json::{self, Field, JsonError, JsonForm, items},
    keys::{PrivateKey, PublicKey},
    signature::{Signature, SignatureError},
    time::Time,
    transaction::SignedTransaction,
    wire::{AssetForm, DecodeError, Reader, Writer},
};

/// A block without its transactions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockHeader {
    /// The block before; zeros for the first block.
    pub previous: BlockId,
    /// The slot.
    pub timestamp: Time,
    /// Who made the block.
    pub witness: String,
    /// Commits to the transactions.
    pub transaction_merkle_root: MerkleRoot,
    /// Usually none.
    pub extensions: Vec<HeaderExtension>,
}

/// A header with its witness's signature: what a block's id is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedBlockHeader {
    /// What was signed.
    pub header: BlockHeader,
    /// By the witness.
    pub witness_signature: Signature,
}

/// A whole block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedBlock {
    /// The header and its signature.
    pub header: SignedBlockHeader,
    /// In order.
    pub transactions: Vec<SignedTransaction>,
}

/// What nodes add to a block's JSON, though all of it follows from the block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BlockFacts {
    /// The block's id.
    pub block_id: Option<BlockId>,
    /// The witness's key.
    pub signing_key: Option<PublicKey>,
    /// The ids of the transactions: told for the block, or else by each transaction.
    pub transaction_ids: Option<Vec<TransactionId>>,
}

/// The root over leaves in order: pairs are hashed together, an odd last one moves up as it is.
pub fn merkle_root(leaves: &[Digest]) -> MerkleRoot {
    let mut level = leaves.to_vec();
    while level.len() > 1 {
        level = level
            .chunks(2)
            .map(|pair| match pair {
                [left, right] => Digest::of(&[&left.0, &right.0]),
                odd => odd[0],
            })
            .collect();
    }
    level
        .first()
        .map_or(MerkleRoot::default(), |top| MerkleRoot(ripemd160(&top.0)))
}

impl BlockHeader {
    /// The number of the block.
    pub fn number(&self) -> u32 {
        self.previous.number().wrapping_add(1)
    }

    /// The serialization.
    pub fn encode(&self) -> Vec<u8> {
        // A header has no assets, so chain and form make no difference.
        let chain = Chain::steem();
        let mut out = Writer::new(&chain, AssetForm::Legacy);
        self.write(&mut out);
        out.into_bytes()
    }

    /// Reads a serialization, all of the bytes.
    ///
    /// # Errors
    /// Says where and what is wrong.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let chain = Chain::steem();
        let mut input = Reader::new(bytes, &chain, AssetForm::Legacy);
        let header = Self::read(&mut input)?;
        input.end()?;
        Ok(header)
    }

    /// What the witness signs: SHA-256 over the serialization, without a chain id.
    pub fn digest(&self) -> Digest {
        Digest::of(&[&self.encode()])
    }

    /// Adds the witness's signature.
    pub fn sign(self, key: &PrivateKey) -> SignedBlockHeader {
        let witness_signature = key.sign(&self.digest());
        SignedBlockHeader {
            header: self,
            witness_signature,
        }
    }

    fn write(&self, out: &mut Writer<'_>) {
        out.raw(&self.previous.0);
        self.timestamp.write(out);
        self.witness.write(out);
        out.raw(&self.transaction_merkle_root.0);
        out.length(self.extensions.len());
        for extension in &self.extensions {
            extension.write(out);
        }
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            previous: BlockId(input.array()?),
            timestamp: Time::read(input)?,
            witness: String::read(input)?,
            transaction_merkle_root: MerkleRoot(input.array()?),
            extensions: (0..input.count(1)?)
                .map(|_| HeaderExtension::read(input))
                .collect::<Result<_, _>>()?,
        })
    }

    /// JSON as `get_block_header` answers it; the same in both forms except for extensions.
    pub fn to_json(&self, form: JsonForm) -> Value {
        Value::Object(self.json(form))
    }

    fn json(&self, form: JsonForm) -> Map<String, Value> {
        let extensions: Vec<_> = self
            .extensions
            .iter()
            .map(|extension| extension.to_json(form))
            .collect();
        let fields = [
            ("previous", json!(self.previous)),
            ("timestamp", json!(self.timestamp)),
            ("witness", json!(self.witness)),
            (
                "transaction_merkle_root",
                json!(self.transaction_merkle_root),
            ),
            ("extensions", Value::Array(extensions)),
        ];
        fields
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }

    /// Reads JSON; other fields are ignored.
    ///
    /// # Errors
    /// Says what was expected and where.
    pub fn from_json(value: &Value) -> Result<Self, JsonError> {
        let map = json::object(value)?;
        let extensions = match map.get("extensions") {
            None | Some(Value::Null) => Vec::new(),
            Some(list) => items(list, HeaderExtension::from_json)
                .map_err(|error| error.inside("extensions"))?,
        };
        Ok(Self {
            previous: parsed(map, "previous", "a block id of 40 hexadecimal digits")?,
            timestamp: parsed(map, "timestamp", "a time like 2026-01-10T12:34:50")?,
            witness: parsed(map, "witness", "an account")?,
            transaction_merkle_root: parsed(
                map,
                "transaction_merkle_root",
                "a hash of 40 hexadecimal digits",
            )?,
            extensions,
        })
    }
}

fn parsed<T: std::str::FromStr>(
    map: &Map<String, Value>,
    name: &str,
    expected: &str,
) -> Result<T, JsonError> {
    let value = map.get(name).unwrap_or(&Value::Null);
    json::parsed(value, expected).map_err(|error| error.inside(name))
}

impl SignedBlockHeader {
    /// The block's id: the number, then the rest of SHA-224 over header and signature.
    pub fn id(&self) -> BlockId {
        let mut bytes = self.header.encode();
        bytes.extend_from_slice(&self.witness_signature.0);
        let hash = Sha224::digest(&bytes);
        let mut id = BlockId::default();
        id.0.copy_from_slice(&hash[..20]);
        id.0[..4].copy_from_slice(&self.header.number().to_be_bytes());
        id
    }

    /// The key that signed the block.
    ///
    /// # Errors
    /// When the signature is not valid.
    pub fn signing_key(&self) -> Result<PublicKey, SignatureError> {
        self.witness_signature.recover(&self.header.digest())
    }

    /// Reads JSON of a block or a signed header; other fields are ignored.
    ///
    /// # Errors
    /// Says what was expected and where.
    pub fn from_json(value: &Value) -> Result<Self, JsonError> {
        let header = BlockHeader::from_json(value)?;
        let witness_signature = parsed(
            json::object(value)?,
            "witness_signature",
            "a signature of 130 hexadecimal digits",
        )?;
        Ok(Self {
            header,
            witness_signature,
        })
    }
}

impl SignedBlock {
    /// The number of the block.
    pub fn number(&self) -> u32 {
        self.header.header.number()
    }

    /// The block's id.
    pub fn id(&self) -> BlockId {
        self.header.id()
    }

    /// JSON as `get_block` answers it: condenser_api in the legacy form, where each transaction also tells its place;
    /// block_api in the appbase form. Missing facts are left out.
    pub fn to_json(&self, chain: &Chain, form: JsonForm, facts: &BlockFacts) -> Value {
        let mut map = self.header.header.json(form);
        map.insert(
            "witness_signature".to_owned(),
            json!(self.header.witness_signature.to_string()),
        );
        let ids = facts.transaction_ids.as_deref().unwrap_or_default();
        let transactions = self
            .transactions
            .iter()
            .enumerate()
            .map(|(index, transaction)| {
                let mut value = transaction.to_json(chain, form);
                if let (JsonForm::Legacy, Some(id), Some(map)) =
                    (form, ids.get(index), value.as_object_mut())
                {
                    map.insert("transaction_id".to_owned(), json!(id));
                    map.insert("block_num".to_owned(), json!(self.number()));
                    map.insert("transaction_num".to_owned(), json!(index));
                }
                value
            });
        map.insert("transactions".to_owned(), transactions.collect());
        if let Some(id) = facts.block_id {
            map.insert("block_id".to_owned(), json!(id));
        }
        if let Some(key) = facts.signing_key {
            map.insert("signing_key".to_owned(), json!(key.to_text(&chain.prefix)));
        }
        if let Some(ids) = &facts.transaction_ids {
            map.insert("transaction_ids".to_owned(), json!(ids));
        }
        Value::Object(map)
    }

    /// Reads JSON in either form, and what the node added to it.
    ///
    /// # Errors
    /// Says what was expected and where.
    pub fn from_json(value: &Value, chain: &Chain) -> Result<(Self, BlockFacts), JsonError> {
        let header = SignedBlockHeader::from_json(value)?;
        let map = json::object(value)?;
        let transactions = items(
            map.get("transactions").unwrap_or(&Value::Null),
            |transaction| SignedTransaction::from_json(transaction, chain),
        )
        .map_err(|error| error.inside("transactions"))?;
        let present = |name| map.get(name).filter(|value| !value.is_null());
        let facts = BlockFacts {
            block_id: present("block_id")
                .map(|_| parsed(map, "block_id", "a block id of 40 hexadecimal digits"))
                .transpose()?,
            signing_key: present("signing_key")
                .map(|key| {
                    PublicKey::from_json(key, chain).map_err(|error| error.inside("signing_key"))
                })
                .transpose()?,
            transaction_ids: match present("transaction_ids") {
                Some(ids) => {
                    Some(claimed_ids(ids).map_err(|error| error.inside("transaction_ids"))?)
                }
                None => own_ids(map),
            },
        };
        Ok((
            Self {
                header,
                transactions,
            },
            facts,
        ))
    }
}

fn claimed_ids(ids: &Value) -> Result<Vec<TransactionId>, JsonError> {
    items(ids, |id| {
        json::parsed(id, "a transaction id of 40 hexadecimal digits")
    })
}

/// The ids that the transactions tell themselves, if all of them do.
fn own_ids(block: &Map<String, Value>) -> Option<Vec<TransactionId>> {
    let transactions = block.get("transactions")?.as_array()?;
    transactions
        .iter()
        .map(|transaction| transaction.get("transaction_id")?.as_str()?.parse().ok())
        .collect()
}
