//! The JSON-RPC envelope: requests, batches, the old `call` form, bare legacy names, faults.

use std::fmt::Write as _;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::errors::NodeError;
use crate::faults::{self, FaultKind};
use crate::node::{Endpoint, Node};
use crate::rpc::{self, Answer, Ctx, Params};

/// Most requests in one batch.
const MAX_BATCH: usize = 2000;

/// What goes back over HTTP.
pub(super) enum Reply {
    /// The normal case, errors included.
    Json(String),
    /// An HTML page with this status.
    Html {
        /// HTTP status.
        status: u16,
        /// Seconds for the `Retry-After` header.
        retry_after: Option<u32>,
    },
    /// Part of this, then the end of the connection.
    Dropped(String),
    /// Nothing, ever.
    Hang,
}

/// Answers a request body: one request or a batch of them.
pub(super) async fn answer(node: &Arc<Node>, endpoint: &Endpoint, body: &[u8]) -> Reply {
    let message: Value = match serde_json::from_slice(body) {
        Ok(message) => message,
        Err(error) => {
            let error = NodeError::plain_with(-32700, "parse error", json!(error.to_string()));
            return Reply::Json(failure(node, &Value::Null, &error));
        }
    };
    let mut struck = Vec::new();
    let text = match &message {
        Value::Array(batch) if batch.is_empty() || batch.len() > MAX_BATCH => {
            let text = format!(
                "a batch holds 1 to {MAX_BATCH} requests, found {}",
                batch.len()
            );
            failure(node, &Value::Null, &NodeError::plain(-32600, text))
        }
        Value::Array(batch) => {
            let mut answers = Vec::with_capacity(batch.len());
            for request in batch {
                answers.push(respond(node, endpoint, request, &mut struck).await);
            }
            if struck.contains(&FaultKind::DuplicatedAnswers)
                && let Some(first) = answers.first().cloned()
            {
                answers.insert(1, first);
            }
            format!("[{}]", answers.join(","))
        }
        request => respond(node, endpoint, request, &mut struck).await,
    };
    if let Some(delay) = faults::latency(&struck) {
        tokio::time::sleep(delay).await;
    }
    spoil(text, &struck)
}

/// Applies the faults that concern the transport.
fn spoil(text: String, struck: &[FaultKind]) -> Reply {
    for kind in struck {
        match kind {
            FaultKind::Hang => return Reply::Hang,
            FaultKind::DropConnection => return Reply::Dropped(text),
            FaultKind::Http {
                status,
                retry_after,
            } => {
                return Reply::Html {
                    status: *status,
                    retry_after: *retry_after,
                };
            }
            FaultKind::HtmlPage => {
                return Reply::Html {
                    status: 200,
                    retry_after: None,
                };
            }
            FaultKind::TruncatedJson => {
                let half: String = text.chars().take(text.chars().count() / 2).collect();
                return Reply::Json(half);
            }
            _ => {}
        }
    }
    Reply::Json(text)
}

