//! Searching: names and numbers, and transactions by words and filters.

use axum::http::StatusCode;
use serde_json::json;

use super::sending;
use crate::testing::{TestSite, withstands};

#[tokio::test]
async fn search_knows_what_a_text_means() {
    let mut site = TestSite::new().await;
    let id = site.does("alice", "tokens", "transfer", sending("bob", "1"));
    site.indexed().await;
    let leads = async |text: &str, address: &str| {
        let answer = site.get(&crate::links::search(text)).await;
        assert_eq!(
            answer.header("location"),
            address,
            "{text}: {}",
            answer.body
        );
    };
    leads("@alice", "/@alice").await;
    leads("$COOL", "/tokens/COOL").await;
    leads(" cool ", "/tokens/COOL").await;
    leads("marketpools", "/contract/marketpools").await;
    leads(&id, &format!("/tx/{id}")).await;
    leads(&id.to_uppercase(), &format!("/tx/{id}")).await;
    // 1 is a block, and another one's number on the main chain: nothing is guessed
    let both = site.get("/search?q=1").await;
    both.shows(&["/block/1\"", "Blocks by their main-chain number"]);
    // a beginning is a list
    site.get("/search?q=al").await.shows(&["@alice"]);
    site.get("/search?q=nobody-at-all")
        .await
        .shows(&["Nothing found for"]);
    site.get("/search").await.shows(&["Look for an account"]);
    let hits = site.get("/search.json?q=tokens").await.json();
    assert_eq!(
        hits["hits"][0],
        json!({ "kind": "contract", "text": "tokens", "detail": "", "address": "/contract/tokens" })
    );
    let suggestions = site.get("/search/suggest?q=coo").await.json();
    assert_eq!(suggestions[0]["address"], "/tokens/COOL");
    withstands(
        &site,
        &[
            "/search?q={}",
            "/search?q=@{}",
            "/search?q=${}",
            "/search/suggest?q={}",
        ],
    )
    .await;
}

#[tokio::test]
async fn a_private_key_is_refused_and_not_repeated() {
    let site = TestSite::new().await;
    let key = format!(
        "5{}",
        "Kb8kLf9zgWQnogidDA76MzPL6TsZZY36hWXMssSzNydYXYB9".repeat(2)
    );
    let key = &key[..51];
    for text in [key.to_owned(), format!("P{key}"), format!("@alice {key}")] {
        let answer = site.get(&crate::links::search(&text)).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        assert_eq!(answer.header("location"), "/search?refused=key");
        assert!(!answer.body.contains(key));
        let told = site
            .get(&crate::links::search(&text).replace("/search?", "/search.json?"))
            .await;
        assert_eq!(told.status, StatusCode::BAD_REQUEST);
        assert!(!told.body.contains(key));
        let told = site
            .get(&crate::links::search(&text).replace("/search?", "/search/suggest?"))
            .await;
        assert_eq!(told.status, StatusCode::BAD_REQUEST);
        assert!(!told.body.contains(key));
    }
    site.get("/search?refused=key")
        .await
        .shows(&["That looks like a private key"]);
}

#[tokio::test]
async fn transactions_are_found_by_words_and_filters() {
    let mut site = TestSite::new().await;
    let with_memo = |to: &str, quantity: &str, memo: &str| {
        let mut payload = sending(to, quantity);
        payload["memo"] = memo.into();
        payload
    };
    let lunch = with_memo("bob", "5", "For Lunch <b>today</b>");
    let lunch = site.does("alice", "tokens", "transfer", lunch);
    let rent = site.does(
        "bob",
        "tokens",
        "transfer",
        with_memo("alice", "50", "rent"),
    );
    let (failed, _) = site.tries(
        "carol",
        "tokens",
        "transfer",
        with_memo("bob", "5000", "lunch"),
    );
    site.indexed().await;
    let found = async |typed: &str| {
        let address = crate::links::search(typed).replace("/search?", "/search.json?");
        let told = site.get(&address).await.json();
        let rows = told["transactions"].as_array().unwrap().clone();
        let ids = rows
            .iter()
            .map(|row| row["id"].as_str().unwrap().to_owned());
        ids.collect::<Vec<_>>()
    };
    assert_eq!(found("lunch").await, [failed.clone(), lunch.clone()]);
    assert_eq!(found("lunch from:alice").await, [lunch.as_str()]);
    assert_eq!(found("status:failed to:bob").await, [failed.as_str()]);
    assert_eq!(found("symbol:cool amount>=50 amount<5000").await[0], rent);
    assert_eq!(found("\"lunch\" \"today\"").await, [lunch.as_str()]);
    assert_eq!(found("action:transfer contract:market").await.len(), 0);
    // those of the first block have one id, and are told apart all the same
    let first = site
        .get("/search.json?q=before:2020-09-13T12:26:40+contract:tokens")
        .await;
    let first = first.json();
    let rows = first["transactions"].as_array().unwrap();
    let said: std::collections::BTreeSet<&str> = rows
        .iter()
        .map(|row| row["said"].as_str().unwrap())
        .collect();
    assert!(rows.len() > 3 && said.len() > 2, "{first}");
    // what has a name is not looked for in transactions, unless it stands in quotes
    assert_eq!(found("bob").await.len(), 0);
    assert!(found("\"bob\"").await.contains(&lunch));
    let page = site
        .get(&crate::links::search(
            "lunch from:alice symbol:COOL amount>1",
        ))
        .await;
    page.shows(&[
        "alice sent 5 COOL to bob",
        "with the words “lunch”",
        "sent by @alice",
        "about COOL",
        "with more than 1 of a token",
        "value=\"lunch from:alice symbol:COOL amount&#62;1\"",
        &lunch,
    ]);
    assert!(!page.body.contains("<b>today"));
    let failures = site.get("/search?q=lunch+status:failed").await;
    failures.shows(&["You do not have enough of this token", "that failed"]);
    let several = site.get("/search?q=1").await;
    several.shows(&["Look for transactions with the words “1”", "%221%22"]);
    let api = site.get("/api/v1/search?q=lunch").await;
    assert_eq!(api.header("access-control-allow-origin"), "*");
    let api = api.json();
    assert_eq!(api["understood"], json!(["with the words “lunch”"]));
    assert_eq!(api["transactions"][1]["said"], "alice sent 5 COOL to bob");
    assert_eq!(api["transactions"][0]["status"], "failed");
    assert_eq!(api["transactions"][0]["error"], "overdrawn balance");
    assert_eq!(api["hits"], json!([]));
    let suggestions = site.get("/search/suggest?q=from:al").await.json();
    assert_eq!(suggestions, json!([]));
}

