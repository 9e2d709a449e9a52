//! Transactions: accepted, refused, lost, found, replaced, expired.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use serde_json::json;
use tartan_graphene::operation::{CustomJson, Transfer};
use tartan_graphene::{Asset, AssetKind, Operation, PrivateKey, SignedTransaction, Transaction};
use tartan_mainchain::{BroadcastError, Broadcaster, Client, Goal, Outcome, RefusalKind};

use crate::fake::{FakeChain, FakeNode, Reply, config, duplicate, on};

const BROADCAST: &str = "condenser_api.broadcast_transaction";

fn broadcaster(nodes: &[&FakeNode]) -> Broadcaster {
    Broadcaster::new(Client::new(config(nodes)).unwrap()).confirmation(
        Duration::from_millis(20),
        Duration::from_secs(30),
        Duration::from_millis(200),
    )
}

fn operation() -> Operation {
    CustomJson {
        required_auths: ["alice".to_owned()].into(),
        required_posting_auths: [].into(),
        id: "ssc-dev".to_owned(),
        json: "{}".to_owned(),
    }
    .into()
}

fn key() -> PrivateKey {
    PrivateKey::from_seed("alice")
}

async fn signed(broadcaster: &Broadcaster) -> SignedTransaction {
    let transaction = broadcaster.prepare(vec![operation()]).await.unwrap();
    broadcaster.sign(transaction, &[key()]).unwrap()
}

async fn one() -> FakeNode {
    let mut chain = FakeChain::new(20);
    chain.irreversible = 15;
    FakeNode::start(chain).await
}

async fn sharing(count: usize) -> (Arc<Mutex<FakeChain>>, Vec<FakeNode>) {
    let mut chain = FakeChain::new(20);
    chain.irreversible = 15;
    let chain = Arc::new(Mutex::new(chain));
    let mut nodes = Vec::new();
    for _ in 0..count {
        nodes.push(FakeNode::over(Arc::clone(&chain)).await);
    }
    (chain, nodes)
}

/// Produces a block every 20 ms, the last two of which are reversible, until dropped.
struct Miner(tokio::task::JoinHandle<()>);

impl Miner {
    fn start(chain: Arc<Mutex<FakeChain>>) -> Miner {
        Miner(tokio::spawn(async move {
            loop {
                tokio::time::sleep(Duration::from_millis(20)).await;
                let mut chain = chain.lock();
                chain.produce(1);
                chain.irreversible = chain.head() - 2;
            }
        }))
    }
}

