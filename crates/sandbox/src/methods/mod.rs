//! The methods: their names, parameters and results.

mod chain;
mod contracts;
mod dump;
mod records;

use serde::Serialize;
use tartan_chain::Chain;

use crate::Sandbox;
use crate::failure::{Code, Failure};
use crate::params::Params;
use crate::request::Request;

/// What a method answers with that has nothing to say.
const NOTHING: &str = "null";

/// A method that needs a chain.
type Method = fn(&mut Chain, Params<'_>) -> Result<String, Failure>;

/// Calls the method that a request names; gives its result as JSON text.
pub(crate) fn call(sandbox: &mut Sandbox, request: &Request) -> Result<String, Failure> {
    let name = request.method.as_str();
    let params = Params::new(name, &request.params);
    let method: Method = match name {
        "reset" => return chain::reset(sandbox, params),
        "stop" => {
            sandbox.stop();
            return Ok(NOTHING.to_string());
        }
        "produceBlock" => chain::produce_block,
        "addBlock" => chain::add_block,
        "getLatestBlockInfo" => chain::latest_block,
        "getBlockInfo" => chain::block,
        "getBlockRangeInfo" => chain::block_range,
        "getTransactionInfo" => chain::transaction,
        "findContract" => contracts::find_contract,
        "getContractsConfig" => contracts::contracts_config,
        "tableExists" => contracts::table_exists,
        "getTableDetails" => contracts::table_details,
        "find" => records::find,
        "findOne" => records::find_one,
        "count" => records::count,
        "insert" => records::insert,
        "update" => records::update,
        "remove" => records::remove,
        "dump" => dump::dump,
        _ => {
            let message = format!("there is no method {name:?}");
            return Err(Failure::new(Code::UnknownMethod, message));
        }
    };
    match sandbox.chain() {
        Some(chain) => method(chain, params),
        None => {
            let message = format!("{name} needs a chain: reset makes one");
            Err(Failure::new(Code::NoChain, message))
        }
    }
}

/// JSON text of a value.
fn json(value: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string(value).map_err(|error| Failure::new(Code::Internal, error.to_string()))
}
