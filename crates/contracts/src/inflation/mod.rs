//! `inflation`: new utility tokens, for whoever the network pays: the engine account and the witnesses, unless its file says
//! otherwise.
//!
//! | action | who | what it does |
//! | --- | --- | --- |
//! | `issueNewTokens` | the node, as often as the network says | issues a fixed quantity to each receiver |
//!
//! From others the action is passed over in silence. The node runs it with authority (`isSignedWithActiveKey` in the payload
//! of the network's periodic action), and the issuer of the utility token is the node itself (`null`). On the public chains
//! it runs every 1200 main-chain blocks, about an hour: 8760 times a year.
//!
//! # Differences
//!
//! From the script this contract takes the place of:
//!
//! - Receivers and quantities are settings; in the script they were part of the code.
//! - A receiver that is a contract gets nothing until it is deployed. In the script what went to `witnesses` before that
//!   could not be had by anybody.
//! - The funds that the script made in one block of the public Hive sidechain are that chain's history, and not made here.
//! - Other contracts cannot run it either.

mod settings;
#[cfg(test)]
mod tests;

use tartan_document::{Value, object};
use tartan_runtime::{ActionResult, Context, Contract, Failure, Payload};

pub use settings::{Kind, Receiver, Settings};

/// The contract.
#[derive(Debug, Clone)]
pub struct Inflation {
    utility_token: String,
    settings: Settings,
}

impl Inflation {
    /// The contract for a network with this utility token.
    pub fn new(utility_token: impl Into<String>, settings: Settings) -> Inflation {
        Inflation {
            utility_token: utility_token.into(),
            settings,
        }
    }

    /// `issueNewTokens`: what one receiver cannot be given is logged, and the others get theirs.
    fn issue_new_tokens(&self, ctx: &mut Context<'_>) -> ActionResult {
        if !ctx.is_node() || ctx.caller().is_some() {
            return Ok(());
        }
        let receivers = match &self.settings.receivers {
            Some(receivers) => receivers.clone(),
            None => Settings::usual(&ctx.system().engine_account),
        };
        for receiver in receivers {
            let action = match receiver.kind {
                Kind::User => "issue",
                Kind::Contract if ctx.contract_exists(&receiver.to)? => "issueToContract",
                Kind::Contract => continue,
            };
            let params = object! {
                "symbol": self.utility_token.as_str(), "quantity": receiver.quantity, "to": receiver.to,
            };
            ctx.notify("tokens", action, params)?;
        }
        Ok(())
    }
}

impl Contract for Inflation {
    fn code(&self) -> &str {
        "native:inflation:1"
    }

    fn create(&self, _params: &Value, _ctx: &mut Context<'_>) -> ActionResult {
        Ok(())
    }

    fn call(&self, action: &str, _payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        match action {
            "issueNewTokens" => self.issue_new_tokens(ctx),
            _ => Err(Failure::Unknown),
        }
    }
}
