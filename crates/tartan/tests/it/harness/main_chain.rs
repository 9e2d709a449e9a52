//! A main chain that a test steers.

use std::path::Path;

use tartan_chain::recording::Writer;
use tartan_devchain::{Api, Config, Handle, Irreversibility};
use tartan_graphene::main_block::Verification;
use tartan_graphene::operation::CustomJson;
use tartan_graphene::{Flavor, Operation, SignedTransaction, Transaction, TransactionId};
use tartan_mainchain::{Client, ClientConfig};

use super::{runtime, wait};

/// A development chain in this process, whose blocks come on command.
pub(crate) struct MainChain {
    pub(crate) api: Api,
    handle: Option<Handle>,
}

impl MainChain {
    /// A Steem-flavoured chain; every block is irreversible at once.
    pub(crate) fn new() -> MainChain {
        MainChain::with(Config {
            irreversibility: Irreversibility::Instant,
            ..Config::test(Flavor::Steem)
        })
    }

    pub(crate) fn with(config: Config) -> MainChain {
        let (api, handle) = wait(tartan_devchain::spawn(config)).expect("a development chain");
        MainChain {
            api,
            handle: Some(handle),
        }
    }

    pub(crate) fn url(&self) -> String {
        self.api.url()
    }

    pub(crate) fn head_id(&self) -> String {
        self.api.head().id.to_string()
    }

    /// Takes operations, each with its sender and its JSON, unsigned into one block, and gives their ids.
    #[track_caller]
    pub(crate) fn push(&self, operations: &[(String, String)]) -> Vec<String> {
        let (transactions, ids) = self.prepare(operations);
        self.api.push_blocks(vec![transactions]).expect("a block");
        ids
    }

    /// Takes operations, each into a block of its own, and gives their ids.
    #[track_caller]
    pub(crate) fn push_apart(&self, operations: &[(String, String)]) -> Vec<String> {
        let (transactions, ids) = self.prepare(operations);
        let blocks = transactions
            .into_iter()
            .map(|transaction| vec![transaction])
            .collect();
        self.api.push_blocks(blocks).expect("blocks");
        ids
    }

    fn prepare(&self, operations: &[(String, String)]) -> (Vec<SignedTransaction>, Vec<String>) {
        let expires = self.api.head().timestamp;
        let prepared = operations.iter().zip(1..).map(|((account, json), nonce)| {
            // equal operations expire at different times, so that their ids differ
            let transaction = self.transaction(account, json, expires.plus(nonce));
            let id = self.id(&transaction).to_string();
            (unsigned(transaction), id)
        });
        prepared.unzip()
    }

    fn transaction(
        &self,
        account: &str,
        json: &str,
        expires: tartan_graphene::Time,
    ) -> Transaction {
        Transaction {
            expiration: expires,
            ..self.api.transaction(vec![custom_json(account, json)])
        }
    }

    fn id(&self, transaction: &Transaction) -> TransactionId {
        let form = tartan_graphene::AssetForm::Legacy;
        transaction
            .id(&self.api.protocol(), form)
            .expect("a known operation")
    }

    /// Writes all blocks into a file for replay.
    pub(crate) fn record(&self, path: &Path) {
        let mut config = ClientConfig::new(self.api.protocol(), [self.url()]);
        config.verification = Verification::None;
        let file = std::io::BufWriter::new(std::fs::File::create(path).expect("a file"));
        let mut writer = Writer::new(file).expect("a recording");
        let head = self.api.head().number;
        wait(async {
            let client = Client::new(config).expect("a client");
            let mut next = 1;
            while next <= head {
                let count = 500.min(head + 1 - next);
                for block in client.blocks(next, count).await.expect("blocks") {
                    writer.write(&block).expect("the disk has room");
                }
                next += count;
            }
        });
        writer.finish().expect("the disk has room");
    }

    /// Ends the chain; its address answers no more.
    pub(crate) fn stop(mut self) {
        if let Some(handle) = self.handle.take() {
            wait(handle.shutdown());
        }
    }
}

impl Drop for MainChain {
    fn drop(&mut self) {
        // the handle ends tasks of the runtime
        let _inside = runtime().enter();
        drop(self.handle.take());
    }
}

/// An operation of the demo networks' sidechain, to be signed with the active key.
fn custom_json(account: &str, json: &str) -> Operation {
    let operation = CustomJson {
        required_auths: [account.to_string()].into(),
        required_posting_auths: [].into(),
        id: "ssc-dev".to_string(),
        json: json.to_string(),
    };
    operation.into()
}

fn unsigned(transaction: Transaction) -> SignedTransaction {
    SignedTransaction {
        transaction,
        signatures: Vec::new(),
    }
}
