//! The stream of blocks: catching up, waiting, forks, lies, lags.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use serde_json::{Value, json};
use tartan_graphene::BlockId;
use tartan_mainchain::{
    Client, Event, Finality, FollowError, FollowState, FollowerConfig, NodeState, Start,
};

use crate::fake::{FakeChain, FakeNode, Reply, config, on};
use crate::story::Story;

const PROPERTIES: &str = "condenser_api.get_dynamic_global_properties";

/// A follower of chains that move fast.
fn follow_with(
    nodes: &[&FakeNode],
    start: Start,
    change: impl FnOnce(&mut FollowerConfig),
) -> Story {
    Story::begin(Client::new(config(nodes)).unwrap(), start, change)
}

fn follow(nodes: &[&FakeNode], start: Start) -> Story {
    follow_with(nodes, start, |_| {})
}

async fn one(blocks: u32, irreversible: u32) -> FakeNode {
    let mut chain = FakeChain::new(blocks);
    chain.irreversible = irreversible;
    FakeNode::start(chain).await
}

#[tokio::test]
async fn catches_up_in_order_however_blocks_are_fetched() {
    let mut chain = FakeChain::new(700);
    chain.irreversible = 690;
    for (range, api, batch) in [
        (true, true, true),
        (false, true, true),
        (false, false, false),
    ] {
        let node = FakeNode::start(chain.clone()).await;
        node.abilities(range, api, batch);
        let mut story = follow(&[&node], Start::At(1));
        story.until(chain.head_id()).await;
        assert_eq!(story.branch, chain.ids());
        assert_eq!(story.irreversible, 690, "as far as the chain says");
        assert_eq!(story.follower.status().position, Some(700));
    }
}

#[tokio::test]
async fn a_load_of_nodes_shares_the_catch_up() {
    let chain = FakeChain::new(600);
    let nodes = [
        FakeNode::start(chain.clone()).await,
        FakeNode::start(chain.clone()).await,
        FakeNode::start(chain.clone()).await,
    ];
    // The first one loses half of its answers.
    let mut turn = 0;
    nodes[0].rule(on("block_api.get_block_range", move |_| {
        turn += 1;
        (turn % 2 == 0).then(|| Reply::html(502))
    }));
    let mut story = follow_with(&[&nodes[0], &nodes[1], &nodes[2]], Start::At(1), |config| {
        config.chunk = 10;
    });
    story.until(chain.head_id()).await;
    assert_eq!(story.branch, chain.ids());
}

