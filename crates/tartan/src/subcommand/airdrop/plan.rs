//! What is signed, and what it costs.

use anyhow::{Context as _, Result, bail};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tartan_decimal::{Config, Decimal, Quantity, Rounding};
use tartan_graphene::AccountName;

use super::CONTRACT;
use super::journal::Journal;
use super::list::{Entry, List};
use super::preview::Preview;
use crate::calling::{Call, MAX_JSON};
use crate::config::Settings;
use crate::ledger::{self, Token, Utility};
use crate::side_chain::SideChain;

/// Decimals of the contract's fee.
const FEE_DECIMALS: u32 = 8;

/// How the accounts are paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Kind {
    Transfer,
    Stake,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Transfer => "transfer",
            Kind::Stake => "stake",
        }
    }
}

/// The calls of an airdrop.
#[derive(Debug)]
pub(super) struct Plan {
    symbol: String,
    kind: Kind,
    list_name: String,
    precision: tartan_decimal::Precision,
    utility: Utility,
    /// Payments of an airdrop in a block.
    at_once: u64,
    pub(super) calls: Vec<Batch>,
}

/// As much of the list as one transaction can carry.
#[derive(Debug, Clone)]
pub(super) struct Batch {
    pub(super) payload: Value,
    pub(super) accounts: usize,
    first_line: usize,
    last_line: usize,
    total: Quantity,
    fee: Quantity,
}

/// What the contract asks for.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Params {
    fee_per_transaction: String,
    max_transactions_per_block: u64,
}

/// The token of an airdrop.
///
/// # Errors
/// When there is none of this symbol, or it cannot be staked and is to be.
pub(super) async fn find_token(side_chain: &SideChain, symbol: &str, kind: Kind) -> Result<Token> {
    let Some(token) = Token::find(side_chain, symbol).await? else {
        bail!("there is no token {symbol} on this sidechain; symbols are capital letters");
    };
    if kind == Kind::Stake && !token.staking_enabled {
        bail!(
            "{symbol} cannot be staked; without --stake the accounts get it to their free disposal"
        );
    }
    Ok(token)
}

impl Plan {
    /// Splits a list into calls.
    ///
    /// # Errors
    /// When the network has no airdrops, or there are accounts in the list that the main chain does not have.
    pub(super) async fn make(
        settings: &Settings,
        side_chain: &SideChain,
        symbol: &str,
        kind: Kind,
        list: &List,
    ) -> Result<Plan> {
        let Some(params) = side_chain.find_one(CONTRACT, "params", json!({})).await? else {
            bail!("this sidechain has no airdrops: the contract {CONTRACT} is not there");
        };
        let params: Params =
            serde_json::from_value(params).context("unexpected row of the table params")?;
        let utility = Utility::of(settings)?;
        let fee = |accounts| fee(&params.fee_per_transaction, accounts, &utility);
        let calls = split(symbol, kind, list, fee)?;
        check_accounts(settings, list).await?;
        Ok(Plan {
            symbol: symbol.to_string(),
            kind,
            list_name: list.name.clone(),
            precision: list.precision,
            at_once: params.max_transactions_per_block,
            utility,
            calls,
        })
    }

    /// What is left to be signed, and what it costs.
    pub(super) async fn preview(
        &self,
        settings: &Settings,
        side_chain: &SideChain,
        account: Option<&AccountName>,
        journal: &Journal,
    ) -> Result<Preview> {
        let is_open = |(index, _): &(usize, &Batch)| journal.executed(*index).is_none();
        let open: Vec<&Batch> = self
            .calls
            .iter()
            .enumerate()
            .filter(is_open)
            .map(|(_, b)| b)
            .collect();
        let total = sum(open.iter().map(|batch| batch.total))?;
        let fee = sum(open.iter().map(|batch| batch.fee))?;
        let (mut balance, mut utility_balance, mut short) = (None, None, None);
        if let Some(account) = account {
            let name = account.as_str();
            let has = ledger::balance(side_chain, name, &self.symbol, self.precision).await?;
            let has_utility = self.utility.balance(side_chain, name).await?;
            short = self.shortage(total, fee, has, has_utility, name)?;
            balance = Some(has.format(self.precision));
            utility_balance = Some(has_utility.format(self.utility.precision));
        }
        Ok(Preview {
            symbol: self.symbol.clone(),
            kind: self.kind,
            network: settings.network.name.clone(),
            list: self.list_name.clone(),
            accounts: open.iter().map(|batch| batch.accounts).sum(),
            total: total.format(self.precision),
            balance,
            fee: fee.format(self.utility.precision),
            utility_token: self.utility.symbol.clone(),
            utility_balance,
            transactions: open.len(),
            transactions_before: self.calls.len() - open.len(),
            at_once: self.at_once,
            short,
        })
    }

