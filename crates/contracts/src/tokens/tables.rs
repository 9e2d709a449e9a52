//! The rows of the token ledger. Amounts are decimal text, as every reader of the tables expects.

use std::ops::{Deref, DerefMut};

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use tartan_document::Object;
use tartan_state::{Index, Record};

const CONTRACT: &str = "tokens";

/// A token: who issues it, how it divides, how much there is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Token {
    /// The account (or `null`) that may issue and administer it.
    pub issuer: CompactString,
    /// Its symbol, unique.
    pub symbol: CompactString,
    /// Its name.
    pub name: CompactString,
    /// JSON text for people and front ends.
    pub metadata: String,
    /// Decimals, 0 to 8.
    pub precision: u8,
    /// The most that may ever be issued.
    pub max_supply: CompactString,
    /// What was issued; burning does not lower it.
    pub supply: CompactString,
    /// What was issued and not burnt.
    pub circulating_supply: CompactString,
    /// Whether it can be staked.
    pub staking_enabled: bool,
    /// Days that unstaking takes.
    pub unstaking_cooldown: u32,
    /// Whether stake can be delegated.
    pub delegation_enabled: bool,
    /// Days that undelegating takes.
    pub undelegation_cooldown: u32,
    /// Slices in which unstaking pays out; appears when staking is enabled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number_transactions: Option<u32>,
    /// The sum of all stakes; appears when staking is enabled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_staked: Option<CompactString>,
}

/// What an account or a contract holds of one token.
///
/// These rows are read and written most; names and amounts this short live in the struct itself, without an allocation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Holding {
    /// Account or contract.
    pub account: CompactString,
    /// Symbol of the token.
    pub symbol: CompactString,
    /// Liquid amount.
    pub balance: CompactString,
    /// Own stake that is not delegated away.
    #[serde(default = "zero")]
    pub stake: CompactString,
    /// Amount being unstaked that has not been paid out.
    #[serde(default = "zero")]
    pub pending_unstake: CompactString,
    /// Stake delegated to this account.
    #[serde(default = "zero")]
    pub delegations_in: CompactString,
    /// Stake delegated by this account.
    #[serde(default = "zero")]
    pub delegations_out: CompactString,
    /// Stake on its way back to this account.
    #[serde(default = "zero")]
    pub pending_undelegations: CompactString,
}

fn zero() -> CompactString {
    CompactString::const_new("0")
}

impl Holding {
    /// A row with nothing in it.
    pub fn empty(account: &str, symbol: &str) -> Holding {
        Holding {
            account: account.into(),
            symbol: symbol.into(),
            balance: zero(),
            stake: zero(),
            pending_unstake: zero(),
            delegations_in: zero(),
            delegations_out: zero(),
            pending_undelegations: zero(),
        }
    }
}

/// What an account has paid for rows of contracts: a row of `deposits`, which there are on networks with such deposits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Deposit {
    /// The account.
    pub account: CompactString,
    /// How many bytes it pays for at present.
    pub bytes: u64,
    /// The deposit for them, in the utility token; had back when they are gone.
    pub balance: CompactString,
}

impl Record for Deposit {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "deposits";
    const INDEXES: &'static [Index] = &[Index::Field("account")];
    const LOOKUP: &'static [&'static str] = &["account"];
}

/// What is paid for the rows and the code of a contract, whoever paid: a row of `contractDeposits`, beside `deposits`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ContractDeposit {
    /// The contract.
    pub contract: CompactString,
    /// How many of its bytes are paid for at present.
    pub bytes: u64,
    /// The deposits for them, in the utility token.
    pub balance: CompactString,
}

impl Record for ContractDeposit {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "contractDeposits";
    const INDEXES: &'static [Index] = &[Index::Field("contract")];
    const LOOKUP: &'static [&'static str] = &["contract"];
}

/// A holding of an account: a row of `balances`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AccountBalance(pub Holding);

/// A holding of a contract: a row of `contractsBalances`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ContractBalance(pub Holding);

/// A row of either table of holdings.
pub trait Balance: Record + From<Holding> + DerefMut<Target = Holding> {}

