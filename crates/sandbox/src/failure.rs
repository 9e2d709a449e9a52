use tartan_chain::{ChainError, ReadError};
use tartan_document::{Object, Value};
use tartan_state::{QueryError, StateError};

/// What kind of failure an answer names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Code {
    /// The line is not a JSON object.
    Parse,
    /// There is no such method.
    UnknownMethod,
    /// A required parameter is missing or has the wrong type.
    InvalidParams,
    /// There is no chain before the first `reset`.
    NoChain,
    /// A query is malformed or uses an operator that the node does not know.
    Query,
    /// The chain could not do it, and is as it was before.
    Internal,
}

impl Code {
    fn name(self) -> &'static str {
        match self {
            Code::Parse => "PARSE",
            Code::UnknownMethod => "UNKNOWN_METHOD",
            Code::InvalidParams => "INVALID_PARAMS",
            Code::NoChain => "NO_CHAIN",
            Code::Query => "QUERY",
            Code::Internal => "INTERNAL",
        }
    }
}

/// Why a request is not served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    code: Code,
    message: String,
}

impl Failure {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Failure {
        Failure {
            code,
            message: message.into(),
        }
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Failure {
        Failure::new(Code::InvalidParams, message)
    }

    /// As answers show it.
    pub(crate) fn to_value(&self) -> Value {
        let mut error = Object::new();
        error.insert("code", self.code.name());
        error.insert("message", self.message.as_str());
        Value::Object(error)
    }
}

impl From<ChainError> for Failure {
    fn from(error: ChainError) -> Failure {
        Failure::new(Code::Internal, error.to_string())
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Failure {
        match error {
            ReadError::Query(error) => error.into(),
            ReadError::Chain(error) => error.into(),
        }
    }
}

impl From<QueryError> for Failure {
    fn from(error: QueryError) -> Failure {
        match error {
            QueryError::State(error) => error.into(),
            error => Failure::new(Code::Query, error.to_string()),
        }
    }
}

impl From<StateError> for Failure {
    fn from(error: StateError) -> Failure {
        match error {
            StateError::InvalidRecord { .. }
            | StateError::RecordTooLarge { .. }
            | StateError::Duplicate { .. } => Failure::invalid(error.to_string()),
            error => Failure::new(Code::Internal, error.to_string()),
        }
    }
}
