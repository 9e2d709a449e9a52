//! `tartan rewards`: what posts are going to earn, and why.

mod explain;
mod pending;

use anyhow::{Result, bail};
use clap::Subcommand;

use crate::config::Connection;

/// Arguments of `tartan rewards`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
What is told is what is paid if nobody votes or posts any more.

Examples:
  tartan rewards pending
  tartan rewards pending @alice
  tartan rewards explain @alice/first-post")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    connection: Connection,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show what waits to be paid: posts, or the shares of an account in them.
    #[command(after_help = "\
Examples:
  tartan rewards pending
  tartan rewards pending @alice --symbol COOL")]
    Pending {
        /// Only what this account is going to get, as author, curator or beneficiary.
        account: Option<String>,
        /// Only this token.
        #[arg(long)]
        symbol: Option<String>,
    },
    /// Explain the reward of a post, number by number: votes, curve, claims, pool, split.
    #[command(after_help = "Example:\n  tartan rewards explain @alice/first-post")]
    Explain {
        /// The post: @author/permlink.
        post: String,
        /// Only in the pool of this token.
        #[arg(long)]
        symbol: Option<String>,
    },
}

pub(crate) fn run(args: Args, json: bool) -> Result<()> {
    let settings = args.connection.settings()?;
    super::runtime()?.block_on(async {
        match args.command {
            Command::Pending { account, symbol } => {
                let account = account.as_deref().map(account_name).transpose()?;
                pending::run(&settings, account, symbol.as_deref(), json).await
            }
            Command::Explain { post, symbol } => {
                explain::run(&settings, authorperm(&post)?, symbol.as_deref(), json).await
            }
        }
    })
}

/// An account, written with or without the @.
fn account_name(text: &str) -> Result<&str> {
    let name = text.strip_prefix('@').unwrap_or(text);
    if name.is_empty() || name.contains('/') {
        bail!("expected an account such as @alice, found {text:?}");
    }
    Ok(name)
}

/// A post, or the address of one on a web page.
fn authorperm(text: &str) -> Result<&str> {
    let found = text.find('@').map_or("", |at| &text[at..]);
    match found.get(1..).and_then(|rest| rest.split_once('/')) {
        Some((author, permlink))
            if !author.is_empty() && !permlink.is_empty() && !permlink.contains('/') =>
        {
            Ok(found)
        }
        _ => bail!("expected a post such as @alice/first-post, found {text:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn posts_may_be_addresses() {
        for text in [
            "@alice/first-post",
            "https://example.org/garden/@alice/first-post",
        ] {
            assert_eq!(authorperm(text).expect("a post"), "@alice/first-post");
        }
        for text in [
            "",
            "alice/first-post",
            "@alice",
            "@alice/",
            "@/x",
            "@alice/a/b",
        ] {
            let error = authorperm(text).expect_err("no post").to_string();
            assert_eq!(
                error,
                format!("expected a post such as @alice/first-post, found {text:?}")
            );
        }
    }

    #[test]
    fn accounts_may_have_an_at() {
        assert_eq!(account_name("@alice").expect("an account"), "alice");
        assert_eq!(account_name("alice").expect("an account"), "alice");
        assert!(account_name("@").is_err());
        assert!(account_name("@alice/post").is_err());
    }
}
