//! Creating accounts and changing their keys.

use serde_json::json;
use tartan_graphene::operation::{
    AccountCreate, AccountCreateWithDelegation, AccountUpdate, AccountUpdate2,
    ChangeRecoveryAccount, ClaimAccount, CreateClaimedAccount, RecoverAccount,
    RequestAccountRecovery,
};
use tartan_graphene::{AccountName, Asset, Authority, Flavor, PublicKey};

use super::transfers::uniqueness;
use super::{Applied, Applier, negated, text};
use crate::chain::VirtualField;
use crate::errors::NodeError;
use crate::state::{Account, Delegation};

/// What all ways of creating an account have in common.
struct NewAccount<'a> {
    creator: &'a str,
    name: &'a str,
    owner: &'a Authority,
    active: &'a Authority,
    posting: &'a Authority,
    memo_key: PublicKey,
    json_metadata: &'a str,
}

impl Applier<'_> {
    pub(super) fn account_create(&mut self, op: &AccountCreate) -> Applied {
        self.pay_fee(&op.creator, op.fee)?;
        // Since hard fork 20 the fee is burned; on Steem as on Hive.
        self.create(&NewAccount {
            creator: &op.creator,
            name: &op.new_account_name,
            owner: &op.owner,
            active: &op.active,
            posting: &op.posting,
            memo_key: op.memo_key,
            json_metadata: &op.json_metadata,
        })
    }

    pub(super) fn account_create_with_delegation(
        &mut self,
        op: &AccountCreateWithDelegation,
    ) -> Applied {
        // Disabled on the real chains since hard fork 20; test programs from before still use it.
        self.pay_fee(&op.creator, op.fee)?;
        let creator = self.account(&op.creator)?;
        if creator.free_vests() < op.delegation.amount {
            return Err(NodeError::assert(
                "creator.vesting_shares - creator.delegated_vesting_shares >= o.delegation",
                "Insufficient vesting shares to delegate to new account.",
                json!({}),
            ));
        }
        self.create(&NewAccount {
            creator: &op.creator,
            name: &op.new_account_name,
            owner: &op.owner,
            active: &op.active,
            posting: &op.posting,
            memo_key: op.memo_key,
            json_metadata: &op.json_metadata,
        })?;
        if op.delegation.amount > 0 {
            self.modify(&op.creator, |account| {
                account.delegated_vests += op.delegation.amount
            });
            self.modify(&op.new_account_name, |account| {
                account.received_vests += op.delegation.amount
            });
            let row = Delegation {
                id: u64::from(self.moment.block),
                vests: op.delegation.amount,
                since: self.moment.now,
            };
            self.state
                .delegations
                .put((op.creator.clone(), op.new_account_name.clone()), row);
        }
        Ok(())
    }

    pub(super) fn claim_account(&mut self, op: &ClaimAccount) -> Applied {
        self.existing(&op.creator)?;
        if op.fee.amount != 0 {
            self.pay_fee(&op.creator, op.fee)?;
        }
        self.modify(&op.creator, |account| account.pending_claimed_accounts += 1);
        Ok(())
    }

    pub(super) fn create_claimed_account(&mut self, op: &CreateClaimedAccount) -> Applied {
        if self.account(&op.creator)?.pending_claimed_accounts == 0 {
            return Err(NodeError::assert(
                "creator.pending_claimed_accounts > 0",
                "${creator} has no claimed accounts to create",
                json!({ "creator": op.creator }),
            ));
        }
        self.modify(&op.creator, |account| account.pending_claimed_accounts -= 1);
        self.create(&NewAccount {
            creator: &op.creator,
            name: &op.new_account_name,
            owner: &op.owner,
            active: &op.active,
            posting: &op.posting,
            memo_key: op.memo_key,
            json_metadata: &op.json_metadata,
        })
    }

    fn pay_fee(&mut self, creator: &str, fee: Asset) -> Applied {
        if self.account(creator)?.liquid < fee.amount {
            return Err(NodeError::assert(
                "creator.balance >= o.fee",
                "Insufficient balance to create account.",
                json!({ "creator.balance": self.account(creator)?.liquid, "required": fee.amount }),
            ));
        }
        let expected = Asset::liquid(self.rules.account_creation_fee);
        // Hive wants the exact fee, Steem at least the fee.
        let (enough, condition, words) = match self.rules.flavor {
            Flavor::Hive => (
                fee == expected,
                "o.fee == wso.median_props.account_creation_fee",
                "Must pay the exact account creation fee. paid: ${p} fee: ${fee}",
            ),
            Flavor::Steem => (
                fee.amount >= expected.amount,
                "o.fee >= wso.median_props.account_creation_fee",
                "Insufficient Fee: ${f} required, ${p} provided.",
            ),
        };
        if !enough {
            return Err(NodeError::assert(
                condition,
                words,
                json!({ "p": fee.to_nai(), "fee": expected.to_nai(), "f": expected.to_nai() }),
            ));
        }
        self.adjust(creator, negated(fee));
        self.state
            .change_totals(|totals| totals.liquid -= fee.amount);
        Ok(())
    }

    fn create(&mut self, new: &NewAccount<'_>) -> Applied {
        if AccountName::check(new.name).is_err() {
            return Err(NodeError::assert(
                "is_valid_account_name( name )",
                "Account name ${n} is invalid",
                json!({ "n": new.name }),
            ));
        }
        self.existing(new.creator)?;
        if self.state.accounts.contains(new.name) {
            return Err(uniqueness());
        }
        for authority in [new.owner, new.active, new.posting] {
            self.members_exist(authority)?;
        }
        let mut account = Account::new(
            new.name,
            new.owner.clone(),
            new.active.clone(),
            new.posting.clone(),
            new.memo_key,
        );
        account.json_metadata = new.json_metadata.to_owned();
        account.created = self.moment.now;
        account.recovery_account = if new.creator == "temp" {
            String::new()
        } else {
            new.creator.to_owned()
        };
        self.state.create_account(account);
        self.emit(
            "account_created",
            vec![
                ("new_account_name", text(new.name)),
                ("creator", text(new.creator)),
                (
                    "initial_vesting_shares",
                    VirtualField::Asset(Asset::vests(0)),
                ),
                ("initial_delegation", VirtualField::Asset(Asset::vests(0))),
            ],
        );
        Ok(())
    }

    fn members_exist(&self, authority: &Authority) -> Applied {
        for name in authority.account_auths.keys() {
            if !self.state.accounts.contains(name.as_str()) {
                return Err(NodeError::assert(
                    "a != nullptr",
                    "New authority account ${name} does not exist",
                    json!({ "name": name }),
                ));
            }
        }
        Ok(())
    }

    pub(super) fn account_update(&mut self, op: &AccountUpdate) -> Applied {
        self.existing(&op.account)?;
        for authority in [&op.owner, &op.active, &op.posting].into_iter().flatten() {
            self.members_exist(authority)?;
        }
        let now = self.moment.now;
        self.state.change_keys(&op.account, |account| {
            set_authorities(account, &op.owner, &op.active, &op.posting);
            account.memo_key = op.memo_key;
            if !op.json_metadata.is_empty() {
                account.json_metadata.clone_from(&op.json_metadata);
            }
            account.last_account_update = now;
            if op.owner.is_some() {
                account.last_owner_update = now;
            }
        });
        Ok(())
    }

    pub(super) fn account_update2(&mut self, op: &AccountUpdate2) -> Applied {
        self.existing(&op.account)?;
        for authority in [&op.owner, &op.active, &op.posting].into_iter().flatten() {
            self.members_exist(authority)?;
        }
        let now = self.moment.now;
        self.state.change_keys(&op.account, |account| {
            set_authorities(account, &op.owner, &op.active, &op.posting);
            if let Some(key) = op.memo_key {
                account.memo_key = key;
            }
            if !op.json_metadata.is_empty() {
                account.json_metadata.clone_from(&op.json_metadata);
            }
            if !op.posting_json_metadata.is_empty() {
                account
                    .posting_json_metadata
                    .clone_from(&op.posting_json_metadata);
            }
            account.last_account_update = now;
            if op.owner.is_some() {
                account.last_owner_update = now;
            }
        });
        Ok(())
    }

    pub(super) fn request_account_recovery(&mut self, op: &RequestAccountRecovery) -> Applied {
        let account = self.account(&op.account_to_recover)?;
        // An account without a recovery account is recovered by the top witness; here by anyone.
        if !account.recovery_account.is_empty() && account.recovery_account != op.recovery_account {
            return Err(NodeError::assert(
                "account_to_recover.recovery_account == o.recovery_account",
                "Cannot recover an account that does not have you as there recovery partner.",
                json!({}),
            ));
        }
        if op.new_owner_authority.weight_threshold == 0 {
            // Threshold 0 takes a request back.
            self.state.recovery_requests.remove(&op.account_to_recover);
            return Ok(());
        }
        self.members_exist(&op.new_owner_authority)?;
        self.state.recovery_requests.put(
            op.account_to_recover.clone(),
            op.new_owner_authority.clone(),
        );
        Ok(())
    }

    pub(super) fn recover_account(&mut self, op: &RecoverAccount) -> Applied {
        self.existing(&op.account_to_recover)?;
        match self
            .state
            .recovery_requests
            .get(op.account_to_recover.as_str())
        {
            None => {
                return Err(NodeError::assert(
                    "request != recovery_request_idx.end()",
                    "There are no active recovery requests for this account.",
                    json!({}),
                ));
            }
            Some(requested) if *requested != op.new_owner_authority => {
                return Err(NodeError::assert(
                    "request->new_owner_authority == o.new_owner_authority",
                    "New owner authority does not match recovery request.",
                    json!({}),
                ));
            }
            Some(_) => {}
        }
        // The real chain looks the recent authority up in a history of 30 days; here the present one is the recent one.
        if self.account(&op.account_to_recover)?.owner != op.recent_owner_authority {
            return Err(NodeError::assert(
                "found",
                "Recent authority not found in authority history.",
                json!({}),
            ));
        }
        let now = self.moment.now;
        self.state.recovery_requests.remove(&op.account_to_recover);
        self.state.change_keys(&op.account_to_recover, |account| {
            account.owner = op.new_owner_authority.clone();
            account.last_owner_update = now;
        });
        Ok(())
    }

    pub(super) fn change_recovery_account(&mut self, op: &ChangeRecoveryAccount) -> Applied {
        self.existing(&op.new_recovery_account)?;
        self.existing(&op.account_to_recover)?;
        // The real chain waits 30 days.
        self.modify(&op.account_to_recover, |account| {
            account
                .recovery_account
                .clone_from(&op.new_recovery_account);
        });
        Ok(())
    }
}

fn set_authorities(
    account: &mut Account,
    owner: &Option<Authority>,
    active: &Option<Authority>,
    posting: &Option<Authority>,
) {
    for (place, new) in [
        (&mut account.owner, owner),
        (&mut account.active, active),
        (&mut account.posting, posting),
    ] {
        if let Some(new) = new {
            place.clone_from(new);
        }
    }
}
