use serde_json::json;

use super::{World, but, key_of, name, small};
use crate::testing::{ENGINE, text};
use crate::witnesses::Settings;

/// A round of 5 of 7 witnesses whose blocks are all there.
fn complete_round() -> World {
    let mut world = World::with_witnesses(small(), 7);
    world.fund("10");
    world.tick().emits(&["newSchedule {}"]);
    world.pass_round();
    world
}

fn held(world: &World) -> String {
    let rows = world
        .chain
        .find("contractsBalances", json!({ "account": "witnesses" }));
    text(&rows[0], "balance")
}

#[test]
fn a_round_is_accepted() {
    let mut world = complete_round();
    let (order, proposer, hash) = (world.order(), world.proposer(), world.round_hash());
    let proposal = world.proposal(&order);
    let last = world.number("lastBlockRound");
    world.propose(&order).succeeds().emits(&[&format!(
        r#"stakeFromContract {{"account":"{proposer}","symbol":"ENG","quantity":"0.09512930"}}"#
    )]);
    let verified = world.blocks.0.lock().unwrap().1.clone();
    assert_eq!(verified.len(), 5);
    for (block, number) in verified.iter().zip(last - 4..) {
        let signature = proposal["signatures"][4][1].to_string();
        let key = key_of(&proposer).public_key().to_text("STM");
        assert_eq!(
            block.stringify(),
            format!(
                r#"{{"blockNumber":{number},"witness":"{proposer}","signingKey":"{key}","roundSignature":{signature},"round":1,"roundHash":"{hash}"}}"#
            )
        );
    }
    assert_eq!(world.order(), [""; 0]);
    assert_eq!(world.param("currentWitness"), "null");
    assert_eq!(world.number("lastVerifiedBlockNumber"), last);
    let witness = world.witness(&proposer);
    assert_eq!(text(&witness, "verifiedRounds"), "1");
    assert_eq!(text(&witness, "lastRoundVerified"), "1");
    assert_eq!(text(&witness, "lastBlockVerified"), last.to_string());
    world
        .chain
        .holding(&proposer, "ENG", "stake")
        .is("0.09512930");
    assert_eq!(held(&world), "9.90487070");
    world.chain.check_conservation();
    // the next round begins where this one ended
    world.tick().emits(&["newSchedule {}"]);
    assert_eq!(world.number("lastVerifiedBlockNumber"), last);
    assert_eq!(world.number("lastBlockRound"), last + 5);
    assert_eq!(world.number("round"), 2);
}

#[test]
fn what_is_refused() {
    let mut world = World::with_witnesses(small(), 7);
    let propose = |world: &mut World, changes| {
        let (order, proposer) = (world.order(), world.proposer());
        let proposal = but(world.proposal(&order), changes);
        world.act(&proposer, "proposeRound", proposal)
    };
    world
        .act("wit0", "proposeRound", json!({}))
        .fails_with("invalid round");
    world.tick().emits(&["newSchedule {}"]);
    let round = world.order();
    propose(&mut world, json!({})).fails_with("round hash mismatch"); // not all of its blocks are there
    world.pass_round();
    let proposer = world.proposer();
    let proposal = world.proposal(&round);
    world
        .chain
        .post(&proposer, "witnesses", "proposeRound", proposal.clone())
        .fails_with("you must use a transaction signed with your active key");
    for hash in [json!(null), json!("ab"), json!(64)] {
        propose(&mut world, json!({ "roundHash": hash })).fails_with("invalid round hash");
    }
    let own = proposal["signatures"][4].clone();
    let many = json!([own, own, own, own, own, own]);
    for signatures in [
        json!(null),
        json!("invalid"),
        many,
        json!(["alice"]),
        json!([["alice", 5]]),
        json!([[1]]),
        json!([null]),
        // the proposer has not signed, or something else
        json!([]),
        json!([
            proposal["signatures"][0],
            proposal["signatures"][1],
            proposal["signatures"][2]
        ]),
        json!([[proposer, proposal["signatures"][0][1]]]),
        json!([[proposer, "00"], own]),
    ] {
        propose(&mut world, json!({ "signatures": signatures })).fails_with("invalid signatures");
    }
    for other in [round[0].as_str(), "alice"] {
        let proposal = proposal.clone();
        world
            .act(other, "proposeRound", proposal)
            .fails_with("must be current witness");
    }
    let wrong = json!({ "roundHash": "0".repeat(64) });
    propose(&mut world, wrong).fails_with("round hash mismatch");
    assert!(
        world
            .find("schedules", json!({ "verifiedRound": true }))
            .is_empty()
    );
    propose(&mut world, json!({})).succeeds();
    world
        .act(&proposer, "proposeRound", proposal)
        .fails_with("invalid round");
}

