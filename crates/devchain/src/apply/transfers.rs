//! Transfers and savings.

use serde_json::json;
use tartan_graphene::operation::{
    CancelTransferFromSavings, ClaimRewardBalance, Transfer, TransferFromSavings, TransferToSavings,
};
use tartan_graphene::{Asset, AssetKind};

use super::{Applied, Applier, negated};
use crate::errors::NodeError;
use crate::state::SavingsWithdrawal;

/// Seconds a withdrawal from savings takes (HIVE_SAVINGS_WITHDRAW_TIME: 3 days).
const SAVINGS_WITHDRAW_SECONDS: u32 = 3 * 86_400;
/// Most withdrawals from savings under way (HIVE_SAVINGS_WITHDRAW_REQUEST_LIMIT).
const SAVINGS_WITHDRAW_LIMIT: u32 = 100;

impl Applier<'_> {
    pub(super) fn transfer(&mut self, op: &Transfer) -> Applied {
        self.existing(&op.from)?;
        self.existing(&op.to)?;
        if self.balance(&op.from, op.amount.kind)? < op.amount.amount {
            return Err(NodeError::assert(
                "_db.get_balance( from_account, o.amount.symbol ) >= o.amount",
                "Account does not have sufficient funds for transfer.",
                json!({}),
            ));
        }
        self.adjust(&op.from, negated(op.amount));
        self.adjust(&op.to, op.amount);
        Ok(())
    }

    pub(super) fn transfer_to_savings(&mut self, op: &TransferToSavings) -> Applied {
        self.existing(&op.to)?;
        if self.balance(&op.from, op.amount.kind)? < op.amount.amount {
            return Err(NodeError::assert(
                "_db.get_balance( from, op.amount.symbol ) >= op.amount",
                "Account does not have sufficient funds to transfer to savings.",
                json!({}),
            ));
        }
        self.adjust(&op.from, negated(op.amount));
        self.adjust_savings(&op.to, op.amount);
        Ok(())
    }

    pub(super) fn transfer_from_savings(&mut self, op: &TransferFromSavings) -> Applied {
        self.existing(&op.to)?;
        let from = self.account(&op.from)?;
        if from.savings_requests >= SAVINGS_WITHDRAW_LIMIT {
            return Err(NodeError::assert(
                "from.savings_withdraw_requests < HIVE_SAVINGS_WITHDRAW_REQUEST_LIMIT",
                "Account has reached limit for pending withdraw requests.",
                json!({}),
            ));
        }
        let held = if op.amount.kind == AssetKind::Liquid {
            from.savings_liquid
        } else {
            from.savings_dollar
        };
        if held < op.amount.amount {
            return Err(NodeError::assert(
                "_db.get_savings_balance( from, op.amount.symbol ) >= op.amount",
                "Insufficient savings balance.",
                json!({}),
            ));
        }
        let key = (op.from.clone(), op.request_id);
        if self.state.savings_withdrawals.contains(&key) {
            return Err(uniqueness());
        }
        self.adjust_savings(&op.from, negated(op.amount));
        self.modify(&op.from, |account| account.savings_requests += 1);
        let complete = self.moment.now.plus(SAVINGS_WITHDRAW_SECONDS);
        let row = SavingsWithdrawal {
            to: op.to.clone(),
            amount: op.amount,
            memo: op.memo.clone(),
            complete,
        };
        self.state.savings_withdrawals.put(key, row);
        Ok(())
    }

    pub(super) fn cancel_transfer_from_savings(
        &mut self,
        op: &CancelTransferFromSavings,
    ) -> Applied {
        let key = (op.from.clone(), op.request_id);
        let Some(row) = self.state.savings_withdrawals.get(&key).cloned() else {
            return Err(NodeError::unknown_key(&format!(
                "{}/{}",
                op.from, op.request_id
            )));
        };
        self.state.savings_withdrawals.remove(&key);
        self.adjust_savings(&op.from, row.amount);
        self.modify(&op.from, |account| account.savings_requests -= 1);
        Ok(())
    }

    /// There are no payouts here, so there is never a reward to claim.
    pub(super) fn claim_reward_balance(&mut self, op: &ClaimRewardBalance) -> Applied {
        self.existing(&op.account)?;
        for (claimed, name) in [
            (op.reward_liquid, "liquid"),
            (op.reward_dollar, "dollar"),
            (op.reward_vests, "vesting"),
        ] {
            if claimed.amount > 0 {
                return Err(NodeError::assert(
                    "op.reward <= acnt.reward_balance",
                    "Cannot claim that much ${kind} reward.",
                    json!({ "kind": name }),
                ));
            }
        }
        Ok(())
    }

    /// Pays out the withdrawals from savings that are due.
    pub(crate) fn complete_savings(&mut self) {
        let now = self.moment.now;
        let due: Vec<_> = self
            .state
            .savings_withdrawals
            .iter()
            .filter(|(_, row)| row.complete <= now)
            .map(|(key, row)| (key.clone(), row.clone()))
            .collect();
        for (key, row) in due {
            self.state.savings_withdrawals.remove(&key);
            self.modify(&key.0, |account| account.savings_requests -= 1);
            self.adjust(&row.to, row.amount);
        }
    }

    fn adjust_savings(&mut self, name: &str, amount: Asset) {
        self.modify(name, |account| {
            let savings = match amount.kind {
                AssetKind::Dollar => &mut account.savings_dollar,
                AssetKind::Liquid | AssetKind::Vests => &mut account.savings_liquid,
            };
            *savings = savings.saturating_add(amount.amount);
        });
    }
}

/// What a node says when a row with the same key exists.
pub(super) fn uniqueness() -> NodeError {
    NodeError::plain_with(
        crate::errors::CHAIN_EXCEPTION,
        "Unknown exception:could not insert object, most likely a uniqueness constraint was violated",
        json!({
            "code": 0,
            "name": "St11logic_error",
            "message": "Unknown exception",
            "stack": [{
                "context": {
                    "level": "error", "file": "chainbase.hpp", "line": 1, "method": "emplace", "hostname": "",
                    "timestamp": "1970-01-01T00:00:00",
                },
                "format": "could not insert object, most likely a uniqueness constraint was violated",
                "data": {},
            }],
        }),
    )
}
