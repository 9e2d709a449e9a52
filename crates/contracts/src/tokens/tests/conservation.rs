//! Whatever accounts do, no token is created or lost.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::testing::TestChain;

const MEMBERS: [&str; 5] = ["alice", "bob", "carol", "founder", "null"];

#[derive(Debug, Clone)]
enum Step {
    Act {
        sender: usize,
        action: &'static str,
        other: usize,
        quantity: String,
    },
    Precision(u8),
    Cancel {
        sender: usize,
        transaction: u32,
    },
    Days(i64),
}

fn quantity() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => (0_u32..60, 0_u32..1000).prop_map(|(whole, part)| format!("{whole}.{part:03}")),
        2 => (1_u32..200).prop_map(|units| format!("0.{units:03}")),
        1 => Just("0x3".to_string()),
        1 => Just("1e-8".to_string()),
        1 => Just("Infinity".to_string()),
        1 => Just("-1".to_string()),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let actions = prop::sample::select(vec![
        "transfer",
        "transfer",
        "stake",
        "stake",
        "unstake",
        "unstake",
        "delegate",
        "delegate",
        "undelegate",
        "issue",
        "transferToContract",
        "issueToContract",
    ]);
    prop_oneof![
        12 => (0..MEMBERS.len(), actions, 0..MEMBERS.len(), quantity())
            .prop_map(|(sender, action, other, quantity)| Step::Act { sender, action, other, quantity }),
        1 => (3_u8..=8).prop_map(Step::Precision),
        2 => (0..MEMBERS.len(), 1_u32..60).prop_map(|(sender, transaction)| Step::Cancel { sender, transaction }),
        3 => (0_i64..4).prop_map(Step::Days),
    ]
}

fn run(chain: &mut TestChain, step: &Step) {
    match step {
        Step::Act {
            sender,
            action,
            other,
            quantity,
        } => {
            let (sender, other) = (MEMBERS[*sender], MEMBERS[*other]);
            let payload: Value =
                json!({ "to": other, "from": other, "symbol": "COOL", "quantity": quantity });
            chain.send(sender, "tokens", action, payload);
        }
        Step::Precision(precision) => {
            chain.send(
                "founder",
                "tokens",
                "updatePrecision",
                json!({ "symbol": "COOL", "precision": precision }),
            );
        }
        Step::Cancel {
            sender,
            transaction,
        } => {
            let id = format!("tx{transaction}");
            chain.send(
                MEMBERS[*sender],
                "tokens",
                "cancelUnstake",
                json!({ "txID": id }),
            );
        }
        Step::Days(days) => {
            chain.days_later(*days, "checkPendingUnstakes");
            chain.tick("checkPendingUndelegations");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn nothing_is_created_or_lost(steps in prop::collection::vec(step(), 1..60)) {
        let mut chain = TestChain::with_token("COOL", 3);
        chain.enable_staking("COOL", 5, 4);
        chain.enable_delegation("COOL", 2);
        for member in MEMBERS {
            chain.issue("COOL", member, "50");
        }
        for step in &steps {
            run(&mut chain, step);
            chain.check_conservation();
        }
        // In the end everything that was asked back comes back.
        chain.days_later(30, "checkPendingUnstakes").succeeds();
        chain.tick("checkPendingUndelegations").succeeds();
        chain.check_conservation();
        let pending = chain.find("pendingUnstakes", json!({})).len() + chain.find("pendingUndelegations", json!({})).len();
        prop_assert_eq!(pending, 0);
    }
}
