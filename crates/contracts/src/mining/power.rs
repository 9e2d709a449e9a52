//! What an account weighs in a pool.
//!
//! ```text
//! power = Σ balances[i] × multiplier[i]  +  Π nftBalances[i]     if there are NFT balances, 20 decimals each step
//! ```
//!
//! and 0 where that is not positive or not finite.

use tartan_decimal::Decimal;
use tartan_document::{Decimal128, Object, Text, Value};

use super::numbers;
use super::tables::{MiningPower, NftTokenMiner, Op, Pool, TokenMiner};

impl Op {
    /// What an account without NFTs has.
    pub(super) fn default_value(self) -> f64 {
        match self {
            Op::Add => 0.0,
            Op::Multiply => 1.0,
        }
    }

    /// With the value of one NFT more.
    fn add(self, balance: &Decimal, value: &Decimal) -> Decimal {
        match self {
            Op::Add => numbers::plus(balance, value),
            Op::Multiply => numbers::times_rounded(balance, value),
        }
    }

    /// With the value of one NFT less.
    fn remove(self, balance: &Decimal, value: &Decimal) -> Decimal {
        match self {
            Op::Add => numbers::minus(balance, value),
            Op::Multiply => numbers::divided_rounded(balance, value),
        }
    }
}

/// The weight of an account with these balances.
pub(super) fn of(miner: &MiningPower, pool: &Pool) -> Decimal128 {
    let mut sum = of_tokens(&miner.balances, &pool.token_miners);
    if let (Some(nft), Some(balances)) = (&pool.nft_token_miner, &miner.nft_balances) {
        let product = of_nfts(balances, nft);
        if product.is_finite() {
            sum = numbers::plus(&sum, &product);
        }
    }
    numbers::power(&sum)
}

fn of_tokens(balances: &Object, miners: &[TokenMiner]) -> Decimal {
    let mut sum = Decimal::ZERO;
    for (index, miner) in miners.iter().enumerate() {
        if let Some(balance) = balances.get(&index.to_string()) {
            let multiplier = Decimal::from(i64::from(miner.multiplier));
            sum = numbers::plus(
                &sum,
                &numbers::times(&numbers::of_value(balance), &multiplier),
            );
        }
    }
    sum
}

fn of_nfts(balances: &Object, nft: &NftTokenMiner) -> Decimal {
    let mut product = Decimal::ONE;
    for index in 0..nft.properties.len() {
        let balance = balances.get(&index.to_string()).map(numbers::of_value);
        product = numbers::times_rounded(&product, &balance.unwrap_or(Decimal::NAN));
    }
    product
}

/// The balances of an account that has nothing staked.
pub(super) fn no_balances(pool: &Pool) -> Object {
    (0..pool.token_miners.len())
        .map(|index| (Text::from(index.to_string()), Value::from("0")))
        .collect()
}

/// The balances of an account without NFTs.
pub(super) fn no_nfts(nft: &NftTokenMiner) -> Object {
    let defaults = nft
        .properties
        .iter()
        .map(|property| property.op.default_value());
    defaults
        .enumerate()
        .map(|(index, value)| (Text::from(index.to_string()), Value::Number(value)))
        .collect()
}

/// The balances of an account with one NFT more, or less, of a type with these values.
pub(super) fn with_nft(
    balances: &Object,
    nft: &NftTokenMiner,
    values: &[Value],
    add: bool,
) -> Object {
    let mut changed = balances.clone();
    for (index, (property, value)) in nft.properties.iter().zip(values).enumerate() {
        let key = index.to_string();
        let known = balances.get(&key).map(numbers::of_value);
        let known = known.unwrap_or_else(|| Decimal::from_f64(property.op.default_value()));
        let value = numbers::of_value(value);
        let balance = match add {
            true => property.op.add(&known, &value),
            false => property.op.remove(&known, &value),
        };
        changed.insert(key.as_str(), balance.to_string());
    }
    changed
}
