//! What the owner of the contract does.

use tartan_decimal::Decimal;
use tartan_document::Value;
use tartan_runtime::{ActionResult, Context, OrFail, Payload, ensure};

use super::tables::{Params, Refund};
use super::{Coin, Store};
use crate::checks;
use crate::holdings::number;

impl Store {
    /// `updateParams {priceSBD?, priceSteem?, quantity?, disabled?}`, on Hive `{priceHBD?, priceHive?, …}`: from others it is
    /// passed over in silence.
    pub(super) fn update_params(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
    ) -> ActionResult {
        let coin = Coin::of(ctx);
        checks::update_params(ctx, |params: &mut Params| {
            let (dollar, price) = match coin {
                Coin::Steem => (
                    given_price(payload, "priceSBD", "invalid priceSBD")?,
                    given_price(payload, "priceSteem", "invalid priceSteem")?,
                ),
                Coin::Hive => (
                    given_price(payload, "priceHBD", "invalid priceHBD")?,
                    given_price(payload, "priceHive", "invalid priceHive")?,
                ),
            };
            let (old_dollar, old_price) = match coin {
                Coin::Steem => (&mut params.price_sbd, &mut params.price_steem),
                Coin::Hive => (&mut params.price_hbd, &mut params.price_hive),
            };
            *old_dollar = dollar.or(old_dollar.take());
            *old_price = price.or(old_price.take());
            if let Some(quantity) = payload.get("quantity") {
                let value = number(quantity);
                let valid = value.is_finite() && value.is_at_least(&Decimal::ZERO);
                ensure!(valid, "invalid quantity");
                params.quantity = quantity.clone();
            }
            if let Some(disabled) = payload.get("disabled") {
                params.disabled = disabled.as_bool().or_fail("invalid disabled")?;
            }
            Ok(())
        })
    }

    /// `removeWithdrawal {id}`: of a refund that was paid. From others it is passed over in silence.
    pub(super) fn remove_withdrawal(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
    ) -> ActionResult {
        let authorized = ctx.sender() == ctx.owner() && ctx.is_active();
        let id = payload.text("id").filter(|_| authorized);
        let Some(id) = id else {
            return Ok(());
        };
        match ctx.rows::<Refund>().get(&[&id])? {
            Some(refund) => ctx.rows::<Refund>().remove(&refund),
            None => Ok(()),
        }
    }
}

/// A price in a payload, if there is one.
fn given_price(
    payload: Payload<'_>,
    key: &str,
    message: &'static str,
) -> ActionResult<Option<Value>> {
    let Some(price) = payload.get(key) else {
        return Ok(None);
    };
    let value = number(price);
    ensure!(
        value.is_finite() && value.is_greater(&Decimal::ZERO),
        message
    );
    Ok(Some(price.clone()))
}
