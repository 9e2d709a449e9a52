//! Whatever stakers and voters do: a proposal has the stake of those who approve it, and a fund issues no more than it may.

use proptest::prelude::*;
use serde_json::json;
use tartan_decimal::{Config, Decimal};
use tartan_document::Value;
use tartan_runtime::Limits;

use super::{act, chain_with, propose, stake, tick, with_fund};
use crate::testing::TestChain;

const VOTERS: [&str; 4] = ["alice", "bob", "carol", "dave"];
const CONFIG: &Config = &Config::STANDARD;

#[derive(Debug, Clone)]
enum Step {
    Approve(usize, u32),
    Disapprove(usize, u32),
    Stake(usize, u32),
    Unstake(usize, u32),
    Delegate(usize, usize, u32),
    Undelegate(usize, usize, u32),
    Propose(u32),
    Disable(u32),
    Hours(i64),
}

fn step() -> impl Strategy<Value = Step> {
    let voter = || 0..VOTERS.len();
    prop_oneof![
        4 => (voter(), 1_u32..6).prop_map(|(voter, id)| Step::Approve(voter, id)),
        2 => (voter(), 1_u32..6).prop_map(|(voter, id)| Step::Disapprove(voter, id)),
        2 => (voter(), 1_u32..5000).prop_map(|(voter, units)| Step::Stake(voter, units)),
        2 => (voter(), 1_u32..5000).prop_map(|(voter, units)| Step::Unstake(voter, units)),
        2 => (voter(), voter(), 1_u32..5000).prop_map(|(a, b, units)| Step::Delegate(a, b, units)),
        1 => (voter(), voter(), 1_u32..5000).prop_map(|(a, b, units)| Step::Undelegate(a, b, units)),
        1 => (1_u32..40).prop_map(Step::Propose),
        1 => (1_u32..6).prop_map(Step::Disable),
        3 => (1_i64..60).prop_map(Step::Hours),
    ]
}

fn amount(units: u32) -> String {
    format!("{}.{:02}", units / 100, units % 100)
}

fn run(chain: &mut TestChain, step: &Step) {
    let id = |id: &u32| json!({ "id": id.to_string() });
    match step {
        Step::Approve(voter, proposal) => {
            act(chain, VOTERS[*voter], "approveProposal", id(proposal));
        }
        Step::Disapprove(voter, proposal) => {
            act(chain, VOTERS[*voter], "disapproveProposal", id(proposal));
        }
        Step::Stake(voter, units) => stake(chain, VOTERS[*voter], "SLV", &amount(*units)),
        Step::Unstake(voter, units) => {
            let unstake = json!({ "symbol": "SLV", "quantity": amount(*units) });
            chain.send(VOTERS[*voter], "tokens", "unstake", unstake);
        }
        Step::Delegate(from, to, units) => {
            let delegate =
                json!({ "to": VOTERS[*to], "symbol": "SLV", "quantity": amount(*units) });
            chain.send(VOTERS[*from], "tokens", "delegate", delegate);
        }
        Step::Undelegate(owner, from, units) => {
            let undelegate =
                json!({ "from": VOTERS[*from], "symbol": "SLV", "quantity": amount(*units) });
            chain.send(VOTERS[*owner], "tokens", "undelegate", undelegate);
        }
        Step::Propose(days) => {
            // from tomorrow's tomorrow on, for so many days
            let day = 24 * 60 * 60 * 1000;
            let start = (chain.now() / day + 2) * day;
            let end = start + (i64::from(*days) + 1) * day;
            let dates = [start, end].map(date);
            propose(
                chain,
                json!({ "amountPerDay": (days * 7).to_string(), "startDate": dates[0], "endDate": dates[1] }),
            );
        }
        Step::Disable(proposal) => {
            act(chain, "organizer", "disableProposal", id(proposal));
        }
        Step::Hours(hours) => {
            chain.seconds_later(hours * 3600);
            chain.tick("checkPendingUnstakes");
            chain.tick("checkPendingUndelegations");
        }
    }
}

