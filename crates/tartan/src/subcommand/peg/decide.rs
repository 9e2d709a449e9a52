//! `tartan peg approve`, `tartan peg hold`.

use std::fmt;

use anyhow::{Context as _, Result, bail};
use serde::Serialize;
use tartan_peg::{Config, Decision, Journal, Standing, Verdict, decide, survey};

use super::super::runtime;
use crate::config::Settings;
use crate::output;

#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// The payment's id, as `tartan peg status` shows it.
    id: String,
    /// Why, for those who look later.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

/// What was decided.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Decided {
    id: String,
    verdict: Verdict,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient: Option<String>,
}

impl fmt::Display for Decided {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.verdict {
            Verdict::Approve => "approved",
            Verdict::Hold => "on hold",
        };
        write!(
            f,
            "{what}: {} to {} ({})",
            self.amount.as_deref().unwrap_or("an unknown amount"),
            self.recipient.as_deref().unwrap_or("nobody known"),
            self.id
        )
    }
}

pub(super) fn run(
    settings: &Settings,
    config: &Config,
    options: Options,
    verdict: Verdict,
    json: bool,
) -> Result<()> {
    Journal::read(&config.directory)?;
    let report = runtime()?.block_on(async {
        let client = settings.client().await?;
        anyhow::Ok(survey(config, &client).await?)
    })?;
    let Some(row) = report.rows.into_iter().find(|row| row.id == options.id) else {
        bail!(
            "no payment {:?} is queued in {}; `tartan peg status` lists those that are",
            options.id,
            config.contract
        );
    };
    match row.standing {
        Standing::Sent { transaction, .. } => {
            bail!(
                "it is too late: {} was signed as transaction {transaction}",
                row.id
            )
        }
        Standing::Paid { transaction, .. } => {
            bail!(
                "it is too late: {} was paid by transaction {transaction}",
                row.id
            )
        }
        _ => {}
    }
    let decision = Decision {
        id: options.id,
        verdict,
        reason: options.reason,
    };
    decide(&config.directory, &decision).context("cannot record the decision")?;
    output::print(
        &Decided {
            id: row.id,
            verdict,
            amount: row.amount,
            recipient: row.recipient,
        },
        json,
    )
}
