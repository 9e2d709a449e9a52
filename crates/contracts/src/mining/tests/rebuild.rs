//! Counting miners anew, in steps, while stakes and delegations change.

use serde_json::json;
use tartan_runtime::Limits;

use super::world::{World, bulls_and_bears, one_token, only_nfts, power, two_tokens};

const ID: &str = "TKN:MTKN,TKN";
const NFT_ID: &str = "TKN::TSTNFT";

/// Two holders a block, one at a time.
fn slowly(world: &mut World) {
    let bounds = json!({ "maxBalancesProcessedPerBlock": 2, "processQueryLimit": 1 });
    world.act("engine", "mining", "updateParams", bounds);
}

#[test]
fn a_count_goes_on_where_it_stopped() {
    let mut world = World::new(&["alice", "bob", "carol"]);
    slowly(&mut world);
    for (account, quantity) in [("alice", "1"), ("bob", "2"), ("carol", "4")] {
        world.stake(account, "TKN", quantity);
    }
    world.create(one_token());
    // rows of balances: two of ENG, 3 founder's TKN, 4 alice's, 5 bob's, 6 carol's, then those of MTKN
    let mut seen = Vec::new();
    for _ in 0..3 {
        world.tick();
        seen.push(format!(
            "{} {}",
            world.total("TKN:TKN"),
            world.progress("TKN:TKN")
        ));
    }
    assert_eq!(
        seen,
        ["1 [true,0,0,4]", "7 [true,0,0,6]", "7 [false,0,0,0]"]
    );
}

/// However few rows a block may look at, all are counted; and pools share them.
#[test]
fn a_block_looks_at_so_many_rows() {
    let limits = Limits {
        tick_rows: 4,
        ..Limits::default()
    };
    let mut world = World::with_limits(&["alice", "bob", "carol"], limits);
    for (account, quantity) in [("alice", "1"), ("bob", "2"), ("carol", "4")] {
        world.stake(account, "TKN", quantity);
        world.stake(account, "MTKN", quantity);
    }
    world.create(one_token());
    world.tick();
    assert_eq!(world.progress("TKN:TKN"), "[true,0,0,4]");
    world.create(two_tokens());
    world.tick();
    assert_eq!(world.progress("TKN:TKN"), "[true,0,0,6]");
    assert_eq!(world.progress(ID), "[true,0,0,2]");
    world.count();
    assert_eq!(
        (world.total("TKN:TKN").as_str(), world.total(ID).as_str()),
        ("7", "35")
    );
}

/// The defect M2 of the script: 100 and 50 of TKN, 10 and 20 of MTKN, five more between the two steps.
#[test]
fn a_stake_between_two_tokens_counts_once() {
    let mut world = World::new(&["alice", "bob"]);
    world.stake("alice", "TKN", "100");
    world.stake("bob", "TKN", "50");
    world.stake("alice", "MTKN", "10");
    world.stake("bob", "MTKN", "20");
    world.create(two_tokens());
    world.tick();
    world.stake("alice", "MTKN", "5");
    world.tick();
    assert_eq!(world.power(ID, "alice"), "160");
    assert_eq!(world.total(ID), "290");
}

#[test]
fn a_stake_before_and_behind_the_count() {
    let mut world = World::new(&["alice", "bob", "carol", "dave"]);
    slowly(&mut world);
    for account in ["alice", "bob", "carol", "dave"] {
        world.stake(account, "TKN", "1");
    }
    world.create(one_token());
    world.stake("dave", "TKN", "1");
    world.tick();
    assert_eq!(world.progress("TKN:TKN"), "[true,0,0,4]");
    world.stake("alice", "TKN", "10");
    assert_eq!(world.total("TKN:TKN"), "11", "alice is counted already");
    world.stake("carol", "TKN", "100");
    assert_eq!(world.total("TKN:TKN"), "11", "carol is still to be counted");
    assert_eq!(world.power("TKN:TKN", "carol"), "-");
    let new = json!({ "to": "erin", "symbol": "TKN", "quantity": "5" });
    world.act("alice", "tokens", "stake", new);
    world.count();
    let powers = ["alice", "bob", "carol", "dave", "erin"];
    let powers = powers.map(|account| world.power("TKN:TKN", account));
    assert_eq!(powers, ["11", "1", "101", "2", "5"]);
    assert_eq!(world.total("TKN:TKN"), "120");
}

#[test]
fn a_delegation_before_and_behind_the_count() {
    let mut world = World::new(&[]).with_nfts();
    slowly(&mut world);
    world.create(only_nfts());
    world.activate(NFT_ID);
    for _ in 0..3 {
        world.delegate_nft("alice", "bull", ("mining", "c"));
    }
    world.delegate_nft("bob", "bull", ("somewhere", "c"));
    world.tick();
    assert_eq!(world.progress(NFT_ID), "[true,0,0,2]");
    assert_eq!(world.power(NFT_ID, "alice"), "9");
    world.undelegate_nft(1).succeeds();
    assert_eq!(
        world.power(NFT_ID, "alice"),
        "3",
        "the first is counted already"
    );
    world.delegate_nft("alice", "bear", ("mining", "c"));
    world.undelegate_nft(3).succeeds();
    assert_eq!(
        world.power(NFT_ID, "alice"),
        "3",
        "these are still to be counted"
    );
    world.count();
    // bull and bear: (2 - 1) * 1.5 * 0.9
    assert_eq!(world.power(NFT_ID, "alice"), "1.35");
    assert_eq!(world.total(NFT_ID), "1.35");
    assert_eq!(world.power(NFT_ID, "bob"), "-");
}

