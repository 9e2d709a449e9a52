//! `tartan key`: making and deriving keys.

use std::fmt;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, bail};
use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;
use tartan_graphene::{AccountName, PrivateKey, Role};

use crate::output;
use crate::signer::read_secret;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a new random key pair.
    Generate(Generate),
    /// Derive the keys of an account from its master password.
    FromPassword(FromPassword),
}

/// Arguments of `tartan key generate`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  tartan key generate --out alice.key        the private key goes into a file that only you can read
  tartan key generate --json")]
pub(crate) struct Generate {
    /// Write the private key into this new file instead of showing it.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// What public keys begin with.
    #[arg(long, default_value = "STM")]
    prefix: String,
}

/// Arguments of `tartan key from-password`.
#[derive(Debug, Args)]
#[command(after_help = "\
The password is read from standard input, so that it does not stay in the shell's history.

Examples:
  tartan key from-password alice < password.txt
  tartan key from-password alice --role active --out alice.key < password.txt")]
pub(crate) struct FromPassword {
    /// Name of the account.
    account: String,
    /// Only the key of this role: owner, active, posting or memo.
    #[arg(long, value_enum, hide_possible_values = true)]
    role: Option<KeyRole>,
    /// Write the private key into this new file instead of showing it.
    #[arg(long, value_name = "FILE", requires = "role")]
    out: Option<PathBuf>,
    /// What public keys begin with.
    #[arg(long, default_value = "STM")]
    prefix: String,
}

/// What a key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum KeyRole {
    /// Change the account's keys.
    Owner,
    /// Move funds.
    Active,
    /// Post and vote.
    Posting,
    /// Encrypt memos.
    Memo,
}

impl From<KeyRole> for Role {
    fn from(role: KeyRole) -> Role {
        match role {
            KeyRole::Owner => Role::Owner,
            KeyRole::Active => Role::Active,
            KeyRole::Posting => Role::Posting,
            KeyRole::Memo => Role::Memo,
        }
    }
}

/// A key pair; the private key in WIF, or the file it was written to.
#[derive(Debug, Serialize)]
struct KeyPair {
    public: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    private: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<PathBuf>,
}

impl KeyPair {
    fn new(key: &PrivateKey, prefix: &str) -> KeyPair {
        KeyPair {
            public: key.public_key().to_text(prefix),
            private: Some(key.to_wif()),
            file: None,
        }
    }

    /// Puts the private key into a file, if there is one to put it in.
    fn put_into(mut self, file: Option<PathBuf>) -> Result<KeyPair> {
        if let Some(path) = file {
            let wif = self
                .private
                .take()
                .context("the private key is in a file already")?;
            write_secret(&path, &wif)?;
            self.file = Some(path);
        }
        Ok(self)
    }
}

impl fmt::Display for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "public   {}", self.public)?;
        if let Some(wif) = &self.private {
            writeln!(f, "private  {wif}")?;
        }
        if let Some(file) = &self.file {
            writeln!(f, "private  in {}", file.display())?;
        }
        Ok(())
    }
}

/// The keys of an account, by role.
#[derive(Debug, Serialize)]
struct AccountKeys {
    account: String,
    owner: KeyPair,
    active: KeyPair,
    posting: KeyPair,
    memo: KeyPair,
}

impl fmt::Display for AccountKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let roles = [
            ("owner", &self.owner),
            ("active", &self.active),
            ("posting", &self.posting),
            ("memo", &self.memo),
        ];
        writeln!(f, "keys of {}", self.account)?;
        for (role, pair) in roles {
            writeln!(
                f,
                "{role:8} {}  {}",
                pair.public,
                pair.private.as_deref().unwrap_or_default()
            )?;
        }
        Ok(())
    }
}

pub(crate) fn run(command: Command, json: bool) -> Result<()> {
    match command {
        Command::Generate(args) => {
            let pair = KeyPair::new(&random_key()?, &args.prefix);
            output::print(&pair.put_into(args.out)?, json)
        }
        Command::FromPassword(args) => from_password(args, json),
    }
}

fn from_password(args: FromPassword, json: bool) -> Result<()> {
    AccountName::check(&args.account)?;
    let password = read_secret("the master password")?;
    let pair = |role| {
        KeyPair::new(
            &PrivateKey::from_login(&args.account, role, &password),
            &args.prefix,
        )
    };
    if let Some(role) = args.role {
        return output::print(&pair(role.into()).put_into(args.out)?, json);
    }
    let keys = AccountKeys {
        owner: pair(Role::Owner),
        active: pair(Role::Active),
        posting: pair(Role::Posting),
        memo: pair(Role::Memo),
        account: args.account,
    };
    output::print(&keys, json)
}

/// A key from the operating system's randomness.
fn random_key() -> Result<PrivateKey> {
    // one in 2^127 numbers is no key: twice in a row means that the source is broken
    for _ in 0..2 {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)
            .map_err(|error| anyhow!("the operating system gives no random numbers: {error}"))?;
        if let Ok(key) = PrivateKey::from_bytes(bytes) {
            return Ok(key);
        }
    }
    bail!("the operating system's random numbers are not random")
}

/// Writes a secret into a new file that only its owner may read.
fn write_secret(path: &Path, secret: &str) -> Result<()> {
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    let mut file = match file {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            bail!(
                "{} exists already; choose another file, so that no key is overwritten",
                path.display()
            )
        }
        file => file.with_context(|| format!("cannot make {}", path.display()))?,
    };
    file.write_all(format!("{secret}\n").as_bytes())
        .with_context(|| format!("cannot write {}", path.display()))
}