macro_rules! balance {
    ($name:ident, $table:literal) => {
        impl Deref for $name {
            type Target = Holding;
            fn deref(&self) -> &Holding {
                &self.0
            }
        }
        impl DerefMut for $name {
            fn deref_mut(&mut self) -> &mut Holding {
                &mut self.0
            }
        }
        impl From<Holding> for $name {
            fn from(holding: Holding) -> $name {
                $name(holding)
            }
        }
        impl Record for $name {
            const CONTRACT: &'static str = CONTRACT;
            const TABLE: &'static str = $table;
            const INDEXES: &'static [Index] = &[Index::Field("account")];
            const LOOKUP: &'static [&'static str] = &["account", "symbol"];

            fn is_indexed_as(&self, other: &Self) -> bool {
                (&self.account, &self.symbol) == (&other.account, &other.symbol)
            }
        }
        impl Balance for $name {}
    };
}

balance!(AccountBalance, "balances");
balance!(ContractBalance, "contractsBalances");

/// Fees and lists that the owner of the contract may change. One row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Params {
    /// Burnt by the creator of a token.
    pub token_creation_fee: String,
    /// Burnt by the issuer who enables delegation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enable_delegation_fee: Option<String>,
    /// Burnt by the issuer who enables staking.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enable_staking_fee: Option<String>,
    /// Accounts that tokens cannot be transferred to.
    #[serde(default)]
    pub blacklist: Object,
    /// Accounts that may create wrapped tokens, free of the creation fee.
    #[serde(default)]
    pub he_accounts: Object,
}

/// An amount being unstaked, slice by slice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PendingUnstake {
    /// Who unstakes.
    pub account: String,
    /// Symbol of the token.
    pub symbol: String,
    /// The whole amount, with the decimals the token had when it was asked for.
    pub quantity: String,
    /// What has not been paid out.
    pub quantity_left: String,
    /// When the next slice is due, in milliseconds since 1970.
    pub next_transaction_timestamp: i64,
    /// Slices that have not been paid out.
    pub number_transactions_left: u32,
    /// Milliseconds between slices, as text.
    pub millisec_per_period: String,
    /// The transaction that asked for it; without it nobody can cancel.
    #[serde(rename = "txID", default, skip_serializing_if = "Option::is_none")]
    pub tx_id: Option<String>,
}

/// Stake lent by one account to another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Delegation {
    /// Whose stake it is.
    pub from: String,
    /// Who may use it.
    pub to: String,
    /// Symbol of the token.
    pub symbol: String,
    /// How much.
    pub quantity: String,
    /// When it began, in milliseconds since 1970.
    pub created: i64,
    /// When it last grew.
    pub updated: i64,
}

/// Stake on its way back from a delegation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PendingUndelegation {
    /// Whom it returns to.
    pub account: String,
    /// Symbol of the token.
    pub symbol: String,
    /// How much.
    pub quantity: String,
    /// When it is back, in milliseconds since 1970.
    pub complete_timestamp: i64,
    /// The transaction that asked for it.
    #[serde(rename = "txID", default, skip_serializing_if = "Option::is_none")]
    pub tx_id: Option<String>,
}

impl Record for Token {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "tokens";
    const INDEXES: &'static [Index] = &[Index::Field("symbol")];
    const LOOKUP: &'static [&'static str] = &["symbol"];

    fn is_indexed_as(&self, other: &Self) -> bool {
        self.symbol == other.symbol
    }
}

impl Record for Params {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "params";
}

impl Record for PendingUnstake {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "pendingUnstakes";
    // The second is on a field that no row has, and part of what the table has always shown. The third is ours: it
    // finds what is due.
    const INDEXES: &'static [Index] = &[
        Index::Field("account"),
        Index::Field("unstakeCompleteTimestamp"),
        Index::Field("nextTransactionTimestamp"),
    ];
}

impl Record for Delegation {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "delegations";
    const INDEXES: &'static [Index] = &[Index::Field("from"), Index::Field("to")];
    const LOOKUP: &'static [&'static str] = &["from", "to", "symbol"];

    fn is_indexed_as(&self, other: &Self) -> bool {
        (&self.from, &self.to, &self.symbol) == (&other.from, &other.to, &other.symbol)
    }
}

impl Record for PendingUndelegation {
    const CONTRACT: &'static str = CONTRACT;
    const TABLE: &'static str = "pendingUndelegations";
    const INDEXES: &'static [Index] = &[Index::Field("account"), Index::Field("completeTimestamp")];
}
