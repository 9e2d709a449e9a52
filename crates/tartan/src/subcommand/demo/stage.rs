//! Where the story is played: the two chains, as any client sees them.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use tartan_chain::Network;
use tartan_decimal::{Precision, Quantity};
use tartan_devchain::Api;
use tartan_graphene::{PrivateKey, Role};
use tartan_mainchain::{Broadcaster, Client, ClientConfig};

use super::pool::{self, Pool};
use super::rewards::{Before, Rewards};
use super::story::{self, Deed, FOUNDER, Holding, Report, Step, TOKEN, TOTALS};
use super::trading::{self, Market};
use super::{HEAD_START, week};
use crate::broadcasting::{self, Needs};
use crate::calling::Call;
use crate::reward_pool::CONTRACT;
use crate::side_chain::SideChain;

/// How long the sidechain may take to execute what the main chain has.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the founder is sent of the utility token, for the fees and some more.
const FUNDS: &str = "120";

/// How often messages follow a week until all of its posts must have been paid.
const MOST_ROUNDS: u32 = 10;

/// The parts of a running demo that the story needs.
pub(super) struct Stage {
    broadcaster: Broadcaster,
    side_chain: SideChain,
    network: Arc<Network>,
    /// By account.
    keys: HashMap<String, Keys>,
}

/// The keys of an account.
struct Keys {
    active: PrivateKey,
    posting: PrivateKey,
}

