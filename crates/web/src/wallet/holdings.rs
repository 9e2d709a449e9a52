//! What an account holds, and what that is worth.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tartan_chain::FindRequest;
use tartan_chain::{Network, ReadError, Reader};
use tartan_decimal::{Config, Decimal, Rounding};

use crate::format;

/// Rows of one question, and the most that are read of a table: accounts with more tokens see the first ones.
const AT_ONCE: usize = 1000;
const MOST: usize = 10_000;
/// Decimals of values in the base token.
const VALUE_DECIMALS: u32 = 8;

/// A row of `tokens.balances`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Balance {
    pub(super) symbol: String,
    pub(super) balance: String,
    #[serde(default = "zero")]
    pub(super) stake: String,
    #[serde(default = "zero")]
    pub(super) pending_unstake: String,
    #[serde(default = "zero")]
    pub(super) delegations_in: String,
    #[serde(default = "zero")]
    pub(super) delegations_out: String,
    #[serde(default = "zero")]
    pub(super) pending_undelegations: String,
}

fn zero() -> String {
    "0".to_owned()
}

impl Balance {
    /// Of an account that has none of the token.
    pub(super) fn empty(symbol: &str) -> Balance {
        Balance {
            symbol: symbol.to_owned(),
            balance: zero(),
            stake: zero(),
            pending_unstake: zero(),
            delegations_in: zero(),
            delegations_out: zero(),
            pending_undelegations: zero(),
        }
    }
}

/// What the wallet needs of a row of `tokens.tokens`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Token {
    pub(super) symbol: String,
    pub(super) name: String,
    pub(super) precision: u8,
    #[serde(default)]
    pub(super) staking_enabled: bool,
    #[serde(default)]
    pub(super) unstaking_cooldown: u32,
    #[serde(default)]
    pub(super) delegation_enabled: bool,
    #[serde(default)]
    pub(super) undelegation_cooldown: u32,
    #[serde(default)]
    pub(super) number_transactions: Option<u32>,
}

/// A row of `tokens.pendingUnstakes`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Unstake {
    pub(super) symbol: String,
    pub(super) quantity: String,
    pub(super) quantity_left: String,
    pub(super) next_transaction_timestamp: i64,
    pub(super) number_transactions_left: u32,
    #[serde(default)]
    pub(super) millisec_per_period: String,
    #[serde(rename = "txID", default)]
    pub(super) tx_id: Option<String>,
}

/// What the wallet needs of a row of `market.metrics`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metric {
    symbol: String,
    last_price: String,
    #[serde(default)]
    price_change_percent: String,
    #[serde(default)]
    last_day_price_expiration: i64,
}

/// One token of an account.
#[derive(Debug, Clone)]
pub(crate) struct Holding {
    /// Its symbol.
    pub(crate) symbol: String,
    /// Its name.
    pub(crate) name: String,
    /// What can be sent.
    pub(crate) liquid: String,
    /// Own stake that is not lent.
    pub(crate) staked: String,
    /// Stake that others lent.
    pub(crate) lent_by_others: String,
    /// Stake that is lent to others or on its way back.
    pub(crate) lent_to_others: String,
    /// What is being unstaked and not paid out.
    pub(crate) unstaking: String,
    /// All of it, each piece once.
    pub(crate) total: String,
    /// The last price in the base token.
    pub(crate) price: Option<String>,
    /// The change within a day, in percent.
    pub(crate) change: Option<String>,
    /// The worth in the base token.
    pub(crate) value: Option<String>,
    /// For sorting.
    worth: Decimal,
    /// Whether it can be staked.
    pub(crate) can_stake: bool,
    /// Whether its stake can be lent.
    pub(crate) can_delegate: bool,
}

/// All tokens of an account.
#[derive(Debug, Clone)]
pub(crate) struct Holdings {
    /// One for each token, the most valuable first.
    pub(crate) rows: Vec<Holding>,
    /// What all is worth, in the base token.
    pub(crate) value: String,
    /// By how many percent the prices of the last day have changed that; `None` if none of it was traded.
    pub(crate) change: Option<String>,
    /// The base token.
    pub(crate) base: String,
}

/// Rows of a table that match, up to [`MOST`].
pub(super) fn rows<T: DeserializeOwned>(
    reader: &Reader,
    contract: &str,
    table: &str,
    query: &Value,
) -> Result<Vec<T>, ReadError> {
    let mut all = Vec::new();
    while all.len() < MOST {
        let request = FindRequest {
            limit: AT_ONCE,
            offset: all.len(),
            ..FindRequest::new(contract, table, query)
        };
        let found = reader.find(&request)?.unwrap_or_default();
        let is_last = found.len() < AT_ONCE;
        // a table that a script of that name laid out in another way has nothing to show
        let read = found.into_iter().map(serde_json::from_value);
        let before = all.len();
        all.extend(read.filter_map(Result::ok));
        if is_last || all.len() == before {
            break;
        }
    }
    Ok(all)
}

