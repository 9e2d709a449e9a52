//! `cancel`: an order comes out of its book.

use tartan_document::Value;
use tartan_runtime::{ActionResult, Context, OrFail, Payload};
use tartan_state::{Scan, Stored};

use super::book::{Book, close};
use super::money::Desk;
use super::orders::ID_LENGTH;
use super::tables::{BuyOrder, SellOrder};
use super::{Market, authorized};

impl Market {
    /// `cancel {type, id, account?}`: gives the owner back what the order has locked. The id is that of the transaction
    /// that placed it, or the number of its row.
    pub(super) fn cancel(&self, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        authorized(ctx)?;
        let id = payload.get("id").filter(|id| id.is_truthy());
        let kind = payload.text("type").filter(|_| id.is_some());
        match kind.as_deref() {
            Some(BuyOrder::KIND) => self.cancel_in::<BuyOrder>(payload, ctx),
            Some(SellOrder::KIND) => self.cancel_in::<SellOrder>(payload, ctx),
            _ => None.or_fail("invalid params"),
        }
    }

    fn cancel_in<B: Book>(&self, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        let order = named::<B>(payload, ctx)?;
        let order = order.or_fail("order does not exist or invalid params")?;
        let owner = match payload.text("account") {
            Some(account) if ctx.is_node() => *account == *order.account,
            _ => *ctx.sender() == *order.account,
        };
        if !owner {
            return Ok(());
        }
        let desk = Desk::of(&self.terms);
        close(ctx, &desk, &order)?;
        desk.settle(ctx)
    }
}

/// The order that a payload names.
fn named<B: Book>(payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult<Option<Stored<B>>> {
    match payload.get("id") {
        Some(Value::String(id)) if id.to_string_lossy().encode_utf16().count() < ID_LENGTH => {
            let id = id.to_string_lossy();
            let orders = Scan::of("txId").equal(&*id).limit(1);
            Ok(ctx.rows::<B>().scan(orders)?.pop())
        }
        Some(Value::Number(_)) => match payload.integer("id").map(u64::try_from) {
            Some(Ok(number)) => ctx.rows::<B>().numbered(number),
            _ => Ok(None),
        },
        _ => Ok(None),
    }
}
