//! A scripted main-chain node: a chain of correctly hashed blocks behind a small HTTP server that can be told to
//! misbehave in any way.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::Response;
use parking_lot::Mutex;
use serde_json::{Value, json};
use tartan_graphene::{
    AssetForm, BlockFacts, BlockHeader, BlockId, Chain, JsonForm, PrivateKey, SignedBlock,
    SignedTransaction, Time, Transaction, TransactionId, merkle_root, operation::CustomJson,
};
use tartan_mainchain::{Backoff, ClientConfig};
use tokio::task::JoinHandle;

const START: u32 = 1_700_000_001;

/// Blocks from number 1 on.
#[derive(Clone)]
pub(crate) struct FakeChain {
    pub(crate) chain: Chain,
    pub(crate) blocks: Vec<SignedBlock>,
    pub(crate) irreversible: u32,
    /// Makes the blocks of two branches differ.
    pub(crate) branch: u8,
    /// Transactions for the next block.
    pub(crate) pending: Vec<SignedTransaction>,
}

impl FakeChain {
    pub(crate) fn new(blocks: u32) -> FakeChain {
        let mut chain = FakeChain {
            chain: Chain::steem(),
            blocks: Vec::new(),
            irreversible: 0,
            branch: 0,
            pending: Vec::new(),
        };
        chain.produce(blocks);
        chain
    }

    pub(crate) fn head(&self) -> u32 {
        self.blocks.len() as u32
    }

    pub(crate) fn head_id(&self) -> BlockId {
        self.blocks.last().map(SignedBlock::id).unwrap_or_default()
    }

    pub(crate) fn id(&self, number: u32) -> BlockId {
        self.blocks[number as usize - 1].id()
    }

    pub(crate) fn ids(&self) -> Vec<BlockId> {
        self.blocks.iter().map(SignedBlock::id).collect()
    }

    pub(crate) fn time(&self) -> Time {
        Time(START).plus(3 * self.head())
    }

    /// Adds blocks; each carries a transaction, the first also the pending ones.
    pub(crate) fn produce(&mut self, count: u32) {
        let key = PrivateKey::from_seed("witness");
        for _ in 0..count {
            let number = self.head() + 1;
            let mut transactions = std::mem::take(&mut self.pending);
            transactions.push(self.filler(number));
            let leaves: Vec<_> = transactions
                .iter()
                .map(|transaction| {
                    transaction
                        .merkle_leaf(&self.chain, AssetForm::Legacy)
                        .unwrap()
                })
                .collect();
            let header = BlockHeader {
                previous: self.head_id(),
                timestamp: Time(START).plus(3 * number),
                witness: format!("witness-{}", self.branch),
                transaction_merkle_root: merkle_root(&leaves),
                extensions: Vec::new(),
            };
            self.blocks.push(SignedBlock {
                header: header.sign(&key),
                transactions,
            });
        }
    }

    fn filler(&self, number: u32) -> SignedTransaction {
        let operation = CustomJson {
            required_auths: [].into(),
            required_posting_auths: ["alice".to_owned()].into(),
            id: "test".to_owned(),
            json: format!("{{\"block\":{number},\"branch\":{}}}", self.branch),
        };
        let transaction = Transaction::new(
            &self.head_id(),
            self.time().plus(60),
            vec![operation.into()],
        );
        SignedTransaction {
            transaction,
            signatures: Vec::new(),
        }
    }

    /// Replaces the last `depth` blocks by `depth + grow` others.
    pub(crate) fn fork(&mut self, depth: u32, grow: u32) {
        let keep = self.head() - depth;
        self.blocks.truncate(keep as usize);
        self.branch += 1;
        self.produce(depth + grow);
    }

    pub(crate) fn transaction_ids(&self, block: &SignedBlock) -> Vec<TransactionId> {
        let id = |transaction: &SignedTransaction| {
            transaction
                .transaction
                .id(&self.chain, AssetForm::Legacy)
                .unwrap()
        };
        block.transactions.iter().map(id).collect()
    }

    pub(crate) fn block_json(&self, number: u32, form: JsonForm) -> Option<Value> {
        let block = self.blocks.get((number as usize).checked_sub(1)?)?;
        let facts = BlockFacts {
            block_id: Some(block.id()),
            signing_key: Some(PrivateKey::from_seed("witness").public_key()),
            transaction_ids: Some(self.transaction_ids(block)),
        };
        Some(block.to_json(&self.chain, form, &facts))
    }

    pub(crate) fn properties(&self) -> Value {
        json!({
            "head_block_number": self.head(),
            "head_block_id": self.head_id(),
            "time": self.time(),
            "last_irreversible_block_num": self.irreversible,
            "current_witness": "witness-0",
        })
    }
}

