//! Who signs, and with which key.

use std::io::{IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use tartan_graphene::{AccountName, PrivateKey};

use crate::config::Settings;

/// The environment variable that may hold a private key. There is no flag for it: arguments are visible to others.
const KEY: &str = "TARTAN_KEY";

/// Flags that say who signs.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Signer {
    /// The account that signs.
    #[arg(
        long,
        short,
        env = "TARTAN_ACCOUNT",
        hide_env_values = true,
        value_name = "NAME"
    )]
    account: Option<String>,
    /// File that holds the account's active key in WIF; - reads standard input. The variable TARTAN_KEY may hold the
    /// key instead.
    #[arg(
        long,
        env = "TARTAN_KEY_FILE",
        hide_env_values = true,
        value_name = "FILE"
    )]
    key_file: Option<PathBuf>,
}

impl Signer {
    /// Whether the key is going to be read from standard input.
    pub(crate) fn reads_standard_input(&self) -> bool {
        self.key_file.as_deref() == Some(Path::new("-"))
    }

    /// The account, if one is given.
    pub(crate) fn given_account<'a>(&'a self, settings: &'a Settings) -> Option<&'a str> {
        self.account.as_deref().or(settings.file.account.as_deref())
    }

    /// The account.
    ///
    /// # Errors
    /// When none is given, or it is no name of an account.
    pub(crate) fn account(&self, settings: &Settings) -> Result<AccountName> {
        let Some(account) = self.given_account(settings) else {
            bail!(
                "no account given; pass --account <NAME>, set TARTAN_ACCOUNT, or write account = \"<NAME>\" in tartan.toml"
            );
        };
        account.parse().context("--account")
    }

    /// The account and its key.
    pub(crate) fn resolve(&self, settings: &Settings) -> Result<(AccountName, PrivateKey)> {
        let name = self.account(settings)?;
        let files: Vec<PathBuf> = self.key_file.iter().cloned().collect();
        let mut keys = keys(&files, settings)?;
        match keys.pop() {
            Some(key) => Ok((name, key)),
            None => bail!(NO_KEY),
        }
    }
}

const NO_KEY: &str = "no private key given; pass --key-file <FILE> (or - for standard input), set TARTAN_KEY, \
                      or write key-file = \"<FILE>\" in tartan.toml";

/// The private keys in these files; if there are none, the one in the environment or the settings file.
///
/// # Errors
/// When there is none, or one is not a key. No message repeats what was found: it may be most of a real key.
pub(crate) fn keys(files: &[PathBuf], settings: &Settings) -> Result<Vec<PrivateKey>> {
    if !files.is_empty() {
        return files.iter().map(|path| read_key(path)).collect();
    }
    if let Some(wif) = std::env::var_os(KEY).filter(|wif| !wif.is_empty()) {
        return Ok(vec![parse_wif(&wif.to_string_lossy(), KEY)?]);
    }
    match &settings.file.key_file {
        Some(path) => Ok(vec![read_key(path)?]),
        None => bail!(NO_KEY),
    }
}

fn read_key(path: &Path) -> Result<PrivateKey> {
    if path.as_os_str() == "-" {
        return parse_wif(&read_secret("a private key")?, "standard input");
    }
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read key file {}", path.display()))?;
    warn_if_open(path);
    parse_wif(&text, &path.display().to_string())
}

/// Others on this machine should not be able to read a key.
fn warn_if_open(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let open = path
        .metadata()
        .is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0);
    if open {
        tracing::warn!(
            "others on this machine may read {}: chmod 600 mends that",
            path.display()
        );
    }
}

fn parse_wif(text: &str, source: &str) -> Result<PrivateKey> {
    PrivateKey::from_wif(text.trim())
        .with_context(|| format!("{source} does not hold a private key in WIF"))
}

/// Reads a secret from standard input, without the line's end.
pub(crate) fn read_secret(what: &str) -> Result<String> {
    let mut input = std::io::stdin();
    if input.is_terminal() {
        eprintln!("Type {what}, then Enter and Ctrl-D:");
    }
    let mut text = String::new();
    input
        .read_to_string(&mut text)
        .with_context(|| format!("cannot read {what} from standard input"))?;
    let secret = text.trim_end_matches(['\n', '\r']);
    if secret.is_empty() {
        bail!("expected {what} on standard input, found nothing");
    }
    Ok(secret.to_string())
}
