//! Settings: `tartan.toml`, then environment variables, then flags; what comes later wins.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use tartan_chain::Network;
use tartan_mainchain::{Client, ClientConfig};

use crate::units::{Size, Time};

/// The file that is looked for in the working directory and in the user's configuration folder.
const FILE: &str = "tartan.toml";

/// What `tartan.toml` may say. Relative paths start at the file's folder.
#[derive(Debug, Default, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct File {
    /// A preset (`dev`, `dev-hive`, `steem`, `hive`) or the path of a network file.
    pub(crate) network: Option<String>,
    /// Addresses of main-chain nodes, preferred ones first.
    pub(crate) main_chain: Vec<String>,
    /// Address of a sidechain node.
    pub(crate) side_chain: Option<String>,
    /// The account that signs.
    pub(crate) account: Option<String>,
    /// File that holds the account's active key, in WIF.
    pub(crate) key_file: Option<PathBuf>,
    /// Settings of `tartan node`.
    pub(crate) node: NodeFile,
    /// Settings of `tartan peg`.
    pub(crate) peg: PegTerms,
}

/// The table `[node]`.
#[derive(Debug, Default, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct NodeFile {
    /// Where the state is kept.
    pub(crate) data_dir: Option<PathBuf>,
    /// Where JSON-RPC listens.
    pub(crate) listen: Option<String>,
    /// Another address where every path is a WebSocket.
    pub(crate) websocket_listen: Option<String>,
    /// First main-chain block to execute, in an empty data directory.
    pub(crate) start_block: Option<u32>,
    /// Execute irreversible blocks only.
    pub(crate) irreversible_only: Option<bool>,
    /// Shown in the status.
    pub(crate) domain: Option<String>,
    /// Address of the database that histories and market data go to.
    pub(crate) index: Option<String>,
    /// Keep no histories and market data.
    pub(crate) no_index: Option<bool>,
    /// Serve no pages for people.
    pub(crate) no_web: Option<bool>,
    /// Public nodes of the same network that are compared with this one.
    pub(crate) public_nodes: Vec<String>,
    /// The most the store can grow to.
    pub(crate) map_size: Option<Size>,
    /// Irreversible blocks are written to disk at least this often.
    pub(crate) flush_interval: Option<Time>,
    /// What waits to be written to disk takes at most this much memory.
    pub(crate) write_buffer: Option<Size>,
}

/// How a peg is looked after: the table `[peg]`, and flags of `tartan peg`, which win.
#[derive(Debug, Default, Clone, PartialEq, Deserialize, clap::Args)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[command(next_help_heading = "Peg")]
pub(crate) struct PegTerms {
    /// Where the journal is kept [default: tartan-peg/ACCOUNT].
    #[arg(
        long,
        global = true,
        env = "TARTAN_PEG_JOURNAL",
        hide_env_values = true,
        value_name = "DIR"
    )]
    pub(crate) journal: Option<PathBuf>,
    /// The most that is paid at once without approval, of each coin [default: 1000].
    #[arg(
        long,
        global = true,
        env = "TARTAN_PEG_LIMIT_PAYMENT",
        hide_env_values = true,
        value_name = "AMOUNT"
    )]
    pub(crate) limit_payment: Option<String>,
    /// The most that is paid in an hour [default: 5000]. The rest waits.
    #[arg(
        long,
        global = true,
        env = "TARTAN_PEG_LIMIT_HOUR",
        hide_env_values = true,
        value_name = "AMOUNT"
    )]
    pub(crate) limit_hour: Option<String>,
    /// The most that is paid in a day [default: 20000]. The rest waits.
    #[arg(
        long,
        global = true,
        env = "TARTAN_PEG_LIMIT_DAY",
        hide_env_values = true,
        value_name = "AMOUNT"
    )]
    pub(crate) limit_day: Option<String>,
    /// Where `/health` and `/metrics` are served: a flag of `tartan peg run` alone.
    #[arg(skip)]
    pub(crate) listen: Option<String>,
}

