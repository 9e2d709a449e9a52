use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use tartan_runtime::{ActionResult, Failure};

use crate::Options;
use crate::library::wording::{Expressions, Lack, Place, v8_wording};
use crate::meter::{self, Rejected, SyntaxError};

/// A contract's code, ready to be put into a realm.
#[derive(Debug)]
pub(crate) struct Prepared {
    /// The whole code, as the contract's record has it.
    pub(crate) code: Arc<str>,
    /// The expression of the function that is called for each execution.
    pub(crate) function: String,
    /// What of the function V8 names in messages: looked for when the first is needed.
    expressions: OnceLock<Expressions>,
    /// The longest text in the code, in bytes, where work is counted.
    pub(crate) longest_literal: usize,
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
        let (text, mut globals, longest_literal) = match options.metered {
            false => {
                let analysis = meter::analyse(&code).map_err(|error| unexpected(&code, &error))?;
                (code.to_string(), analysis.implicit_globals, 0)
            }
            true => {
                let made = meter::instrument(&code).map_err(|error| rejected(&error))?;
                (made.code, made.implicit_globals, made.longest_literal)
            }
        };
        globals.retain(|name| name != "api" && name != "done");
        let charges = match options.metered {
            false => &[],
            true => meter::PARAMETERS,
        };
        let parameters = charges.iter().copied();
        let parameters = parameters.chain(globals.iter().map(String::as_str));
        let parameters: String = parameters.map(|name| format!(", {name}")).collect();
        Ok(Prepared {
            function: format!("((api, done{parameters}) => {{\n{text}\n}})"),
            code,
            expressions: OnceLock::new(),
            longest_literal,
            options,
        })
    }

    /// What V8 says of an error of the engine that was thrown at this place of the function; `None`: the same.
    pub(crate) fn reworded(&self, name: &str, message: &str, place: Place) -> Option<String> {
        let named = Lack::of(name, message).and_then(|lack| {
            let expressions = self
                .expressions
                .get_or_init(|| Expressions::of(&self.function));
            expressions.message(lack, place)
        });
        named.or_else(|| match v8_wording(name, message) {
            Cow::Borrowed(same) if same == message => None,
            words => Some(words.into_owned()),
        })
    }
}

/// Why a metered network does not take the code, with the place in it.
fn rejected(error: &Rejected) -> Failure {
    let name = match error {
        Rejected::Syntax(_) | Rejected::Forbidden { .. } => "SyntaxError",
        Rejected::TooLong { .. } => "Error",
    };
    Failure::exception(name, error.to_string())
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
