//! What is answered from the index: histories, holders, markets, and the addresses that others' programs ask for.

use expect_test::{Expect, expect};
use serde_json::{Value, json};
use tartan_chain::network::Flavor;

use crate::common::*;
use crate::websocket::Client;

/// alice sells 10 COOL at 0.5 and 10 at 0.6, bob buys 15 of them; carol bids 5 at 0.4.
async fn market() -> Served {
    let mut served = Served::with_index().await;
    for name in ["bob", "carol"] {
        let base = json!({ "symbol": "STEEMP", "to": name, "quantity": "100" });
        served.does("steem-peg", "tokens", "transfer", base);
    }
    for price in ["0.5", "0.6"] {
        let sell = json!({ "symbol": "COOL", "quantity": "10", "price": price });
        served.does("alice", "market", "sell", sell);
    }
    let buy = json!({ "symbol": "COOL", "quantity": "15", "price": "0.7" });
    served.does("bob", "market", "buy", buy);
    let bid = json!({ "symbol": "COOL", "quantity": "5", "price": "0.4" });
    served.does("carol", "market", "buy", bid);
    served.indexed().await;
    served
}

fn check(found: &Value, expected: Expect) {
    expected.assert_eq(&found.to_string());
}

async fn get(served: &Served, path: &str) -> Value {
    let (status, body) = served.get(path).await;
    assert_eq!(status, 200, "{body}");
    serde_json::from_str(&body).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn markets_have_tickers_candles_books_trades_and_orders() {
    let served = market().await;
    let call = async |method: &str, params: Value| served.call("/market", method, params).await;
    check(
        &call("ticker", json!({ "symbol": "COOL" })).await,
        expect![[
            r#"{"symbol":"COOL","last":"0.6","lastTime":1600000024,"open":"0.5","high":"0.6","low":"0.5","quantity":"15","volume":"8","trades":2,"changePercent":"20.00","highestBid":"0.40000000","lowestAsk":"0.60000000"}"#
        ]],
    );
    assert_eq!(
        call("tickers", json!({})).await.as_array().unwrap().len(),
        1
    );
    assert_eq!(
        call("ticker", json!({ "symbol": "NONE" })).await,
        Value::Null
    );
    check(
        &call("candles", json!({ "symbol": "COOL", "interval": "1d" })).await,
        expect![[
            r#"[{"time":1599955200,"open":"0.5","high":"0.6","low":"0.5","close":"0.6","quantity":"15","volume":"8","trades":2}]"#
        ]],
    );
    check(
        &call("depth", json!({ "symbol": "COOL" })).await,
        expect![[
            r#"{"symbol":"COOL","blockNumber":9,"bids":[{"price":"0.4","quantity":"5","total":"5","orders":1}],"asks":[{"price":"0.6","quantity":"5","total":"5","orders":1}]}"#
        ]],
    );
    check(
        &call("trades", json!({ "symbol": "COOL", "limit": 1 })).await,
        expect![[
            r#"[{"id":134217729,"blockNumber":8,"transactionId":"0000000800000000a0a0a0a0a0a0a0a0a0a0a0a0","timestamp":1600000024,"symbol":"COOL","type":"buy","buyer":"bob","seller":"alice","quantity":"5","price":"0.6","volume":"3","buyTxId":"0000000800000000a0a0a0a0a0a0a0a0a0a0a0a0","sellTxId":"0000000700000000a0a0a0a0a0a0a0a0a0a0a0a0"}]"#
        ]],
    );
    let open = call("orders", json!({ "account": "alice" })).await;
    assert_eq!(
        (&open[0]["remaining"], &open[0]["status"]),
        (&json!("5"), &json!("open"))
    );
    let all = call("orderHistory", json!({ "account": "alice" })).await;
    let states: Vec<_> = all
        .as_array()
        .unwrap()
        .iter()
        .map(|order| &order["status"])
        .collect();
    assert_eq!(states, ["open", "filled"]);
    let combined = served.call("/", "market.markets", json!({})).await;
    assert_eq!(combined[0]["trades"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn histories_are_those_that_wallets_know() {
    let served = market().await;
    let by_call = served
        .call(
            "/history",
            "accountHistory",
            json!({ "account": "bob", "limit": 3 }),
        )
        .await;
    check(
        &by_call,
        expect![[
            r#"[{"_id":134217735,"blockNumber":8,"transactionId":"0000000800000000a0a0a0a0a0a0a0a0a0a0a0a0","timestamp":1600000024,"operation":"market_closeOrder","orderType":"buy","orderID":"0000000800000000a0a0a0a0a0a0a0a0a0a0a0a0","symbol":"COOL","account":"bob"},{"_id":134217734,"blockNumber":8,"transactionId":"0000000800000000a0a0a0a0a0a0a0a0a0a0a0a0","timestamp":1600000024,"operation":"market_buyRemaining","from":"contract_market","to":"bob","quantity":"2.50000000","memo":null,"symbol":"STEEMP","account":"bob"},{"_id":134217732,"blockNumber":8,"transactionId":"0000000800000000a0a0a0a0a0a0a0a0a0a0a0a0","timestamp":1600000024,"operation":"market_buy","from":"alice","quantityTokens":"5","quantitySteem":"3.00000000","symbol":"COOL","account":"bob"}]"#
        ]],
    );
    let by_address = get(&served, "/accountHistory?account=bob&limit=3").await;
    assert_eq!(by_address, by_call);
    let transfers = "/accountHistory?account=bob,carol&symbol=STEEMP&ops=tokens_transfer";
    assert_eq!(get(&served, transfers).await.as_array().unwrap().len(), 2);
    check(
        &get(&served, "/marketHistory?symbol=COOL").await,
        expect![[
            r#"[{"timestamp":1599955200,"symbol":"COOL","volumeSteem":"8.00000000","volumeToken":"15","lowestPrice":"0.50000000","highestPrice":"0.60000000","openPrice":"0.50000000","closePrice":"0.60000000"}]"#
        ]],
    );
    let holders = served
        .call(
            "/history",
            "holders",
            json!({ "symbol": "COOL", "limit": 1 }),
        )
        .await;
    assert_eq!(
        (&holders[0]["account"], &holders[0]["total"]),
        (&json!("bob"), &json!("115"))
    );
    let held = json!({ "account": "market", "contracts": true });
    let held = served.call("/history", "holdings", held).await;
    assert_eq!(
        (&held[0]["symbol"], &held[0]["balance"]),
        (&json!("COOL"), &json!("5"))
    );
    let sent = json!({ "sender": "carol", "contract": "market" });
    let sent = served.call("/history", "transactions", sent).await;
    assert_eq!(
        (sent.as_array().unwrap().len(), &sent[0]["action"]),
        (1, &json!("buy"))
    );
    let status = served.call("/history", "status", json!({})).await;
    assert_eq!(
        (&status["blockNumber"], &status["blocksBehind"]),
        (&json!(9), &json!(0))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn charts_are_served_as_a_universal_data_feed() {
    let served = market().await;
    let config = get(&served, "/udf/config").await;
    assert_eq!(config["supported_resolutions"][4], "60");
    let (_, time) = served.get("/udf/time").await;
    assert!(time.parse::<u64>().unwrap() > 1_700_000_000);
    let symbol = get(&served, "/udf/symbols?symbol=DEV:COOL%2FSTEEMP").await;
    assert_eq!(
        (&symbol["ticker"], &symbol["volume_precision"]),
        (&json!("COOL"), &json!(3))
    );
    let found = get(&served, "/udf/search?query=co&limit=10").await;
    assert_eq!(found[0]["description"], "COOL/STEEMP");
    check(
        &get(
            &served,
            "/udf/history?symbol=COOL&resolution=60&from=1599990000&to=1600010000",
        )
        .await,
        expect![[
            r#"{"s":"ok","t":[1599998400],"o":[0.5],"h":[0.6],"l":[0.5],"c":[0.6],"v":[15.0]}"#
        ]],
    );
    // a span without trades: where the last ones were
    check(
        &get(
            &served,
            "/udf/history?symbol=COOL&resolution=D&from=1700000000&to=1700090000",
        )
        .await,
        expect![[r#"{"s":"no_data","nextTime":1599955200}"#]],
    );
    check(
        &get(
            &served,
            "/udf/history?symbol=COOL&resolution=D&from=1700000000&to=1700090000&countback=3",
        )
        .await,
        expect![[
            r#"{"s":"ok","t":[1599955200],"o":[0.5],"h":[0.6],"l":[0.5],"c":[0.6],"v":[15.0]}"#
        ]],
    );
    check(
        &get(&served, "/udf/history?symbol=COOL&resolution=7&from=1&to=2").await,
        expect![[
            r#"{"s":"error","errmsg":"expected a resolution (1, 5, 15, 30, 60, 240, 1D, 1W, 1M), found \"7\""}"#
        ]],
    );
    check(
        &get(&served, "/udf/symbols?symbol=NONE").await,
        expect![[r#"{"s":"error","errmsg":"unknown_symbol"}"#]],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn trackers_find_pairs_tickers_books_and_trades() {
    let served = market().await;
    check(
        &get(&served, "/api/coingecko/pairs").await,
        expect![[r#"[{"ticker_id":"COOL_STEEMP","base":"COOL","target":"STEEMP"}]"#]],
    );
    check(
        &get(&served, "/api/coingecko/tickers").await,
        expect![[
            r#"[{"ticker_id":"COOL_STEEMP","base_currency":"COOL","target_currency":"STEEMP","last_price":"0.6","base_volume":"15","target_volume":"8","bid":"0.40000000","ask":"0.60000000","high":"0.6","low":"0.5"}]"#
        ]],
    );
    check(
        &get(
            &served,
            "/api/coingecko/orderbook?ticker_id=COOL_STEEMP&depth=2",
        )
        .await,
        expect![[
            r#"{"ticker_id":"COOL_STEEMP","timestamp":1600000027000,"bids":[["0.4","5"]],"asks":[["0.6","5"]]}"#
        ]],
    );
    let trades = get(
        &served,
        "/api/coingecko/historical_trades?ticker_id=COOL_STEEMP",
    )
    .await;
    assert_eq!(
        (trades["buy"].as_array().unwrap().len(), &trades["sell"]),
        (2, &json!([]))
    );
    let (status, body) = served.get("/api/coingecko/orderbook?ticker_id=COOL").await;
    assert_eq!(status, 400);
    assert!(
        body.contains("expected a ticker_id such as TOKEN_STEEMP"),
        "{body}"
    );
    let (_, csv) = served.get("/api/market/trades.csv?account=alice").await;
    assert_eq!(csv.lines().count(), 3);
    assert!(
        csv.lines()
            .nth(2)
            .unwrap()
            .starts_with("1600000024,COOL,buy,bob,alice,10,0.5,5,")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn pools_have_prices_swaps_and_candles() {
    let mut served = market().await;
    let eng = json!({ "symbol": "ENG", "to": "alice", "quantity": "1000" });
    served.does("steemsc", "tokens", "transfer", eng);
    let pair = "COOL:STEEMP";
    served.does(
        "alice",
        "marketpools",
        "createPool",
        json!({ "tokenPair": pair }),
    );
    let add = json!({ "tokenPair": pair, "baseQuantity": "10", "quoteQuantity": "4", "maxDeviation": "0" });
    served.does("alice", "marketpools", "addLiquidity", add);
    let swap = json!({ "tokenPair": pair, "tokenSymbol": "COOL", "tokenAmount": "2", "tradeType": "exactOutput" });
    served.does("bob", "marketpools", "swapTokens", swap);
    served.indexed().await;
    let call = async |method: &str, params: Value| served.call("/market", method, params).await;
    check(
        &call("pools", json!({ "symbol": "COOL" })).await,
        expect![[
            r#"[{"tokenPair":"COOL:STEEMP","base":"COOL","quote":"STEEMP","creator":"alice","created":1600000033,"baseQuantity":"8","quoteQuantity":"5.00250627","price":"0.62531328","baseVolume":"2","quoteVolume":"1.00250627","swaps":1,"lastTime":1600000039,"day":{"open":"0.62531328","high":"0.62531328","low":"0.62531328","changePercent":"0.00","baseVolume":"2","quoteVolume":"1.00250627","swaps":1}}]"#
        ]],
    );
    check(
        &call("swaps", json!({ "account": "bob" })).await,
        expect![[
            r#"[{"id":218103808,"blockNumber":13,"transactionId":"0000000d00000000a0a0a0a0a0a0a0a0a0a0a0a0","timestamp":1600000039,"tokenPair":"COOL:STEEMP","account":"bob","symbolIn":"STEEMP","quantityIn":"1.00250627","symbolOut":"COOL","quantityOut":"2","price":"0.50125314","poolPrice":"0.62531328"}]"#
        ]],
    );
    check(
        &call("candles", json!({ "symbol": pair, "interval": "1d" })).await,
        expect![[
            r#"[{"time":1599955200,"open":"0.62531328","high":"0.62531328","low":"0.62531328","close":"0.62531328","quantity":"2","volume":"1.00250627","trades":1}]"#
        ]],
    );
    check(
        &get(&served, "/api/coingecko/pools/pairs").await,
        expect![[
            r#"[{"ticker_id":"COOL_STEEMP","base":"COOL","target":"STEEMP","pool_id":"COOL:STEEMP"}]"#
        ]],
    );
    check(
        &get(&served, "/api/coingecko/pools/tickers").await,
        expect![[
            r#"[{"ticker_id":"COOL_STEEMP","base_currency":"COOL","target_currency":"STEEMP","pool_id":"COOL:STEEMP","last_price":"0.62531328","base_volume":"2","target_volume":"1.00250627","high":"0.62531328","low":"0.62531328","base_liquidity":"8","target_liquidity":"5.00250627"}]"#
        ]],
    );
    let trades = "/api/coingecko/pools/historical_trades?ticker_id=COOL_STEEMP";
    check(
        &get(&served, trades).await,
        expect![[
            r#"{"buy":[{"trade_id":218103808,"price":"0.50125314","base_volume":"2","target_volume":"1.00250627","trade_timestamp":1600000039000,"type":"buy"}],"sell":[]}"#
        ]],
    );
    let sells = format!("{trades}&type=sell");
    assert_eq!(get(&served, &sells).await, json!({ "buy": [], "sell": [] }));
    let (status, _) = served
        .get("/api/coingecko/pools/historical_trades?ticker_id=COOL")
        .await;
    assert_eq!(status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_sorted_searched_and_counted() {
    let served = market().await;
    let call = async |method: &str, params: Value| served.call("/history", method, params).await;
    let by_volume = json!({ "sort": "volume", "descending": true, "limit": 1 });
    check(
        &call("tokens", by_volume).await,
        expect![[
            r#"{"total":3,"tokens":[{"symbol":"COOL","name":"Cool","issuer":"alice","precision":3,"maxSupply":"1000000","supply":"300","circulatingSupply":"300","holders":3,"created":1600000006,"price":"0.6","changePercent":"20.00","volume":"8","quantity":"15","trades":2,"marketCap":"180"}]}"#
        ]],
    );
    let rich = json!({ "symbol": "COOL", "limit": 1 });
    let page = call("richList", rich).await;
    check(
        &page,
        expect![[
            r#"{"holders":[{"account":"bob","symbol":"COOL","balance":"115","stake":"0","pendingUnstake":"0","delegationsIn":"0","delegationsOut":"0","pendingUndelegations":"0","storageDeposit":"0","total":"115","blockNumber":8,"rank":1}],"next":"1-4637792822517301248-bob"}"#
        ]],
    );
    let rest = json!({ "symbol": "COOL", "limit": 5, "after": page["next"] });
    let rest = call("richList", rest).await;
    assert_eq!(
        (&rest["holders"][0]["rank"], &rest["next"]),
        (&json!(2), &Value::Null)
    );
    let rank = call("rank", json!({ "symbol": "COOL", "account": "nobody" })).await;
    assert_eq!(rank, Value::Null);
    let found = call("search", json!({ "text": "Car" })).await;
    check(
        &found,
        expect![[
            r#"{"accounts":[{"account":"carol","firstTimestamp":1600000009,"lastTimestamp":1600000027,"transactions":1}],"tokens":[],"contracts":[]}"#
        ]],
    );
    assert_eq!(
        call("account", json!({ "account": "carol" })).await,
        found["accounts"][0]
    );
    let contract = call("contracts", json!({ "name": "market" })).await;
    assert_eq!(
        (&contract[0]["calls"], &contract[0]["native"]),
        (&json!(4), &json!(true))
    );
    assert_eq!(
        call("contracts", json!({ "limit": 2 }))
            .await
            .as_array()
            .unwrap()
            .len(),
        2
    );
    check(
        &call("counters", json!({})).await,
        expect![[
            r#"{"time":1600000027,"transactions":11,"transactionsInDay":11,"failedInDay":0,"failedPercent":"0.00","transactionsPerMinute":"0.18","activeAccountsInDay":5,"accounts":5,"tokens":3,"contracts":13}"#
        ]],
    );
    let days = call("activity", json!({})).await;
    assert_eq!(days[0]["transactions"], 11);
    let lines = served
        .call("/market", "sparklines", json!({ "symbols": "COOL" }))
        .await;
    assert_eq!(lines[0]["points"][23], "0.6");
    let bids = json!({ "account": "carol", "contracts": "market", "direction": "out" });
    let bids = call("accountHistory", bids).await;
    assert_eq!(
        (bids.as_array().unwrap().len(), &bids[0]["operation"]),
        (1, &json!("market_placeOrder"))
    );
    let (_, csv) = served.get("/api/history/account.csv?account=bob").await;
    assert!(csv.starts_with(
        "timestamp,block,transaction,account,operation,symbol,from,to,quantity,details\n"
    ));
    let every = call("accountHistory", json!({ "account": "bob" })).await;
    assert_eq!(csv.lines().count(), every.as_array().unwrap().len() + 1);
    let (status, _) = served
        .get("/api/history/account.csv?account=bob&direction=up")
        .await;
    assert_eq!(status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_questions_are_refused_with_a_reason() {
    let served = market().await;
    for (method, params, reason) in [
        (
            "market.candles",
            json!({ "symbol": "COOL", "interval": "2h" }),
            "expected an interval (1m, 5m,",
        ),
        (
            "market.trades",
            json!({ "side": "both" }),
            "expected buy or sell as side",
        ),
        (
            "market.trades",
            json!({ "limit": 1001 }),
            "expected a limit of 1 to 1000, found 1001",
        ),
        ("market.depth", json!({}), "missing field `symbol`"),
        (
            "market.ticker",
            json!({ "symbol": "COOL", "x": 1 }),
            "unknown field `x`",
        ),
        (
            "history.tokens",
            json!({ "sort": "beauty" }),
            "expected a sort (symbol, holders,",
        ),
        (
            "history.richList",
            json!({ "symbol": "COOL", "after": "x" }),
            "expected the cursor of an earlier answer",
        ),
        (
            "history.activity",
            json!({ "interval": "1h" }),
            "expected 1m or 1d as interval",
        ),
        ("history.search", json!({ "text": " " }), "1 to 64 bytes"),
        (
            "history.transactions",
            json!({ "action": "buy" }),
            "expected a contract together with the action",
        ),
        (
            "history.accountHistory",
            json!({ "account": "" }),
            "at least one account",
        ),
        (
            "history.accountHistory",
            json!({ "account": 1 }),
            "expected a text or a list of texts",
        ),
    ] {
        let error = served.call("/", method, params).await;
        assert_eq!(error["code"], -32602, "{method}: {error}");
        assert!(
            error["message"].as_str().unwrap().contains(reason),
            "{method}: {error}"
        );
    }
    let (status, body) = served.get("/accountHistory").await;
    assert_eq!(status, 400);
    assert!(body.contains("missing field `account`"), "{body}");
    let without = Served::start(Flavor::Steem).await;
    let error = without.call("/market", "markets", json!({})).await;
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("keeps no index"),
        "{error}"
    );
    let unknown = served.call("/market", "price", json!({})).await;
    assert_eq!(unknown["code"], -32601);
}

#[tokio::test(flavor = "multi_thread")]
async fn batches_may_mix_all_methods() {
    let served = market().await;
    let request = |id: usize| match id % 2 {
        0 => json!({ "id": id, "method": "market.ticker", "params": { "symbol": "COOL" } }),
        _ => {
            json!({ "id": id, "method": "contracts.find", "params": { "contract": "market", "table": "sellBook", "query": {} } })
        }
    };
    for length in [3, 40] {
        let batch: Vec<_> = (0..length).map(request).collect();
        let (_, body) = served.post("/", &json!(batch).to_string()).await;
        let answers: Vec<Value> = serde_json::from_str(&body).unwrap();
        assert_eq!(answers.len(), length);
        for (place, answer) in answers.iter().enumerate() {
            assert_eq!(answer["id"], place);
            assert!(
                answer["result"].is_object() || answer["result"].is_array(),
                "{answer}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn trades_and_tickers_are_notified_and_taken_back() {
    let mut served = market().await;
    let mut client = Client::connect(&served).await;
    let trades = client
        .call("subscribe", json!({ "to": "trades", "symbol": "COOL" }))
        .await;
    assert_eq!(trades["subscription"], 1);
    client.call("subscribe", json!({ "to": "ticker" })).await;
    let other = json!({ "to": "trades", "account": "nobody" });
    client.call("subscribe", other).await;
    let sell = json!({ "symbol": "COOL", "quantity": "2", "price": "0.4" });
    let call =
        json!({ "contractName": "market", "contractAction": "sell", "contractPayload": sell });
    let operation = tartan_graphene::MainOperation::CustomJson {
        required_auths: vec!["alice".to_owned()],
        required_posting_auths: vec![],
        id: "ssc-dev".to_owned(),
        json: call.to_string(),
    };
    let block = served.apply_operations(vec![vec![operation]]);
    let told = client.receive().await;
    assert_eq!(told["params"]["subscription"], 1);
    assert_eq!(told["params"]["trades"][0]["price"], "0.4");
    let ticker = client.receive().await;
    assert_eq!(ticker["params"]["tickers"][0]["last"], "0.4");
    served.revert(&block);
    for subscription in 1..=3 {
        let told = client.receive().await;
        let params = &told["params"];
        assert_eq!(
            (&params["subscription"], &params["change"]),
            (&json!(subscription), &json!("reverted"))
        );
        assert_eq!(params["blockNumber"], 10);
    }
    let without = Served::start(Flavor::Steem).await;
    let mut client = Client::connect(&without).await;
    let refused = client.call("subscribe", json!({ "to": "trades" })).await;
    assert!(
        refused["message"]
            .as_str()
            .unwrap()
            .contains("writes no index"),
        "{refused}"
    );
}
