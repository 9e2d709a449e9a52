//! `tartan community create`: from an idea to a token with a reward pool.

use std::fmt;
use std::io::{stderr, stdin};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde::Serialize;
use serde_json::{Value, json};
use tartan_decimal::Quantity;

use super::answers::{Answers, Given, agree};
use super::inflation::Inflation;
use super::ledger::{Fees, Token, Utility};
use super::parameters::{self, Asked, Parameter, Section};
use super::plan::{self, Supply};
use super::signing::{Done, Step, sign};
use crate::broadcasting::Needs;
use crate::config::Settings;
use crate::output;
use crate::reward_pool::{CONTRACT, Pool, RewardTables};
use crate::side_chain::SideChain;
use crate::signer::Signer;

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

/// What is going to be signed, and what comes of it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Preview {
    symbol: String,
    network: String,
    steps: Vec<Step>,
    /// All fees together.
    fees: String,
    utility_token: String,
    /// What the founder has of the utility token.
    #[serde(skip_serializing_if = "Option::is_none")]
    balance: Option<String>,
    inflation: Inflation,
    #[serde(skip)]
    answers: Answers,
    #[serde(skip)]
    nobody_has_any: bool,
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

impl fmt::Display for Preview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let symbol = &self.symbol;
        writeln!(f, "Community {symbol} on the network {}", self.network)?;
        writeln!(f, "\nWhat is signed, and what it costs:")?;
        for step in &self.steps {
            writeln!(f, "  {:<44} {:>20}", step.told, step.fee)?;
        }
        write!(
            f,
            "  {:<44} {:>20} {}",
            "together", self.fees, self.utility_token
        )?;
        match &self.balance {
            Some(balance) => writeln!(f, ", of the {balance} that you have")?,
            None => writeln!(f)?,
        }
        writeln!(f, "\nThe reward pool:")?;
        write_parameters(f, &self.answers)?;
        writeln!(f, "\nNew tokens:")?;
        self.inflation.write(f, symbol)?;
        if self.nobody_has_any {
            writeln!(
                f,
                "\nNobody has any {symbol} yet. Votes count by stake: issue some, and let members stake it."
            )?;
        }
        Ok(())
    }
}

