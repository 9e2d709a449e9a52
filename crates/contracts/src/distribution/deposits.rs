//! Giving tokens to a distribution.

use tartan_decimal::{Decimal, Rounding};
use tartan_document::{Value, object};
use tartan_runtime::{ActionResult, Context, OrFail, Payload, ensure};
use tartan_state::Stored;

use super::batches::{find, save};
use super::tables::{Amount, Batch};
use super::terms::too_many_tokens;
use super::{Distribution, MAX_TOKENS, NAME};
use crate::checks;
use crate::holdings::{self, ARITHMETIC, TokenInfo, computed, fits, floored};

impl Distribution {
    /// `deposit {id, symbol, quantity}`: for good.
    pub(super) fn deposit(&self, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        ctx.require_active_key()?;
        let quantity = payload.text("quantity").or_fail("invalid quantity")?;
        let amount = Decimal::parse(&quantity);
        ensure!(amount.is_greater(&Decimal::ZERO), "invalid quantity");
        let symbol = payload.text("symbol").unwrap_or_default();
        let token = holdings::token(ctx, &symbol)?.or_fail("symbol does not exist")?;
        ensure!(
            fits(&amount, token.precision),
            "quantity precision mismatch"
        );
        let mut batch = find(ctx, payload)?.or_fail("distribution id not found")?;
        check_accepts(&batch, &symbol)?;

        let shown = shown(&quantity, &amount, &token)?;
        let params = object! { "symbol": &*symbol, "quantity": &shown, "to": NAME };
        ctx.call("tokens", "transferToContract", params)?;
        add(&mut batch, &token, &shown)?;
        save(ctx, &batch)?;
        let event = object! {
            "distId": batch.id.to_value(), "symbol": &*symbol, "quantity": &shown,
        };
        ctx.emit("deposit", event);
        Ok(())
    }

    /// `receiveDtfTokens {data: {distId}, symbol, quantity}`: a fund has issued tokens to this contract, for one of its
    /// distributions.
    pub(super) fn receive_dtf_tokens(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
    ) -> ActionResult {
        let caller = ctx.caller();
        ensure!(
            caller.is_some_and(|caller| caller.name == "tokenfunds"),
            "not authorized"
        );
        let data = payload.get("data").and_then(Value::as_object);
        let id_text = data.and_then(|data| data.get_str("distId"));
        let id_text = id_text.or_fail("invalid DTF payload")?;
        let id = Decimal::parse(id_text);
        ensure!(id.is_integer(), "invalid DTF payload");
        let id = if id.is_negative() {
            0
        } else {
            checks::count(&id)
        };
        let batch = ctx.rows::<Batch>().numbered(id)?;
        let mut batch = batch.or_fail("distribution id not found")?;
        let symbol = payload.text("symbol").unwrap_or_default();
        check_accepts(&batch, &symbol)?;
        let token = holdings::token(ctx, &symbol)?.or_fail("symbol does not exist")?;
        let quantity = payload.text("quantity").or_fail("invalid quantity")?;
        let amount = Decimal::parse(&quantity);
        ensure!(amount.is_greater(&Decimal::ZERO), "invalid quantity");

        let shown = shown(&quantity, &amount, &token)?;
        add(&mut batch, &token, &shown)?;
        save(ctx, &batch)?;
        let event = object! { "distId": id_text, "symbol": &*symbol, "quantity": &shown };
        ctx.emit("receiveDtfTokens", event);
        Ok(())
    }
}

fn check_accepts(batch: &Batch, symbol: &str) -> ActionResult {
    ensure!(batch.active, "distribution must be active to deposit");
    if let Some(accepted) = &batch.token_min_payout {
        ensure!(
            accepted.iter().any(|accepted| accepted.symbol == symbol),
            format!("{symbol} is not accepted by this distribution")
        );
    }
    Ok(())
}

/// The quantity as it was written, where that is decimal digits; otherwise in the decimals of the token.
fn shown(text: &str, amount: &Decimal, token: &TokenInfo) -> ActionResult<String> {
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    if plain(whole) && plain(fraction) {
        return Ok(text.to_string());
    }
    let decimals = token.precision.decimals().into();
    computed(amount.to_fixed(decimals, Rounding::HalfUp))
}

/// Adds to what a distribution holds. A first deposit keeps its text.
pub(super) fn add(batch: &mut Stored<Batch>, token: &TokenInfo, quantity: &str) -> ActionResult {
    let held = batch.token_balances.get_or_insert_default();
    match held.iter_mut().find(|held| held.symbol == token.symbol) {
        Some(held) => {
            let sum = Decimal::parse(&held.quantity);
            let sum = computed(sum.plus(&Decimal::parse(quantity), ARITHMETIC))?;
            held.quantity = floored(&sum, token.precision)?;
        }
        None => {
            ensure!(held.len() < MAX_TOKENS, too_many_tokens());
            held.push(Amount {
                symbol: token.symbol.clone(),
                quantity: quantity.to_string(),
            });
        }
    }
    Ok(())
}