#[tokio::test]
async fn starts_at_any_block_after_a_known_one_or_with_the_next() {
    let node = one(30, 25).await;
    let head = node.chain.lock().head_id();
    let mut story = follow(&[&node], Start::At(28));
    story.until(head).await;
    assert_eq!(story.told(), "28 29 30");

    let known = node.chain.lock().id(27);
    let mut story = follow(&[&node], Start::After(vec![known]));
    story.until(head).await;
    assert_eq!(story.told(), "28 29 30");

    let mut story = follow(&[&node], Start::Latest);
    while node.calls("block_api.get_block") < 1
        || story.follower.status().state != FollowState::AtHead
    {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    node.chain.lock().produce(1);
    let head = node.chain.lock().head_id();
    story.until(head).await;
    assert_eq!(story.told(), "31");

    let mut story = follow(&[&node], Start::After(vec![BlockId::default()]));
    story.until(head).await;
    assert_eq!(
        story.branch.len(),
        31,
        "after the predecessor of the first block comes the first"
    );
}

#[tokio::test]
async fn follows_the_head_as_it_grows() {
    let node = one(3, 0).await;
    let mut story = follow(&[&node], Start::At(1));
    for produced in [1, 1, 3, 1, 40, 1] {
        let head = {
            let mut chain = node.chain.lock();
            chain.produce(produced);
            chain.irreversible = chain.head() - 2;
            chain.head_id()
        };
        story.until(head).await;
    }
    assert_eq!(story.branch, node.chain.lock().ids());
    assert_eq!(story.irreversible, 48);
}

#[tokio::test]
async fn goes_back_over_forks_of_every_depth() {
    let node = one(30, 5).await;
    let mut story = follow(&[&node], Start::At(1));
    for depth in 1..=20 {
        let (before, common) = {
            let chain = node.chain.lock();
            (chain.head_id(), chain.head() - depth)
        };
        story.until(before).await;
        let head = {
            let mut chain = node.chain.lock();
            chain.fork(depth, 1);
            chain.head_id()
        };
        story.until(head).await;
        assert!(
            story.events.contains(&format!("<{common}")),
            "depth {depth}: {}",
            story.told()
        );
        assert_eq!(story.branch, node.chain.lock().ids(), "depth {depth}");
        story.events.clear();
    }
    assert_eq!(story.follower.status().forks, 20);
}

#[tokio::test]
async fn a_fork_while_catching_up_is_noticed_too() {
    let node = one(300, 0).await;
    let mut story = follow_with(&[&node], Start::At(1), |config| {
        config.chunk = 5;
        config.in_flight = 2;
        config.buffer = 1;
    });
    for _ in 0..100 {
        story.step().await.unwrap();
    }
    let head = {
        let mut chain = node.chain.lock();
        chain.fork(260, 10);
        chain.head_id()
    };
    story.until(head).await;
    assert_eq!(story.branch, node.chain.lock().ids());
    assert!(story.events.contains(&"<40".to_owned()), "{}", story.told());
}

#[tokio::test]
async fn a_head_that_goes_back_is_no_fork() {
    let node = one(20, 10).await;
    let mut turn = 0;
    let chain = Arc::clone(&node.chain);
    node.rule(on(PROPERTIES, move |_| {
        turn += 1;
        let mut chain = chain.lock().clone();
        let lag = [0, 3, 1][turn % 3];
        let keep = chain.head() as usize - lag;
        chain.blocks.truncate(keep);
        Some(Reply::Result(chain.properties()))
    }));
    let mut story = follow(&[&node], Start::At(15));
    for _ in 0..5 {
        let head = node.chain.lock().head_id();
        story.until(head).await;
        node.chain.lock().produce(1);
    }
    assert_eq!(story.told(), "15 16 17 18 19 20 21 22 23 24");
}

#[tokio::test]
async fn an_announced_block_that_is_missing_is_waited_for() {
    let node = one(20, 10).await;
    let mut left = 5;
    node.rule(move |method, params| {
        let wanted = params["block_num"] == json!(20) || params["starting_block_num"] == json!(20);
        if !method.starts_with("block_api") || !wanted || left == 0 {
            return None;
        }
        left -= 1;
        Some(Reply::Result(json!({})))
    });
    let known = node.chain.lock().id(19);
    let mut story = follow(&[&node], Start::After(vec![known]));
    let head = node.chain.lock().head_id();
    story.until(head).await;
    assert_eq!(story.told(), "20");
}

#[tokio::test]
async fn a_replaced_irreversible_block_stops_the_stream() {
    let node = one(20, 15).await;
    let mut story = follow(&[&node], Start::At(1));
    let head = node.chain.lock().head_id();
    story.until(head).await;
    assert_eq!(story.irreversible, 15);
    let ours = story.branch[14];
    node.chain.lock().fork(8, 5);
    let error = story.fails().await;
    let FollowError::IrreversibleFork {
        number,
        ours: told,
        theirs,
        ..
    } = &error
    else {
        panic!("{error}");
    };
    assert_eq!((*number, *told), (15, ours));
    assert_eq!(*theirs, node.chain.lock().id(15));
    assert!(
        error.to_string().contains("replaced irreversible block 15"),
        "{error}"
    );
    let state = story.follower.status().state;
    assert!(matches!(state, FollowState::Stopped { .. }), "{state:?}");
}

#[tokio::test]
async fn a_fork_down_to_the_irreversible_block_is_fine() {
    let node = one(20, 15).await;
    let mut story = follow(&[&node], Start::At(1));
    let head = node.chain.lock().head_id();
    story.until(head).await;
    let head = {
        let mut chain = node.chain.lock();
        chain.fork(5, 1);
        chain.head_id()
    };
    story.until(head).await;
    assert!(
        story.told().ends_with("20 <15 16 17 18 19 20 21"),
        "{}",
        story.told()
    );
}

#[tokio::test]
async fn an_early_fork_does_not_lead_back_to_block_one() {
    // The reference node forgets its position when the chain forks before the first executed block.
    let node = one(50, 20).await;
    let mut story = follow(&[&node], Start::At(41));
    for _ in 0..3 {
        story.step().await.unwrap();
    }
    let head = {
        let mut chain = node.chain.lock();
        chain.fork(12, 1);
        chain.head_id()
    };
    story.until(head).await;
    assert!(story.told().contains("<40 41"), "{}", story.told());
    let expected: Vec<_> = node.chain.lock().ids()[40..].to_vec();
    assert_eq!(story.branch, expected);
}

#[tokio::test]
async fn known_blocks_that_were_replaced_are_taken_back_first() {
    let node = one(30, 20).await;
    let known = node.chain.lock().ids()[19..26].to_vec();
    let head = {
        let mut chain = node.chain.lock();
        chain.fork(7, 2);
        chain.head_id()
    };
    let mut story = follow(&[&node], Start::After(known.clone()));
    story.branch = known;
    story.until(head).await;
    assert!(story.told().starts_with("<23 24 25"), "{}", story.told());

    // Even if the chain is not longer than what is known.
    let known = node.chain.lock().ids()[19..32].to_vec();
    node.chain.lock().fork(3, 0);
    let mut story = follow(&[&node], Start::After(known.clone()));
    story.branch = known;
    let head = node.chain.lock().head_id();
    story.until(head).await;
    assert_eq!(story.told(), "<29 30 31 32");
}

#[tokio::test]
async fn a_state_of_another_chain_is_not_continued() {
    let node = one(30, 20).await;
    let mut other = FakeChain::new(10);
    other.fork(5, 5);
    let known = other.ids()[12..14].to_vec();
    let mut story = follow(&[&node], Start::After(known.clone()));
    let error = story.fails().await;
    let FollowError::IrreversibleFork {
        number: 13, ours, ..
    } = error
    else {
        panic!("{error}");
    };
    assert_eq!(ours, known[0]);
}

#[tokio::test]
async fn ids_that_are_no_chain_are_refused() {
    let node = one(30, 20).await;
    let ids = node.chain.lock().ids();
    let known = vec![ids[4], ids[6]];
    let error = follow(&[&node], Start::After(known)).fails().await;
    assert!(matches!(error, FollowError::InvalidStart(_)), "{error}");
}

#[tokio::test]
async fn a_node_alone_on_its_branch_is_put_aside() {
    let mut chain = FakeChain::new(20);
    chain.irreversible = 10;
    let stray = FakeNode::start(chain.clone()).await;
    let right = FakeNode::start(chain).await;
    let mut story = follow(&[&stray, &right], Start::At(11));
    let head = right.chain.lock().head_id();
    story.until(head).await;
    // The preferred node goes astray, the other one goes on.
    stray.chain.lock().fork(1, 3);
    right.chain.lock().produce(3);
    let head = right.chain.lock().head_id();
    story.until(head).await;
    assert!(!story.told().contains('<'), "{}", story.told());
    let status = story.follower.status();
    assert!(
        status.nodes[0].failures > 0
            && status.nodes[0]
                .last_failure
                .as_ref()
                .unwrap()
                .contains("wrong content"),
        "{status:?}"
    );
}

#[tokio::test]
async fn a_node_that_replaces_irreversible_blocks_is_put_aside_when_another_has_them() {
    let mut chain = FakeChain::new(20);
    chain.irreversible = 18;
    let liar = FakeNode::start(chain.clone()).await;
    let right = FakeNode::start(chain).await;
    let mut story = follow(&[&liar, &right], Start::At(11));
    let head = right.chain.lock().head_id();
    story.until(head).await;
    while story.follower.status().irreversible < 18 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    liar.chain.lock().fork(8, 4);
    // Nobody extends our branch yet, so the liar's is looked into, down to the irreversible block.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let head = {
        let mut chain = right.chain.lock();
        chain.produce(2);
        chain.head_id()
    };
    story.until(head).await;
    assert!(!story.told().contains('<'), "{}", story.told());
}

