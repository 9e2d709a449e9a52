//! `/health`: for people, load balancers and watchdogs.

use serde::Serialize;

use crate::service::Service;
use crate::sync::SyncStatus;

/// The answer of `/health`.
#[derive(Serialize)]
pub(super) struct Health {
    healthy: bool,
    network: String,
    version: &'static str,
    /// The latest sidechain block.
    head: Option<Head>,
    /// Main-chain blocks between the position and the head.
    lag: Option<u64>,
    sync: SyncStatus,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Head {
    block_number: u64,
    hash: String,
    timestamp: String,
}

impl Health {
    pub(super) fn new(service: &Service) -> Health {
        let (latest, sync) = (service.latest_block(), service.sync());
        Health {
            healthy: latest.is_ok() && sync.is_healthy(service.limits().healthy_lag),
            network: service.reader().network().name.clone(),
            version: env!("CARGO_PKG_VERSION"),
            head: latest.ok().flatten().map(|block| Head {
                block_number: block.number,
                hash: block.hash.to_string(),
                timestamp: block.timestamp.clone(),
            }),
            lag: sync.lag(),
            sync,
        }
    }

    pub(super) fn is_healthy(&self) -> bool {
        self.healthy
    }
}
