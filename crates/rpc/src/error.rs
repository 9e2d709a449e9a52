//! What a client is told when a request cannot be answered.

use std::borrow::Cow;

/// The error member of a response. Codes and messages are those of the reference node (protocol, f.4); codes that it
/// does not have are said to be ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} ({code})")]
pub(crate) struct RpcError {
    pub(crate) code: i32,
    pub(crate) message: Cow<'static, str>,
}

impl RpcError {
    pub(crate) const PARSE: RpcError = RpcError::fixed(-32700, "Parse Error");
    pub(crate) const INVALID_REQUEST: RpcError = RpcError::fixed(-32600, "Invalid request");
    pub(crate) const METHOD_NOT_FOUND: RpcError = RpcError::fixed(-32601, "Method not found");
    pub(crate) const INTERNAL: RpcError = RpcError::fixed(-32603, "Internal error");
    pub(crate) const BATCH_TOO_LONG: RpcError =
        RpcError::fixed(-32099, "Invalid request: Maximum batch length exceeded");
    /// Ours: no query thread became free in time.
    pub(crate) const BUSY: RpcError = RpcError::fixed(-32000, "the node is busy, try again later");
    /// Ours: the time for this batch is over.
    pub(crate) const TIMEOUT: RpcError =
        RpcError::fixed(-32001, "the batch took too long, send smaller ones");

    const fn fixed(code: i32, message: &'static str) -> RpcError {
        RpcError {
            code,
            message: Cow::Borrowed(message),
        }
    }

    /// A request that says something it must not: code 400.
    pub(crate) fn bad(message: impl Into<Cow<'static, str>>) -> RpcError {
        RpcError {
            code: 400,
            message: message.into(),
        }
    }

    /// Parameters of a method that the reference node does not have.
    pub(crate) fn invalid_params(reason: &str) -> RpcError {
        RpcError {
            code: -32602,
            message: format!("Invalid method parameter(s): {reason}").into(),
        }
    }

    /// Ours: the answer would be larger than allowed.
    pub(crate) fn too_large(limit: usize) -> RpcError {
        RpcError {
            code: -32002,
            message: format!("the answer is too large, maximum is {limit} bytes").into(),
        }
    }
}