/// It is a report of who is there: an error, and marks that stay.
#[test]
fn too_few_signatures_leave_marks() {
    let mut world = complete_round();
    let order = world.order();
    let mut proposal = world.proposal(&[order[1].clone(), order[4].clone()]);
    // neither a signature of another's, nor the same one twice, nor that of a stranger counts
    let signatures = proposal["signatures"].as_array_mut().unwrap();
    let again = signatures[0].clone();
    let stranger = json!([name(0), signatures[0][1]]);
    signatures.extend([again, json!([order[0], signatures[0][1]]), stranger]);
    world
        .act(&order[4], "proposeRound", proposal)
        .fails_with("valid round hash but not enough signatures");
    let rows = world.find("schedules", json!({}));
    let marks: Vec<bool> = rows
        .iter()
        .map(|row| row.get("verifiedRound").is_some())
        .collect();
    assert_eq!(marks, [false, true, false, false, true]);
    assert!(world.blocks.0.lock().unwrap().1.is_empty());
    assert_eq!(held(&world), "10.00000000");
    world.propose(&order[2..]).succeeds();
    assert_eq!(
        world.number("lastVerifiedBlockNumber"),
        world.number("lastBlockRound")
    );
}

#[test]
fn a_round_needs_no_more_signatures_than_it_has_witnesses() {
    let mut world = World::with_witnesses(
        Settings {
            signatures_required: 9,
            ..small()
        },
        5,
    );
    world.tick().emits(&["newSchedule {}"]);
    world.pass_round();
    let order = world.order();
    world
        .propose(&order[1..])
        .fails_with("valid round hash but not enough signatures");
    world.propose(&order).succeeds();
}

#[test]
fn rewards_wait_for_money_and_rounds_do_not() {
    let settings = Settings {
        reward_minimum: "0.2".to_string(),
        ..small()
    };
    let mut world = World::with_witnesses(settings, 5);
    let pay = |world: &mut World| {
        world.tick().emits(&["newSchedule {}"]);
        world.pass_round();
        let order = world.order();
        let sent = world.propose(&order);
        world.chain.check_conservation();
        sent
    };
    pay(&mut world).does_nothing(); // it holds nothing
    world.fund("0.19999999");
    pay(&mut world).does_nothing();
    world.fund("0.00000001");
    assert_eq!(pay(&mut world).succeeds().logs.events.len(), 1);
    assert_eq!(held(&world), "0.10487070");
    pay(&mut world).does_nothing();
    assert_eq!(world.number("round"), 4);
}

/// Where the same token approves and pays, a reward is a change of stake.
#[test]
fn a_reward_may_be_a_vote() {
    let mut settings = crate::testing::settings();
    settings.tokens.governance_token = None;
    settings.witnesses = Some(small());
    let registry = crate::registry(["tokens", "witnesses"], &settings).unwrap();
    let mut world = World::new(small());
    world.chain = crate::testing::TestChain::over(registry, tartan_runtime::Limits::default());
    world.chain.show_blocks(world.blocks.clone());
    let stakable = json!({ "symbol": "ENG", "unstakingCooldown": 40, "numberTransactions": 4 });
    world
        .chain
        .send("null", "tokens", "enableStaking", stakable)
        .succeeds();
    for witness in 0..5 {
        let stake = json!({ "to": name(witness), "symbol": "ENG", "quantity": "1" });
        world
            .chain
            .send(ENGINE, "tokens", "stake", stake)
            .succeeds();
        world.register(&name(witness)).succeeds();
        world.approve(&name(witness), &name(witness)).succeeds();
    }
    world.fund("10");
    world.tick().emits(&["newSchedule {}"]);
    world.pass_round();
    let (order, proposer) = (world.order(), world.proposer());
    world.propose(&order).succeeds();
    assert_eq!(world.weight(&proposer), "1.09512930");
    assert_eq!(world.param("totalApprovalWeight"), "5.09512930");
    assert_eq!(
        world.number("lastVerifiedBlockNumber"),
        world.number("lastBlockRound")
    );
    assert_eq!(text(&world.witness(&proposer), "verifiedRounds"), "1");
}

/// A payment that fails is told, and the round is accepted all the same.
#[test]
fn a_reward_that_cannot_be_paid_keeps_nothing_from_going_on() {
    let mut settings = crate::testing::settings();
    settings.tokens.governance_token = Some("GOV".to_string());
    settings.tokens.utility_token = "ENG".to_string();
    settings.witnesses = Some(small());
    let mut world = World::with_witnesses(small(), 5);
    // ENG can be staked in this world; a token that cannot is paid here
    settings.tokens.utility_token = "COIN".to_string();
    let registry = crate::registry(["tokens", "witnesses"], &settings).unwrap();
    world.chain.replace_registry(registry);
    let create = json!({ "name": "Coin", "symbol": "COIN", "precision": 8, "maxSupply": "100" });
    world
        .chain
        .send("founder", "tokens", "create", create)
        .succeeds();
    let issue = json!({ "to": "witnesses", "symbol": "COIN", "quantity": "10" });
    world
        .chain
        .send("founder", "tokens", "issueToContract", issue)
        .succeeds();
    world.tick().emits(&["newSchedule {}"]);
    world.pass_round();
    let order = world.order();
    world.propose(&order).fails_with("staking not enabled");
    assert_eq!(held(&world), "10.00000000");
    assert_eq!(
        world.number("lastVerifiedBlockNumber"),
        world.number("lastBlockRound")
    );
}
