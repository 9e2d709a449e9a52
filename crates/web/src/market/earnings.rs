//! What pools hold is worth, and what those who provide to them earn: fees, rewards, and how that compares with keeping both
//! tokens.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};
use tartan_chain::{ReadError, Reader};
use tartan_decimal::{Decimal, Rounding};
use tartan_index::{Amount, HistoryQuery, Index, Ticker};

use super::data::{self, Metric};
use super::pools::{self, Pool};
use crate::error::Error;

const YEAR_HOURS: i128 = 365 * 24;
/// Operations of an account's history that are read; who has more gets no comparison.
const MOST: i64 = 1_000;

/// The last prices of the order book, in its base token.
#[derive(Debug, Default)]
pub(super) struct Prices {
    base: String,
    of: BTreeMap<String, Amount>,
}

impl Prices {
    pub(super) fn new(base: &str, metrics: Vec<Metric>) -> Prices {
        let price = |metric: Metric| (metric.symbol, metric.last_price);
        Prices {
            base: base.to_owned(),
            of: metrics.into_iter().map(price).collect(),
        }
    }

    /// What one token costs, if it was ever traded.
    pub(super) fn of(&self, symbol: &str) -> Option<Amount> {
        if symbol == self.base {
            return Amount::parse("1");
        }
        let price = self.of.get(symbol).copied();
        price.filter(|price| price.is_positive())
    }

    fn worth(&self, symbol: &str, quantity: Amount) -> Option<Amount> {
        quantity.times(self.of(symbol)?, Rounding::Down)
    }

    /// What so much of both tokens is worth.
    pub(super) fn of_both(&self, both: Both, (base, quote): (&str, &str)) -> Option<Amount> {
        let base = self.worth(base, both.base)?;
        Some(base.plus(self.worth(quote, both.quote)?))
    }

    /// What both reserves of a pool are worth: twice the one that has a price, since both are worth the same.
    pub(super) fn of_pool(&self, pool: &Pool) -> Option<Amount> {
        let (one, other) = pool.symbols();
        let by_quote = self.worth(other, reserve(&pool.quote_quantity));
        let half = by_quote.or_else(|| self.worth(one, reserve(&pool.base_quantity)))?;
        Some(half.plus(half))
    }
}

/// A reserve, cut off at 8 decimals.
pub(super) fn reserve(quantity: &Decimal) -> Amount {
    Amount::parse(&pools::plain(quantity, 8)).unwrap_or(Amount::ZERO)
}

/// A part in percent of a whole, with one decimal, cut off.
fn percent(part: i128, whole: i128) -> Option<String> {
    let tenths = part.checked_mul(1_000)?.checked_div(whole)?;
    let sign = if tenths < 0 { "-" } else { "" };
    let tenths = tenths.unsigned_abs();
    Some(format!("{sign}{}.{}", tenths / 10, tenths % 10))
}

/// What the fees of the last day come to in a year, in percent of what the pool holds. `keep` is the part of a payment that
/// counts in a swap: the rest is the fee.
pub(super) fn fee_percent(pool: &Pool, ticker: &Ticker, keep: &Decimal) -> Option<String> {
    let one = Amount::parse("1")?;
    let fee = one.minus(reserve(keep));
    let of_day = ticker.volume.times(fee, Rounding::Down)?.units();
    percent(
        of_day.checked_mul(365)?,
        reserve(&pool.quote_quantity).units().checked_mul(2)?,
    )
}

/// A lottery of `mining` among those who provide to a pool.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Lottery {
    /// The pool.
    external_miners: String,
    /// What is won.
    pub(super) mined_token: String,
    /// How much of it, in each draw.
    pub(super) lottery_amount: Amount,
    /// Hours between draws.
    pub(super) lottery_interval_hours: u32,
    /// Winners of each draw.
    pub(super) lottery_winners: u32,
}

/// The lotteries that are on: of this pool, or of all.
pub(super) fn lotteries(
    reader: &Reader,
    pair: Option<&str>,
) -> Result<BTreeMap<String, Vec<Lottery>>, ReadError> {
    let mut query = json!({ "externalContract": "marketpools", "active": true });
    if let Some(pair) = pair {
        query["externalMiners"] = pair.into();
    }
    let found: Vec<Lottery> = data::rows(reader, ("mining", "pools"), &query)?;
    let mut of_pool = BTreeMap::<String, Vec<Lottery>>::new();
    for lottery in found {
        let pair = lottery.external_miners.clone();
        of_pool.entry(pair).or_default().push(lottery);
    }
    Ok(of_pool)
}

