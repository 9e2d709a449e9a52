//! Everything about a sidechain that two nodes must agree on.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::SideChain;

const TABLES: [&str; 7] = [
    "tokens",
    "balances",
    "contractsBalances",
    "params",
    "pendingUnstakes",
    "delegations",
    "pendingUndelegations",
];

/// All blocks with their transactions, logs and hashes, and all rows of the token ledger.
#[derive(Debug, PartialEq)]
pub(crate) struct Dump {
    pub(crate) blocks: Vec<Value>,
    pub(crate) tables: BTreeMap<&'static str, Vec<Value>>,
}

impl Dump {
    #[track_caller]
    pub(super) fn take(node: &SideChain) -> Dump {
        let mut blocks = Vec::new();
        loop {
            let range = json!({ "startBlockNumber": blocks.len(), "count": 1000 });
            let Value::Array(more) = node.call("blockchain.getBlockRangeInfo", range) else {
                panic!("expected blocks")
            };
            if more.is_empty() {
                break;
            }
            blocks.extend(more);
        }
        let mut tables = BTreeMap::new();
        for table in TABLES {
            let mut rows = Vec::new();
            loop {
                let params = json!({
                    "contract": "tokens", "table": table, "query": {}, "limit": 1000, "offset": rows.len(),
                });
                let Value::Array(more) = node.call("contracts.find", params) else {
                    panic!("no table {table}")
                };
                if more.is_empty() {
                    break;
                }
                rows.extend(more);
            }
            tables.insert(table, rows);
        }
        Dump { blocks, tables }
    }

    /// `[hash, databaseHash]` of the latest block.
    pub(crate) fn hashes(&self) -> [String; 2] {
        let latest = self.blocks.last().expect("genesis at least");
        ["hash", "databaseHash"].map(|field| latest[field].as_str().expect("a hash").to_string())
    }

    /// How many transactions were executed after genesis, and how many of them ended with an error.
    pub(crate) fn counts(&self) -> (usize, usize) {
        let transactions = self.blocks[1..]
            .iter()
            .flat_map(|block| block["transactions"].as_array().expect("a list").iter());
        let failed = |transaction: &&Value| {
            transaction["logs"]
                .as_str()
                .expect("a log")
                .contains("errors")
        };
        (
            transactions.clone().count(),
            transactions.filter(failed).count(),
        )
    }

    #[track_caller]
    pub(crate) fn assert_equals(&self, other: &Dump) {
        assert_eq!(self.blocks.len(), other.blocks.len(), "as many blocks");
        for (ours, theirs) in self.blocks.iter().zip(&other.blocks) {
            assert_eq!(ours, theirs);
        }
        assert_eq!(self.tables, other.tables);
    }
}
