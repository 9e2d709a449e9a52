//! Blocks: headers, ids, Merkle roots, witness signatures.

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha224};
use thiserror::Error;

use crate::{
    chain::{Chain, Flavor},
    hash::{BlockId, Digest, MerkleRoot, TransactionId, ripemd160},
    json::{self, Field, JsonError, JsonForm, items},
    keys::{PrivateKey, PublicKey},
    signature::{Signature, SignatureError},
    time::Time,
    transaction::SignedTransaction,
    wire::{AssetForm, DecodeError, EncodeError, Reader, Writer, unexpected},
};

/// A version of the node's software or protocol: major, hard fork, revision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Version {
    /// Major version.
    pub major: u8,
    /// Hard fork.
    pub hardfork: u8,
    /// Revision.
    pub revision: u16,
}

/// What a witness reports in a block's header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderExtension {
    /// Nothing.
    Void,
    /// The version the witness runs.
    Version(Version),
    /// When the witness wants a hard fork to happen.
    HardforkVote {
        /// Which.
        version: Version,
        /// When.
        time: Time,
    },
}

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
    /// The ids of the transactions.
    pub transaction_ids: Option<Vec<TransactionId>>,
}

/// Why a block is not what it claims to be.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BlockError {
    /// The claimed id is not that of the header.
    #[error("expected block id {computed} as the header says, found {claimed}")]
    Id {
        /// From the header.
        computed: BlockId,
        /// From the node.
        claimed: BlockId,
    },
    /// The witness's signature is not valid.
    #[error("witness signature: {0}")]
    Signature(#[from] SignatureError),
    /// The claimed signing key is not the one that signed.
    #[error("expected signing key {computed} as the signature says, found {claimed}")]
    SigningKey {
        /// From the signature.
        computed: PublicKey,
        /// From the node.
        claimed: PublicKey,
    },
    /// There are more or fewer ids than transactions.
    #[error("expected {transactions} transaction ids, found {ids}")]
    IdCount {
        /// How many transactions there are.
        transactions: usize,
        /// How many ids are claimed.
        ids: usize,
    },
    /// A claimed transaction id is that of no form of the transaction.
    #[error("transaction {index}: expected id {computed} as its content says, found {claimed}")]
    TransactionId {
        /// Which, from 0.
        index: usize,
        /// From the content, in the legacy form.
        computed: TransactionId,
        /// From the node.
        claimed: TransactionId,
    },
    /// The transactions are not those that the witness signed.
    #[error("expected transactions with merkle root {header} as the header says, found {computed}")]
    MerkleRoot {
        /// In the header.
        header: MerkleRoot,
        /// From the transactions.
        computed: MerkleRoot,
    },
}

/// What [`SignedBlock::verify`] could check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verified {
    /// Id, witness signature, transaction ids, Merkle root.
    All,
    /// Id and witness signature only: a transaction has an operation without a known binary form.
    HeaderOnly,
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
            transaction_ids: present("transaction_ids")
                .map(|ids| {
                    items(ids, |id| {
                        json::parsed(id, "a transaction id of 40 hexadecimal digits")
                    })
                    .map_err(|error| error.inside("transaction_ids"))
                })
                .transpose()?,
        };
        Ok((
            Self {
                header,
                transactions,
            },
            facts,
        ))
    }

    /// Recomputes what the header commits to and what the node claims: id, signing key, transaction ids, Merkle root.
    ///
    /// On Hive a transaction is in one of two forms. Its claimed id tells which; without claimed ids, all legacy and
    /// all HF26 are tried.
    ///
    /// # Errors
    /// Names the first difference.
    pub fn verify(&self, chain: &Chain, facts: &BlockFacts) -> Result<Verified, BlockError> {
        let computed = self.id();
        if let Some(claimed) = facts.block_id.filter(|claimed| *claimed != computed) {
            return Err(BlockError::Id { computed, claimed });
        }
        let computed = self.header.signing_key()?;
        if let Some(claimed) = facts.signing_key.filter(|claimed| *claimed != computed) {
            return Err(BlockError::SigningKey { computed, claimed });
        }
        let roots = match &facts.transaction_ids {
            Some(ids) => self.root_by_ids(chain, ids),
            None => self.roots_by_form(chain),
        };
        let roots = match roots {
            Ok(roots) => roots,
            Err(Unverifiable::Encode) => return Ok(Verified::HeaderOnly),
            Err(Unverifiable::Block(error)) => return Err(error),
        };
        let header = self.header.header.transaction_merkle_root;
        if roots.contains(&header) {
            return Ok(Verified::All);
        }
        Err(BlockError::MerkleRoot {
            header,
            computed: roots[0],
        })
    }

    /// The ids of the transactions, each in the form that makes up the Merkle root, as far as it can be told.
    fn root_by_ids(
        &self,
        chain: &Chain,
        ids: &[TransactionId],
    ) -> Result<Vec<MerkleRoot>, Unverifiable> {
        let transactions = self.transactions.len();
        if ids.len() != transactions {
            return Err(Unverifiable::Block(BlockError::IdCount {
                transactions,
                ids: ids.len(),
            }));
        }
        let leaves =
            self.transactions
                .iter()
                .zip(ids)
                .enumerate()
                .map(|(index, (signed, claimed))| {
                    for form in forms(chain) {
                        if signed.transaction.id(chain, *form)? == *claimed {
                            return Ok(signed.merkle_leaf(chain, *form)?);
                        }
                    }
                    let computed = signed.transaction.id(chain, AssetForm::Legacy)?;
                    Err(Unverifiable::Block(BlockError::TransactionId {
                        index,
                        computed,
                        claimed: *claimed,
                    }))
                });
        Ok(vec![merkle_root(&leaves.collect::<Result<Vec<_>, _>>()?)])
    }

    fn roots_by_form(&self, chain: &Chain) -> Result<Vec<MerkleRoot>, Unverifiable> {
        let root = |form: &AssetForm| {
            let leaves = self
                .transactions
                .iter()
                .map(|signed| signed.merkle_leaf(chain, *form));
            Ok(merkle_root(&leaves.collect::<Result<Vec<_>, _>>()?))
        };
        forms(chain).iter().map(root).collect()
    }
}

