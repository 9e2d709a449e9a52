//! `tartan sign`: signing a main-chain transaction.

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::Serialize;
use serde_json::Value;
use tartan_graphene::{AssetForm, Chain, JsonForm, SignedTransaction};
use tartan_mainchain::Broadcaster;

use super::runtime;
use crate::config::{Connection, Settings};
use crate::output;
use crate::signer;

/// Arguments of `tartan sign`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The transaction is JSON as the main chain's libraries write it: ref_block_num, ref_block_prefix,
expiration, operations. With these, signing needs no network. Where only operations are given, the
main chain is asked for the rest. Signatures that are there already stay, so several people can
sign one after the other. Nothing is sent: `tartan broadcast` does that.

Examples:
  tartan sign transaction.json --key-file alice.key > signed.json
  tartan sign transaction.json --key-file alice.key | tartan broadcast -")]
pub(crate) struct Args {
    /// File with the transaction; - reads standard input.
    transaction: PathBuf,
    /// File that holds a private key in WIF, once for each key that signs. The variable TARTAN_KEY may hold one instead.
    #[arg(
        long,
        env = "TARTAN_KEY_FILE",
        hide_env_values = true,
        value_name = "FILE"
    )]
    key_file: Vec<PathBuf>,
    #[command(flatten)]
    connection: Connection,
}

/// The signed transaction. Its text is its JSON: what comes out goes into `tartan broadcast`.
#[derive(Debug, Serialize)]
#[serde(transparent)]
struct Signed(Value);

impl fmt::Display for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#}", self.0)
    }
}

pub(crate) fn run(args: Args, json: bool) -> Result<()> {
    let settings = args.connection.settings()?;
    let keys = signer::keys(&args.key_file, &settings)?;
    let mut value = read_json(&args.transaction)?;
    let chain = match is_complete(&value) {
        true => settings.network.main_chain.protocol(),
        false => runtime()?
            .block_on(complete(&mut value, &settings))
            .context("the transaction names no block it refers to, and the main chain could not be asked for one")?,
    };
    let mut signed = SignedTransaction::from_json(&value, &chain)
        .with_context(|| format!("{} is not a transaction", show(&args.transaction)))?;
    signed.transaction.validate()?;
    let added = signed
        .transaction
        .clone()
        .sign(&chain, AssetForm::Legacy, &keys)?;
    for signature in added.signatures {
        if !signed.signatures.contains(&signature) {
            signed.signatures.push(signature);
        }
    }
    output::print(&Signed(signed.to_json(&chain, JsonForm::Legacy)), json)
}

/// Whether the transaction says when it is valid.
fn is_complete(transaction: &Value) -> bool {
    !transaction["ref_block_num"].is_null() || !transaction["expiration"].is_null()
}

/// Lets the transaction refer to a recent block of the main chain and expire soon.
async fn complete(transaction: &mut Value, settings: &Settings) -> Result<Chain> {
    let client = settings.client().await?;
    let chain = client.chain().clone();
    let reference = Broadcaster::new(client).prepare(Vec::new()).await?;
    if let Value::Object(fields) = transaction {
        fields.insert("ref_block_num".to_string(), reference.ref_block_num.into());
        fields.insert(
            "ref_block_prefix".to_string(),
            reference.ref_block_prefix.into(),
        );
        fields.insert(
            "expiration".to_string(),
            reference.expiration.to_string().into(),
        );
    }
    Ok(chain)
}

/// The JSON in a file, or on standard input.
pub(super) fn read_json(path: &Path) -> Result<Value> {
    let text = if path.as_os_str() == "-" {
        std::io::read_to_string(std::io::stdin()).context("cannot read standard input")?
    } else {
        std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?
    };
    serde_json::from_str(&text).with_context(|| format!("{} is not JSON", show(path)))
}

/// A file's name for messages.
pub(super) fn show(path: &Path) -> String {
    if path.as_os_str() == "-" {
        "standard input".to_string()
    } else {
        path.display().to_string()
    }
}