    /// What an account lacks, if anything.
    fn shortage(
        &self,
        total: Quantity,
        fee: Quantity,
        has: Quantity,
        has_utility: Quantity,
        account: &str,
    ) -> Result<Option<String>> {
        let (symbol, utility) = (&self.symbol, &self.utility);
        let (total, fee) = match *symbol == utility.symbol {
            true => (sum([total, fee].into_iter())?, Quantity::ZERO),
            false => (total, fee),
        };
        if total > has {
            let (needed, has) = (total.format(self.precision), has.format(self.precision));
            return Ok(Some(format!(
                "{account} has {has} {symbol}, and needs {needed}"
            )));
        }
        if fee > has_utility {
            let has = utility.show(has_utility);
            return Ok(Some(format!(
                "{account} has {has}, and the fee is {}",
                utility.show(fee)
            )));
        }
        Ok(None)
    }
}

impl Batch {
    /// Its call.
    pub(super) fn call(&self) -> Call<'_> {
        Call {
            contract: CONTRACT,
            action: "newAirdrop",
            payload: &self.payload,
        }
    }

    /// Which part of the list it is.
    pub(super) fn lines(&self) -> String {
        match self.first_line == self.last_line {
            true => format!("line {}", self.first_line),
            false => format!("lines {} to {}", self.first_line, self.last_line),
        }
    }
}

/// Refuses accounts that the main chain does not have: what they are paid nobody could ever use.
async fn check_accounts(settings: &Settings, list: &List) -> Result<()> {
    let client = settings.client().await?;
    let found = client.accounts(&list.accounts()).await?;
    let known: std::collections::HashSet<&str> =
        found.iter().map(|account| account.name.as_str()).collect();
    let missing: Vec<String> = list
        .entries
        .iter()
        .filter(|entry| !known.contains(entry.account.as_str()))
        .map(|entry| format!("{} (line {})", entry.account.as_str(), entry.line))
        .collect();
    match &missing[..] {
        [] => Ok(()),
        [one] => bail!("{}: there is no account {one} on the main chain", list.name),
        many => {
            let told = many[..many.len().min(10)].join(", ");
            bail!(
                "{}: {} accounts are not on the main chain: {told}{}",
                list.name,
                many.len(),
                if many.len() > 10 { ", …" } else { "" }
            )
        }
    }
}

/// What so many payments in one call cost.
fn fee(each: &str, accounts: usize, utility: &Utility) -> Result<Quantity> {
    let accounts = Decimal::from_parts(accounts as i128, 0);
    let fee = Decimal::parse(each).times(&accounts, &Config::STANDARD)?;
    utility.amount(&fee.to_fixed(FEE_DECIMALS, Rounding::HalfUp)?)
}

fn sum(mut amounts: impl Iterator<Item = Quantity>) -> Result<Quantity> {
    amounts
        .try_fold(Quantity::ZERO, Quantity::checked_add)
        .context("the sum of all quantities is too large")
}

