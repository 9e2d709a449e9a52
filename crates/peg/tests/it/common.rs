//! A main chain, a sidechain node on it, and members who withdraw.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tartan_chain::Network;
use tartan_devchain::{Api, Config as DevConfig, Irreversibility, Mining};
use tartan_graphene::operation::{CustomJson, Transfer};
use tartan_graphene::{Asset, Flavor, Operation, PrivateKey, Role};
use tartan_mainchain::{Client, ClientConfig};
use tartan_node::{NodeConfig, RpcConfig};
use tartan_peg::{Config, Journal, Ledger, Limits, Report, survey};
use tempfile::TempDir;

/// How long anything may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(90);
/// Time between blocks, which are three seconds apart by their own clock.
pub(crate) const SLOT: Duration = Duration::from_millis(50);
/// The names that differ between the two flavours.
#[derive(Clone, Copy)]
pub(crate) struct Names {
    flavor: Flavor,
    preset: &'static str,
    /// The contract.
    contract: &'static str,
    /// Who pays.
    pub(crate) peg: &'static str,
    /// Who gets the fees.
    pub(crate) fees: &'static str,
}

pub(crate) const STEEM: Names = Names {
    flavor: Flavor::Steem,
    preset: "dev",
    contract: "steempegged",
    peg: "steem-peg",
    fees: "steemsc",
};

pub(crate) const HIVE: Names = Names {
    flavor: Flavor::Hive,
    preset: "dev-hive",
    contract: "hivepegged",
    peg: "honey-swap",
    fees: "hive-engine",
};

/// Both chains.
pub(crate) struct World {
    pub(crate) api: Api,
    pub(crate) folder: TempDir,
    pub(crate) names: Names,
    network: Network,
    side_chain: String,
    _main: tartan_devchain::Handle,
    _node: tartan_node::Handle,
}

/// What a service is told, also by another process.
pub(crate) struct Address {
    pub(crate) main_chain: String,
    pub(crate) side_chain: String,
    pub(crate) folder: PathBuf,
}

impl Address {
    pub(crate) fn config(&self) -> Config {
        let network = Network::load(&network_file(&self.folder)).expect("a network");
        let mut config = Config::new(network, &self.side_chain, self.folder.join("journal"));
        config.slot = SLOT;
        config.poll = SLOT;
        config.limits = Limits {
            payment: 1_000_000,
            hour: 1_000_000_000,
            day: 1_000_000_000,
        };
        config
    }

    pub(crate) fn client(&self) -> Client {
        let chain = self.config().network.main_chain.protocol();
        let mut config = ClientConfig::new(chain, [&self.main_chain]);
        config.request_timeout = Duration::from_secs(1);
        config.deadline = Duration::from_secs(3);
        config.cool_down.first = Duration::from_millis(100);
        config.cool_down.max = Duration::from_millis(500);
        Client::new(config).expect("a client")
    }
}

fn network_file(folder: &Path) -> String {
    folder.join("network.toml").to_string_lossy().into_owned()
}

impl World {
    pub(crate) async fn new(irreversibility: Irreversibility) -> World {
        World::of(STEEM, irreversibility).await
    }

    pub(crate) async fn of(names: Names, irreversibility: Irreversibility) -> World {
        let folder = tempfile::tempdir().expect("a folder");
        let mut native = Network::preset(names.preset)
            .expect("a preset")
            .rules
            .native;
        if !native.iter().any(|name| name == names.contract) {
            native.push(names.contract.to_string());
        }
        let text = format!(
            "extends = {:?}\n[rules]\nnative = {native:?}\n",
            names.preset
        );
        std::fs::write(network_file(folder.path()), text).expect("the disk has room");
        let network = Network::load(&network_file(folder.path())).expect("a network");
        let config = DevConfig {
            irreversibility,
            relaxed_expiration: false,
            mining: Mining::Interval {
                millis: SLOT.as_millis() as u64,
            },
            ..DevConfig::test(names.flavor)
        };
        let (api, main) = tartan_devchain::spawn(config).await.expect("a main chain");
        let mut config = NodeConfig::new(network.clone(), [api.url()]);
        config.slot = SLOT;
        config.rpc = Some(RpcConfig {
            listen: "127.0.0.1:0".parse().expect("an address"),
            ..RpcConfig::default()
        });
        let (node, handle) = tartan_node::spawn(config).await.expect("a node");
        let side_chain = format!("http://{}", node.rpc_address().expect("it serves"));
        World {
            api,
            folder,
            names,
            network,
            side_chain,
            _main: main,
            _node: handle,
        }
    }

    pub(crate) fn address(&self) -> Address {
        Address {
            main_chain: self.api.url(),
            side_chain: self.side_chain.clone(),
            folder: self.folder.path().to_owned(),
        }
    }

    pub(crate) fn key(&self) -> PrivateKey {
        self.api.key(self.names.peg, Role::Active)
    }

    /// Begins a journal, and waits until it may pay.
    pub(crate) async fn begin(&self) {
        let address = self.address();
        tartan_peg::init(&address.config(), &address.client())
            .await
            .expect("a journal");
        self.blocks(70).await;
    }

