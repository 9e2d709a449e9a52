//! What nodes check of an operation before they look at any state.

use serde::de::IgnoredAny;
use thiserror::Error;

use super::{
    AccountCreate, AccountCreateWithDelegation, AccountUpdate2, Beneficiary, ClaimRewardBalance,
    Comment, CommentOptions, CreateClaimedAccount, Custom, CustomJson, LimitOrderCreate, Operation,
    Price, RecoverAccount, RecurrentTransfer, WitnessUpdate,
};
use crate::{
    account_name::{AccountName, InvalidAccountName},
    asset::{Asset, AssetKind},
    authority::Authority,
};

/// Why nodes refuse an operation by itself.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum InvalidOperation {
    /// A field does not hold an account name.
    #[error("{field}: {reason}")]
    AccountName {
        /// The field.
        field: &'static str,
        /// Which rule the name breaks.
        reason: InvalidAccountName,
    },
    /// A text has too many bytes.
    #[error("{field}: expected at most {max} bytes, found {found}")]
    TooLong {
        /// The field.
        field: &'static str,
        /// The limit.
        max: usize,
        /// The length.
        found: usize,
    },
    /// A value is not one of those allowed.
    #[error("{field}: expected {expected}, found {found}")]
    Unexpected {
        /// The field.
        field: &'static str,
        /// What is allowed.
        expected: &'static str,
        /// What is there.
        found: String,
    },
}

type Check = Result<(), InvalidOperation>;

/// Bytes of a title or permlink.
const MAX_TITLE: usize = 255;
/// Bytes of a memo.
const MAX_MEMO: usize = 2047;
/// Bytes of the id of a custom_json.
const MAX_CUSTOM_ID: usize = 32;
/// Bytes of a custom_json's JSON, and of a custom's data.
const MAX_CUSTOM_DATA: usize = 8192;
/// Members of an authority, and accounts of a custom operation.
const MAX_MEMBERS: usize = 40;
/// Beneficiaries of a post; so that the number fits into one byte.
const MAX_BENEFICIARIES: usize = 127;
/// Bytes of a witness's address.
const MAX_URL: usize = 2048;
/// Hundredths of a percent in the whole.
const FULL: u16 = 10_000;
/// Hours between two recurrent transfers.
const MIN_RECURRENCE: u16 = 24;

