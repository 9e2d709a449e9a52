//! Asking a sidechain node.

use std::fmt;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tartan_chain::Network;

/// The most rows that a node gives at once.
pub(crate) const PAGE: usize = 1000;
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// A client of one sidechain node's JSON-RPC.
#[derive(Debug, Clone)]
pub(crate) struct SideChain {
    url: String,
    http: reqwest::Client,
}

/// How a transaction ended on the sidechain.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Executed {
    #[serde(rename = "blockNumber")]
    pub(crate) block_number: u64,
    logs: String,
}

/// What contracts said in a transaction.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Log {
    #[serde(default)]
    pub(crate) errors: Vec<String>,
    #[serde(default)]
    pub(crate) events: Vec<Event>,
}

/// What a contract tells the world.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Event {
    pub(crate) contract: String,
    pub(crate) event: String,
    #[serde(default)]
    pub(crate) data: Value,
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{} {}", self.contract, self.event, self.data)
    }
}

/// A contract, as a node shows it.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Contract {
    #[serde(rename = "_id")]
    pub(crate) name: String,
    pub(crate) owner: String,
    pub(crate) version: u32,
    pub(crate) code: String,
    pub(crate) code_hash: String,
    /// By their full names, `<contract>_<table>`.
    tables: serde_json::Map<String, Value>,
}

impl Contract {
    /// Its tables by their own names, with what the node says of each.
    pub(crate) fn own_tables(&self) -> impl Iterator<Item = (&str, &Value)> {
        let prefix = self.name.len() + 1;
        self.tables
            .iter()
            .filter_map(move |(full, details)| Some((full.get(prefix..)?, details)))
    }
}

/// Which rows of a table are asked for.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    pub(crate) query: Value,
    pub(crate) limit: usize,
    pub(crate) offset: usize,
}

/// The order in which rows come.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Order {
    pub(crate) index: &'static str,
    pub(crate) descending: bool,
}

impl Executed {
    /// What the contracts said.
    pub(crate) fn log(&self) -> Result<Log> {
        serde_json::from_str(&self.logs).context("the transaction's log is not as expected")
    }
}

/// What asks this address.
pub(crate) fn http_client(url: &reqwest::Url) -> Result<reqwest::Client> {
    let builder = tartan_mainchain::http::client([url.as_str()]).timeout(PATIENCE);
    builder.build().context("cannot make an HTTP client")
}

impl SideChain {
    /// A client of the node at this address.
    pub(crate) fn new(url: &str) -> Result<SideChain> {
        let parsed: reqwest::Url = url
            .parse()
            .with_context(|| format!("expected the address of a sidechain node such as http://127.0.0.1:5000, found {url:?}"))?;
        Ok(SideChain {
            url: url.to_string(),
            http: http_client(&parsed)?,
        })
    }

