//! `tokens`: the ledger of fungible tokens. Creation, issuing, transfers, staking, delegation. Every other contract
//! moves value through it.
//!
//! | action | who | what it does |
//! | --- | --- | --- |
//! | `create` | anyone, for a fee | makes a token |
//! | `updateUrl`, `updateMetadata`, `updatePrecision`, `transferOwnership` | issuer | administers it |
//! | `enableStaking`, `enableDelegation` | issuer, for a fee | lets it be staked, lets stake be delegated |
//! | `issue`, `issueToContract` | issuer | brings new tokens into being |
//! | `transfer`, `transferToContract` | holder | moves tokens |
//! | `transferFromContract` | the node, for a contract | pays out what a contract holds |
//! | `stake`, `unstake`, `cancelUnstake` | holder | locks tokens; releases them slice by slice |
//! | `stakeFromContract` | contracts | locks what a contract holds for an account |
//! | `delegate`, `undelegate` | staker | lends stake, takes it back |
//! | `checkPendingUnstakes`, `checkPendingUndelegations` | the node, every block | pays out what is due |
//! | `settleDeposits` | the node, behind a transaction | locks and returns deposits for what contracts store |
//! | `updateParams` | owner of the contract | sets fees and lists |
//!
//! # Differences
//!
//! From the script this contract takes the place of:
//!
//! - Unstaking an amount too small for its slices (3 units in 4 slices) ends with `cannot subtract`, and nothing else
//!   happens. The script went on and paid the tokens out without taking them from the stake.
//! - The slices of an unstake are computed with the decimals the token had when it began. The script used the present
//!   ones, so that raising the precision in between paid out more than left the stake.
//! - A first credit by `transfer`, and its event, keep the text of the quantity where that is plain decimal digits;
//!   other spellings of a number (hexadecimal, exponents, white space) are normalised to the token's decimals.
//! - Names that every JavaScript object inherits, such as `constructor`, are not on the blacklist.
//! - Ticks process a bounded number of rows in a block, those due first; the rest follows in the next blocks.
//! - `pendingUnstakes` has an index on `nextTransactionTimestamp`, so that a tick finds what is due without a look at the
//!   rest.
//! - An account has a bounded number of unstakes under way ([`Limits::rows_per_account`](tartan_runtime::Limits)), since
//!   every one of them is looked at when its stake is used.
//! - `mining`, `tokenfunds` and `witnesses` are told of a change of stake where they are deployed; where they are not,
//!   nothing is logged. When one of them fails, its error is logged and the change of stake stands.

mod admin;
mod amount;
mod create;
mod delegation;
mod deposits;
mod hooks;
mod issue;
mod ledger;
pub(crate) mod movements;
mod staking;
pub mod tables;
#[cfg(test)]
mod tests;
mod ticks;
mod transfer;
mod unstaking;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tartan_decimal::Decimal;
use tartan_document::{Object, Value};
use tartan_runtime::{ActionResult, Context, Contract, Failure, Payload, SETTLE_DEPOSITS, ensure};
use tartan_state::Stored;

use tables::{
    AccountBalance, ContractBalance, ContractDeposit, Delegation, Deposit, Params,
    PendingUndelegation, PendingUnstake, Token,
};

/// What the contract is called.
const NAME: &str = "tokens";
/// The highest `maxSupply` of a token: the largest whole number that a double counts exactly.
pub const MAX_SUPPLY: &str = "9007199254740991";
/// The longest cooldown in days, and the most slices of an unstake.
pub const MAX_PERIODS: i64 = 18_250;

/// What the token ledger needs to know of the network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The token that fees are paid in.
    pub utility_token: String,
    /// The token whose stake votes for witnesses; none: the utility token.
    #[serde(default)]
    pub governance_token: Option<String>,
    /// Contracts that may create and issue tokens of their own and pay no fee.
    #[serde(default)]
    pub verified_issuers: BTreeSet<String>,
    /// Contracts that may issue any token, whoever issues it otherwise.
    #[serde(default)]
    pub minting_contracts: BTreeSet<String>,
    /// Symbols that only one account may create.
    #[serde(default)]
    pub reserved_symbols: BTreeMap<String, String>,
    /// Words that symbols must not contain, unless a wrapping account creates them; likewise for a dot.
    #[serde(default)]
    pub reserved_words: Vec<String>,
    /// The deposit in the utility token for each byte that scripted contracts store; none or 0: storing is free.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deposit_per_byte: Option<String>,
    /// The most that a transaction may lock as deposits if its payload has no `maxDeposit`; none: any amount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_deposit: Option<String>,
    /// Accounts that tokens cannot be transferred to, at first.
    #[serde(default)]
    pub blacklist: BTreeSet<String>,
    /// Accounts that may create wrapped tokens free of charge, at first.
    #[serde(default)]
    pub wrapping_accounts: BTreeSet<String>,
}

