use serde_json::{Value, json};
use tartan_decimal::{Precision, Quantity};

use super::draft::Draft;
use crate::tokens::facts::{Fees, Token};

/// What there is already of what a founder wants.
pub(super) struct State<'a> {
    /// The token, if it is the founder's.
    pub(super) token: Option<&'a Token>,
    pub(super) has_pool: bool,
}

/// What is going to be signed, and what that costs.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    /// Calls of contracts, as JSON. A receiver that is left empty is whoever signs.
    pub(super) calls: String,
    /// What each does costs, by the key of its text.
    pub(super) costs: Vec<Cost>,
    pub(super) sum: String,
    /// What the founder has, and what is missing; `None` if nobody is logged in.
    pub(super) liquid: Option<String>,
    pub(super) missing: Option<String>,
}

/// A fee.
#[derive(Debug, Clone)]
pub(super) struct Cost {
    pub(super) key: &'static str,
    pub(super) fee: String,
}

impl Plan {
    /// What is missing for this draft.
    pub(super) fn of(
        draft: &Draft,
        have: &State<'_>,
        fees: &Fees,
        liquid: &Option<String>,
        decimals: u8,
    ) -> Plan {
        let token = have.token;
        let symbol = draft.symbol();
        let number = |text: &str| text.trim().parse::<u64>().unwrap_or_default();
        let mut calls: Vec<Value> = Vec::new();
        let mut costs = Vec::new();
        let mut add = |contract: &str, action: &str, payload: Value, cost: (&'static str, &str)| {
            calls.push(json!({ "contract": contract, "action": action, "payload": payload }));
            costs.push(Cost {
                key: cost.0,
                fee: cost.1.to_owned(),
            });
        };
        if token.is_none() {
            let mut payload = json!({
                "symbol": symbol, "name": draft.name.trim(), "precision": number(&draft.precision),
                "maxSupply": draft.max.trim(),
            });
            if !draft.url.trim().is_empty() {
                payload["url"] = json!(draft.url.trim());
            }
            add(
                "tokens",
                "create",
                payload,
                ("launch-cost-create", &fees.create),
            );
        }
        let desc = draft.desc.trim();
        if !desc.is_empty() && token.is_none_or(|token| token.about().text != desc) {
            let metadata = json!({ "url": draft.url.trim(), "icon": "", "desc": desc });
            let payload = json!({ "symbol": symbol, "metadata": metadata });
            add(
                "tokens",
                "updateMetadata",
                payload,
                ("launch-cost-about", "0"),
            );
        }
        if draft.stakes() && token.is_none_or(|token| !token.staking_enabled) {
            let payload = json!({
                "symbol": symbol, "unstakingCooldown": number(&draft.unstake_days),
                "numberTransactions": number(&draft.unstake_parts),
            });
            add(
                "tokens",
                "enableStaking",
                payload,
                ("launch-cost-stake", &fees.staking),
            );
        }
        if draft.delegates() && token.is_none_or(|token| !token.delegation_enabled) {
            let days = number(&draft.undelegate_days);
            let payload = json!({ "symbol": symbol, "undelegationCooldown": days });
            add(
                "tokens",
                "enableDelegation",
                payload,
                ("launch-cost-delegate", &fees.delegation),
            );
        }
        let issue = Quantity::parse_exact(draft.issue.trim(), draft.scale());
        let is_new = token.is_none_or(|token| {
            Quantity::parse_exact(&token.supply, token.scale()) == Ok(Quantity::ZERO)
        });
        if issue.is_ok_and(|issue| issue.is_positive()) && is_new {
            let payload = json!({ "symbol": symbol, "to": "", "quantity": draft.issue.trim() });
            add("tokens", "issue", payload, ("launch-cost-issue", "0"));
        }
        if draft.has_pool() && !have.has_pool {
            let payload = json!({ "symbol": symbol, "config": draft.pool.config() });
            add(
                "comments",
                "createRewardPool",
                payload,
                ("launch-cost-pool", &fees.pool),
            );
        }
        let precision = Precision::new(decimals).unwrap_or(Precision::MAX);
        let amount = |text: &str| Quantity::parse_exact(text, precision).unwrap_or(Quantity::ZERO);
        let sum = costs.iter().fold(Quantity::ZERO, |sum, cost| {
            sum.checked_add(amount(&cost.fee)).unwrap_or(sum)
        });
        let missing = liquid
            .as_deref()
            .and_then(|liquid| sum.checked_sub(amount(liquid)));
        let missing = missing.filter(|missing| missing.is_positive());
        Plan {
            calls: Value::Array(calls).to_string(),
            costs,
            sum: sum.format(precision),
            liquid: liquid.clone(),
            missing: missing.map(|missing| missing.format(precision)),
        }
    }
}
