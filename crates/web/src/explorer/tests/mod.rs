//! What the explorer's pages say, on a chain in memory; one file for each kind of page.

mod accounts;
mod actions;
mod addresses;
mod blocks_and_transactions;
mod contracts;
mod network;
mod search;

use serde_json::{Value, json};
use tartan_graphene::MainOperation;

use crate::testing::TestSite;

/// A call signed with the active key, as an operation of the main chain.
fn operation(site: &TestSite, sender: &str, action: &str, payload: Value) -> MainOperation {
    let call =
        json!({ "contractName": "tokens", "contractAction": action, "contractPayload": payload });
    MainOperation::CustomJson {
        required_auths: vec![sender.to_owned()],
        required_posting_auths: vec![],
        id: site.chain.network().custom_json_id(),
        json: call.to_string(),
    }
}

fn sending(to: &str, quantity: &str) -> Value {
    json!({ "symbol": "COOL", "to": to, "quantity": quantity })
}
