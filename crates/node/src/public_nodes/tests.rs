//! Nodes that say whatever they like.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tartan_chain::network::Flavor;
use tartan_chain::{Chain, Network, OpenOptions};
use tartan_state::State;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;
use crate::registry::registry_for;

/// A chain that is at genesis.
fn chain() -> Chain {
    let network = Network::dev(Flavor::Steem);
    let registry = registry_for(&network).unwrap();
    Chain::open(network, State::memory(), registry, OpenOptions::default()).unwrap()
}

/// A server that answers every request with what is made of its body; gives its address.
async fn serving(answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let answer = Arc::new(answer);
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let answer = answer.clone();
            tokio::spawn(async move {
                let mut request = vec![0; 65_536];
                let mut read = 0;
                // small requests come in one piece or two
                while !request[..read].ends_with(b"}") {
                    match socket.read(&mut request[read..]).await {
                        Ok(more) if more > 0 => read += more,
                        _ => return,
                    }
                }
                let text = String::from_utf8_lossy(&request[..read]).into_owned();
                let _ = socket.write_all(&answer(&text)).await;
                let _ = socket.shutdown().await;
            });
        }
    });
    format!("http://{address}")
}

fn http(body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
    .into_bytes()
}

/// A node at this head, with these blocks.
async fn node(chain_id: &'static str, head: u64, hashes: BTreeMap<u64, String>) -> String {
    serving(move |request| {
        let body = request.rsplit("\r\n\r\n").next().unwrap_or_default();
        let asked: Value = serde_json::from_str(body).unwrap_or_default();
        let result = match asked["method"].as_str() {
            Some("getStatus") => json!({
                "lastBlockNumber": head, "chainId": chain_id, "SSCnodeVersion": "1.10.1", "lightNode": true,
                "disabledMethods": { "blockchain": ["getBlockRangeInfo"], "contracts": [] },
            }),
            _ => {
                let number = asked["params"]["blockNumber"].as_u64().unwrap_or_default();
                let hash = hashes.get(&number);
                hash.map_or(Value::Null, |hash| json!({ "blockNumber": number, "hash": hash }))
            }
        };
        http(&json!({ "jsonrpc": "2.0", "id": 1, "result": result }).to_string())
    })
    .await
}

/// How a node at this address stands to one at genesis.
async fn found(address: &str) -> PublicNode {
    let chain = chain();
    let asker = Asker::new(address);
    look(&asker, &chain.reader(), PublicNode::new(asker.shown())).await
}

/// Why it cannot be told how a node stands.
async fn reason(address: &str) -> String {
    match found(address).await.standing {
        Standing::Unreachable { reason } => reason,
        other => panic!("{address}: {other:?}"),
    }
}

#[tokio::test]
async fn a_node_tells_of_itself_and_is_compared() {
    let chain = chain();
    let genesis = chain.latest_block().hash.to_string();
    let id: &'static str = Box::leak(chain.network().chain_id.clone().into_boxed_str());
    let same = found(&node(id, 9, BTreeMap::from([(0, genesis)])).await).await;
    assert_eq!(same.standing, Standing::Agrees);
    assert_eq!((same.head, same.light), (Some(9), Some(true)));
    assert_eq!(same.version.as_deref(), Some("1.10.1"));
    assert_eq!(same.disabled_methods, ["getBlockRangeInfo"]);
    assert!(same.latency_ms.is_some() && same.asked.is_some());
    let other = BTreeMap::from([(0, "0".repeat(64))]);
    let differs = found(&node(id, 9, other).await).await;
    assert_eq!(differs.standing, Standing::Differs);
    let divergence = differs.last_divergence.unwrap();
    assert_eq!(
        (divergence.at.block, divergence.at.theirs),
        (0, "0".repeat(64))
    );
    let unclear = found(&node(id, 9, BTreeMap::new()).await).await;
    assert_eq!(unclear.standing, Standing::Unclear);
    let foreign = found(&node("mainnet1", 9, BTreeMap::new()).await).await;
    let chain_id = "mainnet1".to_owned();
    assert_eq!(foreign.standing, Standing::Foreign { chain_id });
}

#[tokio::test]
async fn nonsense_is_no_answer() {
    for (body, expected) in [
        ("<html>", "expected JSON, found something else"),
        ("{}", "expected a result of getStatus, found none"),
        ("{\"result\":[]}", "expected a status, found something else"),
        (
            "{\"error\":{\"message\":\"go\\naway\"}}",
            "getStatus was refused: go away",
        ),
    ] {
        let address = serving(move |_| http(body)).await;
        assert_eq!(reason(&address).await, expected, "{body}");
    }
    let moved = "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n";
    let address = serving(move |_| moved.as_bytes().to_vec()).await;
    assert_eq!(reason(&address).await, "HTTP 302");
    let cut = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{";
    let address = serving(move |_| cut.as_bytes().to_vec()).await;
    assert_eq!(reason(&address).await, "the answer broke off");
    assert_eq!(
        reason("nonsense").await,
        "expected an address such as https://node.example.org"
    );
    // a port that was free a moment ago
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    assert_eq!(reason(&address).await, "it cannot be reached");
}

#[tokio::test]
async fn an_endless_answer_is_cut_off() {
    let huge = serving(|_| {
        let body = "x".repeat(9 << 20);
        http(&format!("{{\"result\":\"{body}\"}}"))
    })
    .await;
    let reason = reason(&huge).await;
    assert!(reason.contains("expected at most"), "{reason}");
}

#[tokio::test]
async fn what_was_seen_of_a_node_is_not_forgotten_when_it_goes() {
    let chain = chain();
    let id: &'static str = Box::leak(chain.network().chain_id.clone().into_boxed_str());
    let address = node(id, 0, BTreeMap::from([(0, "0".repeat(64))])).await;
    let before = found(&address).await;
    assert!(before.last_divergence.is_some());
    let gone = Asker::new("http://127.0.0.1:9");
    let after = look(&gone, &chain.reader(), before.clone()).await;
    assert!(matches!(after.standing, Standing::Unreachable { .. }));
    assert_eq!(after.last_divergence, before.last_divergence);
    assert_eq!(after.head, None, "what is not known now is not shown");
}

#[tokio::test]
async fn nodes_are_watched_in_their_order_and_not_too_many() {
    let chain = chain();
    let genesis = chain.latest_block().hash.to_string();
    let id: &'static str = Box::leak(chain.network().chain_id.clone().into_boxed_str());
    let mut urls = vec![node(id, 0, BTreeMap::from([(0, genesis)])).await];
    urls.extend((0..40).map(|number| format!("nonsense {number}")));
    let watch = Watch::start(&urls, Duration::from_secs(60), chain.reader());
    let mut nodes = watch.nodes.clone();
    assert_eq!(nodes.borrow().len(), MOST_NODES);
    assert_eq!(nodes.borrow()[0].standing, Standing::Asking);
    let asked = nodes.wait_for(|nodes| nodes.iter().all(|node| node.asked.is_some()));
    let asked = timeout(Duration::from_secs(20), asked)
        .await
        .unwrap()
        .unwrap()
        .clone();
    assert_eq!(asked[0].standing, Standing::Agrees);
    assert_eq!(asked[31].url, "nonsense 30");
    watch.stop().await;
}