#[tokio::test]
async fn found_transactions_are_gone_through_page_by_page() {
    let mut site = TestSite::new().await;
    for number in 0..65 {
        let mut payload = sending("bob", "0.001");
        payload["memo"] = format!("weekly number{number}").into();
        site.does("alice", "tokens", "transfer", payload);
    }
    site.indexed().await;
    let mut address = "/search.json?q=weekly".to_owned();
    let mut seen = Vec::new();
    loop {
        // while new blocks come
        site.does("alice", "tokens", "transfer", sending("bob", "0.001"));
        site.indexed().await;
        let told = site.get(&address).await.json();
        let rows = told["transactions"].as_array().unwrap();
        seen.extend(rows.iter().map(|row| row["cursor"].as_i64().unwrap()));
        match told["next"].as_i64() {
            Some(next) => address = format!("/search.json?q=weekly&before={next}"),
            None => break,
        }
    }
    assert_eq!(seen.len(), 65);
    assert!(seen.is_sorted_by(|a, b| a > b));
    let first = site.get("/search?q=weekly").await;
    first.shows(&["rel=\"next\"", "/search?q=weekly&#38;before="]);
    assert!(!first.body.contains("rel=\"prev\""));
}

#[tokio::test]
async fn a_wrong_filter_is_told_with_an_example() {
    let site = TestSite::new().await;
    for (typed, message) in [
        ("sender:alice", "There is no filter “sender:”"),
        ("from:A_B", "“A_B” cannot be an account"),
        ("after:yesterday", "goes a day such as 2026-01-31"),
        ("amount>much", "goes a number"),
        ("status:maybe", "goes failed, success or virtual"),
        ("to:", "Something has to stand behind “to”"),
    ] {
        let page = site.get(&crate::links::search(typed)).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{typed}");
        assert!(page.body.contains(message), "{typed}: {}", page.body);
        assert!(page.body.contains("For example:"), "{typed}");
        let told = site
            .get(&crate::links::search(typed).replace("/search?", "/api/v1/search?"))
            .await;
        assert_eq!(told.status, StatusCode::BAD_REQUEST, "{typed}");
        assert!(
            told.json()["error"]["message"]
                .as_str()
                .unwrap()
                .starts_with("expected")
        );
    }
    let many = format!(
        "\"{}\"",
        (0..40).map(|n| n.to_string()).collect::<Vec<_>>().join(" ")
    );
    let told = site.get(&crate::links::search(&many)).await;
    assert_eq!(told.status, StatusCode::BAD_REQUEST);
    let addresses = [
        "/search?q=from:{}",
        "/search?q=%22{}%22",
        "/search?q=amount%3E{}",
        "/search?q=symbol:{}",
        "/search?q=after:{}",
        "/search?q=x+{}&before={}",
    ];
    withstands(&site, &addresses).await;
}

#[tokio::test]
async fn without_an_index_filters_find_nothing_and_say_why() {
    let site = TestSite::without_index().await;
    let answer = site.get("/search?q=from:alice").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    site.get("/search?q=nothing-of-that-name")
        .await
        .shows(&["Nothing found for"]);
}
