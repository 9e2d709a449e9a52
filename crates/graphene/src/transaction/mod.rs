//! Transactions: operations, what they refer to, and signatures.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use thiserror::Error;

use crate::{
    authority::{self, AuthorityError, AuthorityProvider, RequiredAuthorities, Rules},
    chain::{Chain, Flavor},
    hash::{BlockId, Digest, TransactionId},
    json::{self, Field, FieldName, JsonError, JsonForm, Style, items},
    keys::{PrivateKey, PublicKey},
    operation::{InvalidOperation, Operation},
    signature::{Signature, SignatureError},
    time::Time,
    wire::{AssetForm, DecodeError, EncodeError, Reader, Writer, unexpected},
};

/// What is signed. Its list of extensions is empty in all versions of the chains, so it has no field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transaction {
    /// Low 16 bits of the number of a recent block.
    pub ref_block_num: u16,
    /// A part of that block's id, so that the transaction is valid on no other fork.
    pub ref_block_prefix: u32,
    /// When it is no longer valid.
    pub expiration: Time,
    /// What it does, in order.
    pub operations: Vec<Operation>,
}

/// A transaction with signatures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignedTransaction {
    /// What was signed.
    pub transaction: Transaction,
    /// By whom: keys are recovered from these.
    pub signatures: Vec<Signature>,
}

/// Why nodes refuse a transaction by itself.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum InvalidTransaction {
    /// There is nothing to do.
    #[error("A transaction must have at least one operation")]
    Empty,
    /// One of the operations is not valid.
    #[error("operation {index}: {name}: {reason}")]
    Operation {
        /// Which, from 0.
        index: usize,
        /// Its name.
        name: String,
        /// What is wrong.
        reason: InvalidOperation,
    },
}

/// Why a transaction's signatures do not authorize it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum VerifyError {
    /// It cannot be serialized, so nobody can have signed it.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// A signature is malformed, not canonical, or repeated.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// The signers may not do this.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
}

const NUMBER: FieldName = FieldName {
    steem: "ref_block_num",
    hive: "ref_block_num",
};
const PREFIX: FieldName = FieldName {
    steem: "ref_block_prefix",
    hive: "ref_block_prefix",
};
const EXPIRATION: FieldName = FieldName {
    steem: "expiration",
    hive: "expiration",
};

impl Transaction {
    /// A transaction that refers to a recent block.
    pub fn new(reference: &BlockId, expiration: Time, operations: Vec<Operation>) -> Self {
        let (ref_block_num, ref_block_prefix) = reference.reference();
        Self {
            ref_block_num,
            ref_block_prefix,
            expiration,
            operations,
        }
    }

    /// The serialization without signatures.
    ///
    /// # Errors
    /// When an operation has no known binary form.
    pub fn encode(&self, chain: &Chain, form: AssetForm) -> Result<Vec<u8>, EncodeError> {
        let mut out = Writer::new(chain, form);
        self.write(&mut out)?;
        Ok(out.into_bytes())
    }

    /// Reads a serialization without signatures, all of the bytes.
    ///
    /// # Errors
    /// Says where and what is wrong.
    pub fn decode(bytes: &[u8], chain: &Chain, form: AssetForm) -> Result<Self, DecodeError> {
        let mut input = Reader::new(bytes, chain, form);
        let transaction = Self::read(&mut input)?;
        input.end()?;
        Ok(transaction)
    }

    /// What is signed: SHA-256 over the chain id and the serialization.
    ///
    /// # Errors
    /// When an operation has no known binary form.
    pub fn digest(&self, chain: &Chain, form: AssetForm) -> Result<Digest, EncodeError> {
        Ok(Digest::of(&[&chain.chain_id, &self.encode(chain, form)?]))
    }

    /// The transaction's id. It does not depend on the chain id or the signatures, but on the form of assets.
    ///
    /// # Errors
    /// When an operation has no known binary form.
    pub fn id(&self, chain: &Chain, form: AssetForm) -> Result<TransactionId, EncodeError> {
        let hash = Digest::of(&[&self.encode(chain, form)?]);
        let mut id = TransactionId::default();
        id.0.copy_from_slice(&hash.0[..20]);
        Ok(id)
    }

