//! A sidechain over a made-up main chain, served; and a client for it.

use serde_json::{Value, json};
use tartan_chain::network::Flavor;
use tartan_chain::{Chain, Network, OpenOptions};
use tartan_graphene::{BlockId, MainBlock, MainOperation, MainTransaction, Time, TransactionId};
use tartan_index::{Database, Index, Indexer, Position};
use tartan_rpc::{RpcConfig, Server, SyncState, SyncStatus};
use tartan_state::State;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;

/// A served sidechain with the token COOL, which `alice` issued to `alice`, `bob` and `carol`.
pub(crate) struct Served {
    pub(crate) chain: Chain,
    pub(crate) server: Server,
    pub(crate) sync: watch::Sender<SyncStatus>,
    main: BlockId,
    number: u32,
    engine: String,
    utility: String,
    /// What the index has, where there is one, and where it is.
    pub(crate) indexed: Option<(watch::Receiver<Option<Position>>, tempfile::TempDir)>,
}

impl Served {
    pub(crate) async fn start(flavor: Flavor) -> Served {
        Served::with(flavor, |_| {}).await
    }

    pub(crate) async fn with(flavor: Flavor, configure: impl FnOnce(&mut RpcConfig)) -> Served {
        Served::over(Network::dev(flavor), configure, false).await
    }

    /// With an index and the native market.
    pub(crate) async fn with_index() -> Served {
        let mut network = Network::dev(Flavor::Steem);
        if !network.rules.native.iter().any(|name| name == "market") {
            network.rules.native.push("market".to_owned());
            network.contracts.market = Some(tartan_contracts::market::Settings {
                base: network.tokens.pegged.symbol.clone(),
                ..Default::default()
            });
        }
        Served::over(network, |_| {}, true).await
    }

    async fn over(
        network: Network,
        configure: impl FnOnce(&mut RpcConfig),
        with_index: bool,
    ) -> Served {
        let (engine, utility) = (
            network.accounts.engine.clone(),
            network.tokens.utility.symbol.clone(),
        );
        let registry = network.registry().unwrap();
        let chain =
            Chain::open(network, State::memory(), registry, OpenOptions::default()).unwrap();
        let mut config = RpcConfig {
            listen: ([127, 0, 0, 1], 0).into(),
            ..RpcConfig::default()
        };
        configure(&mut config);
        let (sync, synced) = watch::channel(SyncStatus::starting());
        let (mut index, mut indexed) = (None, None);
        if with_index {
            let folder = tempfile::tempdir().unwrap();
            let address = Database::address_of_file(&folder.path().join("index.db"));
            let database = Database::open(&address).await.unwrap();
            let indexer = Indexer::open(&database, chain.reader()).await.unwrap();
            index = Some(Index::following(database, &indexer));
            indexed = Some((indexer.progress(), folder));
            tokio::spawn(indexer.run());
        }
        let server = Server::start_with_index(config, chain.reader(), synced, index)
            .await
            .unwrap();
        let mut served = Served {
            chain,
            server,
            sync,
            main: BlockId([0; 20]),
            number: 0,
            engine,
            utility,
            indexed,
        };
        served.found();
        served
    }

    /// Blocks 1 to 3.
    fn found(&mut self) {
        let (engine, utility) = (self.engine.clone(), self.utility.clone());
        self.apply(&[(
            &engine,
            "transfer",
            json!({ "symbol": utility, "to": "alice", "quantity": "1000" }),
        )]);
        self.apply(&[(
            "alice",
            "create",
            json!({ "symbol": "COOL", "name": "Cool", "precision": 3, "maxSupply": "1000000" }),
        )]);
        let issue = |to: &str| {
            (
                "alice",
                "issue",
                json!({ "symbol": "COOL", "to": to, "quantity": "100" }),
            )
        };
        self.apply(&[issue("alice"), issue("bob"), issue("carol")]);
    }

    /// Executes a main-chain block in which each call is signed with the sender's active key.
    pub(crate) fn apply(&mut self, calls: &[(&str, &str, Value)]) -> MainBlock {
        let operation = |(sender, action, payload): &(&str, &str, Value)| {
            let call = json!({ "contractName": "tokens", "contractAction": action, "contractPayload": payload });
            vec![MainOperation::CustomJson {
                required_auths: vec![sender.to_string()],
                required_posting_auths: vec![],
                id: "ssc-dev".to_owned(),
                json: call.to_string(),
            }]
        };
        self.apply_operations(calls.iter().map(operation).collect())
    }

