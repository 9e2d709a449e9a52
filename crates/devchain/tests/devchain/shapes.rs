//! Answers over HTTP in the shapes clients expect.

use crate::common::{Chain, custom_json, http, post, request, transfer};
use expect_test::expect;
use serde_json::{Value, json};
use tartan_graphene::{Flavor, Role};

#[tokio::test]
async fn a_young_chain_has_blocks_to_refer_to() {
    for flavor in [Flavor::Hive, Flavor::Steem] {
        let chain = Chain::start(flavor).await;
        let properties = chain
            .call("condenser_api.get_dynamic_global_properties", json!([]))
            .await;
        assert_eq!(properties["head_block_number"], 5);
        assert_eq!(properties["last_irreversible_block_num"], 4);
        let block = chain.call("condenser_api.get_block", json!([5])).await;
        assert_eq!(block["block_id"], properties["head_block_id"]);
        assert_eq!(block["timestamp"], properties["time"]);
    }
}

#[tokio::test]
async fn blocks_have_the_same_content_in_both_apis() {
    let chain = Chain::start(Flavor::Hive).await;
    chain
        .api
        .send(
            "alice",
            Role::Active,
            vec![transfer("alice", "bob", 1_000).into()],
        )
        .unwrap();
    chain
        .send("bob", Role::Posting, custom_json("bob", "{}"))
        .unwrap();
    let legacy = chain.call("condenser_api.get_block", json!([6])).await;
    expect![[r#"
        {
          "previous": "00000005c83373db25ad8df8089f7b8720dc6639",
          "timestamp": "2026-01-01T00:00:18",
          "witness": "dev-witness06",
          "transaction_merkle_root": "0a35bb8c42aebdcc8d3d6ba4779761b6d97145cc",
          "extensions": [],
          "witness_signature": "1f5bd8b2f5d28ff3dda101eaa4ffca402ef83bf5faeb11d518a4453c345b72350a0ed7660f9d74a0b3622a9328dba0d416bee21440823ed4494625ab44e55a072f",
          "transactions": [
            {
              "ref_block_num": 5,
              "ref_block_prefix": 3681760200,
              "expiration": "2026-01-01T00:01:15",
              "operations": [
                [
                  "transfer",
                  {
                    "from": "alice",
                    "to": "bob",
                    "amount": "1.000 HIVE",
                    "memo": ""
                  }
                ]
              ],
              "extensions": [],
              "signatures": [
                "2051bfa2bf11cde949078a506d8191348fc818da4a4c9166989ba77fad604800885a7a518988a90b17dc37af9147402c1881952a6dc3fe91ea7f282bab32a73271"
              ],
              "transaction_id": "4f84d04aa4043463f87fbce84e8c472b648c0978",
              "block_num": 6,
              "transaction_num": 0
            },
            {
              "ref_block_num": 5,
              "ref_block_prefix": 3681760200,
              "expiration": "2026-01-01T00:01:15",
              "operations": [
                [
                  "custom_json",
                  {
                    "required_auths": [],
                    "required_posting_auths": [
                      "bob"
                    ],
                    "id": "ssc-dev",
                    "json": "{}"
                  }
                ]
              ],
              "extensions": [],
              "signatures": [
                "2072c16e9a72554d12777f431eea7f72ccebbd896166f2a63e6ca56a928d457d6e2abd3e04b308bcd5f5f73f8408c73fae0544abb27e769613358b98b18d99dbcc"
              ],
              "transaction_id": "2cdbee4d0a5f1487d359f22ecf52f57fee59ea1b",
              "block_num": 6,
              "transaction_num": 1
            }
          ],
          "block_id": "000000068d57333a10ec535157c7800458cbc9f6",
          "signing_key": "STM5C8hQNUE1umbqc24tBvv3rfjpbP2QHGo9LQytjtVeBNmBnKWhJ",
          "transaction_ids": [
            "4f84d04aa4043463f87fbce84e8c472b648c0978",
            "2cdbee4d0a5f1487d359f22ecf52f57fee59ea1b"
          ]
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&legacy).unwrap());
    let appbase = chain
        .call("block_api.get_block", json!({ "block_num": 6 }))
        .await;
    expect![[r#"
        [
          {
            "ref_block_num": 5,
            "ref_block_prefix": 3681760200,
            "expiration": "2026-01-01T00:01:15",
            "operations": [
              {
                "type": "transfer_operation",
                "value": {
                  "from": "alice",
                  "to": "bob",
                  "amount": {
                    "amount": "1000",
                    "precision": 3,
                    "nai": "@@000000021"
                  },
                  "memo": ""
                }
              }
            ],
            "extensions": [],
            "signatures": [
              "2051bfa2bf11cde949078a506d8191348fc818da4a4c9166989ba77fad604800885a7a518988a90b17dc37af9147402c1881952a6dc3fe91ea7f282bab32a73271"
            ]
          },
          {
            "ref_block_num": 5,
            "ref_block_prefix": 3681760200,
            "expiration": "2026-01-01T00:01:15",
            "operations": [
              {
                "type": "custom_json_operation",
                "value": {
                  "required_auths": [],
                  "required_posting_auths": [
                    "bob"
                  ],
                  "id": "ssc-dev",
                  "json": "{}"
                }
              }
            ],
            "extensions": [],
            "signatures": [
              "2072c16e9a72554d12777f431eea7f72ccebbd896166f2a63e6ca56a928d457d6e2abd3e04b308bcd5f5f73f8408c73fae0544abb27e769613358b98b18d99dbcc"
            ]
          }
        ]"#]]
        .assert_eq(&serde_json::to_string_pretty(&appbase["block"]["transactions"]).unwrap());
    for field in [
        "previous",
        "timestamp",
        "witness",
        "witness_signature",
        "block_id",
        "transaction_ids",
        "signing_key",
    ] {
        assert_eq!(appbase["block"][field], legacy[field]);
    }
    let range = chain
        .call(
            "block_api.get_block_range",
            json!({ "starting_block_num": 5, "count": 10 }),
        )
        .await;
    assert_eq!(range["blocks"].as_array().map(Vec::len), Some(2));
    assert_eq!(range["blocks"][1], appbase["block"]);
}

#[tokio::test]
async fn unknown_blocks_are_null_or_empty() {
    let chain = Chain::start(Flavor::Hive).await;
    for number in [json!(0), json!(-1), json!(6), json!(u64::MAX)] {
        assert_eq!(
            chain.call("condenser_api.get_block", json!([number])).await,
            Value::Null
        );
        assert_eq!(
            chain
                .call("block_api.get_block", json!({ "block_num": number }))
                .await,
            json!({})
        );
    }
    let error = chain
        .error("condenser_api.get_block", json!(["zzzz"]))
        .await;
    assert_eq!(
        (&error["code"], &error["message"]),
        (
            &json!(-32000),
            &json!("Parse Error:Couldn't parse uint64_t")
        )
    );
    let error = chain
        .error(
            "block_api.get_block_range",
            json!({ "starting_block_num": 0, "count": 1 }),
        )
        .await;
    assert_eq!(error["code"], -32003);
    let error = chain
        .error(
            "block_api.get_block_range",
            json!({ "starting_block_num": 1, "count": 1001 }),
        )
        .await;
    assert_eq!(error["code"], -32003);
}

#[tokio::test]
async fn batches_keep_their_order_and_ids() {
    let chain = Chain::start(Flavor::Steem).await;
    let batch = json!([
        { "jsonrpc": "2.0", "id": "a", "method": "get_block_header", "params": [2] },
        { "jsonrpc": "2.0", "id": 7, "method": "call", "params": ["database_api", "get_block_header", [1]] },
        { "jsonrpc": "2.0", "id": 8, "method": "no_api.nothing" },
    ]);
    let (status, text) = post(&format!("{}/any/path", chain.api.url()), batch.to_string()).await;
    let answers: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(status, 200);
    assert_eq!(
        (&answers[0]["id"], &answers[1]["id"], &answers[2]["id"]),
        (&json!("a"), &json!(7), &json!(8))
    );
    assert_eq!(
        answers[0]["result"]["previous"].as_str().map(|id| &id[..8]),
        Some("00000001")
    );
    assert_eq!(answers[1]["result"]["previous"], "0".repeat(40));
    assert_eq!(
        answers[2]["error"]["message"],
        "Assert Exception:api_itr != data_.end(): Could not find API no_api"
    );
}

#[tokio::test]
async fn unreadable_requests_are_answered() {
    let chain = Chain::start(Flavor::Hive).await;
    for (body, code) in [
        ("{", -32700),
        ("[]", -32600),
        ("7", -32600),
        (r#"{"id":1,"method":"condenser_api.get_config"}"#, -32600),
        (
            r#"{"jsonrpc":"2.0","id":{},"method":"condenser_api.get_config"}"#,
            -32600,
        ),
        (r#"{"jsonrpc":"2.0","id":1}"#, -32600),
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"condenser_api.nothing"}"#,
            -32601,
        ),
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"condenser_api.get_block"}"#,
            -32003,
        ),
    ] {
        let (status, text) = post(&chain.api.url(), body.to_owned()).await;
        let answer: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            (status, &answer["error"]["code"]),
            (200, &json!(code)),
            "{body}: {answer}"
        );
    }
}