    /// Lets so many blocks be made.
    pub(crate) async fn blocks(&self, count: u32) {
        self.api
            .wait_for_block(self.api.head().number + count)
            .await;
    }

    /// A transfer to the peg account that buys the token, and that the sidechain has executed.
    pub(crate) async fn deposit(&self, from: &str, thousandths: i64) -> String {
        self.deposit_of(from, Asset::liquid(thousandths)).await
    }

    /// The same with any coin.
    pub(crate) async fn deposit_of(&self, from: &str, amount: Asset) -> String {
        let memo = serde_json::json!({
            "id": self.network.custom_json_id(),
            "json": { "contractName": self.names.contract, "contractAction": "buy", "contractPayload": {} },
        });
        let transfer = Transfer {
            from: from.to_string(),
            to: self.names.peg.to_string(),
            amount,
            memo: memo.to_string(),
        };
        self.send(from, vec![transfer.into()]).await
    }

    /// Withdraws, and gives the id of the transaction.
    pub(crate) async fn withdraw(&self, from: &str, quantity: &str) -> String {
        self.withdraw_all(from, &[quantity]).await
    }

    /// Several withdrawals in one transaction.
    pub(crate) async fn withdraw_all(&self, from: &str, quantities: &[&str]) -> String {
        let operations = quantities
            .iter()
            .map(|quantity| self.withdrawal(from, quantity));
        self.send(from, operations.collect()).await
    }

    fn withdrawal(&self, from: &str, quantity: &str) -> Operation {
        let call = serde_json::json!({
            "contractName": self.names.contract, "contractAction": "withdraw", "contractPayload": { "quantity": quantity },
        });
        let operation = CustomJson {
            required_auths: [from.to_string()].into(),
            required_posting_auths: [].into(),
            id: self.network.custom_json_id(),
            json: call.to_string(),
        };
        operation.into()
    }

    /// A transfer of the peg account that its service knows nothing of.
    pub(crate) async fn pay_by_hand(&self, to: &str, thousandths: i64, memo: &str) {
        let transfer = Transfer {
            from: self.names.peg.to_string(),
            to: to.to_string(),
            amount: Asset::liquid(thousandths),
            memo: memo.to_string(),
        };
        self.send(self.names.peg, vec![transfer.into()]).await;
    }

    async fn send(&self, from: &str, operations: Vec<Operation>) -> String {
        let id = self
            .api
            .send(from, Role::Active, operations)
            .expect("the chain takes it");
        self.blocks(4).await;
        assert!(self.api.find(&id).is_some(), "it is in a block");
        id.to_string()
    }

    /// What an account has, in thousandths.
    pub(crate) fn coins(&self, account: &str) -> i64 {
        self.api.balances(account).expect("an account").liquid
    }

    /// How often the main chain, as it is now, has a transfer with this memo, and how much these come to.
    pub(crate) fn payments(&self, memo: &str) -> (usize, i64) {
        let mut found = (0, 0);
        for number in 1..=self.api.head().number {
            let Some(block) = self.api.block(number) else {
                continue;
            };
            for accepted in block.transactions() {
                for operation in &accepted.transaction.transaction.operations {
                    if let Operation::Transfer(transfer) = operation
                        && transfer.from == self.names.peg
                        && transfer.memo == memo
                    {
                        found = (found.0 + 1, found.1 + transfer.amount.amount);
                    }
                }
            }
        }
        found
    }

    /// A withdrawal and its fee were paid once each.
    #[track_caller]
    pub(crate) fn paid_once(&self, transaction: &str, rest: i64, fee: i64) {
        assert_eq!(
            self.payments(&format!("withdrawal tx {transaction}")),
            (1, rest)
        );
        assert_eq!(self.payments(&format!("fee tx {transaction}")), (1, fee));
    }

    /// How many transactions of the journal may still get into a block.
    pub(crate) fn open(&self) -> usize {
        let records = Journal::read(&self.address().config().directory).expect("a journal");
        let ledger = Ledger::of(&records, &self.api.protocol()).expect("it makes sense");
        ledger.open().len()
    }

    /// Whether everything is paid, and the journal has it all.
    pub(crate) async fn is_done(&self) -> bool {
        self.report().await.rows.is_empty() && self.open() == 0
    }

    /// What is queued, and what becomes of it.
    pub(crate) async fn report(&self) -> Report {
        let address = self.address();
        let deadline = Instant::now() + PATIENCE;
        loop {
            match survey(&address.config(), &address.client()).await {
                Ok(report) => return report,
                Err(error) if error.is_final() || Instant::now() > deadline => panic!("{error}"),
                // the sidechain node is a block behind, or a fault strikes
                Err(_) => tokio::time::sleep(SLOT).await,
            }
        }
    }

    /// Waits until the report is as wanted.
    pub(crate) async fn until(&self, what: &str, wanted: impl Fn(&Report) -> bool) -> Report {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let report = self.report().await;
            if wanted(&report) {
                return report;
            }
            assert!(
                Instant::now() < deadline,
                "it did not come to {what}: {report:#?}"
            );
            tokio::time::sleep(SLOT).await;
        }
    }

    /// Waits until everything is paid.
    pub(crate) async fn until_paid(&self) {
        self.until("an empty queue", |report| report.rows.is_empty())
            .await;
    }
}