impl PegTerms {
    /// These, and where they say nothing, others.
    pub(crate) fn or(&self, others: &PegTerms) -> PegTerms {
        let (own, others) = (self.clone(), others.clone());
        PegTerms {
            journal: own.journal.or(others.journal),
            limit_payment: own.limit_payment.or(others.limit_payment),
            limit_hour: own.limit_hour.or(others.limit_hour),
            limit_day: own.limit_day.or(others.limit_day),
            listen: own.listen.or(others.listen),
        }
    }
}

/// Flags that say which chains a command works with.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Chains")]
pub(crate) struct Connection {
    /// Settings file [default: tartan.toml here or in the user's configuration folder].
    #[arg(
        long,
        global = true,
        env = "TARTAN_CONFIG",
        hide_env_values = true,
        value_name = "FILE"
    )]
    config: Option<PathBuf>,
    /// Network: dev, dev-hive, steem, hive, or a .toml file [default: dev].
    #[arg(
        long,
        global = true,
        env = "TARTAN_NETWORK",
        hide_env_values = true,
        value_name = "NAME|FILE"
    )]
    network: Option<String>,
    /// Addresses of main-chain nodes, preferred ones first [default on dev networks: http://127.0.0.1:8090].
    #[arg(
        long,
        global = true,
        env = "TARTAN_MAIN_CHAIN",
        hide_env_values = true,
        value_name = "URL,URL",
        value_delimiter = ','
    )]
    main_chain: Vec<String>,
    /// Address of a sidechain node [default on dev networks: http://127.0.0.1:5000].
    #[arg(
        long,
        global = true,
        env = "TARTAN_SIDE_CHAIN",
        hide_env_values = true,
        value_name = "URL"
    )]
    side_chain: Option<String>,
}

/// What a main-chain node says of itself.
#[derive(Deserialize)]
struct Version {
    chain_id: String,
}

/// Settings after file, environment and flags were put together.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) file: File,
    pub(crate) network: Network,
    main_chain: Vec<String>,
    side_chain: Option<String>,
}

impl Connection {
    /// Reads the settings file and lets environment and flags override it.
    pub(crate) fn settings(&self) -> Result<Settings> {
        let file = File::find(self.config.as_deref())?;
        let name = self
            .network
            .as_deref()
            .or(file.network.as_deref())
            .unwrap_or("dev");
        let network = Network::load(name)?;
        let main_chain = match self.main_chain.as_slice() {
            [] => file.main_chain.clone(),
            given => given.to_vec(),
        };
        let side_chain = self.side_chain.clone().or_else(|| file.side_chain.clone());
        Ok(Settings {
            file,
            network,
            main_chain,
            side_chain,
        })
    }
}

impl Settings {
    /// The main-chain nodes. A development network has the demo's own as default.
    pub(crate) fn main_chain(&self) -> Result<Vec<String>> {
        if !self.main_chain.is_empty() {
            return Ok(self.main_chain.clone());
        }
        if self.is_development() {
            return Ok(vec!["http://127.0.0.1:8090".to_string()]);
        }
        bail!(
            "no main-chain node given for network {}; pass --main-chain <URL,URL>, set TARTAN_MAIN_CHAIN, or write main-chain = [\"<URL>\"] in {FILE}",
            self.network.name
        )
    }

    /// A client of the main-chain nodes, for signing: a development chain that chose an id of its own is asked for it.
    pub(crate) async fn client(&self) -> Result<Client> {
        let mut config = ClientConfig::new(self.network.main_chain.protocol(), self.main_chain()?);
        if !self.network.main_chain.is_any() {
            return Ok(Client::new(config)?);
        }
        config.any_chain = true;
        let client = Client::new(config.clone())?;
        let version = client
            .call("database_api.get_version", &serde_json::json!({}))
            .await?;
        let version: Version =
            serde_json::from_str(version.get()).context("unexpected answer to get_version")?;
        let mut id = [0; 32];
        hex::decode_to_slice(&version.chain_id, &mut id).with_context(|| {
            format!(
                "expected a chain id of 64 hexadecimal digits, found {:?}",
                version.chain_id
            )
        })?;
        config.chain = config.chain.with_chain_id(id);
        Ok(Client::new(config)?)
    }

