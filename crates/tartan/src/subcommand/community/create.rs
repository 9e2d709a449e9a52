//! `tartan community create`: from an idea to a token with a reward pool.

use std::fmt;
use std::io::{stderr, stdin};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde::Serialize;
use serde_json::json;
use tartan_graphene::{AccountName, PrivateKey};

use super::answers::{Answers, Given};
use super::parameters;
use super::plan;
use super::start::Start;
use crate::asking::agree;
use crate::config::Settings;
use crate::output;
use crate::reward_pool::{Pool, RewardTables};
use crate::side_chain::SideChain;
use crate::signer::Signer;
use crate::signing::{Done, Step, sign};

/// Arguments of `tartan community create`.
#[derive(Debug, clap::Args)]
pub(super) struct Create {
    /// Symbol of the token: up to 10 capital letters.
    symbol: Option<String>,
    /// File with answers, as --save writes it. Flags win over it; for what it doesn't say defaults are taken.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Write all answers into a file that can be used again.
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
    /// Only show what it costs and what it means; sign nothing.
    #[arg(long)]
    dry_run: bool,
    /// Ask nothing: take the defaults for what isn't said, and sign.
    #[arg(long, short)]
    yes: bool,
    #[command(flatten)]
    given: Given<true>,
    #[command(flatten)]
    signer: Signer,
}

/// A community that was founded.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Founded {
    symbol: String,
    reward_pool_id: u64,
    tags: Vec<String>,
    issuer: String,
    steps: Vec<Done>,
}

impl fmt::Display for Founded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // the steps were told as they were done
        let tags: Vec<String> = self.tags.iter().map(|tag| format!("#{tag}")).collect();
        write!(
            f,
            "{} has reward pool {}: posts tagged {} are rewarded from now on",
            self.symbol,
            self.reward_pool_id,
            tags.join(" or ")
        )
    }
}

pub(super) async fn run(settings: &Settings, create: Create, json: bool) -> Result<()> {
    if !create.yes && create.signer.reads_standard_input() {
        bail!(
            "questions are answered on standard input, so it cannot hold the key as well; put the key into a file, or pass --yes"
        );
    }
    let side_chain = SideChain::new(&settings.side_chain()?)?;
    side_chain.expect(&settings.network).await?;
    let (start, answers) = create.gather(settings, &side_chain).await?;
    let account = match create.signer.account(settings) {
        Err(_) if create.dry_run => None,
        account => Some(account?),
    };
    let account = account.as_ref().map(AccountName::as_str);
    let preview = start
        .preview(settings, &side_chain, &answers, account)
        .await?;
    if let Some(path) = &create.save {
        save(path, &answers)?;
    }
    if create.dry_run {
        return output::print(&preview, json);
    }
    start.check_founder(account.unwrap_or_default(), &preview)?;
    if !create.yes {
        eprintln!("\n{preview}");
        if !agree("Sign all this?", &mut stdin().lock(), &mut stderr())? {
            bail!("nothing was signed");
        }
    }
    let (account, key) = create.signer.resolve(settings)?;
    let steps = sign_all(settings, &account, &key, &preview.steps, json).await?;
    let row = RewardTables::new(&side_chain).row(&start.symbol).await?;
    let pool = Pool::read(row.context("the pool was made, and the node does not show it")?)?;
    let founded = Founded {
        symbol: start.symbol,
        reward_pool_id: pool.id,
        tags: pool.config.tags,
        issuer: account.to_string(),
        steps,
    };
    output::print(&founded, json)
}

impl Create {
    /// What there is, and all answers: from flags, from the file, from the terminal, by default.
    async fn gather(
        &self,
        settings: &Settings,
        side_chain: &SideChain,
    ) -> Result<(Start, Answers)> {
        let mut answers = Answers::default();
        if let Some(symbol) = &self.symbol {
            answers.set(parameters::symbol(), json!(symbol));
        }
        answers = answers.or(self.given.0.clone());
        if let Some(path) = &self.file {
            answers = answers.or(Answers::load(path)?);
        }
        let asks = !self.yes && self.file.is_none();
        let symbol = symbol(&mut answers, asks)?;
        let start = Start::look(settings, side_chain, &symbol).await?;
        if asks {
            start.ask(&mut answers, settings.network.contracts.comments.extended)?;
        }
        plan::complete(&mut answers, start.token.as_ref())?;
        plan::check_network(&answers, &settings.network)?;
        Ok((start, answers))
    }
}

/// Signs one step after the other, telling each when it is done.
async fn sign_all(
    settings: &Settings,
    account: &AccountName,
    key: &PrivateKey,
    steps: &[Step],
    json: bool,
) -> Result<Vec<Done>> {
    let mut done = Vec::new();
    for step in steps {
        let executed = sign(settings, account, key, step).await;
        let executed = executed.with_context(|| match done.len() {
            0 => step.told.clone(),
            so_far => format!(
                "{} (what came before, {so_far} of {} steps, is done; run the same command again to go on from there)",
                step.told,
                steps.len()
            ),
        })?;
        if !json {
            eprintln!("{executed}");
        }
        done.push(executed);
    }
    Ok(done)
}

/// Writes a file of answers, but not over another.
pub(super) fn save(path: &Path, answers: &Answers) -> Result<()> {
    use std::io::Write as _;
    let file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path);
    let mut file = file.with_context(|| {
        format!(
            "cannot make the file {}; if it exists already, choose another name",
            path.display()
        )
    })?;
    file.write_all(answers.to_file().as_bytes())
        .with_context(|| format!("cannot write {}", path.display()))
}

/// The symbol that was given, or is asked for.
fn symbol(answers: &mut Answers, asks: bool) -> Result<String> {
    if asks {
        let parameter = std::iter::once(parameters::symbol());
        answers.ask(parameter, |_, _| None, &mut stdin().lock(), &mut stderr())?;
    }
    let Some(symbol) = answers.text("symbol") else {
        bail!("no symbol given; name the token, such as `tartan community create GARDEN`");
    };
    let letters = symbol
        .bytes()
        .all(|byte| byte.is_ascii_uppercase() || byte == b'.');
    if !letters || symbol.is_empty() || symbol.len() > 10 {
        bail!("expected a symbol of up to 10 capital letters, found {symbol:?}");
    }
    Ok(symbol.to_string())
}
