//! Whatever anyone does, a distribution creates nothing and loses nothing.

use proptest::prelude::*;
use serde_json::json;
use tartan_runtime::Limits;

use super::{act, chain_with, check_conservation, fixed, pool, provide, tick_after, with_batch};
use crate::testing::{ENGINE, TestChain};

#[derive(Debug, Clone)]
enum Step {
    Deposit(u32, &'static str, u32),
    Provide(usize, u32),
    Flush(u32),
    Ticks(u32, u32),
    Active(u32, bool),
    AtOnce(u32),
    Hours(i64),
}

const PROVIDERS: [&str; 4] = ["alice", "bob", "NOBODY", "dave"];

fn step() -> impl Strategy<Value = Step> {
    let batch = || 1_u32..5;
    let symbol = prop::sample::select(vec!["TKN", "TKNA", "SIM"]);
    prop_oneof![
        4 => (batch(), symbol, 1_u32..100_000).prop_map(|(id, symbol, units)| Step::Deposit(id, symbol, units)),
        2 => (0..PROVIDERS.len(), 1_u32..100_000).prop_map(|(account, shares)| Step::Provide(account, shares)),
        1 => batch().prop_map(Step::Flush),
        1 => (batch(), 1_u32..9).prop_map(|(id, ticks)| Step::Ticks(id, ticks)),
        1 => (batch(), any::<bool>()).prop_map(|(id, active)| Step::Active(id, active)),
        1 => (1_u32..6).prop_map(Step::AtOnce),
        5 => (0_i64..40).prop_map(Step::Hours),
    ]
}

fn run(chain: &mut TestChain, step: &Step) {
    match step {
        Step::Deposit(id, symbol, units) => {
            let quantity = format!("{}.{:03}", units / 1000, units % 1000);
            act(
                chain,
                "founder",
                "deposit",
                json!({ "id": id, "symbol": symbol, "quantity": quantity }),
            );
        }
        Step::Provide(account, shares) => {
            provide(chain, PROVIDERS[*account], &format!("0.{shares:05}"))
        }
        Step::Flush(id) => {
            act(chain, "founder", "flush", json!({ "id": id }));
        }
        Step::Ticks(id, ticks) => {
            let terms = json!({ "id": id, "strategy": null, "tokenPair": null, "numTicks": ticks.to_string() });
            act(chain, ENGINE, "update", super::but(&fixed(), terms)).succeeds();
        }
        Step::Active(id, active) => {
            act(
                chain,
                "founder",
                "setActive",
                json!({ "id": id, "active": active }),
            )
            .succeeds();
        }
        Step::AtOnce(most) => {
            let limit = json!({ "maxTransferLimit": (most + 2).to_string() });
            act(chain, ENGINE, "updateParams", limit).does_nothing();
        }
        Step::Hours(hours) => {
            for seconds in [hours * 3600, 3, 3] {
                tick_after(chain, seconds);
                check_conservation(chain);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn nothing_is_created_or_lost(steps in prop::collection::vec(step(), 1..50), rows in prop::sample::select(vec![2_usize, 9, 40, 10_000])) {
        let mut chain = chain_with(Limits { tick_rows: rows, ..Limits::default() });
        let curve = json!({ "numPeriods": "3", "periodBonusPct": "7" });
        let refusing = json!([
            { "account": "receiver", "type": "contract", "contractPayload": { "does": "refuse" }, "pct": 33 },
            { "account": "receiver2", "type": "user", "pct": 67 },
        ]);
        with_batch(&mut chain, super::but(&fixed(), json!({ "numTicks": "3" })));
        with_batch(&mut chain, pool());
        with_batch(&mut chain, super::but(&pool(), json!({ "numTicks": "2", "bonusCurve": curve, "excludeAccount": [] })));
        with_batch(&mut chain, super::but(&fixed(), json!({ "tokenRecipients": refusing })));
        for account in ["alice", "bob", "dave"] {
            provide(&mut chain, account, "1.5");
        }
        for step in &steps {
            run(&mut chain, step);
            check_conservation(&chain);
        }
    }
}
