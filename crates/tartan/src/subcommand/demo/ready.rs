//! What somebody needs to use a demo.

use std::fmt;

use serde::Serialize;
use tartan_chain::Network;
use tartan_devchain::{Api, DevAccount};
use tartan_node::DemoAccount;

use super::story::{FOUNDER, TOKEN};

/// What somebody needs to use the demo: printed as one line with `--json`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Ready {
    main_chain: String,
    side_chain: String,
    /// What to open in a browser.
    pages: String,
    network: NetworkFacts,
    accounts: Vec<Account>,
    founder: &'static str,
    token: &'static str,
    /// What all keys are derived from, as by `tartan key from-password`.
    master_password: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct NetworkFacts {
    name: String,
    chain: &'static str,
    chain_id: String,
    custom_json_id: String,
    utility_token: String,
    engine_account: String,
}

/// An account with its private keys, in WIF.
#[derive(Debug, Serialize)]
struct Account {
    name: String,
    owner: String,
    active: String,
    posting: String,
    memo: String,
}

impl Account {
    fn new(account: &DevAccount) -> Account {
        let key = |role: &str| {
            let pair = account.keys.iter().find(|pair| pair.role == role);
            pair.map(|pair| pair.wif.clone()).unwrap_or_default()
        };
        Account {
            name: account.name.clone(),
            owner: key("owner"),
            active: key("active"),
            posting: key("posting"),
            memo: key("memo"),
        }
    }
}

/// The accounts that a reader of the demo's pages may act as.
pub(super) fn demo_accounts(main_chain: &Api, network: &Network) -> Vec<DemoAccount> {
    let accounts = main_chain.accounts();
    let shown = accounts.iter().filter(|account| is_shown(account, network));
    shown
        .map(|account| {
            let Account {
                name,
                active,
                posting,
                memo,
                ..
            } = Account::new(account);
            DemoAccount {
                name,
                active,
                posting,
                memo,
            }
        })
        .collect()
}

/// The accounts with a part in some contract would only confuse, but for the one with the funds.
fn is_shown(account: &DevAccount, network: &Network) -> bool {
    account.name == network.accounts.engine
        || !tartan_devchain::FIXED.contains(&account.name.as_str())
}

impl Ready {
    pub(super) fn new(main_chain: &Api, side_chain: &str, network: &Network) -> Ready {
        let banner = main_chain.banner();
        let engine = &network.accounts.engine;
        Ready {
            main_chain: main_chain.url(),
            side_chain: side_chain.to_string(),
            pages: format!("{side_chain}/"),
            network: NetworkFacts {
                name: network.name.clone(),
                chain: banner.flavor,
                chain_id: banner.chain_id,
                custom_json_id: network.custom_json_id(),
                utility_token: network.tokens.utility.symbol.clone(),
                engine_account: engine.clone(),
            },
            accounts: banner
                .accounts
                .iter()
                .filter(|account| is_shown(account, network))
                .map(Account::new)
                .collect(),
            founder: FOUNDER,
            token: TOKEN,
            master_password: banner.master_password,
        }
    }

    /// The flags that commands need when the demo is not where they look by default.
    fn flags(&self) -> String {
        let mut flags = String::new();
        if self.network.name != "dev" {
            flags.push_str(&format!(" --network {}", self.network.name));
        }
        if !self.main_chain.ends_with(":8090") {
            flags.push_str(&format!(" --main-chain {}", self.main_chain));
        }
        if !self.side_chain.ends_with(":5000") {
            flags.push_str(&format!(" --side-chain {}", self.side_chain));
        }
        flags
    }
}

impl fmt::Display for Ready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let facts = &self.network;
        writeln!(
            f,
            "main chain   {}   ({}-flavoured)",
            self.main_chain, facts.chain
        )?;
        writeln!(
            f,
            "sidechain    {}   (custom_json id {})",
            self.side_chain, facts.custom_json_id
        )?;
        writeln!(
            f,
            "fees         in {}, which {} hands out",
            facts.utility_token, facts.engine_account
        )?;
        writeln!(f)?;
        writeln!(f, "{:<12} {:<52} posting key", "account", "active key")?;
        for account in &self.accounts {
            writeln!(
                f,
                "{:<12} {:<52} {}",
                account.name, account.active, account.posting
            )?;
        }
        writeln!(
            f,
            "\nThe keys are public: use them on this machine only. They come from the master password"
        )?;
        writeln!(f, "  {}", self.master_password)?;
        let flags = self.flags();
        writeln!(f, "\nIn another terminal:")?;
        writeln!(f, "  tartan token balance bob{flags}")?;
        writeln!(f, "  tartan community info {}{flags}", self.token)?;
        writeln!(
            f,
            "  TARTAN_KEY=<active key of {founder}> \\",
            founder = self.founder
        )?;
        writeln!(
            f,
            "    tartan token transfer {token} bob 5 --account {founder}{flags}",
            token = self.token,
            founder = self.founder
        )?;
        writeln!(f, "\nIn a browser:\n  {}", self.pages)?;
        writeln!(f, "\nready; press Ctrl-C to stop")
    }
}
