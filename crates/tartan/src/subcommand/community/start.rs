//! What there is before a community is founded, what has to be signed, and what comes of it.

use std::fmt;
use std::io::{stderr, stdin};

use anyhow::{Context as _, Result, bail};
use serde::Serialize;
use serde_json::{Value, json};
use tartan_decimal::Quantity;

use super::answers::Answers;
use super::inflation::Inflation;
use super::ledger::{Fees, Token, Utility};
use super::parameters::{Asked, Parameter, Section};
use super::plan::{self, Supply};
use crate::broadcasting::Needs;
use crate::config::Settings;
use crate::reward_pool::{CONTRACT, RewardTables};
use crate::side_chain::SideChain;
use crate::signing::Step;

/// What is going to be signed, and what comes of it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Preview {
    symbol: String,
    network: String,
    pub(super) steps: Vec<Step>,
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

/// What there is before anything is signed.
pub(super) struct Start {
    pub(super) symbol: String,
    pub(super) token: Option<Token>,
    utility: Utility,
    fees: Fees,
}

impl Start {
    /// Looks at the sidechain.
    ///
    /// # Errors
    /// When the token has a pool already, or the sidechain has none at all.
    pub(super) async fn look(
        settings: &Settings,
        side_chain: &SideChain,
        symbol: &str,
    ) -> Result<Start> {
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

    /// Asks for what has not been answered.
    pub(super) fn ask(&self, answers: &mut Answers, extended: bool) -> Result<()> {
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

    /// What is going to be signed by this account, and what comes of it.
    pub(super) async fn preview(
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
        let mut steps = self.token_steps(answers, supply);
        // what was issued before is not issued again when somebody goes on after an interruption
        let token = self.token.as_ref();
        let untouched =
            token.is_none_or(|token| token.supply.bytes().all(|byte| b"0.".contains(&byte)));
        if let Some(first) = answers.text("first-issue").filter(|_| untouched) {
            let payload = json!({ "symbol": symbol, "to": account, "quantity": first });
            let told = format!("issue {first} {symbol} to yourself");
            steps.push(self.step(told, ("tokens", "issue"), payload, Quantity::ZERO));
        }
        let config = plan::config(answers, supply.precision)?;
        let payload = json!({ "symbol": symbol, "config": config });
        let told = "create the reward pool".to_string();
        let call = (CONTRACT, "createRewardPool");
        steps.push(self.step(told, call, payload, self.fees.pool));
        Ok(steps)
    }

    /// What the token still lacks.
    fn token_steps(&self, answers: &Answers, supply: Supply) -> Vec<(Step, Quantity)> {
        let (symbol, token) = (&self.symbol, self.token.as_ref());
        let mut steps = Vec::new();
        if token.is_none() {
            let mut payload = json!({
                "symbol": symbol, "name": answers.text("name"), "precision": supply.precision.decimals(),
                "maxSupply": answers.text("max-supply"),
            });
            if let Some(url) = answers.text("url") {
                payload["url"] = json!(url);
            }
            let told = format!("create the token {symbol}");
            steps.push(self.step(told, ("tokens", "create"), payload, self.fees.create));
        }
        if !token.is_some_and(|token| token.staking_enabled) {
            let days = answers.number("unstaking-days").unwrap_or(28);
            let slices = answers.number("unstaking-slices").unwrap_or(4);
            let payload = json!({ "symbol": symbol, "unstakingCooldown": days, "numberTransactions": slices });
            let told = format!("let {symbol} be staked");
            let call = ("tokens", "enableStaking");
            steps.push(self.step(told, call, payload, self.fees.staking));
        }
        if !token.is_some_and(|token| token.delegation_enabled) {
            let days = answers.number("undelegation-days").unwrap_or(7);
            let payload = json!({ "symbol": symbol, "undelegationCooldown": days });
            let told = "let stake be delegated".to_string();
            let call = ("tokens", "enableDelegation");
            steps.push(self.step(told, call, payload, self.fees.delegation));
        }
        steps
    }

    fn step(
        &self,
        told: String,
        (contract, action): (&'static str, &'static str),
        payload: Value,
        fee: Quantity,
    ) -> (Step, Quantity) {
        let step = Step {
            told,
            contract,
            action,
            payload,
            fee: match fee.is_zero() {
                true => "free".to_string(),
                false => fee.format(self.utility.precision),
            },
            needs: Needs::Active,
        };
        (step, fee)
    }

    /// Makes sure that nothing is refused half way for a reason that can be seen before.
    pub(super) fn check_founder(&self, account: &str, preview: &Preview) -> Result<()> {
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
