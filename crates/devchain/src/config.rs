//! How a development chain is set up.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tartan_graphene::{Chain as Protocol, Flavor, Time};

/// Seconds between the timestamps of two blocks without a missed slot.
pub const BLOCK_INTERVAL: u32 = Protocol::BLOCK_INTERVAL;

/// When blocks are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "mode")]
pub enum Mining {
    /// One block per interval of the wall clock. With fewer than 3000 ms the block times, which step by 3 s, run ahead.
    Interval {
        /// Milliseconds between blocks.
        millis: u64,
    },
    /// One block for each accepted transaction.
    Instant,
    /// Only on command.
    Manual,
}

/// Which block is the last irreversible one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "mode")]
pub enum Irreversibility {
    /// The head.
    Instant,
    /// The block before the head, as on Hive since its fast confirmations.
    Hive,
    /// Twenty blocks behind the head, as on Steem.
    Steem,
    /// Stays where it is until another mode is set.
    Frozen,
}

impl Irreversibility {
    /// Distance to the head in blocks, unless frozen.
    pub(crate) fn lag(self) -> Option<u32> {
        match self {
            Irreversibility::Instant => Some(0),
            Irreversibility::Hive => Some(1),
            Irreversibility::Steem => Some(20),
            Irreversibility::Frozen => None,
        }
    }
}

/// Amounts an account holds, in the smallest unit of each asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balances {
    /// HIVE or STEEM in thousandths.
    pub liquid: i64,
    /// HBD or SBD in thousandths.
    pub dollar: i64,
    /// VESTS in millionths.
    pub vests: i64,
}

impl Balances {
    /// Nothing of anything.
    pub const NONE: Balances = Balances {
        liquid: 0,
        dollar: 0,
        vests: 0,
    };
    /// What a development account starts with: 1,000,000 liquid, 100,000 dollars, 1,800,000 vests.
    pub const PLENTY: Balances = Balances {
        liquid: 1_000_000_000,
        dollar: 100_000_000,
        vests: 1_800_000_000_000,
    };
}

/// A pre-funded account besides the default ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountSpec {
    /// Account name.
    pub name: String,
    /// What it holds at genesis.
    pub balances: Balances,
}

/// Another way in to the same chain, worse than the main one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum EndpointKind {
    /// Answers truthfully.
    Honest,
    /// Knows nothing of the newest blocks.
    Lagging {
        /// How many blocks behind.
        blocks: u32,
    },
    /// Answers from another branch, which leaves the true one before block `from` and grows along with it.
    Lying {
        /// Number of the first block that differs; 0 means the block after the head at the time of creation.
        from: u32,
    },
}

/// Everything that can be chosen about a development chain.
#[derive(Debug, Clone)]
pub struct Config {
    /// Steem or Hive: symbols, names of fields, chain id.
    pub flavor: Flavor,
    /// Another chain id than the flavour's real one. Several libraries only know the real ones.
    pub chain_id: Option<[u8; 32]>,
    /// Where to listen; port 0 takes any free port.
    pub listen: SocketAddr,
    /// Further listeners on free ports of the same address.
    pub endpoints: Vec<EndpointKind>,
    /// Whether `devchain.*` methods work on listeners that are not loopback.
    pub allow_remote_control: bool,
    /// Every development key is `from_login(account, role, master_password)`.
    pub master_password: String,
    /// How many of the default members (alice, bob, …) exist.
    pub members: usize,
    /// What each default member holds.
    pub balances: Balances,
    /// Further accounts.
    pub accounts: Vec<AccountSpec>,
    /// When blocks are made.
    pub mining: Mining,
    /// Which block is irreversible.
    pub irreversibility: Irreversibility,
    /// Blocks made before the first request; clients refer to blocks behind the head, so never less than 5.
    pub initial_blocks: u32,
    /// Number of the first block.
    pub first_block: u32,
    /// Fixed time of genesis. The chain's clock then moves only with its blocks, and equal commands give equal blocks.
    /// Without it block times follow the wall clock.
    pub start_time: Option<Time>,
    /// Accept any expiration time (for clients that use their own clock while the chain's runs elsewhere).
    pub relaxed_expiration: bool,
    /// Hive's later rule: a posting authority is satisfied by posting keys only, an active one by active keys only.
    pub strict_authorities: bool,
    /// Real intervals between votes (3 s), posts (5 min) and replies (3 s) of an account.
    pub enforce_intervals: bool,
    /// Most custom operations of an account in one block.
    pub custom_op_limit: Option<u32>,
    /// Price of `account_create` in thousandths of the liquid asset.
    pub account_creation_fee: i64,
    /// How long a synchronous broadcast waits for its block.
    pub sync_timeout: Duration,
    /// File that keeps the chain between runs; in memory when absent.
    pub data_file: Option<PathBuf>,
    /// Whether account histories are kept. Off saves memory in benchmarks.
    pub account_history: bool,
}

impl Default for Config {
    /// A Hive chain on a free loopback port with 3-second blocks, in memory.
    fn default() -> Self {
        Config {
            flavor: Flavor::Hive,
            chain_id: None,
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            endpoints: Vec::new(),
            allow_remote_control: false,
            master_password: crate::accounts::MASTER_PASSWORD.to_owned(),
            members: crate::accounts::MEMBERS.len(),
            balances: Balances::PLENTY,
            accounts: Vec::new(),
            mining: Mining::Interval { millis: 3000 },
            irreversibility: Irreversibility::Hive,
            initial_blocks: 5,
            first_block: 1,
            start_time: None,
            relaxed_expiration: false,
            strict_authorities: false,
            enforce_intervals: false,
            custom_op_limit: None,
            account_creation_fee: 3000,
            sync_timeout: Duration::from_secs(30),
            data_file: None,
            account_history: true,
        }
    }
}

impl Config {
    /// What tests want: a chain whose blocks come on command and whose clock is its own.
    pub fn test(flavor: Flavor) -> Self {
        Config {
            flavor,
            mining: Mining::Manual,
            // 2026-01-01T00:00:00
            start_time: Some(Time(1_767_225_600)),
            relaxed_expiration: true,
            ..Config::default()
        }
    }

    /// The protocol's constants for this chain.
    pub fn protocol(&self) -> Protocol {
        let protocol = Protocol::of(self.flavor);
        match self.chain_id {
            Some(id) => protocol.with_chain_id(id),
            None => protocol,
        }
    }

    /// `hive` or `steem`.
    pub fn flavor_name(&self) -> &'static str {
        match self.flavor {
            Flavor::Hive => "hive",
            Flavor::Steem => "steem",
        }
    }
}
