use std::sync::Arc;

use tartan_runtime::{ActionResult, Failure};

use crate::Options;
use crate::meter;

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
        let analysis = meter::analyse(&code).map_err(|error| syntax_error(&error))?;
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

fn syntax_error(error: &dyn std::fmt::Display) -> Failure {
    Failure::Exception {
        name: "SyntaxError".to_string(),
        message: error.to_string(),
    }
}
