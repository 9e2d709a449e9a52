//! The node's rules, each with the words it refuses with.

mod accounts;
mod funds;
mod posts;
mod transactions;

use tartan_graphene::{Flavor, PrivateKey, Transaction};

use crate::common::Chain;

async fn chain() -> Chain {
    Chain::start(Flavor::Hive).await
}

fn refused(chain: &Chain, transaction: Transaction, keys: &[PrivateKey]) -> String {
    let signed = chain
        .api
        .sign(transaction, keys)
        .expect("operations with a binary form");
    chain
        .api
        .broadcast(signed)
        .expect_err("a refusal")
        .message()
}
