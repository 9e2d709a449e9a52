//! What the main chain is: accounts, assets, keys, operations, transactions and blocks, without I/O.
//!
//! ```text
//!   JSON of a node or client ──▶ Transaction, SignedBlock ──▶ bytes ──▶ digests, ids, Merkle roots
//!       (both API forms)              ▲          │          (two forms     │
//!                                     │          ▼           of assets)    ▼
//!                               operations   authorities ◀── keys ◀── signatures
//!
//!   JSON of a node ──▶ MainBlock: only what the sidechain reads, fast and tolerant
//! ```
//!
//! - [`Chain`] says which main chain: Steem and Hive are two values of one type, a test net is a third.
//! - [`Operation`] is one of the operations of the node's table, each with its JSON names, its binary layout, the
//!   authority it needs and the rules it must keep; operations outside of the table keep their JSON.
//! - [`Transaction`] and [`SignedTransaction`] give digests, ids and signatures; [`authority::verify`] says whether the
//!   signers may do it.
//! - [`SignedBlock`] gives block ids, Merkle roots and witness signatures, and can check what a node claims.
//! - [`MainBlock`] is what a follower hands to the sidechain.
//!
//! Everything is a pure function of its input. Decoders return errors on any input, take memory in proportion to it,
//! and never panic.
//!
//! # Example
//!
//! Build a `custom_json`, sign it, and recover the signer:
//!
//! ```
//! use tartan_graphene::{AssetForm, BlockId, Chain, JsonForm, PrivateKey, Role, Time, Transaction, operation::CustomJson};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let chain = Chain::hive();
//! let key = PrivateKey::from_login("alice", Role::Posting, "correct horse battery staple");
//!
//! let operation = CustomJson {
//!     required_auths: [].into(),
//!     required_posting_auths: ["alice".to_owned()].into(),
//!     id: "ssc-mainnet-hive".to_owned(),
//!     json: r#"{"contractName":"tokens","contractAction":"stake","contractPayload":{"to":"alice","symbol":"BEE","quantity":"1"}}"#.to_owned(),
//! };
//! let head: BlockId = "05cf62ab3f2151a60e601ed86bdb43137949873d".parse()?;
//! let now: Time = "2026-01-10T12:34:50".parse()?;
//! let transaction = Transaction::new(&head, now.plus(60), vec![operation.into()]);
//! transaction.validate()?;
//!
//! let signed = transaction.sign(&chain, AssetForm::Legacy, &[key.clone()])?;
//! println!("{}", signed.to_json(&chain, JsonForm::Legacy));
//!
//! let signers = signed.recover_keys(&chain, AssetForm::Legacy)?;
//! assert_eq!(signers.into_iter().collect::<Vec<_>>(), [key.public_key()]);
//! # Ok(())
//! # }
//! ```

mod account_name;
mod asset;
pub mod authority;
mod block;
mod chain;
mod hash;
mod json;
mod keys;
pub mod main_block;
pub mod operation;
mod signature;
mod time;
mod transaction;
mod wire;

pub use self::{
    account_name::{AccountName, InvalidAccountName},
    asset::{Asset, AssetKind, InvalidAsset},
    authority::{Authority, RequiredAuthorities},
    block::{
        BlockError, BlockFacts, BlockHeader, HeaderExtension, InvalidVersion, SignedBlock,
        SignedBlockHeader, Verified, Version, merkle_root,
    },
    chain::{Chain, Flavor, Symbols},
    hash::{BlockId, Digest, InvalidHash, MerkleRoot, TransactionId},
    json::{JsonError, JsonForm},
    keys::{KeyError, PrivateKey, PublicKey, Role},
    main_block::{MainBlock, MainOperation, MainTransaction},
    operation::Operation,
    signature::{Signature, SignatureError},
    time::{InvalidTime, Time},
    transaction::{InvalidTransaction, SignedTransaction, Transaction, VerifyError},
    wire::{AssetForm, DecodeError, EncodeError},
};
