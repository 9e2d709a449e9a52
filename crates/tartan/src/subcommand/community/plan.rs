//! From answers to what the contract is given.

use anyhow::{Context as _, Result, bail};
use serde_json::{Map, Value, json};
use tartan_chain::Network;
use tartan_decimal::{Precision, Quantity};

use super::answers::Answers;
use super::inflation::{self, Prospect};
use super::ledger::Token;
use super::parameters::{APP_TAX, Asked, Default, PARAMETERS, Parameter, Section};

/// The decimals and the limits of a token that may not exist yet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Supply {
    pub(super) precision: Precision,
    pub(super) supply: Quantity,
    pub(super) max_supply: Quantity,
}

impl Supply {
    /// Of a token that exists, or else of one that is made from these answers.
    pub(super) fn of(token: Option<&Token>, answers: &Answers) -> Result<Supply> {
        let (precision, max_supply, supply) = match token {
            Some(token) => (
                token.precision()?,
                token.max_supply.as_str(),
                token.supply.as_str(),
            ),
            None => {
                let decimals = answers
                    .number("precision")
                    .context("precision is missing")?;
                let decimals = u8::try_from(decimals).context("precision")?;
                (
                    Precision::new(decimals)?,
                    answers
                        .text("max-supply")
                        .context("max-supply is missing")?,
                    "0",
                )
            }
        };
        let mut found = Supply {
            precision,
            supply: amount("the supply", supply, precision)?,
            max_supply: amount("max-supply", max_supply, precision)?,
        };
        if let Some(first) = answers
            .text("first-issue")
            .filter(|_| found.supply.is_zero())
        {
            found.supply = amount("first-issue", first, precision)?;
        }
        if found.supply > found.max_supply {
            bail!(
                "first-issue: expected at most the maximum supply of {}, found {}",
                found.max_supply.format(precision),
                found.supply.format(precision)
            );
        }
        Ok(found)
    }
}

/// Reads an amount with the decimals of the token.
fn amount(name: &str, text: &str, precision: Precision) -> Result<Quantity> {
    Quantity::parse_exact(text, precision).with_context(|| format!("{name} {text}"))
}

/// What is taken when nothing is said; none if something has to be said.
pub(super) fn suggestion(
    answers: &Answers,
    parameter: &Parameter,
    token: Option<&Token>,
) -> Option<String> {
    match (parameter.default, parameter.name) {
        (Default::Is(text), _) => Some(text.to_string()),
        (Default::Nothing, "symbol") => None,
        (Default::Nothing, _) => Some("none".to_string()),
        (Default::Follows, "name") => Some(answers.text("symbol")?.replace('.', " ")),
        (Default::Follows, "tags") => Some(answers.text("symbol")?.to_lowercase()),
        (Default::Follows, _) => {
            let supply = Supply::of(token, answers).ok()?;
            let seconds = answers.number("reward-interval-seconds")?;
            let each = inflation::default_per_interval(supply.max_supply, seconds);
            each.is_positive().then(|| each.format(supply.precision))
        }
    }
}

/// Takes the default wherever nothing was said.
///
/// # Errors
/// When a parameter has none.
pub(super) fn complete(answers: &mut Answers, token: Option<&Token>) -> Result<()> {
    for parameter in wanted(token.is_some()) {
        if answers.has(parameter.name) {
            continue;
        }
        let Some(text) = suggestion(answers, parameter, token) else {
            let hint = match parameter.name {
                "reward-per-interval" => {
                    "; 4 % of the maximum supply in a year is less than the smallest amount at each interval"
                }
                _ => "",
            };
            bail!(
                "{} has no default here{hint}; pass --{} <{}>",
                parameter.name,
                parameter.name,
                parameter.value_name()
            );
        };
        match parameter.parse(&text) {
            Ok(value) => answers.set(parameter, value),
            Err(why) => bail!("{}: {why}", parameter.name),
        }
    }
    Ok(())
}

/// The parameters that matter: those of the token only if it has to be made.
pub(super) fn wanted(token_exists: bool) -> impl Iterator<Item = &'static Parameter> {
    PARAMETERS.iter().filter(move |parameter| {
        parameter.name != "symbol" && (parameter.section == Section::Pool || !token_exists)
    })
}

