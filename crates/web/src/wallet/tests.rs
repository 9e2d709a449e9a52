use axum::http::StatusCode;
use serde_json::{Value, json};
use tartan_graphene::MainOperation;

use crate::testing::{Answer, TestSite, withstands};

/// A page as somebody who has logged in sees it.
async fn as_member(site: &TestSite, member: &str, path: &str) -> Answer {
    let cookie = format!("tartan-account={member}");
    let headers = [("accept", "text/html"), ("cookie", cookie.as_str())];
    site.get_with(path, &headers).await
}

/// COOL can be staked, in four parts, and lent.
async fn staking() -> TestSite {
    let mut site = TestSite::new().await;
    let staking = json!({ "symbol": "COOL", "unstakingCooldown": 28, "numberTransactions": 4 });
    site.does("alice", "tokens", "enableStaking", staking);
    let lending = json!({ "symbol": "COOL", "undelegationCooldown": 7 });
    site.does("alice", "tokens", "enableDelegation", lending);
    site
}

#[tokio::test]
async fn strangers_look_and_members_act() {
    let site = staking().await;
    let stranger = site.get("/@alice/wallet").await;
    stranger.shows(&["Wallet of @alice", "COOL", r#"value="100"#]);
    for page in [
        "/@alice/wallet",
        "/@alice/wallet/COOL",
        "/@alice/wallet/deposit",
        "/@alice/wallet/withdraw",
    ] {
        for answer in [site.get(page).await, as_member(&site, "bob", page).await] {
            answer.shows(&["@alice"]);
            assert!(
                !answer.body.contains("<t-action"),
                "{page}: {}",
                answer.body
            );
        }
    }
    as_member(&site, "alice", "/@alice/wallet")
        .await
        .shows(&["My wallet", "/@alice/wallet/COOL?do=send"]);
    for form in ["send", "stake", "unstake", "delegate", "burn"] {
        let page = as_member(&site, "alice", &format!("/@alice/wallet/COOL?do={form}")).await;
        page.shows(&[
            "<t-action call=\"tokens.",
            r#"account="alice""#,
            r#"data-precision="3""#,
        ]);
    }
}

#[tokio::test]
async fn one_s_own_wallet_has_a_short_address() {
    let site = TestSite::new().await;
    let asked = site.get("/wallet").await;
    asked.shows(&["Log in to see your wallet", "href=\"/login\""]);
    for (path, expected) in [
        ("/wallet", "/@bob/wallet"),
        ("/wallet/COOL?do=send", "/@bob/wallet/COOL?do=send"),
        ("/wallet//evil.example/x", "/@bob/wallet/evil.example/x"),
    ] {
        let answer = as_member(&site, "bob", path).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
        assert_eq!(answer.header("location"), expected, "{path}");
    }
}

#[tokio::test]
async fn unstaking_shows_what_comes_when_and_changes_no_total() {
    let mut site = staking().await;
    let stake = json!({ "symbol": "COOL", "to": "alice", "quantity": "80" });
    site.does("alice", "tokens", "stake", stake);
    let unstake = json!({ "symbol": "COOL", "quantity": "40" });
    let id = site.does("alice", "tokens", "unstake", unstake);
    let page = as_member(&site, "alice", "/@alice/wallet/COOL?do=unstake").await;
    page.shows(&[
        // in all, liquid, staked, unstaking
        r#"<dd><data class="amount" value="100">100</data></dd>"#,
        r#"value="20.000""#,
        r#"value="70.000""#,
        r#"value="40.000""#,
        // the next part, and what may still be unstaked
        r#"value="10""#,
        "Available: 40 COOL",
        "tokens.cancelUnstake",
        &format!(r#"name="txID" value="{id}""#),
    ]);
    let cancel = json!({ "txID": id });
    site.does("alice", "tokens", "cancelUnstake", cancel);
    let page = as_member(&site, "alice", "/@alice/wallet/COOL").await;
    page.shows(&[
        r#"<dd><data class="amount" value="100">100</data></dd>"#,
        r#"value="80.000""#,
    ]);
    assert!(!page.body.contains("cancelUnstake"));
}

#[tokio::test]
async fn lent_stake_is_listed_on_both_sides() {
    let mut site = staking().await;
    let stake = json!({ "symbol": "COOL", "to": "alice", "quantity": "50" });
    site.does("alice", "tokens", "stake", stake);
    let lend = json!({ "symbol": "COOL", "to": "bob", "quantity": "20" });
    site.does("alice", "tokens", "delegate", lend);
    let page = as_member(&site, "alice", "/@alice/wallet").await;
    page.shows(&[
        "Delegated to others",
        "@bob",
        "/@alice/wallet/COOL?do=undelegate&amp;to=bob",
    ]);
    site.get("/@bob/wallet")
        .await
        .shows(&["Delegated by others", "@alice"]);
    let back = json!({ "symbol": "COOL", "from": "bob", "quantity": "20" });
    site.does("alice", "tokens", "undelegate", back);
    site.get("/@alice/wallet")
        .await
        .shows(&["Coming back", r#"value="20.000""#]);
}

#[tokio::test]
async fn withdrawals_wait_in_the_open() {
    let mut site = TestSite::new().await;
    let (peg, symbol) = {
        let network = site.chain.network();
        (
            network.accounts.peg.clone(),
            network.tokens.pegged.symbol.clone(),
        )
    };
    let funds = json!({ "symbol": symbol, "to": "bob", "quantity": "12.3456" });
    site.does(&peg, "tokens", "transfer", funds);
    let page = as_member(&site, "bob", "/@bob/wallet/withdraw").await;
    // the coin has three decimals, whatever the token has
    page.shows(&["steempegged.withdraw", r#"data-max="12.345""#, "Fee: 1 %"]);
    site.does("bob", "steempegged", "withdraw", json!({ "quantity": "5" }));
    site.get("/@bob/wallet/withdraw")
        .await
        .shows(&["Waiting to be paid", "4.950", "STEEM"]);
    let page = as_member(&site, "bob", "/@bob/wallet/deposit").await;
    page.shows(&["main.transfer", "steem-peg", "contractAction&#34;:&#34;buy"]);
}

#[tokio::test]
async fn the_history_says_who_what_and_why() {
    let mut site = TestSite::new().await;
    let hostile = "\"><script>alert(1)</script>";
    let gift = json!({ "symbol": "COOL", "to": "bob", "quantity": "1.5", "memo": hostile });
    site.does("alice", "tokens", "transfer", gift);
    site.indexed().await;
    let page = site.get("/@bob/wallet/history").await;
    page.shows(&[
        "Transfer",
        "+<data class=\"amount\" value=\"1.5\"",
        "@alice",
        "&#60;script&#62;alert(1)",
    ]);
    assert!(!page.body.contains("<script>alert"));
    site.get("/@alice/wallet/history")
        .await
        .shows(&["−<data class=\"amount\" value=\"1.5\""]);
    let filtered = site
        .get("/@bob/wallet/history?kind=stake&symbol=cool")
        .await;
    filtered.shows(&["Change the filters", "symbol=COOL&#38;ops=tokens_stake"]);
    let wrong = site.get("/@bob/wallet/history?from=yesterday").await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert!(wrong.body.contains("expected a day such as 2026-01-31"));
}

#[tokio::test]
async fn without_an_index_there_are_balances_and_no_history() {
    let site = TestSite::without_index().await;
    site.get("/@alice/wallet").await.shows(&["COOL"]);
    let history = site.get("/@alice/wallet/history").await;
    assert_eq!(history.status, StatusCode::SERVICE_UNAVAILABLE);
}

/// Symbols from TAA on.
fn symbols(count: u32) -> Vec<String> {
    let letter = |number: u32| char::from(b'A' + u8::try_from(number % 26).unwrap());
    let symbol = |number: u32| {
        format!(
            "T{}{}{}",
            letter(number / 676),
            letter(number / 26),
            letter(number)
        )
    };
    (0..count).map(symbol).collect()
}

#[tokio::test]
async fn a_wallet_of_1500_tokens_has_pages_and_filters() {
    let mut site = TestSite::new().await;
    let engine = site.chain.network().accounts.engine.clone();
    let id = site.chain.network().custom_json_id();
    let call = |action: &str, payload: Value| {
        let call = json!({ "contractName": "tokens", "contractAction": action, "contractPayload": payload });
        vec![MainOperation::CustomJson {
            required_auths: vec![engine.clone()],
            required_posting_auths: vec![],
            id: id.clone(),
            json: call.to_string(),
        }]
    };
    let symbols = symbols(1500);
    for symbols in symbols.chunks(250) {
        let of_each = |symbol: &String| {
            let token =
                json!({ "symbol": symbol, "name": "Many", "precision": 0, "maxSupply": "10" });
            let issued = json!({ "symbol": symbol, "to": "dave", "quantity": "1" });
            [call("create", token), call("issue", issued)]
        };
        site.apply(symbols.iter().flat_map(of_each).collect());
    }
    let first = site.get("/@dave/wallet").await;
    first.shows(&["1500 tokens", "TAAA", "Page 1 of 15"]);
    assert_eq!(first.body.matches("<tr>").count(), 101);
    site.get("/@dave/wallet?page=15")
        .await
        .shows(&["TCFR", "Page 15 of 15"]);
    site.get("/@dave/wallet?q=tcfr")
        .await
        .shows(&["1 token", "TCFR"]);
    site.get("/@dave/wallet?dust=hide")
        .await
        .shows(&["Nothing matches"]);
    site.get("/@dave/wallet?staked=1")
        .await
        .shows(&["Nothing matches"]);
}

#[tokio::test]
async fn nothing_that_is_asked_breaks_a_page() {
    let site = TestSite::new().await;
    withstands(
        &site,
        &[
            "/@{}/wallet",
            "/@alice/wallet/{}",
            "/@alice/wallet?q={}",
            "/@alice/wallet?sort={}&staked={}&dust={}",
            "/@alice/wallet?page={}",
            "/@alice/wallet/COOL?do={}&to={}",
            "/@alice/wallet/history?symbol={}&kind={}",
            "/@alice/wallet/history?from={}",
            "/@alice/wallet/history?before={}",
            "/@{}/wallet/deposit",
            "/wallet/{}",
        ],
    )
    .await;
    assert_eq!(
        site.get("/@Not-A-Name/wallet").await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        site.get("/@alice/wallet/NOTOKEN").await.status,
        StatusCode::NOT_FOUND
    );
}
