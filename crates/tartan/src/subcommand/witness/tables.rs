//! What the contract of the witnesses keeps, as a node shows it.

use anyhow::{Context as _, Result};
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};
use tartan_decimal::{Config, Decimal};

use crate::config::Settings;
use crate::side_chain::{Order, SideChain};

pub(super) const CONTRACT: &str = "witnesses";

const HEAVIEST: Order = Order {
    index: "approvalWeight",
    descending: true,
};

/// A witness.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Witness {
    pub(super) account: String,
    #[serde(deserialize_with = "decimal")]
    pub(super) approval_weight: String,
    pub(super) signing_key: String,
    #[serde(rename = "RPCPort")]
    pub(super) rpc_port: u16,
    #[serde(rename = "P2PPort")]
    pub(super) p2p_port: u16,
    pub(super) enabled: bool,
    pub(super) missed_rounds: u64,
    pub(super) verified_rounds: u64,
    pub(super) last_block_verified: Option<u64>,
    #[serde(rename = "IP")]
    pub(super) ip: Option<String>,
    pub(super) domain: Option<String>,
}

impl Witness {
    /// Where its node is.
    pub(super) fn host(&self) -> &str {
        let host = self.domain.as_deref().or(self.ip.as_deref());
        host.unwrap_or_default()
    }
}

/// Where verification stands.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Params {
    pub(super) number_of_approved_witnesses: u64,
    pub(super) last_verified_block_number: u64,
    pub(super) round: u64,
    pub(super) last_block_round: u64,
    pub(super) current_witness: Option<String>,
    pub(super) block_number_witness_change: u64,
    pub(super) number_of_approvals_per_account: u64,
    pub(super) number_of_witness_slots: u64,
    pub(super) witness_signatures_required: u64,
    pub(super) witness_approve_expire_blocks: u64,
}

/// A place in a round.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Place {
    pub(super) witness: String,
    pub(super) block_number: u64,
    #[serde(default)]
    pub(super) verified_round: bool,
}

/// Decimals come as `{"$numberDecimal": "1.0"}`, some with exponents.
fn decimal<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    struct Wrapped {
        #[serde(rename = "$numberDecimal")]
        text: String,
    }
    let text = Wrapped::deserialize(deserializer)?.text;
    let plain = Decimal::parse(&text).to_plain();
    plain.map_err(serde::de::Error::custom)
}

/// The tables of one sidechain.
#[derive(Debug)]
pub(super) struct WitnessTables {
    pub(super) side_chain: SideChain,
    /// The token whose stake votes.
    pub(super) token: String,
}

impl WitnessTables {
    pub(super) fn new(settings: &Settings) -> Result<WitnessTables> {
        let token = settings.network.contracts.tokens.governance_token();
        Ok(WitnessTables {
            side_chain: SideChain::new(&settings.side_chain()?)?,
            token: token.to_string(),
        })
    }

    pub(super) async fn params(&self) -> Result<Params> {
        let row = self
            .side_chain
            .find_one(CONTRACT, "params", json!({}))
            .await?;
        let row = row.context("this sidechain has no witnesses")?;
        read(row)
    }

    pub(super) async fn witness(&self, account: &str) -> Result<Option<Witness>> {
        let query = json!({ "account": account });
        let row = self
            .side_chain
            .find_one(CONTRACT, "witnesses", query)
            .await?;
        row.map(read).transpose()
    }

    /// The heaviest witnesses.
    pub(super) async fn ranked(&self, limit: usize) -> Result<Vec<Witness>> {
        let rows = self
            .side_chain
            .first(CONTRACT, "witnesses", json!({}), HEAVIEST, limit);
        rows.await?.into_iter().map(read).collect()
    }

    pub(super) async fn schedule(&self) -> Result<Vec<Place>> {
        let rows = self
            .side_chain
            .find_all(CONTRACT, "schedules", json!({}))
            .await?;
        let places: Result<Vec<Place>> = rows.into_iter().map(read).collect();
        let mut places = places?;
        places.sort_by_key(|place| place.block_number);
        Ok(places)
    }

    /// Whom an account approves.
    pub(super) async fn approved_by(&self, account: &str) -> Result<Vec<String>> {
        let query = json!({ "from": account });
        let rows = self
            .side_chain
            .find_all(CONTRACT, "approvals", query)
            .await?;
        let name = |row: &Value| row["to"].as_str().map(str::to_string);
        Ok(rows.iter().filter_map(name).collect())
    }

    /// The block in which an account last voted, if it ever did.
    pub(super) async fn last_vote(&self, account: &str) -> Result<Option<u64>> {
        let query = json!({ "account": account });
        let row = self
            .side_chain
            .find_one(CONTRACT, "accounts", query)
            .await?;
        Ok(row.and_then(|row| row["lastApproveBlock"].as_u64()))
    }

    /// The stake that an account votes with: its own and what is lent to it.
    pub(super) async fn weight(&self, account: &str) -> Result<String> {
        let query = json!({ "account": account, "symbol": self.token });
        let row = self
            .side_chain
            .find_one("tokens", "balances", query)
            .await?;
        let part = |field: &str| {
            let text = row.as_ref().and_then(|row| row[field].as_str());
            Decimal::parse(text.unwrap_or("0"))
        };
        let sum = part("stake").plus(&part("delegationsIn"), &Config::STANDARD);
        let plain = sum.and_then(|sum| sum.to_plain());
        plain.context("the stake is too large to be added up")
    }
}

fn read<T: serde::de::DeserializeOwned>(row: Value) -> Result<T> {
    serde_json::from_value(row).context("unexpected row in a table of the contract witnesses")
}
