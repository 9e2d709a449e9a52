//! Reading JSON-RPC answers of nodes that may send anything.
//!
//! Input: the bytes of an HTTP body and the id of the request. Output: the result's JSON text, the node's own error,
//! or what is wrong with the answer. Never a panic, whatever the bytes.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::error::NodeError;

/// Longest excerpt of an answer in a message, in characters.
const EXCERPT: usize = 120;

/// An error object of JSON-RPC.
#[derive(Clone, Debug, PartialEq)]
pub struct RpcError {
    /// `error.code`; 0 when the node sent none.
    pub code: i64,
    /// `error.message`.
    pub message: String,
    /// `error.data.code`: number of the chain's own exception, e.g. 4030100 for an expired transaction.
    pub data_code: Option<i64>,
    /// `error.data.name`, e.g. `tx_missing_posting_auth`.
    pub data_name: Option<String>,
    /// All of `error.data`.
    pub data: Option<Box<Value>>,
}

impl RpcError {
    /// Reads whatever a node put under `error`.
    #[must_use]
    pub fn from_value(value: Value) -> RpcError {
        let Value::Object(mut object) = value else {
            let message = match value {
                Value::String(text) => text,
                other => other.to_string(),
            };
            return RpcError {
                code: 0,
                message,
                data_code: None,
                data_name: None,
                data: None,
            };
        };
        let code = object.get("code").and_then(integer).unwrap_or(0);
        let message = match object.get("message") {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => String::new(),
        };
        let data = object.remove("data").map(Box::new);
        let data_code = data
            .as_ref()
            .and_then(|data| data.get("code"))
            .and_then(integer);
        let data_name = data
            .as_ref()
            .and_then(|data| data.get("name"))
            .and_then(Value::as_str)
            .map(str::to_owned);
        RpcError {
            code,
            message,
            data_code,
            data_name,
            data,
        }
    }

    /// Trouble of the node or its proxy: another node, or the same one later, may well answer.
    ///
    /// Codes of the jussi proxy are 1000 to 1999; the texts are those recorded from public nodes since 2017.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        const TEXTS: [&str; 9] = [
            "Unable to acquire database lock",
            "Request Timeout",
            "Bad or missing upstream response",
            "unhealthy upstream",
            "Internal Error",
            "Unknown exception",
            "End Of File",
            "Server error",
            "Client returned invalid format",
        ];
        matches!(self.code, -32603 | -32700 | -32600 | 1000..=1999)
            || TEXTS.iter().any(|text| self.message.contains(text))
    }

    /// The node lacks the method or the whole API.
    #[must_use]
    pub fn is_missing_method(&self) -> bool {
        const TEXTS: [&str; 4] = [
            "Could not find method",
            "Could not find API",
            "no method with name",
            "Method not found",
        ];
        self.code == -32601 || TEXTS.iter().any(|text| self.message.contains(text))
    }
}

impl fmt::Display for RpcError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error {}", self.code)?;
        if let Some(name) = &self.data_name {
            write!(f, " ({})", excerpt(name.as_bytes()))?;
        }
        write!(f, ": {}", excerpt(self.message.as_bytes()))
    }
}

/// The answer to one request.
#[derive(Clone, Debug)]
pub enum Answer {
    /// The JSON text under `result`.
    Result(Box<RawValue>),
    /// The node's error.
    Error(RpcError),
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(default, borrow)]
    jsonrpc: Option<Cow<'a, str>>,
    #[serde(default)]
    id: Option<Value>,
    // Not Option's own reader: `"result": null` is an answer (no such block), a missing member is none.
    #[serde(default, borrow, deserialize_with = "present")]
    result: Option<&'a RawValue>,
    #[serde(default)]
    error: Option<Value>,
}

fn present<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

/// Reads the answer to the request `id`. `content_type` is only for messages.
///
/// # Errors
/// What is there instead of an answer: something else than JSON, broken JSON, another protocol or request id, neither
/// result nor error.
pub fn parse_single(body: &[u8], content_type: Option<&str>, id: u64) -> Result<Answer, NodeError> {
    let text = text_of(body, content_type)?;
    if !text.starts_with('{') {
        return Err(not_json_or(text, content_type, "a json object"));
    }
    let envelope: Envelope<'_> = serde_json::from_str(text).map_err(malformed)?;
    answer_of(envelope, |found| id_matches(found, id), || id.to_string())
}