#[tokio::test]
async fn what_is_irreversible_on_another_branch_is_not_on_ours() {
    // The node that delivers our branch says nothing about irreversibility; the other one, on a fork, does.
    let chain = FakeChain::new(20);
    let ours = FakeNode::start(chain.clone()).await;
    let mut fork = chain.clone();
    fork.fork(5, 0);
    fork.irreversible = 20;
    let other = FakeNode::start(fork).await;
    let mut story = follow(&[&ours, &other], Start::At(1));
    let head = ours.chain.lock().head_id();
    story.until(head).await;
    assert_eq!(story.branch, ours.chain.lock().ids());
    assert!(story.irreversible <= 15, "found {}", story.irreversible);
}

#[tokio::test]
async fn only_irreversible_blocks_on_request() {
    let node = one(40, 30).await;
    let mut story = follow_with(&[&node], Start::At(1), |config| {
        config.finality = Finality::Irreversible;
    });
    let last = node.chain.lock().id(30);
    story.until(last).await;
    for _ in 0..5 {
        let last = {
            let mut chain = node.chain.lock();
            let reversible = chain.head() - chain.irreversible;
            chain.fork(reversible, 3);
            chain.irreversible += 3;
            let number = chain.irreversible;
            chain.id(number)
        };
        story.until(last).await;
        assert_eq!(story.irreversible, last.number());
    }
    assert!(!story.told().contains('<'), "{}", story.told());
    assert_eq!(story.branch.len(), 45);
}