#[tokio::test]
async fn probes_and_browsers_are_answered() {
    let chain = Chain::start(Flavor::Hive).await;
    for path in ["/", "/health"] {
        let reply = http("GET", &format!("{}{path}", chain.api.url()), "", "")
            .await
            .unwrap();
        let status: Value = serde_json::from_str(&reply.body).unwrap();
        assert_eq!(
            (
                reply.status,
                &status["status"],
                &status["head_block_number"]
            ),
            (200, &json!("OK"), &json!(5))
        );
    }
    let headers = "origin: https://example.com\r\naccess-control-request-method: POST\r\n\
                   access-control-request-headers: content-type\r\n";
    let reply = http("OPTIONS", &chain.api.url(), headers, "")
        .await
        .unwrap();
    assert!((200..300).contains(&reply.status));
    assert!(reply.header("access-control-allow-origin").is_some());
}

#[tokio::test]
async fn accounts_use_the_names_of_their_chain() {
    let hive = Chain::start(Flavor::Hive).await;
    let steem = Chain::start(Flavor::Steem).await;
    let alice = hive
        .call("condenser_api.get_accounts", json!([["alice", "nobody"]]))
        .await;
    assert_eq!(alice.as_array().map(Vec::len), Some(1));
    assert_eq!(alice[0]["balance"], "1000000.000 HIVE");
    assert_eq!(alice[0]["hbd_balance"], "100000.000 HBD");
    let alice = steem
        .call("condenser_api.get_accounts", json!([["alice"]]))
        .await;
    assert_eq!(alice[0]["balance"], "1000000.000 STEEM");
    assert_eq!(alice[0]["sbd_balance"], "100000.000 SBD");
    assert_eq!(alice[0]["reward_steem_balance"], "0.000 STEEM");
    let found = hive
        .call(
            "database_api.find_accounts",
            json!({ "accounts": ["alice"] }),
        )
        .await;
    assert_eq!(
        found["accounts"][0]["balance"],
        json!({ "amount": "1000000000", "precision": 3, "nai": "@@000000021" })
    );
}

