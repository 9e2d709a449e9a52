use serde_json::json;
use tartan_runtime::Limits;

use crate::testing::TestChain;

#[test]
fn only_the_node_runs_them() {
    let mut chain = TestChain::new();
    for action in ["checkPendingUnstakes", "checkPendingUndelegations"] {
        chain
            .send("alice", "tokens", action, json!({}))
            .fails_with("not authorized");
        chain.tick(action).does_nothing();
    }
}

#[test]
fn work_is_bounded_and_nobody_starves() {
    let mut chain = TestChain::with_limits(Limits {
        tick_rows: 2,
        ..Limits::default()
    });
    let create = json!({ "name": "Cool", "symbol": "COOL", "precision": 0, "maxSupply": "100" });
    chain.send("founder", "tokens", "create", create).succeeds();
    chain.enable_staking("COOL", 1, 1);
    let members = ["alice", "bob", "carol", "dave", "erin"];
    for member in members {
        chain.issue("COOL", member, "1");
        chain
            .send(
                member,
                "tokens",
                "stake",
                json!({ "to": member, "symbol": "COOL", "quantity": "1" }),
            )
            .succeeds();
        chain
            .send(
                member,
                "tokens",
                "unstake",
                json!({ "symbol": "COOL", "quantity": "1" }),
            )
            .succeeds();
    }
    for paid in [2, 2, 1, 0] {
        let days = i64::from(paid == 2);
        let sent = chain.days_later(days, "checkPendingUnstakes").succeeds();
        assert_eq!(sent.logs.events.len(), paid);
        chain.check_conservation();
    }
    for member in members {
        chain.balance(member, "COOL").is("1");
    }
}