/// What a rule makes the node answer.
pub(crate) enum Reply {
    /// A result in a proper envelope.
    Result(Value),
    /// An error in a proper envelope.
    Error(Value),
    /// Any HTTP answer: status, headers, body.
    Http(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// The connection breaks after these bytes.
    Break(Vec<u8>),
    /// Nothing, for a minute.
    Hang,
}

impl Reply {
    pub(crate) fn html(status: u16) -> Reply {
        Reply::Http(
            status,
            vec![("content-type", "text/html".to_owned())],
            b"<html><body><h1>no</h1></body></html>".to_vec(),
        )
    }
}

type Rule = Box<dyn FnMut(&str, &Value) -> Option<Reply> + Send>;

/// Which requests the node understands.
#[derive(Clone, Copy)]
pub(crate) struct Abilities {
    pub(crate) block_range: bool,
    pub(crate) block_api: bool,
    pub(crate) batch: bool,
    pub(crate) headers: bool,
}

struct Inner {
    chain: Arc<Mutex<FakeChain>>,
    abilities: Abilities,
    rules: Vec<Rule>,
    calls: BTreeMap<String, usize>,
}

/// A node. Its server ends when it is dropped.
pub(crate) struct FakeNode {
    pub(crate) url: String,
    pub(crate) chain: Arc<Mutex<FakeChain>>,
    inner: Arc<Mutex<Inner>>,
    server: JoinHandle<()>,
}

impl Drop for FakeNode {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl FakeNode {
    /// A node with a chain of its own.
    pub(crate) async fn start(chain: FakeChain) -> FakeNode {
        FakeNode::over(Arc::new(Mutex::new(chain))).await
    }

    /// A node that shares its chain with others.
    pub(crate) async fn over(chain: Arc<Mutex<FakeChain>>) -> FakeNode {
        let inner = Arc::new(Mutex::new(Inner {
            chain: Arc::clone(&chain),
            abilities: Abilities {
                block_range: true,
                block_api: true,
                batch: true,
                headers: true,
            },
            rules: Vec::new(),
            calls: BTreeMap::new(),
        }));
        let app = axum::Router::new()
            .fallback(serve)
            .with_state(Arc::clone(&inner));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = tokio::spawn(async move {
            axum::serve(listener, app).await.unwrap();
        });
        FakeNode {
            url,
            chain,
            inner,
            server,
        }
    }

    pub(crate) fn abilities(&self, block_range: bool, block_api: bool, batch: bool) {
        self.inner.lock().abilities = Abilities {
            block_range,
            block_api,
            batch,
            headers: false,
        };
    }

    /// From now on the rule is asked first, before earlier ones and the node's ordinary answers.
    pub(crate) fn rule(&self, rule: impl FnMut(&str, &Value) -> Option<Reply> + Send + 'static) {
        self.inner.lock().rules.push(Box::new(rule));
    }

    /// The node behaves again.
    pub(crate) fn behave(&self) {
        self.inner.lock().rules.clear();
    }

    /// How often a method was called.
    pub(crate) fn calls(&self, method: &str) -> usize {
        self.inner.lock().calls.get(method).copied().unwrap_or(0)
    }

