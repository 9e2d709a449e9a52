//! `tartan token`: what a founder and members do with tokens, against any node.

mod act;
mod look;

use anyhow::{Result, ensure};
use clap::Subcommand;
use serde_json::{Value, json};
use tartan_chain::network::Accounts;

use crate::config::Connection;
use crate::signer::Signer;

/// Arguments of `tartan token`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tartan token info COOL
  tartan token balance alice
  tartan token create COOL --name 'Cool Token' --max-supply 1000000 -a alice --key-file alice.key
  tartan token transfer COOL bob 12.5 --account alice --key-file alice.key")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    connection: Connection,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show a token: issuer, supply, staking.
    #[command(after_help = "Example:\n  tartan token info COOL")]
    Info {
        /// Symbol of the token.
        symbol: String,
    },
    /// Show what an account holds.
    #[command(after_help = "Example:\n  tartan token balance alice COOL --json")]
    Balance {
        /// The account.
        account: String,
        /// Only this token.
        symbol: Option<String>,
    },
    #[command(flatten)]
    Act(Action),
}

/// What is signed and broadcast.
#[derive(Debug, Subcommand)]
enum Action {
    /// Create a token, whose issuer is the account that signs.
    #[command(
        after_help = "Example:\n  tartan token create COOL --name 'Cool Token' --max-supply 1000000 -a alice --key-file alice.key"
    )]
    Create {
        /// Symbol: up to 10 capital letters.
        symbol: String,
        /// Name: letters, digits and spaces.
        #[arg(long)]
        name: String,
        /// Decimals, 0 to 8.
        #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(0..=8))]
        precision: u8,
        /// The most that can ever be issued.
        #[arg(long)]
        max_supply: String,
        /// A web page about the token.
        #[arg(long)]
        url: Option<String>,
        #[command(flatten)]
        signer: Signer,
    },
    /// Issue new tokens to an account.
    #[command(
        after_help = "Example:\n  tartan token issue COOL alice 1000 --account founder --key-file founder.key"
    )]
    Issue(Movement),
    /// Send tokens to an account.
    #[command(
        after_help = "Example:\n  tartan token transfer COOL bob 12.5 --account alice --key-file alice.key"
    )]
    Transfer {
        #[command(flatten)]
        movement: Movement,
        /// A note that travels with the transfer, readable by everyone. An empty one says that none is wanted where the
        /// receiver, an exchange say, needs one.
        #[arg(long)]
        memo: Option<String>,
    },
    /// Let a token be staked: once and for all.
    #[command(
        after_help = "Example:\n  tartan token enable-staking COOL --cooldown 7 --slices 7 -a founder --key-file founder.key"
    )]
    EnableStaking {
        /// Symbol of the token.
        symbol: String,
        /// Days that unstaking takes.
        #[arg(long, value_parser = clap::value_parser!(u32).range(1..=18_250))]
        cooldown: u32,
        /// Equal parts in which unstaking pays out.
        #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=18_250))]
        slices: u32,
        #[command(flatten)]
        signer: Signer,
    },
    /// Let stake be delegated: once and for all.
    #[command(
        after_help = "Example:\n  tartan token enable-delegation COOL --cooldown 7 --account founder --key-file founder.key"
    )]
    EnableDelegation {
        /// Symbol of the token.
        symbol: String,
        /// Days until undelegated stake is back.
        #[arg(long, value_parser = clap::value_parser!(u32).range(1..=18_250))]
        cooldown: u32,
        #[command(flatten)]
        signer: Signer,
    },
    /// Lock tokens as stake.
    #[command(
        after_help = "Example:\n  tartan token stake COOL 100 --account alice --key-file alice.key"
    )]
    Stake {
        #[command(flatten)]
        amount: Amount,
        /// Whose stake it becomes [default: the account that signs].
        #[arg(long)]
        to: Option<String>,
    },
    /// Begin to release stake.
    #[command(
        after_help = "Example:\n  tartan token unstake COOL 100 --account alice --key-file alice.key"
    )]
    Unstake(Amount),
    /// Put back what is being unstaked and was not paid out.
    #[command(
        after_help = "Example:\n  tartan token cancel-unstake 06a1f0…-0 --account alice --key-file alice.key"
    )]
    CancelUnstake {
        /// Id of the transaction that began to unstake.
        transaction: String,
        #[command(flatten)]
        signer: Signer,
    },
    /// Lend stake to an account.
    #[command(
        after_help = "Example:\n  tartan token delegate COOL bob 50 --account alice --key-file alice.key"
    )]
    Delegate(Movement),
    /// Begin to take delegated stake back.
    #[command(
        after_help = "Example:\n  tartan token undelegate COOL bob 50 --account alice --key-file alice.key"
    )]
    Undelegate(Movement),
}