impl Stage {
    pub(super) fn new(main_chain: &Api, side_chain: &str, network: Arc<Network>) -> Result<Stage> {
        let client = Client::new(ClientConfig::new(main_chain.protocol(), [main_chain.url()]))?;
        let (poll, resend) = (Duration::from_millis(50), Duration::from_secs(3));
        let keys = |name: &str| Keys {
            active: main_chain.key(name, Role::Active),
            posting: main_chain.key(name, Role::Posting),
        };
        let accounts = main_chain.accounts().into_iter();
        Ok(Stage {
            broadcaster: Broadcaster::new(client).confirmation(poll, PATIENCE, resend),
            side_chain: SideChain::new(side_chain)?,
            network,
            keys: accounts
                .map(|account| (account.name.clone(), keys(&account.name)))
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
    pub(super) async fn play(&self, main_chain: &Api, tell: impl Fn(&str)) -> Result<Rewards> {
        main_chain.miss(HEAD_START);
        self.fund_founder().await?;
        self.act(story::founding(), &tell).await?;
        self.act(week::steps(), &tell).await?;
        let before = Before::look(&self.side_chain).await?;
        // the chain's own clock, so that a week is over at once
        main_chain.increase_time(week::SECONDS);
        tell("eight days pass");
        let rewards = self.wait_for_rewards(before).await?;
        tell("COOL is paid to authors, curators and beneficiaries");
        self.act(story::aftermath(), &tell).await?;
        self.act(trading::steps(&self.network), &tell).await?;
        self.act(pool::steps(&self.network), &tell).await?;
        Ok(rewards)
    }

    /// Payments come with posts and votes: days of little messages follow, until nothing waits any more.
    async fn wait_for_rewards(&self, before: Before) -> Result<Rewards> {
        for round in 0..MOST_ROUNDS {
            self.act(week::messages(round), &|_: &str| {}).await?;
            if before.all_paid(&self.side_chain).await? {
                return before.compare(&self.side_chain).await;
            }
        }
        bail!("after {MOST_ROUNDS} rounds of messages there are still posts that were not paid")
    }

    /// The engine account holds the utility token, in which the founder pays the network's fees.
    async fn fund_founder(&self) -> Result<()> {
        let utility = &self.network.tokens.utility;
        let precision = Precision::new(utility.precision)?;
        let params = self.side_chain.find_one(CONTRACT, "params", json!({}));
        let params = params.await?.context("there are no reward pools")?;
        let fee = Quantity::parse_exact(&text(&params, "setupFee"), precision)?;
        let funds = Quantity::parse_exact(FUNDS, precision)?.checked_add(fee);
        let funds = funds.context("a fee that is too large")?.format(precision);
        let step = Step {
            who: self.network.accounts.engine.clone(),
            deed: Deed::Call {
                contract: "tokens",
                action: "transfer",
                payload: json!({ "symbol": utility.symbol, "to": FOUNDER, "quantity": funds }),
            },
            told: "the engine account sends alice what the fees cost",
        };
        self.act(vec![step], &|_: &str| {}).await
    }

    /// Signs what each step does and sends it; then waits until the sidechain has executed all of it, telling each step.
    pub(super) async fn act(&self, steps: Vec<Step>, tell: &impl Fn(&str)) -> Result<()> {
        let mut sent = Vec::with_capacity(steps.len());
        for step in steps {
            let told = step.told;
            sent.push((self.send(step).await.context(told)?, told));
        }
        for (ids, told) in sent {
            for id in ids {
                let executed = self.side_chain.wait_for(&id, PATIENCE).await?;
                let errors = executed.log()?.errors;
                if !errors.is_empty() {
                    bail!("{told}: refused, {}", errors.join("; "));
                }
            }
            tell(told);
        }
        Ok(())
    }

    /// Signs and sends a step, and gives the ids of what the sidechain makes of it.
    async fn send(&self, step: Step) -> Result<Vec<String>> {
        let keys = self.keys.get(&step.who);
        let keys = keys.with_context(|| format!("the demo has no key of {}", step.who))?;
        let (key, operations) = match step.deed {
            Deed::Call {
                contract,
                action,
                payload,
            } => {
                let call = Call {
                    contract,
                    action,
                    payload: &payload,
                };
                let operation = call.operation(&self.network, &step.who, Needs::Active);
                (&keys.active, vec![operation])
            }
            Deed::Social(operations) => (&keys.posting, operations),
            Deed::Pay(transfer) => (&keys.active, vec![transfer.into()]),
        };
        let count = operations.len();
        let place = broadcasting::transact(&self.broadcaster, operations, key).await?;
        Ok(match count {
            1 => vec![place.id.to_string()],
            several => (0..several)
                .map(|index| format!("{}-{index}", place.id))
                .collect(),
        })
    }

    /// What everybody holds, which must be what the story leads to.
    pub(super) async fn check(&self, rewards: Option<Rewards>) -> Result<Report> {
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
        let expected = Market::expected(&self.network);
        if report.market != expected {
            let found = report.market;
            bail!("the story ended wrong: expected {expected:?}, found {found:?}");
        }
        let expected = Pool::expected(&self.network);
        if report.pool != expected {
            let found = report.pool;
            bail!("the story ended wrong: expected {expected:?}, found {found:?}");
        }
        Ok(Report {
            rewards,
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
            market: self.market().await?,
            pool: self.pool().await?,
            rewards: None,
            as_expected: false,
        })
    }

    /// How the token is traded.
    pub(super) async fn market(&self) -> Result<Market> {
        Market::look(&self.side_chain, &self.network).await
    }

    /// How the pool stands.
    pub(super) async fn pool(&self) -> Result<Pool> {
        Pool::look(&self.side_chain, &self.network).await
    }

    /// The sidechain's network.
    pub(super) fn network(&self) -> &Network {
        &self.network
    }

    /// What an account has of the token and of the pegged coin; for traders, to whom the last digit is nothing.
    pub(super) async fn purse(&self, account: &str) -> Result<(f64, f64)> {
        let mut amounts = [0.0, 0.0];
        let symbols = [TOKEN, self.network.tokens.pegged.symbol.as_str()];
        for (amount, symbol) in amounts.iter_mut().zip(symbols) {
            let query = json!({ "account": account, "symbol": symbol });
            let row = self.find("balances", query).await?.unwrap_or(Value::Null);
            *amount = text(&row, "balance").parse()?;
        }
        Ok(amounts.into())
    }

    async fn find(&self, table: &str, query: Value) -> Result<Option<Value>> {
        self.side_chain.find_one("tokens", table, query).await
    }
}

fn text(row: &Value, field: &str) -> String {
    row[field].as_str().unwrap_or("0").to_string()
}
