//! HTTP and WebSocket in front of the JSON-RPC methods.
//!
//! POST on any path carries requests; GET answers a small status (some clients probe it); OPTIONS is answered for
//! browsers; an upgrade on any path opens a WebSocket that takes the same requests.

mod envelope;
mod websocket;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower_http::cors::CorsLayer;

use crate::node::{Endpoint, Node, stopped};
use envelope::Reply;

/// Largest request body: a batch of a few hundred transactions of the largest size.
const MAX_BODY: usize = 16 << 20;

/// What every request handler has at hand.
#[derive(Clone)]
struct Door {
    node: Arc<Node>,
    endpoint: Arc<Endpoint>,
}

/// Serves `endpoint` on `listener` until `stop` becomes true.
pub(crate) async fn serve(
    node: Arc<Node>,
    endpoint: Arc<Endpoint>,
    listener: TcpListener,
    mut stop: watch::Receiver<bool>,
) {
    let address: Option<SocketAddr> = listener.local_addr().ok();
    let app = Router::new()
        .fallback(handle)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(CorsLayer::very_permissive())
        .with_state(Door { node, endpoint });
    tokio::select! {
        served = axum::serve(listener, app) => {
            if let Err(error) = served {
                tracing::error!(?address, %error, "the listener failed");
            }
        }
        // Open connections (a hanging fault, a WebSocket) must not hold up the end.
        () = stopped(&mut stop) => {}
    }
}

async fn handle(
    State(door): State<Door>,
    method: Method,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
    body: Bytes,
) -> Response {
    match method {
        Method::GET | Method::HEAD => match upgrade {
            Ok(upgrade) => upgrade
                .on_upgrade(move |socket| websocket::converse(door.node, door.endpoint, socket)),
            Err(_) => json(StatusCode::OK, status(&door)),
        },
        Method::POST => respond(envelope::answer(&door.node, &door.endpoint, &body).await).await,
        Method::OPTIONS => StatusCode::NO_CONTENT.into_response(),
        _ => json(
            StatusCode::METHOD_NOT_ALLOWED,
            r#"{"status":"use POST"}"#.to_owned(),
        ),
    }
}

fn status(door: &Door) -> String {
    let chain = door.node.chain.read();
    serde_json::json!({
        "status": "OK",
        "chain": chain.config().flavor_name(),
        "chain_id": hex::encode(chain.protocol().chain_id),
        "head_block_number": chain.head_number(),
        "jsonrpc": "2.0",
    })
    .to_string()
}

fn json(status: StatusCode, body: String) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

async fn respond(reply: Reply) -> Response {
    match reply {
        Reply::Json(body) => json(StatusCode::OK, body),
        Reply::Html {
            status,
            retry_after,
        } => html(status, retry_after),
        Reply::Dropped(body) => {
            // More is promised than sent: the connection ends in the middle of the body.
            let promised = body.len() + 1;
            let half = Bytes::from(body.into_bytes()).slice(..promised / 2);
            let broken = futures::stream::iter([
                Ok(half),
                Err(std::io::Error::new(
                    std::io::ErrorKind::ConnectionReset,
                    "dropped on request",
                )),
            ]);
            let headers = [
                (header::CONTENT_TYPE, "application/json".to_owned()),
                (header::CONTENT_LENGTH, promised.to_string()),
            ];
            (StatusCode::OK, headers, Body::from_stream(broken)).into_response()
        }
        Reply::Hang => std::future::pending().await,
    }
}

fn html(status: u16, retry_after: Option<u32>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    let title = status.canonical_reason().unwrap_or("Error");
    let page = format!(
        "<html>\r\n<head><title>{0} {title}</title></head>\r\n<body>\r\n<center><h1>{0} {title}</h1></center>\r\n\
         <hr><center>nginx</center>\r\n</body>\r\n</html>\r\n",
        status.as_u16()
    );
    let mut response = (status, [(header::CONTENT_TYPE, "text/html")], page).into_response();
    if let Some(seconds) = retry_after {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, seconds.into());
    }
    response
}