impl Drop for Miner {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[tokio::test]
async fn a_transaction_refers_to_an_irreversible_block_and_is_signed() {
    let node = one().await;
    let broadcaster = broadcaster(&[&node]).lifetime(Duration::from_secs(120));
    let signed = signed(&broadcaster).await;
    let chain = node.chain.lock();
    let expected = Transaction::new(&chain.id(15), chain.time().plus(120), vec![operation()]);
    assert_eq!(signed.transaction, expected);
    let keys = signed
        .recover_keys(&chain.chain, tartan_graphene::AssetForm::Legacy)
        .unwrap();
    assert_eq!(keys.into_iter().collect::<Vec<_>>(), [key().public_key()]);
}

#[tokio::test]
async fn from_sending_to_irreversible() {
    let node = one().await;
    let miner = Miner::start(Arc::clone(&node.chain));
    let broadcaster = broadcaster(&[&node]);
    let (signed, outcome) = broadcaster
        .transact(vec![operation()], &[key()], Goal::Irreversible)
        .await
        .unwrap();
    drop(miner);
    let Outcome::Irreversible(confirmed) = outcome else {
        panic!("{outcome:?}");
    };
    let chain = node.chain.lock();
    assert!(confirmed.block <= chain.irreversible);
    let block = &chain.blocks[confirmed.block as usize - 1];
    assert_eq!(block.transactions[confirmed.index], signed);
    assert_eq!(confirmed.block_id, block.id());
}

#[tokio::test]
async fn included_is_enough_on_request() {
    let node = one().await;
    let broadcaster = broadcaster(&[&node]);
    let signed = signed(&broadcaster).await;
    let submitted = broadcaster.send(&signed).await.unwrap();
    assert_eq!(
        (submitted.node.as_str(), submitted.duplicate),
        (node.url.as_str(), false)
    );
    node.chain.lock().produce(1);
    let outcome = broadcaster.confirm(&signed, Goal::Included).await.unwrap();
    assert!(
        matches!(outcome, Outcome::Included(confirmed) if confirmed.block == 21),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn a_duplicate_is_accepted() {
    let node = one().await;
    let broadcaster = broadcaster(&[&node]);
    let signed = signed(&broadcaster).await;
    broadcaster.send(&signed).await.unwrap();
    assert!(broadcaster.send(&signed).await.unwrap().duplicate);
    assert_eq!(node.chain.lock().pending.len(), 1);
}

#[tokio::test]
async fn the_same_bytes_go_to_the_next_node_on_doubt() {
    let (chain, nodes) = sharing(2).await;
    // The first node takes the transaction and its answer gets lost.
    let mempool = Arc::clone(&chain);
    nodes[0].rule(on(BROADCAST, move |params| {
        let mut chain = mempool.lock();
        let transaction = SignedTransaction::from_json(&params[0], &chain.chain).unwrap();
        chain.pending.push(transaction);
        Some(Reply::Break(b"{".to_vec()))
    }));
    let broadcaster = broadcaster(&[&nodes[0], &nodes[1]]);
    let signed = signed(&broadcaster).await;
    let submitted = broadcaster.send(&signed).await.unwrap();
    assert_eq!(submitted.node, nodes[1].url);
    assert!(submitted.duplicate, "the second node has it from the first");
    assert_eq!(chain.lock().pending, [signed]);
}

#[tokio::test]
async fn refusals_are_told_apart() {
    for (error, kind) in [
        (
            json!({ "code": -32000, "message": "missing required active authority:Missing Active Authority alice", "data": { "code": 3_010_000 } }),
            RefusalKind::MissingAuthority,
        ),
        (
            json!({ "code": -32000, "message": "Assert Exception: balance too low", "data": { "code": 10 } }),
            RefusalKind::Other,
        ),
        (
            json!({ "code": -32000, "message": "transaction tapos exception", "data": { "code": 4_030_200 } }),
            RefusalKind::Reference,
        ),
    ] {
        let node = one().await;
        node.rule(on(BROADCAST, move |_| Some(Reply::Error(error.clone()))));
        let broadcaster = broadcaster(&[&node]);
        let signed = signed(&broadcaster).await;
        let error = broadcaster.send(&signed).await.unwrap_err();
        let BroadcastError::Refused(refusal) = error else {
            panic!("{error}");
        };
        assert_eq!(refusal.kind, kind);
        assert_eq!(refusal.node, node.url);
    }
}

#[tokio::test]
async fn a_lagging_node_does_not_have_the_last_word() {
    let (_, nodes) = sharing(2).await;
    nodes[0].rule(on(BROADCAST, |_| {
        Some(Reply::Error(json!({ "code": -32000, "message": "transaction tapos exception", "data": { "code": 4_030_200 } })))
    }));
    let broadcaster = broadcaster(&[&nodes[0], &nodes[1]]);
    let signed = signed(&broadcaster).await;
    assert_eq!(broadcaster.send(&signed).await.unwrap().node, nodes[1].url);
}

#[tokio::test]
async fn without_any_answer_it_is_uncertain() {
    let node = one().await;
    node.rule(on(BROADCAST, |_| Some(Reply::html(504))));
    let broadcaster = broadcaster(&[&node]);
    let signed = signed(&broadcaster).await;
    let error = broadcaster.send(&signed).await.unwrap_err();
    assert!(matches!(error, BroadcastError::Uncertain { .. }), "{error}");
    assert!(error.to_string().contains("found 504"), "{error}");
}

#[tokio::test]
async fn what_a_node_swallows_is_sent_again() {
    let (chain, nodes) = sharing(2).await;
    // Says yes and never passes it on.
    nodes[0].rule(on(BROADCAST, |_| Some(Reply::Result(json!({})))));
    let miner = Miner::start(Arc::clone(&chain));
    let broadcaster = broadcaster(&[&nodes[0], &nodes[1]]).lifetime(Duration::from_secs(3600));
    let (_, outcome) = broadcaster
        .transact(vec![operation()], &[key()], Goal::Irreversible)
        .await
        .unwrap();
    drop(miner);
    assert!(matches!(outcome, Outcome::Irreversible(_)), "{outcome:?}");
    assert!(nodes[1].calls(BROADCAST) >= 1);
}

#[tokio::test]
async fn what_never_comes_in_expires() {
    let node = one().await;
    node.rule(on(BROADCAST, |_| Some(Reply::Result(json!({})))));
    let miner = Miner::start(Arc::clone(&node.chain));
    let broadcaster = broadcaster(&[&node]).lifetime(Duration::from_secs(30));
    let (signed, outcome) = broadcaster
        .transact(vec![operation()], &[key()], Goal::Irreversible)
        .await
        .unwrap();
    drop(miner);
    assert_eq!(outcome, Outcome::Expired);
    let chain = node.chain.lock();
    let final_time = chain.blocks[chain.irreversible as usize - 1]
        .header
        .header
        .timestamp;
    assert!(
        final_time > signed.transaction.expiration,
        "said only when it is certain"
    );
}

#[tokio::test]
async fn a_fork_that_drops_the_transaction_is_noticed() {
    let node = one().await;
    let broadcaster = broadcaster(&[&node]).lifetime(Duration::from_secs(3600));
    let signed = signed(&broadcaster).await;
    broadcaster.send(&signed).await.unwrap();
    node.chain.lock().produce(1);
    let waiting = {
        let (broadcaster, signed) = (broadcaster.clone(), signed.clone());
        tokio::spawn(async move { broadcaster.confirm(&signed, Goal::Irreversible).await })
    };
    // Seen in block 21, which is then replaced by one without it.
    while node.calls("block_api.get_block_range") + node.calls("block_api.get_block") < 4 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    {
        let mut chain = node.chain.lock();
        chain.fork(1, 1);
        chain.irreversible = 22;
    }
    // It is sent again, and comes in.
    while node.chain.lock().pending.is_empty() {
        assert!(!waiting.is_finished(), "it cannot be confirmed");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    {
        let mut chain = node.chain.lock();
        chain.produce(2);
        chain.irreversible = 23;
    }
    let outcome = waiting.await.unwrap().unwrap();
    assert!(
        matches!(outcome, Outcome::Irreversible(confirmed) if confirmed.block == 23),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn patience_ends() {
    let node = one().await;
    let broadcaster = broadcaster(&[&node]).confirmation(
        Duration::from_millis(20),
        Duration::from_millis(300),
        Duration::from_secs(1),
    );
    let signed = signed(&broadcaster).await;
    broadcaster.send(&signed).await.unwrap();
    let outcome = broadcaster
        .confirm(&signed, Goal::Irreversible)
        .await
        .unwrap();
    assert_eq!(outcome, Outcome::Unconfirmed);
}

#[tokio::test]
async fn confirmation_survives_nodes_that_fail() {
    let node = one().await;
    let broadcaster = broadcaster(&[&node]);
    let signed = signed(&broadcaster).await;
    broadcaster.send(&signed).await.unwrap();
    node.chain.lock().produce(1);
    let mut turn = 0;
    node.rule(move |_, _| {
        turn += 1;
        (turn < 6).then(|| Reply::html(503))
    });
    let outcome = broadcaster.confirm(&signed, Goal::Included).await.unwrap();
    assert!(matches!(outcome, Outcome::Included(_)), "{outcome:?}");
}

#[tokio::test]
async fn what_cannot_be_valid_is_not_signed() {
    let node = one().await;
    let broadcaster = broadcaster(&[&node]);
    let transfer = Transfer {
        from: "alice".to_owned(),
        to: "bob".to_owned(),
        amount: Asset {
            amount: -1,
            kind: AssetKind::Liquid,
        },
        memo: String::new(),
    };
    let transaction = broadcaster.prepare(vec![transfer.into()]).await.unwrap();
    let error = broadcaster.sign(transaction, &[key()]).unwrap_err();
    assert!(matches!(error, BroadcastError::Invalid(_)), "{error}");
}

#[tokio::test]
async fn a_duplicate_after_a_refusal_elsewhere_still_counts() {
    let (_, nodes) = sharing(2).await;
    nodes[0].rule(on(BROADCAST, |_| {
        Some(Reply::Error(json!({ "code": -32000, "message": "transaction expiration exception", "data": { "code": 4_030_100 } })))
    }));
    nodes[1].rule(on(BROADCAST, |_| Some(duplicate())));
    let broadcaster = broadcaster(&[&nodes[0], &nodes[1]]);
    let signed = signed(&broadcaster).await;
    assert!(broadcaster.send(&signed).await.unwrap().duplicate);
}
