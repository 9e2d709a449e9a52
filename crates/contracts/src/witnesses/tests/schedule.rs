use serde_json::json;
use tartan_document::Value;

use super::{World, but, name, registration, small};
use crate::testing::{Sent, text};
use crate::witnesses::Settings;

/// The seed of the examples in the specification: the ids of the main-chain blocks, and of the transaction.
fn seeded_tick(world: &mut World, main_number: u32) -> Sent {
    let transaction = format!("{main_number}-7");
    let tick = ("witnesses", "scheduleWitnesses");
    world
        .chain
        .run_seeded(tick, &transaction, ["ABCD2", "ABCD1"])
}

/// Thirty witnesses of 100 each, of which the first is `wit5`.
fn thirty() -> World {
    let mut world = World::new(small());
    world.stake("voter", "100");
    for witness in 5..35 {
        world.register(&name(witness)).succeeds();
        world.approve("voter", &name(witness)).succeeds();
    }
    world
}

fn names(witnesses: [usize; 5]) -> Vec<String> {
    witnesses.map(name).into()
}

/// Facts of the reference: the first round of the specification's example.
#[test]
fn the_first_round_of_the_example() {
    let mut world = thirty();
    seeded_tick(&mut world, 99_999_999).emits(&["newSchedule {}"]);
    assert_eq!(world.order(), names([5, 6, 12, 8, 7]));
    assert_eq!(world.proposer(), name(7));
    let now = world.chain.number();
    assert_eq!(world.number("lastVerifiedBlockNumber"), now - 1);
    assert_eq!(world.number("lastBlockRound"), now + 4);
    assert_eq!(world.number("blockNumberWitnessChange"), now + 20);
    let rows = world.find("schedules", json!({}));
    assert_eq!(
        rows[1].stringify(),
        format!(
            r#"{{"_id":2,"witness":"wit6","blockNumber":{},"round":1}}"#,
            now + 1
        )
    );
}

/// Likewise: a round that nobody proposes.
#[test]
fn the_replacement_of_the_example() {
    let mut world = thirty();
    seeded_tick(&mut world, 100_000_000).emits(&["newSchedule {}"]);
    assert_eq!(world.order(), names([8, 7, 9, 5, 6]));
    let change = world.number("blockNumberWitnessChange");
    world.ticks_until(change - 1).does_nothing();
    seeded_tick(&mut world, 100_000_031).emits(&[
        r#"witnessChanged {"removed":"wit6","added":"wit24"}"#,
        r#"witnessMissedRound {"witness":"wit6"}"#,
    ]);
    assert_eq!(world.order(), names([24, 8, 7, 9, 5]));
    assert_eq!(world.proposer(), name(5));
    assert_eq!(world.number("blockNumberWitnessChange"), change + 20);
}

