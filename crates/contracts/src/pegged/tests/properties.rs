//! Whatever comes in, is traded, goes out and fails: the coins cover what is held and what is queued.

use proptest::prelude::*;
use serde_json::json;

use super::{Gateway, HIVE, PEG, STEEM};
use crate::testing::text;

const ACCOUNTS: [&str; 4] = ["alice", "bob", "bittrex", PEG];

#[derive(Debug, Clone)]
enum Step {
    Deposit(usize, u32),
    OtherCoin(usize, u32),
    Withdraw(usize, u32),
    Nested(usize, u32, u32),
    Transfer(usize, usize, u32),
    Pay,
}

fn step() -> impl Strategy<Value = Step> {
    let account = || 0..ACCOUNTS.len();
    let amount = || prop_oneof![3 => 0_u32..5, 3 => 0_u32..5000, 1 => 0_u32..2_000_000];
    prop_oneof![
        5 => (account(), amount()).prop_map(|(account, amount)| Step::Deposit(account, amount)),
        1 => (account(), amount()).prop_map(|(account, amount)| Step::OtherCoin(account, amount)),
        4 => (account(), amount()).prop_map(|(account, amount)| Step::Withdraw(account, amount)),
        1 => (account(), amount(), 1_u32..4).prop_map(|(account, amount, times)| Step::Nested(account, amount, times)),
        2 => (account(), account(), amount()).prop_map(|(from, to, amount)| Step::Transfer(from, to, amount)),
        3 => Just(Step::Pay),
    ]
}

fn coin(thousandths: u32) -> String {
    format!("{}.{:03}", thousandths / 1000, thousandths % 1000)
}

fn run(gateway: &mut Gateway, step: &Step) {
    let unit = gateway.peg.unit;
    match step {
        Step::Deposit(account, amount) => {
            gateway.deposit(ACCOUNTS[*account], &format!("{} {unit}", coin(*amount)));
        }
        Step::OtherCoin(account, amount) => {
            gateway.deposit(ACCOUNTS[*account], &format!("{} SBD", coin(*amount)));
        }
        Step::Withdraw(account, amount) => {
            gateway.withdraw(ACCOUNTS[*account], &coin(*amount));
        }
        Step::Nested(account, amount, times) => {
            let withdraw = json!({ "quantity": coin(*amount) });
            let contract = gateway.peg.contract;
            let forward = json!({
                "contract": contract, "action": "withdraw", "params": withdraw, "times": times,
            });
            gateway
                .chain
                .send(ACCOUNTS[*account], "forwarder", "forward", forward);
        }
        Step::Transfer(from, to, amount) => {
            // the peg account gives away nothing that is not covered
            if ACCOUNTS[*from] != PEG && ACCOUNTS[*to] != PEG {
                let transfer = json!({
                    "to": ACCOUNTS[*to], "symbol": gateway.peg.symbol, "quantity": coin(*amount),
                });
                gateway
                    .chain
                    .send(ACCOUNTS[*from], "tokens", "transfer", transfer);
            }
        }
        Step::Pay => {
            if let Some(row) = gateway.queue(json!({})).first() {
                gateway.pay(&text(row, "id"));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_coins_cover_what_is_owed(steps in proptest::collection::vec(step(), 1..40), hive in any::<bool>()) {
        let mut gateway = Gateway::new(if hive { HIVE } else { STEEM });
        for step in &steps {
            run(&mut gateway, step);
            gateway.check_cover();
        }
        // every payment has an id of its own, and every one can be made
        let rows = gateway.queue(json!({}));
        let mut ids: Vec<String> = rows.iter().map(|row| text(row, "id")).collect();
        for id in &ids {
            gateway.pay(id);
        }
        gateway.queued(&[]);
        gateway.check_cover();
        ids.sort();
        ids.dedup();
        prop_assert_eq!(ids.len(), rows.len());
    }
}