/// Reads the answers to the batch of requests `ids`, in the order of `ids`. Duplicated and unasked-for answers are
/// ignored; the order in which the node sends them does not matter.
///
/// # Errors
/// As [`parse_single`]; also when the answer to one of the requests is missing.
pub fn parse_batch(
    body: &[u8],
    content_type: Option<&str>,
    ids: &[u64],
) -> Result<Vec<Answer>, NodeError> {
    let text = text_of(body, content_type)?;
    if text.starts_with('{') {
        // A node or proxy that refuses the whole batch answers with one error.
        let envelope: Envelope<'_> = serde_json::from_str(text).map_err(malformed)?;
        return match envelope.error {
            Some(error) => Err(NodeError::Rpc(RpcError::from_value(error))),
            None => Err(NodeError::Envelope {
                expected: "an array of answers".to_owned(),
                found: "one answer".to_owned(),
            }),
        };
    }
    if !text.starts_with('[') {
        return Err(not_json_or(text, content_type, "a json array"));
    }
    let envelopes: Vec<Envelope<'_>> = serde_json::from_str(text).map_err(malformed)?;
    let mut answers: Vec<Option<Answer>> = vec![None; ids.len()];
    for (position, envelope) in envelopes.into_iter().enumerate() {
        // Nearly always in order, so look there first.
        let matches = |index: usize| {
            ids.get(index)
                .is_some_and(|id| id_matches(envelope.id.as_ref(), *id))
        };
        let index = if matches(position) {
            Some(position)
        } else {
            envelope
                .id
                .as_ref()
                .and_then(as_id)
                .and_then(|found| ids.iter().position(|id| *id == found))
        };
        if let Some(index) = index
            && answers[index].is_none()
        {
            answers[index] = Some(answer_of(envelope, |_| true, || ids[index].to_string())?);
        }
    }
    answers
        .into_iter()
        .zip(ids)
        .map(|(answer, id)| {
            answer.ok_or_else(|| NodeError::Envelope {
                expected: format!("an answer for each of {} requests", ids.len()),
                found: format!("none with id {id}"),
            })
        })
        .collect()
}

/// The start of an answer on one line, for messages.
#[must_use]
pub fn excerpt(bytes: &[u8]) -> String {
    let start = &bytes[..bytes.len().min(4 * EXCERPT)];
    let text = String::from_utf8_lossy(start);
    let mut line = String::new();
    let mut count = 0;
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        for character in word.chars().filter(|character| !character.is_control()) {
            if count == EXCERPT {
                line.push('…');
                return line;
            }
            line.push(character);
            count += 1;
        }
    }
    if line.is_empty() {
        line.push_str("(empty)");
    }
    line
}

fn text_of<'a>(body: &'a [u8], content_type: Option<&str>) -> Result<&'a str, NodeError> {
    match std::str::from_utf8(body) {
        Ok(text) => Ok(text.trim_start_matches('\u{feff}').trim()),
        Err(error) if body.starts_with(b"{") || body.starts_with(b"[") => Err(
            NodeError::Malformed(format!("not utf-8 after byte {}", error.valid_up_to())),
        ),
        Err(_) => Err(not_json(body, content_type)),
    }
}

fn not_json(body: &[u8], content_type: Option<&str>) -> NodeError {
    NodeError::NotJson {
        content_type: content_type.unwrap_or("no content type").to_owned(),
        excerpt: excerpt(body),
    }
}

fn not_json_or(text: &str, content_type: Option<&str>, expected: &str) -> NodeError {
    match serde_json::from_str::<&RawValue>(text) {
        Ok(_) => NodeError::Envelope {
            expected: expected.to_owned(),
            found: excerpt(text.as_bytes()),
        },
        Err(_) => not_json(text.as_bytes(), content_type),
    }
}

fn malformed(error: serde_json::Error) -> NodeError {
    let what = if error.is_eof() {
        "breaks off"
    } else {
        "goes wrong"
    };
    NodeError::Malformed(format!("{what}: {error}"))
}

