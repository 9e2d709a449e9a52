use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use tartan_rpc::{MainNode, SyncState};

use crate::error::Error;
use crate::html::Html;
use crate::page::Page;
use crate::site::Site;
use crate::{format, links, ui};

/// The gauges and counters that the page shows: their keys' endings and the metrics.
pub(super) const SHOWN: [(&str, &str); 10] = [
    ("operator-unflushed", "tartan_unflushed_bytes"),
    ("operator-connections", "tartan_rpc_connections"),
    ("operator-websockets", "tartan_rpc_websockets"),
    ("operator-subscriptions", "tartan_rpc_subscriptions"),
    ("operator-listeners", "tartan_web_listeners"),
    ("operator-main-blocks", "tartan_main_blocks_total"),
    ("operator-transactions", "tartan_transactions_total"),
    ("operator-reverts", "tartan_reverts_total"),
    ("operator-busy", "tartan_rpc_busy_total"),
    ("operator-slow", "tartan_rpc_slow_clients_total"),
];

/// How this node does.
#[derive(Template)]
#[template(path = "operator/operator.html")]
pub(super) struct OperatorPage {
    page: Page,
    /// Why it is in its state, where there is more to say.
    reason: Option<String>,
    version: &'static str,
    /// Keys and values.
    figures: Vec<(&'static str, String)>,
    /// The last block in the index, and how many are missing; `None` without an index.
    index: Option<(u64, u64)>,
    index_fails: bool,
}

impl OperatorPage {
    fn nodes(&self) -> &[MainNode] {
        &self.page.sync.nodes
    }

    fn blocks_per_second(&self) -> String {
        format!("{:.1}", self.page.sync.blocks_per_second)
    }

    fn transactions_per_second(&self) -> String {
        format!("{:.1}", self.page.sync.transactions_per_second)
    }
}

pub(super) async fn operator(
    State(site): State<Site>,
    page: Page,
) -> Result<Html<OperatorPage>, Error> {
    let (mut index, mut index_fails) = (None, false);
    if let Ok(derived) = site.index() {
        match derived.position().await {
            Ok(position) => {
                let at = position.and_then(|position| u64::try_from(position.block).ok());
                let at = at.unwrap_or(0);
                index = Some((at, page.head.unwrap_or(0).saturating_sub(at)));
            }
            Err(error) => {
                tracing::warn!(%error, "the index does not say where it is");
                index_fails = true;
            }
        }
    }
    let reason = match &page.sync.state {
        SyncState::Retrying { reason } | SyncState::Stopped { reason } => Some(reason.clone()),
        _ => page.sync.dispute.clone(),
    };
    Ok(Html(OperatorPage {
        reason,
        version: env!("CARGO_PKG_VERSION"),
        figures: figures(&tartan_rpc::recorder().render()),
        index,
        index_fails,
        page,
    }))
}

/// What `/metrics` says of the metrics that are shown.
fn figures(metrics: &str) -> Vec<(&'static str, String)> {
    let values: BTreeMap<&str, &str> = metrics
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(' '))
        .collect();
    SHOWN
        .iter()
        .map(|(key, metric)| {
            let value = values.get(metric).copied().unwrap_or("0");
            (*key, format::amount(value))
        })
        .collect()
}
