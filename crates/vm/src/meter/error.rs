//! Why a source text is not accepted.

use oxc_diagnostics::OxcDiagnostic;

/// The text is not a script.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message} (line {line}, column {column})")]
pub struct SyntaxError {
    /// What is wrong.
    pub message: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

impl SyntaxError {
    pub(super) fn at(source: &str, offset: u32, message: impl Into<String>) -> Self {
        let mut end = (offset as usize).min(source.len());
        while !source.is_char_boundary(end) {
            end -= 1;
        }
        let before = &source[..end];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self {
            message: message.into(),
            line: 1 + count(before.matches('\n')),
            column: 1 + count(before[line_start..].chars()),
        }
    }

    pub(super) fn from_diagnostic(source: &str, diagnostic: &OxcDiagnostic) -> Self {
        let offset = diagnostic.labels.first().map_or(0, |label| label.offset());
        Self::at(source, offset, diagnostic.message.to_string())
    }
}

fn count(items: impl Iterator) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}

/// Why a contract cannot run on a metered network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    /// The text is not a script.
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
    /// The text is a script which uses what cannot be metered.
    #[error("{what} (line {line}, column {column})")]
    Forbidden {
        /// What it uses.
        what: String,
        /// Line, from 1.
        line: u32,
        /// Column in characters, from 1.
        column: u32,
    },
    /// The text is longer than [`MAX_SOURCE_BYTES`](super::MAX_SOURCE_BYTES).
    #[error("a contract of {found} bytes, expected at most {limit}")]
    TooLong {
        /// Bytes found.
        found: usize,
        /// Bytes allowed.
        limit: usize,
    },
}

impl Rejected {
    pub(super) fn forbidden(source: &str, offset: u32, what: impl Into<String>) -> Self {
        let SyntaxError {
            message,
            line,
            column,
        } = SyntaxError::at(source, offset, what);
        Self::Forbidden {
            what: message,
            line,
            column,
        }
    }
}
