//! A main chain of our own, and nodes that follow it.

use std::ops::Bound;
use std::time::Duration;

use serde_json::{Value, json};
use tartan_chain::network::Flavor;
use tartan_chain::{Network, Reader};
use tartan_devchain::{Api, Config, Irreversibility};
use tartan_graphene::{Role, operation::CustomJson};
use tartan_node::{Data, Handle, Node, NodeConfig, RpcConfig};
use tartan_state::{Read, Space};

/// Time that anything may take here.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A main chain whose blocks come on command and become irreversible twenty blocks later.
pub(crate) struct Main {
    pub(crate) api: Api,
    /// Ends the chain when dropped.
    _handle: tartan_devchain::Handle,
}

impl Main {
    pub(crate) async fn start() -> Main {
        let config = Config {
            irreversibility: Irreversibility::Steem,
            ..Config::test(tartan_graphene::Flavor::Steem)
        };
        let (api, handle) = tartan_devchain::spawn(config).await.unwrap();
        Main {
            api,
            _handle: handle,
        }
    }

    /// Sends a call of the contract `tokens`, signed with the sender's active key.
    pub(crate) fn send(&self, sender: &str, action: &str, payload: Value) {
        let call = json!({ "contractName": "tokens", "contractAction": action, "contractPayload": payload });
        let operation = CustomJson {
            required_auths: [sender.to_owned()].into(),
            required_posting_auths: Default::default(),
            id: "ssc-dev".to_owned(),
            json: call.to_string(),
        };
        self.api
            .send(sender, Role::Active, vec![operation.into()])
            .unwrap();
    }

    /// Sends a transfer of the utility token.
    pub(crate) fn transfer(&self, from: &str, to: &str, quantity: &str) {
        self.send(
            from,
            "transfer",
            json!({ "symbol": "ENG", "to": to, "quantity": quantity }),
        );
    }

    /// So many blocks, each with a transfer from the engine account.
    pub(crate) fn mine_transfers(&self, blocks: u32) {
        for number in 0..blocks {
            let to = ["alice", "bob", "carol"][number as usize % 3];
            let quantity = format!("0.{:08}", self.api.head().number * 7 + number + 1);
            self.transfer("steemsc", to, &quantity);
            self.api.mine(1);
        }
    }

    pub(crate) fn config(&self) -> NodeConfig {
        let mut config = NodeConfig::new(Network::dev(Flavor::Steem), self.api.urls());
        config.slot = Duration::from_millis(60);
        config
    }

    /// A node of its own, in memory.
    pub(crate) async fn node(&self) -> (Node, Handle) {
        tartan_node::spawn(self.config()).await.unwrap()
    }

    pub(crate) fn config_in(&self, directory: &std::path::Path) -> NodeConfig {
        NodeConfig {
            data: Data::Directory(directory.to_owned()),
            ..self.config()
        }
    }

    pub(crate) fn serving(&self) -> NodeConfig {
        let rpc = RpcConfig {
            listen: ([127, 0, 0, 1], 0).into(),
            ..RpcConfig::default()
        };
        NodeConfig {
            rpc: Some(rpc),
            ..self.config()
        }
    }

    /// Waits until the node is where the main chain is, block id and all.
    pub(crate) async fn caught_up(&self, node: &Node) {
        let head = self.api.head();
        let there = async {
            loop {
                node.executed(head.number).await.unwrap();
                if node
                    .reader()
                    .position()
                    .is_some_and(|position| position.id == head.id.to_string())
                {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        if tokio::time::timeout(PATIENCE, there).await.is_err() {
            panic!(
                "the node stays at {:?}: {:?}",
                node.reader().position(),
                node.progress().borrow()
            );
        }
    }

    /// Asserts that a node has the same blocks and the same state as one that starts now.
    pub(crate) async fn compare_with_a_fresh_node(&self, node: &Node) {
        self.caught_up(node).await;
        let (fresh, handle) = self.node().await;
        self.caught_up(&fresh).await;
        assert_eq!(hashes(node.reader()), hashes(fresh.reader()));
        assert_eq!(everything(node.reader()), everything(fresh.reader()));
        handle.shutdown().await.unwrap();
    }
}

pub(crate) fn balance(node: &Node, account: &str) -> String {
    let row = node
        .reader()
        .find_one(
            "tokens",
            "balances",
            &json!({ "account": account, "symbol": "ENG" }),
        )
        .unwrap();
    row.map_or("-".to_owned(), |row| {
        row["balance"].as_str().unwrap().to_owned()
    })
}

/// Hash after hash, from genesis to the latest block.
pub(crate) fn hashes(reader: &Reader) -> Vec<String> {
    let mut hashes = Vec::new();
    while let Some(block) = reader.block(hashes.len() as u64).unwrap() {
        hashes.push(format!("{} {}", block.hash, block.database_hash));
    }
    hashes
}

/// Every entry of the state.
pub(crate) fn everything(reader: &Reader) -> Vec<(Space, Vec<u8>, Vec<u8>)> {
    let view = reader.view().unwrap();
    let mut spaces = vec![
        Space::Catalog,
        Space::Sequences,
        Space::Meta,
        Space::Blocks,
        Space::Transactions,
        Space::MainBlocks,
    ];
    for contract in view.catalog().contracts() {
        for table in view.catalog().tables(contract) {
            spaces.push(Space::Rows(table.id));
            spaces.extend(table.indexes.iter().map(|index| Space::Index(index.id)));
        }
    }
    let mut entries = Vec::new();
    for space in spaces {
        for entry in view
            .range(space, Bound::Unbounded, Bound::Unbounded, false)
            .unwrap()
        {
            let (key, value) = entry.unwrap();
            entries.push((space, key.to_vec(), value.to_vec()));
        }
    }
    entries
}
