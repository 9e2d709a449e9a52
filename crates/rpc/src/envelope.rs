//! JSON-RPC 2.0 envelopes, as leniently as existing clients need: `jsonrpc` may be missing, ids are echoed as they are.

use tartan_document::{Value, parse};

use crate::error::RpcError;

/// One request.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// What the answer carries; `None` for a notification, which gets none.
    pub(crate) id: Option<Value>,
    pub(crate) method: String,
    /// An object or an array; `None` if missing.
    pub(crate) params: Option<Value>,
}

/// What came in a body or message.
#[derive(Debug, Clone)]
pub(crate) enum Envelope {
    One(Request),
    /// Each of them, or why it is none.
    Batch(Vec<Result<Request, RpcError>>),
}

/// Why there is nothing to answer one by one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// Not JSON; the reason.
    Malformed(String),
    /// JSON, but no request and no batch that we take.
    Refused(RpcError),
}

impl Envelope {
    pub(crate) fn read(text: &str, max_batch: usize) -> Result<Envelope, Unreadable> {
        match parse(text) {
            Err(error) => Err(Unreadable::Malformed(error.to_string())),
            Ok(Value::Array(batch)) if batch.is_empty() => {
                Err(Unreadable::Refused(RpcError::INVALID_REQUEST))
            }
            Ok(Value::Array(batch)) if batch.len() > max_batch => {
                Err(Unreadable::Refused(RpcError::BATCH_TOO_LONG))
            }
            Ok(Value::Array(batch)) => Ok(Envelope::Batch(
                batch.into_iter().map(Request::read).collect(),
            )),
            Ok(value) => Request::read(value)
                .map(Envelope::One)
                .map_err(Unreadable::Refused),
        }
    }
}

impl Request {
    fn read(value: Value) -> Result<Request, RpcError> {
        let Value::Object(object) = value else {
            return Err(RpcError::INVALID_REQUEST);
        };
        let mut request = Request {
            id: None,
            method: String::new(),
            params: None,
        };
        let mut has_method = false;
        for (name, value) in object {
            match (name.as_str(), value) {
                (Some("id"), Value::Null) | (Some("params"), Value::Null) => {}
                (Some("id"), id @ (Value::String(_) | Value::Number(_))) => request.id = Some(id),
                (Some("params"), params @ (Value::Object(_) | Value::Array(_))) => {
                    request.params = Some(params)
                }
                (Some("method"), Value::String(method)) => {
                    request.method = method.to_string_lossy().into_owned();
                    has_method = true;
                }
                (Some("id" | "params" | "method"), _) => return Err(RpcError::INVALID_REQUEST),
                _ => {}
            }
        }
        if has_method {
            Ok(request)
        } else {
            Err(RpcError::INVALID_REQUEST)
        }
    }
}

/// Why a result was not written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The client is told this.
    Refused(RpcError),
    /// It takes more effort than was allowed for a first try.
    TooMuch,
}

impl From<RpcError> for Failure {
    fn from(error: RpcError) -> Failure {
        Failure::Refused(error)
    }
}

/// Writes responses one after the other into one text.
#[derive(Debug, Default)]
pub(crate) struct Responses {
    text: String,
    batch: bool,
}

impl Responses {
    /// For one request.
    pub(crate) fn single() -> Responses {
        Responses {
            text: String::with_capacity(512),
            batch: false,
        }
    }

    /// For a batch: the answers stand in an array.
    pub(crate) fn batch() -> Responses {
        Responses {
            text: String::with_capacity(4096),
            batch: true,
        }
    }

