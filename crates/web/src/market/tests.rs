use axum::http::StatusCode;
use serde_json::json;

use tartan_index::Amount;

use super::data;
use crate::testing::{TestSite, withstands};

/// The cookie of who looks.
const ALICE: (&str, &str) = ("cookie", "tartan-account=alice; tartan-favourites=COOL");
const HTML: (&str, &str) = ("accept", "text/html");

/// A site where COOL is bought and sold: bob has 60 of the base token.
async fn market(with_index: bool) -> TestSite {
    let mut site = match with_index {
        true => TestSite::new().await,
        false => TestSite::without_index().await,
    };
    let network = site.chain.network().clone();
    let base = data::base(&network).to_owned();
    let peg = network.accounts.peg.clone();
    for to in ["alice", "bob"] {
        let coins = json!({ "symbol": base, "to": to, "quantity": "1000" });
        site.does(&peg, "tokens", "transfer", coins);
    }
    let order = |quantity: &str, price: &str| json!({ "symbol": "COOL", "quantity": quantity, "price": price });
    site.does("alice", "market", "sell", order("10", "0.5"));
    site.does("alice", "market", "sell", order("20", "0.6"));
    site.does("bob", "market", "buy", order("30", "0.4"));
    site.does("bob", "market", "buy", order("4", "0.5"));
    site
}

#[tokio::test]
async fn markets_are_listed_and_sorted() {
    let site = market(true).await;
    site.indexed().await;
    let page = site.get("/markets").await;
    page.shows(&[
        "href=\"/trade/COOL\"",
        ">0.5</data>",
        ">0.4</data>",
        "20.00 %",
        "<polyline points=",
        "aria-sort=\"descending\"",
        "One market.",
    ]);
    let favourites = site
        .get_with("/markets?tab=favourites", &[HTML, ALICE])
        .await;
    favourites.shows(&["href=\"/trade/COOL\"", "aria-pressed=\"true\""]);
    let none = site.get("/markets?tab=favourites").await;
    none.shows(&["No favourites yet"]);
    site.get("/markets?q=zzz").await.shows(&["No market fits"]);
    site.get("/markets?q=coo&sort=symbol&page=99")
        .await
        .shows(&["/trade/COOL"]);
}

#[tokio::test]
async fn a_market_shows_its_book_its_trades_and_own_orders() {
    let site = market(true).await;
    site.indexed().await;
    let page = site.get("/trade/COOL").await;
    page.shows(&[
        "data-key=\"a0.5\"",
        "data-key=\"a0.6\"",
        "data-key=\"b0.4\"",
        "6.000",
        "Lightweight Charts",
        "href=\"https://www.tradingview.com/\"",
        "Log in to trade",
    ]);
    assert!(!page.body.contains("your order"), "nobody looks");
    let own = site.get_with("/trade/COOL", &[HTML, ALICE]).await;
    own.shows(&[
        "your order",
        "data-order=\"sell ",
        "Cancel all listed",
        "Sold",
    ]);
    assert!(
        !own.body.contains("style=\""),
        "the policy refuses inline styles"
    );

    let live = site.get_with("/trade/COOL?part=live", &[HTML, ALICE]).await;
    live.shows(&[
        "id=\"market-asks\"",
        "id=\"market-state\"",
        "id=\"market-orders\"",
    ]);
    assert!(!live.body.contains("<form"), "only what changes");

    let coarse = site.get("/trade/COOL?group=1").await;
    coarse.shows(&["data-key=\"a1\""]);
}

