//! A site over a chain in memory, for the tests of all areas.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tartan_chain::network::Flavor;
use tartan_chain::{Chain, Network, OpenOptions};
use tartan_graphene::{BlockId, MainBlock, MainOperation, MainTransaction, Time, TransactionId};
use tartan_index::{Database, Index, Indexer, Position};
use tartan_rpc::{RpcConfig, Server, SyncState, SyncStatus};
use tartan_state::State;
use tokio::sync::watch;
use tower::ServiceExt as _;

use crate::site::{Site, SiteConfig};

/// Time of main-chain block 0: block `n` is 3 n seconds later.
pub(crate) const START: u32 = 1_600_000_000;

/// A site over a sidechain with all native contracts, on which others can be deployed, and the token COOL, of which alice, bob and carol have 100 each.
pub(crate) struct TestSite {
    pub(crate) chain: Chain,
    pub(crate) sync: watch::Sender<SyncStatus>,
    pub(crate) site: Site,
    router: Router,
    server: Server,
    number: u32,
    main: BlockId,
    indexed: Option<watch::Receiver<Option<Position>>>,
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    /// The value of a header; empty if it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// Fails unless the page is there and has all of these.
    #[track_caller]
    pub(crate) fn shows(&self, texts: &[&str]) -> &Answer {
        assert_eq!(self.status, StatusCode::OK, "{}", self.body);
        for text in texts {
            assert!(
                self.body.contains(text),
                "expected {text:?} in {}",
                self.body
            );
        }
        self
    }

    /// The body as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}

impl TestSite {
    /// With an index.
    pub(crate) async fn new() -> TestSite {
        TestSite::with(SiteConfig::default(), true).await
    }

    /// On a node that keeps no index.
    pub(crate) async fn without_index() -> TestSite {
        TestSite::with(SiteConfig::default(), false).await
    }

    pub(crate) async fn with(config: SiteConfig, with_index: bool) -> TestSite {
        let network = Network::dev(Flavor::Steem);
        let (engine, utility) = (
            network.accounts.engine.clone(),
            network.tokens.utility.symbol.clone(),
        );
        let options = tartan_vm::Options {
            metered: network.rules.metered,
            budget: network.limits.call_budget,
            ..tartan_vm::Options::default()
        };
        let scripts = std::sync::Arc::new(tartan_vm::Engine::new(options));
        let registry = network.registry().unwrap().with_engine(scripts);
        let chain =
            Chain::open(network, State::memory(), registry, OpenOptions::default()).unwrap();
        let (mut index, mut indexed) = (None, None);
        if with_index {
            let database = Database::open(&Database::address_in_memory())
                .await
                .unwrap();
            let indexer = Indexer::open(&database, chain.reader()).await.unwrap();
            index = Some(Index::following(database, &indexer));
            indexed = Some(indexer.progress());
            tokio::spawn(indexer.run());
        }
        let (sync, synced) = watch::channel(SyncStatus::starting());
        let rpc = RpcConfig {
            listen: ([127, 0, 0, 1], 0).into(),
            ..RpcConfig::default()
        };
        let (mut router, mut site) = (None, None);
        let pages = |feed| {
            let pages = Site::new(
                config,
                chain.reader(),
                index.clone(),
                None,
                synced.clone(),
                feed,
            );
            router = Some(crate::router(pages.clone()));
            site = Some(pages);
            router.clone()
        };
        let server =
            Server::start_with_pages(rpc, chain.reader(), synced.clone(), index.clone(), pages)
                .await
                .unwrap();
        let mut site = TestSite {
            chain,
            sync,
            site: site.unwrap(),
            router: router.unwrap(),
            server,
            number: 0,
            main: BlockId([0; 20]),
            indexed,
        };
        site.does(
            &engine,
            "tokens",
            "transfer",
            json!({ "symbol": utility, "to": "alice", "quantity": "10000" }),
        );
        let cool =
            json!({ "symbol": "COOL", "name": "Cool", "precision": 3, "maxSupply": "1000000" });
        site.does("alice", "tokens", "create", cool);
        for to in ["alice", "bob", "carol"] {
            let issued = json!({ "symbol": "COOL", "to": to, "quantity": "100" });
            site.does("alice", "tokens", "issue", issued);
        }
        site.in_sync();
        site
    }

