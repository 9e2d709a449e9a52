//! Whose authority an operation needs.

use super::Operation;
use crate::{
    authority::{Authority, RequiredAuthorities},
    chain::Chain,
};

/// An account that nobody can sign for.
const NULL_ACCOUNT: &str = "null";

impl Operation {
    /// Adds what this operation needs to what its transaction needs.
    ///
    /// [`Operation::Other`] adds nothing: what it needs is not known here, so a node must refuse it before.
    pub fn require(&self, chain: &Chain, required: &mut RequiredAuthorities) {
        match self {
            Self::Vote(operation) => posting(required, &operation.voter),
            Self::Comment(operation) => posting(required, &operation.author),
            Self::DeleteComment(operation) => posting(required, &operation.author),
            Self::CommentOptions(operation) => posting(required, &operation.author),
            Self::ClaimRewardBalance(operation) => posting(required, &operation.account),
            Self::Transfer(operation) => active(required, &operation.from),
            Self::TransferToVesting(operation) => active(required, &operation.from),
            Self::WithdrawVesting(operation) => active(required, &operation.account),
            Self::LimitOrderCreate(operation) => active(required, &operation.owner),
            Self::LimitOrderCancel(operation) => active(required, &operation.owner),
            Self::FeedPublish(operation) => active(required, &operation.publisher),
            Self::Convert(operation) => active(required, &operation.owner),
            Self::CollateralizedConvert(operation) => active(required, &operation.owner),
            Self::RecurrentTransfer(operation) => active(required, &operation.from),
            Self::AccountCreate(operation) => active(required, &operation.creator),
            Self::AccountCreateWithDelegation(operation) => active(required, &operation.creator),
            Self::ClaimAccount(operation) => active(required, &operation.creator),
            Self::CreateClaimedAccount(operation) => active(required, &operation.creator),
            Self::WitnessUpdate(operation) => active(required, &operation.owner),
            Self::AccountWitnessVote(operation) => active(required, &operation.account),
            Self::AccountWitnessProxy(operation) => active(required, &operation.account),
            Self::SetWithdrawVestingRoute(operation) => active(required, &operation.from_account),
            Self::TransferToSavings(operation) => active(required, &operation.from),
            Self::TransferFromSavings(operation) => active(required, &operation.from),
            Self::CancelTransferFromSavings(operation) => active(required, &operation.from),
            Self::DelegateVestingShares(operation) => active(required, &operation.delegator),
            Self::RequestAccountRecovery(operation) => {
                active(required, &operation.recovery_account)
            }
            Self::Custom(operation) => required
                .active
                .extend(operation.required_auths.iter().cloned()),
            Self::CustomJson(operation) => {
                required
                    .active
                    .extend(operation.required_auths.iter().cloned());
                required
                    .posting
                    .extend(operation.required_posting_auths.iter().cloned());
            }
            Self::ChangeRecoveryAccount(operation) => {
                owner(required, &operation.account_to_recover)
            }
            Self::RecoverAccount(operation) => {
                required.other.push(operation.new_owner_authority.clone());
                required
                    .other
                    .push(operation.recent_owner_authority.clone());
            }
            Self::AccountUpdate(operation) if operation.owner.is_some() => {
                owner(required, &operation.account)
            }
            Self::AccountUpdate(operation) => active(required, &operation.account),
            Self::AccountUpdate2(operation) => {
                let needs_active = operation.active.is_some()
                    || operation.posting.is_some()
                    || operation.memo_key.is_some()
                    || !operation.json_metadata.is_empty();
                if operation.owner.is_some() {
                    owner(required, &operation.account);
                } else if needs_active {
                    active(required, &operation.account);
                } else {
                    posting(required, &operation.account);
                }
            }
            Self::WitnessSetProperties(operation) => {
                let authority = operation
                    .signing_key(chain)
                    .map_or_else(|| Authority::account(NULL_ACCOUNT), Authority::key);
                required.other.push(authority);
            }
            Self::Other(_) => {}
        }
    }
}

fn posting(required: &mut RequiredAuthorities, account: &str) {
    required.posting.insert(account.to_owned());
}

fn active(required: &mut RequiredAuthorities, account: &str) {
    required.active.insert(account.to_owned());
}

fn owner(required: &mut RequiredAuthorities, account: &str) {
    required.owner.insert(account.to_owned());
}
