//! The draws: who wins, what they get, and which pools have their turn.

use serde_json::json;
use tartan_decimal::Decimal;
use tartan_document::Object;

use super::world::{TICK, World, one_token, pool, power};
use crate::mining::numbers;
use crate::testing::Sent;

const ID: &str = "TKN:TKN";

/// What the draws of a tick tell: the pool, and winner, number and amount of each prize.
pub(super) fn draws(sent: &Sent) -> Vec<(String, Vec<[String; 3]>)> {
    let draws = sent
        .logs
        .events
        .iter()
        .filter(|event| event.event == "miningLottery");
    draws
        .map(|event| {
            let text = |value: &tartan_document::Value, key: &str| {
                let text = value.get(key).and_then(|value| value.as_str());
                text.expect("it is text").to_string()
            };
            let winners = event.data.get("winners").and_then(|list| list.as_array());
            let winners = winners.expect("it is a list").iter().map(|winner| {
                ["winner", "winningNumber", "winningAmount"].map(|key| text(winner, key))
            });
            (text(&event.data, "poolId"), winners.collect())
        })
        .collect()
}

/// A draw as the script holds it: past all miners, the most powerful first.
fn winner_by_walking(miners: &[Object], number: &Decimal) -> (usize, String) {
    let mut from = Decimal::ZERO;
    for (index, miner) in miners.iter().enumerate() {
        let to = numbers::plus(&from, &numbers::parse(&power(miner)));
        if from.is_at_most(number) && to.is_greater(number) {
            return (index, miner.get_str("account").unwrap().to_string());
        }
        from = to;
    }
    panic!("nobody has the number {number}");
}

/// The winners of a draw are those that a walk past all miners, as they were before, finds, in its order.
pub(super) fn check_winners(miners: &[Object], winners: &[[String; 3]]) {
    let mut places = Vec::new();
    for [winner, number, _] in winners {
        let (place, expected) = winner_by_walking(miners, &numbers::parse(number));
        assert_eq!(*winner, expected, "of number {number}");
        places.push(place);
    }
    assert!(places.is_sorted(), "{places:?}");
}

/// The miners of a pool that have power, in the order of a draw.
pub(super) fn miners(world: &World, id: &str) -> Vec<Object> {
    let mut rows = world
        .0
        .find_in("mining", "miningPower", json!({ "id": id }));
    let power = |row: &Object| row.get("power").unwrap().as_decimal().unwrap();
    rows.retain(|row| power(row).compare(0.into()).is_gt());
    rows.sort_by(|a, b| {
        let rows = |row: &Object| row.get("_id").unwrap().as_u64();
        power(b).compare(power(a)).then(rows(a).cmp(&rows(b)))
    });
    rows
}

/// 100 miners, many with the same power, 20 winners in each of 20 draws.
#[test]
fn winners_are_those_of_a_walk_past_everyone() {
    let names: Vec<String> = (0..100).map(|number| format!("m{number:03}")).collect();
    let members: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut world = World::new(&members);
    for (number, name) in members.iter().enumerate() {
        let stake = ["7", "0.00000001", "100", "7", "12.5"][number % 5];
        world.stake(name, "TKN", stake);
    }
    let mut payload = pool(one_token());
    payload["lotteryWinners"] = json!(20);
    world.act("founder", "mining", "createPool", payload);
    world.activate(ID);
    world.count();
    let (mut met, mut twice) = (std::collections::BTreeSet::new(), false);
    for _ in 0..20 {
        let miners = miners(&world, ID);
        let sent = world.0.hours_later(1, "mining", TICK).succeeds();
        let draws = draws(&sent);
        assert_eq!((draws.len(), draws[0].1.len()), (1, 20));
        check_winners(&miners, &draws[0].1);
        twice |= draws[0].1.windows(2).any(|pair| pair[0][0] == pair[1][0]);
        met.extend(draws[0].1.iter().map(|[winner, ..]| winner.clone()));
    }
    assert!(met.len() > 30 && twice, "{met:?}");
    world.0.check_conservation();
}

