//! Whatever voters, stakers and witnesses do: the weight of a witness is the stake of those who approve it, the sums are
//! those of the witnesses, rounds are made of the right ones, and rewards are what was announced.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::json;
use tartan_document::Value;

use super::{World, but, name, registration, small};
use crate::testing::{ENGINE, text};
use crate::witnesses::Settings;

const VOTERS: [&str; 4] = ["alice", "bob", "carol", "dave"];
const WITNESSES: usize = 7;
const EXPIRY: u64 = 60;
const APPROVALS: usize = 4;

#[derive(Debug, Clone)]
enum Step {
    Approve(usize, usize),
    Disapprove(usize, usize),
    Stake(usize, u32),
    Unstake(usize, u32),
    Delegate(usize, usize, u32),
    Undelegate(usize, usize, u32),
    Register(usize, bool),
    Days(i64),
    Tick(u32),
    Propose(u32),
}

fn step() -> impl Strategy<Value = Step> {
    let voter = || 0..VOTERS.len();
    let witness = || 0..WITNESSES;
    prop_oneof![
        6 => (voter(), witness()).prop_map(|(voter, witness)| Step::Approve(voter, witness)),
        2 => (voter(), witness()).prop_map(|(voter, witness)| Step::Disapprove(voter, witness)),
        2 => (voter(), 1_u32..500_000).prop_map(|(voter, units)| Step::Stake(voter, units)),
        2 => (voter(), 1_u32..500_000).prop_map(|(voter, units)| Step::Unstake(voter, units)),
        2 => (voter(), voter(), 1_u32..500_000).prop_map(|(a, b, units)| Step::Delegate(a, b, units)),
        1 => (voter(), voter(), 1_u32..500_000).prop_map(|(a, b, units)| Step::Undelegate(a, b, units)),
        2 => (witness(), any::<bool>()).prop_map(|(witness, enabled)| Step::Register(witness, enabled)),
        1 => (1_i64..30).prop_map(Step::Days),
        3 => (1_u32..30).prop_map(Step::Tick),
        3 => (0_u32..32).prop_map(Step::Propose),
    ]
}

/// Who approves whom since when, by plain rules.
#[derive(Default)]
struct Model {
    approvals: BTreeMap<&'static str, (u64, BTreeSet<usize>)>,
}

impl Model {
    fn approve(&mut self, voter: &'static str, witness: usize, block: u64) -> bool {
        let (_, approved) = self.approvals.entry(voter).or_default();
        if approved.len() >= APPROVALS || !approved.insert(witness) {
            return false;
        }
        self.approvals.entry(voter).or_default().0 = block;
        true
    }

    fn disapprove(&mut self, voter: &'static str, witness: usize, block: u64) -> bool {
        let (since, approved) = self.approvals.entry(voter).or_default();
        let removed = approved.remove(&witness);
        if removed {
            *since = block;
        }
        removed
    }

    fn expire(&mut self, block: u64) {
        self.approvals
            .retain(|_, (since, _)| *since + EXPIRY >= block);
    }
}

fn amount(units: u32) -> String {
    format!("{}.{:05}", units / 100_000, units % 100_000)
}

/// Units of 5 decimals.
fn units(amount: &str) -> i64 {
    let (whole, fraction) = amount.split_once('.').unwrap_or((amount, ""));
    format!("{whole}{fraction:0<5}").parse().expect("an amount")
}

