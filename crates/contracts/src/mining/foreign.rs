//! What the lotteries read in the tables of other contracts, which may be native or scripts.

use tartan_decimal::{Decimal, Precision, Quantity, Rounding};
use tartan_document::{Object, Value, object};
use tartan_runtime::{ActionResult, Context};

use super::numbers;
use crate::holdings::find_one;

/// A token, as far as the lotteries look at it.
pub(super) struct Token {
    pub(super) symbol: String,
    pub(super) issuer: String,
    pub(super) precision: Precision,
    pub(super) staking_enabled: bool,
    /// What may still be issued.
    pub(super) available: Quantity,
}

/// The token with this symbol, if there is one.
pub(super) fn token(ctx: &mut Context<'_>, symbol: &str) -> ActionResult<Option<Token>> {
    let row = find_one(ctx, "tokens", "tokens", &object! { "symbol": symbol })?;
    Ok(row.and_then(|row| read_token(&row)))
}

fn read_token(row: &Object) -> Option<Token> {
    let precision = row.get("precision")?.as_u64()?;
    let precision = Precision::new(u8::try_from(precision).ok()?).ok()?;
    let amount = |field: &str| {
        let text = row.get_str(field)?;
        Quantity::parse_rounded(text, precision, Rounding::Down).ok()
    };
    let available = amount("maxSupply")?.checked_sub(amount("supply")?)?;
    Some(Token {
        symbol: row.get_str("symbol")?.to_string(),
        issuer: row.get_str("issuer")?.to_string(),
        precision,
        staking_enabled: row.get("stakingEnabled").is_some_and(Value::is_truthy),
        available,
    })
}

/// The liquid balance of an account.
pub(super) fn balance(ctx: &mut Context<'_>, account: &str, symbol: &str) -> ActionResult<Decimal> {
    let row = holding(ctx, account, symbol)?;
    let balance = row.as_ref().and_then(|row| row.get_str("balance"));
    Ok(numbers::parse(balance.unwrap_or("0")))
}

/// The `_id` of the row in which an account's stake of a token is kept.
pub(super) fn holding_row(
    ctx: &mut Context<'_>,
    account: &str,
    symbol: &str,
) -> ActionResult<Option<u64>> {
    let row = holding(ctx, account, symbol)?;
    Ok(row.and_then(|row| row.get("_id")?.as_u64()))
}

fn holding(ctx: &mut Context<'_>, account: &str, symbol: &str) -> ActionResult<Option<Object>> {
    let query = object! { "account": account, "symbol": symbol };
    find_one(ctx, "tokens", "balances", &query)
}

/// A kind of NFT, if there is one of this symbol.
pub(super) fn nft(ctx: &mut Context<'_>, symbol: &str) -> ActionResult<Option<Object>> {
    find_one(ctx, "nft", "nfts", &object! { "symbol": symbol })
}

/// An instance of an NFT, as far as the lotteries look at it.
pub(super) struct Instance {
    pub(super) row: u64,
    /// For whom it mines; nobody: for no one.
    pub(super) miner: Option<String>,
    properties: Object,
}

impl Instance {
    /// The instance in a row; `None` if it is none.
    pub(super) fn read(row: &Object) -> Option<Instance> {
        let delegated = row.get("delegatedTo")?;
        let to = delegated.get("account").and_then(Value::as_str);
        let kind = delegated.get("ownedBy").and_then(Value::as_str);
        let miner = match (to, kind) {
            (Some("mining"), Some("c")) => row.get_str("account"),
            (to, Some("u")) => to,
            _ => None,
        };
        let properties = row.get("properties").and_then(Value::as_object);
        Some(Instance {
            row: row.get("_id")?.as_u64()?,
            miner: miner.map(str::to_string),
            properties: properties.cloned().unwrap_or_default(),
        })
    }

    /// Its type, by the property that says so.
    pub(super) fn kind(&self, type_field: &str) -> Option<&str> {
        self.properties.get_str(type_field)
    }
}
