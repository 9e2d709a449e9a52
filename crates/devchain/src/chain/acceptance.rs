//! Whether a transaction may enter the pool: the node's checks in the node's order, with its words.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::json;
use tartan_graphene::authority::{AccountAuthorities, AuthorityProvider, Rules as AuthorityRules};
use tartan_graphene::{
    AssetForm, Authority, Flavor, Operation, RequiredAuthorities, SignedTransaction, TransactionId,
    VerifyError,
};

use super::refusals::{duplicate, refuse, unserializable, validate};
use super::{Accepted, MainChain};
use crate::apply::{Applier, impacted};
use crate::errors::{Exception, NodeError};
use crate::state::{HistoryEntry, Moment, OpPlace};

/// Most bytes of a transaction (HIVE_MAX_TRANSACTION_SIZE).
const MAX_TRANSACTION_SIZE: usize = 65_536;
/// Latest expiration, in seconds after the head block (HIVE_MAX_TIME_UNTIL_EXPIRATION).
const MAX_TIME_UNTIL_EXPIRATION: u32 = 3600;

/// The authorities of the state; an impersonated account's need no signature.
pub(crate) struct Signers<'a> {
    pub(crate) chain: &'a MainChain,
}

impl AuthorityProvider for Signers<'_> {
    fn authorities(&self, account: &str) -> Option<AccountAuthorities<'_>> {
        let row = self.chain.state.account(account)?;
        if self.chain.impersonated.contains(account) {
            let anybody = || Cow::Owned(Authority::default());
            return Some(AccountAuthorities {
                owner: anybody(),
                active: anybody(),
                posting: anybody(),
            });
        }
        Some(AccountAuthorities {
            owner: Cow::Borrowed(&row.owner),
            active: Cow::Borrowed(&row.active),
            posting: Cow::Borrowed(&row.posting),
        })
    }
}

impl MainChain {
    /// Checks a transaction, applies it to the pending state and puts it into the pool.
    pub(crate) fn accept(
        &mut self,
        transaction: SignedTransaction,
    ) -> Result<TransactionId, NodeError> {
        let accepted = self.check(transaction)?;
        self.check_mempool_rules(&accepted)?;
        let index = u32::try_from(self.pending.len()).unwrap_or(u32::MAX);
        self.apply_transaction(&accepted, index, &mut Vec::new())?;
        let id = accepted.id;
        tracing::debug!(%id, "transaction accepted");
        self.pending_ids.insert(id);
        self.pending.push(accepted);
        Ok(id)
    }

    /// Everything that can be said about a transaction without applying it.
    fn check(&self, transaction: SignedTransaction) -> Result<Accepted, NodeError> {
        validate(&transaction)?;
        let accepted = self.identify(transaction)?;
        self.check_time(&accepted)?;
        Ok(accepted)
    }

    /// Checks signatures, and so finds the serialization that was signed and the id.
    fn identify(&self, transaction: SignedTransaction) -> Result<Accepted, NodeError> {
        for form in [AssetForm::Legacy, AssetForm::Hf26] {
            let id = transaction
                .transaction
                .id(&self.protocol, form)
                .map_err(unserializable)?;
            if self.is_known(&id) {
                return Err(duplicate());
            }
        }
        let form = self.check_signatures(&transaction)?;
        let id = transaction
            .transaction
            .id(&self.protocol, form)
            .map_err(unserializable)?;
        let size = transaction
            .encode(&self.protocol, form)
            .map_err(unserializable)?
            .len();
        if size > MAX_TRANSACTION_SIZE {
            return Err(NodeError::assert(
                "trx_size <= HIVE_MAX_TRANSACTION_SIZE",
                "Transaction too large - size = ${s}, max = ${m}",
                json!({ "s": size, "m": MAX_TRANSACTION_SIZE }),
            ));
        }
        Ok(Accepted {
            transaction,
            id,
            form,
        })
    }

    /// The rules under which signatures are checked.
    pub(crate) fn authority_rules(&self) -> AuthorityRules {
        if self.config.strict_authorities {
            AuthorityRules::strict()
        } else {
            AuthorityRules::default()
        }
    }

    /// Which serialization the signatures are for.
    pub(crate) fn check_signatures(
        &self,
        transaction: &SignedTransaction,
    ) -> Result<AssetForm, NodeError> {
        let verified = transaction.verify_authority(
            &self.protocol,
            &Signers { chain: self },
            &self.authority_rules(),
        );
        match verified {
            Ok(form) => Ok(form),
            // Wrong or needless signatures do not matter when all signers are impersonated.
            Err(_)
                if self.all_impersonated(
                    &transaction.transaction.required_authorities(&self.protocol),
                ) =>
            {
                Ok(AssetForm::Legacy)
            }
            Err(error) => {
                self.explain(transaction, &error);
                Err(refuse(error))
            }
        }
    }

    fn all_impersonated(&self, required: &RequiredAuthorities) -> bool {
        let names: BTreeSet<&String> = required
            .owner
            .iter()
            .chain(&required.active)
            .chain(&required.posting)
            .collect();
        required.other.is_empty()
            && !names.is_empty()
            && names.iter().all(|name| self.impersonated.contains(*name))
    }

    fn is_known(&self, id: &TransactionId) -> bool {
        self.store.find(id).is_some() || self.pending_ids.contains(id)
    }

