//! The control API over JSON-RPC, broadcasts over HTTP, WebSocket.

use crate::common::{Chain, custom_json, transfer};
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tartan_devchain::Config;
use tartan_graphene::{AssetForm, Flavor, JsonForm, Role};
use tokio_tungstenite::tungstenite::Message;

#[tokio::test]
async fn commands_work_with_positions_and_names() {
    let chain = Chain::start(Flavor::Steem).await;
    assert_eq!(chain.call("devchain.mine", json!([3])).await["number"], 8);
    assert_eq!(
        chain.call("devchain.mine", json!({ "blocks": 2 })).await["number"],
        10
    );
    assert_eq!(chain.call("devchain.mine", json!([])).await["number"], 11);
    let snapshot = chain.call("devchain.snapshot", json!([])).await;
    chain
        .call("devchain.set_balance", json!(["alice", "1.500 STEEM"]))
        .await;
    chain
        .call(
            "devchain.set_balance",
            json!({ "account": "alice", "amount": "0.250 SBD" }),
        )
        .await;
    chain.call("devchain.create_account", json!(["zoe"])).await;
    let accounts = chain
        .call("condenser_api.get_accounts", json!([["alice", "zoe"]]))
        .await;
    assert_eq!(
        (&accounts[0]["balance"], &accounts[0]["sbd_balance"]),
        (&json!("1.500 STEEM"), &json!("0.250 SBD"))
    );
    assert_eq!(accounts[1]["name"], "zoe");
    chain.call("devchain.revert", json!([snapshot])).await;
    let accounts = chain
        .call("condenser_api.get_accounts", json!([["alice", "zoe"]]))
        .await;
    assert_eq!(
        (accounts.as_array().map(Vec::len), &accounts[0]["balance"]),
        (Some(1), &json!("1000000.000 STEEM"))
    );
    assert_eq!(chain.call("devchain.fork", json!([1])).await["base"], 10);
    let fault = chain
        .call(
            "devchain.set_fault",
            json!({ "kind": "null_block", "methods": ["get_block"] }),
        )
        .await;
    assert_eq!(
        chain.call("condenser_api.get_block", json!([1])).await,
        Value::Null
    );
    assert_eq!(
        chain.call("devchain.faults", json!([])).await[0]["fault"]["kind"],
        "null_block"
    );
    assert_eq!(
        chain.call("devchain.clear_fault", json!([fault])).await,
        true
    );
    assert_ne!(
        chain.call("condenser_api.get_block", json!([1])).await,
        Value::Null
    );
    assert_eq!(
        chain.call("devchain.set_mining", json!(["instant"])).await,
        json!({ "mode": "instant" })
    );
    assert_eq!(
        chain
            .call("devchain.set_irreversibility", json!(["instant"]))
            .await["last_irreversible_block_num"],
        12
    );
    assert_eq!(chain.call("devchain.reset", json!([])).await["number"], 5);
    let error = chain.error("devchain.mine", json!(["many"])).await;
    assert_eq!(error["message"], "Parse Error:Couldn't parse uint64_t");
    let error = chain
        .error("devchain.set_fault", json!([{ "kind": "nonsense" }]))
        .await;
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("unknown variant"),
        "{error}"
    );
}

#[tokio::test]
async fn the_banner_shows_accounts_and_warns() {
    let chain = Chain::start(Flavor::Hive).await;
    let banner = chain.api.banner().to_string();
    for expected in [
        "beeab0de",
        chain.api.url().as_str(),
        chain.api.key("alice", Role::Active).to_wif().as_str(),
        "1000000.000 HIVE",
        "WARNING: these keys are public",
    ] {
        assert!(banner.contains(expected), "{expected}\n{banner}");
    }
    let accounts = chain.call("devchain.accounts", json!([])).await;
    assert_eq!(
        accounts[0]["keys"][2]["wif"],
        chain.api.key("alice", Role::Posting).to_wif()
    );
}

