use serde_json::json;

use crate::testing::{HOSTILE, TestSite, withstands};

/// A site on which one payment fails, and something is called that does not exist.
async fn site() -> TestSite {
    let mut site = TestSite::new().await;
    let much = json!({ "symbol": "COOL", "to": "bob", "quantity": "5000" });
    site.tries("carol", "tokens", "transfer", much);
    site.tries("bob", "nothing", "at", json!({}));
    site.indexed().await;
    site
}

#[tokio::test]
async fn the_page_tells_what_happened_day_by_day() {
    let site = site().await;
    let page = site.get("/stats").await;
    page.shows(&[
        "<h1>Statistics</h1>",
        "Transactions a day, by contract",
        "All others",
        "You do not have enough of this token",
        "overdrawn balance",
        "2020-09-13",
        "in memory only",
        "aria-current=\"page\">30 days",
        "role=\"img\"",
    ]);
    assert!(!page.body.contains("style="), "nothing inline");
    assert_eq!(page.body.matches("<tr><th scope=\"row\">").count(), 30);
    let week = site.get("/stats?days=7").await;
    assert_eq!(week.body.matches("<tr><th scope=\"row\">").count(), 7);
    // the front page and the parts of the explorer lead there
    site.get("/").await.shows(&["href=\"/stats\""]);
    site.get("/blocks").await.shows(&["href=\"/stats\""]);
}

#[tokio::test]
async fn programs_and_spreadsheets_get_the_same_numbers() {
    let site = site().await;
    let answer = site.get("/stats.json?days=7").await;
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    let told = answer.json();
    // the engine gives alice ENG, alice creates COOL and issues it three times, two fail
    assert_eq!(
        (&told["transactions"], &told["failed"]),
        (&json!(7), &json!(2))
    );
    assert_eq!(told["newTokens"], 1);
    assert_eq!(
        told["contracts"],
        json!([
            { "contract": "tokens", "transactions": 6, "failed": 1 },
            { "contract": "", "transactions": 1, "failed": 1 },
        ])
    );
    assert_eq!(
        told["burnt"],
        json!([{ "symbol": "ENG", "quantity": "10" }])
    );
    let days = told["daily"].as_array().unwrap();
    assert_eq!(days.len(), 7);
    assert_eq!(days[6]["day"], "2020-09-13");
    assert_eq!(days[6]["calls"], json!({ "tokens": 6, "": 1 }));
    assert_eq!(days[6]["burnt"], json!({ "ENG": "10" }));
    assert_eq!(days[6]["activeAccounts"], 4);
    assert_eq!(days[0]["transactions"], 0);
    assert_eq!(told["size"]["transactions"], 7);
    assert_eq!(told["size"]["stateBytes"], json!(null));
    let reasons: i64 = told["failures"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["transactions"].as_i64().unwrap())
        .sum();
    assert_eq!(reasons, 2);
    let same = site.get("/api/v1/stats?days=7").await;
    assert_eq!(same.json(), told);
    let table = site.get("/stats.csv?days=7").await;
    assert!(table.header("content-type").starts_with("text/csv"));
    let lines: Vec<&str> = table.body.lines().collect();
    assert_eq!(
        lines[0],
        "day,transactions,failed,active accounts,new accounts,new tokens,burnt ENG,calls of tokens,calls of others"
    );
    assert!(lines[7].starts_with("2020-09-13,7,2,4,"), "{}", lines[7]);
    assert!(lines[7].ends_with(",1,10,6,1"), "{}", lines[7]);
}

#[tokio::test]
async fn an_empty_chain_has_empty_charts() {
    let site = TestSite::new().await;
    // nothing was indexed yet, or all of it: both are pages
    site.get("/stats?days=90").await.shows(&["Statistics"]);
    let without = TestSite::without_index().await;
    assert_eq!(without.get("/stats").await.status, 503);
}

#[tokio::test]
async fn hostile_reasons_and_addresses_do_no_harm() {
    let mut site = TestSite::new().await;
    for hostile in HOSTILE {
        site.tries("bob", hostile, hostile, json!({ "symbol": hostile }));
    }
    site.indexed().await;
    site.get("/stats").await.shows(&["Why transactions failed"]);
    withstands(
        &site,
        &["/stats?days={}", "/stats?x={}", "/stats.csv?days={}"],
    )
    .await;
    let wrong = site.get_with("/stats.json?days=8", &[]).await;
    assert_eq!(wrong.status, 400);
    assert!(
        wrong
            .body
            .contains("expected days to be 7, 30 or 90, found 8")
    );
}