fn run(world: &mut World, model: &mut Model, step: &Step) {
    let gov =
        |world: &mut World, sender: &str, action: &str, key: &str, other: &str, units: u32| {
            let payload = json!({ key: other, "symbol": "GOV", "quantity": amount(units) });
            world.chain.send(sender, "tokens", action, payload);
        };
    let block = world.chain.number() + 1;
    match step {
        Step::Approve(voter, witness) => {
            let sent = world.approve(VOTERS[*voter], &name(*witness));
            let accepted = model.approve(VOTERS[*voter], *witness, block);
            assert_eq!(sent.logs.errors.is_empty(), accepted);
        }
        Step::Disapprove(voter, witness) => {
            let sent = world.disapprove(VOTERS[*voter], &name(*witness));
            let accepted = model.disapprove(VOTERS[*voter], *witness, block);
            assert_eq!(sent.logs.errors.is_empty(), accepted);
        }
        Step::Stake(voter, units) => world.stake(VOTERS[*voter], &amount(*units)),
        Step::Unstake(voter, units) => gov(world, VOTERS[*voter], "unstake", "to", "", *units),
        Step::Delegate(from, to, units) => {
            gov(world, VOTERS[*from], "delegate", "to", VOTERS[*to], *units);
        }
        Step::Undelegate(owner, from, units) => {
            gov(
                world,
                VOTERS[*owner],
                "undelegate",
                "from",
                VOTERS[*from],
                *units,
            );
        }
        Step::Register(witness, enabled) => {
            let payload = but(registration(&name(*witness)), json!({ "enabled": enabled }));
            world.act(&name(*witness), "register", payload).succeeds();
        }
        Step::Days(days) => {
            world
                .chain
                .days_later(*days, "checkPendingUnstakes")
                .succeeds();
            world.chain.tick("checkPendingUndelegations").succeeds();
        }
        Step::Tick(blocks) => {
            for _ in 0..*blocks {
                tick(world, model);
            }
        }
        Step::Propose(signers) => propose(world, model, *signers),
    }
}

fn tick(world: &mut World, model: &mut Model) {
    let before = world.order();
    model.expire(world.chain.number() + 1);
    let sent = world.tick().succeeds();
    if before.is_empty() && !world.order().is_empty() {
        check_new_round(world);
    }
    let replaced = sent
        .logs
        .events
        .iter()
        .any(|event| event.event == "witnessChanged");
    let after = world.order();
    let stay = after
        .iter()
        .filter(|witness| before.contains(witness))
        .count();
    assert_eq!(stay + usize::from(replaced), before.len());
}

/// A new round has the four heaviest, one of the others, each once, and the blocks behind the last verified one.
fn check_new_round(world: &World) {
    let order = world.order();
    let mut ranked: Vec<(i64, u64, String)> = world
        .find("witnesses", json!({ "enabled": true }))
        .iter()
        .map(|row| {
            let account = text(row, "account");
            let id = row.get("_id").and_then(Value::as_u64).expect("a number");
            (-units(&world.weight(&account)), id, account)
        })
        .filter(|(weight, ..)| *weight < 0)
        .collect();
    ranked.sort();
    let (top, others) = ranked.split_at(4);
    assert!(top.iter().all(|(.., account)| order.contains(account)));
    let drawn = others
        .iter()
        .filter(|(.., account)| order.contains(account))
        .count();
    assert_eq!((order.len(), drawn), (5, 1));
    assert_eq!(Some(&world.proposer()), order.last());
    let first = world.number("lastVerifiedBlockNumber") + 1;
    let blocks = world.find("schedules", json!({}));
    for (row, number) in blocks.iter().zip(first..) {
        assert_eq!(row.get("blockNumber").and_then(Value::as_u64), Some(number));
    }
    assert_eq!(world.number("lastBlockRound"), first + 4);
}

/// Proposes the round with the signatures of some, by the bits of a number.
fn propose(world: &mut World, model: &mut Model, signers: u32) {
    if world.order().is_empty() {
        return;
    }
    while world.chain.number() < world.number("lastBlockRound") {
        tick(world, model);
    }
    world.pass_round();
    let (order, proposer) = (world.order(), world.proposer());
    let chosen = (0..)
        .zip(&order)
        .filter(|(bit, _)| signers & (1 << bit) != 0);
    let chosen: Vec<String> = chosen.map(|(_, witness)| witness.clone()).collect();
    let stake = |world: &World| {
        let query = json!({ "account": proposer, "symbol": "ENG" });
        world
            .chain
            .find("balances", query)
            .first()
            .map_or(0, |row| {
                text(row, "stake")
                    .replace('.', "")
                    .parse::<i64>()
                    .expect("an amount")
            })
    };
    let before = stake(world);
    let verified = world.number("lastVerifiedBlockNumber");
    let sent = world.propose(&chosen);
    let accepted = chosen.contains(&proposer) && chosen.len() >= 3;
    assert_eq!(sent.logs.errors.is_empty(), accepted, "{:?}", sent.logs);
    assert_eq!(
        stake(world) - before,
        if accepted { 5 * 1_902_586 } else { 0 }
    );
    let now = world.number("lastVerifiedBlockNumber");
    assert_eq!(now - verified, if accepted { 5 } else { 0 });
}