/// A day of 2020 or 2021, found by trying all of them.
fn date(time: i64) -> String {
    let days = (2020..=2021).flat_map(|year| {
        (1..=12).flat_map(move |month| (1..=31).map(move |day| (year, month, day)))
    });
    let mut texts =
        days.map(|(year, month, day)| format!("{year}-{month:02}-{day:02}T00:00:00.000Z"));
    texts
        .find(|text| super::super::dates::parse(text) == Some(time))
        .expect("a date in range")
}

/// The approval of every proposal is the stored weight of its voters, and that of a pending one their stake.
fn check_weights(chain: &TestChain) {
    let number = |value: &Value| match value {
        Value::String(text) => Decimal::parse(&text.to_string_lossy()),
        value => Decimal::from_f64(value.as_f64().expect("a number")),
    };
    for proposal in chain.find_in("tokenfunds", "proposals", json!({})) {
        let end = super::super::dates::parse(proposal.get_str("endDate").expect("a date"));
        if end < Some(chain.now()) {
            continue;
        }
        let id = proposal
            .get("_id")
            .and_then(Value::as_u64)
            .expect("a number");
        let mut stakes = Decimal::ZERO;
        for approval in chain.find_in("tokenfunds", "approvals", json!({ "to": id })) {
            let voter = approval.get_str("from").expect("a name");
            for holding in chain.find("balances", json!({ "account": voter, "symbol": "SLV" })) {
                for field in ["stake", "delegationsIn"] {
                    let part = number(holding.get(field).expect("an amount"));
                    stakes = stakes.plus(&part, CONFIG).expect("a sum");
                }
            }
        }
        assert_eq!(
            super::weight(chain, id as u32),
            stakes.to_string(),
            "proposal {id}"
        );
    }
}

/// What a tick issued, and that it says so.
fn issued(chain: &mut TestChain) -> Decimal {
    let supply = |chain: &TestChain| {
        let row = chain.row("tokens", json!({ "symbol": "GLD" }));
        Decimal::parse(&crate::testing::text(&row, "supply"))
    };
    let before = supply(chain);
    let sent = tick(chain).succeeds();
    let mut said = Decimal::ZERO;
    for event in sent
        .logs
        .events
        .iter()
        .filter(|event| event.event == "fundProposals")
    {
        for funded in event
            .data
            .get("funded")
            .and_then(Value::as_array)
            .expect("a list")
        {
            let pay = funded
                .get("tickPay")
                .and_then(Value::as_str)
                .expect("an amount");
            said = said.plus(&Decimal::parse(pay), CONFIG).expect("a sum");
        }
    }
    let difference = supply(chain).minus(&before, CONFIG).expect("a difference");
    assert!(difference.equals(&said), "{difference} issued, {said} said");
    difference
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn weights_and_amounts_are_right(steps in prop::collection::vec(step(), 1..50), rows in prop::sample::select(vec![3_usize, 12, 10_000])) {
        let limits = Limits { tick_rows: rows, ..Limits::default() };
        let mut chain = chain_with(limits);
        with_fund(&mut chain, json!({ "voteThreshold": "10", "maxAmountPerDay": "300" }));
        let most = Decimal::from_parts(300, 0);
        for voter in VOTERS {
            stake(&mut chain, voter, "SLV", "20");
        }
        for days in [10, 20, 30] {
            run(&mut chain, &Step::Propose(days));
        }
        for (voter, proposal) in [(0, 1), (1, 2), (2, 2), (3, 3)] {
            run(&mut chain, &Step::Approve(voter, proposal));
        }
        run(&mut chain, &Step::Hours(60));
        for step in &steps {
            run(&mut chain, step);
            check_weights(&chain);
            let mut round = issued(&mut chain);
            for _ in 0..if rows < 100 { 12 } else { 0 } {
                round = round.plus(&issued(&mut chain), CONFIG).expect("a sum");
            }
            prop_assert!(round.is_at_most(&most), "{} in one tick", round);
            chain.check_conservation();
        }
    }
}
