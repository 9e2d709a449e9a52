//! Why the chain does not take a transaction, as far as a program can act on it.

use std::fmt;

use tartan_graphene::TransactionId;

use crate::response::RpcError;

/// What kind of refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RefusalKind {
    /// A posting, active or owner signature is missing.
    MissingAuthority,
    /// Signatures that nobody asked for, the same twice, or posting mixed with active.
    WrongSignatures,
    /// It has expired, or expires too late.
    Expiration,
    /// It refers to a block that the node does not know.
    Reference,
    /// The account has used up its resource credits or bandwidth.
    Resources,
    /// Anything else: an operation is invalid, a balance too low, a limit reached.
    Other,
}

impl RefusalKind {
    /// Told from the chain's exception number, or its text where a node leaves the number out.
    pub(super) fn of(error: &RpcError) -> RefusalKind {
        let has = |text: &str| error.message.contains(text);
        match error.data_code {
            Some(3_010_000 | 3_020_000 | 3_030_000) => return RefusalKind::MissingAuthority,
            Some(3_050_000 | 3_060_000 | 3_080_000) => return RefusalKind::WrongSignatures,
            Some(4_030_100) => return RefusalKind::Expiration,
            Some(4_030_200) => return RefusalKind::Reference,
            Some(4_100_100) => return RefusalKind::Resources,
            _ => {}
        }
        if has("missing required") {
            RefusalKind::MissingAuthority
        } else if has("irrelevant signature")
            || has("duplicate signature")
            || has("combined with posting")
        {
            RefusalKind::WrongSignatures
        } else if has("transaction expiration exception") || has("transaction_expiration_exception")
        {
            RefusalKind::Expiration
        } else if has("transaction tapos exception") || has("transaction_tapos_exception") {
            RefusalKind::Reference
        } else if has("not_enough_rc") || has("RC. Please wait") || has("bandwidth limit") {
            RefusalKind::Resources
        } else {
            RefusalKind::Other
        }
    }

    /// A node behind the others refuses this way what they take.
    pub(super) fn depends_on_head(self) -> bool {
        matches!(self, RefusalKind::Expiration | RefusalKind::Reference)
    }

    /// No copy of the transaction can have been taken by any node.
    pub(super) fn is_final(self) -> bool {
        matches!(
            self,
            RefusalKind::MissingAuthority | RefusalKind::WrongSignatures
        )
    }
}

/// The chain does not take a transaction.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// The transaction.
    pub id: TransactionId,
    /// The node that said so, without credentials.
    pub node: String,
    /// What kind of refusal.
    pub kind: RefusalKind,
    /// The node's own words.
    pub error: RpcError,
}

impl Refusal {
    pub(super) fn new(id: TransactionId, node: String, error: RpcError) -> Refusal {
        Refusal {
            id,
            node,
            kind: RefusalKind::of(&error),
            error,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} refused transaction {}: {}",
            self.node, self.id, self.error
        )
    }
}

impl std::error::Error for Refusal {}

/// The chain knows the transaction already.
pub(super) fn is_duplicate(error: &RpcError) -> bool {
    error.message.contains("Duplicate transaction check failed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_by_number_and_by_text() {
        use serde_json::json;
        for (error, kind) in [
            (
                json!({"code":-32000,"message":"missing required posting authority:Missing Posting Authority alice","data":{"code":3_030_000}}),
                RefusalKind::MissingAuthority,
            ),
            (
                json!({"code":-32000,"message":"missing required active authority:Missing Active Authority steemit"}),
                RefusalKind::MissingAuthority,
            ),
            (
                json!({"code":-32000,"message":"irrelevant signature included:Unnecessary signature(s) detected","data":{"code":3_050_000}}),
                RefusalKind::WrongSignatures,
            ),
            (
                json!({"code":-32000,"message":"x","data":{"code":4_030_100}}),
                RefusalKind::Expiration,
            ),
            (
                json!({"code":-32000,"message":"x","data":{"code":4_030_200}}),
                RefusalKind::Reference,
            ),
            (
                json!({"code":-32000,"message":"x","data":{"code":4_100_100}}),
                RefusalKind::Resources,
            ),
            (
                json!({"code":-32000,"message":"Assert Exception:operations.size() > 0: A transaction must have at least one operation","data":{"code":10}}),
                RefusalKind::Other,
            ),
        ] {
            assert_eq!(
                RefusalKind::of(&RpcError::from_value(error.clone())),
                kind,
                "{error}"
            );
        }
    }
}
