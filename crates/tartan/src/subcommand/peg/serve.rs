//! `tartan peg run`.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use serde::Serialize;
use tartan_peg::{Config, Service, Unobserved, serve};

use super::super::runtime;
use super::look::require_journal;
use crate::config::Settings;
use crate::output;
use crate::shutdown::interrupted;
use crate::signer;

#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Print what would be paid now, and end. Needs no key and no journal; without a journal, history is not looked through.
    #[arg(long)]
    pub(super) dry_run: bool,
    /// File that holds the peg account's active key in WIF; - reads standard input. The variable TARTAN_KEY may hold the
    /// key instead.
    #[arg(
        long,
        env = "TARTAN_KEY_FILE",
        hide_env_values = true,
        value_name = "FILE"
    )]
    key_file: Option<PathBuf>,
    /// Where /health and /metrics are served; nowhere if nothing is said.
    #[arg(
        long,
        env = "TARTAN_PEG_LISTEN",
        hide_env_values = true,
        value_name = "ADDRESS"
    )]
    listen: Option<SocketAddr>,
}

/// The service is at work.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Serving {
    account: String,
    contract: String,
    journal: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    health: Option<String>,
}

impl fmt::Display for Serving {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "pays the queue of {} from {}; journal in {}",
            self.contract, self.account, self.journal
        )?;
        if let Some(health) = &self.health {
            write!(f, "; {health}")?;
        }
        write!(f, "; press Ctrl-C to stop")
    }
}

pub(super) fn run(settings: &Settings, config: Config, options: Options, json: bool) -> Result<()> {
    require_journal(&config)?;
    let files: Vec<PathBuf> = options.key_file.iter().cloned().collect();
    let key = signer::keys(&files, settings)?
        .pop()
        .context("no private key given")?;
    let listen = listen(&options, settings)?;
    let mut serving = Serving {
        account: config.account.clone(),
        contract: config.contract.clone(),
        journal: config.directory.display().to_string(),
        health: None,
    };
    runtime()?.block_on(async {
        let client = settings.client().await?;
        let mut service = Service::open(config, client, key, Arc::new(Unobserved)).await?;
        if let Some(address) = listen {
            let address = serve(address, service.reports()).await?;
            serving.health = Some(format!("http://{address}/health"));
        }
        output::print(&serving, json)?;
        tokio::select! {
            ended = service.run() => match ended? {},
            interrupted = interrupted() => interrupted,
        }
    })
}

fn listen(options: &Options, settings: &Settings) -> Result<Option<SocketAddr>> {
    if options.listen.is_some() {
        return Ok(options.listen);
    }
    let file = settings.file.peg.listen.as_deref();
    file.map(|text| {
        text.parse().with_context(|| {
            format!("peg.listen in tartan.toml: expected an address and a port such as 127.0.0.1:5050, found {text:?}")
        })
    })
    .transpose()
}