#[tokio::test]
async fn broadcasts_answer_as_nodes_do() {
    for (flavor, answer) in [(Flavor::Hive, json!({})), (Flavor::Steem, Value::Null)] {
        let chain = Chain::start(flavor).await;
        let transaction = chain
            .api
            .transaction(vec![transfer("alice", "bob", 1).into()]);
        let signed = chain
            .api
            .sign(transaction, &[chain.api.key("alice", Role::Active)])
            .unwrap();
        let json = signed.to_json(&chain.api.protocol(), JsonForm::Legacy);
        assert_eq!(
            chain
                .call("condenser_api.broadcast_transaction", json!([json]))
                .await,
            answer
        );
        let again = chain
            .error(
                "call",
                json!(["network_broadcast_api", "broadcast_transaction", [json]]),
            )
            .await;
        assert_eq!(
            (
                &again["code"],
                &again["data"]["code"],
                &again["data"]["name"]
            ),
            (&json!(-32000), &json!(10), &json!("assert_exception"))
        );
        let id = chain.api.pending()[0];
        let status = async || {
            let params = json!({ "transaction_id": id });
            chain
                .call("transaction_status_api.find_transaction", params)
                .await
        };
        assert_eq!(status().await, json!({ "status": "within_mempool" }));
        chain.api.mine(1);
        assert_eq!(
            status().await,
            json!({ "status": "within_reversible_block", "block_num": 6 })
        );
        chain.api.mine(1);
        assert_eq!(
            status().await,
            json!({ "status": "within_irreversible_block", "block_num": 6 })
        );
        let found = chain
            .call("condenser_api.get_transaction", json!([id]))
            .await;
        assert_eq!(
            (&found["block_num"], &found["transaction_num"]),
            (&json!(6), &json!(0))
        );
        let hex = chain
            .call("condenser_api.get_transaction_hex", json!([json]))
            .await;
        assert_eq!(
            hex,
            hex::encode(
                signed
                    .encode(&chain.api.protocol(), AssetForm::Legacy)
                    .unwrap()
            )
        );
    }
}

#[tokio::test]
async fn missing_signatures_have_the_whole_shape() {
    let chain = Chain::start(Flavor::Hive).await;
    let transaction = chain
        .api
        .transaction(vec![custom_json("alice", "{}").into()]);
    let unsigned = transaction.to_json(&chain.api.protocol(), JsonForm::Legacy);
    let error = chain
        .error("condenser_api.broadcast_transaction", json!([unsigned]))
        .await;
    let expected = json!({
        "code": -32000,
        "message": "missing required posting authority:Missing Posting Authority alice",
        "data": {
            "code": 3_030_000,
            "name": "tx_missing_posting_auth",
            "message": "missing required posting authority",
            "stack": [{
                "context": {
                    "level": "error", "file": "transaction_util.hpp", "line": 1, "method": "verify_authority",
                    "hostname": "", "timestamp": "2026-01-01T00:00:15",
                },
                "format": "Missing Posting Authority ${id}",
                "data": { "id": "alice" },
            }],
        },
    });
    assert_eq!(error, expected);
}

