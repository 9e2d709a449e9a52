//! `tartan community`: what the founder of a community decides, signs and looks after.
//!
//! ```text
//!   flags, file, answers at the terminal ──▶ Answers ──▶ config, fees, inflation ──▶ agreed? ──▶ signed actions
//! ```

mod answers;
mod create;
mod inflation;
mod ledger;
mod look;
mod moderate;
mod parameters;
mod plan;
mod start;
mod update;

use anyhow::Result;
use clap::Subcommand;

use crate::config::Connection;
use crate::signer::Signer;

/// Arguments of `tartan community`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  tartan community create GARDEN --account alice --key-file alice.key
  tartan community create GARDEN --dry-run --yes --save garden.toml
  tartan community info GARDEN
  tartan community mute GARDEN @spammer --account alice --key-file alice.key
  tartan community pools")]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    connection: Connection,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Found a community: a token, if there is none yet, and the reward pool that pays its posts.
    #[command(after_help = "\
Asks for everything that neither a flag nor the file says, shows what it costs and what inflation it
means, and signs when you agree. If it stops on the way, run it again: it goes on from there.

Examples:
  tartan community create                                   asks for everything
  tartan community create GARDEN --tags garden,plants --yes -a alice --key-file alice.key
  tartan community create GARDEN --yes --dry-run --save garden.toml     signs nothing
  tartan community create --file garden.toml -a alice --key-file alice.key")]
    Create(Box<create::Create>),
    /// Show a community: its pool, its parameters, its inflation.
    #[command(after_help = "Example:\n  tartan community info GARDEN")]
    Info {
        /// Symbol of the token.
        symbol: String,
        /// Write its parameters into a file for `community create --file`.
        #[arg(long, value_name = "FILE")]
        save: Option<std::path::PathBuf>,
    },
    /// Change parameters of a reward pool; what isn't said stays.
    #[command(after_help = "\
Posts that wait for their payment keep their time; all else holds for them as well.

Example:
  tartan community update GARDEN --curation-reward-percentage 40 -a alice --key-file alice.key")]
    Update(Box<update::Update>),
    /// Let an account or a post get nothing, and the account's votes count for nothing.
    #[command(after_help = "\
The posting key is enough.

Examples:
  tartan community mute GARDEN @spammer --account alice --key-file alice-posting.key
  tartan community mute GARDEN @spammer/buy-now --account alice --key-file alice-posting.key")]
    Mute(Moderation),
    /// Take a mute back.
    #[command(
        after_help = "Example:\n  tartan community unmute GARDEN @bob --account alice --key-file alice-posting.key"
    )]
    Unmute(Moderation),
    /// Pause a reward pool: no new posts, no votes, no payments.
    #[command(
        after_help = "Example:\n  tartan community pause GARDEN --account alice --key-file alice.key"
    )]
    Pause(OfPool),
    /// Let a paused reward pool go on.
    #[command(
        after_help = "Example:\n  tartan community resume GARDEN --account alice --key-file alice.key"
    )]
    Resume(OfPool),
    /// List the reward pools of all communities.
    #[command(after_help = "Example:\n  tartan community pools")]
    Pools,
}

/// Who or what is muted where.
#[derive(Debug, clap::Args)]
struct Moderation {
    /// Symbol of the token.
    symbol: String,
    /// An account, @name, or a post, @author/permlink.
    target: String,
    #[command(flatten)]
    signer: Signer,
}

/// Which pool.
#[derive(Debug, clap::Args)]
struct OfPool {
    /// Symbol of the token.
    symbol: String,
    #[command(flatten)]
    signer: Signer,
}

pub(crate) fn run(args: Args, json: bool) -> Result<()> {
    let settings = args.connection.settings()?;
    super::runtime()?.block_on(async {
        match args.command {
            Command::Create(create) => create::run(&settings, *create, json).await,
            Command::Info { symbol, save } => {
                look::info(&settings, &symbol, save.as_deref(), json).await
            }
            Command::Update(update) => update::run(&settings, *update, json).await,
            Command::Mute(what) => moderate::mute(&settings, &what, true, json).await,
            Command::Unmute(what) => moderate::mute(&settings, &what, false, json).await,
            Command::Pause(pool) => moderate::activate(&settings, &pool, false, json).await,
            Command::Resume(pool) => moderate::activate(&settings, &pool, true, json).await,
            Command::Pools => look::pools(&settings, json).await,
        }
    })
}
