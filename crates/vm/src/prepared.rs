use std::sync::Arc;

use tartan_runtime::{ActionResult, Failure};

use crate::Options;
use crate::meter::{self, SyntaxError};

/// A contract's code, ready to be put into a realm.
#[derive(Debug)]
pub(crate) struct Prepared {
    /// The whole code, as the contract's record has it.
    pub(crate) code: Arc<str>,
    /// The expression of the function that is called for each execution.
    pub(crate) function: String,
    /// What the realm around it is like.
    pub(crate) options: Options,
}

impl Prepared {
    /// Checks the code and makes a function of it.
    ///
    /// The function takes `api` and `done`, what metered code calls, and the names that sloppy code assigns without
    /// declaring them: as properties of the global object they would outlive the call. It is an arrow function, so
    /// that nothing within can name it.
    ///
    /// # Errors
    /// [`Failure::Exception`] when the code is not JavaScript, or is not allowed here.
    pub(crate) fn new(code: Arc<str>, options: Options) -> ActionResult<Prepared> {
        let analysis = meter::analyse(&code).map_err(|error| unexpected(&code, &error))?;
        let (text, mut parameters) = (code.to_string(), analysis.implicit_globals);
        parameters.retain(|name| name != "api" && name != "done");
        let parameters = parameters.iter().map(|name| format!(", {name}"));
        let parameters: String = parameters.collect();
        Ok(Prepared {
            function: format!("((api, done{parameters}) => {{\n{text}\n}})"),
            code,
            options,
        })
    }
}

/// The error in the reference's words, which are hashed with the log: what V8 did not expect at that place.
fn unexpected(code: &str, error: &SyntaxError) -> Failure {
    let line = code.split('\n').nth(error.line.saturating_sub(1) as usize);
    let column = error.column.saturating_sub(1) as usize;
    let rest = line.unwrap_or_default().chars().skip(column);
    let message = match rest.into_iter().find(|c| !c.is_whitespace()) {
        None => "Unexpected end of input".to_string(),
        Some(c) if c.is_alphabetic() || c == '_' || c == '$' => "Unexpected identifier".to_string(),
        Some(c) if c.is_ascii_digit() => "Unexpected number".to_string(),
        Some('\'' | '"') => "Unexpected string".to_string(),
        Some('`') => "Unexpected template string".to_string(),
        Some(c) => format!("Unexpected token '{c}'"),
    };
    Failure::Exception {
        name: "SyntaxError".to_string(),
        message,
    }
}
