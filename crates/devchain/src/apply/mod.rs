//! What each operation does to the state, with the node's rules and the node's words when it refuses.
//!
//! Kept: everything clients and the sidechain can see. Dropped: inflation, payouts, the market, elections, conversions.
//! Operations of the dropped parts are accepted without effect, so that a transaction that carries one still flows.

mod accounts;
mod custom;
mod patch;
mod posts;
mod transfers;
mod vesting;
mod votes;
mod witnesses;

use std::collections::BTreeSet;

use serde_json::json;
use tartan_graphene::{Asset, AssetKind, Flavor, Operation};

use crate::chain::{VirtualField, VirtualOp};
use crate::errors::NodeError;
use crate::state::{Account, Moment, State};

/// What the configuration says about the rules.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules {
    pub(crate) flavor: Flavor,
    /// Thousandths of the liquid asset.
    pub(crate) account_creation_fee: i64,
    pub(crate) enforce_intervals: bool,
}

/// One operation on its way into the state.
pub(crate) struct Applier<'a> {
    pub(crate) state: &'a mut State,
    pub(crate) rules: Rules,
    pub(crate) moment: Moment,
    pub(crate) virtual_ops: &'a mut Vec<VirtualOp>,
}

type Applied = Result<(), NodeError>;

impl Applier<'_> {
    /// Applies `operation`, whose authorities and static limits have been checked.
    pub(crate) fn apply(&mut self, operation: &Operation) -> Applied {
        match operation {
            Operation::Vote(op) => self.vote(op),
            Operation::Comment(op) => self.comment(op),
            Operation::CommentOptions(op) => self.comment_options(op),
            Operation::DeleteComment(op) => self.delete_comment(op),
            Operation::Transfer(op) => self.transfer(op),
            Operation::TransferToVesting(op) => self.transfer_to_vesting(op),
            Operation::WithdrawVesting(op) => self.withdraw_vesting(op),
            Operation::DelegateVestingShares(op) => self.delegate_vesting_shares(op),
            Operation::SetWithdrawVestingRoute(op) => self.set_withdraw_vesting_route(op),
            Operation::TransferToSavings(op) => self.transfer_to_savings(op),
            Operation::TransferFromSavings(op) => self.transfer_from_savings(op),
            Operation::CancelTransferFromSavings(op) => self.cancel_transfer_from_savings(op),
            Operation::ClaimRewardBalance(op) => self.claim_reward_balance(op),
            Operation::AccountCreate(op) => self.account_create(op),
            Operation::AccountCreateWithDelegation(op) => self.account_create_with_delegation(op),
            Operation::ClaimAccount(op) => self.claim_account(op),
            Operation::CreateClaimedAccount(op) => self.create_claimed_account(op),
            Operation::AccountUpdate(op) => self.account_update(op),
            Operation::AccountUpdate2(op) => self.account_update2(op),
            Operation::RequestAccountRecovery(op) => self.request_account_recovery(op),
            Operation::RecoverAccount(op) => self.recover_account(op),
            Operation::ChangeRecoveryAccount(op) => self.change_recovery_account(op),
            Operation::WitnessUpdate(op) => self.witness_update(op),
            Operation::WitnessSetProperties(op) => self.witness_set_properties(op),
            Operation::AccountWitnessVote(op) => self.account_witness_vote(op),
            Operation::AccountWitnessProxy(op) => self.account_witness_proxy(op),
            Operation::CustomJson(op) => self.custom_json(op),
            Operation::Custom(op) => op
                .required_auths
                .iter()
                .try_for_each(|name| self.existing(name)),
            Operation::RecurrentTransfer(op) => {
                self.existing(&op.from)?;
                self.existing(&op.to)
            }
            Operation::LimitOrderCreate(op) => self.existing(&op.owner),
            Operation::LimitOrderCancel(op) => self.existing(&op.owner),
            Operation::FeedPublish(op) => self.existing(&op.publisher),
            Operation::Convert(op) => self.existing(&op.owner),
            Operation::CollateralizedConvert(op) => self.existing(&op.owner),
            Operation::Other(op) => Err(NodeError::assert(
                "itr != to_tag.end()",
                "Invalid object name: ${n}",
                json!({ "n": op.name }),
            )),
        }
    }

    fn account(&self, name: &str) -> Result<&Account, NodeError> {
        self.state
            .account(name)
            .ok_or_else(|| self.unknown_account(name))
    }

    fn existing(&self, name: &str) -> Applied {
        self.account(name).map(|_| ())
    }

    fn unknown_account(&self, name: &str) -> NodeError {
        match self.rules.flavor {
            Flavor::Steem => NodeError::unknown_key(name),
            Flavor::Hive => NodeError::assert(
                "account != nullptr",
                "Account ${acc} doesn't exist",
                json!({ "acc": name }),
            ),
        }
    }

    fn modify(&mut self, name: &str, change: impl FnOnce(&mut Account)) {
        self.state.accounts.modify(&name.to_owned(), change);
    }

    /// What an account has of an asset.
    fn balance(&self, name: &str, kind: AssetKind) -> Result<i64, NodeError> {
        let account = self.account(name)?;
        Ok(match kind {
            AssetKind::Liquid => account.liquid,
            AssetKind::Dollar => account.dollar,
            AssetKind::Vests => account.vests,
        })
    }

    /// Adds to (or, if negative, takes from) a balance, which has been found sufficient.
    fn adjust(&mut self, name: &str, amount: Asset) {
        self.modify(name, |account| {
            let balance = match amount.kind {
                AssetKind::Liquid => &mut account.liquid,
                AssetKind::Dollar => &mut account.dollar,
                AssetKind::Vests => &mut account.vests,
            };
            *balance = balance.saturating_add(amount.amount);
            debug_assert!(*balance >= 0, "an operation took more than there was");
        });
    }

    fn emit(&mut self, name: &'static str, fields: Vec<(&'static str, VirtualField)>) {
        let Moment {
            transaction,
            transaction_index,
            operation_index,
            ..
        } = self.moment;
        // Only Hive's newer nodes know virtual operations for these events; old readers ignore what they do not know.
        self.virtual_ops.push(VirtualOp {
            name,
            fields,
            cause: Some((transaction, transaction_index, operation_index)),
        });
    }
}