    /// Adds the signatures of these keys.
    ///
    /// # Errors
    /// When an operation has no known binary form.
    pub fn sign(
        self,
        chain: &Chain,
        form: AssetForm,
        keys: &[PrivateKey],
    ) -> Result<SignedTransaction, EncodeError> {
        let digest = self.digest(chain, form)?;
        let signatures = keys.iter().map(|key| key.sign(&digest)).collect();
        Ok(SignedTransaction {
            transaction: self,
            signatures,
        })
    }

    /// Whose authorities the operations need together.
    pub fn required_authorities(&self, chain: &Chain) -> RequiredAuthorities {
        let mut required = RequiredAuthorities::default();
        for operation in &self.operations {
            operation.require(chain, &mut required);
        }
        required
    }

    /// Checks what needs no state: that there are operations and that each is valid.
    ///
    /// # Errors
    /// Names the first operation that is not.
    pub fn validate(&self) -> Result<(), InvalidTransaction> {
        if self.operations.is_empty() {
            return Err(InvalidTransaction::Empty);
        }
        for (index, operation) in self.operations.iter().enumerate() {
            operation
                .validate()
                .map_err(|reason| InvalidTransaction::Operation {
                    index,
                    name: operation.name().to_owned(),
                    reason,
                })?;
        }
        Ok(())
    }

    /// JSON without signatures.
    pub fn to_json(&self, chain: &Chain, form: JsonForm) -> Value {
        Value::Object(self.json(chain, form))
    }

    /// Reads JSON; signatures and unknown fields are ignored.
    ///
    /// # Errors
    /// Says what was expected and where.
    pub fn from_json(value: &Value, chain: &Chain) -> Result<Self, JsonError> {
        let map = json::object(value)?;
        let operations = map.get("operations").unwrap_or(&Value::Null);
        empty_extensions(map)?;
        Ok(Self {
            ref_block_num: NUMBER.get(map, chain)?,
            ref_block_prefix: PREFIX.get(map, chain)?,
            expiration: EXPIRATION.get(map, chain)?,
            operations: items(operations, |operation| {
                Operation::from_json(operation, chain)
            })
            .map_err(|error| error.inside("operations"))?,
        })
    }

    fn json(&self, chain: &Chain, form: JsonForm) -> Map<String, Value> {
        let style = Style { chain, form };
        let mut map = Map::new();
        NUMBER.put(&self.ref_block_num, style, &mut map);
        PREFIX.put(&self.ref_block_prefix, style, &mut map);
        EXPIRATION.put(&self.expiration, style, &mut map);
        let operations = self
            .operations
            .iter()
            .map(|operation| operation.to_json(chain, form))
            .collect();
        map.insert("operations".to_owned(), operations);
        map.insert("extensions".to_owned(), Value::Array(Vec::new()));
        map
    }

    fn write(&self, out: &mut Writer<'_>) -> Result<(), EncodeError> {
        self.ref_block_num.write(out);
        self.ref_block_prefix.write(out);
        self.expiration.write(out);
        out.length(self.operations.len());
        for operation in &self.operations {
            operation.write(out)?;
        }
        out.length(0);
        Ok(())
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let transaction = Self {
            ref_block_num: u16::read(input)?,
            ref_block_prefix: u32::read(input)?,
            expiration: Time::read(input)?,
            operations: (0..input.count(2)?)
                .map(|_| Operation::read(input))
                .collect::<Result<_, _>>()?,
        };
        let offset = input.offset();
        match input.varint()? {
            0 => Ok(transaction),
            count => Err(unexpected(offset, "no extensions", count.to_string())),
        }
    }
}

fn empty_extensions(map: &Map<String, Value>) -> Result<(), JsonError> {
    match map.get("extensions") {
        None | Some(Value::Null) => Ok(()),
        Some(Value::Array(items)) if items.is_empty() => Ok(()),
        Some(other) => Err(JsonError::new("no extensions", other).inside("extensions")),
    }
}