fn answer_of(
    envelope: Envelope<'_>,
    matches: impl Fn(Option<&Value>) -> bool,
    expected_id: impl Fn() -> String,
) -> Result<Answer, NodeError> {
    // Nodes before appbase (2018) left `jsonrpc` out.
    if let Some(version) = &envelope.jsonrpc
        && version != "2.0"
    {
        return Err(NodeError::Envelope {
            expected: "jsonrpc 2.0".to_owned(),
            found: format!("jsonrpc {}", excerpt(version.as_bytes())),
        });
    }
    if let Some(error) = envelope.error.filter(|error| !error.is_null()) {
        // An error that a proxy made up before it knew the request has a null id.
        let unnamed = envelope.id.as_ref().is_none_or(Value::is_null);
        if unnamed || matches(envelope.id.as_ref()) {
            return Ok(Answer::Error(RpcError::from_value(error)));
        }
    }
    if !matches(envelope.id.as_ref()) {
        return Err(NodeError::Envelope {
            expected: format!("the answer to request {}", expected_id()),
            found: match &envelope.id {
                Some(id) => format!("id {}", excerpt(id.to_string().as_bytes())),
                None => "no id".to_owned(),
            },
        });
    }
    match envelope.result {
        Some(result) => Ok(Answer::Result(result.to_owned())),
        None => Err(NodeError::Envelope {
            expected: "result or error".to_owned(),
            found: "neither".to_owned(),
        }),
    }
}

fn id_matches(found: Option<&Value>, id: u64) -> bool {
    found.and_then(as_id) == Some(id)
}

