//! Whatever anyone does, an airdrop creates nothing and loses nothing, and each recipient gets what the list says.

use proptest::prelude::*;
use serde_json::json;
use tartan_runtime::Limits;

use super::{act, airdrop, chain_with, check_conservation, held, pending, tick, units};
use crate::testing::{ENGINE, TestChain};

#[derive(Debug, Clone)]
enum Step {
    Airdrop(&'static str, &'static str, Vec<(usize, u32)>),
    Ticks(u32),
    Limits(u32, u32),
    Fee(u32),
}

const ACCOUNTS: [&str; 5] = ["alice", "bob", "founder", "null", "Nobody"];

fn step() -> impl Strategy<Value = Step> {
    let symbol = prop::sample::select(vec!["TKN", "SIM", "ENG"]);
    let kind = prop::sample::select(vec!["transfer", "stake"]);
    let list = prop::collection::vec((0..ACCOUNTS.len() * 4, 0_u32..2_000_000), 0..12);
    prop_oneof![
        4 => (symbol, kind, list).prop_map(|(symbol, kind, list)| Step::Airdrop(symbol, kind, list)),
        5 => (1_u32..4).prop_map(Step::Ticks),
        1 => (1_u32..9, 1_u32..4).prop_map(|(payments, airdrops)| Step::Limits(payments, airdrops)),
        1 => (0_u32..20).prop_map(Step::Fee),
    ]
}

/// The first four names are far likelier than the one that is refused.
fn account(choice: usize) -> &'static str {
    match choice {
        19 => ACCOUNTS[4],
        choice => ACCOUNTS[choice % 4],
    }
}

/// Runs a step; gives what an airdrop promised to alice, in units of TKN.
fn run(chain: &mut TestChain, step: &Step) -> i128 {
    match step {
        Step::Airdrop(symbol, kind, list) => {
            let list: Vec<_> = list
                .iter()
                .map(|(choice, thousandths)| {
                    let quantity = format!("{}.{:03}", thousandths / 1000, thousandths % 1000);
                    (account(*choice), quantity)
                })
                .collect();
            let made = airdrop(chain, symbol, kind, json!(list))
                .logs
                .errors
                .is_empty();
            let alices = list.iter().filter(|(to, _)| *to == "alice");
            match made && *symbol == "TKN" {
                true => alices.map(|(_, quantity)| units(quantity)).sum(),
                false => 0,
            }
        }
        Step::Ticks(count) => {
            for _ in 0..*count {
                tick(chain).succeeds();
                check_conservation(chain);
            }
            0
        }
        Step::Limits(payments, airdrops) => {
            let limits =
                json!({ "maxTransactionsPerBlock": payments, "maxAirdropsPerBlock": airdrops });
            act(chain, ENGINE, "updateParams", limits).does_nothing();
            0
        }
        Step::Fee(hundredths) => {
            let fee = json!({ "feePerTransaction": format!("0.{hundredths:02}") });
            act(chain, ENGINE, "updateParams", fee).does_nothing();
            0
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn nothing_is_created_or_lost(steps in prop::collection::vec(step(), 1..40), rows in prop::sample::select(vec![1_usize, 30, 10_000])) {
        let mut chain = chain_with(Limits { tick_rows: rows, ..Limits::default() });
        let mut promised = 0;
        for step in &steps {
            promised += run(&mut chain, step);
            check_conservation(&chain);
        }
        let mut blocks = 0;
        while pending(&chain) > 0 {
            tick(&mut chain).succeeds();
            blocks += 1;
            prop_assert!(blocks < 1000, "the queue ends");
        }
        check_conservation(&chain);
        prop_assert_eq!(units(&held(&chain, "balances", "alice", "TKN", "balance")), promised);
    }
}