    /// Its address.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    async fn call(&self, method: &str, params: Value) -> Result<Value> {
        let request = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let url = &self.url;
        let answer = self
            .http
            .post(format!("{url}/"))
            .json(&request)
            .send()
            .await;
        let answer = answer.with_context(|| {
            format!("the sidechain node at {url} does not answer; is it running?")
        })?;
        let status = answer.status();
        let answer: Value = answer
            .json()
            .await
            .with_context(|| format!("{url} answered {method} with HTTP {status} and no JSON"))?;
        if let Some(error) = answer.get("error").filter(|error| !error.is_null()) {
            bail!(
                "{url} refused {method}: {}",
                error["message"].as_str().unwrap_or("no message")
            );
        }
        match answer.get("result") {
            Some(result) => Ok(result.clone()),
            None => bail!(
                "{url} answered {method} without a result; expected a sidechain node (--side-chain names another)"
            ),
        }
    }

    /// The sidechain that the node belongs to.
    pub(crate) async fn chain_id(&self) -> Result<String> {
        let status = self.call("blockchain.getStatus", json!({})).await?;
        let id = status["chainId"].as_str();
        Ok(id.context("unexpected answer to getStatus")?.to_string())
    }

    /// A block as the node shows it, if it has it.
    pub(crate) async fn block(&self, number: u64) -> Result<Option<Value>> {
        let params = json!({ "blockNumber": number });
        let block = self.call("blockchain.getBlockInfo", params).await?;
        Ok(Some(block).filter(Value::is_object))
    }

    /// Makes sure that the node belongs to this network, before anything is sent that only this network would execute.
    pub(crate) async fn expect(&self, network: &Network) -> Result<()> {
        let status = self.call("blockchain.getStatus", json!({})).await;
        let status = status.context("expected a sidechain node (--side-chain names another)")?;
        let found = status["chainId"].as_str().unwrap_or("none");
        if found != network.chain_id {
            bail!(
                "the node at {} belongs to the sidechain {found:?}, expected {:?} of network {}; choose the node with --side-chain or the network with --network",
                self.url,
                network.chain_id,
                network.name
            );
        }
        Ok(())
    }

    /// The first row of a table that matches a query.
    pub(crate) async fn find_one(
        &self,
        contract: &str,
        table: &str,
        query: Value,
    ) -> Result<Option<Value>> {
        let params = json!({ "contract": contract, "table": table, "query": query });
        let row = self.call("contracts.findOne", params).await?;
        Ok(Some(row).filter(|row| !row.is_null()))
    }

    /// A contract, if there is one of that name.
    pub(crate) async fn contract(&self, name: &str) -> Result<Option<Contract>> {
        let params = json!({ "name": name });
        let found = self.call("contracts.getContract", params).await?;
        serde_json::from_value(found).context("unexpected answer to getContract")
    }

    /// Some of the rows of a table that match a query.
    pub(crate) async fn find(
        &self,
        contract: &str,
        table: &str,
        page: &Page,
    ) -> Result<Vec<Value>> {
        let params = json!({
            "contract": contract, "table": table, "query": page.query, "limit": page.limit, "offset": page.offset,
        });
        match self.call("contracts.find", params).await? {
            Value::Array(rows) => Ok(rows),
            _ => bail!("table {contract}.{table} does not exist on this sidechain"),
        }
    }

    /// All rows of a table that match a query, page by page.
    pub(crate) async fn find_all(
        &self,
        contract: &str,
        table: &str,
        query: Value,
    ) -> Result<Vec<Value>> {
        let mut rows = Vec::new();
        loop {
            let page = Page {
                query: query.clone(),
                limit: PAGE,
                offset: rows.len(),
            };
            let page = self.find(contract, table, &page).await?;
            let last = page.len() < PAGE;
            rows.extend(page);
            if last {
                return Ok(rows);
            }
        }
    }

    /// The first rows of a table that match a query, in the order of an index or against it.
    pub(crate) async fn first(
        &self,
        contract: &str,
        table: &str,
        query: Value,
        order: Order,
        limit: usize,
    ) -> Result<Vec<Value>> {
        let params = json!({
            "contract": contract, "table": table, "query": query, "limit": limit.min(PAGE),
            "indexes": [{ "index": order.index, "descending": order.descending }],
        });
        match self.call("contracts.find", params).await? {
            Value::Array(rows) => Ok(rows),
            _ => bail!("table {contract}.{table} does not exist on this sidechain"),
        }
    }

    /// How a transaction ended, once it was executed.
    pub(crate) async fn transaction(&self, id: &str) -> Result<Option<Executed>> {
        let answer = self
            .call("blockchain.getTransactionInfo", json!({ "txid": id }))
            .await?;
        if answer.is_null() {
            return Ok(None);
        }
        serde_json::from_value(answer)
            .map(Some)
            .context("unexpected answer to getTransactionInfo")
    }

    /// The number of the newest block.
    pub(crate) async fn head(&self) -> Result<u64> {
        let block = self
            .call("blockchain.getLatestBlockInfo", json!({}))
            .await?;
        block["blockNumber"]
            .as_u64()
            .context("unexpected answer to getLatestBlockInfo")
    }

    /// What contracts told in the blocks from `first` to `last`, in order.
    pub(crate) async fn events(&self, first: u64, last: u64) -> Result<Vec<Event>> {
        let mut events = Vec::new();
        for number in first..=last {
            let block = self
                .call("blockchain.getBlockInfo", json!({ "blockNumber": number }))
                .await?;
            let transactions = ["transactions", "virtualTransactions"]
                .into_iter()
                .filter_map(|list| block[list].as_array())
                .flatten();
            for transaction in transactions {
                let executed: Executed = serde_json::from_value(json!({
                    "blockNumber": number, "logs": transaction["logs"],
                }))
                .context("unexpected answer to getBlockInfo")?;
                events.extend(executed.log()?.events);
            }
        }
        Ok(events)
    }

    /// Waits until a transaction was executed.
    pub(crate) async fn wait_for(&self, id: &str, patience: Duration) -> Result<Executed> {
        let deadline = tokio::time::Instant::now() + patience;
        loop {
            if let Some(executed) = self.transaction(id).await? {
                return Ok(executed);
            }
            if tokio::time::Instant::now() > deadline {
                bail!(
                    "transaction {id} is in the main chain, but the sidechain node at {} has not executed it within {} s; \
                     {}/health says how far it is, getTransactionInfo tells later how it ended",
                    self.url,
                    patience.as_secs(),
                    self.url
                );
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}
