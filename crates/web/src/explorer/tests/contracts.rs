//! Contracts, their tables and their versions.

use axum::http::StatusCode;
use serde_json::json;

use super::sending;
use crate::testing::{TestSite, withstands};

#[tokio::test]
async fn contracts_and_their_tables_can_be_looked_through() {
    let mut site = TestSite::new().await;
    site.tries("bob", "tokens", "transfer", sending("carol", "5000"));
    site.indexed().await;
    site.get("/contracts")
        .await
        .shows(&["/contract/tokens", "part of the node"]);
    site.get("/contract/tokens").await.shows(&[
        "the same on all nodes",
        "transferToContract",
        "/contract/tokens/table/balances",
        "Calls in 24 hours",
        "You do not have enough",
    ]);
    let told = site.get("/contract/tokens.json").await.json();
    assert_eq!(told["native"], true);
    assert_eq!(
        told["calls_in_day"].is_null(),
        told["callsInDay"].is_object()
    );
    let table = "/contract/tokens/table/balances";
    let query = crate::links::part(r#"{"account":"carol","symbol":"COOL"}"#);
    site.get(&format!("{table}?query={query}"))
        .await
        .shows(&["carol", "100"]);
    let rows = site
        .get(&format!("{table}.json?query={query}"))
        .await
        .json();
    assert_eq!(rows["rows"].as_array().unwrap().len(), 1);
    assert_eq!(rows["rows"][0]["balance"], "100.000");
    // what is wrong stands beside the form
    for wrong in ["{", "[]", r#"{"a":{"$where":1}}"#] {
        let query = crate::links::part(wrong);
        site.get(&format!("{table}?query={query}"))
            .await
            .shows(&["The query cannot be answered"]);
        let told = site.get(&format!("{table}.json?query={query}")).await;
        assert_eq!(told.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
    site.get(&format!("{table}?index=account&descending=1"))
        .await
        .shows(&["carol"]);
    assert_eq!(
        site.get("/contract/none").await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        site.get("/contract/tokens/table/none").await.status,
        StatusCode::NOT_FOUND
    );
    let addresses = [
        "/contract/{}",
        "/contract/tokens/table/{}",
        "/contract/tokens/table/balances?query={}",
        "/contract/tokens/table/balances?index={}",
        "/contract/tokens/table/balances?offset={}",
    ];
    withstands(&site, &addresses).await;
}

/// Deploys a source, or replaces the one that is there.
fn deploy(site: &mut TestSite, source: &str) {
    use base64::Engine as _;
    let code = base64::engine::general_purpose::STANDARD.encode(source);
    let payload = json!({ "name": "notebook", "code": code, "maxDeposit": "100" });
    let engine = site.chain.network().accounts.engine.clone();
    site.does(&engine, "contract", "deploy", payload);
}

#[tokio::test]
async fn versions_of_a_contract_are_compared() {
    let mut site = TestSite::new().await;
    let first = "// a notebook\nactions.createSSC = async () => {};\n";
    let second = format!("{first}actions.add = async () => {{}};\n");
    let third = second.replace("a notebook", "</code><script>alert(1)</script>");
    for source in [first, &second, &third] {
        deploy(&mut site, source);
    }
    site.indexed().await;
    let page = site.get("/contract/notebook").await;
    page.shows(&[
        "/contract/notebook/diff?from=2&amp;to=3",
        "/contract/notebook/source?version=1",
    ]);
    let told = site.get("/contract/notebook.json").await.json();
    let numbers = told["versions"].as_array().unwrap().iter();
    let numbers: Vec<_> = numbers.map(|version| version["number"].as_u64()).collect();
    assert_eq!(numbers, [Some(3), Some(2), Some(1)]);
    let changed = async |query: &str| {
        let told = site
            .get(&format!("/contract/notebook/diff.json{query}"))
            .await
            .json();
        let lines = told["groups"].as_array().unwrap().iter();
        let lines = lines.flat_map(|group| group.as_array().unwrap().clone());
        let lines = lines.filter(|line| line["fate"] != "same");
        lines
            .map(|line| {
                format!(
                    "{} {}",
                    line["fate"].as_str().unwrap(),
                    line["text"].as_str().unwrap()
                )
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(
        changed("?from=1&to=2").await,
        ["added actions.add = async () => {};"]
    );
    let last = [
        "removed // a notebook",
        "added // </code><script>alert(1)</script>",
    ];
    assert_eq!(changed("").await, last, "the last two, if nothing is said");
    assert_eq!(changed("?from=3&to=1").await.len(), 3);
    assert!(changed("?from=2&to=2").await.is_empty());
    let page = site.get("/contract/notebook/diff?from=1&to=3").await;
    page.shows(&[
        "From version 1 to 3",
        "class=\"added\"",
        "class=\"removed\"",
    ]);
    assert!(!page.body.contains("<script>alert"));
    site.get("/contract/notebook/diff?from=2&to=2")
        .await
        .shows(&["The same code"]);
    let source = site.get("/contract/notebook/source?version=1").await;
    assert_eq!(source.body, first);
    assert_eq!(source.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(site.get("/contract/notebook/source").await.body, third);
    for missing in [
        "notebook/diff?from=0",
        "notebook/diff?to=4",
        "notebook/source?version=9",
        "tokens/diff",
        "none/source",
    ] {
        let answer = site.get(&format!("/contract/{missing}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{missing}");
    }
    withstands(
        &site,
        &[
            "/contract/{}/diff",
            "/contract/notebook/diff?from={}",
            "/contract/{}/source?version={}",
        ],
    )
    .await;
}
