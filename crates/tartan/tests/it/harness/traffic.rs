//! What members do all day, drawn from a seed: most of it succeeds, some of it the contract refuses.

use fastrand::Rng;
use serde_json::{Value, json};

use super::MainChain;

const SYMBOL: &str = "COOL";
const MEMBERS: [&str; 8] = [
    "alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi",
];

/// A community that uses its token.
pub(crate) struct Traffic {
    random: Rng,
    /// Unstakes that may be cancelled: who, and the id.
    unstakes: Vec<(String, String)>,
}

impl Traffic {
    pub(crate) fn new(seed: u64) -> Traffic {
        Traffic {
            random: Rng::with_seed(seed),
            unstakes: Vec::new(),
        }
    }

    /// The founder makes the token and hands it out.
    pub(crate) fn found(&mut self, main_chain: &MainChain) {
        let engine = "steemsc".to_string();
        let alice = "alice".to_string();
        let call =
            |who: &String, action: &str, payload: Value| (who.clone(), tokens(action, &payload));
        main_chain.push(&[call(
            &engine,
            "transfer",
            json!({ "symbol": "ENG", "to": "alice", "quantity": "100" }),
        )]);
        let mut founding = vec![
            call(
                &alice,
                "create",
                json!({ "symbol": SYMBOL, "name": "Cool", "precision": 3, "maxSupply": "1000000" }),
            ),
            call(
                &alice,
                "enableStaking",
                json!({ "symbol": SYMBOL, "unstakingCooldown": 2, "numberTransactions": 3 }),
            ),
            call(
                &alice,
                "enableDelegation",
                json!({ "symbol": SYMBOL, "undelegationCooldown": 1 }),
            ),
        ];
        for member in MEMBERS {
            founding.push(call(
                &alice,
                "issue",
                json!({ "symbol": SYMBOL, "to": member, "quantity": "1000" }),
            ));
            founding.push(call(
                &member.to_string(),
                "stake",
                json!({ "symbol": SYMBOL, "to": member, "quantity": "300" }),
            ));
        }
        main_chain.push(&founding);
    }

    /// Makes one block with up to so many calls.
    pub(crate) fn block(&mut self, main_chain: &MainChain, most: usize) {
        let calls: Vec<_> = (0..self.random.usize(0..=most))
            .map(|_| self.call())
            .collect();
        let ids = main_chain.push(&calls);
        for ((who, call), id) in calls.into_iter().zip(ids) {
            if call.contains("\"unstake\"") {
                self.unstakes.push((who, id));
            }
        }
    }

    fn call(&mut self) -> (String, String) {
        let who = self.member();
        let other = self.member();
        let quantity = format!("{}.{:03}", self.random.u32(0..20), self.random.u32(0..1000));
        let to = json!({ "symbol": SYMBOL, "to": other, "quantity": quantity });
        let (action, payload) = match self.random.u32(0..100) {
            0..45 => ("transfer", to),
            45..60 => ("stake", to),
            60..72 => ("unstake", json!({ "symbol": SYMBOL, "quantity": quantity })),
            72..76 => match self.unstakes.pop() {
                Some((owner, id)) => {
                    return (owner, tokens("cancelUnstake", &json!({ "txID": id })));
                }
                None => ("stake", to),
            },
            76..86 => ("delegate", to),
            86..94 => (
                "undelegate",
                json!({ "symbol": SYMBOL, "from": other, "quantity": quantity }),
            ),
            94..96 => (
                "transfer",
                json!({ "symbol": SYMBOL, "to": other, "quantity": "99999999" }),
            ),
            96..98 => (
                "transfer",
                json!({ "symbol": "NONE", "to": other, "quantity": quantity }),
            ),
            _ => ("nonsense", json!({})),
        };
        (who, tokens(action, &payload))
    }

    fn member(&mut self) -> String {
        MEMBERS[self.random.usize(0..MEMBERS.len())].to_string()
    }
}

/// The text of a call of the token ledger.
fn tokens(action: &str, payload: &Value) -> String {
    json!({ "contractName": "tokens", "contractAction": action, "contractPayload": payload })
        .to_string()
}