/// Likewise: one whose proposer handed in its own signature alone.
#[test]
fn the_partial_proposal_of_the_example() {
    let mut world = thirty();
    seeded_tick(&mut world, 100_000_000).emits(&["newSchedule {}"]);
    world.pass_round();
    world
        .propose(&[name(6)])
        .fails_with("valid round hash but not enough signatures");
    let change = world.number("blockNumberWitnessChange");
    world.ticks_until(change - 1).does_nothing();
    seeded_tick(&mut world, 100_000_050)
        .emits(&[r#"witnessChanged {"removed":"wit5","added":"wit10"}"#]);
    assert_eq!(world.order(), names([10, 8, 7, 9, 6]));
    assert_eq!(world.proposer(), name(6));
    assert_eq!(world.param("lastWitnesses"), r#"["wit6"]"#);
}

#[test]
fn a_round_needs_enough_witnesses() {
    let mut world = World::with_witnesses(small(), 4);
    world.tick().does_nothing();
    world.register("wit4").succeeds();
    world.tick().does_nothing();
    world.approve("voter", "wit4").succeeds();
    let resting = but(registration("wit4"), json!({ "enabled": false }));
    world.act("wit4", "register", resting).succeeds();
    world.tick().does_nothing();
    assert_eq!(world.number("round"), 0);
    world.register("wit4").succeeds();
    world.tick().emits(&["newSchedule {}"]);
    world.tick().does_nothing();
}

/// Only the node, and not for a contract.
#[test]
fn nobody_else_schedules() {
    let mut world = World::with_witnesses(small(), 5);
    for sender in ["alice", crate::testing::ENGINE] {
        world
            .act(sender, "scheduleWitnesses", json!({}))
            .does_nothing();
    }
    assert_eq!(world.order(), [""; 0]);
}

/// The top is in every round; the last place goes to each of the others about as often as its weight is large.
#[test]
fn one_of_the_others_is_drawn_by_weight() {
    let mut world = World::new(small());
    for (witness, stake) in [50, 40, 30, 20, 6, 3, 1].into_iter().enumerate() {
        let voter = format!("voter{witness}");
        world.stake(&voter, &stake.to_string());
        world.register(&name(witness)).succeeds();
        world.approve(&voter, &name(witness)).succeeds();
    }
    let mut drawn = [0; 7];
    for _ in 0..300 {
        world.tick().emits(&["newSchedule {}"]);
        let order = world.order();
        for (witness, times) in drawn.iter_mut().enumerate() {
            *times += usize::from(order.contains(&name(witness)));
        }
        world
            .act(crate::testing::ENGINE, "resetSchedule", json!({}))
            .does_nothing();
    }
    assert_eq!(drawn[..4], [300; 4]);
    assert_eq!(drawn[4..].iter().sum::<usize>(), 300);
    for (witness, expected) in [(4, 180), (5, 90), (6, 30)] {
        assert!(drawn[witness].abs_diff(expected) < 40, "{drawn:?}");
    }
}

/// As long as there is a choice, nobody proposes again before the others have, and nobody is first just after having
/// proposed.
#[test]
fn all_propose_in_turn() {
    let mut world = World::with_witnesses(small(), 5);
    let mut proposers = Vec::new();
    for _ in 0..20 {
        world.tick().emits(&["newSchedule {}"]);
        let order = world.order();
        assert_ne!(Some(&order[0]), proposers.last());
        proposers.push(order[4].clone());
        world.pass_round();
        world.propose(&order).succeeds();
    }
    for turn in proposers.chunks(5) {
        let mut turn = turn.to_vec();
        turn.sort();
        assert_eq!(turn, names([0, 1, 2, 3, 4]), "{proposers:?}");
    }
    let last = world.params();
    let last = last.get("lastWitnesses").and_then(Value::as_array);
    assert_eq!(last.map(Vec::len), Some(5));
}

/// Rows of witnesses beyond the first page of a walk, disabled ones in between.
#[test]
fn a_walk_goes_on_behind_a_hundred() {
    let settings = Settings {
        approvals_per_account: 300,
        top_witnesses: 100,
        ..small()
    };
    let mut world = World::with_witnesses(settings, 230);
    for witness in (0..230).step_by(2) {
        let resting = but(registration(&name(witness)), json!({ "enabled": false }));
        world.act(&name(witness), "register", resting).succeeds();
    }
    world.tick().emits(&["newSchedule {}"]);
    let mut order = world.order();
    assert_eq!(order.len(), 101);
    order.sort();
    order.dedup();
    assert_eq!(order.len(), 101);
    for witness in (1..200).step_by(2) {
        assert!(order.contains(&name(witness)), "wit{witness}");
    }
    let rows = world.find("witnesses", json!({ "enabled": false }));
    assert!(
        rows.iter()
            .all(|row| !order.contains(&text(row, "account")))
    );
}

#[test]
fn the_node_waits_for_the_blocks_of_a_round() {
    let settings = Settings {
        proposition_blocks: 2,
        ..small()
    };
    let mut world = World::with_witnesses(settings, 5);
    world.tick().emits(&["newSchedule {}"]);
    world.tick().does_nothing();
    world.tick().emits(&["awaitingRoundEnd {}"]);
    assert_eq!(
        world.number("blockNumberWitnessChange"),
        world.chain.number() + 2
    );
}
