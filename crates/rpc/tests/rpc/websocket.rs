//! Requests and subscriptions over WebSocket.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::common::*;
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tartan_chain::network::Flavor;
use tartan_index::Amount;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

pub(crate) struct Client(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Client {
    pub(crate) async fn connect(served: &Served) -> Client {
        Client::connect_to(format!("ws://{}/ws", served.server.address())).await
    }

    async fn connect_to(url: String) -> Client {
        Client(connect_async(url).await.unwrap().0)
    }

    async fn send(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.unwrap();
    }

    /// The next message that is not a ping.
    async fn message(&mut self) -> Message {
        loop {
            let next = tokio::time::timeout(Duration::from_secs(10), self.0.next());
            match next
                .await
                .expect("a message in time")
                .expect("an open connection")
                .unwrap()
            {
                Message::Ping(_) => {}
                message => return message,
            }
        }
    }

    pub(crate) async fn receive(&mut self) -> Value {
        match self.message().await {
            Message::Text(text) => serde_json::from_str(&text).unwrap(),
            other => panic!("expected text, found {other:?}"),
        }
    }

    pub(crate) async fn call(&mut self, method: &str, params: Value) -> Value {
        self.send(
            &json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params }).to_string(),
        )
        .await;
        let mut answer = self.receive().await;
        assert_eq!(answer["id"], 7, "{answer}");
        answer
            .get_mut("result")
            .map(Value::take)
            .unwrap_or_else(|| answer["error"].clone())
    }

    /// Reads until the server has closed the connection: with a reason, or without one.
    async fn dropped(&mut self) -> Option<CloseFrame> {
        loop {
            let next = tokio::time::timeout(Duration::from_secs(10), self.0.next());
            match next.await.expect("an end in time") {
                Some(Ok(Message::Close(frame))) => return frame,
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return None,
            }
        }
    }

    async fn closed(&mut self) -> CloseFrame {
        loop {
            if let Message::Close(frame) = self.message().await {
                return frame.expect("a reason");
            }
        }
    }
}

fn transfer(to: &str) -> (&'static str, &'static str, Value) {
    (
        "alice",
        "transfer",
        json!({ "symbol": "COOL", "to": to, "quantity": "1" }),
    )
}