fn check_weights(world: &World, model: &Model) {
    let stake = |voter: &str| -> i64 {
        let rows = world
            .chain
            .find("balances", json!({ "account": voter, "symbol": "GOV" }));
        let parts = ["stake", "delegationsIn"];
        rows.iter()
            .flat_map(|row| parts.map(|part| units(&text(row, part))))
            .sum()
    };
    let (mut total, mut enabled, mut approved) = (0, 0, 0);
    for witness in 0..WITNESSES {
        let approvers = model.approvals.iter();
        let approvers = approvers.filter(|(_, (_, approved))| approved.contains(&witness));
        let expected: i64 = approvers.map(|(voter, _)| stake(voter)).sum();
        assert_eq!(
            units(&world.weight(&name(witness))),
            expected,
            "wit{witness}"
        );
        total += expected;
        approved += u64::from(expected > 0);
        if world.witness(&name(witness)).get("enabled") == Some(&Value::Bool(true)) {
            enabled += expected;
        }
    }
    assert_eq!(units(&world.param("totalApprovalWeight")), total);
    assert_eq!(units(&world.param("totalEnabledApprovalWeight")), enabled);
    assert_eq!(world.number("numberOfApprovedWitnesses"), approved);
}

fn play(steps: &[Step]) -> World {
    let settings = Settings {
        approval_blocks: EXPIRY,
        approvals_per_account: APPROVALS as u64,
        proposition_blocks: 10,
        ..small()
    };
    let mut world = World::new(settings);
    let mut model = Model::default();
    world.fund("1000");
    for witness in 0..WITNESSES {
        world.register(&name(witness)).succeeds();
    }
    for (voter, units) in VOTERS.iter().zip([100_000, 70_000, 50_000, 3]) {
        world.stake(voter, &amount(units));
    }
    let opening = [
        (0, 0),
        (0, 1),
        (0, 2),
        (1, 2),
        (1, 3),
        (1, 4),
        (2, 5),
        (2, 6),
        (3, 6),
    ];
    for (voter, witness) in opening {
        run(&mut world, &mut model, &Step::Approve(voter, witness));
    }
    for step in steps {
        run(&mut world, &mut model, step);
        check_weights(&world, &model);
        world.chain.check_conservation();
    }
    world
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn weights_rounds_and_rewards_are_right(steps in prop::collection::vec(step(), 1..60)) {
        play(&steps);
    }

    #[test]
    fn the_same_steps_make_the_same_rounds(steps in prop::collection::vec(step(), 1..30)) {
        let tables = |world: &World| {
            ["params", "witnesses", "approvals", "accounts", "schedules", "extensions"]
                .map(|table| world.find(table, json!({})))
        };
        let (one, other) = (play(&steps), play(&steps));
        prop_assert_eq!(tables(&one), tables(&other));
    }
}

/// Many rounds in a row with everybody there: rewards add up to what was paid in.
#[test]
fn rewards_add_up() {
    let mut world = World::with_witnesses(small(), 6);
    world.fund("1.2");
    let mut model = Model::default();
    for _ in 0..8 {
        tick(&mut world, &mut model);
        propose(&mut world, &mut model, u32::MAX);
    }
    let held = world
        .chain
        .find("contractsBalances", json!({ "account": "witnesses" }));
    assert_eq!(text(&held[0], "balance"), "0.43896560"); // 1.2 less 8 times 5 times 0.01902586
    world.chain.check_conservation();
    world.act(ENGINE, "resetSchedule", json!({})).does_nothing();
}
