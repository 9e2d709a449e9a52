use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::{Extension, Json};
use serde_json::Value;
use tartan_chain::Network;
use tartan_chain::network::Feed;
use tartan_graphene::{Operation, SignedTransaction};
use tartan_mainchain::{BroadcastError, Broadcaster, RefusalKind};

use super::Upstream;
use super::clients::{Client, Clients};
use super::problem::Problem;
use crate::site::Site;

/// Operations of one transaction, and signatures.
const MOST_OPERATIONS: usize = 20;
const MOST_SIGNATURES: usize = 5;

/// `POST /api/sign/broadcast`: relays what was signed to the main chain.
pub(super) async fn broadcast(
    State(site): State<Site>,
    Extension(upstream): Extension<Upstream>,
    Extension(clients): Extension<Clients>,
    asked_by: Client,
    body: Result<Json<Value>, JsonRejection>,
) -> Result<Json<Value>, Problem> {
    let Json(body) = body.map_err(|rejection| {
        let code = match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => "too-large",
            _ => "invalid",
        };
        Problem::new(rejection.status(), code, rejection.body_text())
    })?;
    let client = site.client()?;
    let transaction = SignedTransaction::from_json(&body, client.chain())
        .map_err(|error| Problem::invalid(error.to_string()))?;
    check(&transaction, site.network())?;
    clients.admit(asked_by)?;
    let _turn = upstream.turn()?;
    match Broadcaster::new(client.clone()).send(&transaction).await {
        Ok(sent) => Ok(Json(serde_json::json!({ "id": sent.id.to_string() }))),
        Err(error) => Err(problem(error)),
    }
}

/// Relays only what is complete and means something to the sidechain.
fn check(signed: &SignedTransaction, network: &Network) -> Result<(), Problem> {
    let transaction = &signed.transaction;
    let count = transaction.operations.len();
    if count > MOST_OPERATIONS {
        return Err(Problem::invalid(format!(
            "expected at most {MOST_OPERATIONS} operations, found {count}"
        )));
    }
    let signatures = signed.signatures.len();
    if !(1..=MOST_SIGNATURES).contains(&signatures) {
        return Err(Problem::invalid(format!(
            "expected 1 to {MOST_SIGNATURES} signatures, found {signatures}"
        )));
    }
    transaction
        .validate()
        .map_err(|error| Problem::invalid(error.to_string()))?;
    match transaction
        .operations
        .iter()
        .find(|operation| !concerns(operation, network))
    {
        None => Ok(()),
        Some(other) => Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "foreign",
            format!(
                "expected operations of {}, found {}",
                network.custom_json_id(),
                other.name()
            ),
        )),
    }
}

/// Whether the sidechain reads an operation.
fn concerns(operation: &Operation, network: &Network) -> bool {
    let feeds = |feed: Feed| network.rules.feeds.contains(&feed);
    match operation {
        Operation::CustomJson(custom) => custom.id == network.custom_json_id(),
        Operation::Transfer(transfer) => {
            let memo: Option<Value> = serde_json::from_str(&transfer.memo).ok();
            let id = memo.as_ref().and_then(|memo| memo.get("id")?.as_str());
            id == Some(network.custom_json_id().as_str())
        }
        Operation::Vote(_) => feeds(Feed::Vote),
        Operation::Comment(_) => feeds(Feed::Comment),
        Operation::CommentOptions(_) => feeds(Feed::CommentOptions),
        _ => false,
    }
}

/// What the main chain says, as a code that has words.
fn problem(error: BroadcastError) -> Problem {
    let refused = StatusCode::UNPROCESSABLE_ENTITY;
    match error {
        BroadcastError::Refused(refusal) => {
            let code = match refusal.kind {
                RefusalKind::MissingAuthority => "missing-authority",
                RefusalKind::WrongSignatures => "wrong-signatures",
                RefusalKind::Expiration | RefusalKind::Reference => "expired",
                RefusalKind::Resources => "resources",
                _ => "refused",
            };
            Problem::new(refused, code, refusal.error.message.clone())
        }
        BroadcastError::Uncertain { id, .. } => {
            let message = "it is uncertain whether the main chain took it";
            Problem::new(StatusCode::BAD_GATEWAY, "uncertain", message).with("id", id.to_string())
        }
        BroadcastError::Client(error) => Problem::unreachable(error),
        other => Problem::invalid(other.to_string()),
    }
}
