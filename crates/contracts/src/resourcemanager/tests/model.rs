//! Whatever accounts do, they are let through as the rules say, pay what they say, and nothing else changes hands.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::json;

use super::{act, ask, chain_with, set, throttle};
use crate::testing::TestChain;

#[derive(Debug, Clone)]
enum Step {
    Call(&'static str, u32, &'static str),
    Subscribe(&'static str),
    Throttle(&'static str, bool),
    Hours(i64),
    Params(u32, u32, u32),
}

fn step() -> impl Strategy<Value = Step> {
    let account = || prop::sample::select(vec!["alice", "bob", "carol"]);
    let contract = prop::sample::select(vec!["market", "marketpools", "tokens"]);
    prop_oneof![
        8 => (account(), 1_u32..24, contract).prop_map(|(account, count, contract)| Step::Call(account, count, contract)),
        2 => account().prop_map(Step::Subscribe),
        1 => (account(), any::<bool>()).prop_map(|(account, denied)| Step::Throttle(account, denied)),
        2 => prop::sample::select(vec![1_i64, 11, 25, 400]).prop_map(Step::Hours),
        1 => (1_u32..4, 1_u32..4, 0_u32..4).prop_map(|(free, day, fee)| Step::Params(free, day, fee)),
    ]
}

/// An account, as the rules see it. Amounts are in ten-thousandths, times in hours.
#[derive(Default)]
struct Member {
    balance: u32,
    throttled: bool,
    last: i64,
    today: u32,
    until: Option<i64>,
}

struct Model {
    members: BTreeMap<&'static str, Member>,
    hour: i64,
    free: u32,
    day: u32,
    fee: u32,
}

impl Model {
    /// Whether a call is let through.
    fn call(&mut self, account: &str, count: u32, contract: &str) -> bool {
        let (hour, day, fee) = (self.hour, self.day, self.fee);
        let member = self.members.get_mut(account).expect("a member");
        let today = match hour - member.last >= 24 {
            true => 1,
            false => member.today + 1,
        };
        if member.throttled && today > 1 && today > day {
            return false;
        }
        let exempt = member.until.is_some_and(|until| hour < until);
        let charged = count > self.free && !exempt && contract == "market";
        let capped = count > self.free && !exempt && contract == "tokens";
        if (charged && member.balance < fee) || (capped && count > 20) {
            return false;
        }
        if count > self.free && !exempt {
            member.until = None;
        }
        if charged {
            member.balance -= fee;
        }
        if member.throttled {
            (member.last, member.today) = (hour, today);
        }
        true
    }

    fn subscribe(&mut self, account: &str) -> bool {
        let hour = self.hour;
        let member = self.members.get_mut(account).expect("a member");
        let exempt = member.until.is_some_and(|until| hour < until);
        if member.throttled || exempt || member.balance < 20_000 {
            return false;
        }
        member.balance -= 20_000;
        member.until = Some(hour + 30 * 24);
        true
    }
}

fn run(chain: &mut TestChain, model: &mut Model, step: &Step) {
    match step {
        Step::Call(account, count, contract) => {
            let sent = ask(chain, account, *count, contract);
            let expected = model.call(account, *count, contract);
            assert_eq!(sent.logs.errors.is_empty(), expected, "{:?}", sent.logs);
        }
        Step::Subscribe(account) => {
            let sent = act(chain, account, "subscribe", json!({}));
            let expected = model.subscribe(account);
            assert_eq!(sent.logs.errors.is_empty(), expected, "{:?}", sent.logs);
        }
        Step::Throttle(account, denied) => {
            throttle(chain, account, *denied);
            let member = model.members.get_mut(account).expect("a member");
            (member.throttled, member.last) = (*denied, model.hour);
        }
        Step::Hours(hours) => {
            chain.seconds_later(hours * 3600);
            model.hour += hours;
        }
        Step::Params(free, day, fee) => {
            set(
                chain,
                json!({ "numberOfFreeTx": free, "denyMaxTx": day, "multiTransactionFee": format!("0.{fee}") }),
            );
            (model.free, model.day, model.fee) = (*free, *day, fee * 1000);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn calls_are_let_through_as_the_rules_say(steps in prop::collection::vec(step(), 1..80)) {
        let mut chain = chain_with(&[("alice", "5"), ("bob", "2.05"), ("carol", "0.2")]);
        set(&mut chain, json!({ "allowlistBurnFee": "2" }));
        let member = |balance| Member { balance, ..Member::default() };
        let members = [("alice", member(50_000)), ("bob", member(20_500)), ("carol", member(2_000))];
        let mut model = Model { members: members.into(), hour: 0, free: 1, day: 1, fee: 10 };
        for step in &steps {
            run(&mut chain, &mut model, step);
            chain.check_conservation();
            for (account, member) in &model.members {
                let text = chain.row("balances", json!({ "account": account, "symbol": "BEED" }));
                let held = tartan_decimal::Decimal::parse(&crate::testing::text(&text, "balance"));
                prop_assert_eq!(held.to_units(4), Some(i128::from(member.balance)));
            }
        }
    }
}