    /// Appends a response; `result` writes the result's JSON text. What it wrote before it failed is taken back, and
    /// after [`Failure::TooMuch`] there is no response at all.
    pub(crate) fn push(
        &mut self,
        id: Option<&Value>,
        result: impl FnOnce(&mut String) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let before = self.text.len();
        if self.batch {
            self.text.push(if self.text.is_empty() { '[' } else { ',' });
        }
        self.text.push_str(r#"{"jsonrpc":"2.0","id":"#);
        match id {
            Some(id) => id.stringify_into(&mut self.text),
            None => self.text.push_str("null"),
        }
        let start = self.text.len();
        self.text.push_str(r#","result":"#);
        let outcome = result(&mut self.text);
        match &outcome {
            Ok(()) => self.text.push('}'),
            Err(Failure::Refused(error)) => {
                self.text.truncate(start);
                self.text.push_str(r#","error":{"code":"#);
                self.text.push_str(&error.code.to_string());
                self.text.push_str(r#","message":"#);
                Value::from(&*error.message).stringify_into(&mut self.text);
                self.text.push_str("}}");
            }
            Err(Failure::TooMuch) => self.text.truncate(before),
        }
        outcome
    }

    /// Appends an error.
    pub(crate) fn refuse(&mut self, id: Option<&Value>, error: RpcError) {
        let _ = self.push(id, |_| Err(Failure::Refused(error)));
    }

    /// Bytes written so far.
    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }

    /// The text; `None` when nothing asked for an answer.
    pub(crate) fn finish(mut self) -> Option<String> {
        if self.text.is_empty() {
            return None;
        }
        if self.batch {
            self.text.push(']');
        }
        Some(self.text)
    }

    /// The text of a single error.
    pub(crate) fn error(id: Option<&Value>, error: RpcError) -> String {
        let mut responses = Responses::single();
        responses.refuse(id, error);
        responses.text
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    /// What is answered when every method echoes its parameters, `fail` fails and nothing else is known.
    fn check(text: &str, expected: Expect) {
        let answer = |responses: &mut Responses, request: Result<Request, RpcError>| match request {
            Ok(Request { id: None, .. }) => {}
            Ok(request) => {
                let _ = responses.push(request.id.as_ref(), |out| match request.method.as_str() {
                    "echo" => {
                        request.params.unwrap_or(Value::Null).stringify_into(out);
                        Ok(())
                    }
                    "fail" => {
                        out.push_str("half a res");
                        Err(RpcError::bad("no \"luck\"").into())
                    }
                    "heavy" => {
                        out.push_str("half a res");
                        Err(Failure::TooMuch)
                    }
                    _ => Err(RpcError::METHOD_NOT_FOUND.into()),
                });
            }
            Err(error) => responses.refuse(None, error),
        };
        let text = match Envelope::read(text, 3) {
            Ok(Envelope::One(request)) => {
                let mut responses = Responses::single();
                answer(&mut responses, Ok(request));
                responses.finish()
            }
            Ok(Envelope::Batch(batch)) => {
                let mut responses = Responses::batch();
                batch
                    .into_iter()
                    .for_each(|request| answer(&mut responses, request));
                responses.finish()
            }
            Err(Unreadable::Refused(error)) => Some(Responses::error(None, error)),
            Err(Unreadable::Malformed(reason)) => Some(format!("malformed: {reason}")),
        };
        expected.assert_eq(text.as_deref().unwrap_or("nothing"));
    }

    #[test]
    fn requests_are_answered_with_their_id() {
        check(
            r#"{"jsonrpc":"2.0","id":1,"method":"echo","params":{"b":1,"a":[null]}}"#,
            expect![[r#"{"jsonrpc":"2.0","id":1,"result":{"b":1,"a":[null]}}"#]],
        );
        check(
            r#"{"id":"x-1","method":"echo"}"#,
            expect![[r#"{"jsonrpc":"2.0","id":"x-1","result":null}"#]],
        );
        check(
            r#"{"jsonrpc":"2.0","id":0,"method":"fail"}"#,
            expect![[r#"{"jsonrpc":"2.0","id":0,"error":{"code":400,"message":"no \"luck\""}}"#]],
        );
        check(
            r#"{"jsonrpc":"2.0","id":1.5,"method":"constructor"}"#,
            expect![[
                r#"{"jsonrpc":"2.0","id":1.5,"error":{"code":-32601,"message":"Method not found"}}"#
            ]],
        );
    }

    #[test]
    fn notifications_get_no_answer() {
        check(r#"{"jsonrpc":"2.0","method":"echo"}"#, expect!["nothing"]);
        check(
            r#"{"jsonrpc":"2.0","id":null,"method":"fail"}"#,
            expect!["nothing"],
        );
        check(
            r#"[{"method":"echo"},{"method":"fail"}]"#,
            expect!["nothing"],
        );
    }

    #[test]
    fn batches_keep_their_order() {
        check(
            r#"[{"id":1,"method":"echo"},{"method":"echo"},{"id":"2","method":"fail"}]"#,
            expect![[
                r#"[{"jsonrpc":"2.0","id":1,"result":null},{"jsonrpc":"2.0","id":"2","error":{"code":400,"message":"no \"luck\""}}]"#
            ]],
        );
        check(
            r#"[1,{"id":1,"method":"echo","params":[]}]"#,
            expect![[
                r#"[{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"Invalid request"}},{"jsonrpc":"2.0","id":1,"result":[]}]"#
            ]],
        );
    }

    #[test]
    fn what_is_too_much_leaves_no_trace() {
        check(r#"{"id":1,"method":"heavy"}"#, expect!["nothing"]);
        check(
            r#"[{"id":1,"method":"heavy"},{"id":2,"method":"echo"},{"id":3,"method":"heavy"}]"#,
            expect![[r#"[{"jsonrpc":"2.0","id":2,"result":null}]"#]],
        );
    }

    #[test]
    fn what_is_no_request_is_refused() {
        let invalid =
            r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"Invalid request"}}"#;
        for text in [
            "[]",
            "{}",
            "1",
            r#""echo""#,
            "null",
            r#"{"id":1}"#,
            r#"{"id":1,"method":1}"#,
            r#"{"id":{},"method":"echo"}"#,
            r#"{"id":1,"method":"echo","params":"a"}"#,
        ] {
            let Err(Unreadable::Refused(error)) = Envelope::read(text, 3) else {
                panic!("{text}")
            };
            assert_eq!(Responses::error(None, error), invalid, "{text}");
        }
        check(
            "[1,2,3,4]",
            expect![[
                r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32099,"message":"Invalid request: Maximum batch length exceeded"}}"#
            ]],
        );
        assert!(matches!(
            Envelope::read("{", 3),
            Err(Unreadable::Malformed(_))
        ));
        assert!(matches!(
            Envelope::read("", 3),
            Err(Unreadable::Malformed(_))
        ));
    }
}
