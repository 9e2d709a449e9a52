use std::sync::Arc;

use tartan_decimal::Config;
use tartan_runtime::{CodeHashRule, Dialect, Limits, Rules, System, WriteHash};

use crate::Network;
use crate::network::{ScriptDialect, WriteHashRule};

/// What the newer reference says of any deployment that its node cannot carry out (the spelling is part of it).
const SHORT_ERROR: &str = "A node.js error occoured during deployment";

/// A network's rules for the execution of a transaction, by the transaction's height.
#[derive(Debug)]
pub(crate) struct RulesByHeight {
    network: Arc<Network>,
    system: Arc<System>,
    /// Those asked for so far, with the gates they differ in; a chain passes few gates.
    known: Vec<(Gates, Arc<Rules>)>,
}

/// Which of the height-dependent rules are in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Gates {
    double_hyphen_names: bool,
    code_hash_rehash: bool,
    nft_change_refused: bool,
    decimal_places_20: bool,
    decimal_range_500: bool,
    short_deploy_error: bool,
}

impl RulesByHeight {
    pub(crate) fn new(network: Arc<Network>) -> RulesByHeight {
        let system = Arc::new(System {
            engine_account: network.accounts.engine.clone(),
            peg_account: network.accounts.peg.clone(),
            amount_field: network.naming.amount.clone(),
            timestamp_field: network.naming.timestamp.clone(),
            main_number_field: network.naming.ref_block_number.clone(),
        });
        RulesByHeight {
            network,
            system,
            known: Vec::new(),
        }
    }

    /// The rules for a transaction of this main-chain block.
    pub(crate) fn at(&mut self, height: Option<u64>) -> Arc<Rules> {
        let network = &self.network;
        let gates = Gates {
            double_hyphen_names: network.gates.double_hyphen_names.reached(height),
            code_hash_rehash: network.gates.code_hash_rehash.reached(height),
            nft_change_refused: network.gates.nft_change_refused.reached(height),
            decimal_places_20: network.gates.decimal_places_20.reached(height),
            decimal_range_500: network.gates.decimal_range_500.reached(height),
            short_deploy_error: network.gates.short_deploy_error.reached(height),
        };
        if let Some((_, rules)) = self.known.iter().find(|(known, _)| *known == gates) {
            return rules.clone();
        }
        let rules = Arc::new(self.make(gates));
        self.known.push((gates, rules.clone()));
        rules
    }

    fn make(&self, gates: Gates) -> Rules {
        let switches = &self.network.rules;
        Rules {
            system: self.system.clone(),
            atomic: switches.atomic,
            write_hash: match switches.write_hash {
                WriteHashRule::Count => WriteHash::Counting,
                WriteHashRule::Content => WriteHash::Content,
            },
            code_hash: match gates.code_hash_rehash {
                true => CodeHashRule::Rehash,
                false => CodeHashRule::Append,
            },
            double_hyphen_names: gates.double_hyphen_names,
            contracts_assert_authority: switches.contracts_assert_authority,
            max_depth: switches.nesting_depth,
            skipped_calls: match gates.nft_change_refused {
                true => vec![("mining".to_string(), "handleNftChange".to_string())],
                false => Vec::new(),
            },
            dialect: match switches.scripts {
                ScriptDialect::Modern => Dialect::Modern,
                ScriptDialect::Hive => Dialect::Hive,
                ScriptDialect::Steem => Dialect::Steem,
            },
            decimals: Config {
                decimal_places: if gates.decimal_places_20 { 20 } else { 3 },
                range: match gates.decimal_range_500 {
                    true => Config::STANDARD.range,
                    false => Config::WIDE.range,
                },
            },
            deployment_error: gates.short_deploy_error.then_some(SHORT_ERROR),
            call_budget: switches.metered.then_some(self.network.limits.call_budget),
            storage_deposits: match self.network.contracts.tokens.deposit_per_byte() {
                Some(_) if switches.metered => Some("tokens".to_string()),
                _ => None,
            },
            limits: Limits {
                tick_rows: self.network.limits.tick_rows,
                rows_per_account: self.network.limits.rows_per_account,
                find_rows: self.network.limits.find_rows,
                scan_rows: self.network.limits.scan_rows,
                record_bytes: self.network.limits.record_bytes,
                tables_per_contract: self.network.limits.tables_per_contract,
                indexes_per_table: self.network.limits.indexes_per_table,
            },
        }
    }
}
