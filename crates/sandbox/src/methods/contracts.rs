//! Contracts and their tables.

use tartan_chain::Chain;

use super::json;
use crate::failure::Failure;
use crate::params::Params;

pub(super) fn find_contract(chain: &mut Chain, params: Params<'_>) -> Result<String, Failure> {
    json(&chain.reader().contract(params.text("name")?)?)
}

pub(super) fn contracts_config(chain: &mut Chain, _: Params<'_>) -> Result<String, Failure> {
    json(&chain.reader().contracts_config()?)
}

pub(super) fn table_exists(chain: &mut Chain, params: Params<'_>) -> Result<String, Failure> {
    let (contract, table) = (params.text("contract")?, params.text("table")?);
    json(&chain.reader().has_table(contract, table)?)
}

pub(super) fn table_details(chain: &mut Chain, params: Params<'_>) -> Result<String, Failure> {
    let (contract, table) = (params.text("contract")?, params.text("table")?);
    json(&chain.reader().table_details(contract, table)?)
}
