//! The weights of witnesses, and their sums.

use tartan_decimal::{Decimal, Precision, Rounding};
use tartan_document::Decimal128;
use tartan_runtime::{ActionResult, Context, Failure, Fatal};
use tartan_state::Stored;

use super::Witnesses;
use super::tables::{Params, Witness};
use crate::holdings::{self, ARITHMETIC, TokenInfo, computed};

impl Witnesses {
    /// The token that votes. Where nobody made it yet nobody has any of it, and its decimals do not matter.
    pub(super) fn voting_token(&self, ctx: &mut Context<'_>) -> ActionResult<TokenInfo> {
        let token = holdings::token(ctx, &self.governance_token)?;
        Ok(token.unwrap_or_else(|| TokenInfo {
            symbol: self.governance_token.clone(),
            issuer: String::new(),
            precision: Precision::default(),
            staking_enabled: false,
        }))
    }
}

/// Adds to the weight of witnesses, and to the sums what that changed.
pub(super) fn add_to_witnesses<'a>(
    ctx: &mut Context<'_>,
    witnesses: impl IntoIterator<Item = &'a str>,
    delta: &Decimal,
    precision: Precision,
) -> ActionResult {
    let mut params = ctx.rows::<Params>().single()?;
    for account in witnesses {
        if let Some(mut witness) = ctx.rows::<Witness>().get(&[account])? {
            add_to_witness(ctx, &mut witness, &mut params, delta, precision)?;
        }
    }
    ctx.rows::<Params>().update(&params)
}

fn add_to_witness(
    ctx: &mut Context<'_>,
    witness: &mut Stored<Witness>,
    params: &mut Params,
    delta: &Decimal,
    precision: Precision,
) -> ActionResult {
    let before = of_row(witness.approval_weight);
    let after = computed(before.plus(delta, ARITHMETIC))?.max(&Decimal::ZERO);
    let shown = fixed(&after, precision)?;
    let after = Decimal::parse(&shown);
    witness.approval_weight = stored(&shown)?;
    ctx.rows::<Witness>().update(witness)?;

    let change = computed(after.minus(&before, ARITHMETIC))?;
    params.total_approval_weight = sum(&params.total_approval_weight, &change, precision)?;
    if witness.enabled {
        add_to_enabled(params, &change, precision)?;
    }
    match (before.is_zero(), after.is_zero()) {
        (true, false) => params.number_of_approved_witnesses += 1,
        (false, true) => {
            params.number_of_approved_witnesses =
                params.number_of_approved_witnesses.saturating_sub(1);
        }
        _ => {}
    }
    Ok(())
}

/// Adds to the sum of the weights of enabled witnesses.
pub(super) fn add_to_enabled(
    params: &mut Params,
    change: &Decimal,
    precision: Precision,
) -> ActionResult {
    let total = sum(&params.total_enabled_approval_weight, change, precision)?;
    params.total_enabled_approval_weight = total;
    Ok(())
}

fn sum(total: &str, change: &Decimal, precision: Precision) -> ActionResult<String> {
    let total = computed(Decimal::parse(total).plus(change, ARITHMETIC))?;
    fixed(&total, precision)
}

/// The number that a row holds as a weight.
pub(super) fn of_row(weight: Decimal128) -> Decimal {
    Decimal::parse(&weight.to_string())
}

fn fixed(number: &Decimal, precision: Precision) -> ActionResult<String> {
    computed(number.to_fixed(precision.decimals().into(), Rounding::HalfUp))
}

fn stored(text: &str) -> ActionResult<Decimal128> {
    text.parse().map_err(|_| {
        Failure::Fatal(Fatal::Corrupt {
            what: "an approval weight".to_string(),
            reason: format!("found {text:?}"),
        })
    })
}