impl Operation {
    /// Checks names, lengths, ranges and assets. [`Operation::Other`] passes: its rules are not known here.
    ///
    /// # Errors
    /// Names the first field that breaks a rule.
    pub fn validate(&self) -> Result<(), InvalidOperation> {
        match self {
            Self::Vote(op) => {
                names(&[("voter", &op.voter), ("author", &op.author)])?;
                permlink("permlink", &op.permlink)?;
                rule(
                    op.weight.unsigned_abs() <= FULL,
                    "weight",
                    "-10000 to 10000",
                    || op.weight.to_string(),
                )
            }
            Self::Comment(op) => comment(op),
            Self::DeleteComment(op) => {
                name("author", &op.author)?;
                permlink("permlink", &op.permlink)
            }
            Self::CommentOptions(op) => comment_options(op),
            Self::CustomJson(op) => custom_json(op),
            Self::Custom(op) => custom(op),
            Self::Transfer(op) => payment(&op.from, &op.to, op.amount, &op.memo),
            Self::TransferToSavings(op) => payment(&op.from, &op.to, op.amount, &op.memo),
            Self::TransferFromSavings(op) => payment(&op.from, &op.to, op.amount, &op.memo),
            Self::CancelTransferFromSavings(op) => name("from", &op.from),
            Self::RecurrentTransfer(op) => recurrent_transfer(op),
            Self::TransferToVesting(op) => {
                name("from", &op.from)?;
                optional_name("to", &op.to)?;
                positive("amount", op.amount, AssetKind::Liquid)
            }
            Self::WithdrawVesting(op) => {
                name("account", &op.account)?;
                kind("vesting_shares", op.vesting_shares, AssetKind::Vests)
            }
            Self::SetWithdrawVestingRoute(op) => {
                names(&[
                    ("from_account", &op.from_account),
                    ("to_account", &op.to_account),
                ])?;
                percent("percent", op.percent)
            }
            Self::DelegateVestingShares(op) => {
                names(&[("delegator", &op.delegator), ("delegatee", &op.delegatee)])?;
                rule(
                    op.delegator != op.delegatee,
                    "delegatee",
                    "another account",
                    || op.delegatee.clone(),
                )?;
                not_negative("vesting_shares", op.vesting_shares, AssetKind::Vests)
            }
            Self::ClaimRewardBalance(op) => claim_reward_balance(op),
            Self::LimitOrderCreate(op) => limit_order_create(op),
            Self::LimitOrderCancel(op) => name("owner", &op.owner),
            Self::FeedPublish(op) => {
                name("publisher", &op.publisher)?;
                market("exchange_rate", &op.exchange_rate)
            }
            Self::Convert(op) => {
                name("owner", &op.owner)?;
                positive("amount", op.amount, AssetKind::Dollar)
            }
            Self::CollateralizedConvert(op) => {
                name("owner", &op.owner)?;
                positive("amount", op.amount, AssetKind::Liquid)
            }
            Self::ClaimAccount(op) => {
                name("creator", &op.creator)?;
                not_negative("fee", op.fee, AssetKind::Liquid)
            }
            Self::AccountCreate(op) => account_create(op),
            Self::CreateClaimedAccount(op) => create_claimed_account(op),
            Self::AccountCreateWithDelegation(op) => account_create_with_delegation(op),
            Self::AccountUpdate(op) => {
                name("account", &op.account)?;
                optional_authorities(&op.owner, &op.active, &op.posting)?;
                optional_json("json_metadata", &op.json_metadata)
            }
            Self::AccountUpdate2(op) => account_update2(op),
            Self::WitnessUpdate(op) => witness_update(op),
            Self::WitnessSetProperties(op) => {
                name("owner", &op.owner)?;
                rule(
                    op.props.contains_key("key"),
                    "props",
                    "the current signing key under \"key\"",
                    || "none".to_owned(),
                )
            }
            Self::AccountWitnessVote(op) => {
                names(&[("account", &op.account), ("witness", &op.witness)])
            }
            Self::AccountWitnessProxy(op) => {
                name("account", &op.account)?;
                optional_name("proxy", &op.proxy)?;
                rule(op.proxy != op.account, "proxy", "another account", || {
                    op.proxy.clone()
                })
            }
            Self::RequestAccountRecovery(op) => {
                names(&[
                    ("recovery_account", &op.recovery_account),
                    ("account_to_recover", &op.account_to_recover),
                ])?;
                authority("new_owner_authority", &op.new_owner_authority)
            }
            Self::RecoverAccount(op) => recover_account(op),
            Self::ChangeRecoveryAccount(op) => names(&[
                ("account_to_recover", &op.account_to_recover),
                ("new_recovery_account", &op.new_recovery_account),
            ]),
            Self::Other(_) => Ok(()),
        }
    }
}

fn comment(op: &Comment) -> Check {
    length("title", &op.title, MAX_TITLE)?;
    rule(!op.body.is_empty(), "body", "a text", || "none".to_owned())?;
    optional_name("parent_author", &op.parent_author)?;
    name("author", &op.author)?;
    permlink("parent_permlink", &op.parent_permlink)?;
    permlink("permlink", &op.permlink)?;
    optional_json("json_metadata", &op.json_metadata)
}

fn comment_options(op: &CommentOptions) -> Check {
    name("author", &op.author)?;
    permlink("permlink", &op.permlink)?;
    percent("percent_dollar", op.percent_dollar)?;
    not_negative(
        "max_accepted_payout",
        op.max_accepted_payout,
        AssetKind::Dollar,
    )?;
    beneficiaries(&op.beneficiaries)
}

fn beneficiaries(list: &[Beneficiary]) -> Check {
    const FIELD: &str = "beneficiaries";
    rule(
        list.len() <= MAX_BENEFICIARIES,
        FIELD,
        "at most 127 accounts",
        || list.len().to_string(),
    )?;
    for beneficiary in list {
        name(FIELD, &beneficiary.account)?;
    }
    let sum: u32 = list
        .iter()
        .map(|beneficiary| u32::from(beneficiary.weight))
        .sum();
    rule(
        sum <= u32::from(FULL),
        FIELD,
        "weights of at most 10000 together",
        || sum.to_string(),
    )?;
    let unsorted = list
        .windows(2)
        .find(|pair| pair[0].account >= pair[1].account);
    rule(
        unsorted.is_none(),
        FIELD,
        "accounts in strictly ascending order",
        || {
            unsorted
                .map(|pair| format!("{} before {}", pair[0].account, pair[1].account))
                .unwrap_or_default()
        },
    )
}

fn custom_json(op: &CustomJson) -> Check {
    custom_auths(op.required_auths.len() + op.required_posting_auths.len())?;
    for account in op.required_auths.iter().chain(&op.required_posting_auths) {
        name("required_auths", account)?;
    }
    length("id", &op.id, MAX_CUSTOM_ID)?;
    length("json", &op.json, MAX_CUSTOM_DATA)?;
    json("json", &op.json)
}

