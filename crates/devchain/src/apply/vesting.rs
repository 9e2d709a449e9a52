//! Vesting: powering up, powering down, delegating.

use serde_json::json;
use tartan_graphene::operation::{DelegateVestingShares, TransferToVesting, WithdrawVesting};
use tartan_graphene::{Asset, Time};

use super::{Applied, Applier, negated, text};
use crate::chain::VirtualField;
use crate::errors::NodeError;
use crate::state::{Delegation, VESTS_PER_LIQUID};

/// Payments of a power-down (HIVE_VESTING_WITHDRAW_INTERVALS).
const WITHDRAW_INTERVALS: i64 = 13;
/// Seconds between them (HIVE_VESTING_WITHDRAW_INTERVAL_SECONDS: one week).
const WITHDRAW_INTERVAL_SECONDS: u32 = 7 * 86_400;

impl Applier<'_> {
    pub(super) fn transfer_to_vesting(&mut self, op: &TransferToVesting) -> Applied {
        let to = if op.to.is_empty() { &op.from } else { &op.to };
        self.existing(to)?;
        if self.balance(&op.from, op.amount.kind)? < op.amount.amount {
            return Err(NodeError::assert(
                "_db.get_balance( from_account, o.amount.symbol ) >= o.amount",
                "Account does not have sufficient liquid amount for transfer.",
                json!({}),
            ));
        }
        let vests = Asset::vests(op.amount.amount.saturating_mul(VESTS_PER_LIQUID));
        self.adjust(&op.from, negated(op.amount));
        self.adjust(to, vests);
        self.state.change_totals(|totals| {
            totals.vesting_fund = totals.vesting_fund.saturating_add(op.amount.amount);
            totals.vests = totals.vests.saturating_add(vests.amount);
        });
        self.emit(
            "transfer_to_vesting_completed",
            vec![
                ("from_account", text(&op.from)),
                ("to_account", text(to)),
                ("hive_vested", VirtualField::Asset(op.amount)),
                ("vesting_shares_received", VirtualField::Asset(vests)),
            ],
        );
        Ok(())
    }

    pub(super) fn withdraw_vesting(&mut self, op: &WithdrawVesting) -> Applied {
        let amount = op.vesting_shares.amount;
        let account = self.account(&op.account)?;
        if account.vests < amount || account.vests - account.delegated_vests < amount {
            return Err(NodeError::assert(
                "account.vesting_shares - account.delegated_vesting_shares >= o.vesting_shares",
                "Account does not have sufficient VESTS for withdraw.",
                json!({}),
            ));
        }
        if amount == 0 && account.withdraw_rate == 0 {
            return Err(NodeError::assert(
                "account.vesting_withdraw_rate.amount != 0",
                "This operation would not change the vesting withdraw rate.",
                json!({}),
            ));
        }
        let rate = amount / WITHDRAW_INTERVALS;
        if amount > 0 && account.withdraw_rate == rate.max(1) {
            return Err(NodeError::assert(
                "account.vesting_withdraw_rate != new_vesting_withdraw_rate",
                "This operation would not change the vesting withdraw rate.",
                json!({}),
            ));
        }
        let next = if amount == 0 {
            Time::NEVER
        } else {
            self.moment.now.plus(WITHDRAW_INTERVAL_SECONDS)
        };
        self.modify(&op.account, |account| {
            account.withdraw_rate = if amount == 0 { 0 } else { rate.max(1) };
            account.to_withdraw = amount;
            account.withdrawn = 0;
            account.next_withdrawal = next;
        });
        if amount == 0 {
            self.state.power_downs.remove(&op.account);
        } else {
            self.state.power_downs.put(op.account.clone(), ());
        }
        Ok(())
    }

    pub(super) fn delegate_vesting_shares(&mut self, op: &DelegateVestingShares) -> Applied {
        let delegator = self.account(&op.delegator)?;
        self.existing(&op.delegatee)?;
        let key = (op.delegator.clone(), op.delegatee.clone());
        let before = self.state.delegations.get(&key).map_or(0, |row| row.vests);
        let amount = op.vesting_shares.amount;
        let free = delegator.free_vests();
        if amount - before > free {
            return Err(NodeError::assert(
                "available_shares >= op.vesting_shares",
                "Account ${acc} does not have enough mana to delegate. required: ${r} available: ${a}",
                json!({ "acc": op.delegator, "r": amount - before, "a": free }),
            ));
        }
        if amount == before {
            let (condition, text) = if before == 0 {
                (
                    "op.vesting_shares >= min_delegation",
                    "Account must delegate a minimum of ${v}",
                )
            } else {
                (
                    "delta >= min_update",
                    "Increase is not enough of a difference. min_update: ${v}",
                )
            };
            return Err(NodeError::assert(
                condition,
                text,
                json!({ "v": "0.000001 VESTS" }),
            ));
        }
        // A real node returns taken-back shares after five days; nobody here has to wait for them.
        self.modify(&op.delegator, |account| {
            account.delegated_vests += amount - before
        });
        self.modify(&op.delegatee, |account| {
            account.received_vests += amount - before
        });
        if amount == 0 {
            self.state.delegations.remove(&key);
        } else {
            let row = Delegation {
                id: u64::from(self.moment.block),
                vests: amount,
                since: self.moment.now,
            };
            self.state.delegations.put(key, row);
        }
        Ok(())
    }

    /// Pays the weekly parts of power-downs that are due.
    pub(crate) fn pay_withdrawals(&mut self) {
        let now = self.moment.now;
        let due: Vec<String> = self
            .state
            .power_downs
            .iter()
            .filter(|(name, ())| {
                self.state
                    .account(name)
                    .is_some_and(|account| account.next_withdrawal <= now)
            })
            .map(|(name, ())| name.clone())
            .collect();
        for name in due {
            let Ok(account) = self.account(&name) else {
                continue;
            };
            let vests = account
                .withdraw_rate
                .min(account.to_withdraw - account.withdrawn)
                .min(account.vests)
                .max(0);
            let liquid = vests / VESTS_PER_LIQUID;
            self.modify(&name, |account| {
                account.vests -= vests;
                account.liquid += liquid;
                account.withdrawn += vests;
                account.next_withdrawal = account.next_withdrawal.plus(WITHDRAW_INTERVAL_SECONDS);
                if account.withdrawn >= account.to_withdraw || account.vests == 0 {
                    (
                        account.withdraw_rate,
                        account.to_withdraw,
                        account.withdrawn,
                    ) = (0, 0, 0);
                    account.next_withdrawal = Time::NEVER;
                }
            });
            if self
                .account(&name)
                .is_ok_and(|account| account.withdraw_rate == 0)
            {
                self.state.power_downs.remove(&name);
            }
            self.state.change_totals(|totals| {
                totals.vests -= vests;
                totals.vesting_fund -= liquid;
            });
            self.virtual_ops.push(crate::chain::VirtualOp {
                name: "fill_vesting_withdraw",
                fields: vec![
                    ("from_account", text(&name)),
                    ("to_account", text(&name)),
                    ("withdrawn", VirtualField::Asset(Asset::vests(vests))),
                    ("deposited", VirtualField::Asset(Asset::liquid(liquid))),
                ],
                cause: None,
            });
        }
    }
}