impl SignedTransaction {
    /// The serialization with signatures.
    ///
    /// # Errors
    /// When an operation has no known binary form.
    pub fn encode(&self, chain: &Chain, form: AssetForm) -> Result<Vec<u8>, EncodeError> {
        let mut out = Writer::new(chain, form);
        self.transaction.write(&mut out)?;
        out.length(self.signatures.len());
        for signature in &self.signatures {
            out.raw(&signature.0);
        }
        Ok(out.into_bytes())
    }

    /// Reads a serialization with signatures, all of the bytes.
    ///
    /// # Errors
    /// Says where and what is wrong.
    pub fn decode(bytes: &[u8], chain: &Chain, form: AssetForm) -> Result<Self, DecodeError> {
        let mut input = Reader::new(bytes, chain, form);
        let transaction = Transaction::read(&mut input)?;
        let signatures = (0..input.count(65)?)
            .map(|_| input.array().map(Signature))
            .collect::<Result<_, _>>()?;
        input.end()?;
        Ok(Self {
            transaction,
            signatures,
        })
    }

    /// The leaf for this transaction in its block's Merkle tree: SHA-256 over the serialization with signatures.
    ///
    /// # Errors
    /// When an operation has no known binary form.
    pub fn merkle_leaf(&self, chain: &Chain, form: AssetForm) -> Result<Digest, EncodeError> {
        Ok(Digest::of(&[&self.encode(chain, form)?]))
    }

    /// The keys that signed, given that they signed this form.
    ///
    /// # Errors
    /// When a signature is malformed or not canonical, or two are by the same key.
    pub fn recover_keys(
        &self,
        chain: &Chain,
        form: AssetForm,
    ) -> Result<BTreeSet<PublicKey>, VerifyError> {
        let digest = self.transaction.digest(chain, form)?;
        let mut keys = BTreeSet::new();
        for signature in &self.signatures {
            let key = signature.recover(&digest)?;
            if !keys.insert(key) {
                return Err(SignatureError::Duplicate(key).into());
            }
        }
        Ok(keys)
    }

    /// Checks the signatures against the authorities that the operations need, and tells which form was signed.
    ///
    /// As the Hive node does, tries the HF26 form first on Hive, then the legacy form; the latter's error is reported,
    /// since most clients sign that form.
    ///
    /// # Errors
    /// What is wrong with the signatures, or whose authority is missing.
    pub fn verify_authority(
        &self,
        chain: &Chain,
        provider: &dyn AuthorityProvider,
        rules: &Rules,
    ) -> Result<AssetForm, VerifyError> {
        let required = self.transaction.required_authorities(chain);
        let check = |form| -> Result<AssetForm, VerifyError> {
            let keys = self.recover_keys(chain, form)?;
            authority::verify(&required, &keys, provider, rules)?;
            Ok(form)
        };
        match chain.flavor {
            Flavor::Steem => check(AssetForm::Legacy),
            Flavor::Hive => check(AssetForm::Hf26).or_else(|_| check(AssetForm::Legacy)),
        }
    }

    /// JSON with signatures.
    pub fn to_json(&self, chain: &Chain, form: JsonForm) -> Value {
        let mut map = self.transaction.json(chain, form);
        let signatures = self.signatures.iter().map(ToString::to_string).collect();
        map.insert("signatures".to_owned(), signatures);
        Value::Object(map)
    }

    /// Reads JSON; missing signatures are none, unknown fields are ignored.
    ///
    /// # Errors
    /// Says what was expected and where.
    pub fn from_json(value: &Value, chain: &Chain) -> Result<Self, JsonError> {
        let transaction = Transaction::from_json(value, chain)?;
        let signatures = match value.get("signatures") {
            None | Some(Value::Null) => Vec::new(),
            Some(list) => items(list, |signature| {
                json::parsed(signature, "a signature of 130 hexadecimal digits")
            })
            .map_err(|error| error.inside("signatures"))?,
        };
        Ok(Self {
            transaction,
            signatures,
        })
    }
}