fn custom(op: &Custom) -> Check {
    custom_auths(op.required_auths.len())?;
    let found = op.data.len();
    if found > MAX_CUSTOM_DATA {
        return Err(InvalidOperation::TooLong {
            field: "data",
            max: MAX_CUSTOM_DATA,
            found,
        });
    }
    Ok(())
}

fn custom_auths(count: usize) -> Check {
    rule(
        (1..=MAX_MEMBERS).contains(&count),
        "required_auths",
        "1 to 40 accounts",
        || count.to_string(),
    )
}

/// What transfers and savings have in common.
fn payment(from: &str, to: &str, amount: Asset, memo: &str) -> Check {
    names(&[("from", from), ("to", to)])?;
    coins("amount", amount)?;
    rule(amount.amount > 0, "amount", "more than 0", || {
        amount.amount.to_string()
    })?;
    length("memo", memo, MAX_MEMO)
}

fn recurrent_transfer(op: &RecurrentTransfer) -> Check {
    names(&[("from", &op.from), ("to", &op.to)])?;
    rule(op.from != op.to, "to", "another account", || op.to.clone())?;
    coins("amount", op.amount)?;
    rule(op.amount.amount >= 0, "amount", "0 or more", || {
        op.amount.amount.to_string()
    })?;
    length("memo", &op.memo, MAX_MEMO)?;
    rule(
        op.recurrence >= MIN_RECURRENCE,
        "recurrence",
        "at least 24 hours",
        || op.recurrence.to_string(),
    )?;
    rule(op.executions >= 2, "executions", "at least 2", || {
        op.executions.to_string()
    })
}

fn claim_reward_balance(op: &ClaimRewardBalance) -> Check {
    name("account", &op.account)?;
    not_negative("reward_liquid", op.reward_liquid, AssetKind::Liquid)?;
    not_negative("reward_dollar", op.reward_dollar, AssetKind::Dollar)?;
    not_negative("reward_vests", op.reward_vests, AssetKind::Vests)?;
    let something = [op.reward_liquid, op.reward_dollar, op.reward_vests]
        .iter()
        .any(|reward| reward.amount > 0);
    rule(something, "reward_vests", "a reward to claim", || {
        "none".to_owned()
    })
}

fn limit_order_create(op: &LimitOrderCreate) -> Check {
    name("owner", &op.owner)?;
    market(
        "min_to_receive",
        &Price {
            base: op.amount_to_sell,
            quote: op.min_to_receive,
        },
    )
}

/// A price of the liquid coin in dollars, or the other way round.
fn market(field: &'static str, price: &Price) -> Check {
    coins(field, price.base)?;
    coins(field, price.quote)?;
    rule(
        price.base.kind != price.quote.kind,
        field,
        "the liquid coin against the dollar",
        || "the same asset twice".to_owned(),
    )?;
    rule(
        price.base.amount > 0 && price.quote.amount > 0,
        field,
        "amounts of more than 0",
        || format!("{} and {}", price.base.amount, price.quote.amount),
    )
}

fn account_create(op: &AccountCreate) -> Check {
    names(&[
        ("creator", &op.creator),
        ("new_account_name", &op.new_account_name),
    ])?;
    not_negative("fee", op.fee, AssetKind::Liquid)?;
    authorities(&op.owner, &op.active, &op.posting)?;
    optional_json("json_metadata", &op.json_metadata)
}

fn create_claimed_account(op: &CreateClaimedAccount) -> Check {
    names(&[
        ("creator", &op.creator),
        ("new_account_name", &op.new_account_name),
    ])?;
    authorities(&op.owner, &op.active, &op.posting)?;
    optional_json("json_metadata", &op.json_metadata)
}

fn account_create_with_delegation(op: &AccountCreateWithDelegation) -> Check {
    names(&[
        ("creator", &op.creator),
        ("new_account_name", &op.new_account_name),
    ])?;
    not_negative("fee", op.fee, AssetKind::Liquid)?;
    not_negative("delegation", op.delegation, AssetKind::Vests)?;
    authorities(&op.owner, &op.active, &op.posting)?;
    optional_json("json_metadata", &op.json_metadata)
}

fn account_update2(op: &AccountUpdate2) -> Check {
    name("account", &op.account)?;
    optional_authorities(&op.owner, &op.active, &op.posting)?;
    optional_json("json_metadata", &op.json_metadata)?;
    optional_json("posting_json_metadata", &op.posting_json_metadata)
}

