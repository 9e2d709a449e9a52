use std::borrow::Cow;

/// How an action ends: `Ok` when it ran to its end, otherwise the reason why it stopped.
pub type ActionResult<T = ()> = Result<T, Failure>;

/// Why an action stopped before its end.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A check failed. Its message becomes an entry of the log's `errors`; the one check without a message
    /// (and the failure of a nested call, whose messages are in the log already) leaves no entry.
    #[error("{}", .0.as_deref().unwrap_or("the action ended without a message"))]
    Check(Option<Cow<'static, str>>),
    /// An exception of a scripted contract: `<name>: <message>` replaces whatever the call had logged.
    #[error("{name}: {message}")]
    Exception {
        /// The class of the exception, such as `TypeError`.
        name: String,
        /// Its message.
        message: String,
    },
    /// As an exception, but thrown by the code of a scripted contract itself, before it came to an action: to the
    /// reference an error of its own node. Without a name or a message if what was thrown has none.
    #[error("{name}: {message}")]
    AtLoad {
        /// The class of the exception, such as `ReferenceError`.
        name: String,
        /// Its message.
        message: String,
    },
    /// The contract has no such action, or ended in a way that has no message of its own.
    #[error("unknown error")]
    Unknown,
    /// Not the contract's doing: the block cannot be executed at all.
    #[error(transparent)]
    Fatal(#[from] Fatal),
}

/// What only a broken store or a bug can cause. It ends the block in progress, of which nothing is committed.
#[derive(Debug, thiserror::Error)]
pub enum Fatal {
    /// The state could not be read or written.
    #[error("the state failed: {0}")]
    State(#[from] tartan_state::StateError),
    /// A row or a record is not what the code that owns it ever writes.
    #[error("{what} is corrupt: {reason}")]
    Corrupt {
        /// Which row or record.
        what: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl Failure {
    /// A failed check with a message.
    pub fn check(message: impl Into<Cow<'static, str>>) -> Failure {
        Failure::Check(Some(message.into()))
    }

    /// A failed check that leaves nothing in the log.
    pub fn silent() -> Failure {
        Failure::Check(None)
    }
}

impl Failure {
    /// An exception of a script.
    pub fn exception(name: impl Into<String>, message: impl Into<String>) -> Failure {
        Failure::Exception {
            name: name.into(),
            message: message.into(),
        }
    }
}

/// A record that is too large is a matter of what was asked for, as a payload may hold long texts; everything else is not
/// the contract's doing.
impl From<tartan_state::StateError> for Failure {
    fn from(error: tartan_state::StateError) -> Failure {
        match error {
            tartan_state::StateError::RecordTooLarge { .. } => Failure::check(error.to_string()),
            error => Failure::Fatal(Fatal::State(error)),
        }
    }
}

/// Turns "there is none" into a failed check.
pub trait OrFail<T> {
    /// The value, or a failed check with this message.
    fn or_fail(self, message: &'static str) -> ActionResult<T>;
}

impl<T> OrFail<T> for Option<T> {
    fn or_fail(self, message: &'static str) -> ActionResult<T> {
        self.ok_or(Failure::Check(Some(Cow::Borrowed(message))))
    }
}

/// Ends the action with a message unless the condition holds.
///
/// ```
/// # use tartan_runtime::{ensure, ActionResult};
/// fn positive(quantity: i128) -> ActionResult {
///     ensure!(quantity > 0, "must transfer positive quantity");
///     Ok(())
/// }
/// assert_eq!(positive(-1).unwrap_err().to_string(), "must transfer positive quantity");
/// ```
#[macro_export]
macro_rules! ensure {
    ($condition:expr, $message:expr) => {
        if !$condition {
            return Err($crate::Failure::check($message));
        }
    };
}
