use serde_json::{Value as Json, json};
use tartan_runtime::Limits;

use super::{
    account_weight, act, approve, chain, chain_with, contract_balance, propose, stake, tick,
    with_fund,
};
use crate::testing::{ENGINE, TestChain};

const DAY: i64 = 86_400;

/// Proposals 1 and 2 of the fund GLD:SLV, and the voters behind them.
fn two_proposals(chain: &mut TestChain) {
    with_fund(chain, json!({}));
    propose(chain, json!({}));
    let payout = json!({ "type": "user", "name": "silverstein" });
    propose(chain, json!({ "amountPerDay": "500", "payout": payout }));
    for (voter, quantity) in [
        ("voter1", "1000"),
        ("voter2", "10000"),
        ("voter3", "100000"),
        ("voter4", "10000"),
    ] {
        stake(chain, voter, "SLV", quantity);
    }
    approve(chain, "voter1", &[2, 1]);
    approve(chain, "voter2", &[2, 1]);
    approve(chain, "voter3", &[2]);
    approve(chain, "voter4", &[2]);
}

/// A fund GLD:GLD whose only proposal pays to a contract.
fn contract_proposal(chain: &mut TestChain, name: &str, payload: Json) {
    with_fund(chain, json!({ "voteToken": "GLD", "voteThreshold": "1" }));
    let payout = json!({ "type": "contract", "name": name, "contractPayload": payload });
    propose(
        chain,
        json!({ "fundId": "GLD:GLD", "amountPerDay": "1000", "payout": payout }),
    );
    stake(chain, "voter4", "GLD", "10000");
    approve(chain, "voter4", &[1]);
    chain.seconds_later(3 * DAY);
}

#[test]
fn only_the_node_runs_it() {
    let mut chain = chain();
    act(&mut chain, "alice", "checkPendingDtfs", json!({})).fails_with("not authorized");
    tick(&mut chain).does_nothing();
}

/// Example 1 of the specification.
#[test]
fn the_best_approved_are_paid_first() {
    let mut chain = chain();
    two_proposals(&mut chain);
    assert_eq!(account_weight(&chain, "voter3", "SLV"), "100000.00000000");
    assert_eq!(
        [1, 2].map(|id| super::weight(&chain, id)),
        ["11000", "121000"]
    );
    chain.seconds_later(3 * DAY);
    let funded = r#"fundProposals {"fundId":"GLD:SLV","funded":[{"id":2,"tickPay":"500.00000000"},{"id":1,"tickPay":"500.00000000"}]}"#;
    tick(&mut chain).succeeds().emits(&[
        r#"transferFromContract {"from":"tokens","to":"silverstein","symbol":"GLD","quantity":"500.00000000"}"#,
        r#"transferFromContract {"from":"tokens","to":"rambo","symbol":"GLD","quantity":"500.00000000"}"#,
        funded,
    ]);
    chain.balance("rambo", "GLD").is("500.00000000");
    // not again before the next tick, and only once for all that was missed
    chain.seconds_later(DAY - 1);
    tick(&mut chain).does_nothing();
    chain.seconds_later(5 * DAY);
    tick(&mut chain).succeeds();
    tick(&mut chain).does_nothing();
    chain.balance("silverstein", "GLD").is("1000.00000000");
    chain.check_conservation();
}

/// Example 2 of the specification.
#[test]
fn ticks_may_be_shorter() {
    let mut chain = chain();
    act(
        &mut chain,
        ENGINE,
        "updateParams",
        json!({ "dtfTickHours": "1" }),
    )
    .does_nothing();
    two_proposals(&mut chain);
    chain.seconds_later(3 * DAY);
    for expected in ["20.83333333", "41.66666666"] {
        tick(&mut chain).succeeds();
        chain.balance("silverstein", "GLD").is(expected);
        chain.balance("rambo", "GLD").is(expected);
        chain.seconds_later(3_600);
    }
    chain.check_conservation();
}

