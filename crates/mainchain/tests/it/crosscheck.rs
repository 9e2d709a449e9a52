//! Nodes that show a chain of their own making, next to honest ones.

use std::time::Duration;

use tartan_devchain::{Config, EndpointKind, Irreversibility};
use tartan_graphene::{Flavor, Role};
use tartan_mainchain::{
    Backoff, Client, ClientConfig, Finality, FollowError, FollowState, FollowerStatus, NodeState,
    NodeStatus, Start,
};

use crate::fake::{FakeChain, FakeNode, Reply, config};
use crate::story::Story;

/// An honest chain of 60 blocks and one that differs from block 31 on and is longer; both call almost all final.
fn two_chains() -> (FakeChain, FakeChain) {
    let mut honest = FakeChain::new(60);
    let mut false_chain = honest.clone();
    false_chain.fork(30, 2);
    honest.irreversible = 55;
    false_chain.irreversible = 57;
    (honest, false_chain)
}

fn follow(nodes: &[&FakeNode], start: Start) -> Story {
    Story::begin(Client::new(config(nodes)).unwrap(), start, |_| {})
}

fn grow(nodes: &[&FakeNode]) {
    for node in nodes {
        let mut chain = node.chain.lock();
        chain.produce(1);
        chain.irreversible += 1;
    }
}

/// Lets the chains grow until the follower's status is as wanted.
async fn until(
    story: &mut Story,
    nodes: &[&FakeNode],
    wanted: impl Fn(&FollowerStatus) -> bool,
) -> FollowerStatus {
    for _ in 0..200 {
        let status = story.follower.status();
        if wanted(&status) {
            return status;
        }
        grow(nodes);
        while let Ok(step) = tokio::time::timeout(Duration::from_millis(60), story.step()).await {
            step.unwrap();
        }
    }
    panic!("never as wanted: {:?}", story.follower.status());
}

/// A ballot finds a liar out, or before that a block which does not fit to what most others have.
fn is_found_out(node: &NodeStatus) -> bool {
    let wrong = |failure: &String| failure.contains("as the other nodes have it");
    matches!(node.state, NodeState::Outvoted { .. })
        || node.last_failure.as_ref().is_some_and(wrong)
}

#[tokio::test]
async fn a_liar_is_outvoted_by_two() {
    let (honest, false_chain) = two_chains();
    let liar = FakeNode::start(false_chain).await;
    let first = FakeNode::start(honest.clone()).await;
    let second = FakeNode::start(honest).await;
    let nodes = [&liar, &first, &second];
    let mut story = follow(&nodes, Start::At(1));
    until(&mut story, &nodes, |status| {
        status.irreversible > 60 && is_found_out(&status.nodes[0])
    })
    .await;
    let head = first.chain.lock().head_id();
    story.until(head).await;
    assert_eq!(story.branch, first.chain.lock().ids());
    assert_eq!(story.follower.status().dispute, None);
}

#[tokio::test]
async fn two_liars_agree_on_nothing_and_decide_nothing() {
    let (honest, false_chain) = two_chains();
    let mut other = honest.clone();
    other.branch = 7;
    other.fork(30, 0);
    let first = FakeNode::start(false_chain).await;
    let second = FakeNode::start(other).await;
    let honest = FakeNode::start(honest).await;
    let nodes = [&first, &second, &honest];
    let mut story = follow(&nodes, Start::At(1));
    let status = until(&mut story, &nodes, |status| status.dispute.is_some()).await;
    assert_eq!(status.dispute.unwrap().number, 31);
    for _ in 0..10 {
        grow(&nodes);
        story.step().await.unwrap();
    }
    assert_eq!(story.irreversible, 30);
}

