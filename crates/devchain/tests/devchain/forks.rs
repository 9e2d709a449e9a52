//! Forks, snapshots, irreversibility, time.

use std::sync::Arc;

use crate::common::{Chain, custom_json, post_by, transfer};
use serde_json::json;
use tartan_devchain::{
    Balances, Cheat, Config, ForkOrder, ForkSpec, Irreversibility, Mining, StoredBlock,
};
use tartan_graphene::{Asset, BlockId, Flavor, Role, SignedTransaction, Time, TransactionId};

/// A chain on which nothing is irreversible soon.
async fn chain() -> Chain {
    Chain::with(Config {
        irreversibility: Irreversibility::Steem,
        ..Config::test(Flavor::Hive)
    })
    .await
}

fn blocks(chain: &Chain) -> Vec<Arc<StoredBlock>> {
    (1..=chain.api.head().number)
        .filter_map(|number| chain.api.block(number))
        .collect()
}

fn ids(chain: &Chain) -> Vec<BlockId> {
    blocks(chain).iter().map(|block| block.id).collect()
}

fn transactions(chain: &Chain, number: u32) -> Vec<TransactionId> {
    chain
        .api
        .block(number)
        .map(|block| block.transaction_ids.clone())
        .unwrap_or_default()
}

fn is_linked(chain: &Chain) -> bool {
    let linked = |pair: &[Arc<StoredBlock>]| {
        pair[1].previous() == pair[0].id && pair[1].timestamp() > pair[0].timestamp()
    };
    blocks(chain).windows(2).all(linked)
}

#[tokio::test]
async fn a_fork_replaces_blocks_and_is_longer() {
    let chain = chain().await;
    let id = chain
        .api
        .send(
            "alice",
            Role::Active,
            vec![transfer("alice", "bob", 1_000).into()],
        )
        .unwrap();
    let first = chain.api.mine(1).number;
    chain.api.mine(2);
    let before = ids(&chain);
    let outcome = chain.api.fork(&ForkSpec::depth(3)).unwrap();
    assert_eq!((outcome.base, outcome.head), (first - 1, first + 3));
    let after = ids(&chain);
    let common = (first - 1) as usize;
    assert_eq!(before[..common], after[..common]);
    assert!(
        before[common..]
            .iter()
            .zip(&after[common..])
            .all(|(old, new)| old != new)
    );
    assert!(is_linked(&chain));
    assert_eq!(transactions(&chain, first), [id]);
    assert_eq!(
        chain.api.balances("bob").unwrap().liquid,
        Balances::PLENTY.liquid + 1_000
    );
}

#[tokio::test]
async fn transactions_can_be_dropped_moved_and_added() {
    let chain = chain().await;
    let one = chain
        .api
        .send(
            "alice",
            Role::Active,
            vec![transfer("alice", "bob", 1).into()],
        )
        .unwrap();
    let two = chain
        .api
        .send(
            "alice",
            Role::Active,
            vec![transfer("alice", "bob", 20).into()],
        )
        .unwrap();
    let first = chain.api.mine(1).number;
    let spec = |change: fn(&mut ForkSpec)| {
        let mut spec = ForkSpec::depth(chain.api.head().number - first + 1);
        change(&mut spec);
        spec
    };
    chain
        .api
        .fork(&spec(|spec| spec.order = ForkOrder::Reverse))
        .unwrap();
    assert_eq!(transactions(&chain, first), [two, one]);
    chain
        .api
        .fork(&spec(|spec| spec.order = ForkOrder::Delay))
        .unwrap();
    assert_eq!(
        (transactions(&chain, first), transactions(&chain, first + 1)),
        (vec![], vec![two, one])
    );
    let mut without = spec(|_| ());
    without.drop = [two].into();
    without.requeue = true;
    let extra = chain
        .api
        .transaction(vec![transfer("carol", "bob", 300).into()]);
    without.add = vec![(
        1,
        SignedTransaction {
            transaction: extra,
            signatures: Vec::new(),
        },
    )];
    chain.api.fork(&without).unwrap();
    assert_eq!(transactions(&chain, first), []);
    let second = transactions(&chain, first + 1);
    assert_eq!((second[0], second.len()), (one, 2));
    // A real node offers what was on the lost branch again.
    assert_eq!(chain.api.pending(), [two]);
    assert_eq!(
        chain.api.balances("bob").unwrap().liquid,
        Balances::PLENTY.liquid + 1 + 300 + 20
    );
    chain.api.fork(&spec(|spec| spec.drop_all = true)).unwrap();
    assert_eq!(chain.api.find(&one), None);
}

