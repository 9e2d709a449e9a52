//! The same main-chain blocks give the same sidechain, whatever else happened on the way.

use std::convert::Infallible;

use crate::common::*;
use proptest::prelude::*;
use serde_json::json;
use tartan_chain::network::Flavor;
use tartan_chain::recording::{Recording, Writer};
use tartan_chain::{Block, Chain, Links, Network, OpenOptions};
use tartan_graphene::{MainBlock, MainOperation};
use tartan_state::State;

const NAMES: [&str; 4] = ["alice", "bob", "carol", "dave"];

/// A community's everyday life, drawn from numbers.
fn operation(choice: u8, a: usize, b: usize, amount: u16) -> MainOperation {
    let (from, to) = (NAMES[a % NAMES.len()], NAMES[b % NAMES.len()]);
    let quantity = format!("{}.{:03}", amount / 8, amount % 8);
    let engine = |payload| {
        active(
            from,
            "tokens",
            payload,
            json!({ "symbol": "ENG", "to": to, "quantity": quantity }),
        )
    };
    match choice % 8 {
        0 => pay(to, &quantity),
        1 => engine("stake"),
        2 => engine("delegate"),
        3 => active(
            from,
            "tokens",
            "unstake",
            json!({ "symbol": "ENG", "quantity": quantity }),
        ),
        4 => active(
            from,
            "tokens",
            "undelegate",
            json!({ "symbol": "ENG", "from": to, "quantity": quantity }),
        ),
        5 => active(
            from,
            "tokens",
            "create",
            json!({ "symbol": to.to_uppercase(), "name": to, "precision": amount % 9, "maxSupply": "1000" }),
        ),
        6 => custom_json(&[from], &[], "[{},null]"),
        _ => transfer(from, to, "ENG", &quantity),
    }
}

fn any_operation() -> impl Strategy<Value = MainOperation> {
    (any::<u8>(), 0..4_usize, 0..4_usize, any::<u16>())
        .prop_map(|(choice, a, b, n)| operation(choice, a, b, n))
}

fn any_branch(length: usize) -> impl Strategy<Value = Vec<Vec<MainOperation>>> {
    proptest::collection::vec(proptest::collection::vec(any_operation(), 0..4), 1..=length)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Branches that are taken back, of up to twenty blocks, leave the chain equal to one that never saw them.
    #[test]
    fn forks_leave_no_trace(
        story in proptest::collection::vec((any_branch(4), proptest::option::of(any_branch(20))), 1..6),
    ) {
        let (mut forked, mut straight) = (dev(), dev());
        let mut main = Main::new();
        for (index, (lasting, stray)) in story.into_iter().enumerate() {
            if let Some(stray) = stray {
                let mut branch = main.fork(index as u8 + 1);
                for operations in stray {
                    forked.apply(&branch.block(operations)).unwrap();
                }
                forked.revert_to(main.number).unwrap();
            }
            for operations in lasting {
                let block = main.block(operations);
                forked.apply(&block).unwrap();
                straight.apply(&block).unwrap();
            }
        }
        prop_assert_eq!(forked.latest_block().hash, straight.latest_block().hash);
        prop_assert_eq!(everything(&forked), everything(&straight));
    }
}

fn recording(blocks: u32) -> Vec<MainBlock> {
    let mut main = Main::new();
    let mut seed = 1_u64;
    let mut next = move || {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize
    };
    (0..blocks)
        .map(|_| {
            let operations =
                (0..next() % 4).map(|_| operation(next() as u8, next(), next(), next() as u16));
            let operations = operations.collect();
            main.block(operations)
        })
        .collect()
}

fn replayed(blocks: &[MainBlock], state: State) -> Chain {
    let mut chain = open_in(Network::dev(Flavor::Steem), state);
    let source = blocks.iter().cloned().map(Ok::<_, Infallible>);
    let progress = chain.replay(source, |_| true).unwrap();
    assert_eq!(progress.last, blocks.last().unwrap().number);
    assert_eq!(progress.blocks, chain.latest_block().number);
    chain
}

