//! `getStatus` and `GET /`.

use serde_json::{Map, Value, json};
use tartan_chain::network::Flavor;

use super::Method;
use crate::error::RpcError;
use crate::service::Service;

/// What clients see as the version of the node's software.
const VERSION: &str = concat!("tartan-", env!("CARGO_PKG_VERSION"));

/// Writes the status object. The Steem flavour of the reference has the first half of these fields only; the others
/// are no harm.
pub(crate) fn status(service: &Service, out: &mut String) -> Result<(), RpcError> {
    let network = service.reader().network();
    let mut status = Map::new();
    if let Some(block) = service.latest_block()? {
        status.insert("lastBlockNumber".into(), json!(block.number));
        status.insert(
            network.naming.status_ref_block.clone(),
            json!(block.ref_block),
        );
        status.insert("lastHash".into(), json!(block.hash));
    }
    if let Some(position) = service.reader().position() {
        status.insert(
            network.naming.status_parsed_block.clone(),
            json!(position.number),
        );
    }
    status.insert("SSCnodeVersion".into(), json!(VERSION));
    status.insert("domain".into(), json!(service.config().domain));
    status.insert("chainId".into(), json!(network.chain_id));
    status.insert("disabledMethods".into(), disabled(service));
    status.insert("lightNode".into(), json!(false));
    out.push_str(&Value::Object(status).to_string());
    Ok(())
}

/// The disabled methods by group, with plain names.
fn disabled(service: &Service) -> Value {
    let flavor: Flavor = service.flavor();
    let of = |wanted: &str| -> Vec<&'static str> {
        let names = Method::ALL.into_iter().map(|method| method.name(flavor));
        let disabled = &service.config().disabled_methods;
        names
            .filter(|(group, name)| {
                *group == wanted && disabled.contains(&format!("{group}.{name}"))
            })
            .map(|(_, name)| name)
            .collect()
    };
    json!({ "blockchain": of("blockchain"), "contracts": of("contracts") })
}