/// Every member that a real node's answer has, ours has too.
#[tokio::test]
async fn nothing_a_real_node_says_is_missing() {
    let chain = Chain::start(Flavor::Hive).await;
    let samples: Vec<Value> =
        serde_json::from_str(include_str!("../data/hived-shapes.json")).unwrap();
    let post = crate::common::post_by("alice", "hello");
    chain.send("alice", Role::Posting, post.clone()).unwrap();
    chain
        .send(
            "bob",
            Role::Posting,
            crate::common::vote("bob", &post, 5000),
        )
        .unwrap();
    for sample in samples {
        let method = sample["method"].as_str().unwrap();
        let answer = chain.call(method, sample["params"].clone()).await;
        let members: Vec<&str> = sample["members"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Value::as_str)
            .collect();
        let at = answer
            .pointer(sample["at"].as_str().unwrap())
            .unwrap_or_else(|| panic!("{method}: {answer}"));
        let missing: Vec<_> = members
            .into_iter()
            .filter(|name| at.get(name).is_none())
            .collect();
        assert!(missing.is_empty(), "{method} lacks {missing:?}");
    }
}

#[tokio::test]
async fn control_is_refused_where_it_is_not_allowed() {
    let config = tartan_devchain::Config {
        listen: ([0, 0, 0, 0], 0).into(),
        ..tartan_devchain::Config::test(Flavor::Hive)
    };
    let chain = Chain::with(config).await;
    let port = chain.api.url().rsplit(':').next().unwrap().to_owned();
    let reply = request(
        &format!("http://127.0.0.1:{port}"),
        "devchain.mine",
        json!([1]),
    )
    .await;
    assert_eq!(
        reply["error"]["message"],
        "control methods are only available on loopback listeners"
    );
    assert_eq!(chain.api.head().number, 5);
}

