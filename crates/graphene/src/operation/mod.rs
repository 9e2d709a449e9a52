//! Operations: what transactions do.
//!
//! The table `operations!` below gives each operation its number, its JSON name and its fields in binary order, as the nodes
//! define them; everything else (both JSON forms, both serializations) follows from it. Operations outside of the
//! table (escrow, proposals, proof of work, ...) are kept as name and JSON in [`OtherOperation`].

mod extensions;
mod fields;
mod required;
#[cfg(test)]
pub(crate) mod tests;
mod validate;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use self::extensions::NoExtensions;
pub use self::validate::InvalidOperation;
use crate::{
    asset::Asset,
    authority::Authority,
    chain::Chain,
    json::{self, Field, FieldName, JsonError, JsonForm, Style},
    keys::PublicKey,
    time::Time,
    wire::{AssetForm, DecodeError, EncodeError, Reader, Writer, read_all},
};

/// A rate of exchange: `base` is worth `quote`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// This much of one asset ...
    pub base: Asset,
    /// ... for this much of the other.
    pub quote: Asset,
}

/// An account that gets a share of a post's author reward.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Beneficiary {
    /// Who.
    pub account: String,
    /// The share, in hundredths of a percent.
    pub weight: u16,
}

/// What a witness proposes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainProperties {
    /// Paid for a new account.
    pub account_creation_fee: Asset,
    /// Bytes.
    pub maximum_block_size: u32,
    /// Interest on the dollar coin, in hundredths of a percent a year.
    pub dollar_interest_rate: u16,
}

/// The optional parts of a recurrent transfer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecurrentTransferExtensions {
    /// Tells several recurrent transfers between the same two accounts apart.
    pub pair_id: Option<u8>,
}

/// An operation of which only name and JSON are known; it has no binary form here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherOperation {
    /// The name without `_operation`.
    pub name: String,
    /// Its fields as they came.
    pub value: Value,
}

macro_rules! field_name {
    ($field:ident) => {
        FieldName {
            steem: stringify!($field),
            hive: stringify!($field),
        }
    };
    ($field:ident $steem:literal $hive:literal) => {
        FieldName {
            steem: $steem,
            hive: $hive,
        }
    };
}

