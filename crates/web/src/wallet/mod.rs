//! The wallet: what an account holds, what is on its way, and forms for all that can be done with it.
//!
//! ```text
//!   tokens.balances, tokens.tokens, market.metrics, pending…, delegations ─▶ holdings ─▶ /@account/wallet
//!   tokens::rewards (forecasts of posts and votes) ─────────────────────────────────────▶ /@account/wallet/rewards
//!   tartan-index (account history) ─────────────────────────────────────────────────────▶ /@account/wallet/history
//! ```
//!
//! Anybody may look at any wallet. Who looks at their own sees forms, which are `<t-action>`s (see `signing`).

mod balance_page;
mod bulk_page;
mod history_page;
pub(crate) mod holdings;
mod mine;
mod peg_page;
pub(crate) mod pending;
mod rewards_page;
#[cfg(test)]
mod tests;
mod token_page;

use axum::Router;
use axum::routing::get;
use tartan_graphene::AccountName;

use crate::error::Error;
use crate::page::Page;
use crate::site::Site;

/// The addresses of the wallet.
pub(crate) fn router() -> Router<Site> {
    Router::new()
        .route("/wallet", get(mine::wallet))
        .route("/wallet/{*rest}", get(mine::inner))
        .route("/@{account}/wallet", get(balance_page::page))
        .route("/@{account}/wallet/history", get(history_page::page))
        .route("/@{account}/wallet/bulk", get(bulk_page::page))
        .route("/@{account}/wallet/rewards", get(rewards_page::page))
        .route("/@{account}/wallet/deposit", get(peg_page::deposit))
        .route("/@{account}/wallet/withdraw", get(peg_page::withdraw))
        .route("/@{account}/wallet/{symbol}", get(token_page::page))
}

/// Whose wallet a page shows.
#[derive(Debug, Clone)]
pub(crate) struct Owner {
    /// The account.
    pub(crate) name: String,
    /// It is that of who looks: there are forms.
    pub(crate) is_mine: bool,
}

impl Owner {
    fn of(page: &Page, name: String) -> Result<Owner, Error> {
        if AccountName::check(&name).is_err() {
            return Err(Error::not_found(format!("account {name:.32}")));
        }
        let is_mine = page.account.as_deref() == Some(name.as_str());
        Ok(Owner { name, is_mine })
    }

    /// The address of a part of the wallet.
    pub(crate) fn link(&self, rest: &str) -> String {
        let wallet = crate::links::wallet(&self.name);
        match rest.is_empty() {
            true => wallet,
            false => format!("{wallet}/{rest}"),
        }
    }

    /// The address of a token's part.
    pub(crate) fn token(&self, symbol: &str) -> String {
        self.link(&crate::links::part(symbol))
    }

    /// The address of a form for a token.
    pub(crate) fn act(&self, symbol: &str, what: &str) -> String {
        format!("{}?do={what}", self.token(symbol))
    }
}
