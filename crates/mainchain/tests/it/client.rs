//! Failover, health, rate limits, chain id, checked blocks.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tartan_graphene::{Chain, Verified, main_block::Verification};
use tartan_mainchain::{Client, ClientConfig, Error, NodeError, NodeState};

use crate::fake::{FakeChain, FakeNode, Reply, config, on};

const PROPERTIES: &str = "condenser_api.get_dynamic_global_properties";

/// Any rule but for the requests by which a node is probed.
fn after_probe(
    mut reply: impl FnMut(&Value) -> Option<Reply> + Send + 'static,
) -> impl FnMut(&str, &Value) -> Option<Reply> + Send + 'static {
    move |method, params| {
        let probing = method.ends_with("get_config") || params == &json!([]);
        (!probing).then(|| reply(params)).flatten()
    }
}

async fn two(blocks: u32) -> (FakeNode, FakeNode) {
    let chain = FakeChain::new(blocks);
    let second = FakeNode::start(chain.clone()).await;
    (FakeNode::start(chain).await, second)
}

#[tokio::test]
async fn recorded_failures_of_public_nodes_move_the_call_to_the_next_node() {
    let recorded: Vec<Value> =
        serde_json::from_str(include_str!("../data/node-failures.json")).unwrap();
    assert_eq!(recorded.len(), 14);
    for failure in recorded {
        let (bad, good) = two(3).await;
        let shown = failure.to_string();
        bad.rule(move |_, _| {
            if let Some(error) = failure.get("error") {
                return Some(Reply::Error(error.clone()));
            }
            let status = failure["status"].as_u64().unwrap() as u16;
            let headers = failure["content_type"]
                .as_str()
                .map(|kind| ("content-type", kind.to_owned()));
            let body = failure["body"].as_str().unwrap().as_bytes().to_vec();
            Some(Reply::Http(status, headers.into_iter().collect(), body))
        });
        let client = Client::new(config(&[&bad, &good])).unwrap();
        let properties = client.dynamic_properties().await.unwrap();
        assert_eq!(properties.head_block_number, 3, "{shown}");
        let status = client.status();
        assert_eq!(status[0].failures, 1, "{shown}: {status:?}");
        assert_eq!(status[1].failures, 0, "{shown}: {status:?}");
    }
}

