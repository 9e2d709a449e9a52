//! The numbers, from what the index counts day by day.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::Serialize;
use tartan_index::{Amount, Day, DayBurns, DayCalls, FailureReason};

use crate::error::Error;
use crate::format;
use crate::site::Site;

/// Seconds of a day.
const DAY: i64 = 86_400;
/// Reasons that are listed.
const REASONS: i64 = 20;
/// Contracts that are listed; all others are one more row.
const CONTRACTS: usize = 20;

/// What happened in some days.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Stats {
    /// How many days, the last of which may not be over.
    pub(super) days: i64,
    /// The time of the block that this is of, in seconds since 1970.
    pub(super) time: i64,
    pub(super) transactions: i64,
    pub(super) failed: i64,
    pub(super) new_accounts: i64,
    pub(super) new_tokens: i64,
    /// Accounts a day that sent something, on the average, with 1 decimal.
    pub(super) active_accounts: String,
    /// By contract, the most called first; one without a name has all others.
    pub(super) contracts: Vec<CallRow>,
    /// Why transactions failed, the most frequent reason first; an empty one has those that were not kept apart.
    pub(super) failures: Vec<FailureReason>,
    /// Fees that were burnt.
    pub(super) burnt: Vec<Burnt>,
    /// Day by day, the earliest first.
    pub(super) daily: Vec<DayRow>,
    /// What there is altogether.
    pub(super) size: Size,
}

/// How often a contract was called.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(super) struct CallRow {
    /// Empty for all others.
    pub(super) contract: String,
    pub(super) transactions: i64,
    pub(super) failed: i64,
}

/// Fees in a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Burnt {
    pub(super) symbol: String,
    pub(super) quantity: String,
}

/// A day.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DayRow {
    /// `YYYY-MM-DD`, UTC.
    pub(super) day: String,
    pub(super) transactions: i64,
    pub(super) failed: i64,
    pub(super) active_accounts: i64,
    pub(super) new_accounts: i64,
    pub(super) new_tokens: i64,
    /// Fees that were burnt, by token.
    pub(super) burnt: BTreeMap<String, String>,
    /// Transactions, by the contracts that are listed.
    pub(super) calls: BTreeMap<String, i64>,
}

/// What there is altogether.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Size {
    /// What the irreversible state takes on this node's disk; nothing if the node keeps it in memory.
    pub(super) state_bytes: Option<u64>,
    pub(super) blocks: u64,
    pub(super) transactions: i64,
    pub(super) accounts: i64,
    pub(super) tokens: i64,
    pub(super) contracts: i64,
}

impl Stats {
    /// Those of so many days, the last of which is that of the latest block in the index.
    pub(super) async fn read(site: &Site, days: i64) -> Result<Stats, Error> {
        let index = site.index()?;
        let time = index.position().await?.map_or(0, |position| position.time);
        let from = (time.div_euclid(DAY) - days + 1) * DAY;
        let rows = index.daily(from).await?;
        let calls = index.daily_calls(from).await?;
        let burns = index.daily_burns(from).await?;
        let failures = index.failure_reasons(from, REASONS).await?;
        let (tokens, contracts) = index.token_and_contract_counts().await?;
        let all = match rows.last() {
            Some(last) => Some(last.clone()),
            None => index.last_day().await?,
        };
        let (listed, rest) = by_contract(&calls);
        let sum = |value: fn(&Day) -> i64| rows.iter().map(value).sum::<i64>();
        let daily: Vec<DayRow> = (0..days)
            .map(|place| day(from + place * DAY, &rows, (&calls, &listed), &burns))
            .collect();
        let active: i64 = sum(|day| day.active_accounts);
        Ok(Stats {
            days,
            time,
            transactions: sum(|day| day.transactions),
            failed: sum(|day| day.failed),
            new_accounts: sum(|day| day.new_accounts),
            new_tokens: sum(|day| day.new_tokens),
            active_accounts: format!("{:.1}", active as f64 / days as f64),
            contracts: listed.into_iter().chain(rest).collect(),
            failures,
            burnt: burnt(&burns),
            daily,
            size: Size {
                state_bytes: site.disk_bytes(),
                blocks: site.head().map_or(0, |head| head.number + 1),
                transactions: all.as_ref().map_or(0, |day| day.all_transactions),
                accounts: all.as_ref().map_or(0, |day| day.all_accounts),
                tokens,
                contracts,
            },
        })
    }
}

/// The contracts that were called most, and all others together.
fn by_contract(calls: &[DayCalls]) -> (Vec<CallRow>, Option<CallRow>) {
    let mut sums: BTreeMap<&str, CallRow> = BTreeMap::new();
    for row in calls {
        let sum = sums.entry(&row.contract).or_default();
        sum.contract.clone_from(&row.contract);
        sum.transactions += row.transactions;
        sum.failed += row.failed;
    }
    let nameless = sums.remove("");
    let mut listed: Vec<CallRow> = sums.into_values().collect();
    listed.sort_by_key(|row| Reverse(row.transactions));
    let others = listed.split_off(CONTRACTS.min(listed.len()));
    let mut rest = CallRow::default();
    for row in others.iter().chain(&nameless) {
        rest.transactions += row.transactions;
        rest.failed += row.failed;
    }
    (listed, (rest.transactions > 0).then_some(rest))
}

fn burnt(burns: &[DayBurns]) -> Vec<Burnt> {
    let mut sums: BTreeMap<&str, Amount> = BTreeMap::new();
    for row in burns {
        let sum = sums.entry(&row.symbol).or_default();
        *sum = sum.plus(row.quantity);
    }
    let row = |(symbol, quantity): (&str, Amount)| Burnt {
        symbol: symbol.to_owned(),
        quantity: quantity.to_string(),
    };
    sums.into_iter().map(row).collect()
}

/// A day, whether anything happened on it or not.
fn day(
    begin: i64,
    rows: &[Day],
    (calls, listed): (&[DayCalls], &[CallRow]),
    burns: &[DayBurns],
) -> DayRow {
    let row = rows.iter().find(|row| row.day == begin);
    let mut by_contract = BTreeMap::new();
    for row in calls.iter().filter(|row| row.day == begin) {
        let is_listed = listed.iter().any(|one| one.contract == row.contract);
        let name = if is_listed { row.contract.as_str() } else { "" };
        *by_contract.entry(name.to_owned()).or_default() += row.transactions;
    }
    let burnt = burns.iter().filter(|row| row.day == begin);
    DayRow {
        day: format::day(begin),
        transactions: row.map_or(0, |row| row.transactions),
        failed: row.map_or(0, |row| row.failed),
        active_accounts: row.map_or(0, |row| row.active_accounts),
        new_accounts: row.map_or(0, |row| row.new_accounts),
        new_tokens: row.map_or(0, |row| row.new_tokens),
        burnt: burnt
            .map(|row| (row.symbol.clone(), row.quantity.to_string()))
            .collect(),
        calls: by_contract,
    }
}
