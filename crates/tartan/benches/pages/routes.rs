use std::collections::BTreeMap;

use anyhow::{Context as _, Result};

use crate::ask::Site;

/// Every page there is. What stands in braces is a place: an account, a token, a block, …
const ROUTES: &[&str] = &[
    "/",
    "/style",
    "/operator",
    "/login",
    "/signed",
    "/@{account}/wallet",
    "/@{busy}/wallet",
    "/@{account}/wallet/{symbol}",
    "/@{account}/wallet/history",
    "/@{busy}/wallet/history",
    "/@{busy}/wallet/history?symbol={symbol}",
    "/@{account}/wallet/deposit",
    "/@{account}/wallet/withdraw",
    "/@{account}/wallet/rewards",
    "/rewards",
    "/rewards/{rewarded}",
    "/tokens",
    "/tokens?sort=holders",
    "/tokens/{symbol}",
    "/tokens/{symbol}/richlist",
    "/tokens/{symbol}/richlist?page=50",
    "/tokens/{symbol}/richlist?page=200",
    "/tokens/{symbol}/richlist?sort=stake",
    "/tokens/{symbol}/richlist?find={account}",
    "/tokens/{symbol}/manage",
    "/tokens/{symbol}/manage/pool",
    "/launch",
    "/markets",
    "/trade/{symbol}",
    "/trade/{symbol}/candles.json",
    "/orders",
    "/swap",
    "/pools",
    "/pools/{pool}",
    "/blocks",
    "/blocks?before={block}",
    "/block/{block}",
    "/block/{block}.json",
    "/tx/{transaction}",
    "/tx/{transaction}.json",
    "/live",
    "/pending",
    "/stats",
    "/stats?days=90",
    "/stats.json",
    "/stats.csv?days=90",
    "/checkpoints",
    "/checkpoints.json",
    "/nodes",
    "/@{account}",
    "/@{busy}",
    "/@{busy}?status=failed",
    "/@{busy}?direction=in",
    "/@{busy}.json",
    "/search?q={account}",
    "/search?q={symbol}",
    "/search?q=user",
    "/search/suggest?q=us",
    "/search?q=%22{symbol}%22",
    "/search?q=nothing-of-that-name",
    "/search?q=from:{busy}",
    "/search?q=from:{account}+to:{busy}+status:failed",
    "/search?q=contract:tokens+action:transfer+amount>1000000",
    "/contracts",
    "/contract/tokens",
    "/contract/market",
    "/contract/tokens/actions",
    "/contract/tokens/actions?do=transfer",
    "/contract/tokens/table/balances",
    "/contract/tokens/table/balances?offset=10000",
    "/witnesses",
];

pub(crate) fn all() -> &'static [&'static str] {
    ROUTES
}

/// What stands in the places of routes.
pub(crate) struct Places(BTreeMap<&'static str, String>);

impl Places {
    pub(crate) fn new(known: &[(&'static str, &str)]) -> Places {
        let known = known.iter();
        Places(
            known
                .map(|(name, text)| (*name, (*text).to_owned()))
                .collect(),
        )
    }

    /// Those of the demo: its token, a member and its founder.
    pub(crate) fn demo() -> Places {
        Places::new(&[
            ("account", "bob"),
            ("busy", "alice"),
            ("symbol", "COOL"),
            ("rewarded", "COOL"),
        ])
    }

    /// Looks up what only the chain knows.
    pub(crate) async fn look(mut self, site: &Site) -> Result<Places> {
        let live = site.json("/live.json").await?;
        let latest = &live["transactions"][0];
        let transaction = latest["id"].as_str().context("there is no transaction")?;
        self.0.insert("transaction", transaction.to_owned());
        self.0.insert("block", latest["block"].to_string());
        let pools = site.page("/pools").await?;
        let links = pools.split("href=\"/pools/").skip(1);
        let mut pairs = links.filter_map(|rest| rest.split(['"', '?', '/']).next());
        if let Some(pair) = pairs.find(|pair| !pair.is_empty()) {
            self.0.insert("pool", pair.to_owned());
        }
        Ok(self)
    }

    /// The address of a route; `None` if the site has nothing of that kind.
    pub(crate) fn fill(&self, route: &str) -> Option<String> {
        let mut path = route.to_owned();
        for (name, text) in &self.0 {
            path = path.replace(&format!("{{{name}}}"), text);
        }
        (!path.contains('{')).then_some(path)
    }
}