/// What lotteries give in a year, in percent of what the pool is worth; nothing where a price is unknown.
pub(super) fn reward_percent(
    lotteries: &[Lottery],
    prices: &Prices,
    worth: Option<Amount>,
) -> Option<String> {
    let mut sum: i128 = 0;
    for lottery in lotteries {
        let prize = prices.worth(&lottery.mined_token, lottery.lottery_amount)?;
        let of_year = prize.units().checked_mul(YEAR_HOURS)?;
        let hours = i128::from(lottery.lottery_interval_hours);
        sum = sum.checked_add(of_year.checked_div(hours)?)?;
    }
    percent(sum, worth?.units()).filter(|_| !lotteries.is_empty())
}

/// So much of both tokens of a pool.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Both {
    pub(super) base: Amount,
    pub(super) quote: Amount,
}

impl Both {
    fn plus(self, other: Both) -> Both {
        Both {
            base: self.base.plus(other.base),
            quote: self.quote.plus(other.quote),
        }
    }

    /// What it is worth in the quote token, where one base token costs so much of it.
    pub(super) fn worth(self, price: Amount) -> Option<Amount> {
        let base = self.base.times(price, Rounding::Down)?;
        Some(base.plus(self.quote))
    }
}

/// What an account put into a pool and took out of it so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Flow {
    put: Both,
    taken: Both,
}

/// How providing compares with having kept both tokens, at the price of the pool: the impermanent loss and the fees that
/// make up for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Comparison {
    /// The difference, in the quote token.
    pub(super) difference: Amount,
    /// The same in percent of what was put in.
    pub(super) percent: String,
}

const ADD: &str = "marketpools_addLiquidity";
const REMOVE: &str = "marketpools_removeLiquidity";

impl Flow {
    /// Reads it from the history of the account; `None` for a history that is too long.
    pub(super) async fn read(
        index: &Index,
        account: &str,
        symbols: (&str, &str),
    ) -> Result<Option<Flow>, Error> {
        let query = HistoryQuery {
            accounts: vec![account.to_owned()],
            operations: vec![ADD.to_owned(), REMOVE.to_owned()],
            failed: Some(false),
            limit: MOST,
            ..HistoryQuery::default()
        };
        let rows = index.account_history(&query).await?;
        if i64::try_from(rows.len()).unwrap_or(MOST) >= MOST {
            return Ok(None);
        }
        let moved = rows.iter().map(|(_, row)| Moved {
            transaction: &row.transaction_id,
            is_put: row.operation == ADD,
            symbol: row.symbol.as_deref().unwrap_or_default(),
            quantity: quantity(&row.details),
        });
        Ok(Some(Flow::of(&moved.collect::<Vec<_>>(), symbols)))
    }

    /// Only transactions that moved both tokens are about this pool.
    fn of(moved: &[Moved<'_>], (base, quote): (&str, &str)) -> Flow {
        let mut by_transaction = BTreeMap::<_, Vec<_>>::new();
        for one in moved {
            let place = (one.transaction, one.is_put);
            by_transaction.entry(place).or_default().push(one);
        }
        let mut flow = Flow::default();
        for ((_, is_put), moved) in by_transaction {
            let of = |symbol: &str| {
                let found = moved.iter().find(|moved| moved.symbol == symbol);
                found.map(|moved| moved.quantity)
            };
            let (Some(base), Some(quote)) = (of(base), of(quote)) else {
                continue;
            };
            let sum = if is_put {
                &mut flow.put
            } else {
                &mut flow.taken
            };
            *sum = sum.plus(Both { base, quote });
        }
        flow
    }

    /// Compares what was got and is still there with what was put in.
    pub(super) fn compare(&self, rest: Both, price: Amount) -> Option<Comparison> {
        let put = self.put.worth(price)?;
        let found = self.taken.plus(rest).worth(price)?;
        let difference = found.minus(put);
        Some(Comparison {
            difference,
            percent: percent(difference.units(), put.units())?,
        })
    }
}

/// A token that was moved into a pool or out of it.
struct Moved<'a> {
    transaction: &'a str,
    is_put: bool,
    symbol: &'a str,
    quantity: Amount,
}