    /// How often any method was called.
    pub(crate) fn all_calls(&self) -> usize {
        self.inner.lock().calls.values().sum()
    }
}

async fn serve(State(inner): State<Arc<Mutex<Inner>>>, body: Bytes) -> Response {
    let request: Value = serde_json::from_slice(&body).unwrap();
    let answer = match &request {
        Value::Array(requests) if inner.lock().abilities.batch => {
            let mut answers = Vec::new();
            for request in requests {
                match answer(&inner, request) {
                    Ok(value) => answers.push(value),
                    Err(reply) => return odd(reply).await,
                }
            }
            Value::Array(answers)
        }
        Value::Array(_) => json!({
            "jsonrpc": "2.0", "id": null, "error": { "code": -32600, "message": "expected an object" }
        }),
        request => match answer(&inner, request) {
            Ok(value) => value,
            Err(reply) => return odd(reply).await,
        },
    };
    Response::builder()
        .header("content-type", "application/json")
        .body(Body::from(answer.to_string()))
        .unwrap()
}

async fn odd(reply: Reply) -> Response {
    match reply {
        Reply::Http(status, headers, body) => {
            let mut response = Response::builder().status(status);
            for (name, value) in headers {
                response = response.header(name, value);
            }
            response.body(Body::from(body)).unwrap()
        }
        Reply::Break(start) => {
            let parts = [
                Ok(Bytes::from(start)),
                Err(std::io::Error::other("the node goes down")),
            ];
            Response::new(Body::from_stream(futures::stream::iter(parts)))
        }
        Reply::Hang | Reply::Result(_) | Reply::Error(_) => {
            tokio::time::sleep(Duration::from_secs(60)).await;
            Response::new(Body::empty())
        }
    }
}

/// The answer to one request, or an odd reply for the whole exchange.
fn answer(inner: &Mutex<Inner>, request: &Value) -> Result<Value, Reply> {
    let method = request["method"].as_str().unwrap();
    let (id, params) = (&request["id"], &request["params"]);
    let mut inner = inner.lock();
    *inner.calls.entry(method.to_owned()).or_default() += 1;
    let ruled = inner
        .rules
        .iter_mut()
        .rev()
        .find_map(|rule| rule(method, params));
    let reply = ruled.unwrap_or_else(|| ordinary(&mut inner, method, params));
    match reply {
        Reply::Result(result) => Ok(json!({ "jsonrpc": "2.0", "result": result, "id": id })),
        Reply::Error(error) => Ok(json!({ "jsonrpc": "2.0", "error": error, "id": id })),
        odd => Err(odd),
    }
}

fn ordinary(inner: &mut Inner, method: &str, params: &Value) -> Reply {
    let abilities = inner.abilities;
    let mut chain = inner.chain.lock();
    let number = |value: &Value| u32::try_from(value.as_u64().unwrap()).unwrap();
    let missing = Reply::Error(json!({
        "code": -32601, "message": format!("Assert Exception:method_itr != api_itr->second.end(): Could not find method {method}")
    }));
    Reply::Result(match method {
        "condenser_api.get_dynamic_global_properties" => chain.properties(),
        "condenser_api.get_config" => json!({
            "STEEM_CHAIN_ID": hex::encode(chain.chain.chain_id), "STEEM_BLOCK_INTERVAL": 3,
        }),
        "condenser_api.get_block" => chain
            .block_json(number(&params[0]), JsonForm::Legacy)
            .unwrap_or(Value::Null),
        // The header of block n names block n - 1, which is all anyone wants of it.
        "condenser_api.get_block_header" if abilities.headers => {
            match chain.block_json(number(&params[0]), JsonForm::Legacy) {
                Some(block) => json!({ "previous": block["previous"] }),
                None => Value::Null,
            }
        }
        "block_api.get_block" if abilities.block_api => {
            match chain.block_json(number(&params["block_num"]), JsonForm::Appbase) {
                Some(block) => json!({ "block": block }),
                None => json!({}),
            }
        }
        "block_api.get_block_range" if abilities.block_range => {
            let first = number(&params["starting_block_num"]);
            let blocks: Vec<Value> = (first..first + number(&params["count"]))
                .map_while(|number| chain.block_json(number, JsonForm::Appbase))
                .collect();
            json!({ "blocks": blocks })
        }
        "condenser_api.broadcast_transaction" => {
            return take(&mut chain, &params[0]);
        }
        _ => return missing,
    })
}

/// Accepts a transaction for the next block, as a node does that checks only duplicates and expiration.
fn take(chain: &mut FakeChain, json: &Value) -> Reply {
    let transaction = SignedTransaction::from_json(json, &chain.chain).unwrap();
    let known = chain
        .blocks
        .iter()
        .rev()
        .take(100)
        .flat_map(|block| &block.transactions)
        .chain(&chain.pending)
        .any(|other| other.transaction == transaction.transaction);
    if known {
        return duplicate();
    }
    if transaction.transaction.expiration <= chain.time() {
        return Reply::Error(json!({
            "code": -32000, "message": "transaction expiration exception",
            "data": { "code": 4_030_100, "name": "transaction_expiration_exception" },
        }));
    }
    chain.pending.push(transaction);
    Reply::Result(json!({}))
}

pub(crate) fn duplicate() -> Reply {
    Reply::Error(json!({
        "code": -32003,
        "message": "Assert Exception:!is_known_transaction( trx_id ): Duplicate transaction check failed",
        "data": { "code": 10, "name": "assert_exception" },
    }))
}

/// A client configuration in which things happen fast.
pub(crate) fn config(nodes: &[&FakeNode]) -> ClientConfig {
    let urls: Vec<&str> = nodes.iter().map(|node| node.url.as_str()).collect();
    let mut config = ClientConfig::new(Chain::steem(), urls);
    config.request_timeout = Duration::from_secs(2);
    config.range_timeout = Duration::from_secs(5);
    config.hedge_after = Some(Duration::from_millis(200));
    config.deadline = Duration::from_secs(10);
    config.cool_down = Backoff {
        first: Duration::from_millis(300),
        max: Duration::from_secs(2),
    };
    config
}

/// A rule for one method.
pub(crate) fn on(
    wanted: &'static str,
    mut reply: impl FnMut(&Value) -> Option<Reply> + Send + 'static,
) -> impl FnMut(&str, &Value) -> Option<Reply> + Send + 'static {
    move |method, params| (method == wanted).then(|| reply(params)).flatten()
}
