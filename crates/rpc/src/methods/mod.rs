//! The methods: their names, parameters, checks and results. (Protocol, f.2 to f.4.)

mod blockchain;
mod contracts;
mod params;
mod status;

use tartan_chain::network::Flavor;
use tartan_document::Value;

use crate::envelope::Failure;
use crate::error::RpcError;
use crate::service::{Endpoint, Service};

pub(crate) use status::status;

/// How much a call may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effort {
    /// Some ten microseconds: the caller has other things to do.
    Little,
    /// As much as the limits allow.
    Full,
}

/// What can be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    GetLatestBlockInfo,
    GetBlockInfo,
    GetBlockInfoByMainBlock,
    GetBlockRangeInfo,
    GetTransactionInfo,
    GetStatus,
    GetContract,
    FindOne,
    Find,
}

impl Method {
    /// All of them, each at the place of its discriminant.
    pub(crate) const ALL: [Method; 9] = [
        Method::GetLatestBlockInfo,
        Method::GetBlockInfo,
        Method::GetBlockInfoByMainBlock,
        Method::GetBlockRangeInfo,
        Method::GetTransactionInfo,
        Method::GetStatus,
        Method::GetContract,
        Method::FindOne,
        Method::Find,
    ];

    /// Group and name on a chain of this flavour.
    pub(crate) fn name(self, flavor: Flavor) -> (&'static str, &'static str) {
        match self {
            Method::GetLatestBlockInfo => ("blockchain", "getLatestBlockInfo"),
            Method::GetBlockInfo => ("blockchain", "getBlockInfo"),
            Method::GetBlockInfoByMainBlock => match flavor {
                Flavor::Hive => ("blockchain", "getBlockInfoByHiveBlock"),
                // the reference's Steem node has no such method; named in the same way
                Flavor::Steem => ("blockchain", "getBlockInfoBySteemBlock"),
            },
            Method::GetBlockRangeInfo => ("blockchain", "getBlockRangeInfo"),
            Method::GetTransactionInfo => ("blockchain", "getTransactionInfo"),
            Method::GetStatus => ("blockchain", "getStatus"),
            Method::GetContract => ("contracts", "getContract"),
            Method::FindOne => ("contracts", "findOne"),
            Method::Find => ("contracts", "find"),
        }
    }

    /// The method that a name means at an endpoint.
    pub(crate) fn resolve(endpoint: Endpoint, name: &str, flavor: Flavor) -> Option<Method> {
        let (group, name) = match endpoint {
            Endpoint::Combined => name.split_once('.')?,
            Endpoint::Blockchain => ("blockchain", name),
            Endpoint::Contracts => ("contracts", name),
            Endpoint::History | Endpoint::Market => return None,
        };
        Method::ALL
            .into_iter()
            .find(|method| method.name(flavor) == (group, name))
    }
}

/// Calls a method and writes its result as JSON text.
pub(crate) fn call(
    service: &Service,
    method: Method,
    params: Option<&Value>,
    effort: Effort,
    out: &mut String,
) -> Result<(), Failure> {
    refuse_disabled(service, method)?;
    match method {
        Method::GetStatus => Ok(status(service, out)?),
        Method::GetLatestBlockInfo => blockchain::latest_block(service, effort, out),
        Method::GetBlockInfo => blockchain::block(service, params, effort, out),
        Method::GetBlockInfoByMainBlock => {
            blockchain::block_by_main_block(service, params, effort, out)
        }
        Method::GetBlockRangeInfo => blockchain::block_range(service, params, effort, out),
        Method::GetTransactionInfo => blockchain::transaction(service, params, effort, out),
        Method::GetContract => contracts::contract(service, params, effort, out),
        Method::FindOne => contracts::find_one(service, params, effort, out),
        Method::Find => contracts::find(service, params, effort, out),
    }
}

/// `getStatus` cannot be disabled.
fn refuse_disabled(service: &Service, method: Method) -> Result<(), RpcError> {
    let disabled = &service.config().disabled_methods;
    if disabled.is_empty() || method == Method::GetStatus {
        return Ok(());
    }
    let (group, name) = method.name(service.flavor());
    let full = format!("{group}.{name}");
    if disabled.contains(&full) {
        return Err(RpcError::bad(format!("method {full} is disabled")));
    }
    Ok(())
}

/// What is worth a thread of its own is not begun with little effort.
fn needs_thread(effort: Effort) -> Result<(), Failure> {
    match effort {
        Effort::Little => Err(Failure::TooMuch),
        Effort::Full => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_stand_at_the_place_of_their_discriminant() {
        for (index, method) in Method::ALL.into_iter().enumerate() {
            assert_eq!(method as usize, index);
        }
    }

    #[test]
    fn names_depend_on_the_endpoint() {
        let resolve = |endpoint, name| Method::resolve(endpoint, name, Flavor::Hive);
        assert_eq!(
            resolve(Endpoint::Combined, "contracts.find"),
            Some(Method::Find)
        );
        assert_eq!(resolve(Endpoint::Contracts, "find"), Some(Method::Find));
        assert_eq!(
            resolve(Endpoint::Blockchain, "getStatus"),
            Some(Method::GetStatus)
        );
        assert_eq!(resolve(Endpoint::Combined, "find"), None);
        assert_eq!(resolve(Endpoint::Blockchain, "find"), None);
        assert_eq!(resolve(Endpoint::Contracts, "contracts.find"), None);
        assert_eq!(resolve(Endpoint::Combined, "blockchain.find"), None);
        let by_main_block = Some(Method::GetBlockInfoByMainBlock);
        assert_eq!(
            resolve(Endpoint::Blockchain, "getBlockInfoByHiveBlock"),
            by_main_block
        );
        assert_eq!(
            Method::resolve(
                Endpoint::Blockchain,
                "getBlockInfoByHiveBlock",
                Flavor::Steem
            ),
            None
        );
        assert_eq!(
            Method::resolve(
                Endpoint::Blockchain,
                "getBlockInfoBySteemBlock",
                Flavor::Steem
            ),
            by_main_block
        );
    }
}