/// Rows whose symbol is one of these.
fn of_symbols<T: DeserializeOwned>(
    reader: &Reader,
    (contract, table): (&str, &str),
    symbols: &[&str],
) -> Result<Vec<T>, ReadError> {
    let mut all = Vec::new();
    for symbols in symbols.chunks(AT_ONCE) {
        let query = json!({ "symbol": { "$in": symbols } });
        all.extend(rows::<T>(reader, contract, table, &query)?);
    }
    Ok(all)
}

/// The token that prices are in.
pub(super) fn base(network: &Network) -> &str {
    match &network.contracts.market {
        Some(market) => &market.base,
        None => &network.tokens.pegged.symbol,
    }
}

/// What an account holds.
pub(crate) fn of_account(reader: &Reader, account: &str) -> Result<Holdings, ReadError> {
    let query = json!({ "account": account });
    let balances: Vec<Balance> = rows(reader, "tokens", "balances", &query)?;
    let unstakes: Vec<Unstake> = rows(reader, "tokens", "pendingUnstakes", &query)?;
    let symbols: Vec<&str> = balances.iter().map(|row| row.symbol.as_str()).collect();
    let tokens: Vec<Token> = of_symbols(reader, ("tokens", "tokens"), &symbols)?;
    let metrics: Vec<Metric> = of_symbols(reader, ("market", "metrics"), &symbols)?;
    let tokens: BTreeMap<&str, &Token> = tokens
        .iter()
        .map(|row| (row.symbol.as_str(), row))
        .collect();
    let metrics: BTreeMap<&str, &Metric> = metrics
        .iter()
        .map(|row| (row.symbol.as_str(), row))
        .collect();
    let now = now(reader)?;
    let base = base(reader.network());

    let (mut sum, mut sum_before, mut moved) = (Decimal::ZERO, Decimal::ZERO, false);
    let mut holdings = Vec::with_capacity(balances.len());
    for balance in &balances {
        let symbol = balance.symbol.as_str();
        let Some(token) = tokens.get(symbol) else {
            continue;
        };
        let price = Price::of(symbol, base, metrics.get(symbol).copied(), now);
        let holding = holding(balance, token, &unstakes, price);
        sum = add(&sum, &holding.worth);
        let before = holding.worth_before();
        moved = moved || before.is_some();
        sum_before = add(&sum_before, before.as_ref().unwrap_or(&holding.worth));
        holdings.push(holding);
    }
    holdings.retain(Holding::is_something);
    holdings.sort_by(Holding::by_value);
    Ok(Holdings {
        rows: holdings,
        change: change(&sum, &sum_before).filter(|_| moved),
        value: plain(&sum, VALUE_DECIMALS),
        base: base.to_owned(),
    })
}

/// From one value to another, in percent.
fn change(now: &Decimal, before: &Decimal) -> Option<String> {
    let difference = now.minus(before, &Config::STANDARD).ok()?;
    let hundred = Decimal::from_parts(100, 0);
    let part = difference.times(&hundred, &Config::STANDARD).ok()?;
    let part = part.div(before, &Config::STANDARD).ok()?;
    part.is_finite()
        .then(|| part.to_fixed(2, Rounding::HalfUp).ok())?
}

/// The time of the chain, in seconds since 1970.
pub(crate) fn now(reader: &Reader) -> Result<i64, ReadError> {
    let latest = reader.latest_block()?;
    Ok(latest
        .and_then(|block| format::seconds(&block.timestamp))
        .unwrap_or_default())
}

/// A price and its change, as far as there are any.
struct Price {
    last: Option<String>,
    change: Option<String>,
}

impl Price {
    fn of(symbol: &str, base: &str, metric: Option<&Metric>, now: i64) -> Price {
        if symbol == base {
            return Price {
                last: Some("1".to_owned()),
                change: None,
            };
        }
        let traded = metric.filter(|metric| Decimal::parse(&metric.last_price).is_positive());
        let fresh = traded.filter(|metric| metric.last_day_price_expiration >= now);
        Price {
            last: traded.map(|metric| metric.last_price.clone()),
            change: fresh.map(|metric| metric.price_change_percent.clone()),
        }
    }
}

