//! `tartan peg init`, `tartan peg status`, `tartan peg run --dry-run`.

use std::fmt;

use anyhow::{Result, bail};
use serde::Serialize;
use tartan_peg::{
    Config, Journal, JournalError, Report, RowReport, Standing, init as begin, survey,
};

use super::super::runtime;
use crate::config::Settings;
use crate::output;

/// A journal that was begun.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Begun {
    account: String,
    contract: String,
    journal: String,
    start: u32,
    quiet_until: String,
}

impl fmt::Display for Begun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "journal of {} ({}) in {}",
            self.account, self.contract, self.journal
        )?;
        writeln!(
            f,
            "looks through the main chain from block {} on",
            self.start
        )?;
        write!(
            f,
            "pays nothing before {} by the main chain's time",
            self.quiet_until
        )
    }
}

/// What is queued.
#[derive(Debug, Serialize)]
#[serde(transparent)]
struct Status(Report);

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report {
            account,
            contract,
            main_chain,
            side_chain,
            limits,
            coins,
            rows,
        } = &self.0;
        writeln!(f, "account     {account} ({contract})")?;
        writeln!(f, "main chain  irreversible up to block {main_chain}")?;
        writeln!(f, "sidechain   at main-chain block {side_chain}")?;
        writeln!(
            f,
            "limits      {} at once, {} in an hour, {} in a day",
            limits.payment, limits.hour, limits.day
        )?;
        for (symbol, coin) in coins {
            writeln!(
                f,
                "{symbol:<11} balance {}, queued {}; paid {} within an hour, {} within a day",
                coin.balance, coin.queued, coin.hour, coin.day
            )?;
        }
        write!(f, "queue       {} payments", rows.len())?;
        for row in rows {
            write!(f, "\n{}", Line(row))?;
        }
        Ok(())
    }
}

/// A row on a line.
struct Line<'a>(&'a RowReport);

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row = self.0;
        write!(f, "{}", row.id)?;
        if let (Some(amount), Some(recipient)) = (&row.amount, &row.recipient) {
            write!(f, "  {amount} to {recipient}")?;
        }
        match &row.standing {
            Standing::Due => write!(f, "  due"),
            Standing::Waiting { reason } => write!(f, "  waits: {reason}"),
            Standing::NeedsApproval { reason } => write!(f, "  needs approval: {reason}"),
            Standing::Held { reason } => write!(f, "  on hold: {reason}"),
            Standing::Sent {
                transaction,
                expires,
            } => {
                write!(f, "  sent as {transaction}, which expires at {expires}")
            }
            Standing::Paid { transaction, block } => {
                write!(f, "  paid by {transaction} in block {block}")
            }
        }
    }
}

/// What would be paid.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Plan {
    would_pay: Vec<RowReport>,
    others: Vec<RowReport>,
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "would pay {} of {} payments",
            self.would_pay.len(),
            self.would_pay.len() + self.others.len()
        )?;
        for row in self.would_pay.iter().chain(&self.others) {
            write!(f, "\n{}", Line(row))?;
        }
        Ok(())
    }
}

pub(super) fn init(settings: &Settings, config: &Config, json: bool) -> Result<()> {
    let header = runtime()?.block_on(async {
        let client = settings.client().await?;
        anyhow::Ok(begin(config, &client).await?)
    })?;
    output::print(
        &Begun {
            account: header.account,
            contract: header.contract,
            journal: config.directory.display().to_string(),
            start: header.start,
            quiet_until: header.quiet_until.to_string(),
        },
        json,
    )
}

pub(super) fn status(settings: &Settings, config: &Config, json: bool) -> Result<()> {
    require_journal(config)?;
    output::print(&Status(look(settings, config)?), json)
}

pub(super) fn dry_run(settings: &Settings, config: &Config, json: bool) -> Result<()> {
    let report = look(settings, config)?;
    let (would_pay, others) = report
        .rows
        .into_iter()
        .partition(|row| row.standing == Standing::Due);
    output::print(&Plan { would_pay, others }, json)
}

fn look(settings: &Settings, config: &Config) -> Result<Report> {
    runtime()?.block_on(async {
        let client = settings.client().await?;
        Ok(survey(config, &client).await?)
    })
}

/// A journal is begun on purpose: one in the wrong place knows nothing of what was paid.
pub(super) fn require_journal(config: &Config) -> Result<()> {
    match Journal::read(&config.directory) {
        Ok(_) => Ok(()),
        Err(JournalError::Missing { path }) => bail!(
            "there is no journal of payments in {}; pass --journal <DIR> if it is elsewhere, or begin one with `tartan peg init`",
            path.display()
        ),
        Err(error) => Err(error.into()),
    }
}
