//! What a sidechain writes down: transactions and blocks, their hashes and their two forms.
//!
//! ```text
//!   executed transactions ─▶ hash each ─▶ merkle root ─▶ block hash ─┬─▶ bytes in the store
//!                                                                    └─▶ JSON, named as the network says
//! ```
//!
//! The formulas are those of the reference (protocol, b.1 to b.4); every hash is SHA-256 in lower-case hexadecimal,
//! taken over the concatenated texts of the fields.

mod block;
mod draft;
mod given;
mod hash_text;
mod json;
mod merkle;
mod storage;
mod transaction;

pub use block::{Block, BlockHashing};
pub(crate) use block::{Hashed, Unsealed};
pub(crate) use draft::{Draft, Room};
pub use given::GivenBlock;
pub(crate) use given::GivenTransactionJson;
pub use hash_text::{HashText, Hasher, NotAHash};
pub use json::{BlockJson, TransactionJson};
pub use merkle::{MerkleRoots, merkle_roots};
pub(crate) use storage::decode_head;
pub use storage::{RecordError, decode_block, encode_block};
pub use transaction::{Transaction, TransactionId};

#[cfg(test)]
mod tests;