#[tokio::test]
async fn nodes_that_vanish_and_return_only_delay() {
    let chain = Arc::new(Mutex::new(FakeChain::new(20)));
    let first = FakeNode::over(Arc::clone(&chain)).await;
    let second = FakeNode::over(Arc::clone(&chain)).await;
    let mut story = follow(&[&first, &second], Start::At(1));
    let fault: [fn() -> Reply; 4] = [
        || Reply::html(502),
        || Reply::html(200),
        || Reply::Break(b"{\"jsonrpc\"".to_vec()),
        || Reply::Error(json!({ "code": 1000, "message": "Request Timeout" })),
    ];
    for reply in fault {
        let head = {
            let mut chain = chain.lock();
            chain.produce(2);
            chain.head_id()
        };
        story.until(head).await;
        first.rule(move |_, _| Some(reply()));
        let head = {
            let mut chain = chain.lock();
            chain.produce(2);
            chain.head_id()
        };
        story.until(head).await;
        second.rule(move |_, _| Some(reply()));
        while !matches!(story.follower.status().state, FollowState::Retrying { .. }) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        first.behave();
        second.behave();
    }
    assert_eq!(story.branch.len(), 36);
}

#[tokio::test]
async fn a_hanging_node_does_not_hold_up_the_stream() {
    let chain = Arc::new(Mutex::new(FakeChain::new(5)));
    let hanging = FakeNode::over(Arc::clone(&chain)).await;
    let good = FakeNode::over(Arc::clone(&chain)).await;
    let mut story = follow(&[&hanging, &good], Start::At(1));
    let head = chain.lock().head_id();
    story.until(head).await;
    hanging.rule(|_, _| Some(Reply::Hang));
    for _ in 0..5 {
        let head = {
            let mut chain = chain.lock();
            chain.produce(1);
            chain.head_id()
        };
        story.until(head).await;
    }
    let status = story.follower.status();
    assert!(status.nodes[0].failures > 0 || status.nodes[0].consecutive_failures == 0);
}

#[tokio::test]
async fn a_stuck_preferred_node_is_noticed() {
    let chain = FakeChain::new(10);
    let stuck = FakeNode::start(chain.clone()).await;
    let good = FakeNode::start(chain).await;
    let mut story = follow(&[&stuck, &good], Start::At(1));
    let head = good.chain.lock().head_id();
    story.until(head).await;
    for _ in 0..3 {
        good.chain.lock().produce(1);
        let head = good.chain.lock().head_id();
        story.until(head).await;
    }
    assert_eq!(story.follower.status().head, Some(13));
}

#[tokio::test]
async fn forged_blocks_never_come_through() {
    let chain = Arc::new(Mutex::new(FakeChain::new(60)));
    let liar = FakeNode::over(Arc::clone(&chain)).await;
    let honest = FakeNode::over(Arc::clone(&chain)).await;
    let blocks = Arc::clone(&chain);
    let mut turn = 0;
    liar.rule(on("block_api.get_block_range", move |params| {
        turn += 1;
        if turn < 3 {
            return None;
        }
        let first = u32::try_from(params["starting_block_num"].as_u64()?).unwrap();
        let count = u32::try_from(params["count"].as_u64()?).unwrap();
        let chain = blocks.lock();
        let mut list: Vec<Value> = (first..first + count)
            .map_while(|number| chain.block_json(number, tartan_graphene::JsonForm::Appbase))
            .collect();
        let first = list.first()?.clone();
        let last = list.last_mut()?;
        match turn % 3 {
            0 => last["transactions"] = json!([]),
            1 => last["timestamp"] = json!("2030-01-01T00:00:00"),
            _ => *last = first,
        }
        Some(Reply::Result(json!({ "blocks": list })))
    }));
    let mut story = follow_with(&[&liar, &honest], Start::At(1), |config| config.chunk = 7);
    let head = chain.lock().head_id();
    story.until(head).await;
    assert_eq!(story.branch, chain.lock().ids());
    let status = story.follower.status();
    assert!(status.nodes[0].failures > 0, "{status:?}");
}