#[tokio::test]
async fn the_form_reckons_with_exact_numbers() {
    let site = market(true).await;
    site.indexed().await;
    let page = site.get_with("/trade/COOL?part=live", &[HTML, ALICE]).await;
    let begin = page.body.find("id=\"market-state\"").unwrap();
    let json = &page.body[begin..];
    let json = &json[json.find('>').unwrap() + 1..json.find("</script>").unwrap()];
    let state: serde_json::Value = serde_json::from_str(json).unwrap();
    assert_eq!(
        state["asks"],
        json!([["0.5", "6", true], ["0.6", "20", true]])
    );
    assert_eq!(state["bids"], json!([["0.4", "30", false]]));
    assert_eq!(state["last"], "0.5");
    // 100 less 30 for sale; 1000 and what 4 were sold for
    assert_eq!(
        state["balances"],
        json!({ "token": "70.000", "base": "1002.00000000" })
    );
    assert_eq!(state["orders"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn prices_are_worth_dollars_if_the_main_chain_says_so() {
    let site = market(true).await;
    site.indexed().await;
    site.get("/trade/COOL").await.shows(&["price unknown"]);
    site.site.say_price(Amount::parse("0.25").unwrap());
    // 0.5 coins
    site.get("/trade/COOL").await.shows(&["≈ $0.1250"]);
}

#[tokio::test]
async fn candles_are_numbers_as_texts() {
    let site = market(true).await;
    site.indexed().await;
    let answer = site.get("/trade/COOL/candles.json?interval=1d").await;
    let bars = answer.json()["bars"].clone();
    assert_eq!(bars.as_array().unwrap().len(), 1, "{bars}");
    let bar = bars[0].as_array().unwrap();
    assert_eq!(bar[1..], ["0.5", "0.5", "0.5", "0.5", "2"]);
}

#[tokio::test]
async fn without_an_index_the_market_is_there_all_the_same() {
    let site = market(false).await;
    site.get("/markets").await.shows(&["href=\"/trade/COOL\""]);
    let page = site.get_with("/trade/COOL", &[HTML, ALICE]).await;
    page.shows(&["data-key=\"a0.5\"", "@alice → @bob", "data-order=\"sell "]);
    let orders = site.get_with("/orders", &[HTML, ALICE]).await;
    orders.shows(&["This node keeps no history of trades", "Open orders: 2"]);
    let candles = site.get("/trade/COOL/candles.json").await;
    assert_eq!(candles.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn orders_of_all_markets_are_in_one_place() {
    let site = market(true).await;
    site.indexed().await;
    site.get("/orders").await.shows(&["Whose orders?"]);
    let page = site.get_with("/orders", &[HTML, ALICE]).await;
    page.shows(&[
        "Open orders: 2",
        "26</data> COOL",
        "/api/market/trades.csv?account=alice",
        "href=\"/@bob\"",
    ]);
    let buys = site
        .get_with("/orders?side=buy&symbol=coo", &[HTML, ALICE])
        .await;
    buys.shows(&["Open orders: 0"]);
}

#[tokio::test]
async fn swaps_take_the_better_of_pool_and_book() {
    let mut site = market(true).await;
    let network = site.chain.network().clone();
    let base = data::base(&network).to_owned();
    let ask = format!("/swap?from={base}&to=COOL&amount=1");
    // 1 buys 2 COOL at 0.5, at the limit of 0.505 1.98
    site.get(&ask).await.shows(&[
        "data-call=\"market.buy\"",
        "value=\"1.98\"",
        "name=\"price\" value=\"0.505\"",
    ]);

    let pair = format!("COOL:{base}");
    site.does(
        "alice",
        "marketpools",
        "createPool",
        json!({ "tokenPair": pair }),
    );
    let page = site.get(&format!("/pools/{pair}")).await;
    page.shows(&["The pool is empty.", "You are the first"]);
    let liquidity = json!({
        "tokenPair": pair, "baseQuantity": "50", "quoteQuantity": "20", "maxDeviation": "0",
    });
    site.does("alice", "marketpools", "addLiquidity", liquidity);
    site.indexed().await;
    // 0.4 for one
    let quote = site.get(&ask).await;
    quote.shows(&[
        "data-call=\"marketpools.swapTokens\"",
        "name=\"minAmountOut\"",
        "<strong>",
        "2.375",
        "Also possible",
    ]);

    let payload = |least: &str| {
        json!({
            "tokenPair": pair, "tokenSymbol": base, "tokenAmount": "1", "tradeType": "exactInput",
            "minAmountOut": least,
        })
    };
    let (_, refused) = site.tries("bob", "marketpools", "swapTokens", payload("2.376"));
    assert!(refused.contains("exceeded max slippage"), "{refused}");
    site.does("bob", "marketpools", "swapTokens", payload("2.375"));
    site.indexed().await;
    let page = site
        .get_with(&format!("/pools/{pair}"), &[HTML, ALICE])
        .await;
    page.shows(&[
        "100.00 %",
        "Compared with keeping both",
        "href=\"/@bob\"",
        "2.375 COOL",
        "47.6",
    ]);
    site.get("/pools").await.shows(&[&pair, "One pool."]);
    let out = format!("/swap?from={base}&to=COOL&amount=1&exact=out");
    site.get(&out)
        .await
        .shows(&["name=\"maxAmountIn\"", "value=\"exactOutput\""]);
    let part = site.get(&format!("{ask}&part=quote")).await;
    part.shows(&["id=\"swap-quote\""]);
    assert!(!part.body.contains("<html"));
}

#[tokio::test]
async fn questions_that_make_no_sense_are_answered_in_words() {
    let site = market(true).await;
    for (query, words) in [
        ("", "Choose two tokens"),
        ("?from=COOL&to=COOL&amount=1", "two different tokens"),
        ("?from=COOL&to=NOPE&amount=1", "no such token"),
        ("?to=COOL&amount=x", "Type an amount"),
        ("?to=COOL&amount=-1", "Type an amount"),
        (
            "?from=COOL&to=STEEMP&amount=0.00001",
            "not so many decimals",
        ),
        ("?to=COOL&amount=99999999999", "no pool and no order"),
        ("?to=COOL&amount=1&slippage=999999", "Review swap"),
    ] {
        let page = site.get(&format!("/swap{query}")).await;
        page.shows(&[words]);
    }
}

#[tokio::test]
async fn unknown_markets_and_pools_are_not_there() {
    let site = market(true).await;
    for path in ["/trade/NOPE", "/trade/cool", "/pools/A:B", "/pools/COOL"] {
        let page = site.get(path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        assert!(page.body.contains("<h1"), "{path}");
    }
    let base = data::base(site.chain.network()).to_owned();
    let page = site.get(&format!("/trade/{base}")).await;
    assert_eq!(page.header("location"), "/markets");
    assert_eq!(site.get("/trade").await.header("location"), "/trade/COOL");
    let wrong = site.get("/trade/COOL/candles.json?interval=2h").await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_market_withstands_hostile_texts() {
    let site = market(true).await;
    withstands(
        &site,
        &[
            "/trade/{}",
            "/trade/COOL?group={}&side={}&price={}&quantity={}&part={}",
            "/trade/{}/candles.json?interval={}",
            "/markets?q={}&tab={}&sort={}&quiet={}",
            "/markets?page={}",
            "/orders?symbol={}&side={}",
            "/orders?before={}",
            "/pools?q={}",
            "/pools/{}",
            "/swap?from={}&to=COOL&amount=1",
            "/swap?from=COOL&to={}&amount={}&exact={}&slippage={}",
        ],
    )
    .await;
    let cookie = ("cookie", "tartan-favourites=\"><script>alert(1)</script>");
    let page = site.get_with("/markets", &[HTML, cookie]).await;
    assert!(!page.body.contains("<script>alert"), "{}", page.body);
}
