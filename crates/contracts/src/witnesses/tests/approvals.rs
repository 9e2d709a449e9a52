use serde_json::json;
use tartan_runtime::Limits;

use super::{World, name, small};
use crate::testing::{ENGINE, text};
use crate::witnesses::Settings;

#[test]
fn whom_one_can_approve() {
    let mut world = World::with_witnesses(small(), 3);
    for witness in [
        json!(null),
        json!(""),
        json!("ab"),
        json!("x".repeat(17)),
        json!(5),
    ] {
        for action in ["approve", "disapprove"] {
            world
                .act("alice", action, json!({ "witness": witness }))
                .fails_with("invalid witness account");
        }
    }
    world
        .approve("alice", "nobody")
        .fails_with("witness does not exist");
    world
        .disapprove("alice", "nobody")
        .fails_with("witness does not exist");
    world
        .disapprove("alice", "wit0")
        .fails_with("no approvals found");
    world.approve("alice", "wit0").succeeds();
    world
        .approve("alice", "wit0")
        .fails_with("you already approved this witness");
    world
        .disapprove("alice", "wit1")
        .fails_with("you have not approved this witness");
    let params = json!({ "numberOfApprovalsPerAccount": 1 });
    world.act(ENGINE, "updateParams", params).succeeds();
    world
        .approve("alice", "wit1")
        .fails_with("you can only approve 1 witnesses");
    world.disapprove("alice", "wit0").succeeds();
    world
        .disapprove("alice", "wit0")
        .fails_with("no approvals found");
}

