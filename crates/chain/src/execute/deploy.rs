use std::borrow::Cow;
use std::sync::Arc;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use tartan_decimal::Decimal;
use tartan_document::{Object, Value, object};
use tartan_runtime::{
    ACTIVE_KEY_NEEDED, Contract, ContractRecord, Deployment, Failure, Fatal, MAX_DEPOSIT, NODE,
    Payment, Receipt,
};

use super::{Execution, NOT_JSON, id_text, refused};
use crate::ingest::Call;
use crate::{ChainError, Network};

/// Names that no contract can have.
const RESERVED: [&str; 3] = ["contract", "blockProduction", "null"];
/// Names of the public chains' core contracts, which other contracts call and trust by name. Where anyone may deploy, they
/// are left to the accounts that run the network.
const CORE: [&str; 30] = [
    "airdrops",
    "beedollar",
    "botcontroller",
    "burndollar",
    "claimdrops",
    "comments",
    "crittermanager",
    "dice",
    "distribution",
    "hivepegged",
    "hivesmartcontracts",
    "inflation",
    "market",
    "marketpools",
    "mining",
    "nft",
    "nftairdrops",
    "nftauction",
    "nftmarket",
    "packmanager",
    "resourcemanager",
    "roles",
    "smarttokens",
    "sscstore",
    "steempegged",
    "swapcontract",
    "tokenfunds",
    "tokens",
    "validators",
    "witnesses",
];
/// The contract that fees are paid through.
const TOKENS: &str = "tokens";

/// Base64 as the reference's library reads it: padding is optional, left-over bits are ignored.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

impl Execution<'_> {
    /// `contract.deploy` and `contract.update`, which are the same: makes a contract, or a new version of one.
    ///
    /// The checks and their order are those of protocol, c.1.
    pub(super) fn deploy(
        &mut self,
        call: &Call,
        payload: Option<Object>,
        sender: &str,
    ) -> Result<Receipt, ChainError> {
        if !self.network.may_deploy(sender) {
            return Ok(refused("the contract deployment is currently unavailable"));
        }
        let Some(payload) = payload else {
            return Ok(refused(self.node_error(NOT_JSON)));
        };
        if let Some(refusal) = self.missing_active_key(sender, &payload) {
            return Ok(refusal);
        }
        let name = payload.get_str("name").unwrap_or_default();
        let code = payload.get_str("code").unwrap_or_default();
        // genesis brings native contracts, which have no code
        let native = self.network.is_native(name);
        if name.is_empty() || (code.is_empty() && !(native && self.genesis)) {
            return Ok(refused(
                "parameters name and code are mandatory and they must be strings",
            ));
        }
        if !is_contract_name(name) {
            return Ok(refused("invalid contract name"));
        }
        let existing = ContractRecord::find(self.executor.overlay(), name)?;
        let owner = match &existing {
            Some(record) if record.owner == NODE && sender == self.network.accounts.engine => NODE,
            _ => sender,
        };
        let update = existing.is_some();
        if !update && !self.network.is_operator(sender) && self.network.is_reserved(name) {
            return Ok(refused(format!("contract name {name} is reserved")));
        }
        if existing.is_some_and(|record| record.owner != owner) {
            return Ok(refused("you are not allowed to update this contract"));
        }
        let contract = match self.contract(name, code, native)? {
            Ok(contract) => contract,
            Err(refusal) => return Ok(refused(refusal)),
        };
        let id = id_text(&call.id);
        let params = payload
            .get("params")
            .filter(|params| params.is_truthy())
            .cloned();
        Ok(self.executor.deploy(Deployment {
            main_number: call.ref_block,
            transaction_id: Some(&id),
            name,
            owner,
            active: signed_actively(&payload),
            params: params.unwrap_or(Value::Null),
            contract,
            max_deposit: payload.get(MAX_DEPOSIT).cloned(),
            fee: self.deployment_fee(sender, update),
        })?)
    }

    /// What a deployment or an update costs its sender, burnt by a transfer to `null`.
    fn deployment_fee(&self, sender: &str, update: bool) -> Option<Payment> {
        let network = self.network;
        if !network.rules.metered || network.is_operator(sender) {
            return None;
        }
        let (fee, what) = match update {
            true => (&network.fees.update, "update"),
            false => (&network.fees.deployment, "deployment"),
        };
        let fee = fee
            .as_deref()
            .filter(|fee| !Decimal::parse(fee).is_zero())?;
        let symbol = &network.tokens.utility.symbol;
        Some(Payment {
            contract: TOKENS.to_string(),
            action: "transfer".to_string(),
            params: object! { "to": NODE, "symbol": symbol.as_str(), "quantity": fee },
            refusal: format!("you must be able to pay the {what} fee of {fee} {symbol}"),
        })
    }

    /// The contract that a name and a code stand for, or why there is none.
    fn contract(
        &self,
        name: &str,
        code: &str,
        native: bool,
    ) -> Result<Result<Arc<dyn Contract>, String>, ChainError> {
        if native {
            if !self.genesis && !self.network.rules.deploy_native {
                return Ok(Err(format!(
                    "contract {name} is native and cannot be deployed"
                )));
            }
            let known = || self.registry.native_names().collect::<Vec<_>>().join(", ");
            let contract = self
                .registry
                .native(name)
                .ok_or_else(|| ChainError::UnknownNative {
                    name: name.to_string(),
                    known: known(),
                })?;
            return Ok(Ok(contract.clone()));
        }
        let Some(engine) = self.registry.engine() else {
            return Ok(Err(format!(
                "contract {name} is a script, and this node runs native contracts only"
            )));
        };
        let code = self.network.wrap(&decode_source(code));
        let most = self.network.limits.code_bytes;
        if code.len() > most {
            let found = code.len();
            return Ok(Err(format!(
                "contract {name} has {found} bytes of code, expected at most {most}"
            )));
        }
        match engine.compile(&code) {
            Ok(contract) => Ok(Ok(contract)),
            Err(Failure::Fatal(fatal)) => Err(Fatal::into(fatal)),
            Err(failure) => Ok(Err(self.node_error(&failure.to_string()))),
        }
    }

    /// How the reference words an error of its own, at the height of the transaction.
    fn node_error(&self, error: &str) -> String {
        if let Some(error) = self.executor.rules().deployment_error {
            return error.to_string();
        }
        match error.split_once(": ") {
            Some((kind, message)) if message.contains("Unexpected identifier") => {
                format!("{kind}: Unexpected identifier")
            }
            _ => error.to_string(),
        }
    }

    /// The refusal of a privileged action that was not signed with the active key, where the network asks for it.
    pub(super) fn missing_active_key(&self, sender: &str, payload: &Object) -> Option<Receipt> {
        let signed = signed_actively(payload);
        let needed = self.network.rules.active_key_to_deploy && !self.genesis && sender != NODE;
        (needed && !signed).then(|| refused(ACTIVE_KEY_NEEDED))
    }
}