    /// Where the whole server listens, JSON-RPC included.
    pub(crate) fn address(&self) -> std::net::SocketAddr {
        self.server.address()
    }

    /// A page, as a browser asks for it.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[("accept", "text/html")]).await
    }

    /// The same with these headers and no others.
    pub(crate) async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::get(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// A form, as a browser sends it.
    pub(crate) async fn post_form(&self, path: &str, body: &str) -> Answer {
        let request = Request::post(path)
            .header("accept", "text/html")
            .header("content-type", "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body.to_owned())).unwrap())
            .await
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    /// Executes a block with a call signed with the sender's active key; gives the transaction's id and log.
    pub(crate) fn tries(
        &mut self,
        sender: &str,
        contract: &str,
        action: &str,
        payload: Value,
    ) -> (String, String) {
        let call = json!({ "contractName": contract, "contractAction": action, "contractPayload": payload });
        self.apply(vec![vec![MainOperation::CustomJson {
            required_auths: vec![sender.to_owned()],
            required_posting_auths: vec![],
            id: self.chain.network().custom_json_id(),
            json: call.to_string(),
        }]]);
        let block = self.chain.latest_block();
        let transaction = block.transactions.first().expect("the call's transaction");
        (transaction.id.to_string(), transaction.logs.clone())
    }

    /// The same, which must succeed; gives the transaction's id.
    #[track_caller]
    pub(crate) fn does(
        &mut self,
        sender: &str,
        contract: &str,
        action: &str,
        payload: Value,
    ) -> String {
        let told = format!("{contract}.{action} {payload}");
        let (id, logs) = self.tries(sender, contract, action, payload);
        assert!(!logs.contains("\"errors\""), "{told}: {logs}");
        id
    }

    /// Executes a main-chain block with these transactions, and gives it.
    pub(crate) fn apply(&mut self, transactions: Vec<Vec<MainOperation>>) -> MainBlock {
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
            timestamp: Time(START + 3 * self.number),
            transactions: (0..).zip(transactions).map(transaction).collect(),
        };
        self.chain.apply(&block).unwrap();
        block
    }

    /// Takes the last main-chain block back.
    pub(crate) fn revert(&mut self, block: &MainBlock) {
        self.number -= 1;
        self.main = block.previous;
        self.chain.revert_to(self.number).unwrap();
    }

    /// Says that the node is at the main chain's head.
    pub(crate) fn in_sync(&self) {
        let number = u64::from(self.number);
        self.sync.send_modify(|status| {
            status.state = SyncState::Synced;
            status.position = Some(number);
            status.main_head = Some(number);
        });
    }

    /// Waits until the index has the latest block.
    pub(crate) async fn indexed(&self) {
        let hash = self.chain.latest_block().hash.to_string();
        let mut progress = self.indexed.clone().expect("a site with an index");
        let reached = progress.wait_for(|position| {
            let position = position.as_ref();
            position.is_some_and(|position| position.hash == hash)
        });
        let reached = tokio::time::timeout(Duration::from_secs(20), reached).await;
        reached.expect("the index in time").unwrap();
    }
}

/// What people put into names, memos and addresses: no page may show any of it unescaped, or fail.
pub(crate) const HOSTILE: &[&str] = &[
    "\"><script>alert(1)</script>",
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "../../etc/passwd",
    "%00",
    "%",
    "\u{202e}evil",
    "{{ page }}",
    "-1",
    "99999999999999999999999",
    "NaN",
];

/// Asks for addresses with each hostile text in the place of `{}`: every answer is a page or an error that is the
/// asker's, and none has a script of theirs.
pub(crate) async fn withstands(site: &TestSite, addresses: &[&str]) {
    for address in addresses {
        for hostile in HOSTILE {
            let path = address.replace("{}", &crate::links::part(hostile));
            let answer = site.get(&path).await;
            assert!(
                !answer.status.is_server_error(),
                "{path}: {} {}",
                answer.status,
                answer.body
            );
            assert!(!answer.body.contains("<script>alert"), "{path}");
            assert!(!answer.body.contains("' onmouseover='"), "{path}");
            assert!(!answer.body.contains("href=\"javascript:"), "{path}");
        }
    }
}
