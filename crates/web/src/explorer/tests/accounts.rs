//! Pages of accounts and their histories.

use axum::http::StatusCode;

use super::{operation, sending};
use crate::testing::{TestSite, withstands};

#[tokio::test]
async fn an_account_shows_what_it_has_and_did() {
    let mut site = TestSite::new().await;
    site.does("alice", "tokens", "transfer", sending("bob", "5"));
    let (failed, _) = site.tries("alice", "tokens", "transfer", sending("bob", "5000"));
    site.indexed().await;
    let page = site.get("/@alice").await;
    page.shows(&[
        "@alice",
        "COOL",
        "alice sent 5 COOL to bob",
        "Tokens it owns",
        &failed,
        "Failed",
    ]);
    let failures = site.get("/@alice.json?status=failed").await.json();
    let rows = failures["operations"].as_array().unwrap();
    assert_eq!(rows.len(), 1, "{failures}");
    assert_eq!(rows[0]["transaction"], failed.as_str());
    let bob = site
        .get("/@bob.json?contract=tokens&action=transfer&symbol=cool&direction=in")
        .await
        .json();
    assert_eq!(bob["operations"].as_array().unwrap().len(), 1, "{bob}");
    assert_eq!(bob["balances"][0]["balance"], "105.000");
    // page by page, without gaps
    for _ in 0..40 {
        site.does("bob", "tokens", "transfer", sending("carol", "0.001"));
    }
    site.indexed().await;
    let mut seen = Vec::new();
    let mut address = "/@bob.json".to_owned();
    loop {
        // while new blocks come
        site.does("bob", "tokens", "transfer", sending("carol", "0.001"));
        site.indexed().await;
        let told = site.get(&address).await.json();
        seen.extend(
            told["operations"]
                .as_array()
                .unwrap()
                .iter()
                .map(|row| row["cursor"].as_i64().unwrap()),
        );
        match told["next"].as_i64() {
            Some(next) => address = format!("/@bob.json?before={next}"),
            None => break,
        }
    }
    assert_eq!(
        seen.len(),
        42 + 1,
        "all that there was at first, and the one before the first page"
    );
    assert!(seen.windows(2).all(|pair| pair[0] > pair[1]));
    assert_eq!(site.get("/@ALICE").await.header("location"), "/@alice");
    assert_eq!(
        site.get("/@alice?action=transfer").await.status,
        StatusCode::BAD_REQUEST
    );
    let none = site.get("/@nobody-here").await;
    none.shows(&["This account holds no tokens"]);
    let addresses = [
        "/@{}",
        "/@alice?contract={}",
        "/@alice?symbol={}&from={}",
        "/@alice?direction={}&status={}",
        "/@alice?before={}",
    ];
    withstands(&site, &addresses).await;
    let without = TestSite::without_index().await;
    without
        .get("/@alice")
        .await
        .shows(&["COOL", "needs an index"]);
}

/// The ids of the transactions on a page, in order, and the address of what is older.
fn history(page: &str) -> (Vec<String>, Option<String>) {
    let rows = page.split("class=\"id\" href=\"/tx/").skip(1);
    let ids = rows.filter_map(|rest| rest.split('"').next().map(str::to_owned));
    let next = page.split("rel=\"next\" href=\"").nth(1);
    let next = next.and_then(|rest| rest.split('"').next());
    (ids.collect(), next.map(|next| next.replace("&#38;", "&")))
}

#[tokio::test]
async fn histories_have_no_gap_while_blocks_come() {
    let mut site = TestSite::new().await;
    for _ in 0..10 {
        let transfer = operation(&site, "alice", "transfer", sending("bob", "0.001"));
        site.apply(vec![vec![transfer]; 100]);
    }
    site.indexed().await;
    for address in ["/@bob", "/@bob/wallet/history"] {
        let mut seen = Vec::new();
        let mut next = Some(address.to_owned());
        let expected = site.get("/@bob.json").await.json()["next"].is_i64();
        assert!(expected, "there is more than a page");
        while let Some(address) = next {
            let page = site.get(&address).await;
            page.shows(&["@bob"]);
            let (ids, older) = history(&page.body);
            seen.extend(ids);
            next = older;
            site.does("alice", "tokens", "transfer", sending("bob", "0.001"));
            site.indexed().await;
        }
        let sent = (0..site.chain.latest_block().number + 1).rev();
        let sent = sent.flat_map(|number| {
            let block = site.chain.reader().block(number).unwrap().unwrap();
            let ids = block.transactions.iter().rev();
            ids.filter(|one| one.logs.contains("\"bob\""))
                .map(|one| one.id.to_string())
                .collect::<Vec<_>>()
        });
        let sent: Vec<_> = sent.skip_while(|id| *id != seen[0]).collect();
        assert!(seen.len() > 1_000, "{}", seen.len());
        assert_eq!(seen, sent, "{address}");
    }
}
