//! V8's wording of the errors that an engine throws itself.
//!
//! A contract that fails ends in the log as `<name>: <message>`, which is hashed; the reference runs on V8. Messages
//! are those of Node 20 and 22, which the reference is tested with. What QuickJS-NG 0.16 says is translated as far as
//! it knows enough:
//!
//! | V8 names | QuickJS | so |
//! | --- | --- | --- |
//! | the property read or set, the variable | names it, too | translated |
//! | the expression that is no function, constructor or iterable | knows about where it is | looked up, see [`Expressions`] |
//! | the value that is no function, count or prototype | does not | left as it is |
//! | the destructured property | does not | left as it is |
//!
//! Messages of `JSON.parse` are made anew from the text by [`json_error`]; of a few natives `prelude/wording.js` knows
//! the arguments.
//!
//! An error that a contract throws itself looks the same as the engine's if it is of one of the language's own classes,
//! and is translated, too, if it says the very same words; none of QuickJS's is a phrase that a contract would think of.

use std::borrow::Cow;

mod expressions;
mod json;
mod names;
mod places;

pub use expressions::{Expressions, Place};
pub use json::json_error;

/// Messages without anything variable in them: name, QuickJS's, V8's.
const FIXED: &[(&str, &str, &str)] = &[
    ("RangeError", "Date value is NaN", "Invalid time value"),
    ("RangeError", "invalid array length", "Invalid array length"),
    (
        "RangeError",
        "invalid string length",
        "Invalid string length",
    ),
    (
        "RangeError",
        "bad normalization form",
        "The normalization form should be one of NFC, NFD, NFKC, NFKD.",
    ),
    (
        "RangeError",
        "out of bound",
        "Offset is outside the bounds of the DataView",
    ),
    ("RangeError", "BigInt division by zero", "Division by zero"),
    (
        "ReferenceError",
        "'this' can be initialized only once",
        "Super constructor may only be called once",
    ),
    (
        "ReferenceError",
        "this is not initialized",
        "Must call super constructor in derived class before accessing 'this' or returning from derived constructor",
    ),
    (
        "TypeError",
        "BigInt are forbidden in JSON.stringify",
        "Do not know how to serialize a BigInt",
    ),
    (
        "TypeError",
        "cannot convert symbol to number",
        "Cannot convert a Symbol value to a number",
    ),
    (
        "TypeError",
        "cannot convert symbol to string",
        "Cannot convert a Symbol value to a string",
    ),
    (
        "TypeError",
        "bigint argument with unary +",
        "Cannot convert a BigInt value to a number",
    ),
    (
        "TypeError",
        "cannot convert BigInt to number",
        "Cannot mix BigInt and other types, use explicit conversions",
    ),
    (
        "TypeError",
        "empty array",
        "Reduce of empty array with no initial value",
    ),
    (
        "TypeError",
        "not a Date object",
        "this is not a Date object.",
    ),
    (
        "TypeError",
        "toPrimitive",
        "Cannot convert object to primitive value",
    ),
    (
        "TypeError",
        "cannot read property 'Symbol.iterator' of undefined",
        "undefined is not iterable (cannot read property Symbol(Symbol.iterator))",
    ),
    (
        "TypeError",
        "cannot read property 'Symbol.iterator' of null",
        "object null is not iterable (cannot read property Symbol(Symbol.iterator))",
    ),
    (
        "TypeError",
        "cannot invoke a running generator",
        "Generator is already running",
    ),
    ("URIError", "expecting hex digit", "URI malformed"),
    ("URIError", "expecting surrogate pair", "URI malformed"),
    ("URIError", "malformed UTF-8", "URI malformed"),
];

/// Messages around one thing that both engines name: name, QuickJS's parts before and behind it, V8's.
const NAMING: &[(&str, [&str; 2], [&str; 2])] = &[
    (
        "ReferenceError",
        ["", " is not initialized"],
        ["Cannot access '", "' before initialization"],
    ),
    (
        "TypeError",
        ["cannot read property '", "' of undefined"],
        ["Cannot read properties of undefined (reading '", "')"],
    ),
    (
        "TypeError",
        ["cannot read property '", "' of null"],
        ["Cannot read properties of null (reading '", "')"],
    ),
    (
        "TypeError",
        ["cannot set property '", "' of undefined"],
        ["Cannot set properties of undefined (setting '", "')"],
    ),
    (
        "TypeError",
        ["cannot set property '", "' of null"],
        ["Cannot set properties of null (setting '", "')"],
    ),
];

/// What V8 says where QuickJS says this, or the same if nothing better is known.
///
/// The names of errors are the same in both. `'x' is read-only` is taken for the assignment to a constant, which
/// V8 does not name: in sloppy contracts nothing else says so.
pub fn v8_wording<'a>(name: &str, message: &'a str) -> Cow<'a, str> {
    let fixed = FIXED
        .iter()
        .find(|(of, quickjs, _)| *of == name && *quickjs == message);
    if let Some((_, _, v8)) = fixed {
        return Cow::Borrowed(v8);
    }
    match name {
        "TypeError" if message.starts_with('\'') && message.ends_with("' is read-only") => {
            return Cow::Borrowed("Assignment to constant variable.");
        }
        "SyntaxError" if message.contains(" in JSON at position ") => {
            let end = message.find(" (line ").unwrap_or(message.len());
            return Cow::Borrowed(&message[..end]);
        }
        _ => {}
    }
    for (of, [before, behind], [v8_before, v8_behind]) in NAMING {
        let thing = message
            .strip_prefix(before)
            .and_then(|rest| rest.strip_suffix(behind));
        if let Some(thing) = thing
            && *of == name
        {
            return Cow::Owned(format!("{v8_before}{thing}{v8_behind}"));
        }
    }
    Cow::Borrowed(message)
}

/// Why an expression cannot be used as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// It is called.
    Function,
    /// It is behind `new`.
    Constructor,
    /// It is iterated over.
    Iterable,
}

impl Lack {
    /// The lack that QuickJS's message is about, if it is one that V8 names the expression of.
    pub fn of(name: &str, message: &str) -> Option<Lack> {
        match (name, message) {
            ("TypeError", "not a function") => Some(Lack::Function),
            ("TypeError", "not a constructor") => Some(Lack::Constructor),
            (
                "TypeError",
                "value is not iterable"
                | "cannot read property 'Symbol.iterator' of undefined"
                | "cannot read property 'Symbol.iterator' of null",
            ) => Some(Lack::Iterable),
            _ => None,
        }
    }

    /// V8's message for an expression: `a.b is not a function`.
    fn message(self, expression: &str) -> String {
        let what = match self {
            Lack::Function => "a function",
            Lack::Constructor => "a constructor",
            Lack::Iterable => "iterable",
        };
        format!("{expression} is not {what}")
    }
}

#[cfg(test)]
mod tests;
