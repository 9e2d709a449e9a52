//! `tartan pool swap`.

use anyhow::Result;

use super::CONTRACT;
use super::quote::{Order, Quote};
use crate::acting::{Acting, Preview};
use crate::broadcasting::Needs;
use crate::config::Settings;
use crate::side_chain::SideChain;
use crate::signing::Step;

/// Arguments of `tartan pool swap`.
#[derive(Debug, clap::Args)]
pub(super) struct Swap {
    #[command(flatten)]
    order: Order,
    #[command(flatten)]
    acting: Acting,
}

pub(super) async fn run(settings: &Settings, swap: &Swap, json: bool) -> Result<()> {
    let side_chain = SideChain::new(&settings.side_chain()?)?;
    side_chain.expect(&settings.network).await?;
    let quote = swap.order.quote(&side_chain).await?;
    let step = Step {
        told: told(&quote),
        contract: CONTRACT,
        action: "swapTokens",
        payload: swap.order.payload(&quote),
        fee: "0".to_string(),
        needs: Needs::Active,
    };
    let preview = Preview { about: quote, step };
    swap.acting.run(settings, preview, json).await
}

fn told(quote: &Quote) -> String {
    let (pay, receive) = (&quote.pay, &quote.receive);
    match (&quote.receive_at_least, &quote.pay_at_most) {
        (Some(least), _) => format!("pay {pay} for at least {least} {}", receive.symbol),
        (_, Some(most)) => format!("get {receive} for at most {most} {}", pay.symbol),
        _ => format!("pay {pay} for {receive}"),
    }
}
