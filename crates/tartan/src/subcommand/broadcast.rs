//! `tartan broadcast`: sending a signed transaction until it is in a block.

use std::fmt;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use serde::Serialize;
use tartan_graphene::SignedTransaction;
use tartan_mainchain::{Broadcaster, Goal, Outcome};

use super::runtime;
use super::sign::{read_json, show};
use crate::broadcasting;
use crate::config::Connection;
use crate::output;

/// Arguments of `tartan broadcast`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The same bytes are sent again to other nodes when a node is in doubt, so nothing executes twice.

Example:
  tartan sign transaction.json --key-file alice.key | tartan broadcast - --irreversible")]
pub(crate) struct Args {
    /// File with the signed transaction; - reads standard input.
    transaction: PathBuf,
    /// Wait until the block is irreversible, not only until the transaction is in one.
    #[arg(long)]
    irreversible: bool,
    #[command(flatten)]
    connection: Connection,
}

/// Where the transaction is.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Sent {
    id: String,
    block: u32,
    irreversible: bool,
}

impl fmt::Display for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = if self.irreversible {
            "irreversible in"
        } else {
            "in"
        };
        write!(
            f,
            "transaction {} is {how} main-chain block {}",
            self.id, self.block
        )
    }
}

pub(crate) fn run(args: Args, json: bool) -> Result<()> {
    let settings = args.connection.settings()?;
    let value = read_json(&args.transaction)?;
    if value["signatures"].as_array().is_none_or(Vec::is_empty) {
        bail!(
            "{} has no signatures; `tartan sign` adds one",
            show(&args.transaction)
        );
    }
    let chain = settings.network.main_chain.protocol();
    let signed = SignedTransaction::from_json(&value, &chain)
        .with_context(|| format!("{} is not a signed transaction", show(&args.transaction)))?;
    let goal = if args.irreversible {
        Goal::Irreversible
    } else {
        Goal::Included
    };
    let outcome = runtime()?.block_on(async {
        let broadcaster = Broadcaster::new(settings.client().await?);
        broadcasting::send(&broadcaster, &signed, goal).await
    })?;
    let irreversible = matches!(outcome, Outcome::Irreversible(_));
    let place = broadcasting::included(outcome)?;
    output::print(
        &Sent {
            id: place.id.to_string(),
            block: place.block,
            irreversible,
        },
        json,
    )
}