#[test]
fn a_vote_has_all_the_stake() {
    let mut world = World::new(small());
    world.stake("alice", "3");
    world.register("wit0").succeeds();
    world.register("wit1").succeeds();
    world.approve("alice", "wit0").emits(&[
        r#"witnessApprovalAdded {"account":"alice","to":"wit0","approvalWeight":"3.00000"}"#,
    ]);
    world.approve("alice", "wit1").succeeds();
    world
        .approve("bob", "wit1")
        .emits(&[r#"witnessApprovalAdded {"account":"bob","to":"wit1","approvalWeight":0}"#]);
    assert_eq!(
        [world.weight("wit0"), world.weight("wit1")],
        ["3.00000", "3.00000"]
    );
    assert_eq!(world.param("totalApprovalWeight"), "6.00000");
    assert_eq!(world.param("numberOfApprovedWitnesses"), "2");
    let account = world.row("accounts", json!({ "account": "alice" }));
    assert_eq!(text(&account, "approvals"), "2");
    assert_eq!(text(&account, "approvalWeight"), "3.00000");
    assert_eq!(
        text(&account, "lastApproveBlock"),
        (world.chain.number() - 1).to_string()
    );
    world.disapprove("alice", "wit0").emits(&[
        r#"witnessApprovalRemoved {"account":"alice","to":"wit0","approvalWeight":"3.00000"}"#,
    ]);
    assert_eq!(
        [world.weight("wit0"), world.weight("wit1")],
        ["0.00000", "3.00000"]
    );
    assert_eq!(world.param("numberOfApprovedWitnesses"), "1");
    assert_eq!(world.find("approvals", json!({ "from": "alice" })).len(), 1);
}

#[test]
fn votes_follow_the_stake() {
    let mut world = World::with_witnesses(small(), 2);
    let gov = |world: &mut World, sender: &str, action: &str, to: &str, quantity: &str| {
        let key = if action == "undelegate" { "from" } else { "to" };
        let payload = json!({ key: to, "symbol": "GOV", "quantity": quantity });
        world
            .chain
            .send(sender, "tokens", action, payload)
            .succeeds();
    };
    world.approve("friend", "wit0").succeeds();
    gov(&mut world, "voter", "delegate", "friend", "30");
    assert_eq!(
        [world.weight("wit0"), world.weight("wit1")],
        ["100.00000", "70.00000"]
    );
    gov(&mut world, "voter", "undelegate", "friend", "10");
    assert_eq!(
        [world.weight("wit0"), world.weight("wit1")],
        ["90.00000", "70.00000"]
    );
    gov(&mut world, "voter", "unstake", "voter", "20");
    assert_eq!(
        [world.weight("wit0"), world.weight("wit1")],
        ["85.00000", "65.00000"]
    );
    world
        .chain
        .days_later(41, "checkPendingUnstakes")
        .succeeds();
    world
        .chain
        .days_later(1, "checkPendingUndelegations")
        .succeeds();
    assert_eq!(
        [world.weight("wit0"), world.weight("wit1")],
        ["80.00000", "60.00000"]
    );
    world.stake("voter", "0.00001");
    assert_eq!(world.weight("wit1"), "60.00001");
    assert_eq!(world.param("totalApprovalWeight"), "140.00002");
    assert_eq!(world.param("totalEnabledApprovalWeight"), "140.00002");
    // another token has no say
    let stake = json!({ "to": "voter", "symbol": "ENG", "quantity": "5" });
    world
        .chain
        .send(ENGINE, "tokens", "stake", stake)
        .succeeds();
    assert_eq!(world.weight("wit1"), "60.00001");
    // nobody but the ledger and the owner can tell of a change
    let payload = json!({ "account": "voter", "callingContractInfo": { "name": "tokens" } });
    for sender in ["alice", ENGINE] {
        let told = payload.clone();
        world
            .act(sender, "updateWitnessesApprovals", told)
            .does_nothing();
    }
    assert_eq!(world.weight("wit1"), "60.00001");
}

#[test]
fn approvals_are_bounded_whatever_the_parameters_say() {
    let limits = Limits {
        rows_per_account: 2,
        ..Limits::default()
    };
    let mut world = World::with_limits(small(), limits);
    for witness in 0..3 {
        world.register(&name(witness)).succeeds();
    }
    world.approve("alice", "wit0").succeeds();
    world.approve("alice", "wit1").succeeds();
    world
        .approve("alice", "wit2")
        .fails_with("you can only approve 2 witnesses");
}

#[test]
fn votes_expire() {
    let settings = Settings {
        approval_blocks: 30,
        ..small()
    };
    let mut world = World::new(settings);
    world.register("wit0").succeeds();
    world.register("wit1").succeeds();
    for voter in 0..12 {
        world.stake(&format!("voter{voter}"), "1");
    }
    for voter in 0..12 {
        world.approve(&format!("voter{voter}"), "wit0").succeeds();
    }
    let first = world.chain.number() - 11;
    world.approve("voter0", "wit1").succeeds(); // which keeps its other vote alive too
    world.ticks_until(first + 1 + 30).does_nothing();
    // of each of the others in its turn
    world.tick().emits(&[
        r#"witnessApprovalRemoved {"account":"voter1","to":"wit0","approvalWeight":"1.00000"}"#,
        r#"witnessApprovalsExpired {"account":"voter1"}"#,
    ]);
    assert_eq!(world.weight("wit0"), "11.00000");
    // when nobody looked for a while: ten in a block
    while world.chain.number() < first + 60 {
        world
            .approve("voter0", "nobody")
            .fails_with("witness does not exist");
    }
    let expired = |world: &mut World| {
        let sent = world.tick().succeeds();
        let events = sent.logs.events.iter();
        events
            .filter(|event| event.event == "witnessApprovalsExpired")
            .count()
    };
    assert_eq!(expired(&mut world), 10);
    assert_eq!(world.weight("wit0"), "1.00000");
    assert_eq!(expired(&mut world), 1);
    assert_eq!(expired(&mut world), 0);
    assert_eq!(world.param("totalApprovalWeight"), "0.00000");
    assert_eq!(world.param("numberOfApprovedWitnesses"), "0");
    assert_eq!(world.find("approvals", json!({})), []);
    let account = world.row("accounts", json!({ "account": "voter5" }));
    assert_eq!(text(&account, "approvals"), "0");
    assert_eq!(text(&account, "approvalWeight"), "1.00000");
    world.approve("voter5", "wit0").succeeds();
    assert_eq!(world.weight("wit0"), "1.00000");
}

#[test]
fn the_owner_counts_anew() {
    let limits = Limits {
        tick_rows: 2,
        ..Limits::default()
    };
    let mut world = World::with_limits(small(), limits);
    world.register("wit0").succeeds();
    for voter in ["alice", "bob"] {
        world.stake(voter, "2");
        world.approve(voter, "wit0").succeeds();
    }
    let payload = json!({ "witness": "wit0" });
    for _ in 0..2 {
        world
            .act(ENGINE, "recalculateApprovals", payload.clone())
            .does_nothing();
        assert_eq!(world.weight("wit0"), "4.00000");
    }
    world
        .act(
            ENGINE,
            "recalculateApprovals",
            json!({ "witness": "nobody" }),
        )
        .does_nothing();
    world.approve("carol", "wit0").succeeds();
    world
        .act(ENGINE, "recalculateApprovals", payload.clone())
        .fails_with("too many approvals");
    world
        .act("alice", "recalculateApprovals", payload)
        .does_nothing();
}