fn holding(balance: &Balance, token: &Token, unstakes: &[Unstake], price: Price) -> Holding {
    let decimals = u32::from(token.precision);
    let own = unstakes.iter().filter(|row| row.symbol == token.symbol);
    let total = total(balance, own, token);
    let last = price.last.as_deref().map(Decimal::parse);
    let worth = match last.filter(|last| !last.is_zero()) {
        Some(last) => total
            .times(&last, &Config::STANDARD)
            .unwrap_or(Decimal::ZERO),
        None => Decimal::ZERO,
    };
    let lent = sum([&balance.delegations_out, &balance.pending_undelegations]);
    Holding {
        symbol: token.symbol.clone(),
        name: token.name.clone(),
        liquid: balance.balance.clone(),
        staked: balance.stake.clone(),
        lent_by_others: balance.delegations_in.clone(),
        lent_to_others: plain(&lent, decimals),
        unstaking: balance.pending_unstake.clone(),
        total: plain(&total, decimals),
        value: price.last.is_some().then(|| plain(&worth, VALUE_DECIMALS)),
        price: price.last,
        change: price.change,
        worth,
        can_stake: token.staking_enabled,
        can_delegate: token.delegation_enabled,
    }
}

/// All that an account has of a token: liquid, staked, lent, and what has left the stake and is not paid out yet.
///
/// An unstake lowers the stake slice by slice: `pendingUnstake` holds all slices that are left, `stake` still all but the
/// next one. So only that one is outside of both the balance and the stake.
pub(super) fn total<'a>(
    balance: &Balance,
    unstakes: impl Iterator<Item = &'a Unstake>,
    token: &Token,
) -> Decimal {
    let held = sum([
        &balance.balance,
        &balance.stake,
        &balance.delegations_out,
        &balance.pending_undelegations,
    ]);
    unstakes.fold(held, |sum, unstake| add(&sum, &unstake.next(token)))
}

impl Unstake {
    /// The slice that is paid out next, rounded down as the contract does; the last one is what is left.
    pub(super) fn next(&self, token: &Token) -> Decimal {
        let left = Decimal::parse(&self.quantity_left);
        if self.number_transactions_left <= 1 {
            return left;
        }
        // with the decimals that the token had when the unstake began
        let decimals = self
            .quantity
            .split_once('.')
            .map_or(0, |(_, fraction)| fraction.len());
        let decimals = u32::try_from(decimals)
            .unwrap_or(0)
            .min(u32::from(token.precision));
        let parts = i128::from(token.number_transactions.unwrap_or(1).max(1));
        match Decimal::parse(&self.quantity).to_units(decimals) {
            Some(units) => {
                Decimal::from_parts(units / parts, -i32::try_from(decimals).unwrap_or(0))
            }
            None => left,
        }
    }
}

impl Holding {
    /// What it was worth a day ago, if its price is known to have changed since.
    fn worth_before(&self) -> Option<Decimal> {
        let percent = Decimal::parse(self.change.as_deref()?.trim_end_matches('%'));
        let hundred = Decimal::from_parts(100, 0);
        let times = hundred.plus(&percent, &Config::STANDARD).ok()?;
        let worth = self.worth.times(&hundred, &Config::STANDARD).ok()?;
        let before = worth.div(&times, &Config::STANDARD).ok()?;
        before.is_finite().then_some(before)
    }

    fn is_something(&self) -> bool {
        let amounts = [&self.total, &self.lent_by_others, &self.unstaking];
        amounts
            .into_iter()
            .any(|amount| !Decimal::parse(amount).is_zero())
    }

    fn by_value(&self, other: &Holding) -> Ordering {
        let by_worth = other.worth.compare(&self.worth).unwrap_or(Ordering::Equal);
        by_worth.then_with(|| self.symbol.cmp(&other.symbol))
    }

    /// Whether it is worth less than the smallest coin of the main chain: dust.
    pub(super) fn is_dust(&self) -> bool {
        self.worth.is_less(&Decimal::from_parts(1, -3))
    }

    /// Whether any of it is staked, lent or on its way out of the stake.
    pub(crate) fn has_stake(&self) -> bool {
        let amounts = [
            &self.staked,
            &self.lent_by_others,
            &self.lent_to_others,
            &self.unstaking,
        ];
        amounts
            .into_iter()
            .any(|amount| !Decimal::parse(amount).is_zero())
    }
}

fn add(one: &Decimal, other: &Decimal) -> Decimal {
    one.plus(other, &Config::STANDARD).unwrap_or(Decimal::ZERO)
}

fn sum<const N: usize>(amounts: [&String; N]) -> Decimal {
    let amounts = amounts.into_iter().map(|amount| Decimal::parse(amount));
    let amounts = amounts.filter(Decimal::is_finite);
    amounts.fold(Decimal::ZERO, |sum, amount| add(&sum, &amount))
}

