//! One file for each command.

pub(crate) mod airdrop;
pub(crate) mod broadcast;
pub(crate) mod community;
pub(crate) mod completions;
pub(crate) mod contract;
pub(crate) mod demo;
pub(crate) mod devchain;
pub(crate) mod index;
pub(crate) mod key;
pub(crate) mod market;
pub(crate) mod node;
pub(crate) mod peg;
pub(crate) mod pool;
pub(crate) mod replay;
pub(crate) mod rewards;
pub(crate) mod sandbox;
pub(crate) mod sign;
pub(crate) mod token;
pub(crate) mod verify;
pub(crate) mod witness;

use anyhow::{Context as _, Result};

/// Where the asynchronous parts of a command run.
fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the asynchronous runtime")
}