/// The answer to one request as text.
pub(super) async fn respond(
    node: &Arc<Node>,
    endpoint: &Endpoint,
    request: &Value,
    struck: &mut Vec<FaultKind>,
) -> String {
    let (id, call) = match read(request) {
        Ok(read) => read,
        Err((id, error)) => return failure(node, &id, &error),
    };
    let kinds = node.faults.lock().strike(endpoint.index, &call.name);
    let id = if kinds.contains(&FaultKind::WrongId) {
        json!(-1)
    } else {
        id
    };
    let result = match injected_error(&kinds) {
        Some(error) => Err(error),
        None => run(node, endpoint, &call, &kinds).await,
    };
    struck.extend(kinds);
    match result {
        Ok(result) => {
            let mut text = String::with_capacity(result.len() + 48);
            // Writing into a String cannot fail.
            let _ = write!(text, r#"{{"jsonrpc":"2.0","result":{result},"id":{id}}}"#);
            text
        }
        Err(error) => {
            tracing::debug!(method = call.name, %error, "refused");
            failure(node, &id, &error)
        }
    }
}

fn failure(node: &Node, id: &Value, error: &NodeError) -> String {
    let time = node.chain.read().head_time().to_string();
    json!({ "jsonrpc": "2.0", "error": error.to_json(&time), "id": id }).to_string()
}

fn injected_error(kinds: &[FaultKind]) -> Option<NodeError> {
    let traced = || json!({ "error_id": "00000000-0000-0000-0000-000000000000", "jussi_request_id": "000000000000000001" });
    kinds.iter().find_map(|kind| match kind {
        FaultKind::InternalError => Some(NodeError::plain_with(-32603, "Internal Error", traced())),
        FaultKind::RequestTimeout => Some(NodeError::plain_with(1000, "Request Timeout", traced())),
        FaultKind::BadUpstream => Some(NodeError::plain_with(
            1100,
            "Bad or missing upstream response",
            traced(),
        )),
        FaultKind::RpcError { code, message } => Some(NodeError::plain(*code, message.clone())),
        _ => None,
    })
}

/// A request whose method is known by its full name.
struct Call {
    name: String,
    args: Value,
}

type Unreadable = (Value, NodeError);

fn read(request: &Value) -> Result<(Value, Call), Unreadable> {
    let invalid = |id: &Value, text: &str| (id.clone(), NodeError::plain(-32600, text));
    let Some(object) = request.as_object() else {
        return Err(invalid(&Value::Null, "request is not an object"));
    };
    let id = match object.get("id") {
        None => Value::Null,
        Some(id @ (Value::Null | Value::Number(_) | Value::String(_))) => id.clone(),
        Some(_) => return Err(invalid(&Value::Null, "id is neither a number nor a string")),
    };
    if object.get("jsonrpc").and_then(Value::as_str) != Some("2.0") {
        return Err(invalid(&id, "jsonrpc value is not \"2.0\""));
    }
    let Some(method) = object.get("method").and_then(Value::as_str) else {
        return Err(invalid(&id, "a member \"method\" does not exist"));
    };
    let params = object.get("params").cloned().unwrap_or(Value::Null);
    match resolve(method, params) {
        Ok(call) => Ok((id, call)),
        Err(error) => Err((id, error)),
    }
}

/// Finds out which method of which API is meant, by the rules of the jussi proxy.
fn resolve(method: &str, params: Value) -> Result<Call, NodeError> {
    let (api, name, args) = if method == "call" {
        let Value::Array(mut items) = params else {
            return Err(NodeError::plain(-32600, "params of call must be an array"));
        };
        if items.len() < 2 || items.len() > 3 {
            return Err(NodeError::argument_count(3, items.len()));
        }
        let args = if items.len() == 3 {
            items.remove(2)
        } else {
            Value::Array(Vec::new())
        };
        // The oldest clients name an API by its number; only condenser methods were reachable that way.
        let api = items[0].as_str().unwrap_or("condenser_api").to_owned();
        let name = items[1].as_str().unwrap_or_default().to_owned();
        (api, name, args)
    } else if let Some((api, name)) = method.split_once('.') {
        (api.to_owned(), name.to_owned(), params)
    } else {
        ("condenser_api".to_owned(), method.to_owned(), params)
    };
    // Positional arguments can only be meant for the condenser method of that name.
    let positional = args
        .as_array()
        .is_some_and(|args| method == "call" || !args.is_empty());
    if positional && api != "condenser_api" && rpc::is_legacy(&api) {
        let condenser = format!("condenser_api.{name}");
        if rpc::exists(&condenser) {
            return Ok(Call {
                name: condenser,
                args,
            });
        }
    }
    Ok(Call {
        name: format!("{api}.{name}"),
        args,
    })
}

async fn run(
    node: &Arc<Node>,
    endpoint: &Endpoint,
    call: &Call,
    kinds: &[FaultKind],
) -> Result<String, NodeError> {
    let ctx = Ctx {
        node,
        endpoint,
        faults: kinds,
    };
    match rpc::dispatch(&ctx, &call.name, &Params::new(&call.args))? {
        Answer::Value(value) => Ok(value.to_string()),
        Answer::Raw(text) => Ok(text),
        Answer::Inclusion(inclusion) => {
            let included = tokio::time::timeout(node.config.sync_timeout, inclusion).await;
            match included {
                Ok(Ok(inclusion)) => Ok(inclusion.to_json().to_string()),
                Ok(Err(_)) => Err(NodeError::plain(
                    -32003,
                    "the chain was reset while the transaction was waiting",
                )),
                Err(_) => Err(NodeError::plain(1000, "Request Timeout")),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(method: &str, params: Value, name: &str, args: Value) {
        let call = resolve(method, params).unwrap();
        assert_eq!((call.name.as_str(), call.args), (name, args));
    }

    #[test]
    fn full_names_stay() {
        check(
            "block_api.get_block",
            json!({ "block_num": 1 }),
            "block_api.get_block",
            json!({ "block_num": 1 }),
        );
        check(
            "database_api.get_config",
            json!([]),
            "database_api.get_config",
            json!([]),
        );
    }

    #[test]
    fn bare_names_mean_the_condenser() {
        check(
            "get_block",
            json!([1]),
            "condenser_api.get_block",
            json!([1]),
        );
    }

    #[test]
    fn call_with_an_array_means_the_condenser() {
        check(
            "call",
            json!(["database_api", "get_block", [7]]),
            "condenser_api.get_block",
            json!([7]),
        );
        check(
            "call",
            json!(["condenser_api", "get_config"]),
            "condenser_api.get_config",
            json!([]),
        );
        check(
            "call",
            json!(["network_broadcast_api", "broadcast_transaction", [{}]]),
            "condenser_api.broadcast_transaction",
            json!([{}]),
        );
    }

    #[test]
    fn call_with_an_object_means_the_api() {
        check(
            "call",
            json!(["database_api", "get_config", {}]),
            "database_api.get_config",
            json!({}),
        );
    }

    #[test]
    fn call_needs_an_api_and_a_method() {
        let error = resolve("call", json!(["database_api"]))
            .map(|call| call.name)
            .unwrap_err();
        assert_eq!(
            error.message(),
            "Assert Exception:args.size() == 3: Expected #s argument(s), was 1"
        );
    }

    #[test]
    fn a_request_names_its_version() {
        let (id, error) = read(&json!({ "id": 7, "method": "x" }))
            .map(|_| ())
            .unwrap_err();
        assert_eq!((id, error.code()), (json!(7), -32600));
        assert_eq!(error.message(), "jsonrpc value is not \"2.0\"");
    }

    #[test]
    fn ids_keep_their_type() {
        for id in [json!(1), json!("1"), json!(null), json!(1.5)] {
            let (read, _) = read(&json!({ "jsonrpc": "2.0", "id": id, "method": "x" }))
                .map_err(|_| ())
                .unwrap();
            assert_eq!(read, id);
        }
        assert!(read(&json!({ "jsonrpc": "2.0", "id": [], "method": "x" })).is_err());
    }
}