impl Settings {
    /// The token whose stake votes for witnesses.
    pub fn governance_token(&self) -> &str {
        let token = self.governance_token.as_deref();
        token.unwrap_or(&self.utility_token)
    }

    /// The deposit for each byte that scripted contracts store, where there is one.
    pub fn deposit_per_byte(&self) -> Option<&str> {
        let price = self.deposit_per_byte.as_deref();
        price.filter(|price| !Decimal::parse(price).is_zero())
    }
}

/// The contract.
#[derive(Debug, Clone)]
pub struct Tokens {
    settings: Settings,
}

impl Tokens {
    /// The contract for a network with these settings.
    pub fn new(settings: Settings) -> Tokens {
        Tokens { settings }
    }
}

impl Contract for Tokens {
    fn code(&self) -> &str {
        "native:tokens:1"
    }

    fn create(&self, _params: &Value, ctx: &mut Context<'_>) -> ActionResult {
        if ctx.table_exists::<Token>()? {
            return Ok(());
        }
        ctx.create_table::<Token>()?;
        ctx.create_table::<AccountBalance>()?;
        ctx.create_table::<ContractBalance>()?;
        ctx.create_table::<Params>()?;
        ctx.create_table::<PendingUnstake>()?;
        ctx.create_table::<Delegation>()?;
        ctx.create_table::<PendingUndelegation>()?;
        if self.settings.deposit_per_byte().is_some() {
            ctx.create_table::<Deposit>()?;
            ctx.create_table::<ContractDeposit>()?;
        }
        ctx.rows::<Params>().insert(Params {
            token_creation_fee: "0".to_string(),
            enable_delegation_fee: Some("0".to_string()),
            enable_staking_fee: Some("0".to_string()),
            blacklist: name_set(&self.settings.blacklist),
            he_accounts: name_set(&self.settings.wrapping_accounts),
        })?;
        Ok(())
    }

    fn call(&self, action: &str, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        match action {
            "updateParams" => self.update_params(payload, ctx),
            "updateUrl" => self.update_url(payload, ctx),
            "updateMetadata" => self.update_metadata(payload, ctx),
            "updatePrecision" => self.update_precision(payload, ctx),
            "transferOwnership" => self.transfer_ownership(payload, ctx),
            "create" => self.create_token(payload, ctx),
            "enableStaking" => self.enable_staking(payload, ctx),
            "enableDelegation" => self.enable_delegation(payload, ctx),
            "issue" => self.issue(payload, ctx),
            "issueToContract" => self.issue_to_contract(payload, ctx),
            "transfer" => self.transfer(payload, ctx),
            "transferToContract" => self.transfer_to_contract(payload, ctx),
            "transferFromContract" => self.transfer_from_contract(payload, ctx),
            "stake" => self.stake(payload, ctx),
            "stakeFromContract" => self.stake_from_contract(payload, ctx),
            "unstake" => self.unstake(payload, ctx),
            "cancelUnstake" => self.cancel_unstake(payload, ctx),
            "delegate" => self.delegate(payload, ctx),
            "undelegate" => self.undelegate(payload, ctx),
            "checkPendingUnstakes" => self.check_pending_unstakes(ctx),
            "checkPendingUndelegations" => self.check_pending_undelegations(ctx),
            SETTLE_DEPOSITS => self.settle_deposits(payload, ctx),
            _ => Err(Failure::Unknown),
        }
    }
}

/// `{name: 1, ...}`, the form in which the lists are stored.
fn name_set(names: &BTreeSet<String>) -> Object {
    let mut object = Object::new();
    for name in names {
        object.insert(name.as_str(), Value::Number(1.0));
    }
    object
}

/// The one row of parameters.
fn params(ctx: &mut Context<'_>) -> ActionResult<Arc<Stored<Params>>> {
    ctx.rows().shared_single()
}

/// Refuses all but the node: what runs every block is nobody's to call.
fn only_the_node(ctx: &Context<'_>) -> ActionResult {
    ensure!(ctx.is_node(), "not authorized");
    Ok(())
}
