//! Forks of the main chain leave no trace in the sidechain.

use fastrand::Rng;
use tartan_devchain::{Config, ForkOrder, ForkSpec, Irreversibility};
use tartan_graphene::Flavor;

use super::{repetitions, seed};
use crate::harness::{Desk, MainChain, SideChain, Traffic};

/// The deepest fork; on Steem blocks become irreversible after about twenty.
const DEEPEST: u32 = 20;

/// A node that has followed forks of every depth equals one that only ever saw the chain that won.
#[test]
fn of_every_depth() {
    let steem = Config {
        irreversibility: Irreversibility::Steem,
        ..Config::test(Flavor::Steem)
    };
    let main_chain = MainChain::with(steem);
    let desk = Desk::new();
    let (follower, running) = SideChain::start(&desk, &main_chain.url(), "follower");
    let mut traffic = Traffic::new(seed(11));
    let mut random = Rng::with_seed(seed(11));
    traffic.found(&main_chain);

    for depth in (1..=DEEPEST).cycle().take(DEEPEST as usize * repetitions()) {
        for _ in 0..DEEPEST + 2 {
            traffic.block(&main_chain, 3);
        }
        follower.wait_for_head(&main_chain);
        let left = main_chain.head_id();
        let spec = ForkSpec {
            grow: random.u32(1..4),
            order: [ForkOrder::Keep, ForkOrder::Reverse, ForkOrder::Delay][random.usize(0..3)],
            drop_all: random.bool(),
            ..ForkSpec::depth(depth)
        };
        main_chain.api.fork(&spec).expect("the chain can fork");
        assert_ne!(main_chain.head_id(), left);
        // what members do next is built on the new branch
        traffic.block(&main_chain, 3);
        follower.wait_for_head(&main_chain);
    }
    let forked = follower.dump();
    let health = follower.health().expect("an answer");
    assert!(
        health["sync"]["forks"].as_u64() >= Some(u64::from(DEEPEST)),
        "{health}"
    );

    let (fresh, other) = SideChain::start(&desk, &main_chain.url(), "fresh");
    fresh.wait_for_head(&main_chain);
    forked.assert_equals(&fresh.dump());
    let (executed, _) = forked.counts();
    assert!(executed > 100, "only {executed} transactions");
    other.stop();

    // what is on disk is of the chain that won, too
    running.stop();
    let (again, running) = SideChain::start(&desk, &main_chain.url(), "follower");
    again.wait_for_head(&main_chain);
    again.dump().assert_equals(&forked);
    running.stop();
}

/// A node that is away while the chain forks comes back to the branch that won.
#[test]
fn while_the_node_is_away() {
    let steem = Config {
        irreversibility: Irreversibility::Steem,
        ..Config::test(Flavor::Steem)
    };
    let main_chain = MainChain::with(steem);
    let desk = Desk::new();
    let mut traffic = Traffic::new(seed(12));
    traffic.found(&main_chain);
    for depth in [1, 7, 19] {
        for _ in 0..DEEPEST + 5 {
            traffic.block(&main_chain, 3);
        }
        let (node, mut running) = SideChain::start(&desk, &main_chain.url(), "away");
        node.wait_for_head(&main_chain);
        running.kill();
        main_chain
            .api
            .fork(&ForkSpec {
                drop_all: true,
                ..ForkSpec::depth(depth)
            })
            .expect("the chain can fork");
    }
    let (node, running) = SideChain::start(&desk, &main_chain.url(), "away");
    node.wait_for_head(&main_chain);
    let (fresh, other) = SideChain::start(&desk, &main_chain.url(), "fresh");
    fresh.wait_for_head(&main_chain);
    node.dump().assert_equals(&fresh.dump());
    running.stop();
    other.stop();
}

/// A main chain that replaces what it called irreversible is none that can be followed.
#[test]
fn below_the_irreversible_block_end_the_node() {
    let main_chain = MainChain::new();
    let mut traffic = Traffic::new(seed(13));
    traffic.found(&main_chain);
    main_chain.api.mine(10);
    let desk = Desk::new();
    let (node, mut running) = SideChain::start(&desk, &main_chain.url(), "state");
    node.wait_for_head(&main_chain);
    let spec = ForkSpec {
        below_irreversible: true,
        ..ForkSpec::depth(5)
    };
    main_chain.api.fork(&spec).expect("the chain can fork");
    assert_eq!(running.ends(), 1, "{}", running.output());
    assert!(
        running.output().contains("irreversible"),
        "{}",
        running.output()
    );
}