#[tokio::test]
async fn one_against_one_finalizes_what_both_have_and_tells() {
    let (honest, false_chain) = two_chains();
    let (ours, theirs) = (false_chain.id(31), honest.id(31));
    let liar = FakeNode::start(false_chain).await;
    let honest = FakeNode::start(honest).await;
    let nodes = [&liar, &honest];
    let mut story = follow(&nodes, Start::At(1));
    let status = until(&mut story, &nodes, |status| status.dispute.is_some()).await;
    let dispute = status.dispute.unwrap();
    assert_eq!(
        (dispute.number, dispute.ours, dispute.theirs),
        (31, ours, theirs)
    );
    assert_eq!(
        (&dispute.ours_from[..], &dispute.theirs_from[..]),
        (&[liar.url.clone()][..], &[honest.url.clone()][..])
    );
    for part in [
        &liar.url,
        &honest.url,
        &ours.to_string(),
        &theirs.to_string(),
    ] {
        assert!(dispute.to_string().contains(part), "{dispute}");
    }
    for _ in 0..10 {
        grow(&nodes);
        story.step().await.unwrap();
    }
    assert_eq!(story.irreversible, 30, "the last block that both have");

    // Silencing the honest node settles nothing.
    honest.rule(|_, _| Some(Reply::html(502)));
    for _ in 0..30 {
        grow(&nodes);
        story.step().await.unwrap();
    }
    assert_eq!(story.irreversible, 30);
    honest.behave();

    // Once the liar shows the honest chain, that is followed and becomes final.
    liar.rule(|_, _| Some(Reply::html(502)));
    *liar.chain.lock() = honest.chain.lock().clone();
    liar.behave();
    let status = until(&mut story, &nodes, |status| status.irreversible > 60).await;
    assert_eq!(status.dispute, None);
    assert!(story.branch.contains(&theirs) && !story.branch.contains(&ours));
}

#[tokio::test]
async fn a_liar_that_becomes_honest_is_used_again() {
    let (honest, false_chain) = two_chains();
    let liar = FakeNode::start(false_chain).await;
    let first = FakeNode::start(honest.clone()).await;
    let second = FakeNode::start(honest).await;
    let nodes = [&liar, &first, &second];
    let mut story = follow(&nodes, Start::At(1));
    until(&mut story, &nodes, |status| is_found_out(&status.nodes[0])).await;
    *liar.chain.lock() = first.chain.lock().clone();
    until(&mut story, &nodes, |status| {
        status.nodes[0].state == NodeState::Healthy
    })
    .await;
    let before = liar.calls("block_api.get_block");
    until(&mut story, &nodes, |_| {
        liar.calls("block_api.get_block") > before
    })
    .await;
}

#[tokio::test]
async fn a_liar_that_calls_nothing_irreversible_is_found_out() {
    let (honest, mut false_chain) = two_chains();
    false_chain.irreversible = 0;
    let liar = FakeNode::start(false_chain).await;
    let first = FakeNode::start(honest.clone()).await;
    let second = FakeNode::start(honest).await;
    let mut story = follow(&[&liar, &first, &second], Start::At(1));
    let honest = [&first, &second];
    until(&mut story, &honest, |status| status.irreversible > 55).await;
    liar.chain.lock().produce(1);
    let head = first.chain.lock().head_id();
    story.until(head).await;
    assert_eq!(story.branch, first.chain.lock().ids());
}

#[tokio::test]
async fn nodes_without_headers_are_asked_for_blocks() {
    let (honest, false_chain) = two_chains();
    let liar = FakeNode::start(false_chain).await;
    let first = FakeNode::start(honest.clone()).await;
    let second = FakeNode::start(honest).await;
    first.abilities(false, false, false);
    second.abilities(true, true, true);
    let nodes = [&liar, &first, &second];
    let mut story = follow(&nodes, Start::At(1));
    until(&mut story, &nodes, |status| status.irreversible > 60).await;
    assert_eq!(first.calls("condenser_api.get_block_header"), 1);
}

#[tokio::test]
async fn a_node_that_does_not_answer_is_waited_for_and_then_ignored() {
    let (honest, _) = two_chains();
    let good = FakeNode::start(honest.clone()).await;
    let down = FakeNode::start(honest).await;
    down.rule(|_, _| Some(Reply::html(502)));
    let mut story = follow(&[&good, &down], Start::At(1));
    let head = good.chain.lock().head_id();
    story.until(head).await;
    assert_eq!(story.irreversible, 0, "patience first");
    let status = until(&mut story, &[&good], |status| status.irreversible > 0).await;
    assert!(status.irreversible >= 55, "{status:?}");
}

#[tokio::test]
async fn a_word_of_one_node_makes_nothing_irreversible() {
    // All on the same branch, but one calls blocks irreversible that the others still might replace.
    let (mut chain, _) = two_chains();
    let others = chain.clone();
    chain.irreversible = 60;
    let hasty = FakeNode::start(chain).await;
    let first = FakeNode::start(others.clone()).await;
    let second = FakeNode::start(others).await;
    let nodes = [&hasty, &first, &second];
    let mut story = follow(&nodes, Start::At(1));
    let status = until(&mut story, &nodes, |status| status.irreversible > 0).await;
    let theirs = first.chain.lock().irreversible;
    assert!(status.irreversible <= theirs, "{status:?}");
}