#[tokio::test]
async fn synchronous_broadcasts_wait_for_the_block() {
    let chain = Chain::start(Flavor::Steem).await;
    let transaction = chain
        .api
        .transaction(vec![transfer("alice", "bob", 1).into()]);
    let signed = chain
        .api
        .sign(transaction, &[chain.api.key("alice", Role::Active)])
        .unwrap();
    let json = signed.to_json(&chain.api.protocol(), JsonForm::Legacy);
    let waiting = chain.call(
        "condenser_api.broadcast_transaction_synchronous",
        json!([json]),
    );
    let mining = async {
        while chain.api.pending().is_empty() {
            tokio::task::yield_now().await;
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        let id = chain.api.pending()[0];
        chain.api.mine(1);
        id
    };
    let (answer, id) = tokio::join!(waiting, mining);
    assert_eq!(
        answer,
        json!({ "id": id, "block_num": 6, "trx_num": 0, "expired": false })
    );
}

#[tokio::test]
async fn appbase_transactions_in_either_serialization_are_taken() {
    let chain = Chain::start(Flavor::Hive).await;
    let protocol = chain.api.protocol();
    let key = chain.api.key("alice", Role::Active);
    for (number, form) in [(6, AssetForm::Legacy), (7, AssetForm::Hf26)] {
        let transaction = chain
            .api
            .transaction(vec![transfer("alice", "bob", number).into()]);
        let id = transaction.id(&protocol, form).unwrap();
        let signed = transaction
            .sign(&protocol, form, std::slice::from_ref(&key))
            .unwrap();
        let json = signed.to_json(&protocol, JsonForm::Appbase);
        let params = json!({ "trx": json, "max_block_age": -1 });
        assert_eq!(
            chain
                .call("network_broadcast_api.broadcast_transaction", params)
                .await,
            json!({})
        );
        chain.api.mine(1);
        let block = chain.api.block(u32::try_from(number).unwrap()).unwrap();
        assert_eq!(block.transaction_ids, [id]);
        let json: Value = serde_json::from_str(block.block_api_json()).unwrap();
        let (read, facts) = tartan_graphene::SignedBlock::from_json(&json, &protocol).unwrap();
        assert_eq!(
            read.verify(&protocol, &facts),
            Ok(tartan_graphene::Verified::All)
        );
    }
}

#[tokio::test]
async fn prepared_blocks_are_pushed_unchecked() {
    let config = Config {
        account_history: false,
        ..Config::test(Flavor::Hive)
    };
    let chain = Chain::with(config).await;
    let blocks: Vec<Vec<_>> = (0..50)
        .map(|block| {
            let operations =
                (0..10).map(|index| custom_json("alice", &format!("[{block},{index}]")));
            operations
                .map(|operation| tartan_graphene::SignedTransaction {
                    transaction: chain.api.transaction(vec![operation.into()]),
                    signatures: Vec::new(),
                })
                .collect()
        })
        .collect();
    assert_eq!(chain.api.push_blocks(blocks).unwrap().number, 55);
    let range = chain
        .call(
            "block_api.get_block_range",
            json!({ "starting_block_num": 6, "count": 1000 }),
        )
        .await;
    let counts: Vec<_> = range["blocks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|block| block["transactions"].as_array().unwrap().len())
        .collect();
    assert_eq!(counts, [10; 50]);
}

#[tokio::test]
async fn websockets_take_the_same_requests_and_tell_of_blocks() {
    let chain = Chain::start(Flavor::Steem).await;
    let url = chain.api.url().replace("http", "ws");
    let (mut socket, _) = tokio_tungstenite::connect_async(&url).await.unwrap();
    let mut ask = async |request: Value| {
        socket
            .send(Message::text(request.to_string()))
            .await
            .unwrap();
        serde_json::from_str::<Value>(&socket.next().await.unwrap().unwrap().into_text().unwrap())
            .unwrap()
    };
    let header = json!({ "jsonrpc": "2.0", "id": 4, "method": "get_block_header", "params": [2] });
    assert_eq!(
        ask(header).await["result"]["previous"]
            .as_str()
            .map(|id| &id[..8]),
        Some("00000001")
    );
    let subscribe = json!({ "jsonrpc": "2.0", "id": 5, "method": "call", "params": ["database_api", "set_block_applied_callback", [9]] });
    assert_eq!(
        ask(subscribe).await,
        json!({ "jsonrpc": "2.0", "result": null, "id": 5 })
    );
    chain.api.mine(2);
    for number in [6, 7] {
        let text = socket.next().await.unwrap().unwrap().into_text().unwrap();
        let notice: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            (&notice["method"], &notice["params"][0]),
            (&json!("notice"), &json!(9))
        );
        let previous = chain.api.block(number).unwrap().previous();
        assert_eq!(notice["params"][1][0]["previous"], json!(previous));
    }
}

#[tokio::test]
async fn histories_leave_out_what_is_pending() {
    let chain = Chain::start(Flavor::Hive).await;
    for amount in [1, 2, 3] {
        chain
            .send("alice", Role::Active, transfer("alice", "bob", amount))
            .unwrap();
    }
    chain
        .api
        .send(
            "alice",
            Role::Active,
            vec![transfer("alice", "bob", 4).into()],
        )
        .unwrap();
    let history = async |start: i64, limit: u32| {
        let entries = chain
            .call(
                "condenser_api.get_account_history",
                json!(["bob", start, limit]),
            )
            .await;
        let shown = |entry: &Value| (entry[0].clone(), entry[1]["op"][1]["amount"].clone());
        entries
            .as_array()
            .unwrap()
            .iter()
            .map(shown)
            .collect::<Vec<_>>()
    };
    assert_eq!(history(-1, 1).await, [(json!(2), json!("0.003 HIVE"))]);
    assert_eq!(
        history(1, 2).await,
        [
            (json!(0), json!("0.001 HIVE")),
            (json!(1), json!("0.002 HIVE"))
        ]
    );
    assert_eq!(history(-1, 0).await, []);
    let params = json!({ "account": "bob", "start": -1, "limit": 1000 });
    let entries = chain
        .call("account_history_api.get_account_history", params)
        .await;
    assert_eq!(entries["history"].as_array().map(Vec::len), Some(3));
    assert_eq!(entries["history"][0][1]["op"]["type"], "transfer_operation");
}