/// Calls that the main chain takes, with as much of the list in each as fits, in its order.
fn split(
    symbol: &str,
    kind: Kind,
    list: &List,
    fee: impl Fn(usize) -> Result<Quantity>,
) -> Result<Vec<Batch>> {
    let payload = |list: Vec<Value>| json!({ "symbol": symbol, "type": kind.name(), "list": list });
    let pair = |entry: &Entry| {
        json!([
            entry.account.as_str(),
            entry.quantity.format(list.precision)
        ])
    };
    let frame = Call {
        contract: CONTRACT,
        action: "newAirdrop",
        payload: &payload(Vec::new()),
    };
    let room = MAX_JSON - frame.json().len();
    let mut batches = Vec::new();
    let mut rest = &list.entries[..];
    while !rest.is_empty() {
        let mut size = 0;
        let mut count = 0;
        for entry in rest {
            size += pair(entry).to_string().len() + 1; // a comma
            if size > room {
                break;
            }
            count += 1;
        }
        let (now, later) = rest.split_at(count.max(1));
        rest = later;
        batches.push(Batch {
            payload: payload(now.iter().map(pair).collect()),
            accounts: now.len(),
            first_line: now[0].line,
            last_line: now[now.len() - 1].line,
            total: sum(now.iter().map(|entry| entry.quantity))?,
            fee: fee(now.len())?,
        });
    }
    Ok(batches)
}

#[cfg(test)]
mod tests {
    use tartan_decimal::Precision;

    use super::*;

    fn list(accounts: usize) -> List {
        let entries = (0..accounts).map(|number| Entry {
            line: number + 1,
            account: format!("account{number}").parse().expect("a name"),
            quantity: Quantity::from_units(number as i128 + 1),
        });
        List {
            name: "list.csv".to_string(),
            entries: entries.collect(),
            precision: Precision::new(3).expect("3 decimals are allowed"),
        }
    }

    #[test]
    fn every_entry_is_in_one_call_that_fits() {
        for accounts in [1, 2, 300, 301, 2_000] {
            let list = list(accounts);
            let batches = split("COOL", Kind::Stake, &list, |n| {
                Ok(Quantity::from_units(n as i128))
            });
            let batches = batches.expect("a plan");
            let mut all = Vec::new();
            for (index, batch) in batches.iter().enumerate() {
                let size = batch.call().json().len();
                assert!(size <= MAX_JSON, "{size}");
                let room_for_another = size + r#",["account9999","99.999"]"#.len() <= MAX_JSON;
                assert!(
                    !room_for_another || index == batches.len() - 1,
                    "call {index} is full"
                );
                assert_eq!(batch.payload["type"], "stake");
                assert_eq!(batch.fee, Quantity::from_units(batch.accounts as i128));
                all.extend(batch.payload["list"].as_array().expect("a list").clone());
            }
            let expected: Vec<Value> = list
                .entries
                .iter()
                .map(|entry| {
                    json!([
                        entry.account.as_str(),
                        entry.quantity.format(list.precision)
                    ])
                })
                .collect();
            assert_eq!(all, expected);
            let total = sum(batches.iter().map(|batch| batch.total)).expect("a sum");
            assert_eq!(total.units(), (accounts * (accounts + 1) / 2) as i128);
        }
    }

    #[test]
    fn parts_of_the_list_have_names() {
        let batches = split("COOL", Kind::Transfer, &list(400), |_| Ok(Quantity::ZERO));
        let names: Vec<String> = batches.expect("a plan").iter().map(Batch::lines).collect();
        assert_eq!(names.len(), 2);
        assert!(names[0].starts_with("lines 1 to "), "{names:?}");
        let one = split("COOL", Kind::Transfer, &list(1), |_| Ok(Quantity::ZERO));
        assert_eq!(one.expect("a plan")[0].lines(), "line 1");
    }

    #[test]
    fn fees_are_rounded_for_each_call() {
        let utility = Utility {
            symbol: "ENG".to_string(),
            precision: Precision::new(8).expect("8 decimals are allowed"),
        };
        let shown = |each, accounts| {
            fee(each, accounts, &utility)
                .map(|fee| utility.show(fee))
                .ok()
        };
        assert_eq!(shown("0.1", 120).as_deref(), Some("12.00000000 ENG"));
        assert_eq!(shown("0.000000001", 5).as_deref(), Some("0.00000001 ENG"));
        assert_eq!(shown("0", 5).as_deref(), Some("0.00000000 ENG"));
        assert_eq!(shown("Infinity", 5), None);
    }
}