#[tokio::test]
async fn a_state_built_on_a_lie_is_not_continued() {
    // The state was made final when the liar was the only node.
    let (honest, false_chain) = two_chains();
    let known = vec![false_chain.id(50)];
    let liar = FakeNode::start(false_chain).await;
    let first = FakeNode::start(honest.clone()).await;
    let second = FakeNode::start(honest).await;
    let mut story = follow(&[&liar, &first, &second], Start::After(known.clone()));
    let error = story.fails().await;
    let FollowError::IrreversibleFork {
        number: 50, ours, ..
    } = error
    else {
        panic!("{error}");
    };
    assert_eq!(ours, known[0]);
}

#[tokio::test]
async fn only_confirmed_blocks_on_request() {
    let (honest, false_chain) = two_chains();
    let liar = FakeNode::start(false_chain).await;
    let first = FakeNode::start(honest.clone()).await;
    let nodes = [&liar, &first];
    let begin = |nodes: &[&FakeNode]| {
        Story::begin(
            Client::new(config(nodes)).unwrap(),
            Start::At(1),
            |config| {
                config.finality = Finality::Irreversible;
            },
        )
    };
    let mut story = begin(&nodes);
    let shared = first.chain.lock().id(30);
    story.until(shared).await;
    let more = tokio::time::timeout(Duration::from_secs(2), story.step()).await;
    assert!(more.is_err(), "found {:?}", story.events);

    let second = FakeNode::start(honest).await;
    let mut story = begin(&[&liar, &first, &second]);
    let last = first.chain.lock().id(55);
    story.until(last).await;
    assert!(!story.told().contains('<'), "{}", story.told());
}

#[tokio::test]
async fn catching_up_waits_rather_than_run_far_ahead_of_a_dispute() {
    let mut honest = FakeChain::new(20);
    let mut false_chain = honest.clone();
    false_chain.fork(10, 2600);
    honest.produce(2000);
    honest.irreversible = honest.head();
    false_chain.irreversible = false_chain.head();
    let liar = FakeNode::start(false_chain).await;
    let honest = FakeNode::start(honest).await;
    let mut story = Story::begin(
        Client::new(config(&[&liar, &honest])).unwrap(),
        Start::At(1),
        |config| {
            config.finality = Finality::Irreversible;
            config.chunk = 50;
            // a node that answers late on a busy machine is not one that says nothing
            config.slot = Duration::from_secs(3);
        },
    );
    let shared = honest.chain.lock().id(10);
    story.until(shared).await;
    loop {
        if let FollowState::Retrying { reason } = story.follower.status().state {
            assert!(
                reason.contains("disagree about irreversible block 11"),
                "{reason}"
            );
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let asked = liar.calls("block_api.get_block_range");
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert!(liar.calls("block_api.get_block_range") <= asked + 1);
}

/// The development chain's lying endpoint, in both flavours, first in the order.
#[tokio::test(flavor = "multi_thread")]
async fn a_lying_endpoint_before_two_honest_ones() {
    for flavor in [Flavor::Steem, Flavor::Hive] {
        let (chain, handle) = tartan_devchain::spawn(Config {
            irreversibility: Irreversibility::Steem,
            ..Config::test(flavor)
        })
        .await
        .unwrap();
        chain.mine(100);
        chain.add_endpoint(EndpointKind::Honest).await.unwrap();
        chain
            .add_endpoint(EndpointKind::Lying { from: 40 })
            .await
            .unwrap();
        let urls = chain.urls();
        let urls = [&urls[2], &urls[0], &urls[1]].map(Clone::clone);
        let mut config = ClientConfig::new(chain.protocol(), urls);
        config.cool_down = Backoff {
            first: Duration::from_millis(200),
            max: Duration::from_secs(1),
        };
        let mut story = Story::begin(Client::new(config).unwrap(), Start::At(1), |_| {});
        while story.irreversible < 100 {
            let operation = tartan_graphene::operation::CustomJson {
                required_auths: [].into(),
                required_posting_auths: ["alice".to_owned()].into(),
                id: "ssc-dev".to_owned(),
                json: format!("[{}]", chain.head().number),
            };
            chain
                .send("alice", Role::Posting, vec![operation.into()])
                .unwrap();
            chain.mine(1);
            let step = tokio::time::timeout(Duration::from_millis(100), story.step());
            if let Ok(step) = step.await {
                step.unwrap();
            }
        }
        story.until(chain.head().id).await;
        for (number, id) in (1..).zip(&story.branch) {
            assert_eq!(chain.block(number).unwrap().id, *id);
        }
        handle.shutdown().await;
    }
}