/// Example 3 of the specification: what goes to a name without a contract waits there.
#[test]
fn contracts_are_paid() {
    let mut chain = chain();
    act(
        &mut chain,
        ENGINE,
        "updateParams",
        json!({ "dtfTickHours": "1" }),
    )
    .does_nothing();
    with_fund(
        &mut chain,
        json!({ "voteToken": "GLD", "maxAmountPerDay": "2000" }),
    );
    let payout =
        json!({ "type": "contract", "name": "distribution", "contractPayload": { "id": "1" } });
    let ask = json!({ "fundId": "GLD:GLD", "payout": payout });
    propose(
        &mut chain,
        super::but(&ask, json!({ "amountPerDay": "1000" })),
    );
    propose(&mut chain, super::but(&ask, json!({ "amountPerDay": "5" })));
    stake(&mut chain, "voter4", "GLD", "10000");
    approve(&mut chain, "voter4", &[1, 2]);
    chain.seconds_later(3 * DAY);
    tick(&mut chain).succeeds();
    assert_eq!(
        contract_balance(&chain, "distribution", "GLD"),
        "41.87499999"
    );
    chain.check_conservation();
}

#[test]
fn who_is_not_entitled_is_not_paid() {
    let mut chain = chain();
    two_proposals(&mut chain);
    propose(
        &mut chain,
        json!({ "startDate": "2020-09-20T00:00:00.000Z" }),
    );
    propose(&mut chain, json!({ "endDate": "2020-09-17T00:00:00.000Z" }));
    propose(&mut chain, json!({}));
    // exactly the threshold is not enough
    approve(&mut chain, "voter1", &[5]);
    approve(&mut chain, "voter3", &[3, 4]);
    act(
        &mut chain,
        "organizer",
        "disableProposal",
        json!({ "id": "2" }),
    )
    .succeeds();
    chain.seconds_later(4 * DAY);
    tick(&mut chain).succeeds().emits(&[
        r#"transferFromContract {"from":"tokens","to":"rambo","symbol":"GLD","quantity":"800.00000000"}"#,
        r#"fundProposals {"fundId":"GLD:SLV","funded":[{"id":1,"tickPay":"800.00000000"}]}"#,
    ]);
    let off = json!({ "fundId": "GLD:SLV", "active": false });
    act(&mut chain, "founder", "setDtfActive", off).succeeds();
    chain.seconds_later(4 * DAY);
    tick(&mut chain).does_nothing();
}

#[test]
fn equal_weight_goes_by_age() {
    let mut chain = chain();
    with_fund(&mut chain, json!({}));
    for _ in 0..3 {
        propose(&mut chain, json!({ "amountPerDay": "400" }));
    }
    stake(&mut chain, "voter", "SLV", "2000");
    approve(&mut chain, "voter", &[3, 2, 1]);
    chain.seconds_later(3 * DAY);
    let sent = tick(&mut chain).succeeds();
    let last = sent.logs.events.last().expect("it pays");
    let funded = r#"{"fundId":"GLD:SLV","funded":[{"id":1,"tickPay":"400.00000000"},{"id":2,"tickPay":"400.00000000"},{"id":3,"tickPay":"200.00000000"}]}"#;
    assert_eq!(last.data.stringify(), funded);
}

#[test]
fn what_cannot_be_issued_is_not_said_to_be() {
    let mut chain = chain();
    two_proposals(&mut chain);
    chain.issue("GLD", "hoarder", "999400");
    chain.seconds_later(3 * DAY);
    let sent = tick(&mut chain);
    assert_eq!(sent.logs.errors, ["quantity exceeds available supply"]);
    let event = sent.logs.events.last().expect("it pays").data.stringify();
    assert_eq!(
        event,
        r#"{"fundId":"GLD:SLV","funded":[{"id":2,"tickPay":"500.00000000"}]}"#
    );
    assert_eq!(chain.find("balances", json!({ "account": "rambo" })), []);
    chain.check_conservation();
}