/// Whatever the arguments, there is an answer: a handler that panicked would end the connection without one.
#[tokio::test]
async fn no_arguments_bring_a_method_down() {
    let chain = Chain::start(Flavor::Hive).await;
    let post = crate::common::post_by("alice", "hello");
    chain.send("alice", Role::Posting, post).unwrap();
    let methods = chain.call("jsonrpc.get_methods", json!([])).await;
    let odd = [
        json!(null),
        json!(-1),
        json!(0),
        json!(1),
        json!(u64::MAX),
        json!(1.5),
        json!(""),
        json!("alice"),
        json!("é"),
        json!([]),
        json!(["alice", "hello"]),
        json!([["alice"]]),
        json!({}),
        json!(true),
    ];
    let names = [
        "account",
        "accounts",
        "keys",
        "start",
        "limit",
        "count",
        "starting_block_num",
        "block_num",
        "author",
        "permlink",
        "block_range_begin",
        "block_range_end",
        "id",
        "transaction_id",
        "expiration",
        "sort",
        "tag",
        "trx",
        "order",
        "comments",
        "hash",
        "signatures",
        "owners",
        "method",
    ];
    for method in methods.as_array().unwrap().iter().filter_map(Value::as_str) {
        if method.starts_with("devchain.") {
            continue;
        }
        let mut requests = Vec::new();
        let mut ask = |params: Value| {
            requests.push(json!({ "jsonrpc": "2.0", "id": requests.len(), "method": method, "params": params }));
        };
        for value in &odd {
            ask(value.clone());
            for count in 1..=4 {
                ask(json!(vec![value; count]));
            }
            ask(json!(["alice", value, value]));
            ask(json!(["alice", "hello", value]));
            ask(names
                .iter()
                .map(|name| ((*name).to_owned(), value.clone()))
                .collect::<serde_json::Map<_, _>>()
                .into());
        }
        let (status, text) = post_batch(&chain, &requests).await;
        let answers: Value =
            serde_json::from_str(&text).unwrap_or_else(|_| panic!("{method}: {status} {text}"));
        assert_eq!(
            answers.as_array().map(Vec::len),
            Some(requests.len()),
            "{method}"
        );
    }
}

async fn post_batch(chain: &Chain, requests: &[Value]) -> (u16, String) {
    match http("POST", &chain.api.url(), "", &json!(requests).to_string()).await {
        Some(reply) => (reply.status, reply.body),
        None => (0, String::new()),
    }
}