enum Unverifiable {
    Encode,
    Block(BlockError),
}

impl From<EncodeError> for Unverifiable {
    fn from(_: EncodeError) -> Self {
        Self::Encode
    }
}

/// The forms of assets that transactions of a chain can be in.
fn forms(chain: &Chain) -> &'static [AssetForm] {
    match chain.flavor {
        Flavor::Steem => &[AssetForm::Legacy],
        Flavor::Hive => &[AssetForm::Legacy, AssetForm::Hf26],
    }
}

impl Version {
    fn packed(self) -> u32 {
        u32::from(self.major) << 24 | u32::from(self.hardfork) << 16 | u32::from(self.revision)
    }

    fn unpacked(packed: u32) -> Self {
        let [major, hardfork, high, low] = packed.to_be_bytes();
        Self {
            major,
            hardfork,
            revision: u16::from_be_bytes([high, low]),
        }
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.hardfork, self.revision)
    }
}

impl std::str::FromStr for Version {
    type Err = InvalidVersion;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parse = || {
            let mut parts = text.split('.');
            let version = Self {
                major: parts.next()?.parse().ok()?,
                hardfork: parts.next()?.parse().ok()?,
                revision: parts.next()?.parse().ok()?,
            };
            parts.next().is_none().then_some(version)
        };
        parse().ok_or_else(|| InvalidVersion(text.chars().take(40).collect()))
    }
}

/// A text that is no version.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("expected a version like 1.27.0, found {0:?}")]
pub struct InvalidVersion(String);

impl HeaderExtension {
    fn write(&self, out: &mut Writer<'_>) {
        match self {
            Self::Void => out.varint(0),
            Self::Version(version) => {
                out.varint(1);
                version.packed().write(out);
            }
            Self::HardforkVote { version, time } => {
                out.varint(2);
                version.packed().write(out);
                time.write(out);
            }
        }
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let offset = input.offset();
        match input.varint()? {
            0 => Ok(Self::Void),
            1 => Ok(Self::Version(Version::unpacked(u32::read(input)?))),
            2 => {
                let version = Version::unpacked(u32::read(input)?);
                Ok(Self::HardforkVote {
                    version,
                    time: Time::read(input)?,
                })
            }
            tag => Err(unexpected(
                offset,
                "a header extension between 0 and 2",
                tag.to_string(),
            )),
        }
    }

    fn to_json(self, form: JsonForm) -> Value {
        let (name, value) = match self {
            Self::Void => ("void_t", json!({})),
            Self::Version(version) => ("version", json!(version.to_string())),
            Self::HardforkVote { version, time } => (
                "hardfork_version_vote",
                json!({ "hf_version": version.to_string(), "hf_time": time }),
            ),
        };
        match form {
            JsonForm::Legacy => json!([name, value]),
            JsonForm::Appbase => json!({ "type": name, "value": value }),
        }
    }

    fn from_json(value: &Value) -> Result<Self, JsonError> {
        const VERSION: &str = "a version like 1.27.0";
        let (tag, value) = json::tagged(value)?;
        match (tag.as_str(), json::integer(tag)) {
            (Some("void_t"), _) | (_, Some(0)) => Ok(Self::Void),
            (Some("version"), _) | (_, Some(1)) => json::parsed(value, VERSION).map(Self::Version),
            (Some("hardfork_version_vote"), _) | (_, Some(2)) => {
                let map = json::object(value)?;
                Ok(Self::HardforkVote {
                    version: parsed(map, "hf_version", VERSION)?,
                    time: parsed(map, "hf_time", "a time like 2026-01-10T12:34:50")?,
                })
            }
            _ => Err(JsonError::new(
                "void_t, version or hardfork_version_vote",
                tag,
            )),
        }
    }
}