    /// TaPoS, then expiration, both against the head block.
    pub(super) fn check_time(&self, accepted: &Accepted) -> Result<(), NodeError> {
        let transaction = &accepted.transaction.transaction;
        let (number, prefix) = (transaction.ref_block_num, transaction.ref_block_prefix);
        if !self.store.has_reference(self.head_number(), number, prefix) {
            return Err(NodeError::exception(Exception {
                code: 4_030_200,
                name: "transaction_tapos_exception",
                title: "transaction tapos exception",
                format: "trx.ref_block_prefix == tapos_block_summary.block_id._hash[1]: "
                    .to_owned(),
                values: json!({ "trx.ref_block_num": number, "trx.ref_block_prefix": prefix }),
                origin: ("database.cpp", "_apply_transaction"),
            }));
        }
        if self.config.relaxed_expiration {
            return Ok(());
        }
        let (now, expiration) = (self.head_time(), transaction.expiration);
        let condition = if expiration > now.plus(MAX_TIME_UNTIL_EXPIRATION) {
            "trx.expiration <= now + fc::seconds(HIVE_MAX_TIME_UNTIL_EXPIRATION)"
        } else if expiration <= now {
            "now < trx.expiration"
        } else {
            return Ok(());
        };
        Err(NodeError::exception(Exception {
            code: 4_030_100,
            name: "transaction_expiration_exception",
            title: "transaction expiration exception",
            format: format!("{condition}: "),
            values: json!({ "now": now, "trx.expiration": expiration }),
            origin: ("database.cpp", "_apply_transaction"),
        }))
    }

    /// Rules of a node's pool that a block need not keep: resource credits, and custom operations per block.
    fn check_mempool_rules(&self, accepted: &Accepted) -> Result<(), NodeError> {
        let operations = &accepted.transaction.transaction.operations;
        let required = accepted
            .transaction
            .transaction
            .required_authorities(&self.protocol);
        let payer = required
            .active
            .iter()
            .chain(&required.posting)
            .chain(&required.owner)
            .next();
        if let Some(payer) = payer.filter(|payer| !self.has_credits(payer)) {
            return Err(self.no_credits(payer));
        }
        let Some(limit) = self.config.custom_op_limit else {
            return Ok(());
        };
        let signers = |operation: &Operation| -> Vec<String> {
            match operation {
                Operation::CustomJson(op) => op
                    .required_auths
                    .iter()
                    .chain(&op.required_posting_auths)
                    .cloned()
                    .collect(),
                _ => Vec::new(),
            }
        };
        for name in operations.iter().flat_map(signers).collect::<BTreeSet<_>>() {
            let waiting = self
                .pending
                .iter()
                .flat_map(|pending| &pending.transaction.transaction.operations);
            let count = waiting
                .chain(operations)
                .filter(|operation| signers(operation).contains(&name))
                .count();
            if count > limit as usize {
                return Err(NodeError::plugin(
                    "Account ${a} already submitted ${n} custom json operation(s) this block.",
                    json!({ "a": name, "n": limit }),
                ));
            }
        }
        Ok(())
    }

    fn no_credits(&self, payer: &str) -> NodeError {
        let (code, name, title) = match self.config.flavor {
            Flavor::Hive => (
                4_100_100,
                "not_enough_rc_exception",
                "not_enough_rc_exception",
            ),
            Flavor::Steem => (4_100_000, "plugin_exception", "plugin exception"),
        };
        NodeError::exception(Exception {
            code,
            name,
            title,
            format: "Account: ${account} has ${rc_current} RC, needs ${rc_needed} RC. Please wait to transact, or \
                     power up."
                .to_owned(),
            values: json!({ "account": payer, "rc_current": 0, "rc_needed": 1_000_000 }),
            origin: ("rc_plugin.cpp", "use_account_rcs"),
        })
    }

    /// Applies all operations of a transaction, or none.
    pub(super) fn apply_transaction(
        &mut self,
        accepted: &Accepted,
        index: u32,
        virtual_ops: &mut Vec<super::VirtualOp>,
    ) -> Result<(), NodeError> {
        let rules = self.rules();
        let (now, block) = (self.head_time(), self.head_number() + 1);
        let keep_history = self.config.account_history;
        let virtual_before = virtual_ops.len();
        self.state.push_session();
        for (operation_index, operation) in (0..).zip(&accepted.transaction.transaction.operations)
        {
            let moment = Moment {
                now,
                block,
                transaction: accepted.id,
                transaction_index: index,
                operation_index,
            };
            let mut applier = Applier {
                state: &mut self.state,
                rules,
                moment,
                virtual_ops,
            };
            if let Err(error) = applier.apply(operation) {
                self.state.undo_session();
                virtual_ops.truncate(virtual_before);
                return Err(error);
            }
            if keep_history {
                let place = OpPlace::Signed {
                    transaction: index,
                    operation: operation_index,
                };
                for name in impacted(operation) {
                    self.state.remember(name, HistoryEntry { block, place });
                }
            }
        }
        self.state.squash_session();
        Ok(())
    }

    /// Logs what users need when a signature does not match: the bytes that were hashed, and which keys come out.
    fn explain(&self, transaction: &SignedTransaction, error: &VerifyError) {
        if !tracing::enabled!(tracing::Level::DEBUG) {
            return;
        }
        for form in [AssetForm::Legacy, AssetForm::Hf26] {
            let unsigned = &transaction.transaction;
            let (Ok(bytes), Ok(digest)) = (
                unsigned.encode(&self.protocol, form),
                unsigned.digest(&self.protocol, form),
            ) else {
                return;
            };
            let keys: Vec<String> = transaction
                .signatures
                .iter()
                .map(|signature| match signature.recover(&digest) {
                    Ok(key) => key.to_text(&self.protocol.prefix),
                    Err(error) => error.to_string(),
                })
                .collect();
            tracing::debug!(?form, bytes = hex::encode(bytes), %digest, ?keys, %error, "signatures refused");
        }
    }
}