#[test]
fn amounts_below_the_smallest_unit_are_passed_over() {
    let mut chain = chain();
    let create = json!({ "name": "Coin", "symbol": "COIN", "precision": 0, "maxSupply": "1000" });
    chain.send("founder", "tokens", "create", create).succeeds();
    act(
        &mut chain,
        ENGINE,
        "updateParams",
        json!({ "dtfTickHours": "1" }),
    )
    .does_nothing();
    with_fund(
        &mut chain,
        json!({ "payToken": "COIN", "maxAmountPerDay": "48" }),
    );
    for amount in ["23", "24", "48"] {
        propose(
            &mut chain,
            json!({ "fundId": "COIN:SLV", "amountPerDay": amount }),
        );
    }
    stake(&mut chain, "voter", "SLV", "2000");
    approve(&mut chain, "voter", &[1, 2, 3]);
    chain.seconds_later(3 * DAY);
    let sent = tick(&mut chain).succeeds();
    let event = sent.logs.events.last().expect("it pays").data.stringify();
    assert_eq!(
        event,
        r#"{"fundId":"COIN:SLV","funded":[{"id":2,"tickPay":"1"},{"id":3,"tickPay":"1"}]}"#
    );
}

#[test]
fn a_contract_is_told_of_what_it_receives() {
    let mut chain = chain();
    contract_proposal(&mut chain, "receiver", json!({ "does": "accept" }));
    tick(&mut chain).succeeds().emits(&[
        r#"issueToContract {"from":"tokens","to":"receiver","symbol":"GLD","quantity":"1000.00000000"}"#,
        r#"accepted {"sender":"contract:tokenfunds","caller":"tokenfunds","active":false,"quantity":"1000.00000000"}"#,
        r#"fundProposals {"fundId":"GLD:GLD","funded":[{"id":1,"tickPay":"1000.00000000"}]}"#,
    ]);
    assert_eq!(contract_balance(&chain, "receiver", "GLD"), "1000.00000000");
}

#[test]
fn a_contract_that_does_not_accept_gets_nothing() {
    for (payload, error) in [
        (json!({ "does": "refuse" }), "I do not want it"),
        (json!({ "does": "steal" }), "not authorized"),
    ] {
        let mut chain = chain();
        contract_proposal(&mut chain, "receiver", payload);
        let sent = tick(&mut chain);
        assert_eq!(sent.logs.errors, [error]);
        let events: Vec<&str> = sent
            .logs
            .events
            .iter()
            .map(|event| event.event.as_str())
            .collect();
        assert_eq!(events, ["fundProposals"]);
        assert_eq!(contract_balance(&chain, "receiver", "GLD"), "none");
        chain.check_conservation();
        tick(&mut chain).does_nothing();
    }
}

