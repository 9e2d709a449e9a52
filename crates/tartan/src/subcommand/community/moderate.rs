//! `tartan community mute`, `unmute`, `pause`, `resume`.

use anyhow::{Result, bail};
use serde_json::{Value, json};

use super::{Moderation, OfPool};
use crate::broadcasting::Needs;
use crate::config::Settings;
use crate::output;
use crate::reward_pool::{CONTRACT, RewardTables};
use crate::side_chain::SideChain;
use crate::signing::{Step, sign};

/// Who or what is muted.
#[derive(Debug, PartialEq, Eq)]
enum Target {
    Account(String),
    Post(String),
}

impl Target {
    /// Reads `@name` or `@author/permlink`; the @ may be missing in front of an account.
    fn parse(text: &str) -> Result<Target> {
        let name = text.strip_prefix('@').unwrap_or(text);
        match name.split_once('/') {
            None if !name.is_empty() => Ok(Target::Account(name.to_string())),
            Some((author, permlink))
                if text.starts_with('@') && !author.is_empty() && !permlink.is_empty() =>
            {
                Ok(Target::Post(text.to_string()))
            }
            _ => bail!(
                "expected an account such as @bob or a post such as @bob/first-post, found {text:?}"
            ),
        }
    }
}

pub(super) async fn mute(
    settings: &Settings,
    what: &Moderation,
    mute: bool,
    json: bool,
) -> Result<()> {
    let target = Target::parse(&what.target)?;
    let (account, key) = what.signer.resolve(settings)?;
    let pool = pool_id(settings, &what.symbol).await?;
    let verb = if mute { "mute" } else { "unmute" };
    let (action, payload) = match &target {
        Target::Account(name) => (
            "setMute",
            json!({ "rewardPoolId": pool, "account": name, "mute": mute }),
        ),
        Target::Post(authorperm) => (
            "setPostMute",
            json!({ "rewardPoolId": pool, "authorperm": authorperm, "mute": mute }),
        ),
    };
    let step = free(
        format!("{verb} {} in {}", what.target, what.symbol),
        action,
        payload,
        Needs::Posting,
    );
    output::print(&sign(settings, &account, &key, &step).await?, json)
}

pub(super) async fn activate(
    settings: &Settings,
    which: &OfPool,
    active: bool,
    json: bool,
) -> Result<()> {
    let (account, key) = which.signer.resolve(settings)?;
    let pool = pool_id(settings, &which.symbol).await?;
    let verb = if active { "resume" } else { "pause" };
    let payload = json!({ "rewardPoolId": pool, "active": active });
    let step = free(
        format!("{verb} the reward pool of {}", which.symbol),
        "setActive",
        payload,
        Needs::Active,
    );
    output::print(&sign(settings, &account, &key, &step).await?, json)
}

fn free(told: String, action: &'static str, payload: Value, needs: Needs) -> Step {
    Step {
        told,
        contract: CONTRACT,
        action,
        payload,
        fee: "0".to_string(),
        needs,
    }
}

async fn pool_id(settings: &Settings, symbol: &str) -> Result<u64> {
    let side_chain = SideChain::new(&settings.side_chain()?)?;
    Ok(RewardTables::new(&side_chain).pool(symbol).await?.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_and_posts_are_told_apart() {
        let account = |name: &str| Target::Account(name.to_string());
        for (text, expected) in [
            ("@bob", account("bob")),
            ("bob", account("bob")),
            (
                "@bob/first-post",
                Target::Post("@bob/first-post".to_string()),
            ),
        ] {
            assert_eq!(Target::parse(text).expect("valid"), expected);
        }
        for text in ["", "@", "@bob/", "@/first", "bob/first-post"] {
            let error = Target::parse(text).expect_err("neither").to_string();
            assert_eq!(
                error,
                format!(
                    "expected an account such as @bob or a post such as @bob/first-post, found {text:?}"
                )
            );
        }
    }
}
