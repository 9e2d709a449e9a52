//! Vesting: powering up, powering down, delegating.

use serde_json::json;
use tartan_graphene::operation::{
    DelegateVestingShares, SetWithdrawVestingRoute, TransferToVesting, WithdrawVesting,
};
use tartan_graphene::{Asset, Time};

use super::{Applied, Applier, negated, text};
use crate::chain::{VirtualField, VirtualOp};
use crate::errors::NodeError;
use crate::state::{Delegation, VESTS_PER_LIQUID, WithdrawRoute};

/// Payments of a power-down (HIVE_VESTING_WITHDRAW_INTERVALS).
const WITHDRAW_INTERVALS: i64 = 13;
/// Most routes of an account (HIVE_MAX_WITHDRAW_ROUTES).
const MAX_WITHDRAW_ROUTES: usize = 10;
/// Seconds between payments (HIVE_VESTING_WITHDRAW_INTERVAL_SECONDS: one week).
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
            self.modify(&name, |account| {
                account.vests -= vests;
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
            let routes: Vec<(String, WithdrawRoute)> = self
                .state
                .routes_of(&name)
                .into_iter()
                .map(|(to, route)| (to.to_owned(), route.clone()))
                .collect();
            let mut left = vests;
            for (to, route) in routes {
                let part = i64::try_from(i128::from(vests) * i128::from(route.percent) / 10_000)
                    .unwrap_or(0)
                    .min(left);
                left -= part;
                self.deposit_withdrawn(&name, &to, part, route.auto_vest);
            }
            self.deposit_withdrawn(&name, &name, left, false);
        }
    }

    /// Gives withdrawn vesting shares to an account, as they are or as liquid coins.
    fn deposit_withdrawn(&mut self, from: &str, to: &str, vests: i64, as_vests: bool) {
        if vests == 0 {
            return;
        }
        let deposited = if as_vests {
            Asset::vests(vests)
        } else {
            Asset::liquid(vests / VESTS_PER_LIQUID)
        };
        self.adjust(to, deposited);
        if !as_vests {
            self.state.change_totals(|totals| {
                totals.vests -= vests;
                totals.vesting_fund -= deposited.amount;
            });
        }
        self.virtual_ops.push(VirtualOp {
            name: "fill_vesting_withdraw",
            fields: vec![
                ("from_account", text(from)),
                ("to_account", text(to)),
                ("withdrawn", VirtualField::Asset(Asset::vests(vests))),
                ("deposited", VirtualField::Asset(deposited)),
            ],
            cause: None,
        });
    }

    pub(super) fn set_withdraw_vesting_route(&mut self, op: &SetWithdrawVestingRoute) -> Applied {
        self.existing(&op.from_account)?;
        self.existing(&op.to_account)?;
        let refuse = |condition, text| Err(NodeError::assert(condition, text, json!({})));
        let key = (op.from_account.clone(), op.to_account.clone());
        let others: Vec<u32> = self
            .state
            .routes_of(&op.from_account)
            .into_iter()
            .filter(|(to, _)| *to != op.to_account)
            .map(|(_, route)| u32::from(route.percent))
            .collect();
        if op.percent == 0 {
            if !self.state.withdraw_routes.contains(&key) {
                return refuse("o.percent != 0", "Cannot create a 0% destination.");
            }
            self.state.withdraw_routes.remove(&key);
            return Ok(());
        }
        if others.len() >= MAX_WITHDRAW_ROUTES {
            return refuse(
                "from_account.withdraw_routes < HIVE_MAX_WITHDRAW_ROUTES",
                "Account already has the maximum number of routes.",
            );
        }
        if others.iter().sum::<u32>() + u32::from(op.percent) > 10_000 {
            return refuse(
                "total_percent <= HIVE_100_PERCENT",
                "More than 100% of vesting withdrawals allocated to destinations.",
            );
        }
        let route = WithdrawRoute {
            percent: op.percent,
            auto_vest: op.auto_vest,
        };
        self.state.withdraw_routes.put(key, route);
        Ok(())
    }
}