#[test]
fn prizes_are_not_more_than_the_amount() {
    let mut world = World::new(&["alice"]);
    world.stake("alice", "TKN", "1");
    let mut payload = pool(one_token());
    payload["lotteryWinners"] = json!(3);
    payload["lotteryAmount"] = json!("0.00000005");
    world.act("founder", "mining", "createPool", payload);
    world.activate(ID);
    world.count();
    let sent = world.0.hours_later(1, "mining", TICK).succeeds();
    let draws = draws(&sent);
    // half up would be 0.00000002, three times that 0.00000006
    assert!(
        draws[0]
            .1
            .iter()
            .all(|[winner, _, amount]| winner == "alice" && amount == "0.00000001")
    );
    assert_eq!(draws[0].1.len(), 3);
    world.0.balance("alice", "TKN").is("999.00000003");
}

#[test]
fn a_prize_of_nothing_is_won_by_nobody() {
    let mut world = World::new(&["alice"]);
    world.stake("alice", "TKN", "1");
    let mut payload = pool(one_token());
    payload["lotteryWinners"] = json!(20);
    payload["lotteryAmount"] = json!("0.00000019");
    world.act("founder", "mining", "createPool", payload);
    world.activate(ID);
    world.count();
    let sent = world.0.hours_later(1, "mining", TICK).succeeds();
    sent.emits(&[r#"miningLottery {"poolId":"TKN:TKN","winners":[]}"#]);
}

/// What is left to issue is less than the draw gives.
#[test]
fn the_event_names_who_got_something() {
    let mut world = World::new(&["alice"]);
    world.stake("alice", "TKN", "1");
    world.0.issue("TKN", "bob", "998997.5");
    let mut payload = pool(one_token());
    payload["lotteryWinners"] = json!(4);
    payload["lotteryAmount"] = json!("4");
    world.act("founder", "mining", "createPool", payload);
    world.activate(ID);
    world.count();
    let sent = world.0.hours_later(1, "mining", TICK);
    assert_eq!(sent.logs.errors, ["quantity exceeds available supply"]);
    assert_eq!(draws(&sent)[0].1.len(), 2);
    world.0.balance("alice", "TKN").is("1001.00000000");
    world.0.token("TKN", "supply").is("999999.50000000");
    world.0.check_conservation();
}

#[test]
fn a_draw_without_miners() {
    let mut world = World::new(&["alice"]);
    world.create(one_token());
    world.activate(ID);
    world.count();
    let sent = world.0.hours_later(1, "mining", TICK).succeeds();
    sent.emits(&[r#"miningLottery {"poolId":"TKN:TKN","winners":[]}"#]);
    world.0.hours_later(0, "mining", TICK).does_nothing();
}

/// Neither while a pool is off, nor while it is counted.
#[test]
fn draws_are_held_in_active_pools() {
    let mut world = World::new(&["alice"]);
    world.stake("alice", "TKN", "1");
    world.create(one_token());
    world.count();
    world.0.hours_later(2, "mining", TICK).does_nothing();
    world.activate(ID);
    world.tick().does_nothing();
    let slow = json!({ "maxBalancesProcessedPerBlock": 1, "processQueryLimit": 1 });
    world.act("engine", "mining", "updateParams", slow);
    let mut update = pool(json!({ "tokenMiners": [{ "symbol": "TKN", "multiplier": 2 }] }));
    update["id"] = json!(ID);
    world.act("founder", "mining", "updatePool", update);
    for _ in 0..2 {
        world.0.hours_later(2, "mining", TICK).does_nothing();
    }
    let sent = world.0.hours_later(2, "mining", TICK).succeeds();
    assert_eq!(draws(&sent)[0].1.len(), 1);
}

/// The one that has waited longest goes first; in one block, the lower name.
#[test]
fn a_block_holds_so_many_draws() {
    let mut world = World::new(&["alice"]);
    world.stake("alice", "TKN", "1");
    world.stake("alice", "MTKN", "1");
    let mtkn = json!({ "tokenMiners": [{ "symbol": "MTKN", "multiplier": 1 }] });
    world.create(one_token());
    world.create(mtkn);
    world.count();
    world.activate(ID);
    world.0.hours_later(1, "mining", "handleNftChange");
    world.activate("TKN:MTKN");
    let ids = |sent: &Sent| {
        draws(sent)
            .into_iter()
            .map(|(id, _)| id)
            .collect::<Vec<_>>()
    };
    let sent = world.0.hours_later(1, "mining", TICK).succeeds();
    assert_eq!(ids(&sent), ["TKN:MTKN", ID]);
    let few = json!({ "maxLotteriesPerBlock": 1 });
    world.act("engine", "mining", "updateParams", few);
    for expected in [ID, "TKN:MTKN"] {
        world.activate(expected);
        world.0.hours_later(1, "mining", "handleNftChange");
    }
    for expected in [ID, "TKN:MTKN"] {
        let sent = world.tick();
        assert_eq!(ids(&sent), [expected]);
    }
    world.tick().does_nothing();
}

fn positions(world: &mut World, positions: &[(&str, &str)], total: &str) {
    for (account, shares) in positions {
        let position = json!({ "tokenPair": "TKN:MTKN", "account": account, "shares": shares, "total": total });
        world.act("founder", "marketpools", "position", position);
    }
}

#[track_caller]
fn create_external(world: &mut World, contract: &str, winners: u32) {
    let mut payload = pool(json!({ "externalMiners": "TKN:MTKN" }));
    payload["lotteryWinners"] = json!(winners);
    world.act(
        "founder",
        contract,
        "createPool",
        json!({ "params": payload }),
    );
    let activate = json!({ "params": { "id": "TKN:EXT-TKNMTKN", "active": true } });
    world.act("founder", contract, "setActive", activate);
    world.tick();
    assert_eq!(world.progress("TKN:EXT-TKNMTKN"), "[false,0,0,0]");
}

#[test]
fn positions_in_a_market_pool_win_by_their_shares() {
    let mut world = World::new(&["alice"]);
    let held = [
        ("alice", "10.123456789"),
        ("bob", "500"),
        ("carol", "0.000000004"),
    ];
    positions(&mut world, &held, "510.123456793");
    create_external(&mut world, "marketpools", 10);
    let sent = world.0.hours_later(1, "mining", TICK).succeeds();
    let draws = draws(&sent);
    assert_eq!(draws[0].0, "TKN:EXT-TKNMTKN");
    assert_eq!(draws[0].1.len(), 10);
    let border = numbers::parse("10.123456789");
    let mut both = std::collections::BTreeSet::new();
    for [winner, number, _] in &draws[0].1 {
        let first = border.is_greater(&numbers::parse(number));
        assert_eq!(winner, if first { "alice" } else { "bob" });
        both.insert(winner.clone());
    }
    assert!(both.contains("bob"));
    let update = json!({ "id": "TKN:EXT-TKNMTKN", "lotteryWinners": 2, "lotteryIntervalHours": 7, "lotteryAmount": "3" });
    let before = world.pool("TKN:EXT-TKNMTKN");
    world.act(
        "founder",
        "marketpools",
        "updatePool",
        json!({ "params": update }),
    );
    let after = world.pool("TKN:EXT-TKNMTKN");
    assert_eq!(after.get_str("lotteryAmount"), Some("3"));
    assert_eq!(
        after.get("nextLotteryTimestamp"),
        before.get("nextLotteryTimestamp")
    );
}

/// A market pool that is gone, and weights of a contract that has none: nobody wins, and the others go on.
#[test]
fn weights_that_are_not_there() {
    for contract in ["marketpools", "other"] {
        let mut world = World::new(&["alice"]);
        world.stake("alice", "TKN", "1");
        world.create(one_token());
        world.activate(ID);
        create_external(&mut world, contract, 1);
        world.count();
        let sent = world.0.hours_later(1, "mining", TICK).succeeds();
        let draws = draws(&sent);
        assert_eq!(
            (draws[0].0.as_str(), draws[0].1.len()),
            ("TKN:EXT-TKNMTKN", 0)
        );
        assert_eq!((draws[1].0.as_str(), draws[1].1.len()), (ID, 1));
    }
}

/// Whom the ledger does not know how to pay gets nothing; the others are paid, and the next draw comes.
#[test]
fn a_prize_that_cannot_be_paid() {
    let mut world = World::new(&["alice"]);
    positions(&mut world, &[("x", "500"), ("bob", "500")], "1000");
    create_external(&mut world, "marketpools", 20);
    let sent = world.0.hours_later(1, "mining", TICK);
    let refused = sent.logs.errors.len();
    assert!(refused > 0 && sent.logs.errors.iter().all(|error| error == "invalid to"));
    let prize = 20 - refused;
    let paid = numbers::times(&Decimal::from(prize as i64), &numbers::parse("0.05"));
    let paid = paid.to_fixed(8, tartan_decimal::Rounding::Down).unwrap();
    world.0.balance("bob", "TKN").is(&paid);
    world.tick().does_nothing();
}
