//! What other contracts ask of the token ledger: tokens, what accounts hold, fees. They read its tables as documents, so
//! that it need not be the native one.

use tartan_decimal::{Config, Decimal, DecimalError, Precision, Rounding};
use tartan_document::{Object, Value, object};
use tartan_runtime::{ActionResult, Context, Failure, NODE};
use tartan_state::FindOptions;

/// The arithmetic of the contracts: 20 decimals in divisions, rounded half up.
pub(crate) const ARITHMETIC: &Config = &Config::STANDARD;

/// What a contract needs to know of a token.
#[derive(Debug, Clone)]
pub(crate) struct TokenInfo {
    pub(crate) symbol: String,
    pub(crate) issuer: String,
    pub(crate) precision: Precision,
    pub(crate) staking_enabled: bool,
}

/// What an account holds of a token.
#[derive(Debug, Clone)]
pub(crate) struct Holding {
    pub(crate) balance: Decimal,
    /// As the ledger writes it.
    pub(crate) stake: Option<String>,
    /// What others lent it; absent in rows from before there were delegations.
    pub(crate) delegations_in: Option<String>,
}

/// The token with this symbol, if there is one.
pub(crate) fn token(ctx: &mut Context<'_>, symbol: &str) -> ActionResult<Option<TokenInfo>> {
    let query = object! { "symbol": symbol };
    let Some(row) = find_one(ctx, "tokens", "tokens", &query)? else {
        return Ok(None);
    };
    let precision = row.get("precision").and_then(Value::as_u64);
    let precision = precision.and_then(|decimals| Precision::new(decimals.try_into().ok()?).ok());
    Ok(precision.map(|precision| TokenInfo {
        symbol: symbol.to_string(),
        issuer: row.get_str("issuer").unwrap_or_default().to_string(),
        precision,
        staking_enabled: row.get("stakingEnabled").is_some_and(Value::is_truthy),
    }))
}

/// What an account holds of a token, if it ever held any.
pub(crate) fn holding(
    ctx: &mut Context<'_>,
    account: &str,
    symbol: &str,
) -> ActionResult<Option<Holding>> {
    let query = object! { "account": account, "symbol": symbol };
    let row = find_one(ctx, "tokens", "balances", &query)?;
    Ok(row.map(|row| Holding {
        balance: row.get("balance").map_or(Decimal::ZERO, number),
        stake: row.get_str("stake").map(str::to_string),
        delegations_in: row.get_str("delegationsIn").map(str::to_string),
    }))
}

/// The stake of an account with what is lent to it, which is what it votes with: as it is stored, and as a number.
pub(crate) fn voting_weight(
    ctx: &mut Context<'_>,
    account: &str,
    token: &TokenInfo,
) -> ActionResult<(Value, Decimal)> {
    let holding = holding(ctx, account, &token.symbol)?;
    let (stake, lent) = holding.map_or((None, None), |h| (h.stake, h.delegations_in));
    let stake = stake.map_or(Value::Number(0.0), Value::from);
    let own = number(&stake);
    let Some(lent) = lent else {
        return Ok((stake, own));
    };
    let sum = computed(own.plus(&Decimal::parse(&lent), ARITHMETIC))?;
    let text = computed(sum.to_fixed(token.precision.decimals().into(), Rounding::HalfUp))?;
    let sum = Decimal::parse(&text);
    Ok((Value::from(text), sum))
}

/// The first row with these values, in a table of any contract. None when there is no such row, or no such table.
pub(crate) fn find_one(
    ctx: &mut Context<'_>,
    contract: &str,
    table: &str,
    query: &Object,
) -> ActionResult<Option<Object>> {
    let one = FindOptions {
        limit: 1,
        ..FindOptions::default()
    };
    let rows = ctx.find(contract, table, query, &one)?;
    Ok(rows.and_then(|mut rows| rows.pop()))
}

/// Whether the sender can pay a fee. The owner of the contract need not, nor need anybody pay nothing.
pub(crate) fn covers(ctx: &mut Context<'_>, symbol: &str, fee: &str) -> ActionResult<bool> {
    let fee = Decimal::parse(fee);
    let sender = ctx.sender();
    if fee.is_at_most(&Decimal::ZERO) || sender == ctx.owner() {
        return Ok(true);
    }
    let holding = holding(ctx, &sender, symbol)?;
    Ok(holding.is_some_and(|holding| holding.balance.is_at_least(&fee)))
}

/// Burns the fee of the sender, whom [`covers`] has looked at. The owner of the contract and the node pay none.
pub(crate) fn burn_fee(ctx: &mut Context<'_>, symbol: &str, fee: &str) -> ActionResult {
    let free = ctx.is_node() || ctx.sender() == ctx.owner();
    if free || !Decimal::parse(fee).is_greater(&Decimal::ZERO) {
        return Ok(());
    }
    transfer(ctx, "null", symbol, fee)
}

/// Transfers tokens of the sender.
pub(crate) fn transfer(
    ctx: &mut Context<'_>,
    to: &str,
    symbol: &str,
    quantity: &str,
) -> ActionResult {
    let params = object! { "to": to, "symbol": symbol, "quantity": quantity };
    ctx.call("tokens", "transfer", params).map(drop)
}

/// Pays an account what a contract holds, which must be the calling one.
pub(crate) fn pay_out(
    ctx: &mut Context<'_>,
    contract: &str,
    to: &str,
    symbol: &str,
    quantity: &str,
) -> ActionResult {
    let params = object! {
        "from": contract, "to": to, "symbol": symbol, "quantity": quantity, "type": "user",
    };
    ctx.call_as(NODE, "tokens", "transferFromContract", params)
        .map(drop)
}

/// The number that a text or a number of a payload or row stands for; anything else is none (NaN).
pub(crate) fn number(value: &Value) -> Decimal {
    match value {
        Value::String(text) => Decimal::parse(&text.to_string_lossy()),
        Value::Number(number) => Decimal::from_f64(*number),
        _ => Decimal::NAN,
    }
}

/// The result of a computation; a number beyond all bounds ends the action.
pub(crate) fn computed<T>(result: Result<T, DecimalError>) -> ActionResult<T> {
    result.map_err(|error| Failure::check(error.to_string()))
}

/// The number as an amount of a token, what is below its smallest unit dropped.
pub(crate) fn floored(number: &Decimal, precision: Precision) -> ActionResult<String> {
    computed(number.to_fixed(precision.decimals().into(), Rounding::Down))
}

/// Whether a number has no more decimals than a token. (Infinity has none.)
pub(crate) fn fits(number: &Decimal, precision: Precision) -> bool {
    number.decimals().unwrap_or(0) <= u32::from(precision.decimals())
}