/// Before the NFTs come to be counted, a delegation waits for it.
#[test]
fn delegations_wait_while_stakes_are_counted() {
    let mut world = World::new(&["alice"]).with_nfts();
    world.stake("alice", "TKN", "10");
    let id = "TKN:TKN:TSTNFT";
    world.create(
        json!({ "tokenMiners": one_token()["tokenMiners"], "nftTokenMiner": bulls_and_bears() }),
    );
    world.activate(id);
    world.delegate_nft("alice", "bull", ("mining", "c"));
    world.tick();
    assert_eq!(
        (
            world.power(id, "alice").as_str(),
            world.progress(id).as_str()
        ),
        ("10", "[true,1,0,0]")
    );
    world.tick();
    assert_eq!(
        (world.total(id).as_str(), world.power(id, "alice").as_str()),
        ("13", "13")
    );
}

/// Nobody tells a pool of delegations while it is off: it looks for itself when it is switched on.
#[test]
fn a_pool_with_nfts_counts_anew_when_activated() {
    let mut world = World::new(&[]).with_nfts();
    world.delegate_nft("alice", "bull", ("mining", "c"));
    world.create(only_nfts());
    world.activate(NFT_ID);
    world.count();
    world.act(
        "founder",
        "mining",
        "setActive",
        json!({ "id": NFT_ID, "active": false }),
    );
    world.delegate_nft("bob", "bull", ("mining", "c"));
    world.undelegate_nft(1).succeeds();
    assert_eq!(
        (world.power(NFT_ID, "alice"), world.total(NFT_ID)),
        ("3".into(), "3".into())
    );
    world.activate(NFT_ID);
    assert_eq!(world.progress(NFT_ID), "[true,0,0,0]");
    world.count();
    assert_eq!(
        world.power(NFT_ID, "alice"),
        "0",
        "whom the count does not meet has nothing"
    );
    assert_eq!(
        (world.power(NFT_ID, "bob"), world.total(NFT_ID)),
        ("3".into(), "3".into())
    );
    world.undelegate_nft(2).succeeds();
    assert_eq!(world.total(NFT_ID), "0");
}

/// An NFT that a pool was not told of cannot be taken back from it; a pool that was told goes on.
#[test]
fn an_nft_that_was_never_counted() {
    let mut world = World::new(&[]).with_nfts();
    world.create(only_nfts());
    world.activate(NFT_ID);
    world.count();
    world.act(
        "alice",
        "nft",
        "issue",
        json!({ "account": "alice", "type": "bull" }),
    );
    let delegate = json!({ "id": 1, "to": "mining", "toType": "c", "quiet": true });
    world.act("alice", "nft", "delegate", delegate);
    let id = "TKN:TKN:TSTNFT";
    world.create(
        json!({ "tokenMiners": one_token()["tokenMiners"], "nftTokenMiner": bulls_and_bears() }),
    );
    world.activate(id);
    world.count();
    assert_eq!(
        (world.total(NFT_ID).as_str(), world.total(id).as_str()),
        ("0", "3")
    );
    let sent = world.undelegate_nft(1);
    assert_eq!(
        sent.logs.errors,
        ["unexpected condition: remove without previous miningPower"]
    );
    assert_eq!(
        (world.total(NFT_ID).as_str(), world.total(id).as_str()),
        ("0", "0")
    );
}

/// The older request goes first, and a new request does not overtake.
#[test]
fn pools_take_turns() {
    let mut world = World::new(&["alice"]);
    world.act(
        "engine",
        "mining",
        "updateParams",
        json!({ "maxLotteriesPerBlock": 1 }),
    );
    world.stake("alice", "TKN", "1");
    world.create(two_tokens());
    world.0.hours_later(1, "mining", "handleNftChange");
    world.create(one_token());
    let mut update = super::world::pool(two_tokens());
    update["id"] = json!(ID);
    update["tokenMiners"][0]["multiplier"] = json!(2);
    world.0.hours_later(1, "mining", "handleNftChange");
    world.act("founder", "mining", "updatePool", update);
    world.tick();
    assert_eq!(
        (world.total("TKN:TKN"), world.total(ID)),
        ("1".into(), "0".into())
    );
    world.tick();
    assert_eq!(world.total(ID), "2");
}

/// Two counts in one second are two counts.
#[test]
fn a_count_that_begins_in_the_block_where_one_ended() {
    let mut world = World::new(&["alice"]).with_nfts();
    world.delegate_nft("alice", "bull", ("mining", "c"));
    world.create(only_nfts());
    world.activate(NFT_ID);
    world.count();
    let mut update = super::world::pool(only_nfts());
    update["id"] = json!(NFT_ID);
    update["nftTokenMiner"]["typeMap"]["bull"] = json!(["10", "1"]);
    world.act("founder", "mining", "updatePool", update);
    world.count();
    assert_eq!(
        (world.total(NFT_ID), world.power(NFT_ID, "alice")),
        ("10".into(), "10".into())
    );
}

#[test]
fn a_second_deployment_adds_an_index() {
    let mut world = World::new(&["alice"]);
    world.stake("alice", "TKN", "3");
    world.create(one_token());
    world.count();
    assert!(
        !world
            .0
            .has_index("mining", "miningPower", "byPoolIdAndAccount")
    );
    for _ in 0..2 {
        world.0.redeploy("mining");
        assert!(
            world
                .0
                .has_index("mining", "miningPower", "byPoolIdAndAccount")
        );
        let params = world.0.find_in("mining", "params", json!({}));
        assert_eq!(params[0].get("updateIndex").unwrap().as_u64(), Some(1));
    }
    let query = json!({ "id": "TKN:TKN", "account": "alice" });
    let rows = world.0.find_in("mining", "miningPower", query);
    assert_eq!(rows.iter().map(power).collect::<Vec<_>>(), ["3"]);
}
