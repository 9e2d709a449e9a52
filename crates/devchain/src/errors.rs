//! Errors in the words and shapes of a real node.
//!
//! A node answers `{"code", "message", "data": {"code", "name", "message", "stack": [{context, format, data}]}}`; client
//! libraries rebuild the text from `stack[0].format` and `stack[0].data`, and match on fragments of `message`.

use serde_json::{Value, json};

/// JSON-RPC code of a chain exception during a broadcast, and of arguments that do not parse.
pub const CHAIN_EXCEPTION: i64 = -32000;
/// JSON-RPC code of an assertion during a reading call.
pub const CALL_FAILED: i64 = -32003;
/// JSON-RPC code of bad parameters, as the jussi proxy and hivemind use it.
pub const INVALID_PARAMS: i64 = -32602;

/// The inner exception of the node: its own code, its name, its title, and the format of the text with the values to fill in.
#[derive(Debug, Clone, PartialEq)]
pub struct Exception {
    /// The node's own number of the exception, for example 3030000.
    pub code: u64,
    /// The type name of the exception, for example `tx_missing_posting_auth`.
    pub name: &'static str,
    /// The title of the exception, for example `missing required posting authority`.
    pub title: &'static str,
    /// Text with `${name}` placeholders.
    pub format: String,
    /// Values for the placeholders.
    pub values: Value,
    /// The source file and function a real node would name.
    pub origin: (&'static str, &'static str),
}

/// An error answer of the node.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{}", self.message())]
pub struct NodeError {
    code: i64,
    body: Body,
}

#[derive(Debug, Clone, PartialEq)]
enum Body {
    Exception(Box<Exception>),
    Plain {
        message: String,
        data: Option<Box<Value>>,
    },
}

impl NodeError {
    /// An error without an inner exception.
    pub fn plain(code: i64, message: impl Into<String>) -> Self {
        NodeError {
            code,
            body: Body::Plain {
                message: message.into(),
                data: None,
            },
        }
    }

    /// An error without an inner exception, with a value in `data`.
    pub fn plain_with(code: i64, message: impl Into<String>, data: Value) -> Self {
        NodeError {
            code,
            body: Body::Plain {
                message: message.into(),
                data: Some(Box::new(data)),
            },
        }
    }

    /// A chain exception.
    pub fn exception(exception: Exception) -> Self {
        NodeError {
            code: CHAIN_EXCEPTION,
            body: Body::Exception(Box::new(exception)),
        }
    }

    /// A failed assertion: `condition` is the source text of what was asserted, `text` what the node says about it.
    pub fn assert(condition: &str, text: &str, values: Value) -> Self {
        NodeError::exception(Exception {
            code: 10,
            name: "assert_exception",
            title: "Assert Exception",
            format: format!("{condition}: {text}"),
            values,
            origin: ("database.cpp", "apply_operation"),
        })
    }

    /// An object that a lookup did not find: what old nodes answer for an unknown account or post.
    pub fn unknown_key(what: &str) -> Self {
        NodeError::exception(Exception {
            code: 13,
            name: "N5boost16exception_detail10clone_implINS0_19error_info_injectorISt12out_of_rangeEEEE",
            title: "unknown key",
            format: "${what}: ${name}".to_owned(),
            values: json!({ "what": "unknown key", "name": what }),
            origin: ("database.cpp", "get_account"),
        })
    }

    /// The wrong number of positional arguments. `#s` is in the real text.
    pub fn argument_count(expected: usize, found: usize) -> Self {
        NodeError::assert(
            &format!("args.size() == {expected}"),
            "Expected #s argument(s), was ${n}",
            json!({ "n": found }),
        )
        .with_code(CALL_FAILED)
    }

    /// Arguments that cannot be read.
    pub fn parse(text: impl Into<String>) -> Self {
        NodeError::exception(Exception {
            code: 4,
            name: "parse_error_exception",
            title: "Parse Error",
            format: text.into(),
            values: json!({}),
            origin: ("variant.cpp", "from_variant"),
        })
    }

    /// A value of the wrong type.
    pub fn bad_cast(text: impl Into<String>) -> Self {
        NodeError::exception(Exception {
            code: 7,
            name: "bad_cast_exception",
            title: "Bad Cast",
            format: text.into(),
            values: json!({}),
            origin: ("variant.cpp", "from_variant"),
        })
    }