/// With at most so many decimals, rounded down, without zeros at the end.
pub(super) fn plain(amount: &Decimal, decimals: u32) -> String {
    let text = amount
        .to_fixed(decimals, Rounding::Down)
        .unwrap_or_default();
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(precision: u8, slices: u32) -> Token {
        let json = json!({ "symbol": "COOL", "name": "Cool", "precision": precision, "numberTransactions": slices });
        serde_json::from_value(json).unwrap()
    }

    fn unstake(quantity: &str, left: &str, slices_left: u32) -> Unstake {
        serde_json::from_value(json!({
            "symbol": "COOL", "quantity": quantity, "quantityLeft": left,
            "nextTransactionTimestamp": 0, "numberTransactionsLeft": slices_left, "txID": "a",
        }))
        .unwrap()
    }

    /// What an account has in all, with these amounts and unstakes.
    fn check(amounts: Value, unstakes: &[Unstake], expected: &str) {
        let balance: Balance = serde_json::from_value(amounts).unwrap();
        let total = total(&balance, unstakes.iter(), &token(3, 4));
        assert_eq!(plain(&total, 3), expected);
    }

    #[test]
    fn the_change_of_a_day_is_weighed_by_worth() {
        let check = |now: &str, before: &str, expected: Option<&str>| {
            let found = change(&Decimal::parse(now), &Decimal::parse(before));
            assert_eq!(found.as_deref(), expected, "{before} to {now}");
        };
        check("110", "100", Some("10.00"));
        check("90", "100", Some("-10.00"));
        check("0", "0", None);
        check("1", "0", None);
        let holding = |worth: &str, change: &str| {
            let token = token(3, 1);
            let balance: Balance = serde_json::from_value(json!({
                "symbol": "COOL", "balance": worth,
            }))
            .unwrap();
            let price = Price {
                last: Some("1".to_owned()),
                change: Some(change.to_owned()),
            };
            super::holding(&balance, &token, &[], price)
        };
        let before = holding("110", "10%").worth_before().unwrap();
        assert_eq!(plain(&before, 2), "100");
        // what was given away a day ago has no price to go back to
        assert!(holding("1", "-100").worth_before().is_none());
    }

    #[test]
    fn every_piece_counts_once() {
        let amounts = json!({
            "symbol": "COOL", "balance": "1", "stake": "10.000", "delegationsIn": "500", "delegationsOut": "2.5",
            "pendingUndelegations": "0.25",
        });
        check(amounts, &[], "13.75");
    }

    /// 100 staked, 40 of them unstaked in 4 slices of 10: the stake falls by 10 with each slice, the total stays.
    #[test]
    fn unstaking_changes_nothing_in_all() {
        let amounts = |balance: &str, stake: &str, pending: &str| json!({ "symbol": "COOL", "balance": balance, "stake": stake, "pendingUnstake": pending });
        check(amounts("0", "100", "0"), &[], "100");
        check(
            amounts("0", "90", "40"),
            &[unstake("40.000", "40.000", 4)],
            "100",
        );
        check(
            amounts("10", "80", "30"),
            &[unstake("40.000", "30.000", 3)],
            "100",
        );
        check(
            amounts("20", "70", "20"),
            &[unstake("40.000", "20.000", 2)],
            "100",
        );
        check(
            amounts("30", "60", "10"),
            &[unstake("40.000", "10.000", 1)],
            "100",
        );
        check(amounts("40", "60", "0"), &[], "100");
    }

    /// 0.010 in 4 slices: 0.002, 0.002, 0.002, 0.004.
    #[test]
    fn slices_are_rounded_down_and_the_last_one_takes_the_rest() {
        let slice = |left: &str, slices_left| {
            plain(&unstake("0.010", left, slices_left).next(&token(3, 4)), 3)
        };
        assert_eq!(slice("0.010", 4), "0.002");
        assert_eq!(slice("0.006", 2), "0.002");
        assert_eq!(slice("0.004", 1), "0.004");
    }

    #[test]
    fn text_that_is_no_number_counts_nothing() {
        check(
            json!({ "symbol": "COOL", "balance": "much", "stake": "1" }),
            &[],
            "1",
        );
    }

    #[test]
    fn old_changes_of_price_are_not_shown() {
        let metric: Metric = serde_json::from_value(json!({
            "symbol": "COOL", "lastPrice": "0.5", "priceChangePercent": "3.10%", "lastDayPriceExpiration": 100,
        }))
        .unwrap();
        let change = |now| Price::of("COOL", "STEEMP", Some(&metric), now).change;
        assert_eq!(change(100).as_deref(), Some("3.10%"));
        assert_eq!(change(101), None);
        assert_eq!(
            Price::of("STEEMP", "STEEMP", None, 0).last.as_deref(),
            Some("1")
        );
        assert_eq!(Price::of("OTHER", "STEEMP", None, 0).last, None);
    }
}