#[test]
fn a_recording_gives_the_same_hashes_every_time() {
    let blocks = recording(2000);
    let mut writer = Writer::new(Vec::new()).unwrap();
    for block in &blocks {
        writer.write(block).unwrap();
    }
    let file = writer.finish().unwrap();
    let read: Vec<_> = Recording::new(&file[..], tartan_graphene::Chain::steem())
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(read, blocks);
    let first = replayed(&blocks, State::memory());
    let folder = tempfile::tempdir().unwrap();
    let options = tartan_state::StateOptions {
        map_size: 1 << 30,
        flush_bytes: 1 << 16,
        ..Default::default()
    };
    let second = replayed(&read, State::open(folder.path(), &options).unwrap());
    assert_eq!(hashes(&first.reader()), hashes(&second.reader()));
    assert_eq!(everything(&first), everything(&second));
}

#[test]
fn large_blocks_are_in_order() {
    let (mut chain, mut main) = (dev(), Main::new());
    for (place, count) in (1..).zip([1000, 1, 1000]) {
        let operations = (0..count).map(|n| pay(&format!("user{n}"), "1")).collect();
        let main_block = main.block(operations);
        let block = chain.apply(&main_block).unwrap().unwrap();
        assert_eq!(block.transactions.len(), count);
        for (transaction, main) in block.transactions.iter().zip(&main_block.transactions) {
            let id = main.id.to_string();
            assert_eq!(transaction.id.as_text(), Some(id.as_str()));
            assert_eq!(transaction.hash, transaction.compute_hash());
        }
        let mut sealed = Block::clone(&block);
        sealed.seal(chain.network().block_hashing());
        assert_eq!(sealed, *block);
        assert_eq!(chain.reader().block(place).unwrap().unwrap(), block);
    }
}

#[test]
fn a_replay_can_be_ended_and_taken_up_again() {
    let blocks = recording(100);
    let mut chain = dev();
    let source = || blocks.iter().cloned().map(Ok::<_, Infallible>);
    let progress = chain
        .replay(source(), |progress| progress.main_blocks < 40)
        .unwrap();
    assert_eq!((progress.last, chain.position().number), (40, 40));
    let progress = chain.replay(source(), |_| true).unwrap();
    assert_eq!(progress.main_blocks, 60);
    assert_eq!(
        hashes(&chain.reader()),
        hashes(&replayed(&blocks, State::memory()).reader())
    );
}

#[test]
fn a_source_that_fails_ends_the_replay() {
    let mut blocks = recording(10)
        .into_iter()
        .map(Ok)
        .collect::<Vec<Result<_, String>>>();
    blocks.push(Err("the node hung up".to_string()));
    let mut chain = dev();
    let error = chain.replay(blocks.into_iter(), |_| true).unwrap_err();
    assert_eq!(error.to_string(), "the node hung up");
    assert_eq!(chain.position().number, 10);
}

/// Real blocks of the public chains, read by networks whose contracts are native.
#[test]
fn real_blocks_replay() {
    for (preset, chain_id, flavor, file) in [
        (
            "dev",
            "mainnet1",
            Flavor::Steem,
            &include_bytes!("../data/steem-blocks.json")[..],
        ),
        (
            "dev-hive",
            "mainnet-hive",
            Flavor::Hive,
            &include_bytes!("../data/hive-blocks.json")[..],
        ),
    ] {
        let text = format!("extends = \"{preset}\"\nchain_id = \"{chain_id}\"");
        let replay = || {
            let network = Network::from_toml(&text).unwrap();
            let registry = network.registry().unwrap();
            let options = OpenOptions {
                links: Links::Ascending,
                start: None,
            };
            let mut chain = Chain::open(network, State::memory(), registry, options).unwrap();
            let blocks = Recording::new(file, flavor.chain()).unwrap();
            let progress = chain.replay(blocks, |_| true).unwrap();
            assert_eq!(progress.main_blocks, 4);
            assert!(progress.transactions > 3);
            hashes(&chain.reader())
        };
        assert_eq!(replay(), replay());
    }
}
