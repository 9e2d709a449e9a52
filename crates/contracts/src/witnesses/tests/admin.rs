use serde_json::json;

use super::{World, small};
use crate::testing::ENGINE;
use crate::witnesses::Settings;

#[test]
fn the_first_parameters() {
    let world = World::new(Settings::default());
    assert_eq!(
        world.params().stringify(),
        r#"{"_id":1,"totalApprovalWeight":"0","totalEnabledApprovalWeight":"0","numberOfApprovedWitnesses":0,"lastVerifiedBlockNumber":0,"round":0,"lastBlockRound":0,"currentWitness":null,"blockNumberWitnessChange":0,"lastWitnesses":[],"numberOfApprovalsPerAccount":30,"numberOfTopWitnesses":20,"numberOfWitnessSlots":21,"witnessSignaturesRequired":14,"maxRoundsMissedInARow":3,"maxRoundPropositionWaitingPeriod":40,"witnessApproveExpireBlocks":5184000}"#
    );
}

#[test]
fn parameters_are_the_owners() {
    let mut world = World::new(small());
    let payload = json!({
        "numberOfApprovalsPerAccount": 31, "numberOfTopWitnesses": 5, "numberOfWitnessSlots": 6,
        "witnessSignaturesRequired": 16, "maxRoundsMissedInARow": 4, "maxRoundPropositionWaitingPeriod": 21,
        "witnessApproveExpireBlocks": 100, "round": 7, "totalApprovalWeight": "1",
    });
    let before = world.params();
    world
        .act("alice", "updateParams", payload.clone())
        .does_nothing();
    assert_eq!(world.params(), before);
    world.act(ENGINE, "updateParams", payload).does_nothing();
    let after = world.params();
    let changed = r#""numberOfApprovalsPerAccount":31,"numberOfTopWitnesses":5,"numberOfWitnessSlots":6,"witnessSignaturesRequired":16,"maxRoundsMissedInARow":4,"maxRoundPropositionWaitingPeriod":21,"witnessApproveExpireBlocks":100}"#;
    assert!(after.stringify().ends_with(changed));
    assert_eq!(world.param("round"), "0");
    for (payload, error) in [
        (
            json!({ "numberOfTopWitnesses": 6 }),
            "only 1 backup allowed",
        ),
        (
            json!({ "numberOfTopWitnesses": 101, "numberOfWitnessSlots": 102 }),
            "at most 100 top witnesses",
        ),
        (
            json!({ "witnessApproveExpireBlocks": 6, "maxRoundsMissedInARow": 9 }),
            "witnessApproveExpireBlocks should be greater than numberOfWitnessSlots",
        ),
    ] {
        world.act(ENGINE, "updateParams", payload).fails_with(error);
        assert_eq!(world.params(), after);
    }
    let nothing = json!({ "numberOfTopWitnesses": 0, "witnessSignaturesRequired": -3, "maxRoundsMissedInARow": "1", "numberOfApprovalsPerAccount": 1.5 });
    world.act(ENGINE, "updateParams", nothing).does_nothing();
    assert_eq!(world.params(), after);
}

#[test]
fn a_round_begins_anew() {
    let mut world = World::with_witnesses(small(), 7);
    world.tick().emits(&["newSchedule {}"]);
    let first = world.number("lastVerifiedBlockNumber");
    world
        .act("alice", "resetSchedule", json!({}))
        .does_nothing();
    assert_eq!(world.order().len(), 5);
    world.act(ENGINE, "resetSchedule", json!({})).does_nothing();
    assert_eq!(world.order(), [""; 0]);
    assert_eq!(world.param("currentWitness"), "null");
    assert_eq!(world.param("lastWitnesses"), "[]");
    world.tick().emits(&["newSchedule {}"]);
    assert_eq!(world.number("lastVerifiedBlockNumber"), first);
    assert_eq!(world.number("lastBlockRound"), first + 5);
    assert_eq!(world.number("round"), 2);
    let slots = json!({ "numberOfTopWitnesses": 5, "numberOfWitnessSlots": 6 });
    world.act(ENGINE, "updateParams", slots).does_nothing();
    assert_eq!(world.order(), [""; 0]);
    world.tick().emits(&["newSchedule {}"]);
    assert_eq!(world.order().len(), 6);
    assert_eq!(world.number("lastBlockRound"), first + 6);
}
