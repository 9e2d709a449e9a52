//! Native contracts: deployed like any other, with settings of one's own.

use expect_test::expect;
use serde_json::{Value, json};

use super::{ask, block, check_error, deploy};
use crate::Sandbox;

/// A native contract is deployed and updated like any other; its code is ignored.
#[test]
fn natives_are_deployed() {
    let mut sandbox = Sandbox::new();
    let config = json!({ "native": ["tokens"] });
    ask(
        &mut sandbox,
        "reset",
        json!({ "config": config, "genesis": [] }),
    );
    let mut deployment = deploy("tokens", "hive-engine");
    deployment["transactionId"] = json!("t1");
    let mut update = deploy("tokens", "honey-swap");
    update["transactionId"] = json!("t2");
    update["action"] = json!("update");
    let mut own = deployment.clone();
    own["transactionId"] = json!("t3");
    ask(
        &mut sandbox,
        "produceBlock",
        block(60_000_000, vec![deployment, update, own]),
    );
    let logs = |sandbox: &mut Sandbox, id: &str| {
        ask(sandbox, "getTransactionInfo", json!({ "txid": id }))["logs"].clone()
    };
    assert_eq!(logs(&mut sandbox, "t1"), "{}");
    assert_eq!(
        logs(&mut sandbox, "t2"),
        r#"{"errors":["you are not allowed to update this contract"]}"#
    );
    assert_eq!(logs(&mut sandbox, "t3"), "{}");
    assert_eq!(
        ask(&mut sandbox, "findContract", json!({ "name": "tokens" }))["version"],
        2
    );
}

/// What a native contract starts with can be chosen, as in a network file.
#[test]
fn settings_of_natives() {
    let mut sandbox = Sandbox::new();
    let reset = |settings: Value| json!({ "config": { "native": ["witnesses"], "contracts": settings }, "genesis": [] });
    let settings = json!({ "witnesses": { "top_witnesses": 2 } });
    ask(&mut sandbox, "reset", reset(settings));
    ask(
        &mut sandbox,
        "produceBlock",
        block(60_000_000, vec![deploy("witnesses", "hive-engine")]),
    );
    let query = json!({ "contract": "witnesses", "table": "params", "query": {} });
    let params = ask(&mut sandbox, "findOne", query);
    assert_eq!(params["numberOfWitnessSlots"], 3);
    assert_eq!(params["witnessSignaturesRequired"], 14);
    check_error(
        &mut sandbox,
        "reset",
        reset(json!({ "witnesses": { "slots": 2 } })),
        expect![
            "INVALID_PARAMS: config: contracts: unknown field `slots`, expected one of `top_witnesses`, `signatures_required`, `rounds_missed`, `proposition_blocks`, `approval_blocks`, `approvals_per_account`, `reward_per_block`, `reward_minimum`"
        ],
    );
}