impl Network {
    /// Whether a contract's name is only for the accounts that run the network, where anyone may deploy: others trust
    /// it by name, or the node calls it.
    pub fn is_reserved(&self, name: &str) -> bool {
        let tokens = &self.contracts.tokens;
        CORE.contains(&name)
            || self.is_native(name)
            || tokens.verified_issuers.contains(name)
            || tokens.minting_contracts.contains(name)
            || self.ticks.iter().any(|tick| tick.contract == name)
            || self
                .periodic
                .iter()
                .any(|periodic| periodic.contract == name)
    }
}

fn signed_actively(payload: &Object) -> bool {
    payload.get("isSignedWithActiveKey") == Some(&Value::Bool(true))
}

fn is_contract_name(name: &str) -> bool {
    (3..=50).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && !RESERVED.contains(&name)
}

/// The source of a contract in the `code` of its deployment: Base64 with either alphabet, other characters ignored; what is
/// not UTF-8 is replaced.
pub fn decode_source(code: &str) -> String {
    let digits: String = code
        .chars()
        .filter_map(|c| match c {
            '-' => Some('+'),
            '_' => Some('/'),
            'A'..='Z' | 'a'..='z' | '0'..='9' | '+' | '/' => Some(c),
            _ => None,
        })
        .collect();
    // four digits make three bytes; a single left-over digit makes none
    let whole = match digits.len() % 4 {
        1 => &digits[..digits.len() - 1],
        _ => &digits,
    };
    let bytes = BASE64.decode(whole).unwrap_or_default();
    match String::from_utf8_lossy(&bytes) {
        Cow::Borrowed(text) => text.to_string(),
        Cow::Owned(text) => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_base64_leniently() {
        for code in ["w6TDtsO8", "w6TDtsO8==", "w6TD tsO8\n", "w6TDtsO8A"] {
            assert_eq!(decode_source(code), "äöü", "{code}");
        }
        assert_eq!(decode_source("Pj4_"), ">>?");
        assert_eq!(decode_source("gA=="), "\u{fffd}");
        assert_eq!(decode_source(""), "");
    }

    #[test]
    fn names() {
        for (name, valid) in [
            ("tokens", true),
            ("abc", true),
            ("ab", false),
            ("with_score", false),
            ("contract", false),
            ("blockProduction", false),
            ("null", false),
        ] {
            assert_eq!(is_contract_name(name), valid, "{name}");
        }
        assert!(is_contract_name(&"a".repeat(50)));
        assert!(!is_contract_name(&"a".repeat(51)));
    }
}
