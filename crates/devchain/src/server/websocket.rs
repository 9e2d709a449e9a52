//! The WebSocket transport: the same requests, one per text message, and notices of new blocks for those who asked
//! with `set_block_applied_callback` as old nodes offered it.

use std::sync::Arc;

use axum::extract::ws::{Message, WebSocket};
use serde_json::{Value, json};

use super::envelope::{self, Reply};
use crate::node::{Endpoint, Node, stopped};

/// Answers messages until the other side closes.
pub(super) async fn converse(node: Arc<Node>, endpoint: Arc<Endpoint>, mut socket: WebSocket) {
    let mut heads = node.head.subscribe();
    let mut stop = node.stop.subscribe();
    let mut callback: Option<Value> = None;
    let mut told = *heads.borrow_and_update();
    loop {
        tokio::select! {
            () = stopped(&mut stop) => return,
            message = socket.recv() => {
                let text = match message {
                    Some(Ok(Message::Text(text))) => text,
                    Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Binary(_))) => continue,
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                };
                let reply = match subscription(&text) {
                    Some((id, wanted)) => {
                        callback = Some(wanted);
                        told = *heads.borrow_and_update();
                        json!({ "jsonrpc": "2.0", "result": null, "id": id }).to_string()
                    }
                    None => match envelope::answer(&node, &endpoint, text.as_bytes()).await {
                        Reply::Json(reply) => reply,
                        Reply::Html { .. } | Reply::Dropped(_) => return,
                        Reply::Hang => continue,
                    },
                };
                if socket.send(Message::Text(reply.into())).await.is_err() {
                    return;
                }
            }
            changed = heads.changed() => {
                if changed.is_err() {
                    return;
                }
                let head = *heads.borrow_and_update();
                let Some(id) = &callback else { continue };
                // After a fork the head may be lower than what was told; the new branch is told from its own head.
                let first = if head > told { told + 1 } else { head };
                told = head;
                for notice in notices(&node, id, first, head) {
                    if socket.send(Message::Text(notice.into())).await.is_err() {
                        return;
                    }
                }
            }
        }
    }
}

/// The request's id and the callback's number, if this is a subscription.
fn subscription(text: &str) -> Option<(Value, Value)> {
    let request: Value = serde_json::from_str(text).ok()?;
    let params = request.get("params")?.as_array()?;
    let args = match request.get("method")?.as_str()? {
        "call" if params.get(1)?.as_str()? == "set_block_applied_callback" => {
            params.get(2)?.as_array()?
        }
        "set_block_applied_callback"
        | "database_api.set_block_applied_callback"
        | "condenser_api.set_block_applied_callback" => params,
        _ => return None,
    };
    Some((
        request.get("id").cloned().unwrap_or(Value::Null),
        args.first().cloned().unwrap_or(Value::Null),
    ))
}

fn notices(node: &Node, id: &Value, first: u32, last: u32) -> Vec<String> {
    let chain = node.chain.read();
    (first..=last)
        .filter_map(|number| chain.store().get(number))
        .map(|block| {
            json!({ "method": "notice", "params": [id, [block.header_json()]] }).to_string()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subscriptions_are_known_in_every_form() {
        for text in [
            r#"{"id":3,"method":"call","params":["database_api","set_block_applied_callback",[9]]}"#,
            r#"{"id":3,"method":"database_api.set_block_applied_callback","params":[9]}"#,
        ] {
            assert_eq!(subscription(text), Some((json!(3), json!(9))));
        }
        assert_eq!(
            subscription(r#"{"id":3,"method":"get_block","params":[9]}"#),
            None
        );
    }
}