/// The config of the reward pool, as the contract wants it.
///
/// # Errors
/// When answers do not fit together.
pub(super) fn config(answers: &Answers, precision: Precision) -> Result<Value> {
    let mut config = Map::new();
    for (parameter, value) in answers.iter() {
        let of_pool = parameter.section == Section::Pool && !APP_TAX.contains(&parameter.name);
        if of_pool && !value.is_null() {
            config.insert(parameter.key.to_string(), value.clone());
        }
    }
    let per_interval = answers
        .text("reward-per-interval")
        .context("reward-per-interval is missing")?;
    amount("reward-per-interval", per_interval, precision)?;

    if reduction(answers).is_none() {
        config.remove("rewardReductionIntervalSeconds");
        config.remove("rewardReductionPercentage");
    } else if answers.number("reward-reduction-interval-seconds")
        < answers.number("reward-interval-seconds")
    {
        bail!(
            "reward-reduction-interval-seconds: expected at least reward-interval-seconds, found less"
        );
    }
    let bent = answers.text("post-reward-curve") == Some("convergent")
        || answers.text("curation-reward-curve") == Some("bounded");
    if bent && answers.get("content-constant").is_none() {
        bail!(
            "content-constant: expected an amount for the curves convergent and bounded, found none"
        );
    }
    if let Some(tax) = app_tax(answers)? {
        config.insert("appTaxConfig".to_string(), tax);
    }
    Ok(Value::Object(config))
}

/// Makes sure that the network knows what is asked for: what it does not know it would leave out without a word.
///
/// # Errors
/// When an answer is for networks with extended reward pools, and this is none.
pub(super) fn check_network(answers: &Answers, network: &Network) -> Result<()> {
    if network.contracts.comments.extended {
        return Ok(());
    }
    for (parameter, value) in answers.iter() {
        let same = matches!(parameter.default, Default::Is(text) if value == text);
        if parameter.asked == Asked::Extended && !value.is_null() && !same {
            bail!(
                "{}: the reward pools of network {} do not have this option",
                parameter.name,
                network.name
            );
        }
    }
    Ok(())
}

/// Percentage and seconds, if the emission is reduced at all.
fn reduction(answers: &Answers) -> Option<(&str, u32)> {
    let percentage = answers.text("reward-reduction-percentage")?;
    let some = percentage.bytes().any(|byte| (b'1'..=b'9').contains(&byte));
    let seconds = answers.number("reward-reduction-interval-seconds")?;
    some.then_some((percentage, seconds))
}

fn app_tax(answers: &Answers) -> Result<Option<Value>> {
    let parts = APP_TAX.map(|name| answers.get(name));
    match parts {
        [Some(app), Some(percent), Some(beneficiary)] => Ok(Some(json!({
            "app": app, "percent": percent, "beneficiary": beneficiary,
        }))),
        [None, ..] => Ok(None),
        _ => bail!(
            "an app tax needs all of app-tax-app, app-tax-percent and app-tax-beneficiary, or none of them"
        ),
    }
}

/// What these answers mean for the supply.
pub(super) fn prospect(answers: &Answers, supply: Supply) -> Result<Prospect> {
    let per_interval = answers
        .text("reward-per-interval")
        .context("reward-per-interval is missing")?;
    let seconds = answers
        .number("reward-interval-seconds")
        .context("reward-interval-seconds is missing")?;
    let per_interval = amount("reward-per-interval", per_interval, supply.precision)?;
    Ok(Prospect {
        precision: supply.precision,
        emission: inflation::emission(per_interval, seconds, reduction(answers))?,
        supply: supply.supply,
        max_supply: supply.max_supply,
    })
}

