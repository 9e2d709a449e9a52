//! Whether a transaction may enter the pool: the node's checks in the node's order, with its words.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::json;
use tartan_graphene::authority::{
    AccountAuthorities, AuthorityError, AuthorityProvider, Rules as AuthorityRules,
};
use tartan_graphene::operation::InvalidOperation;
use tartan_graphene::{
    AssetForm, Authority, Flavor, InvalidTransaction, Operation, RequiredAuthorities,
    SignatureError, SignedTransaction, TransactionId, VerifyError,
};

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

fn refuse(error: VerifyError) -> NodeError {
    match error {
        VerifyError::Encode(error) => unserializable(error),
        VerifyError::Signature(error) => bad_signature(error),
        VerifyError::Authority(error) => missing_authority(error),
    }
}

fn exception(
    code: u64,
    name: &'static str,
    title: &'static str,
    format: &str,
    values: serde_json::Value,
) -> NodeError {
    let origin = ("transaction_util.hpp", "verify_authority");
    NodeError::exception(Exception {
        code,
        name,
        title,
        format: format.to_owned(),
        values,
        origin,
    })
}

fn missing_authority(error: AuthorityError) -> NodeError {
    match error {
        AuthorityError::MissingPosting(id) => exception(
            3_030_000,
            "tx_missing_posting_auth",
            "missing required posting authority",
            "Missing Posting Authority ${id}",
            json!({ "id": id }),
        ),
        AuthorityError::MissingActive(id) => exception(
            3_010_000,
            "tx_missing_active_auth",
            "missing required active authority",
            "Missing Active Authority ${id}",
            json!({ "id": id }),
        ),
        AuthorityError::MissingOwner(id) => exception(
            3_020_000,
            "tx_missing_owner_auth",
            "missing required owner authority",
            "Missing Owner Authority ${id}",
            json!({ "id": id }),
        ),
        AuthorityError::MissingOther(_) => exception(
            3_040_000,
            "tx_missing_other_auth",
            "missing required other authority",
            "Missing Authority",
            json!({}),
        ),
        AuthorityError::Irrelevant(keys) => exception(
            3_050_000,
            "tx_irrelevant_sig",
            "irrelevant signature included",
            "Unnecessary signature(s) detected",
            json!({ "keys": keys.len() }),
        ),
        AuthorityError::Combined => exception(
            3_080_000,
            "tx_combined_auths_with_posting",
            "active/owner authority combined with posting authority",
            "Posting authority cannot be combined with active, owner or other authorities",
            json!({}),
        ),
        AuthorityError::UnknownAccount(name) => NodeError::unknown_key(&name),
    }
}

fn bad_signature(error: SignatureError) -> NodeError {
    match error {
        SignatureError::Duplicate(_) => exception(
            3_060_000,
            "tx_duplicate_sig",
            "duplicate signature included",
            "Duplicate signature detected",
            json!({}),
        ),
        other => NodeError::assert(
            "is_canonical( c, canon_type )",
            "${reason}",
            json!({ "reason": other.to_string() }),
        ),
    }
}

fn unserializable(error: tartan_graphene::EncodeError) -> NodeError {
    let tartan_graphene::EncodeError::UnsupportedOperation(name) = error;
    NodeError::assert(
        "itr != to_tag.end()",
        "Invalid object name: ${n}",
        json!({ "n": name }),
    )
}

fn duplicate() -> NodeError {
    NodeError::assert(
        "!is_known_transaction( trx_id )",
        "Duplicate transaction check failed",
        json!({}),
    )
}

fn validate(transaction: &SignedTransaction) -> Result<(), NodeError> {
    transaction
        .transaction
        .validate()
        .map_err(|error| match error {
            InvalidTransaction::Empty => NodeError::assert(
                "operations.size() > 0",
                "A transaction must have at least one operation",
                json!({ "trx": [] }),
            ),
            InvalidTransaction::Operation { name, reason, .. } => invalid_operation(&name, &reason),
        })
}

/// The node's words for an operation that is wrong by itself.
fn invalid_operation(operation: &str, reason: &InvalidOperation) -> NodeError {
    let text = reason.to_string();
    let (condition, words) = match reason {
        InvalidOperation::AccountName { field, .. } => {
            return NodeError::assert(
                "is_valid_account_name( name )",
                "Account name ${n} is invalid: ${reason}",
                json!({ "n": field, "reason": text }),
            );
        }
        InvalidOperation::TooLong { field: "memo", .. } => {
            ("memo.size() < HIVE_MAX_MEMO_SIZE", "Memo is too large")
        }
        InvalidOperation::TooLong { field: "title", .. } => (
            "title.size() < HIVE_COMMENT_TITLE_LIMIT",
            "Title larger than size limit",
        ),
        InvalidOperation::TooLong {
            field: "permlink" | "parent_permlink",
            ..
        } => (
            "permlink.size() < HIVE_MAX_PERMLINK_LENGTH",
            "permlink is too long",
        ),
        InvalidOperation::TooLong { field: "id", .. } => (
            "id.length() <= HIVE_CUSTOM_OP_ID_MAX_LENGTH",
            "Operation ID length exceeded. Max: 32",
        ),
        InvalidOperation::TooLong { field: "json", .. } => (
            "json.length() <= HIVE_CUSTOM_OP_DATA_MAX_LENGTH",
            "Operation JSON length exceeded. Max: 8192",
        ),
        InvalidOperation::Unexpected {
            field: "json" | "json_metadata" | "posting_json_metadata",
            ..
        } => ("fc::json::is_valid( json )", "JSON Metadata not valid JSON"),
        InvalidOperation::Unexpected { field: "body", .. } => ("body.size() > 0", "Body is empty"),
        InvalidOperation::Unexpected {
            field: "required_auths",
            found,
            ..
        } if found == "0" => (
            "required_auths.size() + required_posting_auths.size() > 0",
            "at least one account must be specified",
        ),
        InvalidOperation::Unexpected {
            field: "amount",
            expected: "more than 0",
            ..
        } if operation.starts_with("transfer") => (
            "amount > asset( 0, amount.symbol )",
            "Cannot transfer a negative amount (aka: stealing)",
        ),
        InvalidOperation::Unexpected {
            field: "amount",
            expected: "an amount of a coin",
            ..
        } => (
            "amount.symbol.is_vesting() == false",
            "Transfer of vests is not allowed.",
        ),
        InvalidOperation::Unexpected {
            field: "weight", ..
        } => (
            "abs(weight) <= HIVE_100_PERCENT",
            "Weight is not a HIVE percentage",
        ),
        InvalidOperation::Unexpected {
            field: "beneficiaries",
            expected,
            ..
        } if expected.contains("order") => (
            "beneficiaries[i - 1] < beneficiaries[i]",
            "Benficiaries must be specified in sorted order (account ascending)",
        ),
        InvalidOperation::Unexpected {
            field: "beneficiaries",
            expected,
            ..
        } if expected.contains("together") => (
            "sum <= HIVE_100_PERCENT",
            "Cannot allocate more than 100% of rewards to a comment",
        ),
        _ => {
            return NodeError::assert(
                "validate()",
                "${op}: ${reason}",
                json!({ "op": operation, "reason": text }),
            );
        }
    };
    NodeError::assert(condition, words, json!({ "reason": text }))
}
