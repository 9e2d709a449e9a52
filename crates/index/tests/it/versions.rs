//! Versions of contracts.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::common::*;

fn deploy(name: &str, source: &str) -> Call {
    let code = STANDARD.encode(source);
    let payload = json!({ "name": name, "code": code, "maxDeposit": "1000" });
    call("steemsc", "contract", "deploy", payload)
}

const FIRST: &str = "actions.createSSC = async () => {};";
const SECOND: &str = "actions.createSSC = async () => {}; actions.more = async () => {};";

/// The blocks of a contract's versions.
async fn blocks(indexed: &Indexed, name: &str) -> Vec<i64> {
    let versions = indexed.index.contract_versions(name).await.unwrap();
    assert!(versions.iter().all(|row| row.contract == name));
    let blocks = versions.iter().map(|row| tartan_index::block_of(row.id));
    blocks.collect()
}

#[tokio::test]
async fn every_version_of_a_contract_is_known_and_forgotten_with_its_block() {
    for database in TestDatabase::each().await {
        let mut chain = TestChain::with_scripts();
        let mut indexed = Indexed::open(&database, &chain).await;
        chain.does(deploy("notes", FIRST));
        chain.does(deploy("other", FIRST));
        // one that fails is no version
        chain.block(&[deploy("notes", "this is no JavaScript (")]);
        chain.does(deploy("notes", SECOND));
        indexed.catch_up().await;
        assert_eq!(blocks(&indexed, "notes").await, [1, 4]);
        assert_eq!(blocks(&indexed, "other").await, [2]);
        assert!(
            blocks(&indexed, "tokens").await.is_empty(),
            "it is part of the node"
        );
        let first = &indexed.index.contract_versions("notes").await.unwrap()[0];
        assert_eq!(
            (first.sender.as_str(), first.action.as_str()),
            ("steemsc", "deploy")
        );
        chain.fork(1);
        chain.block(&[]);
        chain.does(deploy("notes", FIRST));
        indexed.catch_up().await;
        assert_eq!(blocks(&indexed, "notes").await.len(), 2);
        let rebuilt = TestDatabase::sqlite();
        let mut rebuilt = Indexed::open(&rebuilt, &chain).await;
        rebuilt.catch_up().await;
        indexed.assert_same(&rebuilt).await;
    }
}