/// The answers that a config stands for.
pub(super) fn answers_of(config: &Value) -> Answers {
    let mut answers = Answers::default();
    for parameter in PARAMETERS
        .iter()
        .filter(|parameter| parameter.section == Section::Pool)
    {
        let place = match APP_TAX.contains(&parameter.name) {
            true => &config["appTaxConfig"],
            false => config,
        };
        let value = place[parameter.key].clone();
        // without a reduction the contract has no percentage
        let value = match (parameter.name, value) {
            ("reward-reduction-percentage", Value::Null) => json!("0"),
            (_, Value::Null) if !parameter.is_optional() => continue,
            (_, value) => value,
        };
        answers.set(parameter, value);
    }
    answers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(text: &str) -> Answers {
        Answers::parse(text).expect("a valid file")
    }

    const THREE: &str = "[token]\nsymbol = \"GARDEN\"\n";

    /// The config that a file leads to.
    fn config_of(pool: &str) -> Result<Value> {
        let mut answers = answers(&format!("{THREE}[pool]\n{pool}"));
        complete(&mut answers, None)?;
        let supply = Supply::of(None, &answers)?;
        config(&answers, supply.precision)
    }

    #[track_caller]
    fn refuses(pool: &str, why: &str) {
        let error = config_of(pool).expect_err("answers that do not fit");
        assert_eq!(format!("{error:#}"), why);
    }

    #[test]
    fn a_symbol_is_enough() {
        let config = config_of("").expect("valid");
        assert_eq!(
            config,
            json!({
                "tags": ["garden"], "rewardIntervalSeconds": 3600, "rewardPerInterval": "4.566",
                "rewardReductionIntervalSeconds": 31_536_000, "rewardReductionPercentage": "5",
                "cashoutWindowDays": 7, "curationRewardPercentage": 50, "stakedRewardPercentage": 50,
                "postRewardCurve": "power", "postRewardCurveParameter": "1",
                "curationRewardCurve": "power", "curationRewardCurveParameter": "0.5",
                "voteRegenerationDays": 5, "downvoteRegenerationDays": 5,
                "votePowerConsumption": 200, "downvotePowerConsumption": 2000,
                "disableDownvote": false, "ignoreDeclinePayout": false,
            })
        );
    }

    #[test]
    fn what_a_pool_has_is_answers_again() {
        let pool = "exclude-tags = [\"nsfw\"]\napp-tax-app = \"garden\"\napp-tax-percent = 10\n\
                    app-tax-beneficiary = \"null\"\nreward-reduction-percentage = \"0\"\n";
        let first = config_of(pool).expect("valid");
        assert_eq!(
            first["appTaxConfig"],
            json!({ "app": "garden", "percent": 10, "beneficiary": "null" })
        );
        assert_eq!(first["rewardReductionPercentage"], Value::Null);
        let again = answers_of(&first);
        let precision = Precision::new(3).expect("three decimals");
        assert_eq!(config(&again, precision).expect("valid"), first);
    }

    #[test]
    fn answers_that_do_not_fit_together() {
        refuses(
            "reward-per-interval = \"0.0001\"\n",
            "reward-per-interval 0.0001: expected at most 3 decimals, found 4",
        );
        refuses(
            "app-tax-app = \"garden\"\n",
            "an app tax needs all of app-tax-app, app-tax-percent and app-tax-beneficiary, or none of them",
        );
        refuses(
            "reward-reduction-interval-seconds = 1800\n",
            "reward-reduction-interval-seconds: expected at least reward-interval-seconds, found less",
        );
    }

    #[test]
    fn options_of_extended_pools() {
        let pool = "post-reward-curve = \"convergent\"\ncontent-constant = \"100.5\"\nexact-power = true\n\
                    reverse-auction-seconds = 300\nvotes-per-regeneration-period = 50\ncomment-pool-percentage = 25\n";
        let config = config_of(pool).expect("valid");
        let expected = json!({
            "postRewardCurve": "convergent", "contentConstant": "100.5", "exactPower": true,
            "reverseAuctionSeconds": 300, "votesPerRegenerationPeriod": 50, "commentPoolPercentage": 25,
        });
        for (key, value) in expected.as_object().expect("an object") {
            assert_eq!(&config[key], value, "{key}");
        }
        assert_eq!(config.get("downvotesPerRegenerationPeriod"), None);
        refuses(
            "post-reward-curve = \"convergent\"\n",
            "content-constant: expected an amount for the curves convergent and bounded, found none",
        );

        let given = answers(&format!("{THREE}[pool]\n{pool}"));
        let network = |name: &str| Network::load(name).expect("a preset");
        check_network(&given, &network("dev")).expect("it has extended pools");
        let error = check_network(&given, &network("hive")).expect_err("it has none");
        assert_eq!(
            error.to_string(),
            "post-reward-curve: the reward pools of network hive do not have this option"
        );
        let mut plain = answers(THREE);
        complete(&mut plain, None).expect("defaults");
        check_network(&plain, &network("hive")).expect("nothing of the kind");
    }

    #[test]
    fn a_small_token_has_no_default_emission() {
        let mut answers = answers("[token]\nsymbol = \"RARE\"\nmax-supply = 21\nprecision = 0\n");
        let error = complete(&mut answers, None).expect_err("too little");
        assert_eq!(
            error.to_string(),
            "reward-per-interval has no default here; 4 % of the maximum supply in a year is less than the smallest \
             amount at each interval; pass --reward-per-interval <AMOUNT>"
        );
    }

    #[test]
    fn more_than_the_maximum_cannot_be_issued() {
        let text =
            "[token]\nsymbol = \"RARE\"\nmax-supply = 21\nfirst-issue = \"22\"\nprecision = 0\n";
        let error = Supply::of(None, &answers(text)).expect_err("too much");
        assert_eq!(
            error.to_string(),
            "first-issue: expected at most the maximum supply of 21, found 22"
        );
    }
}
