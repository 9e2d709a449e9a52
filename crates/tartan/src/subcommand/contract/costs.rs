//! What deploying costs, and who may deploy what: known before anything is signed.

use std::fmt;

use anyhow::{Result, bail};
use serde::Serialize;
use serde_json::Value;
use tartan_chain::Network;

/// What a deployer pays where anyone may deploy, in the utility token.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Costs {
    symbol: String,
    /// Burnt.
    fee: String,
    /// Burnt for every later version.
    update_fee: String,
    #[serde(flatten)]
    deposit: Option<Deposit>,
}

/// What is locked for the rows and the code of a contract.
#[derive(Debug, Serialize)]
pub(super) struct Deposit {
    deposit: String,
    #[serde(rename = "depositBytes")]
    bytes: u64,
    #[serde(skip)]
    symbol: String,
}

impl Costs {
    /// What this account pays; nothing is to be paid on networks where only those who run it deploy.
    pub(super) fn of(network: &Network, account: &str, deposit: Option<Deposit>) -> Option<Costs> {
        if !network.rules.metered {
            return None;
        }
        let fee = |fee: &Option<String>| match fee {
            Some(fee) if !network.is_operator(account) => fee.clone(),
            _ => "0".to_string(),
        };
        Some(Costs {
            symbol: network.tokens.utility.symbol.clone(),
            fee: fee(&network.fees.deployment),
            update_fee: fee(&network.fees.update),
            deposit,
        })
    }
}

impl Deposit {
    /// The contract and the table where a network notes them, by the field `contract`.
    pub(super) const TABLE: (&str, &str) = ("tokens", "contractDeposits");

    /// What a row of that table says.
    pub(super) fn of(network: &Network, row: &Value) -> Option<Deposit> {
        Some(Deposit {
            deposit: row["balance"].as_str()?.to_string(),
            bytes: row["bytes"].as_u64()?,
            symbol: network.tokens.utility.symbol.clone(),
        })
    }
}

impl fmt::Display for Costs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Costs {
            symbol,
            fee,
            update_fee,
            ..
        } = self;
        writeln!(
            f,
            "fee        {fee} {symbol}, and {update_fee} for each new version; burnt"
        )?;
        match &self.deposit {
            Some(deposit) => writeln!(f, "deposit    {deposit}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Deposit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {} for {} bytes of code and rows",
            self.deposit, self.symbol, self.bytes
        )
    }
}

/// Refuses what the network would refuse whatever the code is: who deploys, and under which name.
///
/// # Errors
/// Why it would.
pub(super) fn check_name(network: &Network, name: &str, account: Option<&str>) -> Result<()> {
    let Network { accounts, .. } = network;
    let operators = || format!("{} and {}", accounts.engine, accounts.peg);
    if network.is_native(name) && !network.rules.deploy_native {
        bail!(
            "{name} is a native contract of network {}, part of the program; choose another name",
            network.name
        );
    }
    let operator = account.is_some_and(|account| network.is_operator(account));
    if network.rules.metered && network.is_reserved(name) && !operator {
        bail!(
            "the name {name} is reserved on network {}, since other contracts trust it: only {} may deploy it; choose another name",
            network.name,
            operators()
        );
    }
    if let Some(account) = account.filter(|account| !network.may_deploy(account)) {
        bail!(
            "{account} may not deploy on network {}: only {} may",
            network.name,
            operators()
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(network: &str, name: &str, account: Option<&str>, expected: &str) {
        let network = Network::preset(network).expect("a preset");
        let told = match check_name(&network, name, account) {
            Ok(()) => String::new(),
            Err(error) => error.to_string(),
        };
        assert_eq!(told, expected);
    }

    #[test]
    fn names_and_accounts_that_a_network_refuses() {
        check("dev", "notebook", None, "");
        check("dev", "notebook", Some("alice"), "");
        let native =
            "tokens is a native contract of network dev, part of the program; choose another name";
        for account in [None, Some("alice"), Some("steemsc")] {
            check("dev", "tokens", account, native);
        }
        let reserved = "the name dice is reserved on network dev, since other contracts trust it: only steemsc and steem-peg may deploy it; choose another name";
        check("dev", "dice", None, reserved);
        check("dev", "dice", Some("alice"), reserved);
        check("dev", "dice", Some("steemsc"), "");
        check("hive", "dice", None, "");
        check(
            "hive",
            "notebook",
            Some("alice"),
            "alice may not deploy on network hive: only hive-engine and honey-swap may",
        );
    }

    #[test]
    fn those_who_run_a_network_pay_no_fee() {
        let network = Network::preset("dev").expect("a preset");
        let fee = |account| Costs::of(&network, account, None).map(|costs| costs.fee);
        assert_eq!(fee("alice").as_deref(), Some("10"));
        assert_eq!(fee("steemsc").as_deref(), Some("0"));
        let public = Network::preset("hive").expect("a preset");
        assert!(Costs::of(&public, "alice", None).is_none());
    }
}
