//! Addresses: where one is, what is not there, and what has moved.

use axum::http::StatusCode;

use crate::testing::TestSite;

#[tokio::test]
async fn the_navigation_says_where_one_is() {
    let site = TestSite::new().await;
    for (path, section) in [
        ("/blocks", "Explorer"),
        ("/@alice", "Explorer"),
        ("/search?q=nothing-at-all", "Explorer"),
        ("/@alice/wallet", "Wallet"),
        ("/@alice/wallet/history", "Wallet"),
        ("/wallet", "Wallet"),
        ("/tokens/COOL", "Tokens"),
    ] {
        let page = site.get(path).await;
        let (_, nav) = page.body.split_once("<nav class=\"sections\"").unwrap();
        let (nav, _) = nav.split_once("</nav>").unwrap();
        let marked: Vec<_> = nav.split("aria-current=\"page\">").skip(1).collect();
        assert_eq!(marked.len(), 1, "{path}: {nav}");
        assert!(marked[0].starts_with(section), "{path}: {nav}");
    }
}

#[tokio::test]
async fn what_is_not_there_says_so() {
    let site = TestSite::new().await;
    let id = "0f".repeat(20);
    let page = site.get(&format!("/tx/{id}")).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(
        page.body.contains("This network knows no such transaction"),
        "{}",
        page.body
    );
    for part in [
        format!("<watch-unknown data-id=\"{id}\">"),
        format!("<a href=\"/tx/{id}\">Look again</a>"),
    ] {
        assert!(page.body.contains(&part), "{part} in {}", page.body);
    }
    // what is no id stays unknown
    for (name, can_come) in [
        (format!("{id}-0-1"), true),
        ("4000000000-0".to_owned(), true),
        ("0".to_owned(), false),
        (format!("{id}-x"), false),
        ("f".repeat(60), false),
    ] {
        let page = site.get(&format!("/tx/{name}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{name}");
        assert_eq!(page.body.contains("<watch-unknown"), can_come, "{name}");
    }
    let told = site.get(&format!("/tx/{id}.json")).await;
    assert_eq!(told.status, StatusCode::NOT_FOUND);
    assert_eq!(told.json()["error"]["code"], 404);
    for (path, status) in [
        ("/block/4000000000", StatusCode::NOT_FOUND),
        ("/block/x", StatusCode::BAD_REQUEST),
        ("/block/main/4000000000", StatusCode::NOT_FOUND),
        ("/blocks?before=x", StatusCode::BAD_REQUEST),
    ] {
        assert_eq!(site.get(path).await.status, status, "{path}");
    }
    for (old, new) in [
        ("/b/3", "/block/3"),
        ("/token/COOL", "/tokens/COOL"),
        ("/token/COOL/richlist", "/tokens/COOL/richlist"),
        ("/@alice/COOL", "/@alice?symbol=COOL"),
        ("/open_orders/@alice", "/@alice"),
        ("/open_orders/@alice/SWAP.X", "/@alice?symbol=SWAP.X"),
        (
            "/accounts/history?account=alice&limit=5",
            "/accountHistory?account=alice&limit=5",
        ),
    ] {
        let moved = site.get(old).await;
        assert_eq!(moved.status, StatusCode::PERMANENT_REDIRECT, "{old}");
        assert_eq!(moved.header("location"), new);
    }
    let none = site.get("/@alice/nonsense").await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
}