fn quantity(details: &str) -> Amount {
    let details: Value = serde_json::from_str(details).unwrap_or_default();
    let quantity = details.get("quantity").and_then(Value::as_str);
    quantity.and_then(Amount::parse).unwrap_or(Amount::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amount(text: &str) -> Amount {
        Amount::parse(text).unwrap()
    }

    fn pool(base: &str, quote: &str) -> Pool {
        serde_json::from_value(json!({
            "tokenPair": "COOL:STEEMP", "baseQuantity": base, "quoteQuantity": quote, "basePrice": "0", "totalShares": "1",
        }))
        .unwrap()
    }

    fn prices() -> Prices {
        let cool = json!({
            "symbol": "COOL", "volume": "0", "volumeExpiration": 0, "lastPrice": "0.1", "lowestAsk": "0", "highestBid": "0",
        });
        Prices::new("STEEMP", vec![serde_json::from_value(cool).unwrap()])
    }

    #[test]
    fn a_pool_is_worth_twice_the_side_that_has_a_price() {
        let worth = prices().of_pool(&pool("1000", "90"));
        assert_eq!(worth, Some(amount("180")));
        let prices = Prices::default();
        assert_eq!(prices.of_pool(&pool("1000", "90")), None);
    }

    #[test]
    fn fees_and_rewards_of_a_year() {
        let pool = pool("1000", "90");
        let ticker: Ticker = Ticker {
            symbol: "COOL:STEEMP".to_owned(),
            last: amount("0.09"),
            last_time: 0,
            open: amount("0.09"),
            high: amount("0.09"),
            low: amount("0.09"),
            quantity: amount("200"),
            volume: amount("18"),
            trades: 2,
        };
        // 18 × 0.0025 × 365 of 180
        let percent = fee_percent(&pool, &ticker, &Decimal::parse("0.9975"));
        assert_eq!(percent.as_deref(), Some("9.1"));
        let lottery: Lottery = serde_json::from_value(json!({
            "externalMiners": "COOL:STEEMP", "minedToken": "COOL", "lotteryAmount": "10", "lotteryIntervalHours": 24,
            "lotteryWinners": 5,
        }))
        .unwrap();
        let prices = prices();
        let worth = prices.of_pool(&pool);
        // 10 × 0.1 × 365 of 180
        let of = |lotteries: &[Lottery], worth| reward_percent(lotteries, &prices, worth);
        assert_eq!(
            of(std::slice::from_ref(&lottery), worth).as_deref(),
            Some("202.7")
        );
        assert_eq!(of(&[], worth), None);
        assert_eq!(of(std::slice::from_ref(&lottery), Some(Amount::ZERO)), None);
        let unknown = Lottery {
            mined_token: "NOPE".to_owned(),
            ..lottery
        };
        assert_eq!(of(&[unknown], worth), None);
    }

    #[test]
    fn providing_is_compared_with_keeping_both_tokens() {
        let moved = |transaction, is_put, symbol, quantity: &str| Moved {
            transaction,
            is_put,
            symbol,
            quantity: amount(quantity),
        };
        let history = [
            moved("a", true, "COOL", "100"),
            moved("a", true, "STEEMP", "10"),
            moved("b", true, "COOL", "7"),
            moved("b", true, "OTHER", "7"),
            moved("c", false, "STEEMP", "2"),
            moved("c", false, "COOL", "20"),
        ];
        let flow = Flow::of(&history, ("COOL", "STEEMP"));
        let both = |base: &str, quote: &str| Both {
            base: amount(base),
            quote: amount(quote),
        };
        assert_eq!(flow.put, both("100", "10"));
        assert_eq!(flow.taken, both("20", "2"));
        // the price has become four times as high: half of the tokens are left, and twice the coins
        let compared = flow.compare(both("40", "16"), amount("0.4")).unwrap();
        // 60 at 0.4 and 18 are 42; 100 at 0.4 and 10 had been 50
        assert_eq!(compared.difference, amount("-8"));
        assert_eq!(compared.percent, "-16.0");
        assert_eq!(Flow::default().compare(both("0", "0"), amount("1")), None);
    }
}
