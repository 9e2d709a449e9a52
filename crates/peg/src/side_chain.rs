//! Asking the sidechain node for its queue.

use std::time::Duration;

use serde_json::{Value, json};
use tartan_chain::network::Naming;
use tartan_graphene::{BlockId, Chain};

use crate::payment::Row;

/// The table of payments.
const TABLE: &str = "withdrawals";
/// Rows in one request.
const PAGE: usize = 1000;
/// The most rows that are looked at: the oldest. The others' turn comes when these are paid.
const MOST_ROWS: usize = 10_000;
/// How long an answer may take.
const TIMEOUT: Duration = Duration::from_secs(15);

/// Why the sidechain node gave no usable answer.
#[derive(Debug, thiserror::Error)]
pub enum SideChainError {
    /// It does not answer.
    #[error("the sidechain node at {url} does not answer: {error}")]
    Silent {
        /// Its address.
        url: String,
        /// What happened.
        error: reqwest::Error,
    },
    /// It answers something else than expected.
    #[error("{url} answered {method} unexpectedly: {reason}")]
    Unexpected {
        /// Its address.
        url: String,
        /// What it was asked.
        method: String,
        /// What is wrong.
        reason: String,
    },
}

/// Where a sidechain transaction was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The main-chain block.
    pub(crate) number: u32,
    /// Its id, as the sidechain node saw it.
    pub(crate) id: BlockId,
}

/// A client of one sidechain node, for one contract's queue.
#[derive(Debug, Clone)]
pub(crate) struct SideChain {
    url: String,
    http: reqwest::Client,
    contract: String,
    naming: Naming,
    chain: Chain,
    id: String,
}

impl SideChain {
    pub(crate) fn new(
        url: &str,
        contract: &str,
        network: &tartan_chain::Network,
        chain: Chain,
    ) -> Result<SideChain, SideChainError> {
        let http = tartan_mainchain::http::client([url]).timeout(TIMEOUT);
        let http = http.build().map_err(|error| SideChainError::Silent {
            url: url.to_string(),
            error,
        })?;
        Ok(SideChain {
            url: url.trim_end_matches('/').to_string(),
            http,
            contract: contract.to_string(),
            naming: network.naming.clone(),
            chain,
            id: network.chain_id.clone(),
        })
    }

    /// The last main-chain block that the node has executed.
    pub(crate) async fn position(&self) -> Result<u32, SideChainError> {
        let method = "blockchain.getStatus";
        let status = self.call(method, json!({})).await?;
        if status["chainId"].as_str() != Some(&self.id) {
            return Err(self.unexpected(
                method,
                format!(
                    "expected the sidechain {:?}, found {}",
                    self.id, status["chainId"]
                ),
            ));
        }
        let position = &status[&self.naming.status_parsed_block];
        let number = position
            .as_u64()
            .and_then(|number| u32::try_from(number).ok());
        number.ok_or_else(|| {
            self.unexpected(
                method,
                format!(
                    "expected {} to be a block number, found {position}",
                    self.naming.status_parsed_block
                ),
            )
        })
    }

    /// The queue, the oldest row first.
    pub(crate) async fn queue(&self) -> Result<Vec<Row>, SideChainError> {
        let method = "contracts.find";
        let mut rows: Vec<Row> = Vec::new();
        loop {
            let after = rows.last().map_or(0, |row| row.number);
            let params = json!({
                "contract": self.contract, "table": TABLE, "query": { "_id": { "$gt": after } }, "limit": PAGE, "offset": 0,
            });
            let Value::Array(page) = self.call(method, params).await? else {
                let reason = format!("there is no table {}.{TABLE}", self.contract);
                return Err(self.unexpected(method, reason));
            };
            let last = page.len() < PAGE;
            rows.extend(page.iter().map(|row| Row::read(row, &self.chain)));
            if rows.windows(2).any(|pair| pair[0].number >= pair[1].number) {
                return Err(self.unexpected(method, "rows are not in the order of _id".to_string()));
            }
            if last || rows.len() >= MOST_ROWS {
                return Ok(rows);
            }
        }
    }

    /// The main-chain block in which a transaction was executed; `None` when the node does not know the transaction.
    pub(crate) async fn origin(&self, transaction: &str) -> Result<Option<Origin>, SideChainError> {
        let found = self
            .call(
                "blockchain.getTransactionInfo",
                json!({ "txid": transaction }),
            )
            .await?;
        let found = match &found {
            Value::Array(calls) => calls.first().unwrap_or(&Value::Null),
            one => one,
        };
        let Some(block) = found["blockNumber"].as_u64() else {
            return Ok(None);
        };
        let method = "blockchain.getBlockInfo";
        let block = self.call(method, json!({ "blockNumber": block })).await?;
        let number = block[&self.naming.ref_block_number].as_u64();
        let id = block[&self.naming.ref_block_id]
            .as_str()
            .and_then(|id| id.parse().ok());
        match (number.and_then(|number| u32::try_from(number).ok()), id) {
            (Some(number), Some(id)) => Ok(Some(Origin { number, id })),
            _ => Err(self.unexpected(
                method,
                "it does not say which main-chain block it was made from".to_string(),
            )),
        }
    }

    async fn call(&self, method: &str, params: Value) -> Result<Value, SideChainError> {
        let request = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let silent = |error| SideChainError::Silent {
            url: self.url.clone(),
            error,
        };
        let answer = self
            .http
            .post(format!("{}/", self.url))
            .json(&request)
            .send()
            .await
            .map_err(silent)?;
        let mut answer: Value = answer.json().await.map_err(silent)?;
        if let Some(error) = answer.get("error").filter(|error| !error.is_null()) {
            let reason = error["message"]
                .as_str()
                .unwrap_or("an error without a message");
            return Err(self.unexpected(method, reason.to_string()));
        }
        match answer.get_mut("result") {
            Some(result) => Ok(result.take()),
            None => Err(self.unexpected(method, "there is no result".to_string())),
        }
    }

    fn unexpected(&self, method: &str, reason: String) -> SideChainError {
        SideChainError::Unexpected {
            url: self.url.clone(),
            method: method.to_string(),
            reason,
        }
    }
}