fn negated(amount: Asset) -> Asset {
    Asset {
        amount: -amount.amount,
        kind: amount.kind,
    }
}

/// A text as a field of a virtual operation.
fn text(value: &str) -> VirtualField {
    VirtualField::Text(value.to_owned())
}

/// The accounts an operation concerns, for their histories.
pub(crate) fn impacted(operation: &Operation) -> BTreeSet<&str> {
    let mut names: BTreeSet<&str> = BTreeSet::new();
    match operation {
        Operation::Vote(op) => names.extend([op.voter.as_str(), &op.author]),
        Operation::Comment(op) => names.extend([op.author.as_str(), &op.parent_author]),
        Operation::CommentOptions(op) => {
            names.insert(&op.author);
            names.extend(
                op.beneficiaries
                    .iter()
                    .map(|beneficiary| beneficiary.account.as_str()),
            );
        }
        Operation::DeleteComment(op) => names.extend([op.author.as_str()]),
        Operation::Transfer(op) => names.extend([op.from.as_str(), &op.to]),
        Operation::TransferToVesting(op) => names.extend([op.from.as_str(), &op.to]),
        Operation::WithdrawVesting(op) => names.extend([op.account.as_str()]),
        Operation::DelegateVestingShares(op) => {
            names.extend([op.delegator.as_str(), &op.delegatee])
        }
        Operation::SetWithdrawVestingRoute(op) => {
            names.extend([op.from_account.as_str(), &op.to_account])
        }
        Operation::TransferToSavings(op) => names.extend([op.from.as_str(), &op.to]),
        Operation::TransferFromSavings(op) => names.extend([op.from.as_str(), &op.to]),
        Operation::CancelTransferFromSavings(op) => names.extend([op.from.as_str()]),
        Operation::ClaimRewardBalance(op) => names.extend([op.account.as_str()]),
        Operation::AccountCreate(op) => names.extend([op.creator.as_str(), &op.new_account_name]),
        Operation::AccountCreateWithDelegation(op) => {
            names.extend([op.creator.as_str(), &op.new_account_name])
        }
        Operation::ClaimAccount(op) => names.extend([op.creator.as_str()]),
        Operation::CreateClaimedAccount(op) => {
            names.extend([op.creator.as_str(), &op.new_account_name])
        }
        Operation::AccountUpdate(op) => names.extend([op.account.as_str()]),
        Operation::AccountUpdate2(op) => names.extend([op.account.as_str()]),
        Operation::RequestAccountRecovery(op) => {
            names.extend([op.recovery_account.as_str(), &op.account_to_recover])
        }
        Operation::RecoverAccount(op) => names.extend([op.account_to_recover.as_str()]),
        Operation::ChangeRecoveryAccount(op) => {
            names.extend([op.account_to_recover.as_str(), &op.new_recovery_account]);
        }
        Operation::WitnessUpdate(op) => names.extend([op.owner.as_str()]),
        Operation::WitnessSetProperties(op) => names.extend([op.owner.as_str()]),
        Operation::AccountWitnessVote(op) => names.extend([op.account.as_str(), &op.witness]),
        Operation::AccountWitnessProxy(op) => names.extend([op.account.as_str(), &op.proxy]),
        Operation::CustomJson(op) => {
            names.extend(
                op.required_auths
                    .iter()
                    .chain(&op.required_posting_auths)
                    .map(String::as_str),
            );
        }
        Operation::Custom(op) => names.extend(op.required_auths.iter().map(String::as_str)),
        Operation::RecurrentTransfer(op) => names.extend([op.from.as_str(), &op.to]),
        Operation::LimitOrderCreate(op) => names.extend([op.owner.as_str()]),
        Operation::LimitOrderCancel(op) => names.extend([op.owner.as_str()]),
        Operation::FeedPublish(op) => names.extend([op.publisher.as_str()]),
        Operation::Convert(op) => names.extend([op.owner.as_str()]),
        Operation::CollateralizedConvert(op) => names.extend([op.owner.as_str()]),
        Operation::Other(_) => {}
    }
    names.remove("");
    names
}
