//! What may be asked of a distribution: the checks of creation and update.

use std::collections::BTreeSet;

use tartan_decimal::Decimal;
use tartan_document::Value;
use tartan_runtime::{ActionResult, Context, Failure, OrFail, ensure, text};

use super::tables::{BonusCurve, MinPayout, Recipient};
use super::{MAX_TOKENS, params};
use crate::checks::{count, is_object, positive_integer};
use crate::holdings::number;
use crate::marketpools::positions;

/// The most ticks of a distribution.
const MAX_TICKS: u64 = 5555;

/// The number of ticks in a payload: as it is written, and as a count.
pub(super) fn num_ticks(value: Option<&Value>) -> ActionResult<(String, u32)> {
    const MESSAGE: &str = "numTicks must be a number between 1 and 5555";
    let value = value.or_fail(MESSAGE)?;
    let ticks = positive_integer(value).map(|ticks| count(&ticks));
    let ticks = ticks.filter(|ticks| *ticks <= MAX_TICKS).or_fail(MESSAGE)?;
    let text = value.as_str().or_fail(MESSAGE)?;
    Ok((text.to_string(), u32::try_from(ticks).unwrap_or(u32::MAX)))
}

/// The tokens that a fixed distribution accepts.
pub(super) fn min_payouts(value: Option<&Value>) -> ActionResult<Vec<MinPayout>> {
    let entries = value
        .and_then(Value::as_array)
        .or_fail("tokenMinPayout must be an array")?;
    ensure!(
        !entries.is_empty(),
        "specify at least one minimum payout configuration"
    );
    let mut symbols = BTreeSet::new();
    let mut payouts = Vec::with_capacity(entries.len());
    for entry in entries {
        let symbol = entry.get("symbol").and_then(Value::as_str);
        let symbol = symbol.filter(|symbol| !symbol.is_empty());
        let symbol = symbol.or_fail("tokenMinPayout invalid")?;
        ensure!(
            symbols.insert(symbol),
            "tokenMinPayout cannot have duplicate symbols"
        );
        let quantity = entry.get("quantity").filter(|value| {
            let quantity = number(value);
            value.is_truthy()
                && quantity.decimals().unwrap_or(0) <= 3
                && quantity.is_at_least(&Decimal::ZERO)
        });
        payouts.push(MinPayout {
            symbol: symbol.to_string(),
            quantity: quantity.or_fail("invalid quantity")?.clone(),
        });
    }
    ensure!(payouts.len() <= MAX_TOKENS, too_many_tokens());
    Ok(payouts)
}

/// What is said to one token too many.
pub(super) fn too_many_tokens() -> String {
    format!("a distribution holds at most {MAX_TOKENS} tokens")
}

/// Whom a fixed distribution pays.
pub(super) fn recipients(
    ctx: &mut Context<'_>,
    value: Option<&Value>,
) -> ActionResult<Vec<Recipient>> {
    let entries = value
        .and_then(Value::as_array)
        .or_fail("tokenRecipients must be an array")?;
    let most = params(ctx)?.max_transfer_limit;
    ensure!(
        !entries.is_empty() && entries.len() as u64 <= most,
        format!("1-{most} tokenRecipients are supported")
    );
    let mut accounts = BTreeSet::new();
    let mut recipients = Vec::with_capacity(entries.len());
    for entry in entries {
        let recipient = recipient(ctx, entry, &mut accounts)?;
        recipients.push(recipient);
    }
    let total: u32 = recipients.iter().map(|recipient| recipient.pct).sum();
    ensure!(total == 100, "tokenRecipients pct must total 100");
    Ok(recipients)
}

fn recipient<'a>(
    ctx: &Context<'_>,
    entry: &'a Value,
    accounts: &mut BTreeSet<&'a str>,
) -> ActionResult<Recipient> {
    let account = entry.get("account").and_then(Value::as_str);
    let account = account.filter(|account| !account.is_empty());
    let account = account.or_fail("tokenRecipients invalid")?;
    let kind = entry.get("type").and_then(Value::as_str);
    let known = match kind {
        Some("contract") => text::is_contract_length(account),
        _ => ctx.is_account_name(account),
    };
    ensure!(known, "invalid account");
    ensure!(
        accounts.insert(account),
        "tokenRecipients cannot have duplicate accounts"
    );
    let pct = entry.get("pct").and_then(Value::as_f64);
    let pct = pct.filter(|pct| pct.trunc() == *pct && (1.0..=100.0).contains(pct));
    let pct = pct.or_fail("tokenRecipients pct must be an integer from 1 to 100")?;
    let kind = kind
        .filter(|kind| ["user", "contract"].contains(kind))
        .or_fail("tokenRecipients type must be user or contract")?;
    let contract_payload = entry.get("contractPayload");
    ensure!(
        kind == "user" || contract_payload.is_some_and(is_object),
        "contract recipients must have contractPayload"
    );
    Ok(Recipient {
        account: account.to_string(),
        kind: kind.to_string(),
        pct: pct as u32,
        contract_payload: contract_payload.cloned(),
    })
}

/// The pair of a market pool that there is.
pub(super) fn token_pair(ctx: &mut Context<'_>, value: Option<&Value>) -> ActionResult<String> {
    let pair = value.and_then(Value::as_str).or_fail("invalid tokenPair")?;
    positions::total(ctx, pair)?.or_fail("invalid tokenPair")?;
    Ok(pair.to_string())
}

/// Providers that are not paid, if they are given.
pub(super) fn excluded(value: Option<&Value>) -> ActionResult<Option<Vec<Value>>> {
    let Some(value) = value else {
        return Ok(None);
    };
    let accounts = value.as_array();
    let accounts = accounts.or_fail("excludeAccount must be an array")?;
    Ok(Some(accounts.clone()))
}

/// How much more those are paid who stay, if it is given: two texts, or nothing at all.
pub(super) fn bonus_curve(value: Option<&Value>) -> ActionResult<Option<BonusCurve>> {
    let Some(value) = value else {
        return Ok(None);
    };
    let invalid = || Failure::check("invalid bonusCurve settings");
    let fields = value.as_object().ok_or_else(invalid)?;
    if fields.is_empty() {
        return Ok(Some(BonusCurve::default()));
    }
    let below = |key: &str, most: u64| {
        let value = fields.get(key)?;
        let number = count(&positive_integer(value)?);
        (number < most).then(|| value.as_str().map(str::to_string))?
    };
    let period_bonus_pct = below("periodBonusPct", 100).ok_or_else(invalid)?;
    let num_periods = below("numPeriods", MAX_TICKS).ok_or_else(invalid)?;
    Ok(Some(BonusCurve {
        num_periods: Some(num_periods),
        period_bonus_pct: Some(period_bonus_pct),
    }))
}