/// A token, another account, a quantity.
#[derive(Debug, clap::Args)]
struct Movement {
    /// Symbol of the token.
    symbol: String,
    /// The other account.
    account_name: String,
    /// How much, such as 12.5.
    quantity: String,
    #[command(flatten)]
    signer: Signer,
}

/// A token and a quantity.
#[derive(Debug, clap::Args)]
struct Amount {
    /// Symbol of the token.
    symbol: String,
    /// How much, such as 12.5.
    quantity: String,
    #[command(flatten)]
    signer: Signer,
}

impl Action {
    /// Refuses what would probably be lost.
    fn check(&self, accounts: &Accounts) -> Result<()> {
        let Action::Transfer {
            movement,
            memo: None,
        } = self
        else {
            return Ok(());
        };
        let receiver = movement.account_name.trim();
        ensure!(
            accounts.needing_memo().all(|needing| needing != receiver),
            "deposits to @{receiver} are told apart by their memo, and there is none: give the one that you were told with --memo, \
             or say --memo '' to send without"
        );
        Ok(())
    }

    fn signer(&self) -> &Signer {
        match self {
            Action::Create { signer, .. }
            | Action::EnableStaking { signer, .. }
            | Action::EnableDelegation { signer, .. }
            | Action::CancelUnstake { signer, .. } => signer,
            Action::Issue(movement)
            | Action::Transfer { movement, .. }
            | Action::Delegate(movement)
            | Action::Undelegate(movement) => &movement.signer,
            Action::Stake { amount, .. } | Action::Unstake(amount) => &amount.signer,
        }
    }

    /// The action of the contract `tokens` and its payload, when `account` signs.
    fn call(&self, account: &str) -> (&'static str, Value) {
        let to = |movement: &Movement, key: &str| json!({ "symbol": movement.symbol, key: movement.account_name, "quantity": movement.quantity });
        match self {
            Action::Create {
                symbol,
                name,
                precision,
                max_supply,
                url,
                ..
            } => {
                let mut payload = json!({ "symbol": symbol, "name": name, "precision": precision, "maxSupply": max_supply });
                if let Some(url) = url {
                    payload["url"] = json!(url);
                }
                ("create", payload)
            }
            Action::Issue(movement) => ("issue", to(movement, "to")),
            Action::Transfer { movement, memo } => {
                let mut payload = to(movement, "to");
                if let Some(memo) = memo.as_deref().filter(|memo| !memo.is_empty()) {
                    payload["memo"] = json!(memo);
                }
                ("transfer", payload)
            }
            Action::EnableStaking {
                symbol,
                cooldown,
                slices,
                ..
            } => (
                "enableStaking",
                json!({ "symbol": symbol, "unstakingCooldown": cooldown, "numberTransactions": slices }),
            ),
            Action::EnableDelegation {
                symbol, cooldown, ..
            } => (
                "enableDelegation",
                json!({ "symbol": symbol, "undelegationCooldown": cooldown }),
            ),
            Action::Stake { amount, to } => (
                "stake",
                json!({ "symbol": amount.symbol, "to": to.as_deref().unwrap_or(account), "quantity": amount.quantity }),
            ),
            Action::Unstake(amount) => (
                "unstake",
                json!({ "symbol": amount.symbol, "quantity": amount.quantity }),
            ),
            Action::CancelUnstake { transaction, .. } => {
                ("cancelUnstake", json!({ "txID": transaction }))
            }
            Action::Delegate(movement) => ("delegate", to(movement, "to")),
            Action::Undelegate(movement) => ("undelegate", to(movement, "from")),
        }
    }
}

pub(crate) fn run(args: Args, json: bool) -> Result<()> {
    let settings = args.connection.settings()?;
    let runtime = super::runtime()?;
    match args.command {
        Command::Info { symbol } => runtime.block_on(look::info(&settings, &symbol, json)),
        Command::Balance { account, symbol } => {
            runtime.block_on(look::balance(&settings, &account, symbol.as_deref(), json))
        }
        Command::Act(action) => runtime.block_on(act::run(&settings, &action, json)),
    }
}
