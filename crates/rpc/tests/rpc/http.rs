//! Endpoints, envelopes and limits.

use crate::common::*;
use serde_json::{Value, json};
use tartan_chain::network::Flavor;
use tartan_rpc::SyncState;

const PATHS: [&str; 3] = ["/", "/blockchain", "/contracts"];

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn error(id: Value, code: i32, message: &str) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "error": { "code": code, "message": message } })
}

#[tokio::test]
async fn names_are_plain_or_prefixed() {
    let served = Served::start(Flavor::Hive).await;
    let not_found = json!({ "code": -32601, "message": "Method not found" });
    assert_eq!(served.call("/", "getStatus", json!({})).await, not_found);
    assert_eq!(
        served
            .call("/blockchain", "blockchain.getStatus", json!({}))
            .await,
        not_found
    );
    assert_eq!(
        served.call("/contracts", "getStatus", json!({})).await,
        not_found
    );
    assert_eq!(
        served.call("/contracts", "constructor", json!({})).await,
        not_found
    );
    assert_eq!(
        served.call("/", "blockchain.getStatus", json!({})).await["chainId"],
        "dev"
    );
    assert_eq!(
        served.call("/blockchain", "getStatus", json!({})).await["chainId"],
        "dev"
    );
}

#[tokio::test]
async fn envelopes_of_existing_clients() {
    let served = Served::start(Flavor::Hive).await;
    let post = async |path: &str, body: &str| {
        let (status, body) = served.post(path, body).await;
        assert_eq!(status, 200, "{body}");
        parse(&body)
    };
    // without "jsonrpc", as some clients send it
    let params = r#"{"contract":"tokens","table":"tokens","query":{"symbol":"COOL"}}"#;
    let single = post(
        "/contracts",
        &format!(r#"{{"id":"x","method":"findOne","params":{params}}}"#),
    )
    .await;
    assert_eq!(
        (
            &single["jsonrpc"],
            &single["id"],
            &single["result"]["issuer"]
        ),
        (&json!("2.0"), &json!("x"), &json!("alice"))
    );
    // an array of one, as the Python clients send it
    let request = format!(r#"[{{"method":"findOne","jsonrpc":"2.0","params":{params},"id":1}}]"#);
    assert_eq!(
        post("/contracts", &request).await[0]["result"],
        single["result"]
    );
    // missing params are an internal error where they are needed
    assert_eq!(
        post(
            "/blockchain",
            r#"{"jsonrpc":"2.0","id":1,"method":"getBlockInfo"}"#
        )
        .await,
        error(json!(1), -32603, "Internal error")
    );
    assert_eq!(
        post(
            "/blockchain",
            r#"{"jsonrpc":"2.0","id":1,"method":"getLatestBlockInfo"}"#
        )
        .await["result"]["blockNumber"],
        3
    );
}

#[tokio::test]
async fn batches_are_answered_in_order() {
    let served = Served::start(Flavor::Hive).await;
    for size in [1, 8, 9, 100] {
        let request = |n: usize| match n % 3 {
            0 => json!({ "id": n, "method": "getBlockInfo", "params": { "blockNumber": n % 4 } }),
            1 => json!({ "id": n, "method": "getBlockInfo", "params": {} }),
            _ => json!({ "method": "getStatus" }),
        };
        let batch: Vec<Value> = (0..size).map(request).collect();
        let (status, body) = served
            .post("/blockchain", &Value::Array(batch).to_string())
            .await;
        assert_eq!(status, 200);
        let answers = parse(&body);
        let ids: Vec<usize> = answers
            .as_array()
            .unwrap()
            .iter()
            .map(|a| a["id"].as_u64().unwrap() as usize)
            .collect();
        assert_eq!(ids, (0..size).filter(|n| n % 3 < 2).collect::<Vec<_>>());
        for answer in answers.as_array().unwrap() {
            let n = answer["id"].as_u64().unwrap();
            match n % 3 {
                0 => assert_eq!(answer["result"]["blockNumber"], n % 4),
                _ => assert_eq!(answer["error"]["code"], 400),
            }
        }
    }
}

#[tokio::test]
async fn what_is_no_request_is_refused() {
    let served = Served::with(Flavor::Hive, |config| config.limits.max_batch_length = 2).await;
    for path in PATHS {
        for body in ["[]", "{}", "1", r#"{"id":1,"method":1}"#] {
            let (status, found) = served.post(path, body).await;
            assert_eq!(
                (status, parse(&found)),
                (200, error(Value::Null, -32600, "Invalid request")),
                "{body}"
            );
        }
        let (status, found) = served.post(path, r#"[{"id":1},{"id":2},{"id":3}]"#).await;
        let expected = error(
            Value::Null,
            -32099,
            "Invalid request: Maximum batch length exceeded",
        );
        assert_eq!((status, parse(&found)), (200, expected));
        let (status, found) = served.post(path, r#"[1,[]]"#).await;
        let invalid = error(Value::Null, -32600, "Invalid request");
        assert_eq!((status, parse(&found)), (200, json!([invalid, invalid])));
    }
}

#[tokio::test]
async fn bodies_that_cannot_be_read() {
    let served = Served::with(Flavor::Hive, |config| {
        config.limits.max_request_bytes = 1000
    })
    .await;
    for body in [
        "",
        "{",
        "{\"id\":1",
        "nonsense",
        &"x".repeat(1001),
        &format!("[{}]", "1,".repeat(1000)),
    ] {
        let (status, found) = served.post("/", body).await;
        assert_eq!(
            (status, &parse(&found)["error"]),
            (500, &json!("Error processing requests")),
            "{body}"
        );
    }
    let deep = format!("{}{}", "[".repeat(499), "]".repeat(499));
    let (status, _) = served.post("/", &deep).await;
    assert_eq!(
        status, 200,
        "an array in an array is no request, but can be read"
    );
}

#[tokio::test]
async fn content_types() {
    let served = Served::start(Flavor::Hive).await;
    let body = r#"{"id":1,"method":"blockchain.getStatus"}"#;
    for (kind, expected) in [
        ("application/json", 200),
        ("application/json; charset=utf-8", 200),
        ("Application/JSON", 200),
        ("application/json-rpc", 200),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("", 415),
    ] {
        let (status, _, _) = served
            .exchange("POST", "/", &[("content-type", kind)], body)
            .await;
        assert_eq!(status, expected, "{kind}");
    }
    let (status, _, _) = served.exchange("POST", "/", &[], body).await;
    assert_eq!(status, 415);
}

#[tokio::test]
async fn notifications_have_no_answer() {
    let served = Served::start(Flavor::Hive).await;
    for body in [
        r#"{"method":"getStatus"}"#,
        r#"{"id":null,"method":"nothing"}"#,
        r#"[{"method":"a"},{"method":"b"}]"#,
    ] {
        assert_eq!(
            served.post("/blockchain", body).await,
            (204, String::new()),
            "{body}"
        );
    }
}

#[tokio::test]
async fn any_origin_may_ask() {
    let served = Served::start(Flavor::Hive).await;
    let preflight = [
        ("origin", "https://wallet.example"),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "content-type"),
    ];
    let (status, head, _) = served
        .exchange("OPTIONS", "/contracts", &preflight, "")
        .await;
    assert_eq!(status, 200);
    assert!(head.contains("access-control-allow-origin: *"), "{head}");
    assert!(
        head.contains("access-control-allow-headers: content-type"),
        "{head}"
    );
    assert!(
        head.contains("access-control-allow-methods: get,post"),
        "{head}"
    );
    let headers = [
        ("origin", "https://wallet.example"),
        ("content-type", "application/json"),
    ];
    let (_, head, _) = served.exchange("POST", "/contracts", &headers, "[]").await;
    assert!(head.contains("access-control-allow-origin: *"), "{head}");
}

#[tokio::test]
async fn answers_end_at_their_largest_size() {
    let served = Served::with(Flavor::Hive, |config| {
        config.limits.max_response_bytes = 1500
    })
    .await;
    let find = json!({ "contract": "tokens", "table": "balances", "query": {} });
    let refused =
        json!({ "code": -32002, "message": "the answer is too large, maximum is 1500 bytes" });
    let range = served
        .call(
            "/blockchain",
            "getBlockRangeInfo",
            json!({ "startBlockNumber": 0, "count": 9 }),
        )
        .await;
    assert_eq!(range, refused);
    let request = |id: u64| json!({ "id": id, "method": "find", "params": find });
    let batch: Vec<Value> = (0..20).map(request).collect();
    let (_, body) = served
        .post("/contracts", &Value::Array(batch).to_string())
        .await;
    let answers = parse(&body);
    assert!(answers[0]["result"].is_array());
    assert_eq!(answers[19]["error"], refused);
}

#[tokio::test]
async fn health_depends_on_the_lag() {
    let served = Served::start(Flavor::Hive).await;
    let (status, body) = served.get("/health").await;
    let health = parse(&body);
    assert_eq!(
        (status, &health["healthy"], &health["sync"]["state"]["is"]),
        (503, &json!(false), &json!("starting"))
    );
    served.main_head(5);
    let (status, body) = served.get("/health").await;
    let health = parse(&body);
    assert_eq!(status, 200, "{body}");
    assert_eq!(
        (
            &health["network"],
            &health["head"]["blockNumber"],
            &health["lag"]
        ),
        (&json!("dev-hive"), &json!(3), &json!(2))
    );
    served.main_head(24);
    assert_eq!(served.get("/health").await.0, 503);
    served.main_head(3);
    served.sync.send_modify(|status| {
        status.state = SyncState::Retrying {
            reason: "no node answers".to_owned(),
        }
    });
    let (status, body) = served.get("/health").await;
    assert_eq!(
        (status, &parse(&body)["sync"]["state"]["reason"]),
        (503, &json!("no node answers"))
    );
}

#[tokio::test]
async fn metrics_count_by_method() {
    let served = Served::start(Flavor::Hive).await;
    served.call("/blockchain", "getStatus", json!({})).await;
    served.call("/contracts", "nothing", json!({})).await;
    let (status, body) = served.get("/metrics").await;
    assert_eq!(status, 200);
    for line in [
        "tartan_rpc_requests_total{method=\"blockchain.getStatus\"}",
        "tartan_rpc_request_seconds_bucket{method=\"blockchain.getStatus\",le=\"0.001\"}",
        "tartan_rpc_errors_total{code=\"-32601\"}",
        "tartan_rpc_connections",
    ] {
        assert!(body.contains(line), "{line} in {body}");
    }
}

#[tokio::test]
async fn shutdown_ends_what_is_open() {
    let served = Served::start(Flavor::Hive).await;
    let address = served.server.address();
    let idle = tokio::net::TcpStream::connect(address).await.unwrap();
    served.call("/blockchain", "getStatus", json!({})).await;
    let started = std::time::Instant::now();
    served.server.shutdown().await;
    assert!(
        started.elapsed().as_secs() < 4,
        "an idle connection holds up the end: {:?}",
        started.elapsed()
    );
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
    drop(idle);
}