#[tokio::test]
async fn a_branch_that_was_left_can_win_again() {
    let chain = chain().await;
    chain
        .send("alice", Role::Posting, post_by("alice", "hello"))
        .unwrap();
    let before = ids(&chain);
    let outcome = chain
        .api
        .fork(&ForkSpec {
            drop_all: true,
            ..ForkSpec::depth(1)
        })
        .unwrap();
    assert_eq!(
        chain
            .call("condenser_api.get_content", json!(["alice", "hello"]))
            .await["author"],
        ""
    );
    let back = ForkSpec {
        restore: Some(outcome.left),
        ..ForkSpec::default()
    };
    chain.api.fork(&back).unwrap();
    assert_eq!(ids(&chain)[..before.len()], before[..]);
    assert!(chain.api.head().number > outcome.head && is_linked(&chain));
    assert_eq!(
        chain
            .call("condenser_api.get_content", json!(["alice", "hello"]))
            .await["author"],
        "alice"
    );
}

#[tokio::test]
async fn irreversible_blocks_stay_unless_forced() {
    let chain = Chain::start(Flavor::Hive).await;
    let error = chain.api.fork(&ForkSpec::depth(2)).unwrap_err();
    assert_eq!(
        error.message(),
        "block 4 is irreversible: expected a depth of at most 1, found 2"
    );
    chain
        .api
        .fork(&ForkSpec {
            below_irreversible: true,
            ..ForkSpec::depth(2)
        })
        .unwrap();
    assert!(
        chain
            .api
            .fork(&ForkSpec {
                below_irreversible: true,
                ..ForkSpec::depth(50)
            })
            .is_err()
    );
    assert!(is_linked(&chain));
}

#[tokio::test]
async fn irreversibility_follows_its_mode() {
    let chain = chain().await;
    assert_eq!(
        (chain.api.head().number, chain.api.last_irreversible()),
        (23, 3)
    );
    chain.api.set_irreversibility(Irreversibility::Frozen);
    chain.api.mine(5);
    assert_eq!(chain.api.last_irreversible(), 3);
    chain.api.set_irreversibility(Irreversibility::Hive);
    assert_eq!(chain.api.last_irreversible(), 27);
    chain.api.set_irreversibility(Irreversibility::Instant);
    assert_eq!(chain.api.last_irreversible(), 28);
    chain.api.set_irreversibility(Irreversibility::Steem);
    chain.api.mine(1);
    assert_eq!(chain.api.last_irreversible(), 28, "never goes back");
}

#[tokio::test]
async fn deep_forks_replay_from_genesis() {
    let chain = chain().await;
    chain
        .send("alice", Role::Active, transfer("alice", "bob", 7))
        .unwrap();
    chain.api.set_balance("carol", Asset::liquid(5)).unwrap();
    chain.api.mine(600);
    let base = 30;
    let spec = ForkSpec {
        below_irreversible: true,
        ..ForkSpec::depth(chain.api.head().number - base)
    };
    let before = ids(&chain);
    chain.api.fork(&spec).unwrap();
    assert_eq!(ids(&chain)[..base as usize], before[..base as usize]);
    assert!(is_linked(&chain));
    assert_eq!(
        chain.api.balances("bob").unwrap().liquid,
        Balances::PLENTY.liquid + 7
    );
    assert_eq!(chain.api.balances("carol").unwrap().liquid, 5);
}

