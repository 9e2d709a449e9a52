//! `updateParams` and what is nobody's to call.

use serde_json::json;

use super::world::{TICK, World};

#[test]
fn the_owner_sets_fees_and_bounds() {
    let mut world = World::new(&[]);
    let all = json!({
        "poolCreationFee": "5", "poolUpdateFee": "6.5", "maxLotteriesPerBlock": 7,
        "maxBalancesProcessedPerBlock": 8, "processQueryLimit": 9,
    });
    let sent = world.0.send("alice", "mining", "updateParams", all.clone());
    sent.does_nothing();
    let row = |world: &World| world.0.find_in("mining", "params", json!({}))[0].stringify();
    let before = row(&world);
    assert!(before.contains(r#""maxLotteriesPerBlock":20"#), "{before}");
    world.act("engine", "mining", "updateParams", all);
    let expected = r#"{"_id":1,"poolCreationFee":"5","poolUpdateFee":"6.5","maxLotteriesPerBlock":7,"maxBalancesProcessedPerBlock":8,"processQueryLimit":9}"#;
    assert_eq!(row(&world), expected);
    let nothing =
        json!({ "poolCreationFee": "", "maxLotteriesPerBlock": 0, "processQueryLimit": null });
    world.act("engine", "mining", "updateParams", nothing);
    assert_eq!(row(&world), expected);
    for (key, wrong) in [
        ("poolCreationFee", json!(1)),
        ("poolCreationFee", json!("-1")),
        ("poolUpdateFee", json!("x")),
        ("maxLotteriesPerBlock", json!("1")),
        ("maxBalancesProcessedPerBlock", json!(1.5)),
        ("processQueryLimit", json!(-1)),
    ] {
        let sent = world
            .0
            .send("engine", "mining", "updateParams", json!({ key: wrong }));
        sent.fails_with(&format!("invalid {key}"));
    }
    assert_eq!(row(&world), expected);
}

#[test]
fn hooks_and_ticks_are_not_for_everyone() {
    let mut world = World::new(&[]);
    let mut check = |contract: &str, action: &str, error: &str| {
        let payload = json!({ "account": "alice", "symbol": "TKN", "quantity": "1", "params": {} });
        world
            .0
            .send("alice", contract, action, payload)
            .fails_with(error);
    };
    check("mining", TICK, "not authorized");
    check("marketpools", TICK, "not authorized");
    let stake = "must be called from tokens contract";
    check("mining", "handleStakeChange", stake);
    check("marketpools", "handleStakeChange", stake);
    let nft = "must be called from nft contract";
    check("mining", "handleNftDelegationChange", nft);
    check("marketpools", "handleNftDelegationChange", nft);
    check("mining", "nothing", "unknown error");
    for stub in ["handleNftChange", "handleNftSetProperty"] {
        world
            .0
            .send("alice", "mining", stub, json!({}))
            .does_nothing();
    }
}
