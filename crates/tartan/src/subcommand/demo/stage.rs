//! Where the story is played: the two chains, as any client sees them.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use tartan_chain::Network;
use tartan_devchain::Api;
use tartan_graphene::{PrivateKey, Role};
use tartan_mainchain::{Broadcaster, Client, ClientConfig};

use super::story::{self, FOUNDER, Holding, Report, TOKEN, TOTALS};
use crate::broadcasting;
use crate::calling::Call;
use crate::side_chain::SideChain;

/// How long the sidechain may take to execute what the main chain has.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the founder is sent of the utility token, for the fees and some more.
const FUNDS: &str = "100";

/// The parts of a running demo that the story needs.
pub(super) struct Stage {
    broadcaster: Broadcaster,
    side_chain: SideChain,
    network: Arc<Network>,
    /// Active keys by account.
    keys: HashMap<String, PrivateKey>,
}

impl Stage {
    pub(super) fn new(main_chain: &Api, side_chain: &str, network: Arc<Network>) -> Result<Stage> {
        let client = Client::new(ClientConfig::new(main_chain.protocol(), [main_chain.url()]))?;
        let (poll, resend) = (Duration::from_millis(50), Duration::from_secs(3));
        let names = main_chain
            .accounts()
            .into_iter()
            .map(|account| account.name);
        Ok(Stage {
            broadcaster: Broadcaster::new(client).confirmation(poll, PATIENCE, resend),
            side_chain: SideChain::new(side_chain)?,
            network,
            keys: names
                .map(|name| (name.clone(), main_chain.key(&name, Role::Active)))
                .collect(),
        })
    }

    /// Whether the story was played already, in an earlier run on the same data.
    pub(super) async fn is_founded(&self) -> Result<bool> {
        Ok(self
            .find("tokens", json!({ "symbol": TOKEN }))
            .await?
            .is_some())
    }

    /// Plays the story, telling each step as it is done.
    pub(super) async fn play(&self, tell: impl Fn(&str)) -> Result<()> {
        self.fund_founder().await?;
        for step in story::steps() {
            self.act(step.who, step.action, step.payload)
                .await
                .with_context(|| step.told.to_string())?;
            tell(step.told);
        }
        Ok(())
    }

    /// The engine account holds the utility token, in which the founder pays the network's fees.
    async fn fund_founder(&self) -> Result<()> {
        let payload = json!({ "symbol": self.network.tokens.utility.symbol, "to": FOUNDER, "quantity": FUNDS });
        self.act(&self.network.accounts.engine, "transfer", payload)
            .await
            .context("cannot fund the founder")
    }

    /// Signs an action with the active key, sends it, and waits until the sidechain has executed it.
    async fn act(&self, who: &str, action: &str, payload: Value) -> Result<()> {
        let key = self
            .keys
            .get(who)
            .with_context(|| format!("the demo has no key of {who}"))?;
        let call = Call {
            contract: "tokens",
            action,
            payload: &payload,
        };
        let operation = call.operation(&self.network, who);
        let place = broadcasting::transact(&self.broadcaster, vec![operation], key).await?;
        let executed = self
            .side_chain
            .wait_for(&place.id.to_string(), PATIENCE)
            .await?;
        let errors = executed.log()?.errors;
        if !errors.is_empty() {
            bail!(
                "the contract refused {action} by {who}: {}",
                errors.join("; ")
            );
        }
        Ok(())
    }

    /// What everybody holds, which must be what the story leads to.
    pub(super) async fn check(&self) -> Result<Report> {
        let report = self.look().await?;
        for (found, expected) in report.holdings.iter().zip(story::expected()) {
            if *found != expected {
                bail!("the story ended wrong: expected {expected:?}, found {found:?}");
            }
        }
        let found = (report.supply.as_str(), report.total_staked.as_str());
        if found != TOTALS {
            bail!("the story ended wrong: expected {TOTALS:?} issued and staked, found {found:?}");
        }
        Ok(Report {
            as_expected: true,
            ..report
        })
    }

    /// What everybody holds.
    pub(super) async fn look(&self) -> Result<Report> {
        let mut holdings = Vec::new();
        for Holding { account, .. } in story::expected() {
            let row = self
                .find("balances", json!({ "account": account, "symbol": TOKEN }))
                .await?;
            let row = row.unwrap_or(Value::Null);
            holdings.push(Holding {
                balance: text(&row, "balance"),
                stake: text(&row, "stake"),
                pending_unstake: text(&row, "pendingUnstake"),
                delegations_in: text(&row, "delegationsIn"),
                delegations_out: text(&row, "delegationsOut"),
                account,
            });
        }
        let token = self.find("tokens", json!({ "symbol": TOKEN })).await?;
        let token = token.with_context(|| format!("there is no token {TOKEN}"))?;
        let (supply, total_staked) = (text(&token, "supply"), text(&token, "totalStaked"));
        Ok(Report {
            token: TOKEN,
            holdings,
            supply,
            total_staked,
            as_expected: false,
        })
    }

    async fn find(&self, table: &str, query: Value) -> Result<Option<Value>> {
        self.side_chain.find_one("tokens", table, query).await
    }
}

fn text(row: &Value, field: &str) -> String {
    row[field].as_str().unwrap_or("0").to_string()
}