#[tokio::test]
async fn a_cut_answer_and_broken_compression_count_against_the_node() {
    for reply in [
        || Reply::Break(br#"{"jsonrpc":"2.0","result":{"head_block_nu"#.to_vec()),
        || {
            let gzip = vec![("content-encoding", "gzip".to_owned())];
            Reply::Http(200, gzip, vec![0x1f, 0x8b, 8, 0, 1, 2, 3])
        },
        || Reply::Http(200, vec![], br#"{"jsonrpc":"2.0","res"#.to_vec()),
    ] {
        let (bad, good) = two(3).await;
        bad.rule(move |_, _| Some(reply()));
        let client = Client::new(config(&[&bad, &good])).unwrap();
        client.dynamic_properties().await.unwrap();
        let status = client.status();
        assert_eq!(
            (status[0].failures, status[1].failures),
            (1, 0),
            "{status:?}"
        );
    }
}

#[tokio::test]
async fn when_all_fail_the_error_says_who_did_what() {
    let (first, second) = two(3).await;
    first.rule(|_, _| Some(Reply::html(502)));
    second.rule(|_, _| Some(Reply::html(200)));
    let client = Client::new(config(&[&first, &second])).unwrap();
    let text = client.dynamic_properties().await.unwrap_err().to_string();
    assert!(
        text.starts_with("no main-chain node answered dynamic properties: "),
        "{text}"
    );
    assert!(
        text.contains(&format!(
            "{}: expected http status 200, found 502",
            first.url
        )),
        "{text}"
    );
    assert!(
        text.contains(&format!("{}: expected json, found text/html", second.url)),
        "{text}"
    );
}

#[tokio::test]
async fn a_hanging_node_is_overtaken() {
    let (slow, good) = two(3).await;
    slow.rule(|_, _| Some(Reply::Hang));
    let mut config = config(&[&slow, &good]);
    config.request_timeout = Duration::from_secs(40);
    config.deadline = Duration::from_secs(45);
    let client = Client::new(config).unwrap();
    let asked = tokio::time::timeout(Duration::from_secs(30), client.dynamic_properties());
    asked.await.expect("the second node answers").unwrap();
}

#[tokio::test]
async fn a_node_that_asks_us_to_wait_is_left_alone() {
    let (limited, good) = two(3).await;
    limited.rule(|_, _| {
        let later = vec![("retry-after", "120".to_owned())];
        Some(Reply::Http(429, later, b"slow down".to_vec()))
    });
    let client = Client::new(config(&[&limited, &good])).unwrap();
    for _ in 0..10 {
        client.dynamic_properties().await.unwrap();
    }
    assert_eq!(
        limited.all_calls(),
        1,
        "asked once, then never before two minutes have passed"
    );
}

#[tokio::test]
async fn a_failing_node_rests_and_comes_back() {
    let (node, spare) = two(3).await;
    node.rule(|_, _| Some(Reply::html(503)));
    let client = Client::new(config(&[&node, &spare])).unwrap();
    for _ in 0..10 {
        client.dynamic_properties().await.unwrap();
    }
    assert!(client.status()[0].consecutive_failures >= 2);
    assert!(node.all_calls() < 10, "it was not asked while it rested");
    node.behave();
    let before = node.all_calls();
    for _ in 0..100 {
        client.dynamic_properties().await.unwrap();
        if node.all_calls() > before {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(
        matches!(client.status()[0].state, NodeState::Healthy),
        "{:?}",
        client.status()
    );
    let spared = spare.all_calls();
    client.dynamic_properties().await.unwrap();
    assert_eq!(
        spare.all_calls(),
        spared,
        "the preferred node is preferred again"
    );
}

#[tokio::test]
async fn a_node_of_another_chain_is_refused() {
    let mut foreign = FakeChain::new(5);
    foreign.chain = Chain::hive();
    let foreign = FakeNode::start(foreign).await;
    let client = Client::new(config(&[&foreign])).unwrap();
    let error = client.dynamic_properties().await.unwrap_err();
    assert!(matches!(error, Error::ForeignChain(_)), "{error}");
    let text = error.to_string();
    assert!(
        text.contains("expected chain id 0000") && text.contains("found beeab0de"),
        "{text}"
    );
    assert!(matches!(
        client.status()[0].state,
        NodeState::Foreign { .. }
    ));

    // Beside a node of the right chain it is just not used.
    let own = FakeNode::start(FakeChain::new(3)).await;
    let client = Client::new(config(&[&foreign, &own])).unwrap();
    assert_eq!(
        client.dynamic_properties().await.unwrap().head_block_number,
        3
    );
    assert_eq!(client.best_head(), Some(3), "its head does not count");
}

#[tokio::test]
async fn a_refusal_is_believed_at_once() {
    let (node, spare) = two(3).await;
    node.rule(on("condenser_api.get_accounts", |_| {
        Some(Reply::Error(
            json!({ "code": -32003, "message": "Assert Exception:args.size() == 1: no" }),
        ))
    }));
    let client = Client::new(config(&[&node, &spare])).unwrap();
    let error = client.accounts(&["alice"]).await.unwrap_err();
    let Error::Refused { error, .. } = &error else {
        panic!("{error}");
    };
    assert_eq!(error.code, -32003);
    assert_eq!(spare.all_calls(), 0);
}

#[tokio::test]
async fn an_endless_answer_is_cut_off() {
    let (node, spare) = two(3).await;
    node.rule(|_, _| Some(Reply::Http(200, vec![], vec![b' '; 200_000])));
    let mut config = config(&[&node, &spare]);
    config.max_response_bytes = 100_000;
    let client = Client::new(config).unwrap();
    client.dynamic_properties().await.unwrap();
    let failure = client.status()[0].last_failure.clone().unwrap();
    assert_eq!(failure, "the answer exceeds 100000 bytes");
}

#[tokio::test]
async fn accounts_are_read() {
    let node = FakeNode::start(FakeChain::new(3)).await;
    node.rule(on("condenser_api.get_accounts", |params| {
        assert_eq!(params, &json!([["alice", "nobody"]]));
        let authority = json!({
            "weight_threshold": 1,
            "account_auths": [["bob", 1]],
            "key_auths": [["STM7tYkx1FmccAZijfDswhgVzVe4dg12BJBzStxmmLbdZeD4gSapi", 1]],
        });
        Some(Reply::Result(json!([
            { "name": "alice", "owner": authority, "active": authority, "posting": authority, "balance": "1.000 STEEM" }
        ])))
    }));
    let client = Client::new(config(&[&node])).unwrap();
    let accounts = client.accounts(&["alice", "nobody"]).await.unwrap();
    assert_eq!(accounts.len(), 1);
    assert_eq!(accounts[0].posting.account_auths["bob"], 1);
    assert_eq!(accounts[0].json["balance"], "1.000 STEEM");
}

/// Every way of fetching gives the same, fully checked blocks.
#[tokio::test]
async fn blocks_come_by_range_batch_or_one_by_one() {
    let chain = FakeChain::new(130);
    let mut seen = Vec::new();
    for (range, api, batch) in [
        (true, true, true),
        (false, true, true),
        (false, false, true),
        (false, true, false),
        (false, false, false),
    ] {
        let node = FakeNode::start(chain.clone()).await;
        node.abilities(range, api, batch);
        let client = Client::new(config(&[&node])).unwrap();
        let blocks = client.blocks(1, 200).await.unwrap();
        let features = client.status()[0].features.unwrap();
        assert_eq!(
            (features.block_range, features.block_api, features.batch),
            (range, api, batch)
        );
        assert_eq!(blocks.len(), 130);
        seen.push(blocks);
    }
    for blocks in &seen {
        assert_eq!(blocks, &seen[0]);
    }
    let ids: Vec<_> = seen[0].iter().map(|block| block.id).collect();
    assert_eq!(ids, chain.ids());
}

#[tokio::test]
async fn a_method_that_disappears_is_done_without() {
    let node = FakeNode::start(FakeChain::new(40)).await;
    let client = Client::new(config(&[&node])).unwrap();
    assert_eq!(client.blocks(1, 10).await.unwrap().len(), 10);
    node.abilities(false, true, true);
    assert_eq!(client.blocks(11, 30).await.unwrap().len(), 30);
    assert!(!client.status()[0].features.unwrap().block_range);
}

#[tokio::test]
async fn not_yet_is_told_from_not_here() {
    let chain = FakeChain::new(20);
    let pruned = FakeNode::start(chain.clone()).await;
    let prune = |params: &Value| {
        let number = params["block_num"].as_u64().unwrap();
        (number < 10).then(|| Reply::Result(json!({})))
    };
    pruned.rule(on("block_api.get_block", prune));
    let client = Client::new(config(&[&pruned])).unwrap();
    assert!(client.block(15).await.unwrap().is_some());
    assert_eq!(client.block(21).await.unwrap(), None, "not produced yet");
    let error = client.block(5).await.unwrap_err().to_string();
    assert!(
        error.contains("block 5 is not there although the chain is at 20"),
        "{error}"
    );
    assert!(
        matches!(client.status()[0].state, NodeState::Healthy),
        "pruning is no failure"
    );

    let full = FakeNode::start(chain).await;
    let client = Client::new(config(&[&pruned, &full])).unwrap();
    assert_eq!(client.block(5).await.unwrap().unwrap().number, 5);
    let asked = pruned.calls("block_api.get_block");
    assert!(client.block(6).await.unwrap().is_some());
    assert_eq!(
        pruned.calls("block_api.get_block"),
        asked,
        "it is remembered who lacks old blocks"
    );
}

fn forge(
    change: impl Fn(&mut Value) + Send + 'static,
) -> impl FnMut(&Value) -> Option<Reply> + Send {
    let mut chain = FakeChain::new(20);
    chain.irreversible = 15;
    move |params| {
        let number = u32::try_from(params["block_num"].as_u64()?).unwrap();
        let mut block = chain.block_json(number, tartan_graphene::JsonForm::Appbase)?;
        change(&mut block);
        Some(Reply::Result(json!({ "block": block })))
    }
}

#[tokio::test]
async fn lies_about_a_block_are_found_and_another_node_is_asked() {
    type Change = fn(&mut Value);
    let lies: [(Change, &str); 7] = [
        (|block| block["transactions"] = json!([]), "transaction ids"),
        (
            |block| {
                block["transactions"] = json!([]);
                block["transaction_ids"] = json!([]);
            },
            "merkle root",
        ),
        (
            |block| block["witness"] = json!("mallory"),
            "expected block id",
        ),
        (
            |block| block["timestamp"] = json!("2020-01-01T00:00:00"),
            "expected block id",
        ),
        (
            |block| {
                block["transactions"][0]["operations"][0]["value"]["json"] = json!("{\"steal\":1}")
            },
            "expected id",
        ),
        (
            |block| block["previous"] = json!("0000000100000000000000000000000000000000"),
            "expected block 7, found block 2",
        ),
        (|block| *block = json!({ "hello": "world" }), "block 7: "),
    ];
    for (change, words) in lies {
        let (liar, honest) = two(20).await;
        liar.rule(on("block_api.get_block", after(forge(change))));
        let mut config = config(&[&liar, &honest]);
        config.cool_down.first = Duration::from_secs(60);
        config.cool_down.max = Duration::from_secs(60);
        let client = Client::new(config).unwrap();
        client.dynamic_properties().await.unwrap();
        let block = client.block(7).await.unwrap().unwrap();
        assert_eq!(block.id, honest.chain.lock().id(7));
        let status = &client.status()[0];
        let failure = status.last_failure.clone().unwrap();
        assert!(
            failure.starts_with("wrong content: ") && failure.contains(words),
            "{failure}"
        );
        assert!(
            matches!(status.state, NodeState::Resting { .. }),
            "a liar rests at once"
        );
    }
}

/// Lets the first call, which is the probe's, pass.
fn after(
    mut reply: impl FnMut(&Value) -> Option<Reply> + Send + 'static,
) -> impl FnMut(&Value) -> Option<Reply> + Send + 'static {
    let calls = Arc::new(AtomicUsize::new(0));
    move |params| {
        (calls.fetch_add(1, Ordering::Relaxed) > 0)
            .then(|| reply(params))
            .flatten()
    }
}

#[tokio::test]
async fn missing_extras_are_computed() {
    let node = FakeNode::start(FakeChain::new(20)).await;
    node.rule(on(
        "block_api.get_block",
        forge(|block| {
            let block = block.as_object_mut().unwrap();
            for extra in ["block_id", "transaction_ids", "signing_key"] {
                block.remove(extra);
            }
        }),
    ));
    let client = Client::new(config(&[&node])).unwrap();
    let block = client.block(7).await.unwrap().unwrap();
    let chain = node.chain.lock();
    assert_eq!(block.id, chain.id(7));
    let signed = &chain.blocks[6];
    assert_eq!(block.transactions[0].id, chain.transaction_ids(signed)[0]);
    assert_eq!(
        signed.verify(&chain.chain, &Default::default()),
        Ok(Verified::All)
    );
}

#[tokio::test]
async fn checking_can_be_left_out_for_a_node_of_ones_own() {
    let node = FakeNode::start(FakeChain::new(20)).await;
    node.rule(on(
        "block_api.get_block",
        forge(|block| block["witness"] = json!("mallory")),
    ));
    let mut config = config(&[&node]);
    config.verification = Verification::None;
    let client = Client::new(config).unwrap();
    assert_eq!(client.block(7).await.unwrap().unwrap().number, 7);
}

#[tokio::test]
async fn a_range_with_a_hole_is_refused() {
    let (liar, honest) = two(20).await;
    let chain = FakeChain::new(20);
    liar.rule(on(
        "block_api.get_block_range",
        after(move |_| {
            let blocks: Vec<Value> = [1, 2, 4, 5]
                .into_iter()
                .filter_map(|number| chain.block_json(number, tartan_graphene::JsonForm::Appbase))
                .collect();
            Some(Reply::Result(json!({ "blocks": blocks })))
        }),
    ));
    let client = Client::new(config(&[&liar, &honest])).unwrap();
    assert_eq!(client.blocks(1, 4).await.unwrap().len(), 4);
    assert!(
        client.status()[0]
            .last_failure
            .as_ref()
            .unwrap()
            .contains("expected block 3, found block 4")
    );
}

#[tokio::test]
async fn an_answer_to_another_request_is_no_answer() {
    let (node, spare) = two(3).await;
    node.rule(on(PROPERTIES, |_| {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "result": {} }).to_string();
        Some(Reply::Http(200, vec![], body.into_bytes()))
    }));
    let client = Client::new(config(&[&node, &spare])).unwrap();
    client.dynamic_properties().await.unwrap();
    let failure = client.status()[0].last_failure.clone().unwrap();
    assert!(
        failure.starts_with("expected the answer to request"),
        "{failure}"
    );
}

#[tokio::test]
async fn an_unreachable_node_fails_fast_and_says_why() {
    // A port that nobody listens at.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let client = Client::new(ClientConfig::new(Chain::steem(), [url.clone()])).unwrap();
    let Error::NoAnswer { failures, .. } = client.dynamic_properties().await.unwrap_err() else {
        panic!("nobody can have answered");
    };
    assert!(
        matches!(failures[0].error, NodeError::Connect(_)),
        "{failures:?}"
    );
    assert_eq!(failures[0].node, url);
    let text = failures[0].to_string();
    assert!(text.contains("refused"), "{text}");
}

#[test]
fn impossible_configurations_are_refused() {
    let none: [&str; 0] = [];
    let error = Client::new(ClientConfig::new(Chain::steem(), none)).unwrap_err();
    assert!(error.to_string().contains("at least one node"), "{error}");
    let error = Client::new(ClientConfig::new(Chain::steem(), ["ftp://x"])).unwrap_err();
    assert!(error.to_string().contains("scheme ftp"), "{error}");
}

#[tokio::test]
async fn the_same_node_given_twice_is_one() {
    let node = FakeNode::start(FakeChain::new(3)).await;
    let client = Client::new(config(&[&node, &node])).unwrap();
    assert_eq!(client.status().len(), 1);
}

#[tokio::test]
async fn any_method_can_be_called() {
    let node = FakeNode::start(FakeChain::new(3)).await;
    node.rule(after_probe(|params| {
        Some(Reply::Result(json!({ "echo": params })))
    }));
    let client = Client::new(config(&[&node])).unwrap();
    let result = client
        .call("bridge.get_post", &json!({ "author": "alice" }))
        .await
        .unwrap();
    assert_eq!(result.get(), r#"{"echo":{"author":"alice"}}"#);
}