    /// A refusal by a plugin, such as the limit of custom operations for an account in one block.
    pub fn plugin(text: &str, values: Value) -> Self {
        NodeError::exception(Exception {
            code: 4_100_000,
            name: "plugin_exception",
            title: "plugin exception",
            format: text.to_owned(),
            values,
            origin: ("witness_plugin.cpp", "pre_apply_operation"),
        })
    }

    /// The same error under another JSON-RPC code.
    #[must_use]
    pub fn with_code(mut self, code: i64) -> Self {
        self.code = code;
        self
    }

    /// The JSON-RPC code.
    pub fn code(&self) -> i64 {
        self.code
    }

    /// The inner exception's name, or the empty string.
    pub fn name(&self) -> &str {
        match &self.body {
            Body::Exception(exception) => exception.name,
            Body::Plain { .. } => "",
        }
    }

    /// The text clients match on: the exception's title, a colon, the text with its values filled in.
    pub fn message(&self) -> String {
        match &self.body {
            Body::Exception(e) => format!("{}:{}", e.title, fill(&e.format, &e.values)),
            Body::Plain { message, .. } => message.clone(),
        }
    }

    /// The `error` member of the answer. `timestamp` is the time the node writes into the stack.
    pub fn to_json(&self, timestamp: &str) -> Value {
        match &self.body {
            Body::Plain {
                message,
                data: None,
            } => json!({ "code": self.code, "message": message }),
            Body::Plain {
                message,
                data: Some(data),
            } => json!({ "code": self.code, "message": message, "data": data }),
            Body::Exception(e) => json!({
                "code": self.code,
                "message": self.message(),
                "data": {
                    "code": e.code,
                    "name": e.name,
                    "message": e.title,
                    "stack": [{
                        "context": {
                            "level": "error", "file": e.origin.0, "line": 1, "method": e.origin.1,
                            "hostname": "", "timestamp": timestamp,
                        },
                        "format": e.format,
                        "data": e.values,
                    }],
                },
            }),
        }
    }
}

/// Replaces each `${name}` of `format` by the member of `values`: strings bare, everything else as JSON.
fn fill(format: &str, values: &Value) -> String {
    let mut text = String::with_capacity(format.len());
    let mut rest = format;
    while let Some((before, after)) = rest.split_once("${") {
        text.push_str(before);
        let Some((name, tail)) = after.split_once('}') else {
            text.push_str("${");
            rest = after;
            continue;
        };
        match values.get(name) {
            Some(Value::String(value)) => text.push_str(value),
            Some(value) => text.push_str(&value.to_string()),
            None => {
                text.push_str("${");
                text.push_str(name);
                text.push('}');
            }
        }
        rest = tail;
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn message_fills_in_the_values() {
        let error = NodeError::assert(
            "a > b",
            "have ${a} of ${b}, not ${c}",
            json!({ "a": 1, "b": "two" }),
        );
        assert_eq!(
            error.message(),
            "Assert Exception:a > b: have 1 of two, not ${c}"
        );
    }

    #[test]
    fn wrong_argument_count_has_the_literal_placeholder() {
        let error = NodeError::argument_count(1, 0);
        assert_eq!(error.code(), -32003);
        assert_eq!(
            error.message(),
            "Assert Exception:args.size() == 1: Expected #s argument(s), was 0"
        );
    }

    #[test]
    fn exception_has_a_stack() {
        let error = NodeError::unknown_key("nobody");
        expect![[r#"{"code":-32000,"message":"unknown key:unknown key: nobody","data":{"code":13,"name":"N5boost16exception_detail10clone_implINS0_19error_info_injectorISt12out_of_rangeEEEE","message":"unknown key","stack":[{"context":{"level":"error","file":"database.cpp","line":1,"method":"get_account","hostname":"","timestamp":"2026-01-01T00:00:00"},"format":"${what}: ${name}","data":{"what":"unknown key","name":"nobody"}}]}}"#]]
            .assert_eq(&error.to_json("2026-01-01T00:00:00").to_string());
    }

    #[test]
    fn plain_errors_have_no_data() {
        let error = NodeError::plain(-32603, "Internal Error");
        assert_eq!(
            error.to_json("").to_string(),
            r#"{"code":-32603,"message":"Internal Error"}"#
        );
    }

    #[test]
    fn unfinished_placeholder_stays() {
        assert_eq!(fill("a ${b", &json!({ "b": 1 })), "a ${b");
    }
}