    pub(crate) fn apply_operations(&mut self, transactions: Vec<Vec<MainOperation>>) -> MainBlock {
        self.number += 1;
        let previous = self.main;
        let mut id = [7; 20];
        id[..4].copy_from_slice(&self.number.to_be_bytes());
        self.main = BlockId(id);
        let transaction = |(index, operations): (u32, Vec<MainOperation>)| {
            let mut id = [0xa0; 20];
            id[..4].copy_from_slice(&self.number.to_be_bytes());
            id[4..8].copy_from_slice(&index.to_be_bytes());
            MainTransaction {
                id: TransactionId(id),
                operations,
            }
        };
        let block = MainBlock {
            number: self.number,
            id: self.main,
            previous,
            timestamp: Time(1_600_000_000 + 3 * self.number),
            transactions: (0..).zip(transactions).map(transaction).collect(),
        };
        self.chain.apply(&block).unwrap();
        block
    }

    /// Executes a block with one call, which must succeed.
    pub(crate) fn does(&mut self, sender: &str, contract: &str, action: &str, payload: Value) {
        let call = json!({ "contractName": contract, "contractAction": action, "contractPayload": payload });
        self.apply_operations(vec![vec![MainOperation::CustomJson {
            required_auths: vec![sender.to_owned()],
            required_posting_auths: vec![],
            id: "ssc-dev".to_owned(),
            json: call.to_string(),
        }]]);
        let logs = &self.chain.latest_block().transactions[0].logs;
        assert!(!logs.contains("\"errors\""), "{call}: {logs}");
    }

    /// Waits until the index has the latest block.
    pub(crate) async fn indexed(&self) {
        let hash = self.chain.latest_block().hash.to_string();
        let (progress, _) = self.indexed.as_ref().expect("there is an index");
        let mut progress = progress.clone();
        let reached = progress.wait_for(|position| {
            let position = position.as_ref();
            position.is_some_and(|position| position.hash == hash)
        });
        let reached = tokio::time::timeout(std::time::Duration::from_secs(20), reached).await;
        reached.expect("the index in time").unwrap();
    }

    /// Takes the last main-chain block back.
    pub(crate) fn revert(&mut self, block: &MainBlock) {
        self.number -= 1;
        self.main = block.previous;
        self.chain.revert_to(self.number).unwrap();
    }

    /// Tells the server how far the main chain is.
    pub(crate) fn main_head(&self, head: u64) {
        let position = self.number;
        self.sync.send_modify(|status| {
            status.state = SyncState::Synced;
            status.position = Some(u64::from(position));
            status.main_head = Some(head);
        });
    }

    /// The result or error of a request to an endpoint.
    pub(crate) async fn call(&self, path: &str, method: &str, params: Value) -> Value {
        let request = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let (status, body) = self.post(path, &request.to_string()).await;
        assert_eq!(status, 200, "{body}");
        let mut answer: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(
            (&answer["jsonrpc"], &answer["id"]),
            (&json!("2.0"), &json!(1))
        );
        answer
            .get_mut("result")
            .or(None)
            .map(Value::take)
            .unwrap_or_else(|| answer["error"].clone())
    }

    pub(crate) async fn post(&self, path: &str, body: &str) -> (u16, String) {
        let (status, _, body) = self
            .exchange("POST", path, &[("content-type", "application/json")], body)
            .await;
        (status, body)
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, String) {
        let (status, _, body) = self.exchange("GET", path, &[], "").await;
        (status, body)
    }

    /// Status, head and body of an HTTP exchange.
    pub(crate) async fn exchange(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> (u16, String, String) {
        let mut stream = TcpStream::connect(self.server.address()).await.unwrap();
        let headers: String = headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
        );
        // the server may answer and close before it has read everything
        let _ = stream.write_all(request.as_bytes()).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        let answer = String::from_utf8(answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        let status = head
            .split(' ')
            .nth(1)
            .unwrap_or_default()
            .parse()
            .unwrap_or_default();
        let head = head.to_ascii_lowercase();
        let body = match head.contains("transfer-encoding: chunked") {
            true => unchunked(body),
            false => body.to_owned(),
        };
        (status, head, body)
    }
}

/// A body without the lengths of its pieces.
fn unchunked(mut body: &str) -> String {
    let mut whole = String::new();
    while let Some((length, rest)) = body.split_once("\r\n") {
        let length = usize::from_str_radix(length, 16).unwrap();
        whole.push_str(&rest[..length]);
        body = rest[length..].trim_start_matches("\r\n");
    }
    whole
}

/// Pretty JSON with hashes and versions masked.
pub(crate) fn masked(value: &Value) -> String {
    fn mask(value: &mut Value) {
        match value {
            Value::String(text)
                if text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) =>
            {
                *text = "<hash>".to_owned();
            }
            Value::String(text) if text.starts_with("tartan-") => *text = "<version>".to_owned(),
            Value::Array(items) => items.iter_mut().for_each(mask),
            Value::Object(members) => members.values_mut().for_each(mask),
            _ => {}
        }
    }
    let mut value = value.clone();
    mask(&mut value);
    serde_json::to_string_pretty(&value).unwrap()
}
