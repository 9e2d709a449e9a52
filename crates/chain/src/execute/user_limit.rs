use std::collections::HashMap;

use tartan_runtime::NODE;

use crate::Network;
use crate::ingest::Call;

/// Drops what a sender has beyond the limit of a block, where there is one.
pub(super) fn apply(network: &Network, height: Option<u64>, mut calls: Vec<Call>) -> Vec<Call> {
    let Some(limit) = network
        .limits
        .per_user
        .as_ref()
        .filter(|limit| limit.in_force(height))
    else {
        return calls;
    };
    let mut counts: HashMap<Option<String>, usize> = HashMap::new();
    calls.retain(|call| {
        if call.sender.as_deref() == Some(NODE) {
            return true;
        }
        let count = counts.entry(call.sender.clone()).or_default();
        *count += 1;
        *count <= limit.transactions
    });
    calls
}