fn witness_update(op: &WitnessUpdate) -> Check {
    name("owner", &op.owner)?;
    rule(!op.url.is_empty(), "url", "an address", || {
        "none".to_owned()
    })?;
    length("url", &op.url, MAX_URL)?;
    not_negative("fee", op.fee, AssetKind::Liquid)?;
    not_negative(
        "account_creation_fee",
        op.props.account_creation_fee,
        AssetKind::Liquid,
    )?;
    percent("dollar_interest_rate", op.props.dollar_interest_rate)
}

fn recover_account(op: &RecoverAccount) -> Check {
    name("account_to_recover", &op.account_to_recover)?;
    for (field, given) in [
        ("new_owner_authority", &op.new_owner_authority),
        ("recent_owner_authority", &op.recent_owner_authority),
    ] {
        authority(field, given)?;
        rule(
            !given.is_impossible(),
            field,
            "an authority that can be satisfied",
            || "an impossible one".to_owned(),
        )?;
    }
    let field = "new_owner_authority";
    rule(
        op.new_owner_authority.weight_threshold > 0,
        field,
        "a threshold of more than 0",
        || "0".to_owned(),
    )?;
    rule(
        op.new_owner_authority != op.recent_owner_authority,
        field,
        "another authority than the recent one",
        || "the same".to_owned(),
    )
}

fn rule(
    holds: bool,
    field: &'static str,
    expected: &'static str,
    found: impl FnOnce() -> String,
) -> Check {
    if holds {
        Ok(())
    } else {
        Err(InvalidOperation::Unexpected {
            field,
            expected,
            found: found(),
        })
    }
}

fn name(field: &'static str, text: &str) -> Check {
    AccountName::check(text).map_err(|reason| InvalidOperation::AccountName { field, reason })
}

fn names(fields: &[(&'static str, &str)]) -> Check {
    fields
        .iter()
        .try_for_each(|(field, text)| name(field, text))
}

fn optional_name(field: &'static str, text: &str) -> Check {
    if text.is_empty() {
        Ok(())
    } else {
        name(field, text)
    }
}

fn permlink(field: &'static str, text: &str) -> Check {
    length(field, text, MAX_TITLE)
}

fn length(field: &'static str, text: &str, max: usize) -> Check {
    let found = text.len();
    if found <= max {
        Ok(())
    } else {
        Err(InvalidOperation::TooLong { field, max, found })
    }
}

fn json(field: &'static str, text: &str) -> Check {
    serde_json::from_str::<IgnoredAny>(text)
        .map(|_| ())
        .map_err(|error| InvalidOperation::Unexpected {
            field,
            expected: "valid JSON",
            found: error.to_string(),
        })
}

fn optional_json(field: &'static str, text: &str) -> Check {
    if text.is_empty() {
        Ok(())
    } else {
        json(field, text)
    }
}

fn percent(field: &'static str, value: u16) -> Check {
    rule(value <= FULL, field, "at most 10000", || value.to_string())
}

fn kind(field: &'static str, asset: Asset, kind: AssetKind) -> Check {
    let expected = match kind {
        AssetKind::Dollar => "an amount of dollars",
        AssetKind::Liquid => "an amount of the liquid coin",
        AssetKind::Vests => "an amount of vesting shares",
    };
    rule(asset.kind == kind, field, expected, || {
        format!("{:?}", asset.kind).to_lowercase()
    })
}

/// Either coin, but no vesting shares.
fn coins(field: &'static str, asset: Asset) -> Check {
    rule(
        asset.kind != AssetKind::Vests,
        field,
        "an amount of a coin",
        || "vests".to_owned(),
    )
}

fn not_negative(field: &'static str, asset: Asset, of: AssetKind) -> Check {
    kind(field, asset, of)?;
    rule(asset.amount >= 0, field, "0 or more", || {
        asset.amount.to_string()
    })
}

fn positive(field: &'static str, asset: Asset, of: AssetKind) -> Check {
    kind(field, asset, of)?;
    rule(asset.amount > 0, field, "more than 0", || {
        asset.amount.to_string()
    })
}

fn authority(field: &'static str, given: &Authority) -> Check {
    rule(
        given.members() <= MAX_MEMBERS,
        field,
        "at most 40 keys and accounts",
        || given.members().to_string(),
    )?;
    given
        .account_auths
        .keys()
        .try_for_each(|account| name(field, account))
}

fn authorities(owner: &Authority, active: &Authority, posting: &Authority) -> Check {
    authority("owner", owner)?;
    authority("active", active)?;
    authority("posting", posting)
}

fn optional_authorities(
    owner: &Option<Authority>,
    active: &Option<Authority>,
    posting: &Option<Authority>,
) -> Check {
    for (field, given) in [("owner", owner), ("active", active), ("posting", posting)] {
        given
            .as_ref()
            .map_or(Ok(()), |given| authority(field, given))?;
    }
    Ok(())
}
