use serde_json::json;
use tartan_document::Value;

use super::{World, but, name, registration, small};
use crate::testing::text;
use crate::witnesses::Settings;

fn round_of(witnesses: usize, settings: Settings) -> World {
    let mut world = World::with_witnesses(settings, witnesses);
    world.tick().emits(&["newSchedule {}"]);
    world
}

fn first_block(world: &World) -> u64 {
    let rows = world.find("schedules", json!({}));
    rows[0].get("blockNumber").and_then(Value::as_u64).unwrap()
}

#[test]
fn another_witness_joins() {
    let mut world = round_of(7, small());
    let (order, first) = (world.order(), first_block(&world));
    let proposer = world.proposer();
    let spares: Vec<String> = (0..7).map(name).filter(|w| !order.contains(w)).collect();
    let sent = world.time_is_up().succeeds();
    let now = world.order();
    assert!(spares.contains(&now[0]));
    assert_eq!(now[1..], order[..4]);
    assert_eq!(first_block(&world), first);
    assert_eq!(world.proposer(), order[3]);
    sent.emits(&[
        &format!(
            r#"witnessChanged {{"removed":"{proposer}","added":"{}"}}"#,
            now[0]
        ),
        &format!(r#"witnessMissedRound {{"witness":"{proposer}"}}"#),
    ]);
    let missed = world.witness(&proposer);
    assert_eq!(text(&missed, "missedRounds"), "1");
    assert_eq!(text(&missed, "missedRoundsInARow"), "1");
    assert_eq!(
        text(&world.params(), "lastWitnesses"),
        json!([proposer, order[3]]).to_string()
    );
    // the round is still there to be proposed
    world.pass_round();
    world.propose(&now).succeeds();
}

/// Who handed in too few signatures goes on; the last one whose signature is missing leaves.
#[test]
fn a_proposer_that_tried_stays() {
    let mut world = round_of(7, small());
    world.pass_round();
    let order = world.order();
    world
        .propose(&[order[3].clone(), order[4].clone()])
        .fails_with("valid round hash but not enough signatures");
    let sent = world.time_is_up().succeeds();
    let now = world.order();
    sent.emits(&[&format!(
        r#"witnessChanged {{"removed":"{}","added":"{}"}}"#,
        order[2], now[0]
    )]);
    assert_eq!(now[1..], [&order[..2], &order[3..]].concat());
    assert_eq!(world.proposer(), order[4]);
    assert_eq!(text(&world.witness(&order[4]), "missedRounds"), "0");
    assert_eq!(world.param("lastWitnesses"), json!([order[4]]).to_string());
    assert!(
        world
            .find("schedules", json!({ "verifiedRound": true }))
            .is_empty()
    );
}

/// Handing in too few signatures over and over does not hold a round up for ever.
#[test]
fn a_proposer_does_not_stay_for_ever() {
    let mut world = round_of(7, small());
    world.pass_round();
    let proposer = world.proposer();
    let own = [proposer.clone()];
    for times in 1..=3 {
        world
            .propose(&own)
            .fails_with("valid round hash but not enough signatures");
        world.time_is_up().succeeds();
        assert_eq!(world.proposer(), proposer);
        let extension = world.row("extensions", json!({ "witness": proposer }));
        assert_eq!(text(&extension, "times"), times.to_string());
    }
    assert_eq!(text(&world.witness(&proposer), "missedRounds"), "0");
    world
        .propose(&own)
        .fails_with("valid round hash but not enough signatures");
    world.time_is_up().succeeds();
    assert!(!world.order().contains(&proposer));
    assert_eq!(text(&world.witness(&proposer), "missedRounds"), "1");
    let order = world.order();
    world.propose(&order).succeeds();
}

/// Exactly as many witnesses as a round has: the script failed from here on in every block.
#[test]
fn without_a_spare_witness_two_change_places() {
    let mut world = round_of(5, small());
    let order = world.order();
    world.time_is_up().emits(&[
        &format!(r#"witnessMissedRound {{"witness":"{}"}}"#, order[4]),
        "currentWitnessChanged {}",
    ]);
    let now = world.order();
    assert_eq!(
        now,
        [&order[4], &order[1], &order[2], &order[3], &order[0]].map(String::clone)
    );
    assert_eq!(world.proposer(), order[0]);
    // the one before is not the next again
    world.time_is_up().emits(&[
        &format!(r#"witnessMissedRound {{"witness":"{}"}}"#, order[0]),
        "currentWitnessChanged {}",
    ]);
    assert_eq!(world.proposer(), order[1]);
    world.pass_round();
    world.propose(&now).succeeds();
}

#[test]
fn who_misses_too_many_rounds_is_disabled() {
    let mut world = round_of(
        5,
        Settings {
            rounds_missed: 2,
            ..small()
        },
    );
    let mut missed = std::collections::BTreeMap::<String, u32>::new();
    let mut disabled = Vec::new();
    for _ in 0..40 {
        let proposer = world.proposer();
        let count = missed.entry(proposer.clone()).or_default();
        *count += 1;
        let sent = world.time_is_up().succeeds();
        let events: Vec<&str> = sent
            .logs
            .events
            .iter()
            .map(|event| event.event.as_str())
            .collect();
        if count.is_multiple_of(2) {
            disabled.push(proposer.clone());
            let expected = [
                "witnessMissedRound",
                "witnessDisabledForMissingTooManyRoundsInARow",
                "currentWitnessChanged",
            ];
            assert_eq!(events, expected);
            assert_eq!(text(&world.witness(&proposer), "missedRoundsInARow"), "0");
            assert_eq!(
                world.witness(&proposer).get("enabled"),
                Some(&Value::Bool(false))
            );
        } else {
            assert_eq!(events, ["witnessMissedRound", "currentWitnessChanged"]);
        }
    }
    assert!(disabled.len() > 5);
    // however long it goes on, little is remembered, and the sums are right
    let last = world.params();
    assert_eq!(
        last.get("lastWitnesses")
            .and_then(Value::as_array)
            .map(Vec::len),
        Some(5)
    );
    let enabled = world.find("witnesses", json!({ "enabled": true })).len() * 100;
    assert_eq!(
        world.param("totalEnabledApprovalWeight"),
        format!("{enabled}.00000")
    );
    for witness in 0..5 {
        world.register(&name(witness)).succeeds();
    }
    assert_eq!(world.param("totalEnabledApprovalWeight"), "500.00000");
}

/// Spare witnesses that rest, or that were to propose just before, do not join.
#[test]
fn who_rests_does_not_join() {
    let mut world = World::with_witnesses(small(), 6);
    let resting = but(registration("wit5"), json!({ "enabled": false }));
    world.act("wit5", "register", resting).succeeds();
    world.tick().emits(&["newSchedule {}"]);
    let sent = world.time_is_up().succeeds();
    assert_eq!(sent.logs.events[1].event, "currentWitnessChanged");
    world.register("wit5").succeeds();
    let sent = world.time_is_up().succeeds();
    assert_eq!(sent.logs.events[0].event, "witnessChanged");
    assert_eq!(world.order()[0], "wit5");
}

/// A round of one witness: nobody can take over.
#[test]
fn alone() {
    let mut world = round_of(
        1,
        Settings {
            top_witnesses: 0,
            signatures_required: 1,
            ..small()
        },
    );
    let change = world.number("blockNumberWitnessChange");
    world
        .time_is_up()
        .emits(&[r#"witnessMissedRound {"witness":"wit0"}"#]);
    assert_eq!(world.number("blockNumberWitnessChange"), change + 20);
    world.pass_round();
    let order = world.order();
    assert_eq!(order, ["wit0"]);
    world.propose(&order).succeeds();
}