    /// The sidechain node. A development network has the demo's own as default.
    pub(crate) fn side_chain(&self) -> Result<String> {
        if let Some(url) = &self.side_chain {
            return Ok(url.trim_end_matches('/').to_string());
        }
        if self.is_development() {
            return Ok("http://127.0.0.1:5000".to_string());
        }
        bail!(
            "no sidechain node given for network {}; pass --side-chain <URL>, set TARTAN_SIDE_CHAIN, or write side-chain = \"<URL>\" in {FILE}",
            self.network.name
        )
    }

    /// Whether the network runs on any main chain it is pointed at, such as a demo's.
    fn is_development(&self) -> bool {
        self.network.main_chain.is_any()
    }
}

impl File {
    fn find(explicit: Option<&Path>) -> Result<File> {
        if let Some(path) = explicit {
            return File::read(path);
        }
        let here = PathBuf::from(FILE);
        let user = user_folder().map(|folder| folder.join("tartan").join(FILE));
        match [Some(here), user]
            .into_iter()
            .flatten()
            .find(|path| path.is_file())
        {
            Some(path) => File::read(&path),
            None => Ok(File::default()),
        }
    }

    fn read(path: &Path) -> Result<File> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read settings file {}", path.display()))?;
        let file = File::parse(&text, path.parent().unwrap_or(Path::new("")));
        file.with_context(|| format!("settings file {}", path.display()))
    }

    fn parse(text: &str, folder: &Path) -> Result<File> {
        let mut file: File = toml::from_str(text)?;
        for path in [
            &mut file.key_file,
            &mut file.node.data_dir,
            &mut file.peg.journal,
        ]
        .into_iter()
        .flatten()
        {
            *path = folder.join(&path);
        }
        if let Some(network) = file
            .network
            .as_mut()
            .filter(|network| network.ends_with(".toml"))
        {
            *network = folder.join(&network).to_string_lossy().into_owned();
        }
        Ok(file)
    }
}

fn user_folder() -> Option<PathBuf> {
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".config"));
    std::env::var_os("XDG_CONFIG_HOME")
        .map(PathBuf::from)
        .or_else(home)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_settings_file_says_all_of_this() {
        let text = r#"
            network = "ours.toml"
            main-chain = ["http://a.example", "http://b.example"]
            side-chain = "http://c.example/"
            account = "alice"
            key-file = "alice.key"
            [node]
            data-dir = "/var/lib/tartan"
            listen = "127.0.0.1:5000"
            websocket-listen = "127.0.0.1:5001"
            start-block = 5
            irreversible-only = true
            domain = "node.example"
            public-nodes = ["https://other.example"]
            map-size = "128GiB"
            flush-interval = "2s"
            write-buffer = "1GiB"
            [peg]
            journal = "peg"
            limit-payment = "100"
            limit-hour = "500"
            limit-day = "1000.5"
            listen = "127.0.0.1:5050"
        "#;
        let file = File::parse(text, Path::new("/etc/tartan")).expect("valid");
        assert_eq!(file.main_chain.len(), 2);
        assert_eq!(file.node.start_block, Some(5));
        assert_eq!(file.node.public_nodes, ["https://other.example"]);
        assert_eq!(file.node.map_size, Some(Size(128 << 30)));
        assert_eq!(file.node.write_buffer, Some(Size(1 << 30)));
        assert_eq!(
            file.network.as_deref(),
            Some("/etc/tartan/ours.toml"),
            "relative to the file"
        );
        assert_eq!(
            file.key_file.as_deref(),
            Some(Path::new("/etc/tartan/alice.key")),
            "relative to the file"
        );
        assert_eq!(
            file.peg.journal.as_deref(),
            Some(Path::new("/etc/tartan/peg")),
            "relative to the file"
        );
        assert_eq!(
            file.node.data_dir.as_deref(),
            Some(Path::new("/var/lib/tartan")),
            "absolute stays"
        );
    }

    #[test]
    fn a_misspelt_key_is_named() {
        let error = File::parse("main_chain = []", Path::new("")).expect_err("unknown key");
        assert!(error.to_string().contains("main_chain"), "{error}");
    }
}
