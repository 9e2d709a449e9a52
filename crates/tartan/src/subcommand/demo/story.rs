//! What happens in the demo: a founder makes a token, members use it. Everything goes the way it goes for anyone: signed
//! operations to the main chain's JSON-RPC, reads from the sidechain's.

use std::fmt;

use serde::Serialize;
use serde_json::{Value, json};
use tartan_graphene::Operation;
use tartan_graphene::operation::Transfer;

use super::pool::Pool;
use super::rewards::Rewards;
use super::trading::Market;

/// The demo's token.
pub(super) const TOKEN: &str = "COOL";
/// Who founds it.
pub(super) const FOUNDER: &str = "alice";

/// One step: who signs, what they do, and how the story tells it.
pub(super) struct Step {
    pub(super) who: String,
    pub(super) deed: Deed,
    pub(super) told: &'static str,
}

/// What somebody does.
pub(super) enum Deed {
    /// Calls a contract, with the active key.
    Call {
        contract: &'static str,
        action: &'static str,
        payload: Value,
    },
    /// Does what any user of the main chain does, with the posting key.
    Social(Vec<Operation>),
    /// Sends coins of the main chain, with the active key.
    Pay(Transfer),
}

/// What an account holds when the story has been played.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Holding {
    pub(super) account: String,
    pub(super) balance: String,
    pub(super) stake: String,
    pub(super) pending_unstake: String,
    pub(super) delegations_in: String,
    pub(super) delegations_out: String,
}

/// How the story ended.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Report {
    pub(super) token: &'static str,
    pub(super) holdings: Vec<Holding>,
    pub(super) supply: String,
    pub(super) total_staked: String,
    /// How the token is traded.
    pub(super) market: Market,
    /// How the pool of the token and the pegged coin stands.
    pub(super) pool: Pool,
    /// What the first week paid; none if the story was played in an earlier run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rewards: Option<Rewards>,
    /// Whether every balance is what the story leads to; members may have gone on from there.
    pub(super) as_expected: bool,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(rewards) = &self.rewards {
            writeln!(f, "{rewards}")?;
        }
        let line = |f: &mut fmt::Formatter<'_>, cells: [&str; 6]| {
            let [a, b, c, d, e, g] = cells;
            writeln!(f, "{a:<8} {b:>10} {c:>10} {d:>10} {e:>10} {g:>10}")
        };
        line(
            f,
            [
                TOKEN,
                "balance",
                "stake",
                "unstaking",
                "lent in",
                "lent out",
            ],
        )?;
        for h in &self.holdings {
            line(
                f,
                [
                    &h.account,
                    &h.balance,
                    &h.stake,
                    &h.pending_unstake,
                    &h.delegations_in,
                    &h.delegations_out,
                ],
            )?;
        }
        write!(f, "{} issued, {} staked", self.supply, self.total_staked)?;
        if self.as_expected {
            write!(f, "; every balance is as expected")?;
        }
        let Market {
            base,
            last_price,
            highest_bid,
            lowest_ask,
            volume,
        } = &self.market;
        write!(
            f,
            "\n\n{TOKEN} in {base}: last {last_price}, bid {highest_bid}, ask {lowest_ask}, {volume} traded within a day"
        )?;
        let Pool {
            pair,
            base_quantity,
            quote_quantity,
            price,
        } = &self.pool;
        write!(
            f,
            "\npool {pair}: {base_quantity} {TOKEN} and {quote_quantity} {base}, {price} for one"
        )
    }
}

/// How much of the token is issued and staked in the end.
pub(super) const TOTALS: (&str, &str) = ("13000.000", "1577.486");

fn call(who: &str, action: &'static str, payload: Value, told: &'static str) -> Step {
    Step {
        who: who.to_string(),
        deed: Deed::Call {
            contract: "tokens",
            action,
            payload,
        },
        told,
    }
}

fn to(to: &str, quantity: &str) -> Value {
    json!({ "symbol": TOKEN, "to": to, "quantity": quantity })
}

/// How the token comes to be, and to its members.
pub(super) fn founding() -> Vec<Step> {
    vec![
        call(
            "alice",
            "create",
            json!({ "symbol": TOKEN, "name": "Cool Token", "url": "https://cool.example", "precision": 3, "maxSupply": "1000000" }),
            "alice creates the token COOL",
        ),
        call(
            "alice",
            "enableStaking",
            json!({ "symbol": TOKEN, "unstakingCooldown": 4, "numberTransactions": 4 }),
            "alice lets COOL be staked: unstaking pays out over 4 days",
        ),
        call(
            "alice",
            "enableDelegation",
            json!({ "symbol": TOKEN, "undelegationCooldown": 7 }),
            "alice lets stake be delegated",
        ),
        call(
            "alice",
            "issue",
            to("alice", "7000"),
            "alice issues 7000 COOL to herself",
        ),
        call(
            "alice",
            "issue",
            to("bob", "1000"),
            "alice issues 1000 COOL to bob",
        ),
        call(
            "alice",
            "issue",
            to("carol", "1000"),
            "alice issues 1000 COOL to carol",
        ),
        call(
            "alice",
            "issue",
            to("dave", "1000"),
            "alice issues 1000 COOL to dave",
        ),
        call(
            "bob",
            "transfer",
            to("carol", "250.5"),
            "bob sends 250.5 COOL to carol",
        ),
        call(
            "alice",
            "stake",
            to("alice", "500"),
            "alice stakes 500 COOL",
        ),
        call(
            "carol",
            "stake",
            to("carol", "600"),
            "carol stakes 600 COOL",
        ),
        call("dave", "stake", to("dave", "350"), "dave stakes 350 COOL"),
        call(
            "dave",
            "delegate",
            to("bob", "150"),
            "dave delegates 150 of his stake to bob",
        ),
    ]
}

/// What happens after the first rewards.
pub(super) fn aftermath() -> Vec<Step> {
    vec![call(
        "carol",
        "unstake",
        json!({ "symbol": TOKEN, "quantity": "100" }),
        "carol begins to unstake 100 COOL",
    )]
}

/// What everybody holds in the end: balance, stake, unstaking, lent in, lent out.
pub(super) fn expected() -> Vec<Holding> {
    let holding = |account: &str, cells: [&str; 5]| {
        let [
            balance,
            stake,
            pending_unstake,
            delegations_in,
            delegations_out,
        ] = cells.map(str::to_string);
        let account = account.to_string();
        Holding {
            account,
            balance,
            stake,
            pending_unstake,
            delegations_in,
            delegations_out,
        }
    };
    vec![
        holding("alice", ["6539.717", "539.717", "0", "0", "0"]),
        holding("bob", ["798.024", "48.524", "0", "150.000", "0"]),
        holding("carol", ["673.581", "598.080", "100.000", "0", "0"]),
        holding("dave", ["681.119", "231.118", "0", "0", "150.000"]),
        holding("erin", ["10.048", "10.047", "0", "0", "0"]),
        holding("frank", ["0", "0", "0", "0", "0"]),
    ]
}
