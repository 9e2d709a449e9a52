//! Misbehaviour on request, and endpoints that are worse than the main one.

use std::time::{Duration, Instant};

use crate::common::{Chain, custom_json, http, post, request};
use serde_json::{Value, json};
use tartan_devchain::{Config, EndpointKind, Fault, FaultKind, ForkSpec};
use tartan_graphene::{Flavor, Role};

const GET_BLOCK: &str =
    r#"{"jsonrpc":"2.0","method":"condenser_api.get_block","params":[3],"id":1}"#;

async fn chain() -> Chain {
    Chain::start(Flavor::Hive).await
}

#[tokio::test]
async fn gateways_fail_with_html() {
    let chain = chain().await;
    let fault = FaultKind::Http {
        status: 429,
        retry_after: Some(7),
    };
    chain.api.set_fault(Fault::times(fault, 1).on("get_block"));
    let reply = http("POST", &chain.api.url(), "", GET_BLOCK).await.unwrap();
    assert_eq!(
        (reply.status, reply.header("retry-after")),
        (429, Some("7"))
    );
    assert!(reply.body.contains("<h1>429 Too Many Requests</h1>"));
    assert_eq!(post(&chain.api.url(), GET_BLOCK.into()).await.0, 200);
    chain.api.set_fault(Fault::times(FaultKind::HtmlPage, 1));
    let (status, text) = post(&chain.api.url(), GET_BLOCK.into()).await;
    assert!(status == 200 && text.starts_with("<html>"));
}

#[tokio::test]
async fn answers_are_cut_late_or_missing() {
    let chain = chain().await;
    chain
        .api
        .set_fault(Fault::times(FaultKind::TruncatedJson, 1));
    let (_, text) = post(&chain.api.url(), GET_BLOCK.into()).await;
    assert!(serde_json::from_str::<Value>(&text).is_err() && text.starts_with("{\"jsonrpc\""));

    chain
        .api
        .set_fault(Fault::times(FaultKind::DropConnection, 1));
    let reply = http("POST", &chain.api.url(), "", GET_BLOCK).await;
    assert!(reply.is_none_or(|reply| !reply.is_whole()));

    chain
        .api
        .set_fault(Fault::times(FaultKind::Latency { millis: 200 }, 1));
    let began = Instant::now();
    post(&chain.api.url(), GET_BLOCK.into()).await;
    assert!(began.elapsed() >= Duration::from_millis(200));

    chain.api.set_fault(Fault::times(FaultKind::Hang, 1));
    let url = chain.api.url();
    let hanging = post(&url, GET_BLOCK.into());
    assert!(
        tokio::time::timeout(Duration::from_millis(200), hanging)
            .await
            .is_err()
    );
}

#[tokio::test]
async fn blocks_are_missing_wrong_or_incomplete() {
    let chain = chain().await;
    chain
        .send("alice", Role::Posting, custom_json("alice", "{}"))
        .unwrap();
    let block = async || chain.call("condenser_api.get_block", json!([6])).await;
    chain
        .api
        .set_fault(Fault::times(FaultKind::NullBlock { number: Some(6) }, 1));
    assert_eq!(block().await, Value::Null);
    chain
        .api
        .set_fault(Fault::times(FaultKind::WrongBlock { offset: -2 }, 1));
    assert_eq!(
        block().await["previous"].as_str().map(|id| &id[..8]),
        Some("00000003")
    );
    let fields = vec!["block_id".to_owned(), "transaction_ids".to_owned()];
    chain
        .api
        .set_fault(Fault::times(FaultKind::MissingFields { fields }, 1));
    let incomplete = block().await;
    assert!(incomplete.get("block_id").is_none() && incomplete.get("transactions").is_some());
    chain.api.set_fault(Fault::times(FaultKind::EmptyBlocks, 1));
    assert_eq!(block().await["transactions"], json!([]));
    assert_eq!(
        block().await["transactions"].as_array().map(Vec::len),
        Some(1)
    );
}