#[tokio::test]
async fn a_snapshot_brings_everything_back() {
    let chain = chain().await;
    chain
        .api
        .cheat(Cheat::CreateAccount {
            name: "zoe".into(),
            balances: Balances::NONE,
        })
        .unwrap();
    let snapshot = chain.api.snapshot();
    let head = chain.api.head();
    chain.api.set_balance("alice", Asset::liquid(1)).unwrap();
    chain
        .send("bob", Role::Active, transfer("bob", "zoe", 5))
        .unwrap();
    chain
        .api
        .send("bob", Role::Active, vec![transfer("bob", "zoe", 6).into()])
        .unwrap();
    assert_eq!(chain.api.revert(snapshot), Ok(head.number));
    assert_eq!(chain.api.head(), head);
    assert_eq!(
        chain.api.balances("alice").unwrap().liquid,
        Balances::PLENTY.liquid
    );
    assert_eq!(chain.api.balances("zoe").unwrap(), Balances::NONE);
    assert!(chain.api.pending().is_empty());
    chain
        .send("bob", Role::Active, transfer("bob", "zoe", 8))
        .unwrap();
    assert_eq!(
        chain.api.revert(snapshot),
        Ok(head.number),
        "a snapshot serves again and again"
    );
    assert!(chain.api.revert(99).is_err());
}

#[tokio::test]
async fn commands_survive_a_fork() {
    let chain = chain().await;
    chain.api.mine(1);
    chain.api.set_balance("alice", Asset::dollar(42)).unwrap();
    chain.api.mine(1);
    chain.api.fork(&ForkSpec::depth(2)).unwrap();
    assert_eq!(chain.api.balances("alice").unwrap().dollar, 42);
}

#[tokio::test]
async fn time_travels_forward() {
    let chain = Chain::start(Flavor::Steem).await;
    let start = chain.api.head().timestamp;
    chain.api.increase_time(100);
    assert_eq!(chain.api.mine(1).timestamp, start.plus(3 + 102));
    chain.api.miss(4);
    assert_eq!(chain.api.mine(1).timestamp, start.plus(105 + 15));
    chain
        .api
        .set_next_block_time(Time(start.0 + 1_000))
        .unwrap();
    assert_eq!(
        chain.api.mine(1).timestamp.0,
        (start.0 + 1_000).next_multiple_of(3)
    );
    let error = chain.api.set_next_block_time(start).unwrap_err();
    assert!(
        error
            .message()
            .starts_with("expected a time after the head block's"),
        "{error}"
    );
    let properties = chain
        .call("condenser_api.get_dynamic_global_properties", json!([]))
        .await;
    // Slots count what was missed, numbers do not.
    assert_eq!(properties["head_block_number"], 8);
    assert!(properties["current_aslot"].as_u64().unwrap() > 300);
}

#[tokio::test]
async fn production_can_be_paused() {
    let config = Config {
        mining: Mining::Interval { millis: 20 },
        ..Config::test(Flavor::Hive)
    };
    let chain = Chain::with(config).await;
    let head = chain.api.head().number;
    chain.api.wait_for_block(head + 3).await;
    chain.api.pause();
    let head = chain.api.head().number;
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    assert_eq!(chain.api.head().number, head);
    chain.api.resume();
    chain.api.wait_for_block(head + 2).await;
    chain.api.set_mining(Mining::Manual);
    assert_eq!(
        chain.call("devchain.info", json!({})).await["mining"]["mode"],
        "manual"
    );
}

#[tokio::test]
async fn the_same_commands_make_the_same_blocks() {
    let run = async || {
        let chain = chain().await;
        chain.api.create_account("alice", "newcomer").unwrap();
        chain.api.mine(2);
        chain
            .api
            .send("bob", Role::Posting, vec![custom_json("bob", "[1]").into()])
            .unwrap();
        chain.api.increase_time(60);
        chain.api.mine(1);
        chain
            .api
            .fork(&ForkSpec {
                order: ForkOrder::Delay,
                ..ForkSpec::depth(2)
            })
            .unwrap();
        let texts: Vec<_> = (1..=chain.api.head().number)
            .map(|n| chain.api.block(n).unwrap().block_api_json().to_owned())
            .collect();
        texts
    };
    assert_eq!(run().await, run().await);
}
