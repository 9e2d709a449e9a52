//! `tartan contract`: what authors of contracts do, from the first line to a running contract.
//!
//! ```text
//!   new ──▶ a folder: contract, test ──▶ test (in a sandbox) ──▶ deploy ──▶ call ──▶ inspect, table
//! ```

mod call;
mod check;
mod costs;
mod deploy;
mod inspect;
mod starter;
mod testing;

use std::path::PathBuf;

use anyhow::Result;
use clap::Subcommand;
use serde_json::Value;

use crate::config::Connection;
use crate::side_chain::PAGE;
use crate::signer::Signer;

/// Arguments of `tartan contract`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tartan contract new notebook
  tartan contract test notebook
  tartan contract deploy notebook/contract.js --name notebook -a alice --key-file alice.key
  tartan contract call notebook add '{\"text\":\"hello\"}' -a alice --key-file alice.key
  tartan contract table notebook notes")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    connection: Connection,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a folder with a contract that works, and its test.
    #[command(after_help = "Example:\n  tartan contract new notebook")]
    New {
        /// Name of the contract: 3 to 50 letters and digits.
        #[arg(value_parser = contract_name)]
        name: String,
        /// The folder to make [default: the contract's name].
        #[arg(long)]
        dir: Option<PathBuf>,
    },
    /// Run a contract's tests with Node.js, each in a chain in memory.
    #[command(after_help = "\
Runs `node --test` in the folder. The variable TARTAN tells the tests which program to start.

Example:
  tartan contract test notebook")]
    Test {
        /// The folder that `tartan contract new` has made.
        #[arg(default_value = ".")]
        dir: PathBuf,
    },
    /// Deploy a contract, or a new version of it.
    #[command(after_help = "\
With --check nothing is sent and nobody signs: the contract is compiled and deployed in a chain in
memory that has the network's rules and nothing else on it.

Examples:
  tartan contract deploy contract.js --name notebook --check
  tartan contract deploy contract.js --name notebook -a alice --key-file alice.key
  tartan contract deploy contract.js --name notebook --params '{\"maxLength\":140}' -a alice")]
    Deploy(Deployment),
    /// Call an action of a contract, and print what it says.
    #[command(
        after_help = "Example:\n  tartan contract call notebook add '{\"text\":\"hello\"}' -a alice --key-file alice.key"
    )]
    Call {
        /// The contract.
        name: String,
        /// Its action.
        action: String,
        /// What the action is given: a JSON object.
        #[arg(default_value = "{}", value_parser = json_object)]
        payload: Value,
        /// The most of the utility token that it may lock as a deposit for what it stores.
        #[arg(long, value_name = "QUANTITY")]
        max_deposit: Option<String>,
        #[command(flatten)]
        signer: Signer,
    },
    /// Show a contract: owner, version, code hash, tables.
    #[command(after_help = "Example:\n  tartan contract inspect tokens")]
    Inspect {
        /// The contract.
        name: String,
        /// Print its complete code: the source in the network's template.
        #[arg(long)]
        code: bool,
    },
    /// Show rows of a contract's table, one JSON object a line.
    #[command(
        after_help = "Example:\n  tartan contract table notebook notes --query '{\"author\":\"alice\"}' --limit 10"
    )]
    Table {
        /// The contract.
        name: String,
        /// Its table.
        table: String,
        /// Only rows that match this JSON object.
        #[arg(long, default_value = "{}", value_parser = json_object)]
        query: Value,
        /// The most rows to show.
        #[arg(long, default_value_t = 100, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..=PAGE as u64))]
        limit: usize,
        /// Rows to pass over.
        #[arg(long, default_value_t = 0)]
        offset: usize,
    },
}

/// What is deployed, and how.
#[derive(Debug, clap::Args)]
struct Deployment {
    /// File with the contract's JavaScript.
    file: PathBuf,
    /// Name of the contract: 3 to 50 letters and digits.
    #[arg(long, value_parser = contract_name)]
    name: String,
    /// What createSSC is given, as JSON.
    #[arg(long, value_parser = json)]
    params: Option<Value>,
    /// The most of the utility token that it may lock as a deposit for what it stores.
    #[arg(long, value_name = "QUANTITY")]
    max_deposit: Option<String>,
    /// Only try it, in a chain in memory.
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    signer: Signer,
}

pub(crate) fn run(args: Args, json: bool) -> Result<()> {
    let settings = || args.connection.settings();
    match &args.command {
        Command::New { name, dir } => starter::run(name, dir.as_deref(), json),
        Command::Test { dir } => testing::run(dir, json),
        Command::Deploy(deployment) => deploy::run(&settings()?, deployment, json),
        Command::Call {
            name,
            action,
            payload,
            max_deposit,
            signer,
        } => {
            let payload = &with_max_deposit(payload.clone(), max_deposit.as_deref());
            let call = crate::calling::Call {
                contract: name,
                action,
                payload,
            };
            super::runtime()?.block_on(call::run(&settings()?, call, signer, json))
        }
        Command::Inspect { name, code } => {
            super::runtime()?.block_on(inspect::contract(&settings()?, name, *code, json))
        }
        Command::Table {
            name,
            table,
            query,
            limit,
            offset,
        } => {
            let page = crate::side_chain::Page {
                query: query.clone(),
                limit: *limit,
                offset: *offset,
            };
            super::runtime()?.block_on(inspect::table(&settings()?, name, table, &page, json))
        }
    }
}

/// A payload that says how much may be locked, if anything is said.
fn with_max_deposit(mut payload: Value, most: Option<&str>) -> Value {
    if let Some(most) = most {
        payload[tartan_runtime::MAX_DEPOSIT] = most.into();
    }
    payload
}

fn json(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| format!("expected JSON: {error}"))
}

fn json_object(text: &str) -> Result<Value, String> {
    match json(text)? {
        object @ Value::Object(_) => Ok(object),
        other => Err(format!(
            "expected a JSON object such as {{\"key\":\"value\"}}, found {other}"
        )),
    }
}

/// What every sidechain accepts as a contract's name.
fn contract_name(text: &str) -> Result<String, String> {
    let valid = (3..=50).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && !["contract", "blockProduction", "null"].contains(&text);
    if valid {
        Ok(text.to_string())
    } else {
        Err("expected 3 to 50 letters and digits, and not contract, blockProduction or null".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_a_chain_accepts() {
        for name in ["abc", "notebook", "Note2", &"a".repeat(50)] {
            assert_eq!(contract_name(name).as_deref(), Ok(name));
        }
        for name in ["", "ab", "my-notes", "null", "nötes", &"a".repeat(51)] {
            assert!(contract_name(name).is_err(), "{name}");
        }
    }

    #[test]
    fn payloads_are_objects() {
        assert!(json_object("{}").is_ok());
        for text in ["", "[]", "5", "null", "{'a':1}"] {
            assert!(json_object(text).is_err(), "{text}");
        }
    }
}
