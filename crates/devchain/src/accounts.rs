//! The accounts a development chain starts with. Their keys come from a published password, so that any client can
//! derive them with its own `fromLogin`, and nobody can mistake them for real ones.

use std::fmt;

use serde::Serialize;
use tartan_graphene::{Chain as Protocol, PrivateKey, Role};

use crate::config::{AccountSpec, Balances, Config};

/// The default master password: every key is sha256(account ‖ role ‖ this).
pub const MASTER_PASSWORD: &str = "tartan development chain, these keys are public";

/// Names of the default members, in the order in which they are created.
pub const MEMBERS: [&str; 20] = [
    "alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy", "mallory",
    "niaj", "olivia", "peggy", "rupert", "sybil", "trent", "victor", "walter", "founder",
];

/// Accounts with a part in the sidechain's contracts, and the chain's own.
pub const FIXED: [&str; 9] = [
    "initminer",
    "miners",
    "steem",
    "steem.dao",
    "hive.fund",
    "steemsc",
    "hive-engine",
    "steem-peg",
    "honey-swap",
];

/// Accounts nobody holds a key to.
pub const KEYLESS: [&str; 2] = ["null", "temp"];

/// Number of witnesses that take turns.
pub const WITNESSES: usize = 21;

/// Name of the witness with this index, below [`WITNESSES`].
pub(crate) fn witness_name(index: usize) -> String {
    format!("dev-witness{:02}", index % WITNESSES)
}

/// A key pair in text form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyPair {
    /// `owner`, `active`, `posting` or `memo`.
    pub role: &'static str,
    /// Public key.
    pub public: String,
    /// Private key in wallet import format.
    pub wif: String,
}

/// A funded account and its published keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DevAccount {
    /// Account name.
    pub name: String,
    /// What it was given at genesis.
    pub balances: Balances,
    /// Its keys: owner, active, posting, memo.
    pub keys: Vec<KeyPair>,
}

impl DevAccount {
    fn new(name: &str, balances: Balances, password: &str, protocol: &Protocol) -> Self {
        let keys = Role::ALL
            .into_iter()
            .map(|role| {
                let key = PrivateKey::from_login(name, role, password);
                KeyPair {
                    role: role.name(),
                    public: key.public_key().to_text(&protocol.prefix),
                    wif: key.to_wif(),
                }
            })
            .collect();
        DevAccount {
            name: name.to_owned(),
            balances,
            keys,
        }
    }
}

/// The accounts of a configuration that have keys, in the order in which genesis creates them.
pub(crate) fn funded(config: &Config) -> Vec<AccountSpec> {
    let members = MEMBERS.iter().take(config.members).map(|name| AccountSpec {
        name: (*name).to_owned(),
        balances: config.balances,
    });
    let fixed = FIXED.iter().map(|name| AccountSpec {
        name: (*name).to_owned(),
        balances: config.balances,
    });
    let mut specs: Vec<AccountSpec> = members.chain(fixed).collect();
    for extra in &config.accounts {
        match specs.iter_mut().find(|spec| spec.name == extra.name) {
            Some(spec) => spec.balances = extra.balances,
            None => specs.push(extra.clone()),
        }
    }
    specs
}

/// All accounts with published keys, as the banner shows them.
pub(crate) fn published(config: &Config) -> Vec<DevAccount> {
    let protocol = config.protocol();
    funded(config)
        .iter()
        .map(|spec| {
            DevAccount::new(
                &spec.name,
                spec.balances,
                &config.master_password,
                &protocol,
            )
        })
        .collect()
}

/// What a user needs to know when the chain has started. `Display` prints it as a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Banner {
    /// `hive` or `steem`.
    pub flavor: &'static str,
    /// Chain id in hex.
    pub chain_id: String,
    /// Addresses of the endpoints, the main one first.
    pub urls: Vec<String>,
    /// Number of the head block.
    pub head: u32,
    /// The master password all keys come from.
    pub master_password: String,
    /// Symbols of the liquid and the dollar asset.
    pub symbols: (String, String),
    /// The accounts and their keys.
    pub accounts: Vec<DevAccount>,
}

impl fmt::Display for Banner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (liquid, dollar) = &self.symbols;
        writeln!(f, "development chain ({} flavour)", self.flavor)?;
        writeln!(f, "  chain id   {}", self.chain_id)?;
        for url in &self.urls {
            writeln!(f, "  endpoint   {url}")?;
        }
        writeln!(f, "  head block {}", self.head)?;
        writeln!(f)?;
        writeln!(
            f,
            "accounts: key = sha256(account + role + password), password {:?}",
            self.master_password
        )?;
        writeln!(
            f,
            "{:<14} {:>22} {:>20} {:>24}",
            "name", "liquid", "dollar", "vests"
        )?;
        for account in &self.accounts {
            let Balances {
                liquid: l,
                dollar: d,
                vests: v,
            } = account.balances;
            writeln!(
                f,
                "{:<14} {:>22} {:>20} {:>24}",
                account.name,
                format!("{}.{:03} {liquid}", l / 1000, l % 1000),
                format!("{}.{:03} {dollar}", d / 1000, d % 1000),
                format!("{}.{:06} VESTS", v / 1_000_000, v % 1_000_000),
            )?;
            for key in &account.keys {
                writeln!(f, "    {:<8} {}  {}", key.role, key.wif, key.public)?;
            }
        }
        writeln!(f)?;
        writeln!(
            f,
            "WARNING: these keys are public. Never use them, and never sign for this chain with real keys:"
        )?;
        writeln!(
            f,
            "a chain id shared with the real network makes signatures valid there too."
        )
    }
}