#[tokio::test]
async fn a_slow_consumer_holds_the_fetching_back() {
    let node = one(2000, 1990).await;
    let mut story = follow_with(&[&node], Start::At(1), |config| {
        config.chunk = 10;
        config.in_flight = 4;
        config.buffer = 8;
    });
    story.step().await.unwrap();
    let mut before = usize::MAX;
    while before != node.calls("block_api.get_block_range") {
        before = node.calls("block_api.get_block_range");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert!(
        before <= 12,
        "{before} requests for a consumer that took one block"
    );
    let head = node.chain.lock().head_id();
    story.until(head).await;
    assert_eq!(story.branch.len(), 2000);
}

#[tokio::test]
async fn cancelled_waits_lose_nothing() {
    let node = one(50, 40).await;
    let mut story = follow(&[&node], Start::At(1));
    let mut numbers = Vec::new();
    while numbers.len() < 50 {
        let event = tokio::time::timeout(Duration::from_micros(50), story.follower.next()).await;
        if let Ok(Some(Ok(Event::Block { block, .. }))) = event {
            numbers.push(block.number);
        }
    }
    assert_eq!(numbers, (1..=50).collect::<Vec<_>>());
}

#[tokio::test]
async fn nothing_is_asked_after_the_follower_is_dropped() {
    let node = one(50, 40).await;
    let mut story = follow(&[&node], Start::At(1));
    let head = node.chain.lock().head_id();
    story.until(head).await;
    drop(story);
    tokio::time::sleep(Duration::from_millis(100)).await;
    let before = node.all_calls();
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert_eq!(node.all_calls(), before);
}

#[tokio::test]
async fn nothing_spins_while_the_chain_stands_still_or_nodes_are_down() {
    let node = one(5, 4).await;
    let mut story = follow_with(&[&node], Start::At(1), |config| {
        config.slot = Duration::from_millis(200);
        config.poll = (Duration::from_millis(50), Duration::from_millis(100));
    });
    let head = node.chain.lock().head_id();
    story.until(head).await;
    let before = node.all_calls();
    tokio::time::sleep(Duration::from_secs(1)).await;
    let asked = node.all_calls() - before;
    assert!(
        asked <= 21,
        "{asked} requests in a second of polling every 50 ms at most"
    );

    node.rule(|_, _| Some(Reply::html(503)));
    let before = node.all_calls();
    tokio::time::sleep(Duration::from_secs(2)).await;
    let asked = node.all_calls() - before;
    assert!(asked <= 12, "{asked} requests to a node that is down");
}

#[tokio::test]
async fn only_foreign_nodes_end_the_stream() {
    let mut foreign = FakeChain::new(5);
    foreign.chain = tartan_graphene::Chain::hive();
    let foreign = FakeNode::start(foreign).await;
    let mut story = follow(&[&foreign], Start::At(1));
    let error = story.fails().await.to_string();
    assert!(
        error.contains("another chain") && error.contains("beeab0de"),
        "{error}"
    );
}

#[tokio::test]
async fn the_status_tells_an_operator_what_is_going_on() {
    let node = one(30, 20).await;
    let down = one(30, 20).await;
    down.rule(|_, _| Some(Reply::html(502)));
    let mut story = follow(&[&down, &node], Start::At(1));
    let head = node.chain.lock().head_id();
    story.until(head).await;
    // The other node's word is waited for.
    while story.follower.status().irreversible < 20 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let status = story.follower.status();
    assert_eq!(
        (status.position, status.head, status.behind),
        (Some(30), Some(30), Some(0))
    );
    assert_eq!(status.position_id, Some(head));
    assert_eq!(status.irreversible, 20);
    assert_eq!(status.nodes[1].state, NodeState::Healthy);
    let json = serde_json::to_value(&status).unwrap();
    assert_eq!(json["nodes"][1]["state"]["is"], "healthy");
    assert!(
        json["nodes"][0]["last_failure"]
            .as_str()
            .unwrap()
            .contains("502")
    );
    assert!(
        json["clock_skew_s"].as_i64().unwrap() > 1000,
        "the blocks are years old: {json}"
    );
}
