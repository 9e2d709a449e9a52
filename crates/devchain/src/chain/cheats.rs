//! Changes of the state that no operation makes: the user's commands. They are part of the chain's history, so that a
//! replay comes to the same state.

use serde::{Deserialize, Serialize};
use serde_json::json;
use tartan_graphene::{
    Asset, AssetKind, Authority, Chain as Protocol, PrivateKey, PublicKey, Role, Time,
};

use crate::config::Balances;
use crate::errors::NodeError;
use crate::state::{Account, State, VESTS_PER_LIQUID};

/// A command that changes the state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cheat {
    /// The account exists from now on, with the development keys and these balances.
    CreateAccount {
        /// Account name.
        name: String,
        /// What it holds.
        balances: Balances,
    },
    /// The account holds exactly this much of an asset, in its smallest unit.
    SetBalance {
        /// Account name.
        account: String,
        /// `liquid`, `dollar` or `vests`.
        asset: BalanceKind,
        /// Amount in the smallest unit.
        amount: i64,
    },
    /// One of the account's authorities is a single key from now on.
    SetKey {
        /// Account name.
        account: String,
        /// `owner`, `active`, `posting` or `memo`.
        role: String,
        /// Public key.
        key: String,
    },
}

/// Which balance of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BalanceKind {
    /// HIVE or STEEM.
    Liquid,
    /// HBD or SBD.
    Dollar,
    /// VESTS.
    Vests,
}

impl BalanceKind {
    pub(crate) fn of(asset: Asset) -> Self {
        match asset.kind {
            AssetKind::Liquid => BalanceKind::Liquid,
            AssetKind::Dollar => BalanceKind::Dollar,
            AssetKind::Vests => BalanceKind::Vests,
        }
    }
}

/// An account with the keys of a development account.
pub(crate) fn dev_account(
    name: &str,
    password: &str,
    balances: Balances,
    created: Time,
) -> Account {
    let key = |role| PrivateKey::from_login(name, role, password).public_key();
    let mut account = Account::new(
        name,
        Authority::key(key(Role::Owner)),
        Authority::key(key(Role::Active)),
        Authority::key(key(Role::Posting)),
        key(Role::Memo),
    );
    account.created = created;
    account.liquid = balances.liquid;
    account.dollar = balances.dollar;
    account.vests = balances.vests;
    account
}

/// Carries out a command.
pub(crate) fn apply(
    state: &mut State,
    cheat: &Cheat,
    password: &str,
    protocol: &Protocol,
    now: Time,
) -> Result<(), NodeError> {
    match cheat {
        Cheat::CreateAccount { name, balances } => {
            if state.accounts.contains(name.as_str()) {
                return Err(NodeError::assert(
                    "account == nullptr",
                    "account ${n} already exists",
                    json!({ "n": name }),
                ));
            }
            if let Err(reason) = tartan_graphene::AccountName::check(name) {
                return Err(NodeError::assert(
                    "is_valid_account_name( name )",
                    "${r}",
                    json!({ "r": reason.to_string() }),
                ));
            }
            let account = dev_account(name, password, *balances, now);
            state.change_totals(|totals| {
                totals.vesting_fund += balances.vests / VESTS_PER_LIQUID;
                totals.liquid += balances.vests / VESTS_PER_LIQUID;
            });
            state.create_account(account);
        }
        Cheat::SetBalance {
            account,
            asset,
            amount,
        } => set_balance(state, account, *asset, *amount)?,
        Cheat::SetKey { account, role, key } => {
            if !state.accounts.contains(account.as_str()) {
                return Err(NodeError::unknown_key(account));
            }
            let key = PublicKey::from_text(key, &protocol.prefix).map_err(|error| {
                NodeError::plain(crate::errors::INVALID_PARAMS, error.to_string())
            })?;
            if !["owner", "active", "posting", "memo"].contains(&role.as_str()) {
                let text = format!("expected owner, active, posting or memo, found {role:?}");
                return Err(NodeError::plain(crate::errors::INVALID_PARAMS, text));
            }
            state.change_keys(account, |account| match role.as_str() {
                "owner" => account.owner = Authority::key(key),
                "active" => account.active = Authority::key(key),
                "posting" => account.posting = Authority::key(key),
                _ => account.memo_key = key,
            });
        }
    }
    Ok(())
}

fn set_balance(
    state: &mut State,
    account: &str,
    asset: BalanceKind,
    amount: i64,
) -> Result<(), NodeError> {
    if amount < 0 {
        return Err(NodeError::plain(
            crate::errors::INVALID_PARAMS,
            "expected an amount of 0 or more, found less",
        ));
    }
    let name = account.to_owned();
    let Some(before) = state.account(account) else {
        return Err(NodeError::unknown_key(account));
    };
    let old = match asset {
        BalanceKind::Liquid => before.liquid,
        BalanceKind::Dollar => before.dollar,
        BalanceKind::Vests => before.vests,
    };
    state.accounts.modify(&name, |account| match asset {
        BalanceKind::Liquid => account.liquid = amount,
        BalanceKind::Dollar => account.dollar = amount,
        BalanceKind::Vests => account.vests = amount,
    });
    let difference = amount.saturating_sub(old);
    state.change_totals(|totals| match asset {
        BalanceKind::Liquid => totals.liquid = totals.liquid.saturating_add(difference),
        BalanceKind::Dollar => totals.dollar = totals.dollar.saturating_add(difference),
        BalanceKind::Vests => {
            totals.vests = totals.vests.saturating_add(difference);
            totals.vesting_fund = totals
                .vesting_fund
                .saturating_add(difference / VESTS_PER_LIQUID);
            totals.liquid = totals.liquid.saturating_add(difference / VESTS_PER_LIQUID);
        }
    });
    Ok(())
}
