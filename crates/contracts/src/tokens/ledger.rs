//! Taking from and adding to what accounts and contracts hold.

use std::sync::Arc;

use tartan_decimal::Quantity;
use tartan_runtime::{ActionResult, Context, OrFail, Rows, ensure};
use tartan_state::Stored;

use super::amount;
use super::tables::{AccountBalance, Balance, Holding, Token};

/// The name that burnt tokens are sent to.
pub(super) const BURNT: &str = "null";

/// The token with this symbol.
pub(super) fn token(ctx: &mut Context<'_>, symbol: &str) -> ActionResult<Stored<Token>> {
    find_token(ctx, symbol)?.or_fail("symbol does not exist")
}

/// The token with this symbol, to look at.
pub(super) fn shared_token(
    ctx: &mut Context<'_>,
    symbol: &str,
) -> ActionResult<Arc<Stored<Token>>> {
    let token = ctx.rows::<Token>().shared(&[symbol])?;
    token.or_fail("symbol does not exist")
}

/// The token with this symbol, if there is one.
pub(super) fn find_token(
    ctx: &mut Context<'_>,
    symbol: &str,
) -> ActionResult<Option<Stored<Token>>> {
    ctx.rows::<Token>().get(&[symbol])
}

/// What an account holds of a token, if it ever held any.
pub(super) fn balance(
    ctx: &mut Context<'_>,
    account: &str,
    symbol: &str,
) -> ActionResult<Option<Stored<AccountBalance>>> {
    ctx.rows::<AccountBalance>().get(&[account, symbol])
}

/// Takes a quantity from the liquid balance of an account (or of a contract, by the table).
pub(super) fn debit<B: Balance>(
    ctx: &mut Context<'_>,
    account: &str,
    token: &Token,
    quantity: Quantity,
) -> ActionResult {
    let mut rows: Rows<'_, B> = ctx.rows();
    let mut holding = rows
        .get(&[account, &token.symbol])?
        .or_fail("balance does not exist")?;
    ensure!(
        amount::stored(&holding.balance, token)? >= quantity,
        "overdrawn balance"
    );
    holding.balance = amount::minus(&holding.balance, quantity, token)?;
    rows.update(&holding)
}

/// Adds a quantity to the liquid balance of an account (or of a contract, by the table). A first credit keeps the
/// text it is given.
pub(super) fn credit<B: Balance>(
    ctx: &mut Context<'_>,
    account: &str,
    token: &Token,
    quantity: Quantity,
    text: &str,
) -> ActionResult {
    let mut rows: Rows<'_, B> = ctx.rows();
    match rows.get(&[account, &token.symbol])? {
        Some(mut holding) => {
            holding.balance = amount::plus(&holding.balance, quantity, token)?;
            rows.update(&holding)
        }
        None => {
            let mut holding = Holding::empty(account, &token.symbol);
            holding.balance = text.into();
            rows.insert(B::from(holding))?;
            Ok(())
        }
    }
}

/// The row of an account, made if there is none.
pub(super) fn open_account(
    ctx: &mut Context<'_>,
    account: &str,
    token: &Token,
) -> ActionResult<Stored<AccountBalance>> {
    let mut rows = ctx.rows::<AccountBalance>();
    match rows.get(&[account, &token.symbol])? {
        Some(holding) => Ok(holding),
        None => rows.insert(AccountBalance(Holding::empty(account, &token.symbol))),
    }
}

/// Adds a quantity to the stake of an account and to the token's total.
pub(super) fn add_stake(
    ctx: &mut Context<'_>,
    account: &str,
    token: &mut Stored<Token>,
    quantity: Quantity,
) -> ActionResult {
    let mut holding = open_account(ctx, account, token)?;
    holding.stake = amount::plus(&holding.stake, quantity, token)?;
    ctx.rows::<AccountBalance>().update(&holding)?;
    raise_total_staked(ctx, token, quantity)
}

/// Adds a quantity to the sum of all stakes of a token.
pub(super) fn raise_total_staked(
    ctx: &mut Context<'_>,
    token: &mut Stored<Token>,
    quantity: Quantity,
) -> ActionResult {
    let total = token.total_staked.as_deref().unwrap_or("0");
    token.total_staked = Some(amount::plus(total, quantity, token)?);
    ctx.rows::<Token>().update(token)
}

/// Takes a quantity from the sum of all stakes of a token.
pub(super) fn lower_total_staked(
    ctx: &mut Context<'_>,
    token: &mut Stored<Token>,
    quantity: Quantity,
) -> ActionResult {
    let total = token.total_staked.as_deref().unwrap_or("0");
    token.total_staked = Some(amount::minus(total, quantity, token)?);
    ctx.rows::<Token>().update(token)
}

/// Takes burnt tokens out of circulation; `to` anyone else: nothing to do.
pub(super) fn note_burn(
    ctx: &mut Context<'_>,
    symbol: &str,
    to: &str,
    quantity: Quantity,
) -> ActionResult {
    if to != BURNT {
        return Ok(());
    }
    let mut token = Arc::unwrap_or_clone(shared_token(ctx, symbol)?);
    token.circulating_supply = amount::minus(&token.circulating_supply, quantity, &token)?;
    ctx.rows::<Token>().put(token)
}
