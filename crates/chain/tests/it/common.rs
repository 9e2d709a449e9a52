//! A main chain made of nothing, for the tests of the sidechain above it.

use std::sync::Arc;

use serde_json::{Value, json};
use tartan_chain::network::Flavor;
use tartan_chain::records::Block;
use tartan_chain::{Chain, Network, OpenOptions, Reader};
use tartan_graphene::{BlockId, MainBlock, MainOperation, MainTransaction, Time, TransactionId};
use tartan_state::State;

/// A native network on an empty state in memory.
pub(crate) fn open(network: Network) -> Chain {
    open_in(network, State::memory())
}

pub(crate) fn open_in(network: Network, state: State) -> Chain {
    let registry = network.registry().unwrap();
    Chain::open(network, state, registry, OpenOptions::default()).unwrap()
}

pub(crate) fn dev() -> Chain {
    open(Network::dev(Flavor::Steem))
}

/// The main chain: gives out blocks, and can go back and take another branch.
#[derive(Clone)]
pub(crate) struct Main {
    pub(crate) number: u32,
    id: BlockId,
    /// Makes the ids of one branch differ from those of another.
    branch: u8,
}

impl Main {
    pub(crate) fn new() -> Main {
        Main {
            number: 0,
            id: BlockId([0; 20]),
            branch: 0,
        }
    }

    /// The next block, with one operation to a transaction.
    pub(crate) fn block(&mut self, operations: Vec<MainOperation>) -> MainBlock {
        self.block_of(
            operations
                .into_iter()
                .map(|operation| vec![operation])
                .collect(),
        )
    }

    pub(crate) fn block_of(&mut self, transactions: Vec<Vec<MainOperation>>) -> MainBlock {
        self.number += 1;
        let previous = self.id;
        let mut id = [self.branch; 20];
        id[..4].copy_from_slice(&self.number.to_be_bytes());
        self.id = BlockId(id);
        let transaction = |(index, operations): (u32, Vec<MainOperation>)| {
            let mut id = [0xa0 | self.branch; 20];
            id[..4].copy_from_slice(&self.number.to_be_bytes());
            id[4..8].copy_from_slice(&index.to_be_bytes());
            MainTransaction {
                id: TransactionId(id),
                operations,
            }
        };
        MainBlock {
            number: self.number,
            id: self.id,
            previous,
            timestamp: Time(1_600_000_000 + 3 * self.number),
            transactions: (0..).zip(transactions).map(transaction).collect(),
        }
    }

    /// Goes on from here on another branch.
    pub(crate) fn fork(&self, branch: u8) -> Main {
        Main {
            branch,
            ..self.clone()
        }
    }
}

/// A custom_json of the `dev` networks, signed with the active key.
pub(crate) fn active(sender: &str, contract: &str, action: &str, payload: Value) -> MainOperation {
    let json =
        json!({ "contractName": contract, "contractAction": action, "contractPayload": payload });
    custom_json(&[sender], &[], &json.to_string())
}

/// The same, signed with the posting key.
pub(crate) fn posting(sender: &str, contract: &str, action: &str, payload: Value) -> MainOperation {
    let json =
        json!({ "contractName": contract, "contractAction": action, "contractPayload": payload });
    custom_json(&[], &[sender], &json.to_string())
}

pub(crate) fn custom_json(active: &[&str], posting: &[&str], json: &str) -> MainOperation {
    let names = |names: &[&str]| names.iter().map(|name| name.to_string()).collect();
    MainOperation::CustomJson {
        required_auths: names(active),
        required_posting_auths: names(posting),
        id: "ssc-dev".to_string(),
        json: json.to_string(),
    }
}

/// Sends of the utility token, which the engine account has.
pub(crate) fn pay(to: &str, quantity: &str) -> MainOperation {
    transfer("steemsc", to, "ENG", quantity)
}

pub(crate) fn transfer(from: &str, to: &str, symbol: &str, quantity: &str) -> MainOperation {
    active(
        from,
        "tokens",
        "transfer",
        json!({ "symbol": symbol, "to": to, "quantity": quantity }),
    )
}

/// The logs of a block's transactions, one a line.
pub(crate) fn logs(block: &Option<Arc<Block>>) -> String {
    let block = block.as_ref().expect("the block made a block");
    block
        .transactions
        .iter()
        .map(|transaction| format!("{}\n", transaction.logs))
        .collect()
}

pub(crate) fn errors(block: &Option<Arc<Block>>) -> Vec<String> {
    let block = block.as_ref().expect("the block made a block");
    let error = |logs: &str| -> String {
        let logs: Value = serde_json::from_str(logs).unwrap();
        let errors = logs["errors"].as_array().cloned().unwrap_or_default();
        errors
            .iter()
            .map(|error| error.as_str().unwrap())
            .collect::<Vec<_>>()
            .join("; ")
    };
    block
        .transactions
        .iter()
        .map(|transaction| error(&transaction.logs))
        .collect()
}

pub(crate) fn balance(reader: &Reader, account: &str, symbol: &str) -> String {
    let query = json!({ "account": account, "symbol": symbol });
    let row = reader.find_one("tokens", "balances", &query).unwrap();
    row.map_or("-".to_string(), |row| {
        row["balance"].as_str().unwrap().to_string()
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
pub(crate) fn everything(chain: &Chain) -> Vec<String> {
    tartan_state_dump::dump(chain.state())
}

/// All spaces of a state as text.
mod tartan_state_dump {
    use std::ops::Bound;

    use tartan_state::{Read, Space, State};

    pub(crate) fn dump(state: &State) -> Vec<String> {
        let view = state.view().unwrap();
        let mut spaces = vec![
            Space::Catalog,
            Space::Sequences,
            Space::Meta,
            Space::Blocks,
            Space::Transactions,
            Space::MainBlocks,
        ];
        let contracts: Vec<String> = view.catalog().contracts().map(str::to_string).collect();
        for contract in contracts {
            for table in view.catalog().tables(&contract) {
                spaces.push(Space::Rows(table.id));
                spaces.extend(table.indexes.iter().map(|index| Space::Index(index.id)));
            }
        }
        let mut lines = Vec::new();
        for space in spaces {
            for entry in view
                .range(space, Bound::Unbounded, Bound::Unbounded, false)
                .unwrap()
            {
                let (key, value) = entry.unwrap();
                lines.push(format!("{space:?} {} {}", hex(key), hex(value)));
            }
        }
        lines
    }

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
