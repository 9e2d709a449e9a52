//! Witnesses, what is pending, and what happens just now.

use axum::http::StatusCode;
use serde_json::json;

use super::sending;
use crate::testing::{TestSite, withstands};

#[tokio::test]
async fn witnesses_pending_and_live_are_there() {
    let mut site = TestSite::new().await;
    let (id, _) = site.tries("alice", "tokens", "transfer", sending("bob", "2"));
    site.does(
        "alice",
        "tokens",
        "enableStaking",
        json!({ "symbol": "COOL", "unstakingCooldown": 7, "numberTransactions": 1 }),
    );
    site.does("alice", "tokens", "stake", sending("alice", "10"));
    site.does(
        "alice",
        "tokens",
        "unstake",
        json!({ "symbol": "COOL", "quantity": "4" }),
    );
    site.get("/witnesses").await.shows(&["Witnesses"]);
    assert!(site.get("/witnesses.json").await.json()["witnesses"].is_array());
    assert_eq!(
        site.get("/witness/nobody").await.status,
        StatusCode::NOT_FOUND
    );
    site.get("/pending")
        .await
        .shows(&["Unstakes", "@alice", "checkPendingUnstakes"]);
    let told = site.get("/pending.json").await.json();
    assert_eq!(told["pending"][0]["kind"], "unstakes");
    assert_eq!(told["pending"][0]["rows"][0]["quantity"], "4.000");
    site.get("/live")
        .await
        .shows(&["alice sent 2 COOL to bob", "<live-feed "]);
    let told = site.get(&format!("/tx/{id}.json")).await.json();
    let block = &told["transactions"][0]["block"];
    let block = block.as_u64().unwrap();
    let before = block - 1;
    let rows = site.get(&format!("/live/rows?after={before}")).await;
    rows.shows(&[
        "alice sent 2 COOL to bob",
        &format!("data-block=\"{block}\""),
    ]);
    assert!(!rows.body.contains("<html"));
    let head = site.chain.latest_block().number;
    assert_eq!(rows.header("tartan-head"), head.to_string());
    let rows = site.get(&format!("/live/rows?after={block}")).await;
    assert!(
        !rows.body.contains("alice sent 2 COOL to bob"),
        "that is known"
    );
    site.tries("carol", "tokens", "transfer", sending("alice", "5000"));
    for (filter, is_there) in [
        ("account=@Alice", [true, true, true]),
        ("account=bob", [true, false, false]),
        ("account=carol", [false, true, false]),
        ("status=failed", [false, true, false]),
        ("status=success&symbol=cool", [true, false, true]),
        ("contract=tokens&symbol=COOL", [true, true, true]),
        ("contract=market", [false, false, false]),
    ] {
        for address in [
            format!("/live?{filter}"),
            format!("/live/rows?after={before}&{filter}"),
        ] {
            let rows = site.get(&address).await;
            let shows = [
                "alice sent 2 COOL to bob",
                "carol sent 5000",
                "alice staked 10",
            ]
            .map(|text| rows.body.contains(text));
            assert_eq!(shows, is_there, "{address}");
        }
    }
    withstands(
        &site,
        &[
            "/witness/{}",
            "/live/rows?after={}",
            "/live?account={}&symbol={}&contract={}",
            "/pending?x={}",
        ],
    )
    .await;
}