/// Makes types and codecs of a table of operations: number, JSON name, fields in binary order. A field whose JSON name
/// differs between the chains, or from the Rust name, has `as "steem", "hive"`. `+ extensions` is a list of extensions
/// that is always empty.
macro_rules! operations {
    ($(
        $(#[$doc:meta])*
        $id:literal $name:literal $Type:ident {
            $( $(#[$field_doc:meta])* $field:ident: $type:ty $(as $steem:literal, $hive:literal)?; )*
        } $(+ $extensions:ident)?
    )*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq, Eq)]
            pub struct $Type {
                $( $(#[$field_doc])* pub $field: $type, )*
            }

            impl Field for $Type {
                fn write(&self, out: &mut Writer<'_>) {
                    $( self.$field.write(out); )*
                    $( operations!(@extensions $extensions); NoExtensions.write(out); )?
                }

                fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
                    $( let $field = <$type as Field>::read(input)?; )*
                    $( operations!(@extensions $extensions); NoExtensions::read(input)?; )?
                    Ok(Self { $($field),* })
                }

                fn to_json(&self, style: Style<'_>) -> Option<Value> {
                    let mut map = Map::new();
                    $( field_name!($field $($steem $hive)?).put(&self.$field, style, &mut map); )*
                    $( operations!(@extensions $extensions); NoExtensions::NAME.put(&NoExtensions, style, &mut map); )?
                    Some(Value::Object(map))
                }

                fn from_json(value: &Value, chain: &Chain) -> Result<Self, JsonError> {
                    let map = json::object(value)?;
                    $( let $field = field_name!($field $($steem $hive)?).get(map, chain)?; )*
                    $( operations!(@extensions $extensions); NoExtensions::NAME.get::<NoExtensions>(map, chain)?; )?
                    Ok(Self { $($field),* })
                }
            }

            impl From<$Type> for Operation {
                fn from(operation: $Type) -> Self {
                    Self::$Type(operation)
                }
            }

            #[cfg(test)]
            impl tests::Sample for $Type {
                fn sample() -> proptest::strategy::BoxedStrategy<Self> {
                    use proptest::strategy::Strategy as _;
                    ($( <$type as tests::Sample>::sample(), )*).prop_map(|($($field,)*)| Self { $($field),* }).boxed()
                }
            }
        )*

        /// One operation of a transaction.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Operation {
            $( $(#[$doc])* $Type($Type), )*
            /// An operation of which only name and JSON are known.
            Other(OtherOperation),
        }

        impl Operation {
            /// The name in JSON, without `_operation`.
            pub fn name(&self) -> &str {
                match self {
                    $( Self::$Type(_) => $name, )*
                    Self::Other(operation) => &operation.name,
                }
            }

            /// The number in the binary form, where that is known.
            pub fn id(&self) -> Option<u32> {
                match self {
                    $( Self::$Type(_) => Some($id), )*
                    Self::Other(_) => None,
                }
            }

            fn value_json(&self, style: Style<'_>) -> Option<Value> {
                match self {
                    $( Self::$Type(operation) => Field::to_json(operation, style), )*
                    Self::Other(operation) => Some(operation.value.clone()),
                }
            }

            fn from_name_and_value(name: &str, value: &Value, chain: &Chain) -> Result<Self, JsonError> {
                match name {
                    $( $name => <$Type as Field>::from_json(value, chain).map(Self::$Type), )*
                    _ => Ok(Self::Other(OtherOperation { name: name.to_owned(), value: value.clone() })),
                }
            }

            pub(crate) fn write(&self, out: &mut Writer<'_>) -> Result<(), EncodeError> {
                match self {
                    $( Self::$Type(operation) => {
                        out.varint($id);
                        operation.write(out);
                    } )*
                    Self::Other(operation) => return Err(EncodeError::UnsupportedOperation(operation.name.clone())),
                }
                Ok(())
            }

            pub(crate) fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
                let offset = input.offset();
                match input.varint()? {
                    $( $id => <$Type as Field>::read(input).map(Self::$Type), )*
                    id => Err(DecodeError::UnsupportedOperation { offset, id }),
                }
            }

            /// Any operation with any fields.
            #[cfg(test)]
            pub(crate) fn samples() -> Vec<proptest::strategy::BoxedStrategy<Self>> {
                use proptest::strategy::Strategy as _;
                vec![$( <$Type as tests::Sample>::sample().prop_map(Self::$Type).boxed(), )*]
            }
        }
    };
    (@extensions extensions) => {};
}

operations! {
    /// Votes for or against a post.
    0 "vote" Vote {
        /// Who votes.
        voter: String;
        /// The post's author.
        author: String;
        /// The post's permlink.
        permlink: String;
        /// -10000 to 10000, hundredths of a percent of the voting power.
        weight: i16;
    }
    /// Writes or edits a post or a reply.
    1 "comment" Comment {
        /// The author replied to; empty for a root post.
        parent_author: String;
        /// The permlink replied to; for a root post its category.
        parent_permlink: String;
        /// Who writes.
        author: String;
        /// Names the post among the author's.
        permlink: String;
        /// Below 256 bytes.
        title: String;
        /// The text.
        body: String;
        /// JSON, or empty.
        json_metadata: String;
    }
    /// Moves liquid coins or dollars.
    2 "transfer" Transfer {
        /// Who pays.
        from: String;
        /// Who receives.
        to: String;
        /// How much.
        amount: Asset;
        /// A note, below 2048 bytes.
        memo: String;
    }
    /// Turns liquid coins into vesting shares.
    3 "transfer_to_vesting" TransferToVesting {
        /// Who pays.
        from: String;
        /// Who gets the shares; empty for the payer.
        to: String;
        /// Liquid coins.
        amount: Asset;
    }
    /// Begins (or with 0 ends) turning vesting shares into liquid coins.
    4 "withdraw_vesting" WithdrawVesting {
        /// Whose.
        account: String;
        /// How many.
        vesting_shares: Asset;
    }
    /// Offers to trade on the internal market.
    5 "limit_order_create" LimitOrderCreate {
        /// Who offers.
        owner: String;
        /// Names the order among the owner's.
        orderid: u32;
        /// What is offered.
        amount_to_sell: Asset;
        /// What is asked for all of it.
        min_to_receive: Asset;
        /// Whether to fail rather than wait.
        fill_or_kill: bool;
        /// When the rest is returned.
        expiration: Time;
    }
    /// Takes an order back.
    6 "limit_order_cancel" LimitOrderCancel {
        /// Whose.
        owner: String;
        /// Which.
        orderid: u32;
    }
    /// A witness publishes the price of the liquid coin.
    7 "feed_publish" FeedPublish {
        /// The witness.
        publisher: String;
        /// The price.
        exchange_rate: Price;
    }
    /// Turns dollars into liquid coins at the feed price, in 3.5 days.
    8 "convert" Convert {
        /// Whose.
        owner: String;
        /// Names the conversion among the owner's.
        requestid: u32;
        /// Dollars.
        amount: Asset;
    }
    /// Creates an account for a fee.
    9 "account_create" AccountCreate {
        /// Paid by the creator.
        fee: Asset;
        /// Who pays.
        creator: String;
        /// The new account.
        new_account_name: String;
        /// Its owner authority.
        owner: Authority;
        /// Its active authority.
        active: Authority;
        /// Its posting authority.
        posting: Authority;
        /// Encrypts its memos.
        memo_key: PublicKey;
        /// JSON, or empty.
        json_metadata: String;
    }
    /// Changes authorities and metadata of an account.
    10 "account_update" AccountUpdate {
        /// Which.
        account: String;
        /// The new owner authority.
        owner: Option<Authority>;
        /// The new active authority.
        active: Option<Authority>;
        /// The new posting authority.
        posting: Option<Authority>;
        /// The memo key, new or not.
        memo_key: PublicKey;
        /// JSON, or empty.
        json_metadata: String;
    }
    /// Becomes a witness or changes a witness's settings.
    11 "witness_update" WitnessUpdate {
        /// The witness's account.
        owner: String;
        /// Where voters can read about the witness.
        url: String;
        /// Signs blocks; the null key to stop.
        block_signing_key: PublicKey;
        /// What the witness proposes.
        props: ChainProperties;
        /// Not charged.
        fee: Asset;
    }
    /// Votes for a witness, or takes the vote back.
    12 "account_witness_vote" AccountWitnessVote {
        /// Who votes.
        account: String;
        /// For whom.
        witness: String;
        /// Whether to vote or take back.
        approve: bool;
    }
    /// Lets another account vote for witnesses.
    13 "account_witness_proxy" AccountWitnessProxy {
        /// Whose votes.
        account: String;
        /// Who votes; empty to vote oneself again.
        proxy: String;
    }
    /// Carries bytes for others to read.
    15 "custom" Custom {
        /// Who says so, with active authority.
        required_auths: BTreeSet<String>;
        /// What the data means.
        id: u16;
        /// The data.
        data: Vec<u8>;
    }
    /// Deletes a post without votes and replies.
    17 "delete_comment" DeleteComment {
        /// The author.
        author: String;
        /// The post.
        permlink: String;
    }
    /// Carries JSON for others to read; the sidechain's main input.
    18 "custom_json" CustomJson {
        /// Who says so with active authority.
        required_auths: BTreeSet<String>;
        /// Who says so with posting authority.
        required_posting_auths: BTreeSet<String>;
        /// Whom it is for, at most 32 bytes.
        id: String;
        /// The JSON text, at most 8192 bytes.
        json: String;
    }
    /// Sets how a post is rewarded.
    19 "comment_options" CommentOptions {
        /// The author.
        author: String;
        /// The post.
        permlink: String;
        /// Dollars.
        max_accepted_payout: Asset;
        /// How much of the reward may come as dollars, in hundredths of a percent of the half that can.
        percent_dollar: u16 as "percent_steem_dollars", "percent_hbd";
        /// Whether votes count.
        allow_votes: bool;
        /// Whether voters share in the reward.
        allow_curation_rewards: bool;
        /// Who shares in the author's reward, sorted by account.
        beneficiaries: Vec<Beneficiary> as "extensions", "extensions";
    }
    /// Sends a part of withdrawn vesting shares elsewhere.
    20 "set_withdraw_vesting_route" SetWithdrawVestingRoute {
        /// Whose.
        from_account: String;
        /// Where to.
        to_account: String;
        /// How much, in hundredths of a percent.
        percent: u16;
        /// Whether they arrive as vesting shares.
        auto_vest: bool;
    }
    /// Buys the right to create an account later.
    22 "claim_account" ClaimAccount {
        /// Who.
        creator: String;
        /// Paid; 0 to pay with resource credits.
        fee: Asset;
    } + extensions
    /// Creates an account by a right bought earlier.
    23 "create_claimed_account" CreateClaimedAccount {
        /// Who has the right.
        creator: String;
        /// The new account.
        new_account_name: String;
        /// Its owner authority.
        owner: Authority;
        /// Its active authority.
        active: Authority;
        /// Its posting authority.
        posting: Authority;
        /// Encrypts its memos.
        memo_key: PublicKey;
        /// JSON, or empty.
        json_metadata: String;
    } + extensions
    /// The recovery account asks to recover a stolen account.
    24 "request_account_recovery" RequestAccountRecovery {
        /// Who asks.
        recovery_account: String;
        /// The stolen account.
        account_to_recover: String;
        /// Its owner authority to be.
        new_owner_authority: Authority;
    } + extensions
    /// The owner takes a stolen account back.
    25 "recover_account" RecoverAccount {
        /// The stolen account.
        account_to_recover: String;
        /// As in the request.
        new_owner_authority: Authority;
        /// One that was valid within the last 30 days.
        recent_owner_authority: Authority;
    } + extensions
    /// Names another account that may ask for recovery.
    26 "change_recovery_account" ChangeRecoveryAccount {
        /// Whose.
        account_to_recover: String;
        /// Who.
        new_recovery_account: String;
    } + extensions
    /// Moves coins into savings, from where they leave after 3 days only.
    32 "transfer_to_savings" TransferToSavings {
        /// Who pays.
        from: String;
        /// Whose savings.
        to: String;
        /// How much.
        amount: Asset;
        /// A note.
        memo: String;
    }
    /// Moves coins out of savings, in 3 days.
    33 "transfer_from_savings" TransferFromSavings {
        /// Whose savings.
        from: String;
        /// Names the withdrawal among the account's.
        request_id: u32;
        /// Who receives.
        to: String;
        /// How much.
        amount: Asset;
        /// A note.
        memo: String;
    }
    /// Stops a withdrawal from savings.
    34 "cancel_transfer_from_savings" CancelTransferFromSavings {
        /// Whose savings.
        from: String;
        /// Which withdrawal.
        request_id: u32;
    }
    /// Takes rewards into the balances.
    39 "claim_reward_balance" ClaimRewardBalance {
        /// Whose.
        account: String;
        /// Liquid coins.
        reward_liquid: Asset as "reward_steem", "reward_hive";
        /// Dollars.
        reward_dollar: Asset as "reward_sbd", "reward_hbd";
        /// Vesting shares.
        reward_vests: Asset;
    }
    /// Lends vesting shares.
    40 "delegate_vesting_shares" DelegateVestingShares {
        /// Who lends.
        delegator: String;
        /// To whom.
        delegatee: String;
        /// How many in all; 0 takes them back.
        vesting_shares: Asset;
    }
    /// Creates an account for a fee and lends it vesting shares (until hard fork 20).
    41 "account_create_with_delegation" AccountCreateWithDelegation {
        /// Paid by the creator.
        fee: Asset;
        /// Lent to the new account.
        delegation: Asset;
        /// Who pays.
        creator: String;
        /// The new account.
        new_account_name: String;
        /// Its owner authority.
        owner: Authority;
        /// Its active authority.
        active: Authority;
        /// Its posting authority.
        posting: Authority;
        /// Encrypts its memos.
        memo_key: PublicKey;
        /// JSON, or empty.
        json_metadata: String;
    } + extensions
    /// Changes a witness's settings; signed by the witness's block signing key.
    42 "witness_set_properties" WitnessSetProperties {
        /// The witness's account.
        owner: String;
        /// Serialized settings by name; `key` is the present signing key.
        props: BTreeMap<String, Vec<u8>>;
    } + extensions
    /// Changes authorities and both metadata of an account.
    43 "account_update2" AccountUpdate2 {
        /// Which.
        account: String;
        /// The new owner authority.
        owner: Option<Authority>;
        /// The new active authority.
        active: Option<Authority>;
        /// The new posting authority.
        posting: Option<Authority>;
        /// The new memo key.
        memo_key: Option<PublicKey>;
        /// JSON, or empty; needs active authority.
        json_metadata: String;
        /// JSON, or empty; posting authority is enough.
        posting_json_metadata: String;
    } + extensions
    /// Turns liquid coins into dollars against a collateral (Hive).
    48 "collateralized_convert" CollateralizedConvert {
        /// Whose.
        owner: String;
        /// Names the conversion among the owner's.
        requestid: u32;
        /// Liquid coins.
        amount: Asset;
    }
    /// Transfers the same amount again and again (Hive).
    49 "recurrent_transfer" RecurrentTransfer {
        /// Who pays.
        from: String;
        /// Who receives.
        to: String;
        /// How much each time; 0 ends it.
        amount: Asset;
        /// A note.
        memo: String;
        /// Hours between two transfers, at least 24.
        recurrence: u16;
        /// How often, at least twice.
        executions: u16;
        /// Optional parts.
        extensions: RecurrentTransferExtensions;
    }
}

/// What names of operations end with in the appbase form.
const SUFFIX: &str = "_operation";

impl Operation {
    /// JSON with the chain's names and symbols.
    pub fn to_json(&self, chain: &Chain, form: JsonForm) -> Value {
        let value = self.value_json(Style { chain, form });
        match form {
            JsonForm::Legacy => json!([self.name(), value]),
            JsonForm::Appbase => {
                json!({ "type": format!("{}{SUFFIX}", self.name()), "value": value })
            }
        }
    }

    /// Reads either form. Operations with unknown names become [`Operation::Other`].
    ///
    /// # Errors
    /// Says which field of the operation is wrong.
    pub fn from_json(value: &Value, chain: &Chain) -> Result<Self, JsonError> {
        let (name, value) = json::tagged(value)?;
        let name = json::text(name)?;
        let name = name.strip_suffix(SUFFIX).unwrap_or(name);
        Self::from_name_and_value(name, value, chain).map_err(|error| error.inside(name))
    }

    /// The binary form.
    ///
    /// # Errors
    /// For [`Operation::Other`].
    pub fn encode(&self, chain: &Chain, form: AssetForm) -> Result<Vec<u8>, EncodeError> {
        let mut out = Writer::new(chain, form);
        self.write(&mut out)?;
        Ok(out.into_bytes())
    }

    /// Reads the binary form, all of the bytes.
    ///
    /// # Errors
    /// Says where and what is wrong.
    pub fn decode(bytes: &[u8], chain: &Chain, form: AssetForm) -> Result<Self, DecodeError> {
        let mut input = Reader::new(bytes, chain, form);
        let operation = Self::read(&mut input)?;
        input.end()?;
        Ok(operation)
    }
}

impl WitnessSetProperties {
    /// The signing key the operation claims to be signed with, if it names one.
    pub fn signing_key(&self, chain: &Chain) -> Option<PublicKey> {
        self.props
            .get("key")
            .and_then(|bytes| read_all(bytes, chain, AssetForm::Legacy).ok())
    }
}
