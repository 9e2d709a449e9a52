//! Rows about accounts.

use std::collections::BTreeSet;

use tartan_graphene::{Authority, PublicKey, Time};

use super::State;

/// An account.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Account {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) owner: Authority,
    pub(crate) active: Authority,
    pub(crate) posting: Authority,
    pub(crate) memo_key: PublicKey,
    pub(crate) json_metadata: String,
    pub(crate) posting_json_metadata: String,
    pub(crate) recovery_account: String,
    pub(crate) created: Time,
    pub(crate) last_account_update: Time,
    pub(crate) last_owner_update: Time,
    pub(crate) last_post: Time,
    pub(crate) last_root_post: Time,
    pub(crate) last_post_edit: Time,
    pub(crate) last_vote_time: Time,
    pub(crate) post_count: u32,
    pub(crate) pending_claimed_accounts: u32,
    /// Liquid asset, thousandths.
    pub(crate) liquid: i64,
    /// Dollars, thousandths.
    pub(crate) dollar: i64,
    pub(crate) savings_liquid: i64,
    pub(crate) savings_dollar: i64,
    pub(crate) savings_requests: u32,
    /// Vesting shares, millionths.
    pub(crate) vests: i64,
    pub(crate) delegated_vests: i64,
    pub(crate) received_vests: i64,
    pub(crate) withdraw_rate: i64,
    pub(crate) to_withdraw: i64,
    pub(crate) withdrawn: i64,
    pub(crate) next_withdrawal: Time,
    pub(crate) proxy: String,
    pub(crate) witness_votes: BTreeSet<String>,
    /// Percentages of voting power, 10000 = full, at `last_vote_time`.
    pub(crate) voting_power: u32,
}

impl Account {
    /// An account without anything but its authorities.
    pub(crate) fn new(
        name: &str,
        owner: Authority,
        active: Authority,
        posting: Authority,
        memo_key: PublicKey,
    ) -> Self {
        Account {
            id: 0,
            name: name.to_owned(),
            owner,
            active,
            posting,
            memo_key,
            json_metadata: String::new(),
            posting_json_metadata: String::new(),
            recovery_account: String::new(),
            created: Time(0),
            last_account_update: Time(0),
            last_owner_update: Time(0),
            last_post: Time(0),
            last_root_post: Time(0),
            last_post_edit: Time(0),
            last_vote_time: Time(0),
            post_count: 0,
            pending_claimed_accounts: 0,
            liquid: 0,
            dollar: 0,
            savings_liquid: 0,
            savings_dollar: 0,
            savings_requests: 0,
            vests: 0,
            delegated_vests: 0,
            received_vests: 0,
            withdraw_rate: 0,
            to_withdraw: 0,
            withdrawn: 0,
            next_withdrawal: Time::NEVER,
            proxy: String::new(),
            witness_votes: BTreeSet::new(),
            voting_power: 10_000,
        }
    }

    /// Vesting shares that count for votes and resource credits: own − delegated + received.
    pub(crate) fn effective_vests(&self) -> i64 {
        (self.vests - self.delegated_vests)
            .saturating_add(self.received_vests)
            .max(0)
    }

    /// Vesting shares free to be delegated or withdrawn.
    pub(crate) fn free_vests(&self) -> i64 {
        self.vests - self.delegated_vests - (self.to_withdraw - self.withdrawn)
    }

    /// Voting power at `now`: it grows back over five days (HIVE_VOTING_MANA_REGENERATION_SECONDS).
    pub(crate) fn voting_power_at(&self, now: Time) -> u32 {
        let elapsed = u64::from(now.seconds().saturating_sub(self.last_vote_time.seconds()));
        let power = u64::from(self.voting_power) + elapsed * 10_000 / 432_000;
        u32::try_from(power.min(10_000)).unwrap_or(10_000)
    }

    fn keys(&self) -> BTreeSet<[u8; 33]> {
        [&self.owner, &self.active, &self.posting]
            .into_iter()
            .flat_map(|authority| authority.key_auths.keys())
            .map(|key| key.0)
            .collect()
    }
}

/// Vesting shares lent to another account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Delegation {
    pub(crate) id: u64,
    /// Millionths.
    pub(crate) vests: i64,
    pub(crate) since: Time,
}

/// A withdrawal from savings under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SavingsWithdrawal {
    pub(crate) to: String,
    pub(crate) amount: tartan_graphene::Asset,
    pub(crate) memo: String,
    pub(crate) complete: Time,
}

/// Where a part of withdrawn vesting shares goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WithdrawRoute {
    /// Hundredths of a percent.
    pub(crate) percent: u16,
    /// Whether it arrives as vesting shares.
    pub(crate) auto_vest: bool,
}

/// Somebody who makes blocks, or would like to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Witness {
    pub(crate) id: u64,
    pub(crate) url: String,
    pub(crate) signing_key: PublicKey,
    pub(crate) created: Time,
    pub(crate) votes: i64,
}

impl State {
    /// The routes of an account's withdrawn vesting shares.
    pub(crate) fn routes_of(&self, account: &str) -> Vec<(&str, &WithdrawRoute)> {
        self.withdraw_routes
            .range((account.to_owned(), String::new())..)
            .take_while(|((from, _), _)| from == account)
            .map(|((_, to), route)| (to.as_str(), route))
            .collect()
    }

    /// Adds an account with the next id, and its keys to the references.
    pub(crate) fn create_account(&mut self, mut account: Account) {
        self.change_totals(|totals| {
            account.id = totals.next_account;
            totals.next_account += 1;
            totals.liquid = totals.liquid.saturating_add(account.liquid);
            totals.dollar = totals.dollar.saturating_add(account.dollar);
            totals.vests = totals.vests.saturating_add(account.vests);
        });
        for key in account.keys() {
            self.key_references.put((key, account.name.clone()), ());
        }
        self.accounts.put(account.name.clone(), account);
    }

    /// Changes an account's authorities and keeps the references to its keys right.
    pub(crate) fn change_keys(&mut self, name: &str, change: impl FnOnce(&mut Account)) {
        let name = name.to_owned();
        let before = self.account(&name).map(Account::keys).unwrap_or_default();
        self.accounts.modify(&name, change);
        let after = self.account(&name).map(Account::keys).unwrap_or_default();
        for key in before.difference(&after) {
            self.key_references.remove(&(*key, name.clone()));
        }
        for key in after.difference(&before) {
            self.key_references.put((*key, name.clone()), ());
        }
    }
}