/// Some proxies turn a numeric id into a string.
fn as_id(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use proptest::prelude::*;

    use super::*;

    fn check(body: &str, expected: &Expect) {
        let text = match parse_single(body.as_bytes(), Some("application/json"), 7) {
            Ok(Answer::Result(result)) => format!("result {}", result.get()),
            Ok(Answer::Error(error)) => error.to_string(),
            Err(error) => format!("{}: {error}", error.kind()),
        };
        expected.assert_eq(&text);
    }

    fn check_batch(body: &str, expected: &Expect) {
        let text = match parse_batch(body.as_bytes(), None, &[7, 8]) {
            Ok(answers) => answers
                .iter()
                .map(|answer| match answer {
                    Answer::Result(result) => result.get().to_owned(),
                    Answer::Error(error) => error.to_string(),
                })
                .collect::<Vec<_>>()
                .join(" | "),
            Err(error) => format!("{}: {error}", error.kind()),
        };
        expected.assert_eq(&text);
    }

    #[test]
    fn results() {
        check(
            r#"{"jsonrpc":"2.0","result":{"a":1},"id":7}"#,
            &expect![[r#"result {"a":1}"#]],
        );
        check(
            r#"{"jsonrpc":"2.0","result":null,"id":7}"#,
            &expect!["result null"],
        );
        check(r#"{"id":"7","result":[]}"#, &expect!["result []"]);
        check(
            "\u{feff} {\"id\":7,\"result\":true} \r\n",
            &expect!["result true"],
        );
        check(r#"{"id":7,"result":1,"error":null}"#, &expect!["result 1"]);
    }

    #[test]
    fn errors_of_the_node() {
        check(
            r#"{"jsonrpc":"2.0","error":{"code":-32003,"message":"Unable to acquire database lock"},"id":7}"#,
            &expect!["error -32003: Unable to acquire database lock"],
        );
        check(
            r#"{"jsonrpc":"2.0","error":{"code":-32000,"message":"x","data":{"code":4030100,"name":"transaction_expiration_exception"}},"id":7}"#,
            &expect!["error -32000 (transaction_expiration_exception): x"],
        );
        check(
            r#"{"jsonrpc":"2.0","error":{"code":-32700},"id":null}"#,
            &expect!["error -32700: (empty)"],
        );
        check(
            r#"{"error":"out of order","id":7}"#,
            &expect!["error 0: out of order"],
        );
    }

    #[test]
    fn not_an_answer() {
        check(
            "",
            &expect!["not_json: expected json, found application/json: (empty)"],
        );
        check(
            "<!DOCTYPE html>\n<html>\n  <h1>502</h1>",
            &expect![
                "not_json: expected json, found application/json: <!DOCTYPE html> <html> <h1>502</h1>"
            ],
        );
        check(
            "null",
            &expect!["envelope: expected a json object, found null"],
        );
        check("[]", &expect!["envelope: expected a json object, found []"]);
        check(
            "{}",
            &expect!["envelope: expected the answer to request 7, found no id"],
        );
        check(
            r#"{"id":7}"#,
            &expect!["envelope: expected result or error, found neither"],
        );
        check(
            r#"{"jsonrpc":"2.0","result":{"previous":"0000"#,
            &expect![
                "malformed: broken json: breaks off: EOF while parsing a string at line 1 column 43"
            ],
        );
        check(
            r#"{"id":8,"result":1}"#,
            &expect!["envelope: expected the answer to request 7, found id 8"],
        );
        check(
            r#"{"id":8,"error":{"code":1}}"#,
            &expect!["envelope: expected the answer to request 7, found id 8"],
        );
        check(
            r#"{"jsonrpc":"1.0","id":7,"result":1}"#,
            &expect!["envelope: expected jsonrpc 2.0, found jsonrpc 1.0"],
        );
        check(
            r#"{"id":7,"id":7,"result":1}"#,
            &expect![
                "malformed: broken json: goes wrong: duplicate field `id` at line 1 column 12"
            ],
        );
    }

    #[test]
    fn batches() {
        check_batch(
            r#"[{"id":7,"result":1},{"id":8,"result":2}]"#,
            &expect!["1 | 2"],
        );
        check_batch(
            r#"[{"id":8,"result":2},{"id":7,"result":1}]"#,
            &expect!["1 | 2"],
        );
        check_batch(
            r#"[{"id":7,"result":1},{"id":7,"result":3},{"id":9},{"id":8,"result":2}]"#,
            &expect!["1 | 2"],
        );
        check_batch(
            r#"[{"id":8,"error":{"code":5,"message":"no"}},{"id":7,"result":null}]"#,
            &expect!["null | error 5: no"],
        );
        check_batch(
            r#"[{"id":7,"result":1}]"#,
            &expect!["envelope: expected an answer for each of 2 requests, found none with id 8"],
        );
        check_batch(
            r#"{"id":null,"error":{"code":-32600,"message":"no batches"}}"#,
            &expect!["rpc: error -32600: no batches"],
        );
        check_batch(
            "[]",
            &expect!["envelope: expected an answer for each of 2 requests, found none with id 7"],
        );
        check_batch(
            "<html>",
            &expect!["not_json: expected json, found no content type: <html>"],
        );
        check_batch(
            "[1]",
            &expect![
                "malformed: broken json: goes wrong: invalid type: integer `1`, expected struct Envelope at line 1 column 2"
            ],
        );
    }

    #[test]
    fn transient_errors_are_told_from_refusals() {
        let error = |code: i64, message: &str| {
            RpcError::from_value(serde_json::json!({ "code": code, "message": message }))
        };
        for transient in [
            error(-32603, "Internal Error"),
            error(1000, "Request Timeout"),
            error(1100, "Bad or missing upstream response"),
            error(
                1300,
                "Invalid/unhealthy upstream None : No matching url found",
            ),
            error(-32003, "Unable to acquire database lock"),
            error(-32000, "Server error"),
        ] {
            assert!(
                transient.is_transient() && !transient.is_missing_method(),
                "{transient}"
            );
        }
        for missing in [
            error(-32601, "x"),
            error(
                -32002,
                "Assert Exception:method_itr != api_itr->second.end(): Could not find method get_block_range",
            ),
            error(
                1,
                "itr != _by_name.end(): no method with name 'condenser_api.get_block'",
            ),
        ] {
            assert!(
                missing.is_missing_method() && !missing.is_transient(),
                "{missing}"
            );
        }
        for refusal in [
            error(
                -32000,
                "missing required posting authority:Missing Posting Authority alice",
            ),
            error(
                -32003,
                "Assert Exception:!is_known_transaction( trx_id ): Duplicate transaction check failed",
            ),
            error(-32602, "Invalid params"),
        ] {
            assert!(
                !refusal.is_transient() && !refusal.is_missing_method(),
                "{refusal}"
            );
        }
    }

    #[test]
    fn deep_nesting_is_an_error_or_a_result_not_a_crash() {
        let deep = "[".repeat(200_000);
        assert!(parse_single(deep.as_bytes(), None, 7).is_err());
        let body = format!(r#"{{"id":7,"result":{deep}{}}}"#, "]".repeat(200_000));
        parse_single(body.as_bytes(), None, 7).ok();
        let body = format!(r#"{{"id":{deep}"#);
        assert!(parse_single(body.as_bytes(), None, 7).is_err());
    }

    proptest! {
        #[test]
        fn any_bytes(body in proptest::collection::vec(any::<u8>(), 0..300)) {
            parse_single(&body, None, 7).ok();
            parse_batch(&body, None, &[7, 8]).ok();
            prop_assert!(!excerpt(&body).is_empty());
        }

        #[test]
        fn any_cut_of_a_good_answer(cut in 0_usize..100) {
            let body = br#"{"jsonrpc":"2.0","result":{"blocks":[{"previous":"00"}]},"id":7}"#;
            let whole = cut >= body.len();
            prop_assert_eq!(parse_single(&body[..cut.min(body.len())], None, 7).is_ok(), whole);
        }
    }
}
