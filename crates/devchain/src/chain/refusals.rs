//! The node's words for transactions that are wrong by themselves or not authorized.

use serde_json::json;
use tartan_graphene::authority::AuthorityError;
use tartan_graphene::operation::InvalidOperation;
use tartan_graphene::{
    EncodeError, InvalidTransaction, SignatureError, SignedTransaction, VerifyError,
};

use crate::errors::{Exception, NodeError};

pub(super) fn refuse(error: VerifyError) -> NodeError {
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

pub(super) fn unserializable(error: EncodeError) -> NodeError {
    let EncodeError::UnsupportedOperation(name) = error;
    NodeError::assert(
        "itr != to_tag.end()",
        "Invalid object name: ${n}",
        json!({ "n": name }),
    )
}

pub(super) fn duplicate() -> NodeError {
    NodeError::assert(
        "!is_known_transaction( trx_id )",
        "Duplicate transaction check failed",
        json!({}),
    )
}

pub(super) fn validate(transaction: &SignedTransaction) -> Result<(), NodeError> {
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