/// The answers about the pool, one a line.
pub(super) fn write_parameters(f: &mut fmt::Formatter<'_>, answers: &Answers) -> fmt::Result {
    for (parameter, value) in answers.iter() {
        // what only some networks have is not worth a line where it is not used
        let usual = parameter.asked != Asked::Extended || !value.is_null();
        if parameter.section == Section::Pool && usual {
            writeln!(f, "  {:<36} {}", parameter.name, Parameter::show(value))?;
        }
    }
    Ok(())
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
    let mut answers = Answers::default();
    if let Some(symbol) = &create.symbol {
        answers.set(parameters::symbol(), json!(symbol));
    }
    answers = answers.or(create.given.0.clone());
    if let Some(path) = &create.file {
        answers = answers.or(Answers::load(path)?);
    }
    let asks = !create.yes && create.file.is_none();
    let symbol = symbol(&mut answers, asks)?;
    let start = Start::look(settings, &side_chain, &symbol).await?;
    let account = create.signer.account(settings);
    if asks {
        start.ask(&mut answers, settings.network.contracts.comments.extended)?;
    }
    plan::complete(&mut answers, start.token.as_ref())?;
    plan::check_network(&answers, &settings.network)?;
    let account = match account {
        Err(_) if create.dry_run => None,
        account => Some(account?.to_string()),
    };
    let preview = start
        .preview(settings, &side_chain, &answers, account.as_deref())
        .await?;
    if let Some(path) = &create.save {
        save(path, &answers)?;
    }
    if create.dry_run {
        return output::print(&preview, json);
    }
    if !create.yes {
        eprintln!("\n{preview}");
        if !agree("Sign all this?", &mut stdin().lock(), &mut stderr())? {
            bail!("nothing was signed");
        }
    }
    let (account, key) = create.signer.resolve(settings)?;
    start.check_founder(account.as_str(), &preview)?;
    let mut done = Vec::new();
    for step in &preview.steps {
        let executed = sign(settings, &account, &key, step).await;
        let executed = executed.with_context(|| match done.len() {
            0 => step.told.clone(),
            so_far => format!(
                "{} (what came before, {so_far} of {} steps, is done; run the same command again to go on from there)",
                step.told,
                preview.steps.len()
            ),
        })?;
        if !json {
            eprintln!("{executed}");
        }
        done.push(executed);
    }
    let row = RewardTables::new(&side_chain).row(&symbol).await?;
    let pool = Pool::read(row.context("the pool was made, and the node does not show it")?)?;
    let founded = Founded {
        symbol,
        reward_pool_id: pool.id,
        tags: pool.config.tags,
        issuer: account.to_string(),
        steps: done,
    };
    output::print(&founded, json)
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

/// What there is before anything is signed.
struct Start {
    symbol: String,
    token: Option<Token>,
    utility: Utility,
    fees: Fees,
}

impl Start {
    async fn look(settings: &Settings, side_chain: &SideChain, symbol: &str) -> Result<Start> {
        let utility = Utility::of(settings)?;
        let fees = Fees::read(side_chain, &utility).await?;
        if let Some(row) = RewardTables::new(side_chain).row(symbol).await? {
            bail!(
                "{symbol} has a reward pool already, number {}; `tartan community update {symbol}` changes it",
                row["_id"]
            );
        }
        Ok(Start {
            symbol: symbol.to_string(),
            token: Token::find(side_chain, symbol).await?,
            utility,
            fees,
        })
    }

    fn ask(&self, answers: &mut Answers, extended: bool) -> Result<()> {
        let questions = plan::wanted(self.token.is_some()).filter(|it| match it.asked {
            Asked::Always => true,
            Asked::Extended => extended,
            Asked::Never => false,
        });
        answers.ask(
            questions,
            |answers, parameter| plan::suggestion(answers, parameter, self.token.as_ref()),
            &mut stdin().lock(),
            &mut stderr(),
        )
    }

    async fn preview(
        &self,
        settings: &Settings,
        side_chain: &SideChain,
        answers: &Answers,
        account: Option<&str>,
    ) -> Result<Preview> {
        let supply = Supply::of(self.token.as_ref(), answers)?;
        let steps = self.steps(answers, supply, account)?;
        let mut fees = Quantity::ZERO;
        for (_, fee) in &steps {
            fees = fees.checked_add(*fee).context("fees that are too large")?;
        }
        let balance = match account {
            Some(account) => {
                let balance = self.utility.balance(side_chain, account).await?;
                Some(balance.format(self.utility.precision))
            }
            None => None,
        };
        let first_issue = answers.text("first-issue").is_some();
        Ok(Preview {
            symbol: self.symbol.clone(),
            network: settings.network.name.clone(),
            fees: fees.format(self.utility.precision),
            utility_token: self.utility.symbol.clone(),
            balance,
            inflation: plan::prospect(answers, supply)?.inflation(),
            answers: answers.clone(),
            nobody_has_any: supply.supply.is_zero() && !first_issue,
            steps: steps.into_iter().map(|(step, _)| step).collect(),
        })
    }

    /// What has to be signed to get from here to a community, each with its fee.
    fn steps(
        &self,
        answers: &Answers,
        supply: Supply,
        account: Option<&str>,
    ) -> Result<Vec<(Step, Quantity)>> {
        let symbol = &self.symbol;
        let mut steps = Vec::new();
        let mut add = |told: String, contract, action, payload: Value, fee: Quantity| {
            let fee_text = match fee.is_zero() {
                true => "free".to_string(),
                false => fee.format(self.utility.precision),
            };
            let step = Step {
                told,
                contract,
                action,
                payload,
                fee: fee_text,
                needs: Needs::Active,
            };
            steps.push((step, fee));
        };
        let token = self.token.as_ref();
        if token.is_none() {
            let mut payload = json!({
                "symbol": symbol, "name": answers.text("name"), "precision": supply.precision.decimals(),
                "maxSupply": answers.text("max-supply"),
            });
            if let Some(url) = answers.text("url") {
                payload["url"] = json!(url);
            }
            let told = format!("create the token {symbol}");
            add(told, "tokens", "create", payload, self.fees.create);
        }
        if !token.is_some_and(|token| token.staking_enabled) {
            let days = answers.number("unstaking-days").unwrap_or(28);
            let slices = answers.number("unstaking-slices").unwrap_or(4);
            let payload = json!({ "symbol": symbol, "unstakingCooldown": days, "numberTransactions": slices });
            let told = format!("let {symbol} be staked");
            add(told, "tokens", "enableStaking", payload, self.fees.staking);
        }
        if !token.is_some_and(|token| token.delegation_enabled) {
            let days = answers.number("undelegation-days").unwrap_or(7);
            let payload = json!({ "symbol": symbol, "undelegationCooldown": days });
            let told = "let stake be delegated".to_string();
            add(
                told,
                "tokens",
                "enableDelegation",
                payload,
                self.fees.delegation,
            );
        }
        // what was issued before is not issued again when somebody goes on after an interruption
        let untouched =
            token.is_none_or(|token| token.supply.bytes().all(|byte| b"0.".contains(&byte)));
        if let Some(first) = answers.text("first-issue").filter(|_| untouched) {
            let payload = json!({ "symbol": symbol, "to": account, "quantity": first });
            let told = format!("issue {first} {symbol} to yourself");
            add(told, "tokens", "issue", payload, Quantity::ZERO);
        }
        let config = plan::config(answers, supply.precision)?;
        let payload = json!({ "symbol": symbol, "config": config });
        let told = "create the reward pool".to_string();
        add(told, CONTRACT, "createRewardPool", payload, self.fees.pool);
        Ok(steps)
    }

    /// Makes sure that nothing is refused half way for a reason that can be seen before.
    fn check_founder(&self, account: &str, preview: &Preview) -> Result<()> {
        if let Some(token) = self.token.as_ref().filter(|token| token.issuer != account) {
            bail!(
                "the token {} was created by {}, so only they can make its reward pool; you sign as {account}",
                self.symbol,
                token.issuer
            );
        }
        let parse = |text: &str| Quantity::parse_exact(text, self.utility.precision);
        let (fees, balance) = (
            parse(&preview.fees)?,
            parse(preview.balance.as_deref().unwrap_or("0"))?,
        );
        if balance < fees {
            bail!(
                "founding {} costs {}, and {account} has {}",
                self.symbol,
                self.utility.show(fees),
                self.utility.show(balance)
            );
        }
        Ok(())
    }
}