#[tokio::test]
async fn the_same_requests_as_over_http() {
    let served = Served::with(Flavor::Hive, |config| {
        config.websocket_listen = Some(([127, 0, 0, 1], 0).into())
    })
    .await;
    let own = served.server.websocket_address().unwrap();
    for url in [
        format!("ws://{}/ws", served.server.address()),
        format!("ws://{own}"),
        format!("ws://{own}/any"),
    ] {
        let mut client = Client::connect_to(url).await;
        assert_eq!(
            client
                .call("blockchain.getBlockInfo", json!({ "blockNumber": 2 }))
                .await["blockNumber"],
            2
        );
        let one = json!({ "contract": "tokens", "table": "tokens", "query": { "symbol": "COOL" } });
        assert_eq!(
            client.call("contracts.findOne", one).await["issuer"],
            "alice"
        );
        client
            .send(r#"[{"id":1,"method":"blockchain.getStatus"},{"id":2,"method":"getStatus"}]"#)
            .await;
        let batch = client.receive().await;
        assert_eq!(
            (&batch[0]["result"]["chainId"], &batch[1]["error"]["code"]),
            (&json!("dev"), &json!(-32601))
        );
        client.send("{").await;
        assert_eq!(
            client.receive().await["error"],
            json!({ "code": -32700, "message": "Parse Error" })
        );
        client.send(r#"{"method":"blockchain.getStatus"}"#).await; // a notification: no answer
        client
            .0
            .send(Message::binary(
                br#"{"id":1,"method":"blockchain.getStatus"}"#.to_vec(),
            ))
            .await
            .unwrap();
        assert_eq!(client.receive().await["result"]["chainId"], "dev");
    }
    let (status, _) = served.get("/ws").await;
    assert_eq!(status, 400, "not a handshake");
}

#[tokio::test]
async fn blocks_are_notified_as_they_come_and_go() {
    let mut served = Served::start(Flavor::Hive).await;
    let mut client = Client::connect(&served).await;
    let full = client.call("subscribe", json!({ "to": "blocks" })).await;
    assert_eq!(full, json!({ "subscription": 1, "blockNumber": 3 }));
    let heads = client
        .call(
            "subscribe",
            json!({ "to": "blocks", "transactions": false }),
        )
        .await;
    assert_eq!(heads["subscription"], 2);

    let block = served.apply(&[transfer("bob")]);
    let expected = served
        .call("/blockchain", "getBlockInfo", json!({ "blockNumber": 4 }))
        .await;
    let committed = client.receive().await;
    assert_eq!(committed["method"], "subscription");
    assert_eq!(
        committed["params"],
        json!({ "subscription": 1, "change": "committed", "block": expected })
    );
    let head = client.receive().await;
    assert_eq!(
        (
            &head["params"]["subscription"],
            &head["params"]["block"]["transactions"]
        ),
        (&json!(2), &json!([]))
    );
    assert_eq!(head["params"]["block"]["hash"], expected["hash"]);

    served.revert(&block);
    let reverted = client.receive().await;
    assert_eq!(
        reverted["params"],
        json!({ "subscription": 1, "change": "reverted", "block": expected })
    );
    client.receive().await;

    assert_eq!(
        client
            .call("unsubscribe", json!({ "subscription": 1 }))
            .await,
        json!(true)
    );
    assert_eq!(
        client
            .call("unsubscribe", json!({ "subscription": 1 }))
            .await,
        json!(false)
    );
    served.apply(&[transfer("carol")]);
    assert_eq!(client.receive().await["params"]["subscription"], 2);
}

#[tokio::test]
async fn events_are_notified_by_contract_and_account() {
    let mut served = Served::start(Flavor::Hive).await;
    let mut client = Client::connect(&served).await;
    client
        .call(
            "subscribe",
            json!({ "to": "events", "contract": "tokens", "account": "bob" }),
        )
        .await;
    served.apply(&[transfer("carol")]); // nothing for bob
    let block = served.apply(&[
        transfer("bob"),
        transfer("carol"),
        (
            "bob",
            "transfer",
            json!({ "symbol": "COOL", "to": "dave", "quantity": "2" }),
        ),
    ]);
    let params = client.receive().await["params"].take();
    assert_eq!(
        (&params["change"], &params["blockNumber"]),
        (&json!("committed"), &json!(5))
    );
    let events = params["events"].as_array().unwrap();
    assert_eq!(events.len(), 2);
    assert_eq!(
        events[0]["transactionId"],
        block.transactions[0].id.to_string()
    );
    assert_eq!(events[0]["sender"], "alice");
    assert_eq!(
        (
            &events[0]["event"]["event"],
            &events[0]["event"]["data"]["to"]
        ),
        (&json!("transfer"), &json!("bob"))
    );
    assert_eq!(events[1]["event"]["data"]["to"], "dave");
}

#[tokio::test]
async fn subscriptions_are_bounded_and_checked() {
    let served = Served::with(Flavor::Hive, |config| config.limits.max_subscriptions = 1).await;
    let mut client = Client::connect(&served).await;
    assert_eq!(client.call("subscribe", json!({})).await["code"], -32602);
    assert_eq!(
        client
            .call("subscribe", json!({ "to": "everything" }))
            .await["code"],
        -32602
    );
    assert_eq!(client.call("unsubscribe", json!({})).await["code"], -32602);
    assert_eq!(
        client.call("subscribe", json!({ "to": "blocks" })).await["subscription"],
        1
    );
    let refused = json!({ "code": 400, "message": "too many subscriptions, maximum is 1" });
    assert_eq!(
        client.call("subscribe", json!({ "to": "events" })).await,
        refused
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_does_not_keep_up_is_dropped() {
    let served = Served::with(Flavor::Hive, |config| {
        config.limits.notification_queue = 4;
        config.limits.send_timeout = Duration::from_millis(300);
    });
    let mut served = served.await;
    let mut client = Client::connect(&served).await;
    client.call("subscribe", json!({ "to": "blocks" })).await;
    let memo = "x".repeat(150_000);
    for _ in 0..120 {
        let payload = json!({ "symbol": "COOL", "to": "bob", "quantity": "0.001", "memo": memo });
        served.apply(&[("alice", "transfer", payload)]);
    }
    tokio::time::sleep(Duration::from_millis(600)).await;
    // who does not read for long is not told why
    if let Some(frame) = client.dropped().await {
        assert_eq!(u16::from(frame.code), 1008, "{frame:?}");
        assert!(frame.reason.starts_with("too slow"), "{frame:?}");
    }
    // others go on
    assert_eq!(
        Client::connect(&served)
            .await
            .call("blockchain.getStatus", json!({}))
            .await["lastBlockNumber"],
        123
    );
}

#[tokio::test]
async fn clients_are_told_that_the_node_stops() {
    let served = Served::start(Flavor::Hive).await;
    let mut client = Client::connect(&served).await;
    client.call("blockchain.getStatus", json!({})).await;
    let Served { server, .. } = served;
    let (_, frame) = tokio::join!(server.shutdown(), client.closed());
    assert_eq!(
        (u16::from(frame.code), frame.reason.as_str()),
        (1001, "the node stops")
    );
}

/// A side of a book: tokens and orders by price.
type Levels = BTreeMap<Amount, (Amount, u64)>;

/// What the contract's tables say.
fn of_tables(served: &Served, symbol: &str) -> [Levels; 2] {
    ["buyBook", "sellBook"].map(|table| {
        let query = json!({ "symbol": symbol });
        let mut request = tartan_chain::FindRequest::new("market", table, &query);
        request.limit = 1000;
        let rows = served.chain.reader().find(&request).unwrap().unwrap();
        let mut levels = Levels::new();
        for row in rows {
            let amount = |field: &str| Amount::parse(row[field].as_str().unwrap()).unwrap();
            let level = levels.entry(amount("price")).or_default();
            (level.0, level.1) = (level.0.plus(amount("quantity")), level.1 + 1);
        }
        levels
    })
}

/// Takes in a snapshot or a difference.
fn apply(book: &mut [Levels; 2], told: &Value) {
    for (levels, side) in book.iter_mut().zip(["bids", "asks"]) {
        for level in told[side].as_array().unwrap() {
            let amount = |place: usize| Amount::parse(level[place].as_str().unwrap()).unwrap();
            let orders = level[2].as_u64().unwrap();
            match orders {
                0 => assert!(levels.remove(&amount(0)).is_some(), "{level}"),
                orders => {
                    levels.insert(amount(0), (amount(1), orders));
                }
            }
        }
    }
}

/// Receives what was told, if the book is not yet as the tables have it.
async fn follow(
    client: &mut Client,
    served: &Served,
    (book, sequence): (&mut [Levels; 2], &mut u64),
    change: &str,
) {
    let expected = of_tables(served, "COOL");
    if *book == expected {
        return;
    }
    let told = client.receive().await;
    let params = &told["params"];
    *sequence += 1;
    assert_eq!(params["sequence"], *sequence);
    assert_eq!(
        (&params["change"], &params["symbol"]),
        (&json!(change), &json!("COOL"))
    );
    assert_eq!(params["blockNumber"], served.chain.latest_block().number);
    apply(book, params);
    assert_eq!(*book, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_book_with_its_differences_is_that_of_the_tables() {
    let mut served = Served::start(Flavor::Steem).await;
    for name in ["alice", "bob", "carol"] {
        let base = json!({ "symbol": "STEEMP", "to": name, "quantity": "100000" });
        served.does("steem-peg", "tokens", "transfer", base);
    }
    let create =
        json!({ "symbol": "FINE", "name": "Fine", "precision": 8, "maxSupply": "1000000" });
    served.does("alice", "tokens", "create", create);
    let issue = json!({ "symbol": "FINE", "to": "bob", "quantity": "1000" });
    served.does("alice", "tokens", "issue", issue);
    let sell = json!({ "symbol": "COOL", "quantity": "10", "price": "5" });
    served.does("alice", "market", "sell", sell);
    let mut client = Client::connect(&served).await;
    let book = json!({ "to": "book", "symbol": "COOL" });
    let answer = client.call("subscribe", book.clone()).await;
    let mut levels = <[Levels; 2]>::default();
    apply(&mut levels, &answer["book"]);
    assert_eq!(levels, of_tables(&served, "COOL"));
    let mut sequence = answer["book"]["sequence"].as_u64().unwrap();
    let mut seed = 7_u64;
    let mut random = move |below: u64| {
        // Knuth's MMIX
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let mut blocks = Vec::new();
    let mut changes = 0;
    for _ in 0..150 {
        let mut calls = Vec::new();
        for _ in 0..=random(3) {
            let sender = ["alice", "bob", "carol"][random(3) as usize];
            let symbol = if random(5) == 0 { "FINE" } else { "COOL" };
            let mut order = json!({
                "symbol": symbol, "quantity": format!("0.{:03}", 1 + random(900)), "price": format!("0.{:02}", 40 + random(20)),
            });
            if random(3) == 0 {
                order["expiration"] = json!(1 + random(30));
            }
            let (side, action) = [("buyBook", "buy"), ("sellBook", "sell")][random(2) as usize];
            let row = served
                .chain
                .reader()
                .find_one("market", side, &json!({ "account": sender }));
            calls.push(match (random(6), row.unwrap()) {
                (0, Some(row)) => (
                    sender,
                    "cancel",
                    json!({ "type": action, "id": row["txId"] }),
                ),
                (1, _) => (
                    sender,
                    "marketSell",
                    json!({ "symbol": symbol, "quantity": "0.5" }),
                ),
                _ => (sender, action, order),
            });
        }
        let operations = calls.into_iter().map(|(sender, action, payload)| {
            let call = json!({ "contractName": "market", "contractAction": action, "contractPayload": payload });
            vec![tartan_graphene::MainOperation::CustomJson {
                required_auths: vec![sender.to_owned()],
                required_posting_auths: vec![],
                id: "ssc-dev".to_owned(),
                json: call.to_string(),
            }]
        });
        blocks.push(served.apply_operations(operations.collect()));
        let before = sequence;
        follow(
            &mut client,
            &served,
            (&mut levels, &mut sequence),
            "committed",
        )
        .await;
        changes += sequence - before;
    }
    assert!(changes > 100, "only {changes}");
    // a second client begins with what the first has
    let mut second = Client::connect(&served).await;
    let answer = second.call("subscribe", book).await;
    assert_eq!(answer["book"]["sequence"], sequence);
    let mut fresh = <[Levels; 2]>::default();
    apply(&mut fresh, &answer["book"]);
    assert_eq!(fresh, levels);
    // and blocks that go are told, too
    for block in blocks.iter().rev().take(20) {
        served.revert(block);
        follow(
            &mut client,
            &served,
            (&mut levels, &mut sequence),
            "reverted",
        )
        .await;
    }
    assert_eq!(
        client
            .call("unsubscribe", json!({ "subscription": 1 }))
            .await,
        true
    );
}
