//! `tartan community update`: other parameters for a reward pool.

use std::fmt;
use std::io::{stderr, stdin};
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use serde::Serialize;
use serde_json::{Value, json};

use super::answers::{Answers, Given};
use super::inflation::Inflation;
use super::ledger::{Fees, Token, Utility};
use super::parameters::{Parameter, Section};
use super::plan::{self, Supply};
use crate::asking::agree;
use crate::broadcasting::Needs;
use crate::config::Settings;
use crate::output;
use crate::reward_pool::{CONTRACT, RewardTables};
use crate::side_chain::SideChain;
use crate::signer::Signer;
use crate::signing::{Done, Step, sign};

/// Arguments of `tartan community update`.
#[derive(Debug, clap::Args)]
pub(super) struct Update {
    /// Symbol of the token.
    symbol: String,
    /// File with parameters; what it says of the token is not looked at. Flags win over it.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Only show what would change; sign nothing.
    #[arg(long)]
    dry_run: bool,
    /// Sign without asking.
    #[arg(long, short)]
    yes: bool,
    #[command(flatten)]
    given: Given<false>,
    #[command(flatten)]
    signer: Signer,
}

/// A parameter that changes.
#[derive(Debug, Serialize)]
struct Change {
    parameter: &'static str,
    from: Value,
    to: Value,
}

/// What is going to change.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Preview {
    symbol: String,
    reward_pool_id: u64,
    changes: Vec<Change>,
    fee: String,
    inflation: Inflation,
}

/// What has changed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Updated {
    #[serde(flatten)]
    preview: Preview,
    #[serde(flatten)]
    done: Done,
}

impl fmt::Display for Preview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let symbol = &self.symbol;
        writeln!(f, "Reward pool {} of {symbol}:", self.reward_pool_id)?;
        for change in &self.changes {
            let (from, to) = (Parameter::show(&change.from), Parameter::show(&change.to));
            writeln!(f, "  {:<36} {from} becomes {to}", change.parameter)?;
        }
        writeln!(f, "Changing it costs {}.", self.fee)?;
        writeln!(f, "\nNew tokens from now on:")?;
        self.inflation.write(f, symbol)
    }
}

impl fmt::Display for Updated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.preview, self.done)
    }
}

pub(super) async fn run(settings: &Settings, update: Update, json: bool) -> Result<()> {
    if !update.yes && update.signer.reads_standard_input() {
        bail!(
            "the question is answered on standard input, so it cannot hold the key as well; put the key into a file, or pass --yes"
        );
    }
    let mut wanted = update.given.0.clone();
    if let Some(path) = &update.file {
        wanted = wanted.or(Answers::load(path)?);
    }
    let side_chain = SideChain::new(&settings.side_chain()?)?;
    let tables = RewardTables::new(&side_chain);
    let symbol = &update.symbol;
    let pool = tables.pool(symbol).await?;
    let row = tables.row(symbol).await?.context("the pool has gone")?;
    let token = Token::find(&side_chain, symbol).await?;
    let token = token.with_context(|| format!("there is no token {symbol}"))?;

    let old = plan::answers_of(&row["config"]);
    let mut new = wanted.or(old.clone());
    plan::complete(&mut new, Some(&token))?;
    plan::check_network(&new, &settings.network)?;
    let precision = token.precision()?;
    let config = plan::config(&new, precision)?;
    if config == plan::config(&old, precision)? {
        bail!("nothing changes: the reward pool of {symbol} has these parameters already");
    }
    let changes = new
        .iter()
        .filter(|(parameter, _)| parameter.section == Section::Pool)
        .map(|(parameter, to)| Change {
            parameter: parameter.name,
            from: old.get(parameter.name).cloned().unwrap_or(Value::Null),
            to: to.clone(),
        })
        .filter(|change| change.from != change.to);

    let utility = Utility::of(settings)?;
    let fee = Fees::read(&side_chain, &utility).await?.update;
    let supply = Supply::of(Some(&token), &Answers::default())?;
    let preview = Preview {
        symbol: symbol.clone(),
        reward_pool_id: pool.id,
        changes: changes.collect(),
        fee: utility.show(fee),
        inflation: plan::prospect(&new, supply)?.inflation(),
    };
    if update.dry_run {
        return output::print(&preview, json);
    }
    if !update.yes {
        eprintln!("{preview}");
        if !agree("Sign this?", &mut stdin().lock(), &mut stderr())? {
            bail!("nothing was signed");
        }
    }
    let (account, key) = update.signer.resolve(settings)?;
    let step = Step {
        told: format!("update the reward pool of {symbol}"),
        contract: CONTRACT,
        action: "updateRewardPool",
        payload: json!({ "rewardPoolId": pool.id, "config": config }),
        fee: preview.fee.clone(),
        needs: Needs::Active,
    };
    let done = sign(settings, &account, &key, &step).await?;
    output::print(&Updated { preview, done }, json)
}