#[tokio::test]
async fn heads_lag_and_proxies_complain() {
    let chain = chain().await;
    let fault = Fault::times(FaultKind::StaleHead { blocks: 2 }, 2);
    chain.api.set_fault(fault);
    let head = async || {
        chain
            .call("database_api.get_dynamic_global_properties", json!({}))
            .await
    };
    assert_eq!(head().await["head_block_number"], 3);
    assert_eq!(
        chain.call("condenser_api.get_block", json!([4])).await,
        Value::Null
    );
    assert_eq!(head().await["head_block_number"], 5);
    for (kind, code, text) in [
        (FaultKind::InternalError, -32603, "Internal Error"),
        (FaultKind::RequestTimeout, 1000, "Request Timeout"),
        (
            FaultKind::BadUpstream,
            1100,
            "Bad or missing upstream response",
        ),
        (
            FaultKind::RpcError {
                code: -32003,
                message: "Unable to acquire database lock".into(),
            },
            -32003,
            "Unable to acquire database lock",
        ),
    ] {
        chain.api.set_fault(Fault::times(kind, 1));
        let error = chain.error("condenser_api.get_block", json!([1])).await;
        assert_eq!(
            (&error["code"], &error["message"]),
            (&json!(code), &json!(text))
        );
    }
}

#[tokio::test]
async fn batches_and_ids_get_mixed_up() {
    let chain = chain().await;
    chain
        .api
        .set_fault(Fault::times(FaultKind::DuplicatedAnswers, 1));
    let batch = json!([
        { "jsonrpc": "2.0", "id": 1, "method": "condenser_api.get_block_header", "params": [1] },
        { "jsonrpc": "2.0", "id": 2, "method": "condenser_api.get_block_header", "params": [2] },
    ]);
    let answers: Value =
        serde_json::from_str(&post(&chain.api.url(), batch.to_string()).await.1).unwrap();
    let ids: Vec<_> = answers
        .as_array()
        .unwrap()
        .iter()
        .map(|answer| answer["id"].clone())
        .collect();
    assert_eq!(ids, [1, 1, 2]);
    chain.api.set_fault(Fault::times(FaultKind::WrongId, 1));
    assert_eq!(
        chain.request("condenser_api.get_block", json!([1])).await["id"],
        -1
    );
}

#[tokio::test]
async fn endpoints_lag_and_lie() {
    let endpoints = vec![
        EndpointKind::Lagging { blocks: 2 },
        EndpointKind::Lying { from: 4 },
    ];
    let chain = Chain::with(Config {
        endpoints,
        ..Config::test(Flavor::Hive)
    })
    .await;
    chain
        .send("alice", Role::Posting, custom_json("alice", "{}"))
        .unwrap();
    let urls = chain.api.urls();
    let head = async |url: &str| {
        request(
            url,
            "condenser_api.get_dynamic_global_properties",
            json!([]),
        )
        .await
    };
    let block = async |url: &str, number: u32| {
        request(url, "condenser_api.get_block", json!([number])).await["result"].clone()
    };
    assert_eq!(head(&urls[1]).await["result"]["head_block_number"], 4);
    assert_eq!(block(&urls[1], 5).await, Value::Null);
    let lie = head(&urls[2]).await["result"].clone();
    assert_eq!(lie["head_block_number"], 6);
    assert_eq!(lie["head_block_id"], block(&urls[2], 6).await["block_id"]);
    assert_ne!(lie["head_block_id"], json!(chain.api.head().id));
    assert_eq!(block(&urls[2], 3).await, block(&urls[0], 3).await);
    for number in 4..=6 {
        let (truth, lie) = (block(&urls[0], number).await, block(&urls[2], number).await);
        assert_ne!(truth["block_id"], lie["block_id"]);
        assert_eq!(
            (&lie["transactions"], &lie["timestamp"]),
            (&json!([]), &truth["timestamp"])
        );
        assert_eq!(
            lie["previous"],
            block(&urls[2], number - 1).await["block_id"]
        );
    }
    // After a fork of the real chain the lie stands on what is there.
    chain
        .api
        .fork(&ForkSpec {
            below_irreversible: true,
            ..ForkSpec::depth(4)
        })
        .unwrap();
    assert_eq!(
        block(&urls[2], 4).await["previous"],
        block(&urls[0], 3).await["block_id"]
    );
    let late = chain
        .api
        .add_endpoint(EndpointKind::Lying { from: 0 })
        .await
        .unwrap();
    assert_eq!(
        head(&late).await["result"]["head_block_id"],
        json!(chain.api.head().id)
    );
    chain.api.mine(1);
    assert_ne!(
        head(&late).await["result"]["head_block_id"],
        json!(chain.api.head().id)
    );
}