#[test]
fn funds_take_turns() {
    let mut chain = chain();
    act(
        &mut chain,
        ENGINE,
        "updateParams",
        json!({ "maxDtfsPerBlock": "1" }),
    )
    .does_nothing();
    with_fund(&mut chain, json!({}));
    chain.seconds_later(1);
    with_fund(&mut chain, json!({ "voteToken": "GLD" }));
    // one that never pays stands in nobody's way
    act(
        &mut chain,
        "founder",
        "createFund",
        super::but(&super::fund(), json!({ "payToken": "SLV" })),
    )
    .succeeds();
    chain.seconds_later(3 * DAY);
    for id in ["GLD:SLV", "GLD:GLD"] {
        let paid = format!(r#"fundProposals {{"fundId":"{id}","funded":[]}}"#);
        tick(&mut chain).succeeds().emits(&[&paid]);
    }
    tick(&mut chain).does_nothing();
}

/// What three proposals of equal weight behind many dead ones get, and in how many blocks.
fn behind_dead_ones(limits: Limits) -> (Vec<String>, usize) {
    let mut chain = chain_with(limits);
    with_fund(&mut chain, json!({}));
    for _ in 0..9 {
        propose(&mut chain, json!({}));
    }
    for name in ["alice", "bob", "carol"] {
        let payout = json!({ "type": "user", "name": name });
        propose(
            &mut chain,
            json!({ "amountPerDay": "400", "payout": payout }),
        );
    }
    stake(&mut chain, "voter", "SLV", "2000");
    stake(&mut chain, "whale", "SLV", "5000");
    approve(&mut chain, "whale", &[1, 2, 3, 4, 5]);
    approve(&mut chain, "voter", &[6, 7, 8, 9, 10, 11, 12]);
    for id in 1..=9 {
        act(
            &mut chain,
            "organizer",
            "disableProposal",
            json!({ "id": id.to_string() }),
        )
        .succeeds();
    }
    chain.seconds_later(3 * DAY);
    let mut blocks = 0;
    while !tick(&mut chain).succeeds().logs.events.is_empty()
        || !chain.find_in("tokenfunds", "rounds", json!({})).is_empty()
    {
        blocks += 1;
        assert!(blocks < 100, "it comes to an end");
    }
    let balances = ["alice", "bob", "carol"].map(|name| {
        let row = chain.row("balances", json!({ "account": name }));
        crate::testing::text(&row, "balance")
    });
    chain.check_conservation();
    (balances.to_vec(), blocks)
}

#[test]
fn work_is_bounded_and_nobody_starves() {
    let expected = ["400.00000000", "400.00000000", "200.00000000"];
    assert_eq!(behind_dead_ones(Limits::default()).0, expected);
    for tick_rows in [2, 3, 7, 20] {
        let limits = Limits {
            tick_rows,
            ..Limits::default()
        };
        let (balances, blocks) = behind_dead_ones(limits);
        assert_eq!(balances, expected, "{tick_rows} rows in a block");
        assert!(blocks > 1, "{tick_rows} rows in a block");
    }
}

#[test]
fn nobody_is_paid_twice_in_a_round() {
    let limits = Limits {
        tick_rows: 2,
        ..Limits::default()
    };
    let mut chain = chain_with(limits);
    two_proposals(&mut chain);
    chain.seconds_later(3 * DAY);
    let paid = r#"fundProposals {"fundId":"GLD:SLV","funded":[{"id":2,"tickPay":"500.00000000"}]}"#;
    let sent = tick(&mut chain).succeeds();
    assert_eq!(sent.logs.events.len(), 2, "{paid}");
    // the one that was paid falls behind the one that was not
    for voter in ["voter2", "voter3", "voter4"] {
        act(
            &mut chain,
            voter,
            "disapproveProposal",
            json!({ "id": "2" }),
        )
        .succeeds();
    }
    stake(&mut chain, "voter1", "SLV", "500");
    assert_eq!(
        [1, 2].map(|id| super::weight(&chain, id)),
        ["11500", "1500"]
    );
    for _ in 0..9 {
        tick(&mut chain).succeeds();
    }
    chain.balance("silverstein", "GLD").is("500.00000000");
    chain.balance("rambo", "GLD").is("500.00000000");
}

#[test]
fn many_contracts_are_paid_over_several_blocks() {
    let mut chain = chain();
    with_fund(&mut chain, json!({}));
    let payout =
        json!({ "type": "contract", "name": "receiver", "contractPayload": { "does": "accept" } });
    for _ in 0..25 {
        propose(
            &mut chain,
            json!({ "amountPerDay": "10", "payout": payout }),
        );
    }
    stake(&mut chain, "voter", "SLV", "2000");
    approve(&mut chain, "voter", &(1..=25).collect::<Vec<u32>>());
    chain.seconds_later(3 * DAY);
    tick(&mut chain).succeeds();
    assert_eq!(contract_balance(&chain, "receiver", "GLD"), "200.00000000");
    tick(&mut chain).succeeds();
    assert_eq!(contract_balance(&chain, "receiver", "GLD"), "250.00000000");
    tick(&mut chain).does_nothing();
}

#[test]
fn a_contract_that_works_too_much_harms_nobody_else() {
    let mut chain = chain();
    chain.count_work(1_000);
    with_fund(&mut chain, json!({}));
    let payout = |does: &str| json!({ "type": "contract", "name": "receiver", "contractPayload": { "does": does } });
    propose(
        &mut chain,
        json!({ "amountPerDay": "10", "payout": payout("waste") }),
    );
    propose(
        &mut chain,
        json!({ "amountPerDay": "10", "payout": payout("accept") }),
    );
    stake(&mut chain, "voter", "SLV", "2000");
    approve(&mut chain, "voter", &[1, 2]);
    chain.seconds_later(3 * DAY);
    let sent = tick(&mut chain);
    assert_eq!(
        sent.logs.errors,
        ["Error: the call used up its budget of 50 units"]
    );
    assert_eq!(contract_balance(&chain, "receiver", "GLD"), "10.00000000");
}
