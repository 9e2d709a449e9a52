//! Showing what is going to be signed, asking, signing, and telling what came of it.

use std::fmt;
use std::io::{stderr, stdin};

use anyhow::{Result, bail};
use serde::Serialize;

use crate::asking::agree;
use crate::config::Settings;
use crate::output::{self, Output};
use crate::side_chain::Event;
use crate::signer::Signer;
use crate::signing::{Done, Step, sign};

/// How far to go, and who signs.
#[derive(Debug, clap::Args)]
pub(crate) struct Acting {
    /// Only show what it comes to; sign nothing.
    #[arg(long)]
    dry_run: bool,
    /// Sign without a question.
    #[arg(long, short)]
    yes: bool,
    #[command(flatten)]
    pub(crate) signer: Signer,
}

/// An amount of a token.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Amount {
    pub(crate) symbol: String,
    pub(crate) quantity: String,
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.quantity, self.symbol)
    }
}

/// What is going to be signed, and what comes of it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Preview<T> {
    #[serde(flatten)]
    pub(crate) about: T,
    pub(crate) step: Step,
}

impl<T: fmt::Display> fmt::Display for Preview<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.about)?;
        writeln!(f, "\nWhat is signed: {}", self.step.told)
    }
}

/// An action that was executed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Executed {
    #[serde(flatten)]
    done: Done,
    /// What left the account.
    paid: Vec<Amount>,
    /// What came to the account.
    received: Vec<Amount>,
}

impl fmt::Display for Executed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.done)?;
        for (told, amounts) in [("paid", &self.paid), ("got", &self.received)] {
            for amount in amounts {
                writeln!(f, "{told:<9} {amount}")?;
            }
        }
        Ok(())
    }
}

impl Acting {
    /// Shows, asks unless told not to, signs, and tells.
    pub(crate) async fn run<T: Output>(
        &self,
        settings: &Settings,
        preview: Preview<T>,
        json: bool,
    ) -> Result<()> {
        if self.dry_run {
            return output::print(&preview, json);
        }
        if !self.yes {
            if self.signer.reads_standard_input() {
                bail!(
                    "the question is answered on standard input, so it cannot hold the key as well; put the key into a file, or pass --yes"
                );
            }
            eprintln!("{preview}");
            if !agree("Sign this?", &mut stdin().lock(), &mut stderr())? {
                bail!("nothing was signed");
            }
        }
        let (account, key) = self.signer.resolve(settings)?;
        let done = sign(settings, &account, &key, &preview.step).await?;
        let moved = |side: &str| -> Vec<Amount> {
            let events = done
                .events
                .iter()
                .filter(|event| event.contract == "tokens");
            let events = events.filter(|event| event.data[side] == account.as_str());
            events.filter_map(amount).collect()
        };
        let (paid, received) = (moved("from"), moved("to"));
        let executed = Executed {
            done,
            paid,
            received,
        };
        output::print(&executed, json)
    }
}

fn amount(event: &Event) -> Option<Amount> {
    let text = |key: &str| Some(event.data[key].as_str()?.to_string());
    Some(Amount {
        symbol: text("symbol")?,
        quantity: text("quantity")?,
    })
}
